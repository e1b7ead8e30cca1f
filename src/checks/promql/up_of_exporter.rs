//! Alerts that take the `up` of an exporter for what it exports.

use crate::{
    check,
    facts::Job,
    kit::*,
    model::{Document, rules::Rule as AlertRule},
    promql::{
        Expr,
        ast::{BinaryOp, VectorSelector},
    },
    vocab::Phrases,
};

check! {
    /// An alert takes `up` of an exporter for the state of the server that it exports.
    ///
    /// Which exporter a job scrapes is known by its image, its host or its port; only those are judged that answer with a
    /// metric of their own, such as `redis_up`, and only where no rule reads that metric.
    ///
    /// ## Why it matters
    /// The exporters of Redis, PostgreSQL, MySQL, MongoDB and others answer while their server is down, with `redis_up 0`
    /// and the like on the page: `up` stays 1, and the alert never fires.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - {job_name: redis, static_configs: [{targets: ["redis-exporter:9121"]}]}
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: RedisDown
    ///   expr: up{job="redis"} == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - {job_name: redis, static_configs: [{targets: ["redis-exporter:9121"]}]}
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: RedisDown
    ///   expr: redis_up{job="redis"} == 0
    /// - alert: RedisExporterDown
    ///   expr: up{job="redis"} == 0
    /// ```
    pub struct UpOfExporter {}
    id: "promql/up-of-exporter", severity: Warning,
}

/// An exporter that answers while its server is down.
struct Stand {
    exporter: &'static str,
    /// What its server is called.
    server: &'static str,
    /// The metric that says whether its server answers.
    up: &'static str,
    /// Words for its server.
    words: &'static [&'static str],
}

/// As their sources say: each sets its own metric to 0 where it cannot connect, and answers with 200.
const STANDS: [Stand; 7] = [
    Stand { exporter: "redis", server: "Redis", up: "redis_up", words: &["redis", "valkey", "cache"] },
    Stand { exporter: "postgres", server: "PostgreSQL", up: "pg_up", words: &["postgres", "database"] },
    Stand { exporter: "mysqld", server: "MySQL", up: "mysql_up", words: &["mysql", "mariadb", "database"] },
    Stand { exporter: "mongodb", server: "MongoDB", up: "mongodb_up", words: &["mongo", "database"] },
    Stand { exporter: "memcached", server: "Memcached", up: "memcached_up", words: &["memcache", "cache"] },
    Stand { exporter: "pgbouncer", server: "PgBouncer", up: "pgbouncer_up", words: &["pgbouncer"] },
    Stand { exporter: "nginx", server: "nginx", up: "nginx_up", words: &["nginx"] },
];

/// Words for a server that is gone.
static GONE: Phrases =
    Phrases::of(&["down", "unavailable", "unreachable", "offline", "not responding", "not reachable", "not running"]);

/// Words of those who know that they ask the exporter.
static KNOWING: Phrases = Phrases::of(&["exporter", "scrap", "metric", "target", "monitoring"]);

impl Check for UpOfExporter {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(expr) = site.query().and_then(|query| query.expr()).filter(|_| site.rule.is_alerting()) else {
            return;
        };
        let mut asked = Vec::new();
        if !is_down(expr, &mut asked) {
            return;
        }
        for selector in asked {
            let Some((stand, target)) = behind(selector, site.document, facts) else { continue };
            if !says_gone(site.rule, stand) || is_watched(stand, site.document, facts) {
                continue;
            }
            let Stand { exporter, server, up, .. } = stand;
            out.report(
                selector.span,
                format!("`up` says that the {exporter} exporter answers, not that {server} does"),
            )
            .label(target, format!("this exporter answers while {server} is down, with `{up} 0`"))
            .help(format!("alert on `{up} == 0`, and let the name of this alert say that it is about the exporter"));
        }
    }
}

