//! Labels of the whole server that rules hide, or that others need and that are not there.

use crate::{
    check,
    facts::{Program, RuleSite, Server},
    kit::*,
    model::{Pair, prometheus::Prometheus},
    workspace::Workspace,
};

check! {
    /// A rule hides an external label of its server, or Thanos needs some where there are none.
    ///
    /// ## Why it matters
    /// External labels say which server a sample or an alert comes from. A label that the rule or the alert has
    /// already wins over them: the alert then seems to come from elsewhere, and routes, inhibitions and silences of the
    /// external label pass it by. The sidecar of Thanos does not start beside a server that has none.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// global: {external_labels: {cluster: berlin}}
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   labels: {cluster: search}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// global: {external_labels: {cluster: berlin}}
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   labels: {shard: search}
    /// ```
    pub struct ExternalLabels {}
    id: "prometheus/external-labels", severity: Warning,
}

impl Check for ExternalLabels {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        for site in facts.rules.all() {
            hidden(*site, facts, out);
        }
        for server in facts.servers.all().iter().filter(|server| server.config.global.external_labels.is_empty()) {
            beside_thanos(server, workspace, facts, out);
        }
    }
}

/// Reports labels of a rule that are external labels of the only server that loads it, with another value.
fn hidden(site: RuleSite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let path = &facts.workspace.files.file(site.document.file).path;
    let mut servers = facts.servers.loading(path);
    let (Some(server), None) = (servers.next(), servers.next()) else { return };
    for label in &site.rule.labels {
        let (name, value) = (&label.name, label.value.text.text());
        let Some(external) = Pair::find(&server.config.global.external_labels, &name.value) else { continue };
        let own = external.value.text();
        if own == value || own.contains('$') || value.contains("{{") || value.is_empty() {
            continue;
        }
        out.report(name.span, format!("`{}: {value}` hides the external label of the server", name.value))
            .label(external.span(), format!("every other alert of this server has `{}: {own}`", name.value))
            .help("give the label of the rule another name, or remove it");
    }
}

/// Reports a server without external labels that a sidecar of Thanos runs beside.
fn beside_thanos(server: &Server<'_>, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let running: Vec<_> = facts.deployment.seeing(Program::Prometheus, &server.file.path).collect();
    let names: Vec<&str> = running.iter().map(|(container, _)| container.name()).collect();
    let services = workspace.documents.iter().filter_map(|document| document.compose()).flat_map(|one| &one.services);
    let mut sidecars = services.filter(|service| {
        let image = service.image.as_ref().and_then(|image| image.name.as_deref()).unwrap_or_default();
        let mut words = service.entrypoint.iter().chain(&service.command).map(|word| word.text.text());
        let url = service.flag("prometheus.url");
        let leads_here = url.is_some_and(|url| names.iter().any(|name| url.value.contains(&format!("://{name}:"))));
        image.ends_with("thanos") && words.any(|word| word == "sidecar") && leads_here
    });
    let Some(sidecar) = sidecars.next() else { return };
    out.report(
        start(server.config),
        "this server has no `external_labels`, so that the sidecar of Thanos does not start",
    )
    .severity(Severity::Error)
    .label(sidecar.name.span, "the sidecar")
    .help("add `external_labels` under `global`, different for each server");
}

/// `global`, else the beginning of the configuration.
fn start(config: &Prometheus) -> Span {
    config.keys.span("global").unwrap_or_else(|| Span::new(config.span.file, config.span.start, config.span.start))
}
