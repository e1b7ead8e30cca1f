//! Alerting that would fail without anybody noticing.

use crate::{check, facts::routing::Alert, kit::*, model::Document};

check! {
    /// No alert fires always, so that nobody notices when alerting itself has failed.
    ///
    /// ## Why it matters
    /// When Prometheus or Alertmanager is down, no alert comes, which looks like good weather. An alert that always
    /// fires, sent to a service that complains when it stops coming, tells the two apart.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: mail}
    /// receivers: [{name: mail}]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// - alert: Watchdog
    ///   expr: vector(1)
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: mail}
    /// receivers: [{name: mail}]
    /// ```
    pub struct NoWatchdog {}
    id: "alertmanager/no-watchdog", severity: Info, opt_in: true,
}

impl Check for NoWatchdog {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dispatcher) = facts.routing.at(document) else { return };
        let alerts = dispatcher.alerts.as_deref().unwrap_or_default();
        let (Some(tree), Some(first)) = (&dispatcher.tree, alerts.first()) else { return };
        if !alerts.iter().any(Alert::is_constant) {
            out.report(tree.node(0).route.anchor(), "no alert fires always, so nobody notices when alerts stop coming")
                .label(first.name.span, format!("the first of {}", alerts.len()))
                .help("add an alert on `vector(1)`, and send it to a service that complains when it stops coming");
        }
    }
}
