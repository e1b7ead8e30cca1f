//! Fields that a panel names and no query gives.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::{
            panel::Panel,
            queries::DashboardQuery,
            target::{Language, Target},
            transformation::FieldUse,
        },
    },
    promql::flow::Flow,
    vocab::{is_label_name, listed, nearest},
};

check! {
    /// A transformation or an override names a field that no query of the panel gives.
    ///
    /// ## Why it matters
    /// Grafana passes over names that are not there: the column keeps its raw name, the filter hides everything, the
    /// unit is not set. A table calls the values of query `B` `Value #B`, so renaming a query takes it out of the table.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "table", "title": "Targets",
    ///   "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "transformations": [{"id": "merge", "options": {}}, {"id": "organize", "options": {"renameByName": {"Value #C": "Errors"}}}],
    ///   "targets": [{"refId": "A", "format": "table", "instant": true, "expr": "sum by (job) (up)"},
    ///    {"refId": "B", "format": "table", "instant": true, "expr": "sum by (job) (increase(http_errors_total[1h]))"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "table", "title": "Targets",
    ///   "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "transformations": [{"id": "merge", "options": {}}, {"id": "organize", "options": {"renameByName": {"Value #B": "Errors"}}}],
    ///   "targets": [{"refId": "A", "format": "table", "instant": true, "expr": "sum by (job) (up)"},
    ///    {"refId": "B", "format": "table", "instant": true, "expr": "sum by (job) (increase(http_errors_total[1h]))"}]}]}
    /// ```
    pub struct Field {}
    id: "dashboards/field", severity: Warning,
}

/// Transformations that make no field of a new name, besides what they rename.
const KEEP_NAMES: [&str; 6] = ["merge", "organize", "filterFieldsByName", "sortBy", "filterByValue", "filterByRefId"];

impl Check for Field {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        for panel in dashboard.panels.iter().filter(|panel| panel.library.is_none() && !panel.targets.is_empty()) {
            missing_queries(panel, out);
            missing_labels(document, panel, facts, out);
        }
    }
}

/// `Value #C` where no query is called `C`.
fn missing_queries(panel: &Panel, out: &mut Sink<'_>) {
    let names: Vec<&str> =
        panel.targets.iter().filter_map(|target| target.ref_id.as_ref()).map(|name| name.value.as_str()).collect();
    // A panel that shows another one's answers has that one's names.
    if names.len() < panel.targets.len() || panel.targets.iter().any(|target| target.panel_id.is_some()) {
        return;
    }
    let made: Vec<&str> = panel.fields.iter().filter_map(|one| one.new_name.as_deref()).collect();
    // What is left over does no harm where all that there is has its place.
    let places: Vec<&str> =
        panel.fields.iter().filter_map(|one| one.name.value.split_once(" #")).map(|(_, to)| to).collect();
    if !places.is_empty() && names.iter().all(|name| places.contains(name)) {
        return;
    }
    // What is left over in an override, or in a list of columns to hide, does no harm.
    let of_overrides = panel.overrides.iter().filter_map(|config| config.field_name());
    let of_overrides = of_overrides.map(|(span, name)| (Severity::Info, span, name));
    let severity = |one: &FieldUse| if one.is_wanted { Severity::Warning } else { Severity::Info };
    let named = panel.fields.iter().map(|one| (severity(one), one.name.span, one.name.value.as_str()));
    let mut found: Vec<(&str, Severity, Span)> = named
        .chain(of_overrides)
        .filter_map(|(severity, span, name)| {
            let query = name.strip_prefix("Value #").filter(|_| !made.contains(&name))?;
            (query.len() == 1 && !names.contains(&query)).then_some((query, severity, span))
        })
        .collect();
    found.sort_by_key(|(query, severity, span)| (*query, std::cmp::Reverse(*severity), *span));
    found.dedup_by_key(|(query, ..)| *query);
    for (query, severity, span) in found {
        out.report(span, format!("the panel has no query `{query}`, so there is no field `Value #{query}`"))
            .severity(severity)
            .help(format!("its queries are {}", listed(&names, ", ")));
    }
}

/// Labels that every query of a table takes away.
fn missing_labels<'w>(document: &'w Document, panel: &'w Panel, facts: &Facts<'w>, out: &mut Sink<'_>) {
    let keeps = |one: &Spanned<String>| KEEP_NAMES.contains(&one.value.as_str());
    let is_table = |target: &Target| target.format.as_ref().is_some_and(|format| format.value == "table");
    if !panel.transformations.iter().all(keeps) || !panel.targets.iter().all(is_table) {
        return;
    }
    let flows: Option<Vec<Flow>> = panel.targets.iter().map(|target| flow(document, panel, target, facts)).collect();
    let Some(flows) = flows else { return };
    let made: Vec<&str> = panel.fields.iter().filter_map(|one| one.new_name.as_deref()).collect();
    for one in panel.fields.iter().filter(|one| one.is_wanted) {
        let FieldUse { name, .. } = one;
        if !is_label_name(&name.value)
            || ["Time", "Value"].contains(&name.value.as_str())
            || made.contains(&name.value.as_str())
        {
            continue;
        }
        if !flows.iter().all(|flow| flow.label(&name.value).is_absent()) {
            continue;
        }
        let kept: Vec<&str> = flows.iter().flat_map(Flow::names).filter(|label| *label != "__name__").collect();
        let finding = out
            .report(name.span, format!("no query of the table gives a column `{}`", name.value))
            .severity(Severity::Info)
            .label_if(
                flows.iter().find_map(|flow| flow.label(&name.value).cause.as_ref().map(|cause| cause.span)),
                "it is taken away here",
            );
        match nearest(&name.value, kept.iter().copied()) {
            Some(near) => {
                finding.help(format!("did you mean `{near}`?")).instead(&facts.workspace.files, &name.value, near)
            }
            None => finding.help("keep the label in the query, or leave the column out"),
        };
    }
}

/// What is known of the labels of a query.
fn flow<'w>(document: &'w Document, panel: &'w Panel, target: &'w Target, facts: &Facts<'w>) -> Option<Flow> {
    let interpolated = target.query.as_ref()?;
    let query = interpolated.query.as_ref()?;
    let certain = target.language == Language::PromQl;
    let owner = Owner::Dashboard(DashboardQuery { panel: Some(panel), interpolated, certain });
    let site = QuerySite { document, query, owner };
    Some(site.source(facts).flow(site.expr()?))
}
