//! References that claim another plugin than the datasource has.

use std::collections::BTreeSet;

use crate::{
    check,
    facts::{Datasources, Provisioned},
    kit::*,
    model::Document,
};

use super::plugin::language;

check! {
    /// A dashboard takes a datasource for one of another type.
    ///
    /// ## Why it matters
    /// The panel sends its query in one language to a source that speaks another, and stays empty.
    ///
    /// ## Example
    /// ```yaml path=datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - {name: Logs, uid: logs, type: loki, url: "http://loki:3100"}
    /// ```
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "stat", "title": "Up",
    ///   "datasource": {"type": "prometheus", "uid": "logs"},
    ///   "targets": [{"refId": "A", "expr": "sum(up)"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - {name: Metrics, uid: metrics, type: prometheus, url: "http://prometheus:9090"}
    /// ```
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "stat", "title": "Up",
    ///   "datasource": {"type": "prometheus", "uid": "metrics"},
    ///   "targets": [{"refId": "A", "expr": "sum(up)"}]}]}
    /// ```
    pub struct DsType {}
    id: "dashboards/ds-type", severity: Error,
}

impl Check for DsType {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        let mut told = BTreeSet::new();
        for reference in dashboard.datasource_references() {
            let (Some(claimed), Some(name)) = (&reference.plugin, Datasources::literal(reference)) else { continue };
            let Some(provisioned) = facts.datasources.find(name) else { continue };
            let Some(real) = provisioned.plugin() else { continue };
            // Exports call Grafana's own source so, and some that are not.
            let is_general = claimed.value == "datasource";
            let is_meant =
                |one: Provisioned<'_>| one.plugin().is_none_or(|plugin| language(&plugin) == language(&claimed.value));
            if is_general || facts.datasources.called(name).any(is_meant) || !told.insert((name, &claimed.value)) {
                continue;
            }
            let place = provisioned.datasource.kind.as_ref().map_or(provisioned.place(), |kind| kind.span());
            out.report(claimed.span, format!("`{name}` is no datasource of type `{}`", claimed.value))
                .label(place, format!("provisioned here as `{real}`"))
                .help(format!("say `\"type\": \"{real}\"`, or choose a datasource of type `{}`", claimed.value));
        }
    }
}
