//! Recording rules that take the name of a scraped metric.

use crate::{check, kit::*};

check! {
    /// A recording rule records under a name that a target exports, too.
    ///
    /// ## Why it matters
    /// Both are stored under one name. Whoever reads it gets a mixture: sums count everything twice, and where the labels
    /// are equal Prometheus drops one of the two.
    ///
    /// ## Example
    /// ```yaml path=rules.yml
    /// - record: requests_total
    ///   expr: sum by (job) (rate(requests_total[5m]))
    /// ```
    /// ```text path=metrics/shop.prom
    /// requests_total{path="/"} 3
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=rules.yml
    /// - record: job:requests:rate5m
    ///   expr: sum by (job) (rate(requests_total[5m]))
    /// ```
    /// ```text path=metrics/shop.prom
    /// requests_total{path="/"} 3
    /// ```
    pub struct RecordShadow {}
    id: "rules/record-shadow", severity: Warning,
}

impl Check for RecordShadow {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(name) = &site.rule.record else { return };
        let first = facts.rules.records(&name.value).first();
        if !first.is_some_and(|first| std::ptr::eq(first.rule, site.rule)) {
            return;
        }
        if let Some((source, place)) = facts.inventory.captured(&name.value) {
            out.report(name.span, format!("`{}` is recorded here, and exported by `{source}`", name.value))
                .label(place, "captured here")
                .help("record it under a name of its own, such as `level:metric:operation`");
            return;
        }
        let jobs = facts.servers.all().iter().flat_map(|server| &server.config.scrape_configs);
        let mut exporting =
            jobs.filter(|job| facts.exporters.of_job(job).iter().any(|exporter| exporter.named(&name.value).is_some()));
        if let Some(job) = exporting.next().and_then(|job| job.job_name.as_ref()) {
            out.report(name.span, format!("`{}` is recorded here, and exported by job `{}`", name.value, job.value))
                .label(job.span, "scraped here")
                .help("record it under a name of its own, such as `level:metric:operation`");
        }
    }
}
