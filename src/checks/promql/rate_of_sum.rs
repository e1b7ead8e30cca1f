//! Rates of counters that were added up first.

use crate::{
    check,
    checks::metrics::cause::has_exporter,
    kit::*,
    promql::{
        Expr,
        ast::{Aggregation, AggregationOp, Call},
    },
};

check! {
    /// `rate` is taken of a sum of counters, not the sum of their rates.
    ///
    /// ## Why it matters
    /// When one of the counters starts anew, or its instance goes away, the sum falls. `rate` takes the fall for a restart
    /// of the whole and adds all that is left once more: a spike of millions where nothing happened.
    ///
    /// ## Example
    /// ```yaml
    /// - record: job:requests:sum
    ///   expr: sum by (job) (requests_total)
    /// - alert: Busy
    ///   expr: rate(job:requests:sum[5m]) > 1000
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - record: job:requests:rate5m
    ///   expr: sum by (job) (rate(requests_total[5m]))
    /// - alert: Busy
    ///   expr: job:requests:rate5m > 1000
    /// ```
    pub struct RateOfSum {}
    id: "promql/rate-of-sum", severity: Error,
}

impl Check for RateOfSum {
    type Subject = EachCall;

    fn check(&self, Part { site, part: call }: Part<'_, &Call>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let is_of_counters = matches!(call.function.value.as_str(), "rate" | "irate" | "increase" | "resets");
        if !is_of_counters || site.is_open(call.function.span) {
            return;
        }
        match call.arguments.first().map(Expr::unwrap_parens) {
            Some(Expr::Subquery(subquery)) => {
                let sum = sum_of_counters(&subquery.operand);
                report(call, sum.map(|sum| sum.op.span), out);
            }
            Some(Expr::Range(range)) => {
                let Some(name) = range.selector.metric_name() else { return };
                let records = facts.rules.records(&name.value);
                let sums: Option<Vec<Span>> = records
                    .iter()
                    .map(|site| sum_of_counters(site.rule.expr.as_ref()?.valid()?).map(|sum| sum.op.span))
                    .collect();
                report(call, sums.and_then(|sums| sums.first().copied()), out);
            }
            _ => {}
        }
    }
}

fn report(call: &Call, sum: Option<Span>, out: &mut Sink<'_>) {
    let (Some(sum), name) = (sum, &call.function) else { return };
    out.report(name.span, format!("`{}` of a sum of counters jumps whenever one of them starts anew", name.value))
        .label(sum, "added up here")
        .help(format!("add up the rates: `sum (… {} (…[5m]))`", name.value));
}

/// A sum over counters by name, which nothing turned into a rate before.
fn sum_of_counters(expr: &Expr) -> Option<&Aggregation> {
    let Expr::Aggregation(sum) = expr.unwrap_parens() else { return None };
    let is_counter = |name: &str| name.ends_with("_total") || name.ends_with("_count") || name.ends_with("_bucket");
    let is_plain = match sum.operand.unwrap_parens() {
        Expr::Selector(selector) => selector.metric_name().is_some_and(|name| is_counter(&name.value)),
        _ => false,
    };
    (sum.op.value == AggregationOp::Sum && is_plain && !is_of_one_process(sum)).then_some(sum)
}

/// Whether only series of one target are added up, which start anew all together. What an exporter tells of other
/// things, such as containers or network interfaces, comes and goes by itself.
fn is_of_one_process(sum: &Aggregation) -> bool {
    let mut names = sum.operand.selections().filter_map(|one| one.selector.metric_name());
    sum.grouping.as_ref().is_some_and(|grouping| grouping.keeps("instance"))
        && !names.any(|name| has_exporter(&name.value))
}
