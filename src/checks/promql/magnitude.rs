//! Thresholds that read like a slip of the unit.

use crate::{
    check,
    facts::documented::{Dimension, Measure, dimension},
    kit::*,
    promql::{
        Expr,
        ast::{Binary, BinaryOp},
    },
};

check! {
    /// A threshold is a thousand times too large or too small for its unit.
    ///
    /// ## Why it matters
    /// A latency in seconds that is compared with 500 was probably meant as 500 milliseconds, and memory in bytes compared
    /// with 512 as megabytes. Such an alert never fires, or always.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: SlowRequests
    ///   expr: histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > 500
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: SlowRequests
    ///   expr: histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > 0.5
    /// ```
    pub struct Magnitude {}
    id: "promql/magnitude", severity: Info,
}

/// Words of metrics that time something a user waits for.
const WAITS: [&str; 5] = ["request", "response", "latency", "query", "rpc"];

/// Words of what may take minutes or hours.
const LONG: [&str; 9] = ["alarm", "backlog", "backup", "batch", "job", "pipeline", "queue", "queued", "replication"];

/// Words of metrics that count memory or disk.
const ROOMS: [&str; 6] = ["memory", "disk", "filesystem", "heap", "resident", "rss"];

impl Check for Magnitude {
    type Subject = EachBinary;

    fn check(&self, Part { site, part: binary }: Part<'_, &Binary>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let is_alert = || site.rule().is_some_and(|rule| rule.rule.is_alerting());
        let Some(number) = binary.right.number().filter(|_| binary.op.value.is_comparison()) else { return };
        if (1.0..100_000.0).contains(&number)
            && is_alert()
            && let Some((meant, factor)) = slip(&binary.left, number)
        {
            report(binary, number, meant, factor, out);
        }
    }
}

/// The unit that a number looks like, and the factor from it to the unit of the expression.
fn slip(expr: &Expr, number: f64) -> Option<(&'static str, f64)> {
    let mut names = expr.selections().filter_map(|selection| selection.selector.metric_name());
    let name = names.next()?;
    let has = |words: &[&str]| name.value.split('_').any(|word| words.contains(&word));
    let may_wait = (100.0..100_000.0).contains(&number) && has(&WAITS) && !has(&LONG);
    let may_fill = (1.0..=4096.0).contains(&number) && has(&ROOMS);
    if !may_wait && !may_fill {
        return None;
    }
    match dimension(expr) {
        Dimension { measure: Measure::Time, scale: Some(1.0) } if may_wait => Some(("milliseconds", 1e-3)),
        Dimension { measure: Measure::Bytes, scale: Some(1.0) } if may_fill => Some(("megabytes", 1_048_576.0)),
        _ => None,
    }
}

fn report(binary: &Binary, number: f64, meant: &str, factor: f64, out: &mut Sink<'_>) {
    let unit = if meant == "milliseconds" { "seconds" } else { "bytes" };
    let never = matches!(binary.op.value, BinaryOp::Greater | BinaryOp::GreaterEqual) == (factor < 1.0);
    let result = if never { "hardly ever" } else { "nearly always" };
    out.report(binary.right.span(), format!("{number} {unit} are {result} reached: {meant} seem to be meant"))
        .label(binary.left.span(), format!("in {unit}, by its name"))
        .help(format!("{number} {meant} are {}", number * factor));
}
