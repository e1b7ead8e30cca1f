//! Alerts on `irate`.

use crate::{check, kit::*};

check! {
    /// An alert depends on `irate`, which sees the last two samples only.
    ///
    /// ## Why it matters
    /// One quiet scrape interval brings the value below the threshold, and with it resolves the alert, or lets
    /// its `for` start anew. `rate` over the same range sees all samples.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: CpuBusy
    ///   expr: 100 - avg by (instance) (irate(node_cpu_seconds_total{mode="idle"}[5m])) * 100 > 80
    ///   for: 10m
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: CpuBusy
    ///   expr: 100 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) * 100 > 80
    ///   for: 10m
    /// ```
    pub struct IrateAlert {}
    id: "promql/irate-alert", severity: Warning,
}

impl Check for IrateAlert {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let (Some(site), Some(expr)) = (site.rule(), site.expr()) else { return };
        if !site.rule.is_alerting() {
            return;
        }
        let places: Vec<Span> =
            expr.calls().filter(|call| call.function.value == "irate").map(|call| call.function.span).collect();
        let Some(first) = places.first() else { return };
        let edits = places.iter().map(|place| Edit { span: *place, text: "rate".to_owned() }).collect();
        let message = "`irate` sees the last two samples only, so that one quiet moment resolves the alert";
        let finding = out.report(*first, message).help("take `rate`");
        let finding = match Fix::edits_of("use `rate`", Applicability::Unsafe, edits) {
            Some(fix) => finding.fix(fix),
            None => finding,
        };
        if let Some(hold) = &site.rule.hold_duration {
            finding.label(hold.span, "each time, this starts anew");
        }
    }
}
