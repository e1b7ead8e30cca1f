//! Documented metrics that nothing exports, and quoted queries that are no PromQL.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    catalog::{Slip, misnamed},
    check,
    checks::metrics::{
        cause::{Cause, cause},
        missing::{Missing, is_known, is_slip, judge, misspelt, similar},
    },
    facts::{
        Asked,
        documented::{is_promised, is_wanted, quotations},
        documented_metrics::listed,
        of_query,
    },
    kit::*,
    logql,
    markdown::Markdown,
    model::Document,
    promql,
    vocab::is_metric_name,
    workspace::Workspace,
};

use super::{
    arrow::is_replaced,
    slips::{self, Known},
};

check! {
    /// The docs speak of a metric that nothing exports, or quote a query that is no valid PromQL.
    ///
    /// Metrics count where it is certain that one is meant: in a column or a list of metrics, and in PromQL, which is
    /// what blocks of the language `promql` hold, the expressions of quoted rules, and code that selects over a range
    /// (`rate(requests_total[5m])`) or by labels. What an expression of a rule or a dashboard asks for, too, is
    /// reported there. Any other name in code style counts if it is that of a metric which rules or dashboards ask for, but
    /// for two letters swapped, one doubled or one lost, and stands nowhere else. How it is known what there is, see `metrics/unknown`.
    ///
    /// ## Why it matters
    /// Whoever copies the query in an incident gets an error or an empty answer, and takes it for good news.
    ///
    /// ## Example
    /// ```markdown path=README.md
    /// | Metric | Meaning |
    /// | --- | --- |
    /// | `jobs_waiting_total` | jobs in the queue |
    ///
    /// How many wait on average: `avg_over_time(jobs_waiting[1h]`.
    /// ```
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: backend
    ///     static_configs: [{targets: ["backend:8080"]}]
    /// ```
    /// ```text path=metrics/backend.prom
    /// # TYPE jobs_waiting gauge
    /// jobs_waiting 3
    /// ```
    ///
    /// ## Instead
    /// ```markdown path=README.md
    /// | Metric | Meaning |
    /// | --- | --- |
    /// | `jobs_waiting` | jobs in the queue |
    ///
    /// How many wait on average: `avg_over_time(jobs_waiting[1h])`.
    /// ```
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: backend
    ///     static_configs: [{targets: ["backend:8080"]}]
    /// ```
    /// ```text path=metrics/backend.prom
    /// # TYPE jobs_waiting gauge
    /// jobs_waiting 3
    /// ```
    pub struct Metric {}
    id: "docs/metric", severity: Warning,
}

impl Check for Metric {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let elsewhere: OnceCell<BTreeSet<&str>> = OnceCell::new();
        let known: OnceCell<Known<'_>> = OnceCell::new();
        for document in &workspace.documents {
            let Some(page) = document.docs().filter(|_| is_wanted(workspace, facts.config, document)) else { continue };
            let lists = listed(page);
            let queries = queries(page, &lists, out);
            let named = named(page);
            if queries.is_empty() && named.is_empty() {
                continue;
            }
            let elsewhere = elsewhere.get_or_init(|| facts.asked.names().collect());
            let is_there = |name: &Excerpt| is_there(name.text(), elsewhere, facts);
            let unsure = lists.iter().filter(|list| !list.iter().any(is_there)).flatten().map(Excerpt::full_span);
            let told = metrics(document, &queries, &unsure.collect(), elsewhere, facts, out);
            let known = known.get_or_init(|| facts.asked.names().collect());
            slips(named.iter().filter(|(name, _)| !told.contains(*name)), known, elsewhere, facts, out);
        }
    }
}

/// Whether something exports a metric, perhaps with the name of its program before it, or other files ask for it.
fn is_there(name: &str, elsewhere: &BTreeSet<&str>, facts: &Facts<'_>) -> bool {
    let is_end = |full: &str| full.strip_suffix(name).is_some_and(|start| start.ends_with('_'));
    is_known(name, facts)
        || is_part_known(name, facts)
        || elsewhere.contains(name)
        || facts.instrumented.names().any(is_end)
}

