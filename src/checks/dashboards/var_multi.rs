//! Variables with several values in matchers that compare with one.

use std::collections::BTreeMap;

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::{
            Dashboard,
            interpolation::{MatchOperator, Slot, SlottedUse},
            panel::Panel,
            queries::DashboardQuery,
            variable::{Variable, VariableKind},
        },
    },
    promql::ast::{MatchOp, Matcher},
};

check! {
    /// A variable that can hold several values is compared with `=`.
    ///
    /// ## Why it matters
    /// Grafana writes several values as `(a|b)`, and "All" as all of them or as `.*`. Compared with `=` that is
    /// the name of nothing: the panel is empty as soon as somebody chooses more than one. Even a single value is
    /// escaped as for a regular expression, so that `10.0.0.1` is not found either.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39,
    ///  "templating": {"list": [{"name": "instance", "type": "query", "multi": true, "query": "label_values(up, instance)"}]},
    ///  "panels": [{"type": "timeseries", "title": "Up", "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "up{instance=\"$instance\"}"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39,
    ///  "templating": {"list": [{"name": "instance", "type": "query", "multi": true, "query": "label_values(up, instance)"}]},
    ///  "panels": [{"type": "timeseries", "title": "Up", "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "up{instance=~\"$instance\"}"}]}]}
    /// ```
    pub struct VarMulti {}
    id: "dashboards/var-multi", severity: Warning,
}

/// A matcher that compares a variable of several values with one.
struct Misuse<'d> {
    matcher: &'d Matcher,
    /// Whether the value is the variable and nothing else.
    whole: bool,
}

impl Check for VarMulti {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        let fixed = repeated_by(dashboard);
        let mut misuses: BTreeMap<&str, BTreeMap<Span, Misuse<'_>>> = BTreeMap::new();
        for query in dashboard.queries() {
            let fixed = query.panel.and_then(|panel| fixed.get(&std::ptr::from_ref(panel)));
            for (variable, misuse) in misuses_in(query) {
                if !fixed.is_some_and(|fixed| fixed.contains(&variable)) {
                    misuses.entry(variable).or_default().entry(misuse.matcher.op.span).or_insert(misuse);
                }
            }
        }
        for variable in dashboard.variables.iter().filter(|variable| holds_several(variable)) {
            let Some(name) = &variable.name else { continue };
            if let Some(misuses) = misuses.get(name.value.as_str()) {
                report(variable, &name.value, misuses, out);
            }
        }
    }
}

fn holds_several(variable: &Variable) -> bool {
    (variable.multi || variable.include_all) && matches!(variable.kind, VariableKind::Query | VariableKind::Custom)
}

/// For each panel the variables that have one value in it, as it or its row is drawn once per value.
fn repeated_by(dashboard: &Dashboard) -> BTreeMap<*const Panel, Vec<&str>> {
    let panels = &dashboard.panels;
    let mut open_row = None;
    let mut fixed = BTreeMap::new();
    for (at, panel) in panels.iter().enumerate() {
        let holders = std::iter::successors(Some(at), |index| panels[*index].row);
        // What follows an open row belongs to it.
        let repeats = holders.chain(open_row).filter_map(|index| panels[index].repeat.as_ref());
        let variables = repeats.map(|name| name.value.trim_matches(['$', '{', '}'])).collect();
        fixed.insert(std::ptr::from_ref(panel), variables);
        if panel.kind.as_ref().is_some_and(|kind| kind.value == "row") {
            open_row = Some(at);
        }
    }
    fixed
}

/// The matchers of a query that compare a variable with one value, with the variable.
fn misuses_in(query: DashboardQuery<'_>) -> Vec<(&str, Misuse<'_>)> {
    let Some(expr) = query.interpolated.query.as_ref().and_then(|query| query.valid()) else { return Vec::new() };
    let literal = |used: &SlottedUse| match used.slot {
        Slot::LabelValue { operator: MatchOperator::Equal | MatchOperator::NotEqual, whole, .. } => Some(whole),
        _ => None,
    };
    let mut misuses = Vec::new();
    for matcher in expr.selections().flat_map(|selection| &selection.selector.matchers) {
        let misused = |used| Some((used, literal(used)?));
        let within = query.interpolated.uses_in(matcher.value.span).filter_map(misused);
        misuses.extend(within.map(|(used, whole)| (used.variable.name.as_str(), Misuse { matcher, whole })));
    }
    misuses
}

fn report(variable: &Variable, name: &str, misuses: &BTreeMap<Span, Misuse<'_>>, out: &mut Sink<'_>) {
    let Some((at, first)) = misuses.first_key_value() else { return };
    let (written, regex) = operators(first.matcher);
    let others = here_and_more(misuses.len());
    let edits = misuses.iter().map(|(span, misuse)| Edit { span: *span, text: operators(misuse.matcher).1.to_owned() });
    let applicability =
        if misuses.values().all(|misuse| misuse.whole) { Applicability::Safe } else { Applicability::Unsafe };
    let fix = Fix::edits_of("compare with a regular expression", applicability, edits.collect());
    let finding = out
        .report(*at, format!("`${name}` can hold several values, but `{written}` compares with one{others}"))
        .label_if(variable.name.as_ref().map(|name| name.span), "several values can be chosen here")
        .help(format!("say `{regex}`: Grafana writes several values as `(a|b)`"));
    finding.fix_if(fix);
}

/// How a matcher compares, and the same for regular expressions.
fn operators(matcher: &Matcher) -> (&'static str, &'static str) {
    match matcher.op.value {
        MatchOp::Equal | MatchOp::Regex => ("=", "=~"),
        MatchOp::NotEqual | MatchOp::NotRegex => ("!=", "!~"),
    }
}
