//! Alerts without a runbook, where most have one.

use crate::{
    check,
    facts::{
        documented::severity_of,
        runbooks::{Destination, RunbookLink},
    },
    kit::*,
    workspace::Workspace,
};

check! {
    /// An alert has no runbook, although most alerts beside it have one.
    ///
    /// Nothing is said where fewer than two thirds of the alerts of a file have a runbook, or none of the same
    /// group, nor of alerts of the severity `info` or `none`, unless the option `always` demands one for each.
    ///
    /// ## Why it matters
    /// The team has agreed that an alert comes with instructions, and this one was forgotten.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    ///   annotations: {runbook_url: "https://wiki.example.com/redis-down"}
    /// - alert: RedisSlow
    ///   expr: redis_latency_seconds > 1
    ///   annotations: {runbook_url: "https://wiki.example.com/redis-slow"}
    /// - alert: RedisEvicting
    ///   expr: rate(redis_evicted_keys_total[5m]) > 0
    ///   annotations: {runbook_url: "https://wiki.example.com/redis-evicting"}
    /// - alert: RedisFull
    ///   expr: redis_memory_used_bytes / redis_memory_max_bytes > 0.9
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    ///   annotations: {runbook_url: "https://wiki.example.com/redis-down"}
    /// - alert: RedisSlow
    ///   expr: redis_latency_seconds > 1
    ///   annotations: {runbook_url: "https://wiki.example.com/redis-slow"}
    /// - alert: RedisEvicting
    ///   expr: rate(redis_evicted_keys_total[5m]) > 0
    ///   annotations: {runbook_url: "https://wiki.example.com/redis-evicting"}
    /// - alert: RedisFull
    ///   expr: redis_memory_used_bytes / redis_memory_max_bytes > 0.9
    ///   annotations: {runbook_url: "https://wiki.example.com/redis-full"}
    /// ```
    pub struct Missing {
        /// Whether every alert needs a runbook, however many have one.
        pub always: bool = false,
    }
    id: "runbooks/missing", severity: Warning,
}

impl Check for Missing {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let alerts: Vec<&RuleSite<'_>> = facts.rules.all().iter().filter(|site| site.rule.is_alerting()).collect();
        for file in alerts.chunk_by(|one, other| one.document.file == other.document.file) {
            self.check_file(file, facts, out);
        }
    }
}

impl Missing {
    fn check_file(&self, alerts: &[&RuleSite<'_>], facts: &Facts<'_>, out: &mut Sink<'_>) {
        let links = alerts.iter().map(|site| (site, facts.runbooks.of_rule(site.rule)));
        let (with, without): (Vec<_>, Vec<_>) = links.partition(|(_, link)| link.is_some_and(leads));
        let most = with.len() >= 3 && with.len() * 3 >= alerts.len() * 2;
        let proof = with.first().and_then(|(_, link)| *link).map(|link| link.text.full_span());
        // Alerts that nobody is woken up for need no instructions, and a group may have other customs.
        let expected = |site: &RuleSite<'_>| {
            let quiet = severity_of(site.rule).is_some_and(|severity| matches!(severity.as_str(), "info" | "none"));
            most && !quiet && with.iter().any(|(other, _)| other.group.span == site.group.span)
        };
        for (site, link) in without.into_iter().filter(|(site, _)| self.always || expected(site)) {
            let name = site.rule.alert.as_ref().map_or("", |name| &name.value);
            let (place, what) = match link {
                Some(link) => (link.text.full_span(), format!("the runbook of `{name}` is a placeholder")),
                None => (site.rule.anchor(), format!("`{name}` has no runbook")),
            };
            out.report(place, what)
                .label_if(proof, format!("{} of {} alerts of this file have one", with.len(), alerts.len()))
                .help("add the annotation `runbook_url`");
        }
    }
}

fn leads(link: &RunbookLink<'_>) -> bool {
    link.leads_to != Destination::Placeholder
}
