//! Aggregations that drop a label by which inhibition compares alerts.

use crate::{
    check,
    facts::routing::{Alert, Carried, Dispatcher, Verdict},
    kit::*,
    model::alertmanager::InhibitRule,
    promql::flow::Origin,
};

check! {
    /// An aggregation drops a label by which an inhibition rule compares the alert with others.
    ///
    /// ## Why it matters
    /// `equal` holds only where both alerts have the same value. An alert whose expression aggregates the label away is
    /// never silenced, though its matchers are satisfied.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// scrape_configs:
    ///   - job_name: shop
    ///     static_configs: [{targets: ["shop:8080"]}]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: HostDown
    ///   expr: up == 0
    ///   labels: {severity: critical}
    /// - alert: Slow
    ///   expr: request_seconds > 2
    ///   labels: {severity: warning}
    /// - alert: ManyErrors
    ///   expr: sum by (job) (rate(errors_total[5m])) > 5
    ///   labels: {severity: warning}
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: mail}
    /// receivers: [{name: mail}]
    /// inhibit_rules:
    ///   - source_matchers: [severity="critical"]
    ///     target_matchers: [severity="warning"]
    ///     equal: [instance]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// scrape_configs:
    ///   - job_name: shop
    ///     static_configs: [{targets: ["shop:8080"]}]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: HostDown
    ///   expr: up == 0
    ///   labels: {severity: critical}
    /// - alert: Slow
    ///   expr: request_seconds > 2
    ///   labels: {severity: warning}
    /// - alert: ManyErrors
    ///   expr: sum by (job, instance) (rate(errors_total[5m])) > 5
    ///   labels: {severity: warning}
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: mail}
    /// receivers: [{name: mail}]
    /// inhibit_rules:
    ///   - source_matchers: [severity="critical"]
    ///     target_matchers: [severity="warning"]
    ///     equal: [instance]
    /// ```
    pub struct AggDropsNeeded {}
    id: "promql/agg-drops-needed", severity: Info,
}

impl Check for AggDropsNeeded {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        for dispatcher in facts.routing.all() {
            let alerts = dispatcher.alerts.as_deref().unwrap_or_default();
            let Some(alert) = alerts.iter().find(|alert| std::ptr::eq(alert.site.rule, site.rule)) else { continue };
            if let Some((label, rule)) = never_equal(alert, dispatcher) {
                let Some(cause) = alert.missing(&label.value) else { continue };
                out.report(
                    cause.span,
                    format!(
                        "`{}` is never silenced by an inhibition rule that takes it: {}",
                        alert.name.value,
                        cause.drops(&label.value)
                    ),
                )
                .label(label.span, "source and target must agree in this")
                .label_if(rule.target.all.first().map(|matcher| matcher.span), "this takes the alert")
                .help(format!("keep `{}` in the aggregation, or write an inhibition rule without it", label.value));
                return;
            }
        }
    }
}

/// A label of `equal` that an alert's own aggregation drops and that every source has, of a rule that works for others.
fn never_equal<'d>(
    alert: &Alert<'_>,
    dispatcher: &'d Dispatcher<'_>,
) -> Option<(&'d Spanned<String>, &'d InhibitRule)> {
    dispatcher.config.inhibit_rules.iter().filter(|rule| rule.source.complete && rule.target.complete).find_map(
        |rule| {
            let by_aggregation = |label: &Spanned<String>| {
                alert.missing(&label.value).is_some_and(|cause| matches!(cause.origin, Origin::Aggregation(_)))
            };
            if !rule.equal.iter().any(by_aggregation) || alert.satisfies(&rule.target.all) != Verdict::Yes {
                return None;
            }
            let (sources, targets) =
                (dispatcher.alerts_taken(&rule.source.all), dispatcher.alerts_taken(&rule.target.all));
            let agree = |one: &Alert<'_>, other: &Alert<'_>| {
                rule.equal.iter().all(|label| one.label(&label.value).may_equal(other.label(&label.value)))
            };
            let works = targets.iter().any(|target| sources.iter().any(|source| agree(source, target)));
            if sources.is_empty() || !works {
                return None;
            }
            let is_dropped = |label: &&Spanned<String>| {
                by_aggregation(label)
                    && sources.iter().all(|source| !source.label(&label.value).may_equal(Carried::Exactly("")))
            };
            Some((rule.equal.iter().find(is_dropped)?, rule))
        },
    )
}
