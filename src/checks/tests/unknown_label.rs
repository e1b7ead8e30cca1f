//! Input series with labels that their metric never has.

use std::collections::BTreeMap;

use crate::{
    check,
    facts::CapturedLabels,
    kit::*,
    model::{Document, suite::series::Series},
    vocab::nearest,
};

check! {
    /// A series of a test has a label that its metric never has.
    ///
    /// The labels of a metric are known as in `metrics/label-unknown`: from captured pages, from source code, and from the
    /// configuration of the job.
    ///
    /// ## Why it matters
    /// The test shows that the rule works on series that do not exist; on those that do, it may not.
    ///
    /// ## Example
    /// ```yaml path=tests/alerts.yml
    /// rule_files: [../rules.yml]
    /// tests:
    ///   - input_series: [{series: 'errors_total{job="backend", status="500"}', values: 0+1x9}]
    ///     alert_rule_test: [{eval_time: 5m, alertname: Errors, exp_alerts: [{}]}]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: Errors
    ///   expr: sum(rate(errors_total[5m])) > 0
    /// ```
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - job_name: backend
    ///     static_configs: [{targets: ["backend:8080"]}]
    /// ```
    /// ```text path=metrics/backend.prom
    /// # TYPE errors_total counter
    /// errors_total{status_code="500"} 31
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=tests/alerts.yml
    /// rule_files: [../rules.yml]
    /// tests:
    ///   - input_series: [{series: 'errors_total{job="backend", status_code="500"}', values: 0+1x9}]
    ///     alert_rule_test: [{eval_time: 5m, alertname: Errors, exp_alerts: [{}]}]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: Errors
    ///   expr: sum(rate(errors_total[5m])) > 0
    /// ```
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - job_name: backend
    ///     static_configs: [{targets: ["backend:8080"]}]
    /// ```
    /// ```text path=metrics/backend.prom
    /// # TYPE errors_total counter
    /// errors_total{status_code="500"} 31
    /// ```
    pub struct UnknownLabel {}
    id: "tests/unknown-label", severity: Info,
}

impl Check for UnknownLabel {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(tested) = facts.suites.of_document(document) else { return };
        let mut unknown: BTreeMap<(&str, &str), Unknown<'_>> = BTreeMap::new();
        for input in tested.suite.tests.iter().flat_map(|test| &test.input_series) {
            let Some(series) = &input.series else { continue };
            for rules in &tested.rules {
                gather(series, rules, facts, &mut unknown);
            }
        }
        for ((metric, label), Unknown { mut places, known }) in unknown {
            places.dedup();
            let finding = out
                .report_at(&places, format!("`{metric}` never has a label `{label}`"))
                .label_if(known.sample, "its labels are known from here");
            if let Some(near) = nearest(label, known.names.iter().copied()) {
                let finding = finding.help(format!("did you mean `{near}`?"));
                finding.instead(&facts.workspace.files, label, near);
            }
        }
    }
}

/// A label that a metric does not have.
struct Unknown<'f> {
    /// Where it is written, in order.
    places: Vec<Span>,
    /// What the metric has.
    known: CapturedLabels<'f>,
}

/// Gathers the labels of a series that its metric does not have where some rules are evaluated.
fn gather<'s, 'f>(
    series: &'s Series,
    rules: &Document,
    facts: &'f Facts<'_>,
    unknown: &mut BTreeMap<(&'s str, &'s str), Unknown<'f>>,
) {
    let Some(metric) = series.metric.as_ref().filter(|metric| facts.rules.records(&metric.value).is_empty()) else {
        return;
    };
    let scraping = facts.servers.scraping(rules);
    let Some(jobs) = scraping.jobs_labelled(series.label("job")).filter(|_| scraping.is_certain()) else { return };
    for (label, _) in &series.labels {
        let known = facts.inventory.labels(&metric.value, &jobs, &facts.instrumented, &facts.exporters);
        let Some(known) = known.filter(|known| !known.may_have(&label.value)) else { continue };
        let found = unknown.entry((&metric.value, &label.value));
        found.or_insert(Unknown { places: Vec::new(), known }).places.push(label.span);
    }
}
