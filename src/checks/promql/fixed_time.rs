//! Rules that ask for one fixed moment.

use crate::{
    check,
    kit::*,
    promql::{Expr, ast::AtTime},
};

check! {
    /// A rule reads its series at one fixed moment, so that its result never changes.
    ///
    /// ## Why it matters
    /// `@ 1609746000` is the same moment at every evaluation. What it gave then, it gives for ever, until the data of that
    /// day is deleted; then it gives nothing. `@ start()` and `@ end()` are the time of the evaluation in a rule, and do
    /// nothing.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: TrafficGrew
    ///   expr: rate(requests_total[1h]) > 2 * rate(requests_total[1h] @ 1609746000)
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: TrafficGrew
    ///   expr: rate(requests_total[1h]) > 2 * rate(requests_total[1h] offset 1w)
    /// ```
    pub struct FixedTime {}
    id: "promql/fixed-time", severity: Warning,
}

impl Check for FixedTime {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let (Some(_), Some(expr)) = (site.rule(), site.expr()) else { return };
        for node in expr.walk() {
            let modifiers = match node {
                Expr::Subquery(subquery) => Some(&subquery.modifiers),
                _ => node.selection().map(|selection| selection.modifiers),
            };
            let Some(at) = modifiers.and_then(|modifiers| modifiers.at.as_ref()) else { continue };
            match at.time {
                AtTime::Milliseconds(_) => out
                    .report(at.span, "this is the same moment at every evaluation, so the result never changes")
                    .help("look back from now with `offset`"),
                AtTime::Start | AtTime::End => out
                    .report(at.span, "in a rule this is the time of the evaluation, and does nothing")
                    .severity(Severity::Info)
                    .help("leave it out"),
            };
        }
    }
}
