//! Subqueries that look at too few moments.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{Call, Subquery},
    },
    vocab::Duration,
};

check! {
    /// A subquery looks at one moment only, or at fewer samples than a plain range holds.
    ///
    /// ## Why it matters
    /// `(…)[5m:5m]` is evaluated once, so there is nothing for `max_over_time` to choose from and nothing for `rate` to
    /// compare. And a subquery over a plain selector sees one sample per step, where `[1h]` sees all of them.
    ///
    /// ## Example
    /// ```yaml
    /// - record: job:errors:max
    ///   expr: max_over_time(sum by (job) (rate(errors_total[5m]))[10m:10m])
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - record: job:errors:max
    ///   expr: max_over_time(sum by (job) (rate(errors_total[5m]))[10m:1m])
    /// ```
    pub struct SubqueryStep {}
    id: "promql/subquery-step", severity: Warning,
}

/// Functions that give nothing for a single sample.
const NEED_TWO: [&str; 7] = ["rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear"];

/// How often targets are scraped unless told otherwise.
const USUAL_INTERVAL: Duration = Duration::minutes(1);

impl Check for SubqueryStep {
    type Subject = EachCall;

    fn check(&self, Part { site, part: call }: Part<'_, &Call>, _: &Facts<'_>, out: &mut Sink<'_>) {
        for argument in &call.arguments {
            let Expr::Subquery(subquery) = argument.unwrap_parens() else { continue };
            if site.is_literal(subquery.brackets) {
                look_at(call, subquery, out);
            }
        }
    }
}

fn look_at(call: &Call, subquery: &Subquery, out: &mut Sink<'_>) {
    let Some(step) = &subquery.step else { return };
    let (Some(range), Some(length)) = (subquery.range.duration(), step.duration()) else { return };
    if range <= Duration::ZERO || length <= Duration::ZERO {
        return;
    }
    let function = &call.function;
    if length >= range {
        let is_empty = NEED_TWO.contains(&function.value.as_str());
        let message = if is_empty {
            format!("`{}` never has a result here: {range} with a step of {length} is one moment", function.value)
        } else {
            format!("`{}` sees one moment only: {range} with a step of {length}", function.value)
        };
        out.report(step.span(), message)
            .severity(if is_empty { Severity::Error } else { Severity::Warning })
            .label(subquery.range.span(), "the range")
            .help(format!(
                "take a step of a few times less: `[{range}:{}]`",
                Duration::milliseconds(range.as_milliseconds() / 10)
            ));
    } else if let Expr::Selector(selector) = subquery.operand.unwrap_parens()
        && length > USUAL_INTERVAL
        && selector.modifiers.is_empty()
        && subquery.modifiers.is_empty()
    {
        out.report(subquery.brackets, format!("this sees one sample every {length} of a series that is there in full"))
            .severity(Severity::Info)
            .help(format!("take the samples themselves: `{selector}[{range}]`"));
    }
}
