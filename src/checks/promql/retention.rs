//! Expressions that reach further back than samples are kept.

use std::collections::BTreeMap;

use crate::{
    check,
    facts::{Program, Server},
    kit::*,
    model::{Document, settings::Value},
    promql::{
        Expr,
        ast::{DurationExpr, Modifiers, duration_of},
    },
    vocab::Duration,
    workspace::Workspace,
};

check! {
    /// A range, an offset or a subquery reaches further back than Prometheus keeps samples.
    ///
    /// ## Why it matters
    /// What is older than the retention is deleted. A range is then cut off without a word, so that a "monthly" sum is the
    /// one of two weeks, and an offset finds nothing at all.
    ///
    /// ## Example
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     command: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.retention.time=7d"]
    ///     volumes: ["./monitoring:/etc/prometheus"]
    /// ```
    /// ```yaml path=monitoring/prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=monitoring/alerts.yml
    /// - alert: FewerOrders
    ///   expr: rate(orders_total[1h]) < 0.5 * rate(orders_total[1h] offset 14d)
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     command: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.retention.time=30d"]
    ///     volumes: ["./monitoring:/etc/prometheus"]
    /// ```
    /// ```yaml path=monitoring/prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=monitoring/alerts.yml
    /// - alert: FewerOrders
    ///   expr: rate(orders_total[1h]) < 0.5 * rate(orders_total[1h] offset 14d)
    /// ```
    pub struct Retention {}
    id: "promql/retention", severity: Warning,
}

impl Check for Retention {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut kept = Kept { facts, of_servers: BTreeMap::new() };
        for document in &workspace.documents {
            kept.compare(document, out);
        }
    }
}

/// How long each server keeps samples that rules see, and those that dashboards do, found out when it is asked first.
struct Kept<'f, 'w> {
    facts: &'f Facts<'w>,
    of_servers: BTreeMap<(Span, bool), Option<Spanned<Duration>>>,
}

impl Kept<'_, '_> {
    fn of_server(&mut self, server: &Server<'_>, is_rule: bool) -> Option<Spanned<Duration>> {
        let known = self.of_servers.entry((server.document.span, is_rule));
        *known.or_insert_with(|| retention(server, is_rule, self.facts))
    }

    /// Compares what the queries of a document reach back to with how long samples are kept for it.
    fn compare(&mut self, document: &Document, out: &mut Sink<'_>) {
        let facts = self.facts;
        let is_rule = document.rule_file().is_some();
        let of_operator = is_rule && document.in_manifest;
        let mut queries = queries_of(document).peekable();
        if queries.peek().is_none() || of_operator && !facts.cluster.runs_servers() {
            return;
        }
        let scraping = facts.servers.scraping(document);
        if !of_operator && (is_rule && !scraping.is_certain() || scraping.servers().is_empty()) {
            return;
        }
        let mut longest = || {
            let kept: Option<Vec<Spanned<Duration>>> = if of_operator {
                kept_by_operator(document, facts)
            } else {
                // How long another one keeps them that loads the rules in its own place, may not be known.
                let path = &facts.workspace.files.file(document.file).path;
                let others = facts.servers.that_may_load(path).filter(|_| is_rule);
                let servers = scraping.servers().iter().copied().chain(others);
                servers.map(|server| self.of_server(server, is_rule)).collect()
            };
            kept?.into_iter().max_by_key(|kept| kept.value)
        };
        let mut known = None;
        for site in queries {
            let farthest = site.expr().and_then(|expr| farthest(expr, &site)).filter(|farthest| farthest.seconds > 0.0);
            if let Some(farthest) = farthest
                && let Some(longest) = *known.get_or_insert_with(&mut longest)
            {
                compare(&farthest, longest, out);
            }
        }
    }
}

fn compare(farthest: &Reach, longest: Spanned<Duration>, out: &mut Sink<'_>) {
    let Some(first) = farthest.parts.first().filter(|_| farthest.seconds > longest.value.as_seconds()) else { return };
    let widest = farthest.parts.iter().fold(first, |widest, part| if part.0 > widest.0 { part } else { widest });
    let reach = duration_of(farthest.seconds);
    let kept = longest.value;
    out.report(widest.1, format!("this reaches {reach} back, but samples are kept for {kept}"))
        .label(longest.span, format!("kept for {kept}"))
        .help("keep samples longer (`--storage.tsdb.retention.time`), or look back less far");
}

