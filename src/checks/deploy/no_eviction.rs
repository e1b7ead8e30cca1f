//! Alerts that count on evictions where Redis evicts nothing.

use crate::{check, facts::Container, kit::*};

use super::command::of_container;

check! {
    /// An alert counts evicted keys, or says that keys will be evicted, but Redis is told to evict nothing.
    ///
    /// Redis counts as told where every one that the compose files start has `--maxmemory-policy noeviction` on its command line.
    ///
    /// ## Why it matters
    /// With that policy, a full Redis refuses writes. An alert on evictions never fires, and whoever reads that keys will
    /// be evicted expects a slower cache where there is an outage.
    ///
    /// ## Example
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   redis:
    ///     image: redis:7
    ///     command: redis-server --maxmemory 256mb --maxmemory-policy noeviction
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: RedisMemoryHigh
    ///   expr: redis_memory_used_bytes / redis_memory_max_bytes > 0.9 and redis_memory_max_bytes > 0
    ///   for: 5m
    ///   annotations: {summary: Redis is nearly full and may start evicting keys}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   redis:
    ///     image: redis:7
    ///     command: redis-server --maxmemory 256mb --maxmemory-policy noeviction
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: RedisMemoryHigh
    ///   expr: redis_memory_used_bytes / redis_memory_max_bytes > 0.9 and redis_memory_max_bytes > 0
    ///   for: 5m
    ///   annotations: {summary: Redis is nearly full and will refuse writes}
    /// ```
    pub struct NoEviction {}
    id: "deploy/no-eviction", severity: Warning,
}

/// The counters of evictions, as redis_exporter, Telegraf and Redis Enterprise call them.
const COUNTERS: [&str; 4] =
    ["redis_evicted_keys_total", "redis_evicted_keys", "redis_keyspace_evicted_keys", "bdb_evicted_objects"];

impl Check for NoEviction {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if facts.deployment.containers().is_empty() {
            return;
        }
        let Some(expr) = site.document.promql_of(site.group, site.rule).and_then(|query| query.valid()) else { return };
        let names = || expr.selections().filter_map(|one| one.selector.metric_name());
        if !site.rule.is_alerting() || !names().any(|name| name.value.contains("redis") || is_counter(&name.value)) {
            return;
        }
        let Some((redis, policy)) = policy(facts) else { return };
        for name in names().filter(|name| is_counter(&name.value)) {
            out.report(name.span, format!("`{}` evicts nothing, so `{}` never grows", redis.name(), name.value))
                .label(policy, "its policy")
                .help("watch its memory instead, or the writes that it refuses");
        }
        for text in site.rule.annotations.iter().map(|pair| &pair.value.text) {
            let Some(word) = promised(text) else { continue };
            out.report(word, format!("`{}` evicts nothing, but refuses writes when it is full", redis.name()))
                .label(policy, "its policy")
                .help("say that writes will fail, or choose a policy that evicts");
        }
    }
}

fn is_counter(name: &str) -> bool {
    COUNTERS.contains(&name)
}

/// The first Redis and where it is told to evict nothing, if every one is.
fn policy<'f, 'w>(facts: &'f Facts<'w>) -> Option<(&'f Container<'w>, Span)> {
    let runs_redis = |container: &&Container<'_>| {
        let name = container.image().and_then(|image| image.name.as_deref()).unwrap_or_default();
        let program = name.rsplit('/').next().unwrap_or_default();
        ["redis", "redis-stack", "redis-stack-server", "valkey", "keydb"].contains(&program)
    };
    let all: Option<Vec<_>> = facts
        .deployment
        .containers()
        .iter()
        .filter(runs_redis)
        .map(|container| Some((container, keeps_all(container)?)))
        .collect();
    all?.into_iter().next()
}

/// Where a container's command says `--maxmemory-policy noeviction`.
fn keeps_all(container: &Container<'_>) -> Option<Span> {
    let words = of_container(container);
    let at = words.iter().position(|word| word.text() == "--maxmemory-policy")?;
    words.get(at + 1).filter(|word| word.text() == "noeviction").map(Excerpt::full_span)
}

/// The word by which a text says that keys will be evicted.
fn promised(text: &Excerpt) -> Option<Span> {
    let lower = text.text().to_ascii_lowercase();
    let is_denied = ["noeviction", "no evict", "not evict", "n't evict", "never evict", "without evict", "instead of"]
        .iter()
        .any(|words| lower.contains(words));
    let at = lower.find("evict").filter(|_| !is_denied)?;
    let length = lower[at..].find(|letter: char| !letter.is_alphabetic()).unwrap_or(lower.len() - at);
    Some(text.span(at..at + length))
}
