//! Whether a metric that is asked for can come from anywhere, and what it was meant to be.

use std::collections::BTreeSet;

use crate::{
    catalog::{Misnamed, Slip},
    facts::{Asked, Job, JobCode, LeadsTo, Server, Verdict, documented::is_of_other_times},
    kit::*,
    promql::ast::MatchOp,
    text::FileId,
    vocab::{distance, distance_within, nearest},
};

/// A metric that is not there.
#[derive(Clone, Debug)]
pub struct Missing<'f> {
    /// How much is claimed.
    pub severity: Severity,
    /// What proves it, and in which words.
    pub proof: Option<(Span, String)>,
    /// What there is instead.
    pub names: Vec<&'f str>,
    /// Whether nothing speaks against the name but that all others spell it otherwise.
    pub only_by_spelling: bool,
}

/// Whether Prometheus itself, a recording rule or a captured page offers a metric.
pub fn is_known(name: &str, facts: &Facts<'_>) -> bool {
    let made_by_prometheus = matches!(name, "up" | "ALERTS" | "ALERTS_FOR_STATE") || name.starts_with("scrape_");
    made_by_prometheus
        || !facts.rules.records(name).is_empty()
        || facts.inventory.has(name)
        || facts.instrumented.has(name)
        // What a rule recorded not long ago says nothing of the rules that are here now.
        || !name.contains(':') && facts.inventory.is_served(name)
}

/// What proves that a metric comes from nowhere, if anything does; where nothing can, `misspelt` is asked.
pub fn judge<'f>(
    asked: Asked<'_>,
    facts: &'f Facts<'_>,
    misspelt: impl FnOnce() -> Option<Missing<'f>>,
) -> Option<Missing<'f>> {
    let name = asked.name.value.as_str();
    if name.contains(':') {
        return recorded_nowhere(asked, facts);
    }
    let scraping = facts.servers.scraping(asked.site.document);
    // What `job!="x"` leaves out is a target all the same.
    let is_negative = |op| matches!(op, MatchOp::NotEqual | MatchOp::NotRegex);
    let leaves_out = asked.selector.matchers_of("job").any(|matcher| is_negative(matcher.op.value));
    let jobs = if leaves_out { scraping.every_job() } else { scraping.jobs(asked.selector) };
    if let Some(found) = jobs.as_ref().and_then(|jobs| undefined(name, jobs, facts)) {
        return Some(found);
    }
    let verdict = jobs.map_or(Verdict::MayExist, |jobs| facts.inventory.verdict(name, &jobs));
    let Verdict::Absent(pages) = verdict else { return misspelt() };
    let first = pages.first()?;
    let place = Span::start_of(first.document.file);
    let words = match pages.len() {
        1 => format!("captured from `{}`, without it", first.source),
        count => format!("captured from `{}`, without it; so are {} more", first.source, count - 1),
    };
    let names = facts.inventory.names().into_iter().collect();
    Some(Missing { severity: Severity::Warning, proof: Some((place, words)), names, only_by_spelling: false })
}

/// Where the source code of all programs that could have a metric is here, but for exporters of other metrics and for
/// captured pages: the code does not define it, and makes no names at run time.
fn undefined<'f>(name: &str, jobs: &[Job<'_, 'f>], facts: &'f Facts<'f>) -> Option<Missing<'f>> {
    let mut programs = Vec::new();
    for job in jobs.iter().filter(|job| !facts.inventory.lacks(job.config, name)) {
        let code = facts.instrumented.of_job(job.config)?;
        if code.is_open() || code.has(name) || !job.config.metric_relabel_configs.is_empty() {
            return None;
        }
        programs.push(code);
    }
    let first = programs.iter().flat_map(JobCode::defined).next()?;
    let names: Vec<&str> = facts.instrumented.names().collect();
    let near = similar(name, &names).and_then(|near| facts.instrumented.defining(near).first());
    let proof = match near {
        Some(near) => (near.name.span, format!("`{}` is defined here", near.name.value)),
        None => (first.name.span, "this and others are defined, but not that".to_owned()),
    };
    Some(Missing { severity: Severity::Warning, proof: Some(proof), names, only_by_spelling: false })
}

/// Where nothing can be ruled out: a name that nothing knows, one or two letters away from a name that
/// docs or captured pages know, is misspelt.
pub fn misspelt<'f>(asked: Asked<'_>, facts: &'f Facts<'_>) -> Option<Missing<'f>> {
    let name = asked.name.value.as_str();
    let documented = facts.inventory.documented();
    // What several files call alike is called so; then the docs are wrong, if anything is.
    let askers: BTreeSet<FileId> =
        facts.asked.named(|other| other == name).map(|asked| asked.site.document.file).collect();
    if asked.is_documented(facts) || name.len() < SHORTEST || askers.len() > 1 {
        return None;
    }
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_slip = |other: &&str| {
        let most = if name.len() >= 2 * SHORTEST { 2 } else { 1 };
        distance_within(name, other, most).is_some()
            && digits(other) == digits(name)
            && !is_another_word(name, other)
            && !is_of_another_program(name, other, facts)
    };
    if let Some(found) = slipped(asked, facts) {
        return Some(found);
    }
    let is_present = |place: &Span| !is_of_other_times(facts.config, &facts.workspace.files.file(place.file).path);
    let known = documented.iter().filter(|_| !matches!(asked.site.owner, Owner::Docs));
    let mut by_others = known.filter(|(name, place)| is_slip(name) && is_present(place)).map(|(name, _)| *name);
    let captured = || facts.inventory.pages().iter().flat_map(|page| page.names());
    let near = by_others.next().or_else(|| captured().filter(is_slip).min())?;
    // Names that differ by a suffix are made on purpose: `_bucket` of a histogram, `_total` of a counter.
    if name.starts_with(near) || near.starts_with(name) {
        return None;
    }
    let proof = documented.get(near).map(|span| (*span, format!("`{near}` is documented here")));
    Some(Missing { severity: Severity::Warning, proof, names: vec![near], only_by_spelling: false })
}