/// How far back an expression reaches, and the ranges and offsets that make it so.
#[derive(Clone, Default)]
struct Reach {
    seconds: f64,
    parts: Vec<(f64, Span)>,
}

impl Reach {
    fn further(&self, duration: &DurationExpr, site: &QuerySite<'_>) -> Option<Self> {
        let (seconds, span) = (duration.seconds()?, duration.span());
        if !site.is_literal(span) {
            return None;
        }
        let mut further = self.clone();
        further.seconds += seconds;
        further.parts.push((seconds, span));
        Some(further)
    }

    fn modified(&self, modifiers: &Modifiers, site: &QuerySite<'_>) -> Option<Self> {
        match (&modifiers.at, &modifiers.offset) {
            (Some(_), _) => None,
            (None, Some(offset)) => self.further(&offset.duration, site),
            (None, None) => Some(self.clone()),
        }
    }
}

fn farthest(expr: &Expr, site: &QuerySite<'_>) -> Option<Reach> {
    let mut best: Option<Reach> = None;
    let mut waiting = vec![(expr, Reach::default())];
    while let Some((expr, reach)) = waiting.pop() {
        let reached = match expr {
            Expr::Selector(selector) => reach.modified(&selector.modifiers, site),
            Expr::Range(range) => {
                reach.further(&range.range, site).and_then(|reach| reach.modified(&range.modifiers, site))
            }
            Expr::Subquery(subquery) => {
                let inside = reach.further(&subquery.range, site);
                if let Some(inside) = inside.and_then(|reach| reach.modified(&subquery.modifiers, site)) {
                    waiting.push((&subquery.operand, inside));
                }
                continue;
            }
            _ => {
                waiting.extend(expr.children().map(|child| (child, reach.clone())));
                continue;
            }
        };
        best = match (best, reached) {
            (Some(best), Some(reached)) if reached.seconds <= best.seconds => Some(best),
            (best, reached) => reached.or(best),
        };
    }
    best
}

/// How long the servers keep samples that take the `PrometheusRule` of a rule, as far as they say; `None` where one
/// reads from elsewhere, too.
fn kept_by_operator(document: &Document, facts: &Facts<'_>) -> Option<Vec<Spanned<Duration>>> {
    let holder = facts.cluster.manifests().iter().find(|manifest| {
        let span = manifest.span;
        manifest.kind.value == "PrometheusRule" && (span == document.span || span.contains(document.span))
    })?;
    let takers = facts.cluster.takers("PrometheusRule");
    let taking = takers.filter(|(server, _, takes)| facts.cluster.takes(server, takes, holder) == Some(true));
    taking
        .map(|(manifest, server, _)| {
            let text = facts.workspace.files.slice(manifest.span);
            let is_alone =
                manifest.kind.value == "Prometheus" && !text.contains("remoteRead") && !text.contains("thanos");
            server.retention.filter(|_| is_alone)
        })
        .collect()
}

/// How long a server keeps samples that a query can see; `None` when others keep them longer for it, or when that
/// can't be told.
fn retention(server: &Server<'_>, is_rule: bool, facts: &Facts<'_>) -> Option<Spanned<Duration>> {
    let config = server.config;
    if !config.remote_read.is_empty() || !is_rule && !config.remote_write.is_empty() {
        return None;
    }
    let of_file =
        config.storage.as_ref().and_then(|storage| storage.map("tsdb")).and_then(|tsdb| tsdb.map("retention"));
    if let Some(setting) = of_file.and_then(|retention| retention.get("time")) {
        return match setting.value {
            Some(Value::Duration(time)) if time != Duration::ZERO => Some(Spanned::new(setting.span, time)),
            _ => None,
        };
    }
    let seeing = facts.deployment.seeing(Program::Prometheus, &server.file.path);
    let running = seeing.filter(|(container, path)| container.may_run(path));
    let kept: Option<Vec<_>> = running.map(|(container, _)| container.retention()).collect();
    let is_stored_elsewhere = || {
        facts.deployment.containers().iter().any(|container| {
            let image = container.image().and_then(|image| image.name.as_deref()).unwrap_or_default();
            ["thanos", "mimir", "cortex", "victoria"].iter().any(|word| image.contains(word))
        })
    };
    kept?.into_iter().max_by_key(|kept| kept.value).filter(|_| is_rule || !is_stored_elsewhere())
}
