//! How everything hangs together: from the jobs over the metrics, recording rules, alerts and routes to the receivers,
//! and to the dashboards and runbooks beside them. It is drawn for a person to look at.

mod dashboards;
mod drawing;
mod metrics;
mod narrow;
mod node;
mod routes;
mod rules;
mod runbooks;
#[cfg(test)]
mod tests;

use crate::facts::Facts;

pub use node::{About, Alerting, Concern, Edge, Kind, Measured, Node, Panel, Recording, Relation};

use drawing::Drawing;

/// Nodes and arrows. Nodes stand in the order of their kinds, then of files; arrows in that of their ends.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The arrows; there is at most one from a node to another.
    pub edges: Vec<Edge>,
}

impl Graph {
    /// Draws the graph of a workspace.
    pub fn of(facts: &Facts<'_>) -> Self {
        let mut drawing = Drawing::of(facts);
        rules::draw(&mut drawing);
        dashboards::draw(&mut drawing);
        metrics::draw(&mut drawing);
        routes::draw(&mut drawing);
        runbooks::draw(&mut drawing);
        drawing.finish()
    }

    /// Whether something stands out, and at how many nodes.
    pub fn concerned(&self, concern: Concern) -> usize {
        self.nodes.iter().filter(|node| node.concerns.contains(&concern)).count()
    }
}
