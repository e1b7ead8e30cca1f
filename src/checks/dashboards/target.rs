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
        without_queries(dashboard, out);
        for panel in dashboard.panels.iter().filter(|panel| panel.library.is_none()) {
            shows_nothing(dashboard, panel, out);
            for target in &panel.targets {
                missing_inputs(dashboard, panel, target, out);
                missing_panel(dashboard, target, out);
            }
        }
        repeated_names(dashboard, out);
    }
}

/// Panels that ask a datasource.
fn asking(dashboard: &Dashboard) -> impl Iterator<Item = (&Panel, &Spanned<String>)> {
    let panels = dashboard.panels.iter().filter(|panel| panel.library.is_none());
    panels.filter_map(|panel| Some((panel, panel.kind.as_ref().filter(|kind| is_asking(kind))?)))
}

fn is_asking(kind: &Spanned<String>) -> bool {
    SHOW_ANSWERS.contains(&kind.value.as_str())
}

/// Whether a panel has no queries, or empty ones only.
fn asks_nothing(panel: &Panel) -> bool {
    panel.targets.iter().all(|target| target.language == Language::PromQl && target.expr.as_ref().is_none_or(is_blank))
}

/// Reports the panels without queries, once for the dashboard.
fn without_queries(dashboard: &Dashboard, out: &mut Sink<'_>) {
    let places: Vec<Span> =
        asking(dashboard).filter(|(panel, _)| asks_nothing(panel)).map(|(panel, kind)| place_of(panel, kind)).collect();
    let Some((first, others)) = places.split_first() else { return };
    let finding = out
        .report(*first, format!("the panel has no query{}", here_and_more(places.len())))
        .severity(Severity::Warning)
        .help("give it one under `targets`, or remove the panel");
    others.iter().fold(finding, |finding, place| finding.label(*place, "and here"));
}

/// A panel with hidden queries only.
fn shows_nothing(dashboard: &Dashboard, panel: &Panel, out: &mut Sink<'_>) {
    let Some(kind) = panel.kind.as_ref().filter(|kind| is_asking(kind)) else { return };
    if !asks_nothing(panel) && panel.targets.iter().all(|target| target.hidden) && !is_shown_elsewhere(dashboard, panel)
    {
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

/// A name that an earlier query of the same panel has.
struct Repeated {
    /// The earlier one.
    first: Span,
    place: Span,
    /// A letter that no query of the panel has.
    free: Option<char>,
}

/// Reports names that two queries of a panel have, each once for the dashboard.
fn repeated_names(dashboard: &Dashboard, out: &mut Sink<'_>) {
    let mut by_name: BTreeMap<&str, Vec<Repeated>> = BTreeMap::new();
    for panel in dashboard.panels.iter().filter(|panel| panel.library.is_none()) {
        let names = || panel.targets.iter().filter_map(|target| target.ref_id.as_ref());
        let mut free = ('A'..='Z').filter(|letter| !names().any(|name| name.value.chars().eq([*letter])));
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for name in names() {
            match seen.get(name.value.as_str()) {
                Some(first) => {
                    let repeated = Repeated { first: *first, place: name.span, free: free.next() };
                    by_name.entry(&name.value).or_default().push(repeated);
                }
                None => {
                    seen.insert(&name.value, name.span);
                }
            }
        }
    }
    for (name, repeated) in by_name {
        let Some(one) = repeated.first() else { continue };
        let more = here_and_more(repeated.len());
        let finding = out
            .report(one.place, format!("two queries of the panel have the `refId` `{name}`{more}"))
            .severity(Severity::Warning)
            .label(one.first, "the first of them");
        let finding = match one.free.filter(|_| repeated.len() == 1) {
            Some(free) => finding.help(format!("call it `{free}`")),
            None => finding.help("give each query of a panel a letter of its own"),
        };
        let edits: Option<Vec<Edit>> =
            repeated.iter().map(|one| Some(Edit { span: one.place, text: format!("\"{}\"", one.free?) })).collect();
        let what = "give the query a name of its own";
        finding.fix_if(edits.and_then(|edits| Fix::edits_of(what, Applicability::Unsafe, edits)));
    }
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
