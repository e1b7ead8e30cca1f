//! Recording rules whose series nobody reads.

use std::collections::BTreeSet;

use crate::{check, kit::*, workspace::Workspace};

check! {
    /// No rule, dashboard or page of docs reads what a recording rule records.
    ///
    /// ## Why it matters
    /// It costs an evaluation each interval and a series for ever. Often it was meant to be read, and what should read
    /// it spells the name differently. The check is silent where there are no dashboards to look at, and where series
    /// are sent elsewhere.
    ///
    /// ## Example
    /// ```yaml path=rules.yml
    /// - record: job:errors:rate5m
    ///   expr: sum by (job) (rate(errors_total[5m]))
    /// ```
    /// ```json path=dashboard.json
    /// {"title": "Errors", "schemaVersion": 39, "panels": [{"id": 1, "type": "stat", "title": "Errors",
    ///   "datasource": {"type": "prometheus", "uid": "prom"}, "targets": [{"refId": "A", "expr": "sum(errors_total)"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=rules.yml
    /// - record: job:errors:rate5m
    ///   expr: sum by (job) (rate(errors_total[5m]))
    /// ```
    /// ```json path=dashboard.json
    /// {"title": "Errors", "schemaVersion": 39, "panels": [{"id": 1, "type": "stat", "title": "Errors",
    ///   "datasource": {"type": "prometheus", "uid": "prom"}, "targets": [{"refId": "A", "expr": "job:errors:rate5m"}]}]}
    /// ```
    pub struct UnusedRecord {}
    id: "rules/unused-record", severity: Info,
}

impl Check for UnusedRecord {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let has_dashboards = workspace.documents.iter().any(|document| document.dashboard().is_some());
        if !has_dashboards || facts.rules.record_names().next().is_none() || are_sent_elsewhere(facts) {
            return;
        }
        let Some(read) = names_read(workspace) else { return };
        for name in facts.rules.record_names() {
            if read.contains(name) || is_documented(name, workspace) {
                continue;
            }
            let places = facts.rules.records(name).iter().filter_map(|site| site.rule.record.as_ref());
            let Some(first) = places.into_iter().next() else { continue };
            out.report(first.span, format!("nothing here reads `{name}`"))
                .help("remove the rule, or ignore this where somebody else reads it");
        }
    }
}

/// Whether others than the files here may read the series.
fn are_sent_elsewhere(facts: &Facts<'_>) -> bool {
    facts.servers.all().iter().any(|server| !server.config.remote_write.is_empty())
}

/// Whether a page of docs speaks of a name.
fn is_documented(name: &str, workspace: &Workspace) -> bool {
    let mut pages = workspace.documents.iter().filter(|document| document.docs().is_some());
    pages.any(|page| workspace.files.file(page.file).text.contains(name))
}

/// The names of all series that an expression reads; `None` when one reads by a pattern, or cannot be read.
fn names_read(workspace: &Workspace) -> Option<BTreeSet<&str>> {
    let mut names = BTreeSet::new();
    for site in workspace.documents.iter().flat_map(queries_of) {
        for selection in site.query.valid()?.selections() {
            names.insert(selection.selector.metric_name()?.value.as_str());
        }
    }
    Some(names)
}
