//! Alerts that the page which lists the others leaves out.

use std::collections::{BTreeMap, BTreeSet};

use crate::{check, kit::*, text::FileId, workspace::Workspace};

check! {
    /// A page lists most alerts of a rule file, and leaves this one out.
    ///
    /// A page counts when it lists at least three alerts of the file and at least half of them.
    ///
    /// ## Why it matters
    /// Whoever gets this alert at night looks it up, and finds nothing.
    ///
    /// ## Example
    /// ```markdown path=RUNBOOK.md
    /// ### RedisDown
    /// ### RedisSlow
    /// ### RedisFull
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    /// - alert: RedisSlow
    ///   expr: redis_latency_seconds > 1
    /// - alert: RedisFull
    ///   expr: redis_memory_used_bytes / redis_memory_max_bytes > 0.9
    /// - alert: RedisEvicting
    ///   expr: rate(redis_evicted_keys_total[5m]) > 0
    /// ```
    ///
    /// ## Instead
    /// ```markdown path=RUNBOOK.md
    /// ### RedisDown
    /// ### RedisSlow
    /// ### RedisFull
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    /// - alert: RedisSlow
    ///   expr: redis_latency_seconds > 1
    /// - alert: RedisFull
    ///   expr: redis_memory_used_bytes / redis_memory_max_bytes > 0.9
    /// ```
    pub struct AlertUndocumented {}
    id: "docs/alert-undocumented", severity: Warning,
}

impl Check for AlertUndocumented {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mentioned: BTreeSet<&str> =
            facts.documented.pages.iter().flat_map(|page| page.mentioned.iter().copied()).collect();
        let mut lists: BTreeMap<FileId, (Span, &str)> = BTreeMap::new();
        for page in facts.documented.pages.iter().filter(|page| !page.rosters.is_empty()) {
            for reached in &page.reached {
                let names: BTreeSet<&str> = reached
                    .alerts
                    .iter()
                    .filter_map(|site| site.rule.alert.as_ref())
                    .map(|name| name.value.as_str())
                    .collect();
                let listed = page.rosters.iter().flat_map(|roster| &roster.names);
                let listed: Vec<_> = listed.filter(|name| names.contains(name.value.as_str())).collect();
                let distinct: BTreeSet<&str> = listed.iter().map(|name| name.value.as_str()).collect();
                if let Some(last) = listed.last().filter(|_| distinct.len() >= 3 && distinct.len() * 2 >= names.len()) {
                    lists.entry(reached.file).or_insert((last.span, topic(&distinct)));
                }
            }
        }
        let mut reported = BTreeSet::new();
        for site in facts.rules.all().iter().filter(|site| site.rule.is_alerting()) {
            let (Some((list, topic)), Some(name)) = (lists.get(&site.document.file), &site.rule.alert) else {
                continue;
            };
            let is_left_out = !mentioned.contains(name.value.as_str()) && name.value.starts_with(topic);
            if is_left_out && reported.insert((site.document.file, &name.value)) {
                out.report(name.span, format!("`{}` is not documented, as most alerts of this file are", name.value))
                    .label(*list, "the others are listed here")
                    .help("add it to that list");
            }
        }
    }
}

/// Words that say how much there is of something, or how bad it is, and not of what.
const DEGREES: [&str; 10] =
    ["Critical", "Elevated", "Excessive", "High", "Low", "Missing", "No", "Slow", "Too", "Warning"];

/// The words that all of some names begin with: a list of `QueueFull`, `QueueSlow` and `QueueStuck` is one of queues.
fn topic<'w>(names: &BTreeSet<&'w str>) -> &'w str {
    let (Some(first), Some(last)) = (names.first(), names.last()) else { return "" };
    let same = first.bytes().zip(last.bytes()).take_while(|(one, other)| one == other).count();
    let mut ends = first.char_indices().filter(|(at, letter)| *at <= same && (letter.is_uppercase() || *letter == '_'));
    let topic = ends.next_back().map_or("", |(end, _)| &first[..end]);
    if DEGREES.contains(&topic) { "" } else { topic }
}
