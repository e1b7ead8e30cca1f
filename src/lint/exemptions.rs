//! What `.lint` files of Grafana's dashboard-linter exempt, told in the ids of our checks, so that a project can
//! change over without writing its exceptions anew.

use std::path::Path;

use crate::{
    diag::{Diagnostic, Severity},
    model::{
        dashboard::{Dashboard, panel::Panel},
        exemptions::{ExemptPlace, ExemptRule, Exemptions},
    },
    workspace::Workspace,
};

/// The rules of dashboard-linter, and the checks that find the same here.
pub const RULES: [(&str, &[&str]); 18] = [
    ("panel-datasource-rule", &["dashboards/ds-fixed"]),
    ("panel-no-targets-rule", &["dashboards/target"]),
    ("panel-title-description-rule", &["dashboards/undescribed"]),
    ("panel-units-rule", &["dashboards/unit-missing", "dashboards/unit"]),
    ("target-counter-agg-rule", &["promql/counter-raw", "promql/rate-of-sum"]),
    ("target-instance-rule", &["dashboards/scope"]),
    ("target-job-rule", &["dashboards/scope"]),
    ("target-logql-auto-rule", &["logql/fixed-window"]),
    ("target-logql-rule", &["logql/syntax"]),
    ("target-promql-rule", &["dashboards/promql", "promql/syntax"]),
    ("target-rate-interval-rule", &["dashboards/rate-interval"]),
    ("target-required-matchers-rule", &["dashboards/scope"]),
    ("template-datasource-rule", &["dashboards/ds-fixed"]),
    ("template-instance-rule", &["dashboards/scope"]),
    ("template-job-rule", &["dashboards/scope"]),
    ("template-label-promql-rule", &["dashboards/var-query"]),
    ("template-on-time-change-reload-rule", &["dashboards/var-stale"]),
    ("uneditable-dashboard", &["dashboards/editable"]),
];

/// The `.lint` files of a workspace, each with its folder.
pub struct Exempted<'w> {
    workspace: &'w Workspace,
    files: Vec<(&'w Path, &'w Exemptions)>,
}

/// What becomes of a finding.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It stays as it is.
    Told,
    /// It is told as a warning.
    Warned,
    /// It is not told.
    Exempt,
}

impl<'w> Exempted<'w> {
    /// Gathers the `.lint` files.
    pub fn of(workspace: &'w Workspace) -> Self {
        let files = workspace.documents.iter().filter_map(|document| {
            let folder = workspace.files.file(document.file).path.parent().unwrap_or(Path::new(""));
            Some((folder, document.exemptions()?))
        });
        Self { workspace, files: files.collect() }
    }

    /// What becomes of a finding: a `.lint` file is about the dashboards of its folder.
    pub fn fate(&self, finding: &Diagnostic) -> Fate {
        if self.files.is_empty() {
            return Fate::Told;
        }
        let folder = self.workspace.files.file(finding.span.file).path.parent().unwrap_or(Path::new(""));
        let Some((_, exemptions)) = self.files.iter().find(|(own, _)| *own == folder) else { return Fate::Told };
        let holding = |document: &&crate::model::Document| document.span.contains(finding.span);
        let Some(dashboard) = self.workspace.documents.iter().filter(holding).find_map(|one| one.dashboard()) else {
            return Fate::Told;
        };
        let place = Place::of(dashboard, finding);
        let covers = |rules: &[ExemptRule]| rules.iter().any(|rule| place.is_covered(rule, finding.check));
        if covers(&exemptions.exclusions) {
            Fate::Exempt
        } else if covers(&exemptions.warnings) && finding.severity == Severity::Error {
            Fate::Warned
        } else {
            Fate::Told
        }
    }
}

/// Where in a dashboard a finding stands, as dashboard-linter names places.
struct Place<'d> {
    dashboard: &'d str,
    panel: Option<&'d str>,
    target: Option<i64>,
}

impl<'d> Place<'d> {
    fn of(dashboard: &'d Dashboard, finding: &Diagnostic) -> Self {
        let holds = |panel: &&Panel| panel.span.is_some_and(|span| span.contains(finding.span));
        // Of a row and a panel in it, the panel comes later.
        let panel = dashboard.panels.iter().rfind(holds);
        let target = panel.and_then(|panel| panel.targets.iter().position(|target| target.span.contains(finding.span)));
        let title = |title: Option<&'d crate::text::Excerpt>| title.map_or("", |title| title.text());
        Self {
            dashboard: title(dashboard.title.as_ref()),
            panel: panel.map(|panel| title(panel.title.as_ref())),
            target: target.and_then(|target| i64::try_from(target).ok()),
        }
    }

    /// Whether a rule is one of a check's, and holds here.
    fn is_covered(&self, rule: &ExemptRule, check: &str) -> bool {
        let checks =
            RULES.iter().find(|(name, _)| *name == rule.name.value).map_or(&[] as &[&str], |(_, checks)| checks);
        checks.contains(&check) && (rule.entries.is_empty() || rule.entries.iter().any(|entry| self.fits(entry)))
    }

    fn fits(&self, entry: &ExemptPlace) -> bool {
        let is_panel = |title: &str| entry.panel.as_ref().is_none_or(|panel| panel.value == title);
        entry.dashboard.as_ref().is_none_or(|title| title.value == self.dashboard)
            && self.panel.is_none_or(is_panel)
            && (entry.target.is_none()
                || self.target.is_none()
                || entry.target.map(|target| target.value) == self.target)
    }
}
