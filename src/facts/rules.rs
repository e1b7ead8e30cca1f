//! Rules by name, over all files.

use crate::{
    model::{
        Document,
        rules::{Group, Rule},
    },
    text::Spanned,
    workspace::Workspace,
};

use super::by_name::ByName;

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
    alerts: ByName<'w, RuleSite<'w>>,
    records: ByName<'w, RuleSite<'w>>,
    record_names: Vec<&'w str>,
}

impl<'w> Rules<'w> {
    /// Gathers the rules of a workspace.
    pub fn of(workspace: &'w Workspace) -> Self {
        let sites =
            |document: &'w Document| document.rules().map(move |(group, rule)| RuleSite { document, group, rule });
        let all: Vec<RuleSite<'w>> = workspace.documents.iter().flat_map(sites).collect();
        let named = |name: fn(&Rule) -> Option<&Spanned<String>>| {
            ByName::of(all.iter().filter_map(move |site| Some((name(site.rule)?.value.as_str(), *site))))
        };
        let (alerts, records) = (named(|rule| rule.alert.as_ref()), named(|rule| rule.record.as_ref()));
        let mut record_names: Vec<&str> = records.names().collect();
        record_names.sort_unstable();
        Self { all, alerts, records, record_names }
    }

    /// All rules, in the order of files.
    pub fn all(&self) -> &[RuleSite<'w>] {
        &self.all
    }

    /// The alerting rules of a name.
    pub fn alerts(&self, name: &str) -> &[RuleSite<'w>] {
        self.alerts.get(name)
    }

    /// The names of all alerts, each once, in the order of files.
    pub fn alert_names(&self) -> impl Iterator<Item = &'w str> + '_ {
        self.alerts.names()
    }

    /// The recording rules of a name.
    pub fn records(&self, name: &str) -> &[RuleSite<'w>] {
        self.records.get(name)
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
