//! Series that rules recorded until a change took the rule away.

use crate::{check, kit::*};

check! {
    /// A change removes a recording rule, and what reads its series is still there.
    ///
    /// ## Why it matters
    /// Nothing complains: a dashboard shows "No data", and an alert on the series never fires again. This is found where
    /// `--changed-since` compares with an earlier state, since only there it is known that the series was recorded. It is
    /// silent about series of captured `/metrics` pages.
    ///
    /// ## Example
    /// Before, in a file that is gone now:
    /// ```yaml path=records.yml then
    /// - record: job:errors:rate5m
    ///   expr: sum by (job) (rate(errors_total[5m]))
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: ManyErrors
    ///   expr: job:errors:rate5m > 10
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=records.yml then
    /// - record: job:errors:rate5m
    ///   expr: sum by (job) (rate(errors_total[5m]))
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: ManyErrors
    ///   expr: sum by (job) (rate(errors_total[5m])) > 10
    /// ```
    pub struct RemovedRecord {}
    id: "rules/removed-record", severity: Warning,
}

impl Check for RemovedRecord {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let (Some(then), Some(expr)) = (&facts.workspace.recorded_then, site.expr()) else { return };
        for selection in expr.selections() {
            let Some(name) = selection.selector.metric_name() else { continue };
            let Some(file) = then.names.get(name.value.as_str()) else { continue };
            let is_there = !facts.rules.records(&name.value).is_empty() || facts.inventory.has(&name.value);
            if !is_there && site.is_literal(name.span) {
                out.report(name.span, format!("nothing records `{}` any more", name.value))
                    .help(format!("in `{}` a rule of `{file}` did; keep it, or read something else", then.state));
            }
        }
    }
}
