//! A `for` that adds nothing to the range the alert looks back over.

use crate::{check, kit::*, promql::ast::Expr, vocab::Duration};

check! {
    /// The `for` of an alert is lost beside the range that it looks back over.
    ///
    /// ## Why it matters
    /// `rate (…[1h]) > 5` is true for most of an hour after a burst of a minute. A `for` of one minute then filters
    /// nothing: what is meant by it has to be said by a shorter range, or by a longer `for`.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: ManyErrors
    ///   expr: increase(errors_total[6h]) > 100
    ///   for: 1m
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: ManyErrors
    ///   expr: increase(errors_total[6h]) > 100
    /// ```
    pub struct ForWindow {
        /// How many times shorter than the shortest range a `for` has to be to be lost.
        pub times: f64 = 30.0,
    }
    id: "rules/for-window", severity: Info,
}

/// Functions of which the result may change with a single sample, however long the range.
const MOMENTARY: [&str; 7] =
    ["predict_linear", "deriv", "double_exponential_smoothing", "holt_winters", "irate", "idelta", "last_over_time"];

impl Check for ForWindow {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(hold) = site.rule.hold_duration.filter(|_| site.rule.is_alerting()) else { return };
        let held = hold.value.as_milliseconds();
        let query = site.document.promql_of(site.group, site.rule);
        let Some(expr) = query.and_then(|query| query.valid()).filter(|_| held > 0) else { return };
        let mut shortest: Option<(Duration, Span)> = None;
        for node in expr.walk() {
            let range = match node {
                Expr::Range(range) => range.range.duration().map(|length| (length, range.range.span())),
                Expr::Subquery(subquery) => subquery.range.duration().map(|length| (length, subquery.range.span())),
                // What is read as it is now may hold for a moment only, and so may what a line or the last samples tell.
                Expr::Selector(_) => return,
                Expr::Call(call) if MOMENTARY.contains(&call.function.value.as_str()) => return,
                _ => continue,
            };
            let Some(range) = range else { return };
            shortest = Some(shortest.filter(|known| known.0 <= range.0).unwrap_or(range));
        }
        let Some((range, place)) = shortest else { return };
        #[expect(clippy::cast_precision_loss, reason = "durations of rules are far from 2^53 milliseconds")]
        let is_lost = range.as_milliseconds() as f64 > held as f64 * self.times;
        if is_lost {
            out.report(hold.span, format!("{} filters nothing of what is computed over {range}", hold.value))
                .label(place, "what happens once counts for so long")
                .help("leave `for` out, or look back over a shorter range");
        }
    }
}
