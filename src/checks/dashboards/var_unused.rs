//! Variables that change nothing.

use std::collections::BTreeSet;

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::{Dashboard, mention::Place, variable::VariableKind},
    },
};

check! {
    /// A dashboard defines a variable that nothing in it uses.
    ///
    /// ## Why it matters
    /// Whoever chooses a value believes to see that part only, but sees the same as before.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39,
    ///  "templating": {"list": [{"name": "instance", "type": "query", "query": "label_values(up, instance)"}]},
    ///  "panels": [{"type": "timeseries", "title": "Up", "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "sum(up)"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39,
    ///  "templating": {"list": [{"name": "instance", "type": "query", "query": "label_values(up, instance)"}]},
    ///  "panels": [{"type": "timeseries", "title": "Up", "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "sum(up{instance=~\"$instance\"})"}]}]}
    /// ```
    pub struct VarUnused {}
    id: "dashboards/var-unused", severity: Warning,
}

impl Check for VarUnused {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        // A library panel may use any of them, and so may the dashboard that all of them are handed to.
        let hands_on = dashboard.mentions.iter().any(|mention| mention.variable.name == "__all_variables");
        if hands_on || dashboard.panels.is_empty() || dashboard.panels.iter().any(|panel| panel.library.is_some()) {
            return;
        }
        let used = used(dashboard);
        for variable in &dashboard.variables {
            let Some(name) = variable.name.as_ref().filter(|name| !used.contains(name.value.as_str())) else {
                continue;
            };
            if matches!(variable.kind, VariableKind::AdHoc | VariableKind::GroupBy | VariableKind::Other(_)) {
                continue;
            }
            // Of a hidden one nobody expects anything, and generated dashboards bring their datasources along.
            let misleads = !variable.hidden && variable.kind != VariableKind::Datasource;
            out.report(name.span, format!("nothing in the dashboard uses the variable `${}`", name.value))
                .severity(if misleads { Severity::Warning } else { Severity::Info })
                .help("use it in the queries, or remove it");
        }
    }
}

/// The variables that something other than themselves names.
fn used(dashboard: &Dashboard) -> BTreeSet<&str> {
    let elsewhere = dashboard
        .mentions
        .iter()
        .filter(|mention| !matches!(&mention.place, Place::Variable(owner) if *owner == mention.variable.name));
    elsewhere.map(|mention| mention.variable.name.as_str()).collect()
}
