//! The datasources that Grafana is provisioned with, under the uids they get.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{
        Document,
        dashboard::datasource::{DatasourceRef, DatasourceTarget},
        provisioning::{Provisioning, datasource::Datasource, derived_uid},
    },
    text::Span,
    workspace::{Fate, Workspace},
};

use super::charts;

/// A provisioned datasource.
#[derive(Copy, Clone, Debug)]
pub struct Provisioned<'w> {
    /// The document it stands in.
    pub document: &'w Document,
    /// The datasource.
    pub datasource: &'w Datasource,
}

impl Provisioned<'_> {
    /// Where to point: at its uid, else at its name.
    pub fn place(&self) -> Span {
        let place = self.datasource.uid.as_ref().or(self.datasource.name.as_ref());
        place.map_or(self.datasource.span, |setting| setting.span())
    }

    /// Its name, unless it depends on the environment.
    pub fn name(&self) -> Option<String> {
        self.datasource.name.as_ref()?.known()
    }

    /// Whether its address is one of VictoriaMetrics, by name or port.
    fn is_victoria(&self) -> bool {
        let url = self.datasource.url.as_ref().and_then(|url| url.known()).unwrap_or_default().to_lowercase();
        ["victoria", "vmselect", "vmsingle", "vmauth", ":8428", ":8481"].iter().any(|word| url.contains(word))
    }

    /// Its plugin, unless it depends on the environment.
    pub fn plugin(&self) -> Option<String> {
        self.datasource.kind.as_ref()?.known()
    }
}

/// All provisioned datasources.
#[derive(Debug, Default)]
pub struct Datasources<'w> {
    all: Vec<Provisioned<'w>>,
    /// The ranks of the first of each uid.
    by_uid: BTreeMap<String, usize>,
    /// The ranks of the first of each name.
    by_name: BTreeMap<String, usize>,
    /// The ranks of all that a uid or name may stand for.
    called: BTreeMap<String, Vec<usize>>,
    /// What a VictoriaMetrics is called that is provisioned as a Prometheus.
    of_victoria: BTreeSet<String>,
    /// The names and uids of those that stand in templates, which say no more.
    templated: BTreeSet<String>,
    /// Whether the uid or name of some depends on the environment, or a chart brings more, so that nothing can be ruled
    /// out.
    open: bool,
}

impl<'w> Datasources<'w> {
    /// Gathers the datasources of a workspace.
    pub fn of(workspace: &'w Workspace) -> Self {
        let mut found = Self::default();
        for document in &workspace.documents {
            if let Some(Provisioning::Datasources(file)) = document.provisioning() {
                found.all.extend(file.datasources.iter().map(|datasource| Provisioned { document, datasource }));
            }
        }
        found.add_templated(workspace);
        found.open |= found.all.iter().any(|one| one.document.in_manifest) && charts::bring_monitoring(workspace);
        for (rank, one) in found.all.iter().enumerate() {
            let (uid, name) = (one.datasource.effective_uid(), one.name());
            found.open |= uid.is_none() || name.is_none();
            let names: BTreeSet<&String> = uid.iter().chain(&name).collect();
            for own in names {
                found.called.entry(own.clone()).or_default().push(rank);
                if one.is_victoria() {
                    found.of_victoria.insert(own.clone());
                }
            }
            uid.into_iter().for_each(|uid| _ = found.by_uid.entry(uid).or_insert(rank));
            name.into_iter().for_each(|name| _ = found.by_name.entry(name).or_insert(rank));
        }
        found
    }

    /// Adds what the templates of files of datasources call them.
    fn add_templated(&mut self, workspace: &Workspace) {
        let files = workspace.files.iter().zip(&workspace.readings);
        let templates = files.filter(|(_, reading)| matches!(reading.fate, Fate::Templated(_)));
        for ((_, file), _) in templates.filter(|((_, file), _)| file.text.contains("\ndatasources:")) {
            for line in file.text.lines() {
                let entry = line.trim_start().trim_start_matches("- ");
                let Some((key @ ("name" | "uid"), value)) = entry.split_once(':') else { continue };
                let value = value.trim().trim_matches(['"', '\'']);
                self.open |= value.contains(['{', '$', '<']);
                if key == "name" {
                    self.templated.insert(derived_uid(value));
                }
                self.templated.insert(value.to_owned());
            }
        }
    }

    /// Whether certainly none has this uid or name.
    pub fn lack(&self, uid_or_name: &str) -> bool {
        self.are_complete() && self.find(uid_or_name).is_none() && !self.templated.contains(uid_or_name)
    }

    /// All of them, in the order of files.
    pub fn all(&self) -> &[Provisioned<'w>] {
        &self.all
    }

    /// Whether they are all that there is, as far as the files can tell: there are some, none has a uid that comes from
    /// the environment, and no chart brings more.
    pub fn are_complete(&self) -> bool {
        !self.all.is_empty() && !self.open
    }

    /// Whether every Prometheus among them is a VictoriaMetrics, by its address: their language is nearly the same, but
    /// says more, and windows without samples reach back to the last one.
    pub fn are_victoria(&self) -> bool {
        let mut of_prometheus = self.all.iter().filter(|one| one.plugin().as_deref() == Some("prometheus")).peekable();
        of_prometheus.peek().is_some() && of_prometheus.all(Provisioned::is_victoria)
    }

    /// All uids that are known, in alphabetical order.
    pub fn uids(&self) -> impl Iterator<Item = &str> {
        self.by_uid.keys().map(String::as_str)
    }

    /// The datasource that a uid or name stands for; Grafana looks for uids first, then for names.
    pub fn find(&self, uid_or_name: &str) -> Option<Provisioned<'w>> {
        let rank = self.by_uid.get(uid_or_name).or_else(|| self.by_name.get(uid_or_name))?;
        self.all.get(*rank).copied()
    }

    /// All that a uid or name may stand for: each Grafana of a repository has its own.
    pub fn called(&self, uid_or_name: &str) -> impl Iterator<Item = Provisioned<'w>> {
        self.called.get(uid_or_name).into_iter().flatten().filter_map(|rank| self.all.get(*rank).copied())
    }

    /// Whether a uid or name may be that of a VictoriaMetrics, by its address: its language says more than a Prometheus'.
    pub fn may_be_victoria(&self, uid_or_name: &str) -> bool {
        self.of_victoria.contains(uid_or_name)
    }

    /// Whether a reference may lead to a VictoriaMetrics.
    pub fn leads_to_victoria(&self, reference: &DatasourceRef) -> bool {
        Self::literal(reference).is_some_and(|name| self.may_be_victoria(name))
    }

    /// The uid or name that a reference gives literally; `None` for variables, built-in sources and the default.
    pub fn literal(reference: &DatasourceRef) -> Option<&str> {
        match &reference.points_to.value {
            DatasourceTarget::Uid(text) | DatasourceTarget::Name(text) => {
                (!text.is_empty() && !text.contains('$') && !text.starts_with("-- ")).then_some(text)
            }
            _ => None,
        }
    }
}
