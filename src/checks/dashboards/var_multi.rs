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
        for variable in dashboard.variables.iter().filter(|variable| holds_several(variable)) {
            let Some(name) = &variable.name else { continue };
            let queries = dashboard.queries().filter(|query| !is_repeated(dashboard, query.panel, &name.value));
            let misuses: BTreeMap<Span, Misuse<'_>> = queries
                .flat_map(|query| misuses(query, &name.value))
                .map(|misuse| (misuse.matcher.op.span, misuse))
                .collect();
            report(variable, &name.value, &misuses, out);
        }
    }
}

fn holds_several(variable: &Variable) -> bool {
    (variable.multi || variable.include_all) && matches!(variable.kind, VariableKind::Query | VariableKind::Custom)
}

/// Whether a panel, or a row that holds it, is drawn once per value of a variable, which then has one value.
fn is_repeated(dashboard: &Dashboard, panel: Option<&Panel>, variable: &str) -> bool {
    let Some(at) = panel.and_then(|panel| dashboard.panels.iter().position(|one| std::ptr::eq(one, panel))) else {
        return false;
    };
    let repeats = |index: usize| {
        let repeat = dashboard.panels[index].repeat.as_ref();
        repeat.is_some_and(|name| name.value.trim_matches(['$', '{', '}']) == variable)
    };
    let is_row = |index: &usize| dashboard.panels[*index].kind.as_ref().is_some_and(|kind| kind.value == "row");
    let mut holders = std::iter::successors(Some(at), |index| dashboard.panels[*index].row);
    // What follows an open row belongs to it.
    holders.any(repeats) || (0..at).rev().find(is_row).is_some_and(repeats)
}

fn misuses<'d>(query: DashboardQuery<'d>, variable: &str) -> Vec<Misuse<'d>> {
    let Some(expr) = query.interpolated.query.as_ref().and_then(|query| query.valid()) else { return Vec::new() };
    let literal = |used: &SlottedUse| match used.slot {
        Slot::LabelValue { operator: MatchOperator::Equal | MatchOperator::NotEqual, whole, .. } => {
            (used.variable.name == variable).then_some((used.variable.span, whole))
        }
        _ => None,
    };
    let uses: Vec<_> = query.interpolated.uses.iter().filter_map(literal).collect();
    let matchers = expr.selections().flat_map(|selection| &selection.selector.matchers);
    matchers
        .filter_map(|matcher| {
            let (_, whole) = uses.iter().find(|(span, _)| matcher.value.span.contains(*span))?;
            Some(Misuse { matcher, whole: *whole })
        })
        .collect()
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
    if let Some(fix) = fix {
        finding.fix(fix);
    }
}

/// How a matcher compares, and the same for regular expressions.
fn operators(matcher: &Matcher) -> (&'static str, &'static str) {
    match matcher.op.value {
        MatchOp::Equal | MatchOp::Regex => ("=", "=~"),
        MatchOp::NotEqual | MatchOp::NotRegex => ("!=", "!~"),
    }
}
