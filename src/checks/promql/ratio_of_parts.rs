//! Failures divided by successes instead of by all.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{Binary, BinaryOp, MatchOp, VectorSelector},
    },
};

check! {
    /// What failed is divided by what succeeded, not by both together.
    ///
    /// ## Why it matters
    /// Half of all jobs fail, and `failed / completed` says 1. When everything fails it is infinite, or there is nothing at
    /// all. A share of failures is `failed / (failed + completed)`.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: ManyJobsFail
    ///   expr: sum(rate(jobs_failed_total[10m])) / sum(rate(jobs_completed_total[10m])) > 0.1
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: ManyJobsFail
    ///   expr: |
    ///     sum(rate(jobs_failed_total[10m]))
    ///       / (sum(rate(jobs_failed_total[10m])) + sum(rate(jobs_completed_total[10m]))) > 0.1
    /// ```
    pub struct RatioOfParts {}
    id: "promql/ratio-of-parts", severity: Warning,
}

/// Words for what went wrong.
const FAILURES: [&str; 8] = ["failed", "failure", "failures", "error", "errors", "fail", "failing", "rejected"];

/// Words for what went well.
const SUCCESSES: [&str; 7] = ["succeeded", "success", "successes", "successful", "completed", "ok", "accepted"];

impl Check for RatioOfParts {
    type Subject = EachBinary;

    fn check(&self, Part { site, part: division }: Part<'_, &Binary>, _: &Facts<'_>, out: &mut Sink<'_>) {
        if division.op.value == BinaryOp::Divide && site.is_literal(division.span) {
            look_at(division, out);
        }
    }
}

fn look_at(division: &Binary, out: &mut Sink<'_>) {
    let (Some(above), Some(below)) = (only_selector(&division.left), only_selector(&division.right)) else { return };
    let Some((failed, succeeded)) = by_name(above, below).or_else(|| by_label(above, below)) else { return };
    out.report(division.op.span, "failures are divided by successes, which is no share: it is 1 when half of all fail")
        .label(failed, "what failed")
        .label(succeeded, "what succeeded, and nothing else")
        .help("divide by both together: `failed / (failed + succeeded)`");
}

/// The only selector of a side.
fn only_selector(expr: &Expr) -> Option<&VectorSelector> {
    let mut selections = expr.selections();
    let first = selections.next()?.selector;
    selections.next().is_none().then_some(first)
}

/// Two metrics whose names are alike but for the word.
fn by_name(above: &VectorSelector, below: &VectorSelector) -> Option<(Span, Span)> {
    let (above, below) = (above.metric_name()?, below.metric_name()?);
    let says = |name: &str, words: &[&str]| name.split('_').any(|word| words.contains(&word));
    if !says(&above.value, &FAILURES) || !says(&below.value, &SUCCESSES) {
        return None;
    }
    let one = above.value.split('_').filter(|word| !FAILURES.contains(word));
    let other = below.value.split('_').filter(|word| !SUCCESSES.contains(word));
    one.eq(other).then_some((above.span, below.span))
}

/// One metric whose label says the word.
fn by_label(above: &VectorSelector, below: &VectorSelector) -> Option<(Span, Span)> {
    if above.metric_name()?.value != below.metric_name()?.value {
        return None;
    }
    let says = |selector: &VectorSelector, words: &[&str]| -> Option<(Name, Span)> {
        let mut matchers = selector.matchers.iter().filter(|matcher| matcher.op.value == MatchOp::Equal);
        let matcher = matchers.find(|matcher| words.contains(&matcher.value.value.to_lowercase().as_str()))?;
        Some((matcher.label.value.clone(), matcher.span))
    };
    let ((one, failed), (other, succeeded)) = (says(above, &FAILURES)?, says(below, &SUCCESSES)?);
    (one == other).then_some((failed, succeeded))
}