/// Everything on a page that asks for metrics, beside those that it lists. What is no PromQL is reported.
fn queries(page: &Markdown, lists: &[Vec<Excerpt>], out: &mut Sink<'_>) -> Vec<promql::Query> {
    let mut found: Vec<promql::Query> = lists.iter().flatten().cloned().map(promql::Query::parse).collect();
    let is_of_victoria = speaks_of_victoria(page);
    for quotation in quotations(page) {
        let query = quotation.query;
        match query.errors().first() {
            Some(_)
                if is_of_victoria
                    || is_logql(&query.text)
                    || is_part(&query.text, quotation.is_of_rule)
                    || is_replaced(page, query.text.full_span()) => {}
            Some(error) if quotation.is_of_rule || query.text.text().contains(['(', '{', '[']) => {
                out.adopt(error.clone()).severity(Severity::Warning);
            }
            Some(_) => {}
            // The metrics of an example are made up.
            None if quotation.is_of_rule || is_promised(page, query.text.full_span()) => {}
            None => found.push(query),
        }
    }
    found.sort_by_key(|query| query.text.full_span());
    found
}

/// Whether a page speaks of VictoriaMetrics: then what is no PromQL may be MetricsQL.
fn speaks_of_victoria(page: &Markdown) -> bool {
    ["MetricsQL", "VictoriaMetrics"].iter().any(|name| page.source.text().contains(name))
}

/// Whether a text is no whole expression, nor meant as one: it begins with an operator, or in a rule to be filled in
/// it is nothing but words.
fn is_part(text: &Excerpt, is_of_rule: bool) -> bool {
    const OPERATORS: [&str; 11] =
        ["and", "bool", "by", "group_left", "group_right", "ignoring", "offset", "on", "or", "unless", "without"];
    let text = text.text().trim();
    if is_of_rule {
        return text.contains(' ') && text.chars().all(|letter| letter.is_alphabetic() || letter == ' ');
    }
    text.split([' ', '(']).next().is_some_and(|first| OPERATORS.contains(&first))
}

/// Whether a text is one of Loki's queries; in a table its bars have backslashes before them.
fn is_logql(text: &Excerpt) -> bool {
    let plain = Excerpt::whole(text.file(), text.text().replace("\\|", "|"));
    logql::Query::parse(plain).errors.is_empty()
}

/// What is wrong with a metric.
enum Wrong<'f> {
    Missing(Missing<'f>),
    Called { now: String, why: String, proof: Option<Span> },
}

/// Reports the metrics of a page that are not there, each once, and gives their names. Of those that are `unsure`, nothing
/// that is listed with them is there.
fn metrics(
    document: &Document,
    queries: &[promql::Query],
    unsure: &BTreeSet<Span>,
    elsewhere: &BTreeSet<&str>,
    facts: &Facts<'_>,
    out: &mut Sink<'_>,
) -> BTreeSet<String> {
    let mut wrong: BTreeMap<&str, (Wrong<'_>, Vec<Span>)> = BTreeMap::new();
    let text = document.docs().map_or("", |page| page.source.text());
    for query in queries {
        for asked in of_query(QuerySite { document, query, owner: Owner::Docs }) {
            let name = asked.name.value.as_str();
            if is_there(name, elsewhere, facts) {
                continue;
            }
            let is_unsure = unsure.contains(&asked.name.span);
            if let Some((_, places)) = wrong.get_mut(name) {
                places.push(asked.name.span);
            } else if let Some(found) =
                wrong_with(asked, is_unsure, facts).filter(|_| !has_prefix(name, text, elsewhere))
            {
                wrong.insert(name, (found, vec![asked.name.span]));
            }
        }
    }
    for (name, (found, places)) in &wrong {
        report(name, found, places, out);
    }
    wrong.into_keys().map(str::to_owned).collect()
}

/// The names in code style on a page that may be those of metrics.
fn named(page: &Markdown) -> Vec<(&str, Span)> {
    let cells = page.tables.iter().flat_map(|table| &table.rows).flat_map(|row| &row.cells);
    let texts = page.prose().into_iter().chain(cells);
    let spans = texts.flat_map(|inline| {
        let codes = inline.code.iter();
        codes.map(|range| (&inline.text.text()[range.clone()], inline.text.span(range.clone())))
    });
    spans.filter(|(name, _)| name.len() >= SHORTEST && name.contains('_') && is_metric_name(name)).collect()
}

/// With fewer letters, a name that is nearly that of a metric may be another thing's.
const SHORTEST: usize = 10;

/// Reports names that are slips of metrics that other files ask for.
fn slips<'n>(
    named: impl Iterator<Item = &'n (&'n str, Span)>,
    known: &Known<'_>,
    elsewhere: &BTreeSet<&str>,
    facts: &Facts<'_>,
    out: &mut Sink<'_>,
) {
    let named = named.filter(|(name, _)| !elsewhere.contains(name)).copied();
    for (name, place, meant) in slips::slips(named, |name| known.meant_by(name), facts.workspace) {
        if is_there(name, elsewhere, facts) {
            continue;
        }
        let proof = facts.asked.of_metric(meant).next().map(|asked| asked.name.span);
        let (now, why) = (meant.to_owned(), format!("nothing else here speaks of `{name}`"));
        report(name, &Wrong::Called { now, why, proof }, &[place], out);
    }
}