/// A metric that one expression asks for and no other, while others ask for the one that its name is but for a slip of
/// the finger. An expression that reads both takes two versions of a program on purpose.
fn slipped<'f>(asked: Asked<'_>, facts: &'f Facts<'_>) -> Option<Missing<'f>> {
    let name = asked.name.value.as_str();
    let near = facts.asked.nearly_named(name).find(|near| !asked.reads_beside(near))?;
    let is_alone = facts.asked.of_metric(name).all(|other| std::ptr::eq(other.site.query, asked.site.query));
    let others: Vec<Asked<'_>> = facts.asked.of_metric(near).collect();
    let first = others.first().filter(|_| is_alone)?;
    // Of two names that stand once each, the one with the rarer word is wrong.
    let is_more_usual = others.iter().any(|other| !std::ptr::eq(other.site.query, first.site.query))
        || common_words(near, facts) > common_words(name, facts);
    is_more_usual.then(|| Missing {
        severity: Severity::Warning,
        proof: Some((first.name.span, format!("`{near}` is asked for here"))),
        names: vec![near],
        only_by_spelling: true,
    })
}

/// How often the words of a metric are words of those that are asked for.
fn common_words(name: &str, facts: &Facts<'_>) -> usize {
    name.split('_').map(|word| facts.asked.names_with(word)).sum()
}

/// Whether a name has a word that is one of the other with something at its beginning or end, as `correctable` and
/// `uncorrectable`, `oracle` and `oracledb`, or a short one of other letters, as `rx` and `tx`: that is on purpose. A
/// letter more may be a slip.
fn is_another_word(name: &str, other: &str) -> bool {
    let mut differing = name.split('_').zip(other.split('_')).filter(|(one, two)| one != two);
    let (Some((one, two)), None) = (differing.next(), differing.next()) else { return false };
    let (short, long) = if one.len() < two.len() { (one, two) } else { (two, one) };
    let is_short = long.len() <= 3 * distance(short, long);
    is_short || short.len() + 2 == long.len() && (long.starts_with(short) || long.ends_with(short))
}

/// Whether a name begins with another word, as further names that are asked for do: that word is no slip.
fn is_of_another_program(name: &str, other: &str, facts: &Facts<'_>) -> bool {
    let first = |name: &str| name.split('_').next().map(str::to_owned);
    let program = first(name);
    program != first(other) && facts.asked.names().filter(|asked| first(asked) == program).take(2).count() == 2
}

/// Names shorter than this are never taken for misspelt ones.
const SHORTEST: usize = 10;

/// Programs that set off their own names by a colon, as `vllm:num_requests_running`.
const OWN_COLONS: [&str; 5] = ["aphrodite", "lmdeploy", "sglang", "trtllm", "vllm"];

/// A name with a colon comes from a recording rule, by convention; if all rules that the server loads are
/// at hand and none records it, nothing does.
fn recorded_nowhere<'f>(asked: Asked<'_>, facts: &'f Facts<'_>) -> Option<Missing<'f>> {
    let site = asked.site;
    let scraping = facts.servers.scraping(site.document);
    let servers = scraping.servers();
    let is_whole = |server: &&Server<'_>| {
        let config = server.config;
        config.remote_read.is_empty()
            && config.scrape_config_files.is_empty()
            && config.scrape_configs.iter().all(|job| job.metrics_path() != "/federate")
            && server.rule_files.iter().all(|entry| matches!(entry.leads_to, LeadsTo::Files(_)))
    };
    if !scraping.is_certain() || !servers.iter().all(is_whole) || site.document.in_manifest {
        return None;
    }
    let server = servers.first()?;
    let names: Vec<&str> = facts.rules.record_names().collect();
    let name = asked.name.value.as_str();
    let is_of_program = OWN_COLONS.contains(&name.split(':').next().unwrap_or_default());
    if name.matches(':').count() == 1 && (is_of_program || names.is_empty()) {
        return None;
    }
    let proof = server.config.keys.span("rule_files").map(|span| (span, "none of these files records it".to_owned()));
    // A colon alone is no proof where nobody records anything: some exporters use it in their own names.
    let severity = if names.is_empty() { Severity::Warning } else { Severity::Error };
    Some(Missing { severity, proof, names, only_by_spelling: false })
}

/// Whether a letter of a name is wrong, and nobody gives the name its own meaning, nor has an exporter of its own for
/// more such names.
pub fn is_slip(asked: Asked<'_>, found: &Misnamed, facts: &Facts<'_>) -> bool {
    found.slip == Slip::Letter
        && !asked.is_documented(facts)
        && !asked.reads_beside(&found.metric)
        && !facts.asked.is_of_unknown_exporter(&asked.name.value)
}

/// The nearest name, or one that shares all but the first or last word.
pub fn similar<'n>(name: &str, names: &[&'n str]) -> Option<&'n str> {
    if let Some(near) = nearest(name, names.iter().copied()) {
        return Some(near);
    }
    let words: Vec<&str> = name.split('_').collect();
    let shared = |other: &str| words.iter().filter(|word| other.split('_').any(|one| one == **word)).count();
    let best = names.iter().copied().max_by_key(|other| (shared(other), std::cmp::Reverse(other.len())))?;
    (shared(best) * 2 >= words.len().max(best.split('_').count()) && shared(best) >= 2).then_some(best)
}
