//! Alerting rules whose alerts are sent to nobody.

use crate::{
    check,
    facts::{Container, Program, Server},
    kit::*,
    model::Document,
};

check! {
    /// A server evaluates alerts and has no Alertmanager to send them to.
    ///
    /// ## Why it matters
    /// The alerts fire, on a page that nobody looks at.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// alerting:
    ///   alertmanagers:
    ///     - static_configs:
    ///         - targets: []
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// alerting:
    ///   alertmanagers:
    ///     - static_configs:
    ///         - targets: ["alertmanager:9093"]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    pub struct NoAlertmanager {}
    id: "prometheus/no-alertmanager", severity: Warning,
}

impl Check for NoAlertmanager {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(server) = facts.servers.of_document(document) else { return };
        let alerting = &server.config.alerting;
        let reaches = |endpoint: &crate::model::prometheus::AlertmanagerEndpoint| {
            !endpoint.discoveries.is_empty() || endpoint.static_configs.iter().any(|config| !config.targets.is_empty())
        };
        if document.in_manifest || server.only_names_rules() || alerting.alertmanagers.iter().any(reaches) {
            return;
        }
        let alerts: Vec<&Spanned<String>> = facts
            .rules
            .all()
            .iter()
            .filter(|site| server.loads(&facts.workspace.files.file(site.document.file).path))
            .filter_map(|site| site.rule.alert.as_ref())
            .collect();
        let Some(first) = alerts.first() else { return };
        let what = if alerts.len() == 1 { "1 alert is".to_owned() } else { format!("{} alerts are", alerts.len()) };
        let (place, why) = place(server);
        let beside = alertmanager_beside(server, facts);
        let name = beside.map_or("alertmanager", Container::name);
        out.report(place, format!("{what} sent to nobody: {why}"))
            .label(first.span, if alerts.len() == 1 { "the alert" } else { "the first of them" })
            .label_if(beside.map(Container::place_of_name), "this Alertmanager runs beside it")
            .help(format!("name an Alertmanager under `alerting.alertmanagers`, as in `targets: [\"{name}:9093\"]`"));
    }
}

/// The Alertmanager of the compose file that starts a server.
fn alertmanager_beside<'f, 'w>(server: &Server<'_>, facts: &'f Facts<'w>) -> Option<&'f Container<'w>> {
    let mut running = facts.deployment.seeing(Program::Prometheus, &server.file.path);
    let (prometheus, _) = running.find(|(container, path)| container.may_run(path))?;
    let beside = |one: &&Container<'_>| {
        one.program == Some(Program::Alertmanager) && std::ptr::eq(one.document, prometheus.document)
    };
    facts.deployment.containers().iter().find(beside)
}

fn place(server: &Server<'_>) -> (Span, &'static str) {
    let keys = &server.config.keys;
    if let Some(endpoint) = server.config.alerting.alertmanagers.first() {
        let place = endpoint.static_configs.first().map_or(endpoint.span, |config| config.span);
        return (place, "the list of Alertmanagers is empty");
    }
    match keys.span("alerting") {
        Some(span) => (span, "no Alertmanager is named here"),
        None => (keys.span("rule_files").unwrap_or(server.config.span), "there is no `alerting` section"),
    }
}
