//! Inputs of the import dialog, left in a dashboard that is loaded from its file.

use std::collections::BTreeMap;

use crate::{
    check,
    facts::Facts,
    kit::*,
    model::{Document, dashboard::datasource::DatasourceRef},
};

use super::provisioned::provider_of;

check! {
    /// A dashboard that is loaded from its file asks for a datasource that only the import dialog fills in.
    ///
    /// ## Why it matters
    /// An export "for sharing externally" says `${DS_PROMETHEUS}` where the datasource was. The import dialog
    /// replaces it; provisioning does not, and every panel says "Datasource ${DS_PROMETHEUS} was not found".
    ///
    /// ## Example
    /// ```yaml path=grafana/provider.yml
    /// apiVersion: 1
    /// providers:
    ///   - {name: default, type: file, options: {path: /var/lib/grafana/dashboards}}
    /// ```
    /// ```json path=grafana/dashboard.json
    /// {"title": "Shop", "schemaVersion": 39, "__inputs": [{"name": "DS_PROM", "type": "datasource", "pluginId": "prometheus"}],
    ///  "panels": [{"type": "stat", "title": "Up", "datasource": {"type": "prometheus", "uid": "${DS_PROM}"},
    ///   "targets": [{"refId": "A", "expr": "sum(up)"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=grafana/provider.yml
    /// apiVersion: 1
    /// providers:
    ///   - {name: default, type: file, options: {path: /var/lib/grafana/dashboards}}
    /// ```
    /// ```json path=grafana/dashboard.json
    /// {"title": "Shop", "schemaVersion": 39,
    ///  "panels": [{"type": "stat", "title": "Up", "datasource": {"type": "prometheus", "uid": "prometheus"},
    ///   "targets": [{"refId": "A", "expr": "sum(up)"}]}]}
    /// ```
    pub struct DsInput {}
    id: "dashboards/ds-input", severity: Error,
}

impl Check for DsInput {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        let mut inputs: BTreeMap<&str, Vec<&DatasourceRef>> = BTreeMap::new();
        for reference in dashboard.datasource_references().filter(|one| dashboard.is_leftover_input(one)) {
            inputs.entry(reference.variable().unwrap_or_default()).or_default().push(reference);
        }
        for (name, references) in inputs {
            let Some(first) = references.first() else { continue };
            let declared =
                dashboard.inputs.iter().any(|input| input.name.as_ref().is_some_and(|own| own.value == name));
            let others = here_and_more(references.len());
            if let Some(provider) = provider_of(document, facts) {
                let plugin = first.plugin.as_ref().map_or("prometheus", |plugin| &plugin.value);
                let finding = out
                    .report(
                        first.points_to.span,
                        format!("nothing replaces `${{{name}}}` when Grafana loads this file{others}"),
                    )
                    .label(provider.path.as_ref().map_or(provider.span, |path| path.span()), "loaded by this provider");
                let Some(uid) = only_uid(plugin, facts) else {
                    finding
                        .help(format!("say the uid of a datasource, or add a variable `{name}` of type `datasource`"));
                    continue;
                };
                let finding = finding.help(format!("say `\"uid\": \"{uid}\"`, the datasource that is provisioned"));
                let edits = references.iter().map(|one| Edit { span: one.points_to.span, text: format!("\"{uid}\"") });
                if let Some(fix) = Fix::edits_of(format!("ask `{uid}`"), Applicability::Unsafe, edits.collect()) {
                    finding.fix(fix);
                }
            } else if !declared {
                out.report(first.points_to.span, format!("nothing defines the input `{name}`{others}"))
                    .severity(Severity::Warning)
                    .help(format!("list it under `__inputs`, or add a variable `{name}` of type `datasource`"));
            }
        }
    }
}

/// The uid of the only provisioned datasource of a plugin.
fn only_uid(plugin: &str, facts: &Facts<'_>) -> Option<String> {
    let mut fitting = facts.datasources.all().iter().filter(|one| one.plugin().as_deref() == Some(plugin));
    let only = fitting.next().filter(|_| fitting.next().is_none())?;
    only.datasource.effective_uid()
}
