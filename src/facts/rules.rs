//! Rules by name, over all files.

use rustc_hash::FxHashMap;

use crate::{
    model::{
        Document,
        rules::{Group, Rule},
    },
    workspace::Workspace,
};

/// One rule and where it belongs.
#[derive(Copy, Clone, Debug)]
pub struct RuleSite<'w> {
    /// The document it stands in.
    pub document: &'w Document,
    /// Its group.
    pub group: &'w Group,
    /// The rule.
    pub rule: &'w Rule,
}

/// All rules.
#[derive(Debug, Default)]
pub struct Rules<'w> {
    all: Vec<RuleSite<'w>>,
    alerts: FxHashMap<&'w str, Vec<RuleSite<'w>>>,
    records: FxHashMap<&'w str, Vec<RuleSite<'w>>>,
    record_names: Vec<&'w str>,
}

impl<'w> Rules<'w> {
    /// Gathers the rules of a workspace.
    pub fn of(workspace: &'w Workspace) -> Self {
        let mut rules = Self::default();
        for document in &workspace.documents {
            for (group, rule) in document.rules() {
                rules.add(RuleSite { document, group, rule });
            }
        }
        rules.record_names.sort_unstable();
        rules.record_names.dedup();
        rules
    }

    fn add(&mut self, site: RuleSite<'w>) {
        self.all.push(site);
        if let Some(name) = &site.rule.alert {
            self.alerts.entry(&name.value).or_default().push(site);
        }
        if let Some(name) = &site.rule.record {
            self.records.entry(&name.value).or_default().push(site);
            self.record_names.push(&name.value);
        }
    }

    /// All rules, in the order of files.
    pub fn all(&self) -> &[RuleSite<'w>] {
        &self.all
    }

    /// The alerting rules of a name.
    pub fn alerts(&self, name: &str) -> &[RuleSite<'w>] {
        self.alerts.get(name).map_or(&[], Vec::as_slice)
    }

    /// The recording rules of a name.
    pub fn records(&self, name: &str) -> &[RuleSite<'w>] {
        self.records.get(name).map_or(&[], Vec::as_slice)
    }

    /// The recording rules of a name in the group of a rule.
    pub fn records_beside(&self, name: &str, rule: RuleSite<'_>) -> &[RuleSite<'w>] {
        // They stand in the order of documents and of groups, of which each list lies in one piece.
        fn place(site: RuleSite<'_>) -> (*const Document, *const Group) {
            (site.document, site.group)
        }
        let from = self.records(name);
        let from = &from[from.partition_point(|other| place(*other) < place(rule))..];
        &from[..from.partition_point(|other| place(*other) == place(rule))]
    }

    /// The names of all recorded series, sorted.
    pub fn record_names(&self) -> impl Iterator<Item = &'w str> + '_ {
        self.record_names.iter().copied()
    }
}
