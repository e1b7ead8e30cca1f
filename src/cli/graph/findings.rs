//! Which findings are about which node: those that lie in the text that defines it.

use std::collections::BTreeMap;

use crate::{
    diag::Diagnostic,
    graph::Graph,
    text::{FileId, Span},
};

/// Findings by node.
pub struct Findings<'d> {
    of_nodes: Vec<Vec<&'d Diagnostic>>,
}

impl<'d> Findings<'d> {
    /// Gives each finding to the nodes whose text is the smallest around it.
    pub fn of(graph: &Graph, findings: &'d [Diagnostic]) -> Self {
        let mut of_nodes = vec![Vec::new(); graph.nodes.len()];
        let mut extents: BTreeMap<FileId, Vec<(Span, usize)>> = BTreeMap::new();
        for (at, node) in graph.nodes.iter().enumerate() {
            for extent in &node.extents {
                extents.entry(extent.file).or_default().push((*extent, at));
            }
        }
        for of_file in extents.values_mut() {
            // Of those that begin together the larger comes first.
            of_file.sort_by_key(|(extent, at)| (extent.start, u32::MAX - extent.end, *at));
        }
        for finding in findings {
            let Some(of_file) = extents.get(&finding.span.file) else { continue };
            let before = of_file.partition_point(|(extent, _)| extent.start <= finding.span.start);
            let around = of_file[..before].iter().rev().find(|(extent, _)| extent.contains(finding.span));
            let Some((smallest, _)) = around else { continue };
            for (_, node) in of_file[..before].iter().rev().take_while(|(extent, _)| extent.start >= smallest.start) {
                if graph.nodes[*node].extents.contains(smallest) {
                    of_nodes[*node].push(finding);
                }
            }
        }
        Self { of_nodes }
    }

    /// The findings about a node, in the order of their places.
    pub fn at(&self, node: usize) -> &[&'d Diagnostic] {
        self.of_nodes.get(node).map_or(&[], Vec::as_slice)
    }
}
