//! Alerts whose `for` cannot be kept to, as rules are evaluated in longer steps.

use crate::{check, kit::*, vocab::Duration};

check! {
    /// The `for` of an alert is not a whole number of evaluations.
    ///
    /// ## Why it matters
    /// An alert can only fire at an evaluation. With a `for` of 90 seconds and an evaluation every minute it fires after
    /// two minutes, and nobody who reads the rule knows.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// global: {evaluation_interval: 1m}
    /// rule_files: [rules.yml]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   for: 90s
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// global: {evaluation_interval: 30s}
    /// rule_files: [rules.yml]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   for: 90s
    /// ```
    pub struct ForStep {}
    id: "rules/for-step", severity: Info,
}

impl Check for ForStep {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(hold) = site.rule.hold_duration.filter(|_| site.rule.is_alerting()) else { return };
        if hold.value == Duration::ZERO {
            out.report(hold.span, "this is how long alerts wait anyway: not at all").help("leave it out");
            return;
        }
        let Some((interval, place)) = interval_of(site, facts) else { return };
        let (held, step) = (hold.value.as_milliseconds(), interval.as_milliseconds());
        if step <= 0 || held <= 0 || held % step == 0 {
            return;
        }
        let fires = Duration::milliseconds((held / step + 1) * step);
        out.report(hold.span, format!("the alert fires after {fires}, not after {}", hold.value))
            .label(place, format!("rules are evaluated every {interval}"))
            .help(format!("write `for: {fires}`, or evaluate more often"))
            .fix(Fix::edit(format!("write `{fires}`"), Applicability::Safe, hold.span, fires.to_string()));
    }
}

/// How often a rule is evaluated, and where that is said: by its group, else by the servers that load it.
fn interval_of(site: RuleSite<'_>, facts: &Facts<'_>) -> Option<(Duration, Span)> {
    if let Some(own) = site.group.interval.filter(|own| own.value != Duration::ZERO) {
        return Some((own.value, own.span));
    }
    let scraping = facts.servers.scraping(site.document);
    let [server] = scraping.servers() else { return None };
    let place = server.config.global.evaluation_interval.map_or(server.config.span, |interval| interval.span);
    scraping.is_certain().then_some((server.config.evaluation_interval(), place))
}
