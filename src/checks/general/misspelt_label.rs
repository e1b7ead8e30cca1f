//! Labels that stand in one place only, and elsewhere are spelt otherwise.

use crate::{
    check,
    checks::metrics::captured::captured,
    facts::{NamedBy, NamedLabel, routing::Carried},
    kit::*,
    promql::{Expr, flow::Flow},
    vocab::is_slip,
    workspace::Workspace,
};

check! {
    /// A label stands in one place only, and everywhere else it is spelt otherwise.
    ///
    /// Two letters are swapped, one stands twice or is lost. Where it can be proven that a label is not there, other checks
    /// say so; here the spelling speaks for itself.
    ///
    /// ## Why it matters
    /// Nobody complains of a label that is not there: a text is rendered with nothing in its place, a matcher selects
    /// nothing, a grouping puts everything into one group.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: DiskFull
    ///   expr: node_filesystem_avail_bytes < 1e9
    ///   annotations:
    ///     summary: "Disk of {{ $labels.instnace }} full"
    /// - alert: NoInodes
    ///   expr: node_filesystem_files_free < 1000
    ///   annotations:
    ///     summary: "No inodes on {{ $labels.instance }}"
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: DiskFull
    ///   expr: node_filesystem_avail_bytes < 1e9
    ///   annotations:
    ///     summary: "Disk of {{ $labels.instance }} full"
    /// - alert: NoInodes
    ///   expr: node_filesystem_files_free < 1000
    ///   annotations:
    ///     summary: "No inodes on {{ $labels.instance }}"
    /// ```
    pub struct MisspeltLabel {}
    id: "general/misspelt-label", severity: Warning,
}

/// Labels that are meant even where nothing else here has them.
const WELL_KNOWN: [&str; 20] = [
    "alertname",
    "cluster",
    "component",
    "container",
    "deployment",
    "device",
    "endpoint",
    "environment",
    "handler",
    "hostname",
    "instance",
    "method",
    "mountpoint",
    "namespace",
    "priority",
    "quantile",
    "service",
    "severity",
    "status",
    "version",
];

impl Check for MisspeltLabel {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        for (label, near) in facts.label_names.alone() {
            let name = label.name;
            let usual = near.iter().find(|other| other.sites > 1 || other.count > label.count).map(|other| other.name);
            let known = || WELL_KNOWN.into_iter().find(|known| is_slip(name, known));
            let (meant, why) = match (usual, known()) {
                (Some(usual), _) => (usual, "elsewhere it is"),
                (None, Some(known)) => (known, "nearly is the usual"),
                (None, None) => continue,
            };
            if WELL_KNOWN.contains(&name) || is_told_by_another(label, facts) {
                continue;
            }
            out.report(label.span, format!("the label `{name}` stands only here, and {why} `{meant}`"))
                .help(format!("did you mean `{meant}`?"))
                .instead(&workspace.files, name, meant);
        }
    }
}

/// Whether it is proven there that the label is missing, or a variable may make another one of it.
fn is_told_by_another(label: &NamedLabel<'_>, facts: &Facts<'_>) -> bool {
    let lacks = |site: &QuerySite<'_>| {
        let known = facts.series.at(&facts.servers, site.document);
        site.expr().is_none_or(|expr| Flow::of(expr, &known).label(label.name).is_absent())
    };
    match label.by {
        NamedBy::Text(site) => site.query().is_none_or(|query| lacks(&query)),
        NamedBy::Legend(site) => lacks(&site),
        NamedBy::Query(site) => {
            let mut selections = site.expr().into_iter().flat_map(Expr::selections);
            site.is_open(label.span) || selections.any(|one| captured(one.selector, site, facts).is_some())
        }
        NamedBy::Alertmanager(document) => {
            let alerts = facts.routing.at(document).and_then(|dispatcher| dispatcher.alerts.as_deref());
            alerts.is_some_and(|alerts| alerts.iter().all(|alert| alert.label(label.name) == Carried::Exactly("")))
        }
        NamedBy::Other => false,
    }
}
