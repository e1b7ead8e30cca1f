//! What all files say together: one independent index per file of this folder, built once and read by
//! every check. To join two facts, write a third.

mod datasources;
mod rules;
mod servers;

use crate::{config::Config, workspace::Workspace};

pub use datasources::{Datasources, Provisioned};
pub use rules::{RuleSite, Rules};
pub use servers::{LeadsTo, RuleFiles, Server, Servers};

/// All facts.
#[derive(Debug)]
pub struct Facts<'w> {
    /// What they were gathered from.
    pub workspace: &'w Workspace,
    /// What the project says of itself.
    pub config: &'w Config,
    /// Provisioned Grafana datasources.
    pub datasources: Datasources<'w>,
    /// Rules by name.
    pub rules: Rules<'w>,
    /// Prometheus servers and the rule files they load.
    pub servers: Servers<'w>,
}

impl<'w> Facts<'w> {
    /// Gathers the facts of a workspace.
    pub fn of(workspace: &'w Workspace, config: &'w Config) -> Self {
        Self {
            workspace,
            config,
            datasources: Datasources::of(workspace),
            rules: Rules::of(workspace),
            servers: Servers::of(workspace, &|_, _| None),
        }
    }
}