/// Whether an expression asks for nothing but targets that are down; gathers the selectors of `up`.
fn is_down<'e>(expr: &'e Expr, asked: &mut Vec<&'e VectorSelector>) -> bool {
    match expr.unwrap_parens() {
        Expr::Binary(binary) if binary.op.value == BinaryOp::Or && !binary.is_long() => {
            is_down(&binary.left, asked) && is_down(&binary.right, asked)
        }
        Expr::Call(call) => call.function.value.starts_with("absent"),
        Expr::Binary(binary) => {
            let mut selections = binary.left.selections();
            let (Some(only), None) = (selections.next(), selections.next()) else { return false };
            let is_up = only.selector.metric_name().is_some_and(|name| name.value == "up");
            let Some(limit) = binary.right.number().filter(|_| is_up) else { return false };
            asked.push(only.selector);
            match binary.op.value {
                BinaryOp::Equal => limit == 0.0,
                BinaryOp::NotEqual => limit == 1.0,
                BinaryOp::Less | BinaryOp::LessEqual => (0.0..=1.0).contains(&limit),
                _ => false,
            }
        }
        _ => false,
    }
}

/// The exporter that answers at all targets of a selector, and the place of one of them.
fn behind(selector: &VectorSelector, document: &Document, facts: &Facts<'_>) -> Option<(&'static Stand, Span)> {
    let mut jobs = facts.servers.scraping(document).jobs(selector)?;
    // Discovered targets may be relabelled to any job, but where one is called so, that is meant.
    let is_called = |job: &Job<'_, '_>| {
        let name = job.config.job_name.as_ref();
        name.is_some_and(|name| selector.matchers_of("job").any(|matcher| matcher.value.value == name.value))
    };
    if jobs.iter().any(is_called) {
        jobs.retain(is_called);
    }
    let mut exporters = jobs.iter().map(|job| facts.exporters.behind_all_of(job.config));
    let first = exporters.next()??;
    let is_one = exporters.all(|other| other.is_some_and(|other| other.exporter == first.exporter));
    // On a page of another path, an exporter may ask several servers, and may refuse to answer for one.
    let is_its_page = jobs.iter().all(|job| job.config.metrics_path() == "/metrics");
    let stand = STANDS.iter().find(|stand| stand.exporter == first.exporter).filter(|_| is_one && is_its_page)?;
    let (target, _) = jobs.first()?.config.targets().next()?;
    Some((stand, target.span))
}

/// Whether an alert says of the server that it is gone.
fn says_gone(rule: &AlertRule, stand: &Stand) -> bool {
    let name = rule.name().map_or("", |name| name.value.as_str());
    let of_annotations = |names: [&str; 2]| {
        let found = rule.annotations.iter().find(|pair| names.contains(&pair.name.value.as_str()));
        found.map(|pair| pair.value.text.text())
    };
    let headline = of_annotations(["summary", "title"]).or_else(|| of_annotations(["description", "message"]));
    let texts = [name, headline.unwrap_or_default()].map(str::to_lowercase);
    let says = |text: &String| stand.words.iter().any(|word| text.contains(word)) && GONE.are_in(text);
    !texts.iter().any(|text| KNOWING.are_in(text)) && texts.iter().any(says)
}

/// Whether a rule reads what the exporter says of its server, or asks whether that is missing. Files that the server of
/// the alert does not load are none of its rules.
fn is_watched(stand: &Stand, document: &Document, facts: &Facts<'_>) -> bool {
    let is_loaded = facts.servers.scraping(document).is_certain();
    let may_be_loaded = |other: &Document| {
        let path = &facts.workspace.files.file(other.file).path;
        let servers = &facts.servers;
        other.rule_file().is_none()
            || !is_loaded
            || servers.loading(path).next().is_some()
            || servers.that_may_load(path).next().is_some()
    };
    let is_rule = |owner: Owner<'_>| matches!(owner, Owner::Rule(_) | Owner::Provisioned(..));
    facts.asked.of_metric(stand.up).any(|asked| is_rule(asked.site.owner) && may_be_loaded(asked.site.document))
}
