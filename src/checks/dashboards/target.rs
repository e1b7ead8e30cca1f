//! Panels whose queries cannot give what the panel shows.

use std::collections::BTreeMap;

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::{
            Dashboard,
            datasource::DatasourceTarget,
            panel::Panel,
            reference::is_system,
            target::{self, Language},
        },
    },
    vocab::listed,
};

use super::shows::SHOW_ANSWERS;

check! {
    /// A panel has no query, two of one name, or a calculation with a query that is not there.
    ///
    /// ## Why it matters
    /// Queries are told apart by their `refId`. Grafana refuses two with the same one, and a calculation with
    /// one that does not exist; a panel that asks nothing stays empty.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Share",
    ///   "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "sum(rate(http_errors_total[5m]))"},
    ///    {"refId": "C", "type": "math", "expression": "$A / $B", "datasource": {"type": "__expr__", "uid": "__expr__"}}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Share",
    ///   "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "sum(rate(http_errors_total[5m]))"},
    ///    {"refId": "B", "expr": "sum(rate(http_requests_total[5m]))"},
    ///    {"refId": "C", "type": "math", "expression": "$A / $B", "datasource": {"type": "__expr__", "uid": "__expr__"}}]}]}
    /// ```
    pub struct Target {}
    id: "dashboards/target", severity: Error,
}

impl Check for Target {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        for panel in dashboard.panels.iter().filter(|panel| panel.library.is_none()) {
            asks_nothing(dashboard, panel, out);
            repeated_names(panel, out);
            for target in &panel.targets {
                missing_inputs(dashboard, panel, target, out);
                missing_panel(dashboard, target, out);
            }
        }
    }
}

/// A panel without queries, with empty ones only, or with hidden ones only.
fn asks_nothing(dashboard: &Dashboard, panel: &Panel, out: &mut Sink<'_>) {
    let Some(kind) = panel.kind.as_ref().filter(|kind| SHOW_ANSWERS.contains(&kind.value.as_str())) else { return };
    let is_empty =
        |target: &target::Target| target.language == Language::PromQl && target.expr.as_ref().is_none_or(is_blank);
    if panel.targets.iter().all(is_empty) {
        out.report(place_of(panel, kind), "the panel has no query")
            .severity(Severity::Warning)
            .help("give it one under `targets`, or remove the panel");
    } else if panel.targets.iter().all(|target| target.hidden) && !is_shown_elsewhere(dashboard, panel) {
        out.report(place_of(panel, kind), "all queries of the panel are hidden, so it shows nothing")
            .severity(Severity::Info)
            .help("show one of them, or remove the panel");
    }
}

fn is_blank(text: &Excerpt) -> bool {
    text.text().trim().is_empty()
}

/// What to point at for a panel as a whole: its title, else its type.
fn place_of(panel: &Panel, kind: &Spanned<String>) -> Span {
    panel.title.as_ref().map_or(kind.span, Excerpt::full_span)
}

/// Whether another panel shows the answers of this one.
fn is_shown_elsewhere(dashboard: &Dashboard, panel: &Panel) -> bool {
    let Some(id) = &panel.id else { return false };
    let mut targets = dashboard.panels.iter().flat_map(|panel| &panel.targets);
    targets.any(|target| target.panel_id.as_ref().is_some_and(|shown| shown.value == id.value))
}

fn repeated_names(panel: &Panel, out: &mut Sink<'_>) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for name in panel.targets.iter().filter_map(|target| target.ref_id.as_ref()) {
        let Some(first) = seen.get(name.value.as_str()) else {
            seen.insert(&name.value, name.span);
            continue;
        };
        let finding = out
            .report(name.span, format!("two queries of the panel have the `refId` `{}`", name.value))
            .severity(Severity::Warning)
            .label(*first, "the first of them");
        if let Some(free) = free_name(panel) {
            finding.help(format!("call it `{free}`")).fix(Fix::edit(
                "give the query a name of its own",
                Applicability::Unsafe,
                name.span,
                format!("\"{free}\""),
            ));
        }
    }
}

/// The first letter that no query of a panel has.
fn free_name(panel: &Panel) -> Option<char> {
    let is_taken = |letter: &char| {
        let mut names = panel.targets.iter().filter_map(|target| target.ref_id.as_ref());
        names.any(|name| name.value.chars().eq([*letter]))
    };
    ('A'..='Z').find(|letter| !is_taken(letter))
}

fn missing_inputs(dashboard: &Dashboard, panel: &Panel, target: &target::Target, out: &mut Sink<'_>) {
    let Some(expression) = &target.expression else { return };
    let names: Vec<&str> =
        panel.targets.iter().filter_map(|target| target.ref_id.as_ref()).map(|name| name.value.as_str()).collect();
    for input in &expression.inputs {
        let name = input.value.as_str();
        if !names.contains(&name) && dashboard.variable(name).is_none() && !is_system(name) {
            out.report(input.span, format!("the panel has no query `{name}`"))
                .help(format!("its queries are {}", listed(&names, ", ")));
        }
    }
}

fn missing_panel(dashboard: &Dashboard, target: &target::Target, out: &mut Sink<'_>) {
    let Some(wanted) = &target.panel_id else { return };
    let is_shown = |panel: &Panel| panel.id.as_ref().is_some_and(|id| id.value == wanted.value);
    let source = target.datasource.as_ref().map(|source| &source.points_to.value);
    if source == Some(&DatasourceTarget::Dashboard) && !dashboard.panels.iter().any(is_shown) {
        out.report(wanted.span, format!("the dashboard has no panel with the id {}", wanted.value))
            .help("name the id of the panel whose answers are to be shown");
    }
}
