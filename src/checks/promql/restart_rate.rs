//! Rates of restarts that no container reaches.

use crate::{
    check,
    facts::documented::constant,
    kit::*,
    promql::{
        Expr,
        ast::{AggregationOp, Binary, BinaryOp, Call},
    },
    vocab::Duration,
};

check! {
    /// An alert waits for more restarts of a container than Kubernetes makes.
    ///
    /// ## Why it matters
    /// Kubernetes waits before it restarts a container that crashed: 10 seconds, then 20, 40 and so on, up to 5 minutes. One
    /// that crashes at once is restarted some seven times in 15 minutes, which is a rate of 0.008 per second. An alert above
    /// 0.1 waits for 90 of them, and never fires.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: CrashLooping
    ///   expr: rate(kube_pod_container_status_restarts_total[15m]) > 0.1
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: CrashLooping
    ///   expr: increase(kube_pod_container_status_restarts_total[15m]) > 3
    /// ```
    pub struct RestartRate {}
    id: "promql/restart-rate", severity: Warning,
}

/// The counters of restarts, each series of one container.
const COUNTERS: [&str; 2] =
    ["kube_pod_container_status_restarts_total", "kube_pod_init_container_status_restarts_total"];

/// How long Kubernetes waits before the first restarts, and at most (kubelet, `MaxContainerBackOff`).
const USUAL: (f64, f64) = (10.0, 300.0);

/// The same where it is told to wait as little as it can (`ReduceDefaultCrashLoopBackOffDecay`).
const LEAST: (f64, f64) = (1.0, 60.0);

/// `rate` and `increase` reckon with what happens before the first sample and behind the last one.
const EXTRAPOLATED: f64 = 1.25;

impl Check for RestartRate {
    type Subject = EachBinary;

    fn check(&self, Part { site, part: comparison }: Part<'_, &Binary>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let is_above = matches!(comparison.op.value, BinaryOp::Greater | BinaryOp::GreaterEqual);
        if !is_above || site.rule().is_none() || !site.is_literal(comparison.span) {
            return;
        }
        let Some(threshold) = constant(&comparison.right) else { return };
        let Some((call, factor)) = of_one_container(&comparison.left) else { return };
        let Some((name, window)) = restarts(call) else { return };
        let seconds = window.as_seconds();
        let wanted = threshold / factor * if call.function.value == "rate" { seconds } else { 1.0 };
        if factor > 0.0 && wanted > within(seconds, LEAST) * EXTRAPOLATED {
            let wanted = (wanted * 10.0).round() / 10.0;
            let usual = within(seconds, USUAL);
            out.report(
                comparison.op.span.to(comparison.right.span()),
                format!(
                    "this waits for {wanted} restarts in {window}, but a container that crashes gets about {usual}"
                ),
            )
            .label(name.span, "Kubernetes waits ever longer before the next one, up to 5 minutes")
            .help(format!("count them: `increase(…[{window}]) > 3`"));
        }
    }
}

/// The call that a comparison is about, and what its value is multiplied by, where nothing adds up several containers.
fn of_one_container(expr: &Expr) -> Option<(&Call, f64)> {
    match expr.unwrap_parens() {
        Expr::Call(call) => Some((call, 1.0)),
        Expr::Aggregation(aggregation) => match aggregation.op.value {
            AggregationOp::Max | AggregationOp::Min | AggregationOp::Avg => of_one_container(&aggregation.operand),
            _ => None,
        },
        Expr::Binary(binary) if !binary.is_long() => {
            let (left, right) = (constant(&binary.left), constant(&binary.right));
            match (binary.op.value, left, right) {
                (BinaryOp::Multiply, Some(factor), None) => scaled(&binary.right, factor),
                (BinaryOp::Multiply, None, Some(factor)) => scaled(&binary.left, factor),
                (BinaryOp::Divide, None, Some(divisor)) if divisor != 0.0 => scaled(&binary.left, 1.0 / divisor),
                _ => None,
            }
        }
        _ => None,
    }
}

fn scaled(expr: &Expr, factor: f64) -> Option<(&Call, f64)> {
    of_one_container(expr).map(|(call, other)| (call, factor * other))
}

/// The counter of restarts whose rate or increase is taken, and over which time.
fn restarts(call: &Call) -> Option<(&Spanned<Name>, Duration)> {
    let is_known = matches!(call.function.value.as_str(), "rate" | "increase");
    let Expr::Range(range) = call.arguments.first()?.unwrap_parens() else { return None };
    let name = range.selector.metric_name().filter(|name| is_known && COUNTERS.contains(&name.value.as_str()))?;
    Some((name, range.range.duration()?))
}

/// How often a container is restarted at most within a time, by how long is waited at first and at most, in seconds.
fn within(seconds: f64, (first, most): (f64, f64)) -> f64 {
    let (mut restarts, mut wait, mut passed) = (1.0, first, first);
    while passed <= seconds && wait < most {
        restarts += 1.0;
        wait = most.min(wait * 2.0);
        passed += wait;
    }
    restarts + ((seconds - passed) / most).floor().max(-1.0) + 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restarts_become_fewer() {
        // At 0, 10, 30, 70, 150, 310, 610 seconds.
        for (seconds, restarts) in [(5.0, 1.0), (10.0, 2.0), (69.0, 3.0), (310.0, 6.0), (900.0, 7.0), (3600.0, 16.0)] {
            assert_eq!(within(seconds, USUAL), restarts, "{seconds}");
        }
    }
}
