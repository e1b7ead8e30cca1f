//! Jobs whose failure nobody would hear of.

use crate::{check, kit::*, model::prometheus::ScrapeConfig, promql::ast::VectorSelector, workspace::Workspace};

check! {
    /// No alert looks at whether a job's targets can be scraped.
    ///
    /// An alert on `up`, on `absent(…)` of one of the job's metrics, or on `ALERTS` of such an alert counts. Off by default,
    /// since some teams watch their targets by other means.
    ///
    /// ## Why it matters
    /// When a target cannot be scraped, its metrics end, and every alert on them falls silent instead of firing.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - {job_name: shop, static_configs: [{targets: ["shop:8080"]}]}
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: Errors
    ///   expr: rate(errors_total[5m]) > 1
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - {job_name: shop, static_configs: [{targets: ["shop:8080"]}]}
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   for: 5m
    /// ```
    pub struct UpMissing {}
    id: "metrics/up-missing", severity: Info, opt_in: true,
}

impl Check for UpMissing {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        // Where no alert is at hand, they are kept elsewhere.
        if !facts.rules.all().iter().any(|site| site.rule.is_alerting()) {
            return;
        }
        let watched = watching(facts);
        for server in facts.servers.all() {
            for job in &server.config.scrape_configs {
                let Some(name) = &job.job_name else { continue };
                if !watched.iter().any(|selector| may_be_of(selector, job)) {
                    out.report(name.span, format!("no alert looks at whether job `{}` can be scraped", name.value))
                        .help("alert on `up == 0` of it");
                }
            }
        }
    }
}

/// The selectors of alerts that notice when a target is gone.
fn watching<'f>(facts: &Facts<'f>) -> Vec<&'f VectorSelector> {
    let mut found = Vec::new();
    for site in facts.rules.all() {
        let Some(expr) = site.document.promql_of(site.group, site.rule).and_then(|query| query.valid()) else {
            continue;
        };
        let of_up = expr.selections().map(|one| one.selector);
        found.extend(of_up.filter(|selector| selector.metric_name().is_some_and(|name| name.value == "up")));
        let absent = expr.calls().filter(|call| call.function.value.starts_with("absent"));
        found.extend(absent.flat_map(|call| &call.arguments).flat_map(|one| one.selections()).map(|one| one.selector));
    }
    found
}

/// Whether a selector can pick series of a job.
fn may_be_of(selector: &VectorSelector, job: &ScrapeConfig) -> bool {
    let name = job.job_name.as_ref().map_or("", |name| name.value.as_str());
    let targets: Vec<&str> = job.targets().map(|(target, _)| target.value.as_str()).collect();
    let instance_fits = || {
        let mut matchers = selector.matchers_of("instance");
        targets.is_empty() || matchers.all(|matcher| targets.iter().any(|target| matcher.matches(target)))
    };
    selector.matchers_of("job").all(|matcher| matcher.matches(name)) && instance_fits()
}
