//! Metrics and labels that exporters have renamed or removed.

use std::collections::BTreeMap;

use crate::{
    catalog, check,
    kit::*,
    promql::ast::{Expr, VectorSelector},
    workspace::Workspace,
};

use super::cause::{Cause, cause};

check! {
    /// An expression asks for a metric, or a label, that its exporter has renamed or removed.
    ///
    /// Renames are known of node_exporter, kube-state-metrics, Kubernetes, Prometheus, redis_exporter, postgres_exporter
    /// and others. The check is silent where a container here runs a version that still has the old name.
    ///
    /// ## Why it matters
    /// Rules and dashboards are copied from place to place for years; the exporters were updated meanwhile. The alert
    /// never fires, the panel stays empty.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: DiskFull
    ///   expr: node_filesystem_avail / node_filesystem_size < 0.1
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: DiskFull
    ///   expr: node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.1
    /// ```
    pub struct Renamed {}
    id: "metrics/renamed", severity: Warning,
}

/// Labels that the kubelet's metrics of containers had before Kubernetes 1.16, with what they are called now.
const LABELS: [(&str, &str); 2] = [("pod_name", "pod"), ("container_name", "container")];

impl Check for Renamed {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut metrics: BTreeMap<&str, (&catalog::Renamed, Vec<Span>)> = BTreeMap::new();
        for asked in facts.asked.named(|name| catalog::renamed(name).is_some()) {
            if let Some(Cause::Renamed(old)) = cause(asked, facts) {
                metrics.entry(&asked.name.value).or_insert((old, Vec::new())).1.push(asked.name.span);
            }
        }
        for (name, (old, places)) in metrics {
            report(name, old, &places, out);
        }
        labels(workspace, facts, out);
    }
}

fn report(name: &str, old: &catalog::Renamed, places: &[Span], out: &mut Sink<'_>) {
    let (program, since) = (old.program, old.since);
    let message = format!("{program} has no `{name}` since version {since}");
    let finding = out.report_at(places, message);
    match old.now {
        None => finding.help("it was removed; nothing takes its place"),
        // A matcher beside the name makes it more than a change of letters.
        Some(now) if now.contains('{') => finding.help(format!("say `{now}`")),
        Some(now) => {
            let of_unit = if is_of_other_unit(name) { ", in seconds instead of milliseconds" } else { "" };
            finding.help(format!("it is called `{now}`{of_unit}")).rewrite(&format!("use `{now}`"), now)
        }
    };
}

/// Whether the value changed with the name.
fn is_of_other_unit(name: &str) -> bool {
    name.ends_with("_ms") || name == "node_disk_io_time_weighted"
}

/// Reports the old labels of the kubelet's metrics, unless a job writes them anew.
fn labels(workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let jobs = facts.servers.all().iter().flat_map(|server| &server.config.scrape_configs);
    let written: Vec<&str> = jobs
        .flat_map(|job| job.relabel_configs.iter().chain(&job.metric_relabel_configs))
        .filter_map(|rule| rule.target_label.as_ref())
        .map(|label| label.value.as_str())
        .collect();
    let mut about_containers: Vec<QuerySite<'_>> = facts.asked.named(is_of_container).map(|asked| asked.site).collect();
    about_containers.dedup_by_key(|site| std::ptr::from_ref(site.query));
    // The first place is the first of the files; the documents lie one behind the other.
    about_containers.sort_by_key(|site| std::ptr::from_ref(site.document));
    for (old, new) in LABELS.into_iter().filter(|(old, _)| !written.contains(old)) {
        let mut places = Vec::new();
        for expr in about_containers.iter().filter_map(QuerySite::expr) {
            let of_containers = expr.selections().filter(|one| selects_container(one.selector));
            let matchers = of_containers.flat_map(|one| &one.selector.matchers).map(|matcher| &matcher.label);
            places.extend(matchers.filter(|label| label.value == old).map(|label| label.span));
            places.extend(groupings(expr).filter(|label| label.value == old).map(|label| label.span));
        }
        places.retain(|place| workspace.files.slice(*place) == old);
        let (message, remedy) = if old == "container_name" && runs_in_docker(facts) {
            (format!("cAdvisor gives containers of Docker no label `{old}`"), "their names are in `name`".to_owned())
        } else {
            (format!("Kubernetes has no label `{old}` since version 1.16"), format!("it is called `{new}`"))
        };
        out.report_at(&places, message).help(remedy);
    }
}

/// Whether cAdvisor is a container beside those that it watches, and no cluster is at hand.
fn runs_in_docker(facts: &Facts<'_>) -> bool {
    let mut images = facts.deployment.containers().iter().filter_map(|container| container.image());
    let is_cadvisor = |name: &str| name.rsplit('/').next() == Some("cadvisor");
    facts.cluster.manifests().is_empty() && images.any(|image| image.name.as_deref().is_some_and(is_cadvisor))
}

fn selects_container(selector: &VectorSelector) -> bool {
    selector.metric_name().is_some_and(|name| is_of_container(&name.value))
}

/// Whether a metric is one of those that the kubelet has of containers.
fn is_of_container(name: &str) -> bool {
    name.starts_with("container_") && catalog::of("cadvisor").is_some_and(|cadvisor| cadvisor.named(name).is_some())
}

/// The labels of `by (…)` whose operands read nothing but metrics of containers.
fn groupings(expr: &Expr) -> impl Iterator<Item = &Spanned<Name>> {
    let of_containers = |expr: &Expr| expr.selections().all(|one| selects_container(one.selector));
    let aggregations = expr.aggregations().filter(move |one| of_containers(&one.operand));
    aggregations.filter_map(|one| one.grouping.as_ref()).flat_map(|grouping| &grouping.labels.names)
}
