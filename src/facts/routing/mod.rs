//! Where alerts go: the routing tree of every Alertmanager, the alerts that are sent to it, and which of
//! them get where. Checks and commands that speak of routing all ask here.

mod alert;
mod board;
mod condition;
mod demands;
mod index;
mod reach;
mod senders;
mod templates;
#[cfg(test)]
mod tests;
mod tree;
mod values;

use std::collections::BTreeMap;

use crate::{
    model::{
        Document,
        alertmanager::{Alertmanager, Matcher, Matchers},
    },
    template::{Template, ast::Definition},
    workspace::Workspace,
};

pub use alert::{Alert, Carried, Verdict};
pub use board::{Addressee, Board, Origin, boards, time_intervals};
pub use reach::Reached;
pub use templates::TemplateFiles;
pub use tree::{RouteNode, RouteTree, Unreachable};

use super::{Deployment, Facts, Rules, Series, Servers};
use condition::Condition;
use senders::Senders;

/// An Alertmanager.
#[derive(Debug)]
pub struct Dispatcher<'w> {
    /// The document of its configuration.
    pub document: &'w Document,
    /// Its configuration.
    pub config: &'w Alertmanager,
    /// Each entry of `templates`, resolved.
    pub templates: Vec<TemplateFiles<'w>>,
    /// Its routing tree, if it has one.
    pub tree: Option<RouteTree<'w>>,
    /// Every alert that is sent to it; `None` when some may come from elsewhere than the rules here.
    pub alerts: Option<Vec<Alert<'w>>>,
    by_label: index::ByLabel,
}

impl<'w> Dispatcher<'w> {
    /// The templates that its files define, by name; of several the last one counts.
    pub fn definitions(&self) -> BTreeMap<&'w str, &'w Definition> {
        let files = self.templates.iter().flat_map(|entry| entry.templates.iter().copied());
        let all = files.flat_map(Template::definitions);
        all.map(|definition| (definition.name.value.as_str(), definition)).collect()
    }
}

impl<'w> Dispatcher<'w> {
    /// The alerts that satisfy all of some matchers, or may, in the order of rules; none when not all alerts are known.
    pub fn alerts_taken(&self, matchers: &[Matcher]) -> Vec<&Alert<'w>> {
        let all = self.alerts.as_deref().unwrap_or_default();
        let takes = |alert: &&Alert<'w>| alert.satisfies(matchers) != Verdict::No;
        match self.by_label.narrowed(matchers) {
            Some(places) => places.into_iter().map(|place| &all[place]).filter(takes).collect(),
            None => all.iter().filter(takes).collect(),
        }
    }
}

/// All Alertmanagers.
#[derive(Debug, Default)]
pub struct Routing<'w> {
    all: Vec<Dispatcher<'w>>,
}

impl<'w> Routing<'w> {
    /// Gathers the Alertmanagers of a workspace.
    pub fn of(
        workspace: &'w Workspace,
        deployment: &Deployment<'w>,
        rules: &Rules<'w>,
        servers: &Servers<'w>,
        series: &Series,
    ) -> Self {
        let configs = workspace.documents.iter().filter_map(|document| Some((document, document.alertmanager()?)));
        let mut all: Vec<Dispatcher<'w>> = configs
            .map(|(document, config)| {
                let tree = config.route.as_ref().map(RouteTree::of);
                let templates = templates::of(workspace, deployment, document, config);
                Dispatcher { document, config, templates, tree, alerts: None, by_label: index::ByLabel::default() }
            })
            .collect();
        let senders = Senders::of(&all, workspace, (rules, servers, series));
        let alerts: Vec<_> = all.iter().map(|one| senders.alerts(one)).collect();
        for (dispatcher, alerts) in all.iter_mut().zip(alerts) {
            dispatcher.by_label = index::ByLabel::of(dispatcher.config, alerts.as_deref().unwrap_or_default());
            dispatcher.alerts = alerts;
        }
        Self { all }
    }

    /// All of them, in the order of files.
    pub fn all(&self) -> &[Dispatcher<'w>] {
        &self.all
    }

    /// The Alertmanager that a document configures.
    pub fn at(&self, document: &Document) -> Option<&Dispatcher<'w>> {
        self.all.iter().find(|dispatcher| std::ptr::eq(dispatcher.document, document))
    }
}

/// The alerts of every rule of a workspace, for people who say themselves which rules send to an Alertmanager. What
/// the servers there add is taken into account; where there is none, alerts carry what their rules say.
pub fn all_alerts<'w>(facts: &Facts<'w>) -> Vec<Alert<'w>> {
    senders::of_all_rules(facts.workspace, (&facts.rules, &facts.servers, &facts.series))
}

/// The alerts of the rules that lie nearer to an Alertmanager than to any other, whoever else may send to it.
pub fn alerts_beside<'w>(facts: &Facts<'w>, dispatcher: &Dispatcher<'w>) -> Vec<Alert<'w>> {
    let known = (&facts.rules, &facts.servers, &facts.series);
    Senders::of(facts.routing.all(), facts.workspace, known).alerts_beside(dispatcher)
}

/// Whether all that satisfies some matchers surely satisfies others, too.
pub fn implies(given: &Matchers, implied: &Matchers) -> bool {
    Condition::of(&implied.all).follows_from(&Condition::of(&given.all))
}

/// Two of some matchers that no label satisfies both of; the same one twice when it can never hold.
pub fn contradiction(
    matchers: &Matchers,
) -> Option<(&crate::model::alertmanager::Matcher, &crate::model::alertmanager::Matcher)> {
    let (first, last) = Condition::of(&matchers.all).contradiction()?;
    Some((&matchers.all[first], &matchers.all[last]))
}
