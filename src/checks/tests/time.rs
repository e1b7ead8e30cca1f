//! Tests that look at a time at which there is nothing to see.

use crate::{
    check,
    facts::TestedRules,
    kit::*,
    model::{
        Document,
        rules::Rule as RuleOfFile,
        suite::{
            AlertTest, GroupIntervals, TestCase,
            notation::{Samples, Values},
        },
    },
    promql::Expr,
    vocab::Duration,
};

check! {
    /// A test looks at an alert before its `for` can have elapsed, or long after the last sample.
    ///
    /// ## Why it matters
    /// Before `for` has elapsed an alert cannot fire, so a test that expects it fails for a reason that has nothing to do
    /// with the rule. After the last sample no series has a value any more, so a test that expects silence passes
    /// whatever the rule says.
    ///
    /// ## Example
    /// ```yaml path=tests/alerts.yml
    /// rule_files: [../rules/alerts.yml]
    /// tests:
    ///   - input_series: [{series: up, values: 0x9}]
    ///     alert_rule_test: [{eval_time: 3m, alertname: TargetDown, exp_alerts: [{}]}]
    /// ```
    /// ```yaml path=rules/alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   for: 5m
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=tests/alerts.yml
    /// rule_files: [../rules/alerts.yml]
    /// tests:
    ///   - input_series: [{series: up, values: 0x9}]
    ///     alert_rule_test: [{eval_time: 5m, alertname: TargetDown, exp_alerts: [{}]}]
    /// ```
    /// ```yaml path=rules/alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   for: 5m
    /// ```
    pub struct Time {}
    id: "tests/time", severity: Warning,
}

/// How often rules are evaluated when nothing says otherwise.
const USUAL_INTERVAL: Duration = Duration::minutes(1);
/// How long a sample counts when no newer one comes.
const LOOKBACK: i64 = 300_000;
/// Functions that give something where there are no samples.
const FROM_NOTHING: [&str; 4] = ["absent", "absent_over_time", "vector", "scalar"];

impl Check for Time {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(tested) = facts.suites.of_document(document) else { return };
        if !tested.is_complete || !tested.unmatched.is_empty() {
            return;
        }
        let set = |duration: Duration| Some(duration).filter(|length| length.as_milliseconds() > 0);
        let interval = tested.suite.evaluation_interval.and_then(|interval| set(interval.value));
        let interval = interval.unwrap_or(USUAL_INTERVAL);
        let honours = tested.suite.group_intervals.is_some_and(|how| how.value == GroupIntervals::Honour);
        for test in &tested.suite.tests {
            let gap = test.interval.and_then(|gap| set(gap.value)).unwrap_or(interval);
            for alert in &test.alert_tests {
                if !honours {
                    too_early(tested, alert, interval, out);
                }
                too_late(tested, test, alert, gap, out);
            }
        }
    }
}

/// The alert is expected before it can have waited for as long as its rule says.
fn too_early(tested: &TestedRules<'_>, alert: &AlertTest, interval: Duration, out: &mut Sink<'_>) {
    let (Some(name), Some(time)) = (&alert.alertname, alert.eval_time) else { return };
    if alert.firing.alerts.is_empty() {
        return;
    }
    let step = interval.as_milliseconds();
    let last = Duration::milliseconds(time.value.as_milliseconds() / step * step);
    let rules: Vec<&RuleOfFile> = tested.raising(&name.value).collect();
    let waits = |rule: &&RuleOfFile| rule.hold_duration.filter(|hold| hold.value > last);
    let Some(hold) = rules.iter().filter_map(waits).min_by_key(|hold| hold.value) else { return };
    if rules.iter().all(|rule| waits(rule).is_some()) {
        let early = if last == time.value { String::new() } else { format!(", whose last evaluation is at {last}") };
        out.report(time.span, format!("`{}` cannot fire at {}{early}", name.value, time.value))
            .label(hold.span, format!("it waits for {} at least", hold.value));
    }
}

/// Silence is expected when no sample counts any more.
fn too_late(tested: &TestedRules<'_>, test: &TestCase, alert: &AlertTest, gap: Duration, out: &mut Sink<'_>) {
    let (Some(name), Some(time)) = (&alert.alertname, alert.eval_time) else { return };
    let lists = |alert: &AlertTest| [&alert.firing, &alert.pending, &alert.resolved].map(|list| list.alerts.len());
    // Beside a test that sees the alert, this one sees it go.
    let beside =
        test.alert_tests.iter().filter(|other| other.alertname.as_ref().is_some_and(|own| own.value == name.value));
    let mut of_name = beside.into_iter();
    if of_name.any(|other| lists(other) != [0; 3] || other.count.is_some_and(|count| count.value > 0)) {
        return;
    }
    // Who writes that a series ends means it.
    let ends = |values: &Values| values.items.last().is_some_and(|item| item.samples == Samples::Stale);
    if test.input_series.iter().filter_map(|input| input.values.as_ref()).any(ends) {
        return;
    }
    let moments = test.input_series.iter().map(|input| input.values.as_ref().map_or(0, |values| values.moments()));
    let Some(moments) = moments.max().filter(|moments| *moments > 0) else { return };
    let last = i64::try_from(moments - 1).unwrap_or(i64::MAX).saturating_mul(gap.as_milliseconds());
    let mut rules = tested.raising(&name.value).peekable();
    let is_blind = |rule: &RuleOfFile| {
        let reach = rule.expr.as_ref().and_then(|query| reach(query.valid()?, test));
        reach.is_some_and(|reach| time.value.as_milliseconds() >= last.saturating_add(reach))
            && rule.keep_firing_for.is_none()
    };
    if rules.peek().is_some() && rules.all(is_blind) {
        let end = Duration::milliseconds(last);
        out.report(time.span, format!("`{}` cannot fire at {}: the last sample is at {end}", name.value, time.value))
            .help("give the series more values, or look earlier");
    }
}

/// How long after its last sample an expression can still give something, in milliseconds; `None` when it may do so
/// without samples, or when it reads what is not among the input series.
fn reach(expr: &Expr, test: &TestCase) -> Option<i64> {
    let gives = |call: &crate::promql::ast::Call| {
        FROM_NOTHING.contains(&call.function.value.as_str()) || call.arguments.is_empty()
    };
    if expr.calls().any(gives) || expr.walk().any(|part| matches!(part, Expr::Subquery(_))) {
        return None;
    }
    let is_input = |name: &str| {
        test.input_series
            .iter()
            .any(|input| input.series.as_ref().is_some_and(|series| series.label("__name__") == Some(name)))
    };
    let mut reach = None;
    for selection in expr.selections() {
        let modifiers = selection.modifiers;
        if modifiers.at.is_some() || modifiers.offset.is_some() || modifiers.extension.is_some() {
            return None;
        }
        is_input(&selection.selector.metric_name()?.value).then_some(())?;
        let own = match selection.range {
            Some(range) => range.range.duration()?.as_milliseconds(),
            None => LOOKBACK,
        };
        reach = reach.max(Some(own));
    }
    reach
}
