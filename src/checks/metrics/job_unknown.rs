//! Matchers of `job` that fit no scrape job.

use std::collections::BTreeMap;

use crate::{
    check,
    facts::Scraping,
    kit::*,
    model::Document,
    promql::ast::{Matcher, VectorSelector},
    vocab::{is_slip, listed, nearest},
};

use super::served;

check! {
    /// An expression asks for a job that no server scrapes.
    ///
    /// ## Why it matters
    /// Nothing is selected: the alert never fires, the panel stays empty. Jobs are renamed in `prometheus.yml`, and
    /// the rules are forgotten.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - job_name: backend-api
    ///     static_configs: [{targets: ["backend:8080"]}]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: BackendDown
    ///   expr: up{job="backend"} == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - job_name: backend-api
    ///     static_configs: [{targets: ["backend:8080"]}]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: BackendDown
    ///   expr: up{job="backend-api"} == 0
    /// ```
    pub struct JobUnknown {}
    id: "metrics/job-unknown", severity: Error,
}

/// How many jobs are still listed.
const MOST_LISTED: usize = 6;

impl Check for JobUnknown {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if facts.servers.all().is_empty() {
            return;
        }
        let scraping = facts.servers.scraping(document);
        // Where it is not known who evaluates an expression, a second server may have the job.
        let one_server = document.dashboard().is_some() && !document.in_manifest && scraping.servers().len() == 1;
        let is_loaded = facts.servers.loading(&facts.workspace.files.file(document.file).path).next().is_some();
        let is_known = is_loaded || one_server;
        let mut unknown: BTreeMap<&str, Vec<&Matcher>> = BTreeMap::new();
        let mut misspelt: BTreeMap<&str, (&Spanned<String>, Vec<&Matcher>)> = BTreeMap::new();
        for site in queries_of(document) {
            let Some(expr) = site.expr() else { continue };
            for selection in expr.selections() {
                let Some(matcher) = matcher_of_job(selection.selector, site, facts) else { continue };
                let is_served = || {
                    selection.selector.metric_name().is_some_and(|name| served::has_value(&name.value, matcher, facts))
                };
                let jobs = || scraping.jobs(selection.selector).is_some_and(|jobs| jobs.is_empty());
                if is_known && jobs() && !is_served() {
                    unknown.entry(&matcher.value.value).or_default().push(matcher);
                } else if let Some(meant) = meant(matcher, facts).filter(|_| !is_served()) {
                    misspelt.entry(&matcher.value.value).or_insert((meant, Vec::new())).1.push(matcher);
                }
            }
        }
        for (job, matchers) in unknown {
            report(job, &matchers, document, &scraping, (facts, out));
        }
        for (job, (meant, matchers)) in misspelt {
            let message = format!("no configuration here has a job `{job}`, but one has `{}`", meant.value);
            let places = places(&matchers);
            let finding = out.report_at(&places, message);
            finding
                .severity(Severity::Warning)
                .label(meant.span, "probably meant")
                .help(format!("say `{}`", meant.value))
                .instead(&facts.workspace.files, job, &meant.value);
        }
    }
}

/// The job of another server, which may load the rules of a file in its own place.
fn elsewhere<'f>(matcher: &Matcher, document: &Document, facts: &'f Facts<'_>) -> Option<&'f Spanned<String>> {
    let path = &facts.workspace.files.file(document.file).path;
    let others = facts.servers.that_may_load(path);
    let mut jobs = others.flat_map(|server| &server.config.scrape_configs).filter_map(|job| job.job_name.as_ref());
    jobs.find(|job| matcher.matches(&job.value))
}

/// The job whose name a matcher has but for a slip of the finger, where no job has it: whoever evaluates the expression.
fn meant<'f>(matcher: &Matcher, facts: &'f Facts<'_>) -> Option<&'f Spanned<String>> {
    let wanted = (!matcher.op.value.is_regex()).then_some(matcher.value.value.as_str())?;
    let configs = || facts.servers.all().iter().flat_map(|server| &server.config.scrape_configs);
    let given = configs().flat_map(|config| &config.static_configs).flat_map(|targets| &targets.labels);
    let mut given = given.filter(|pair| pair.name.value == "job");
    let mut jobs = configs().filter_map(|config| config.job_name.as_ref());
    let is_known = jobs.clone().any(|job| job.value == wanted) || given.any(|pair| pair.value.text() == wanted);
    jobs.find(|job| is_slip(wanted, &job.value)).filter(|_| !is_known)
}

fn places(matchers: &[&Matcher]) -> Vec<Span> {
    matchers.iter().map(|matcher| matcher.value.span).collect()
}

/// The one matcher of `job` that decides whether scraped series are selected.
fn matcher_of_job<'e>(selector: &'e VectorSelector, site: QuerySite<'_>, facts: &Facts<'_>) -> Option<&'e Matcher> {
    let name = selector.metric_name()?;
    let is_made = name.value.starts_with("ALERTS") || !facts.rules.records(&name.value).is_empty();
    let mut matchers = selector.matchers_of("job");
    let matcher = matchers.next().filter(|_| matchers.next().is_none())?;
    let is_wanted = !matcher.op.value.is_negative() && !matcher.matches("");
    (is_wanted && !is_made && !name.value.contains(':') && !site.is_open(selector.span)).then_some(matcher)
}

fn report(
    job: &str,
    matchers: &[&Matcher],
    document: &Document,
    scraping: &Scraping<'_, '_>,
    (facts, out): (&Facts<'_>, &mut Sink<'_>),
) {
    let Some(first) = matchers.first() else { return };
    let configs = scraping.servers().iter().flat_map(|server| &server.config.scrape_configs);
    let jobs: Vec<&Spanned<String>> = configs.filter_map(|config| config.job_name.as_ref()).collect();
    let verb = if first.op.value.is_regex() { "no job fits" } else { "no job is called" };
    let elsewhere = elsewhere(first, document, facts);
    let is_proven = scraping.is_certain() && elsewhere.is_none();
    let severity = if is_proven { Severity::Error } else { Severity::Warning };
    let places = places(matchers);
    let finding = out.report_at(&places, format!("{verb} `{job}`"));
    let finding = finding.severity(severity);
    let finding = finding.label_if(elsewhere.map(|job| job.span), "only a server that may load the rules, too, has it");
    let near = nearest(job, jobs.iter().map(|job| job.value.as_str()));
    if let Some(near) = near.and_then(|near| jobs.iter().find(|job| job.value == near)) {
        finding
            .label(near.span, format!("`{}` is scraped here", near.value))
            .help(format!("say `{}`", near.value))
            .instead(&facts.workspace.files, job, &near.value);
        return;
    }
    let config = scraping.servers().first().map(|server| server.config);
    let names = listed(jobs.iter().take(MOST_LISTED).map(|job| &job.value), ", ");
    let more = if jobs.len() > MOST_LISTED { ", …" } else { "" };
    finding
        .label_if(config.and_then(|config| config.keys.span("scrape_configs")), "all jobs are here")
        .help(format!("there are {names}{more}"));
}