/// Whether a name is that of a histogram or summary, of which only the parts are series.
fn is_part_known(name: &str, facts: &Facts<'_>) -> bool {
    ["_bucket", "_count"].iter().any(|part| is_known(&format!("{name}{part}"), facts))
}

/// Whether a page speaks of something that stands before the names of such metrics where other files ask for them, as
/// the `cnpg_` of `cnpg_pg_…` for `pg_…`: then it leaves that out.
fn has_prefix(name: &str, text: &str, elsewhere: &BTreeSet<&str>) -> bool {
    let Some((first, _)) = name.split_once('_') else { return false };
    let within = format!("_{first}_");
    let mut prefixes = elsewhere.iter().filter_map(|other| Some(&other[..=other.find(&within)?]));
    prefixes.any(|prefix| text.contains(prefix))
}

fn wrong_with<'f>(asked: Asked<'_>, is_unsure: bool, facts: &'f Facts<'f>) -> Option<Wrong<'f>> {
    let name = asked.name.value.as_str();
    match cause(asked, facts) {
        Some(Cause::Renamed(old)) => {
            let now = old.now.filter(|now| !now.contains('{'))?.to_owned();
            let why = format!("{} has no `{name}` since version {}", old.program, old.since);
            return Some(Wrong::Called { now, why, proof: None });
        }
        Some(Cause::Suffix { slip: Slip::Histogram, .. }) => return None,
        Some(Cause::Suffix { metric, source, proof, .. }) => {
            return Some(Wrong::Called { now: metric, why: format!("{source} has no metric `{name}`"), proof });
        }
        Some(_) => return None,
        None => {}
    }
    // An API has numbers of its own; what is like no metric of the code, and stands beside none, need not be meant for one.
    let is_of_code = |proof: &Span| facts.workspace.code.iter().any(|code| code.file == proof.file);
    let is_meant = |missing: &Missing<'_>| {
        !missing.proof.as_ref().is_some_and(|(proof, _)| is_of_code(proof))
            || !is_unsure && similar(name, &missing.names).is_some()
    };
    judge(asked, facts, || misspelt(asked, facts)).filter(is_meant).map(Wrong::Missing).or_else(|| {
        let near = misnamed(name).filter(|near| is_slip(asked, near, facts))?;
        let why = format!("current versions of the {} exporter have no `{name}`", near.exporter);
        Some(Wrong::Called { now: near.metric, why, proof: None })
    })
}

fn report(name: &str, wrong: &Wrong<'_>, places: &[Span], out: &mut Sink<'_>) {
    let message = match wrong {
        Wrong::Missing(_) => format!("the docs speak of `{name}`, which no target exports"),
        Wrong::Called { why, .. } => why.clone(),
    };
    let finding = out.report_at(places, message);
    let finding = finding.severity(Severity::Warning);
    match wrong {
        Wrong::Missing(missing) => {
            let finding = match &missing.proof {
                Some((span, words)) => finding.label(*span, words.clone()),
                None => finding,
            };
            match similar(name, &missing.names) {
                Some(near) => finding.help(format!("did you mean `{near}`?")).rewrite(&format!("use `{near}`"), near),
                None => finding.help("take it out of the docs, or capture the page anew if the metric is new"),
            };
        }
        Wrong::Called { now, proof, .. } => {
            finding
                .label_if(*proof, format!("`{now}` is here"))
                .help(format!("it is called `{now}`"))
                .rewrite(&format!("use `{now}`"), now);
        }
    }
}
