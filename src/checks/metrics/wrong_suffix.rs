//! Metrics with an ending too many or too few.

use std::collections::BTreeMap;

use crate::{catalog::Slip, check, kit::*, workspace::Workspace};

use super::cause::{Cause, cause, is_nearly_known};

check! {
    /// The name of a metric lacks an ending, such as `_total` or `_bucket`, or has one too many.
    ///
    /// It is known from captured pages and from what exporters were recorded to export.
    ///
    /// ## Why it matters
    /// A histogram is stored as `_bucket`, `_sum` and `_count`, and nothing has its own name; client libraries add
    /// `_total` to counters. Without the ending nothing is selected: the alert never fires, the panel stays empty.
    ///
    /// ## Example
    /// ```yaml path=rules.yml
    /// - alert: Slow
    ///   expr: rate(latency_seconds[5m]) > 1
    /// ```
    /// ```text path=metrics/backend.prom
    /// # TYPE latency_seconds histogram
    /// latency_seconds_bucket{le="+Inf"} 3
    /// latency_seconds_sum 4
    /// latency_seconds_count 3
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=rules.yml
    /// - alert: Slow
    ///   expr: rate(latency_seconds_sum[5m]) / rate(latency_seconds_count[5m]) > 1
    /// ```
    /// ```text path=metrics/backend.prom
    /// # TYPE latency_seconds histogram
    /// latency_seconds_bucket{le="+Inf"} 3
    /// latency_seconds_sum 4
    /// latency_seconds_count 3
    /// ```
    pub struct WrongSuffix {}
    id: "metrics/wrong-suffix", severity: Warning,
}

/// A wrong name, and all its places.
struct Wrong {
    metric: String,
    slip: Slip,
    source: String,
    proof: Option<Span>,
    places: Vec<Span>,
}

impl Check for WrongSuffix {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut wrong: BTreeMap<&str, Wrong> = BTreeMap::new();
        for asked in facts.asked.named(|name| is_nearly_known(name, facts)) {
            if let Some(one) = wrong.get_mut(asked.name.value.as_str()) {
                one.places.push(asked.name.span);
            } else if let Some(Cause::Suffix { metric, slip, source, proof }) = cause(asked, facts) {
                let places = vec![asked.name.span];
                wrong.insert(&asked.name.value, Wrong { metric, slip, source, proof, places });
            }
        }
        for (name, one) in wrong {
            report(name, &one, out);
        }
    }
}

fn report(name: &str, wrong: &Wrong, out: &mut Sink<'_>) {
    let Wrong { metric, slip, source, proof, places } = wrong;
    let finding = out.report_at(places, format!("{source} has no series `{name}`"));
    let finding = finding.label_if(*proof, format!("`{metric}` is here"));
    if *slip == Slip::Histogram {
        finding.help(format!("it is a histogram: its series are `{name}_bucket`, `{name}_sum` and `{name}_count`"));
        return;
    }
    let kind = if metric.strip_suffix("_total") == Some(name) { "it is a counter, called" } else { "it is called" };
    finding.help(format!("{kind} `{metric}`")).rewrite(&format!("use `{metric}`"), metric);
}
