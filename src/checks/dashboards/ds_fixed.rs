//! Panels that always ask the same datasource.

use crate::{
    check,
    facts::Datasources,
    kit::*,
    model::{Document, dashboard::variable::VariableKind},
};

check! {
    /// A panel names its datasource instead of taking it from a variable.
    ///
    /// ## Why it matters
    /// The dashboard works in one installation only, and cannot be switched to another cluster. This is a rule of
    /// some houses only, so it is off until it is asked for.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "stat", "title": "Up",
    ///   "datasource": {"type": "prometheus", "uid": "prom"}, "targets": [{"refId": "A", "expr": "sum(up)"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39,
    ///  "templating": {"list": [{"name": "datasource", "type": "datasource", "query": "prometheus"}]},
    ///  "panels": [{"type": "stat", "title": "Up",
    ///   "datasource": {"type": "prometheus", "uid": "$datasource"}, "targets": [{"refId": "A", "expr": "sum(up)"}]}]}
    /// ```
    pub struct DsFixed {}
    id: "dashboards/ds-fixed", severity: Warning, opt_in: true,
}

impl Check for DsFixed {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        let of_panels = dashboard.panels.iter().flat_map(|panel| {
            panel.datasource.iter().chain(panel.targets.iter().filter_map(|target| target.datasource.as_ref()))
        });
        let fixed: Vec<_> = of_panels.filter(|reference| Datasources::literal(reference).is_some()).collect();
        let Some(first) = fixed.first() else { return };
        let name = Datasources::literal(first).unwrap_or_default();
        let mut variables = dashboard.variables.iter().filter(|variable| variable.kind == VariableKind::Datasource);
        let variable = variables.find_map(|variable| variable.name.as_ref());
        let others = here_and_more(fixed.len());
        let finding = out.report(first.points_to.span, format!("the datasource is fixed to `{name}`{others}"));
        match variable {
            Some(variable) => finding.help(format!("take `${}`", variable.value)),
            None => finding.help("add a variable of type `datasource`, and take it"),
        };
    }
}
