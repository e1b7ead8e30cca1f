//! Ranges that hold too few samples for `rate` and its relatives.

use crate::{
    check,
    facts::Job,
    kit::*,
    promql::ast::{Call, Expr, RangeSelector},
    vocab::Duration,
};

check! {
    /// A range is too short for how often its series get samples.
    ///
    /// ## Why it matters
    /// `rate` and its relatives need two samples in their range. A range of one scrape interval holds one, so
    /// there never is a result; below two intervals the result comes and goes; below four, a single failed scrape
    /// leaves a gap, in which an alert resolves or starts to wait anew.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - job_name: shop
    ///     scrape_interval: 1m
    ///     static_configs: [{targets: ["shop:8080"]}]
    /// ```
    /// ```yaml
    /// - alert: ManyErrors
    ///   expr: rate(shop_errors_total[1m]) > 1
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - job_name: shop
    ///     scrape_interval: 1m
    ///     static_configs: [{targets: ["shop:8080"]}]
    /// ```
    /// ```yaml
    /// - alert: ManyErrors
    ///   expr: rate(shop_errors_total[5m]) > 1
    /// ```
    pub struct RateWindow {}
    id: "promql/rate-window", severity: Error,
}

/// Functions that give nothing for a single sample.
const NEED_TWO: [&str; 8] =
    ["rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear", "double_exponential_smoothing"];

impl Check for RateWindow {
    type Subject = EachCall;

    fn check(&self, Part { site, part: call }: Part<'_, &Call>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if !NEED_TWO.contains(&call.function.value.as_str()) {
            return;
        }
        let mut arguments = call.arguments.iter().map(Expr::unwrap_parens);
        let Some(Expr::Range(range)) = arguments.find(|argument| is_range(argument)) else { return };
        let Some(window) = range.range.duration().filter(|_| site.is_literal(range.brackets)) else { return };
        if range.modifiers.extension.is_none()
            && let Some(pace) = pace(range, site, facts)
        {
            report(call, range, window, &pace, out);
        }
    }
}

fn is_range(expr: &Expr) -> bool {
    matches!(expr, Expr::Range(_))
}

/// How often the fastest series of a selector get samples.
struct Pace {
    interval: Duration,
    verb: &'static str,
    proof: Span,
}

fn pace(range: &RangeSelector, site: QuerySite<'_>, facts: &Facts<'_>) -> Option<Pace> {
    let selector = &range.selector;
    let name = selector.metric_name().filter(|name| !site.is_open(name.span))?;
    let recorded = facts.rules.records(&name.value);
    if !recorded.is_empty() {
        let paces: Option<Vec<Pace>> = recorded.iter().map(|site| recorded_pace(*site, facts)).collect();
        return paces?.into_iter().min_by_key(|pace| pace.interval);
    }
    let scraping = site.source(facts).known.scraping;
    if name.value.contains(':') || !scraping.is_certain() && site.rule().is_some() {
        return None;
    }
    if selector.matchers.iter().any(|matcher| matcher.label.value == "job" && site.is_open(matcher.span)) {
        return None;
    }
    scraping.jobs(selector)?.iter().map(scrape_pace).min_by_key(|pace| pace.interval)
}

fn recorded_pace(site: RuleSite<'_>, facts: &Facts<'_>) -> Option<Pace> {
    let verb = "recorded";
    if let Some(interval) = site.group.interval {
        return Some(Pace { interval: interval.value, verb, proof: interval.span });
    }
    let path = &facts.workspace.files.file(site.document.file).path;
    let paces = facts.servers.loading(path).map(|server| {
        let config = server.config;
        let proof = config.global.evaluation_interval.map_or(config.span, |interval| interval.span);
        Pace { interval: config.evaluation_interval(), verb, proof }
    });
    paces.min_by_key(|pace| pace.interval)
}

fn scrape_pace(job: &Job<'_, '_>) -> Pace {
    let config = job.server.config;
    let written = job.config.scrape_interval.or(config.global.scrape_interval).map(|interval| interval.span);
    let name = job.config.job_name.as_ref().map_or(job.config.span, |name| name.span);
    Pace { interval: config.scrape_interval(job.config), verb: "scraped", proof: written.unwrap_or(name) }
}

fn report(call: &Call, range: &RangeSelector, window: Duration, pace: &Pace, out: &mut Sink<'_>) {
    let (length, interval) = (window.as_milliseconds(), pace.interval.as_milliseconds());
    let (function, verb, every) = (&call.function.value, pace.verb, pace.interval);
    let (severity, message) = if interval == 0 || length >= 4 * interval {
        return;
    } else if length <= interval {
        let message = format!("`{function}` over {window} never has a result: the series is {verb} every {every}");
        (Severity::Error, message)
    } else if length < 2 * interval {
        let message =
            format!("`{function}` over {window} has a result only at times: the series is {verb} every {every}");
        (Severity::Warning, message)
    } else {
        let message =
            format!("one lost sample leaves a gap in `{function}` over {window}: the series is {verb} every {every}");
        (Severity::Info, message)
    };
    let enough = Duration::milliseconds(4 * interval);
    out.report(range.range.span(), message)
        .severity(severity)
        .label(pace.proof, format!("{verb} every {every} here"))
        .help(format!("take at least four times that: `[{enough}]`"))
        .fix(Fix::edit(format!("look back {enough}"), Applicability::Unsafe, range.range.span(), enough.to_string()));
}
