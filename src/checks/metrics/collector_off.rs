//! Metrics of collectors that are off.

use std::collections::BTreeMap;

use crate::{check, kit::*, workspace::Workspace};

use super::{
    cause::{Cause, cause},
    collectors::{Off, off},
};

check! {
    /// An expression asks for a metric of a collector that is off in every container of the exporter.
    ///
    /// Which collectors are off by default is known of node_exporter, postgres_exporter and mysqld_exporter; which
    /// flags are given, from the compose file.
    ///
    /// ## Why it matters
    /// The metric is real and documented, and still not there: the alert never fires.
    ///
    /// ## Example
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   node-exporter:
    ///     image: prom/node-exporter:v1.8.1
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: UnitFailed
    ///   expr: node_systemd_unit_state{state="failed"} == 1
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   node-exporter:
    ///     image: prom/node-exporter:v1.8.1
    ///     command: ["--collector.systemd"]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: UnitFailed
    ///   expr: node_systemd_unit_state{state="failed"} == 1
    /// ```
    pub struct CollectorOff {}
    id: "metrics/collector-off", severity: Warning,
}

impl Check for CollectorOff {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut missing: BTreeMap<&str, (Off, &str, Vec<Span>)> = BTreeMap::new();
        for asked in facts.asked.named(|name| off(name, facts).is_some()) {
            if let Some(Cause::CollectorOff(off)) = cause(asked, facts) {
                let entry = missing.entry(off.collector).or_insert((off, &asked.name.value, Vec::new()));
                entry.2.push(asked.name.span);
            }
        }
        for (collector, (off, metric, places)) in missing {
            let exporter = off.exporter;
            let message =
                format!("`{metric}` needs the collector `{collector}` of the {exporter} exporter, which is off");
            let finding = out.report_at(&places, message);
            if off.is_on_by_default {
                finding.label(off.place, "this turns it off").help("take the flag out, or what reads the metric");
            } else {
                finding
                    .label(off.place, "started here without it")
                    .help(format!("start it with `--collector.{collector}`: it is off by default"));
            }
        }
    }
}
