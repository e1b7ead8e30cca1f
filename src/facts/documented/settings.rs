//! What a page says of how Prometheus runs: how often it scrapes and evaluates, and how long it keeps samples.

use std::ops::Range;

use crate::{
    markdown::{Inline, Markdown, Table},
    text::{Excerpt, Span},
    vocab::Phrases,
};

use super::{
    quantity::{may_hold_quantity, quantities},
    statement::{is_promised, is_unfulfilled},
};

/// A setting that pages speak of.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Setting {
    /// How often targets are scraped.
    ScrapeInterval,
    /// How often rules are evaluated.
    EvaluationInterval,
    /// How long samples are kept.
    Retention,
}

/// What a page says of a setting.
#[derive(Debug)]
pub struct SettingClaim {
    /// Which.
    pub setting: Setting,
    /// Its value in seconds.
    pub seconds: f64,
    /// The seconds of the unit that it is given in.
    pub unit: f64,
    /// The number with its unit.
    pub said: Excerpt,
    /// The text around it, which may say what it holds for.
    pub about: String,
    /// What a table of jobs lists, if nothing but that word says that Prometheus runs them.
    pub jobs: Option<String>,
}

/// Words of sentences that advise, compare or suppose.
const ADVICE: &[&str] = &[
    "adjust",
    "ago",
    "at least",
    "at most",
    "before",
    "can",
    "change",
    "compared",
    "consider",
    "could",
    "decrease",
    "default",
    "defaults",
    "e.g",
    "every time",
    "example",
    "if",
    "increase",
    "increased",
    "instead",
    "less",
    "longer",
    "lower",
    "may",
    "max",
    "maximum",
    "might",
    "min",
    "minimum",
    "must",
    "needs",
    "once",
    "optional",
    "or",
    "previously",
    "raise",
    "recommend",
    "recommended",
    "reduce",
    "set",
    "should",
    "than",
    "timeout",
    "try",
    "typical",
    "typically",
    "until",
    "up to",
    "use",
    "versus",
    "vs",
    "was",
    "wait",
    "within",
    "would",
];

/// Words of what keeps other data.
const OTHER_STORES: &[&str] = &[
    "agent",
    "alertmanager",
    "archive",
    "audit",
    "backup",
    "backups",
    "bucket",
    "cloudwatch",
    "downsampled",
    "elastic",
    "elasticsearch",
    "influxdb",
    "jaeger",
    "log",
    "logs",
    "loki",
    "long",
    "mimir",
    "remote",
    "s3",
    "snapshot",
    "snapshots",
    "sqlite",
    "tempo",
    "thanos",
    "trace",
    "traces",
    "vault",
    "victoriametrics",
];

/// Words of a server that runs in a cluster, of which a compose file says nothing.
const CLUSTERS: &[&str] = &["cluster", "helm", "k8s", "kubernetes", "persistent volume", "pvc"];

/// Of these, a sentence has one that speaks of any setting.
static TELLING: Phrases = Phrases::of(&["interval", "retention", "every", "keep", "kept", "retain"]);

/// Everything that a page certainly says of these settings.
pub fn settings(page: &Markdown) -> Vec<SettingClaim> {
    let mut found = Vec::new();
    let telling = page.prose().into_iter().filter(|content| TELLING.are_in(content.text.text()));
    for content in telling.filter(|content| !is_promised(page, content.span())) {
        let subject = content.bold_lead().map(|lead| lead.text().to_owned()).unwrap_or_default();
        let above = Above { page, place: content.span() };
        content.sentences().iter().for_each(|one| read_sentence(one, &subject, Some(&above), &mut found));
    }
    for table in page.tables.iter().filter(|table| !is_promised(page, table.span)) {
        read_table(page, table, &mut found);
    }
    found
}

/// The headings that a place stands under.
struct Above<'p> {
    page: &'p Markdown,
    place: Span,
}

impl<'p> Above<'p> {
    /// Their texts, the nearest last.
    fn texts(&self) -> Vec<&'p str> {
        let above = self.page.headings.iter().filter(|heading| heading.section.contains(self.place));
        above.map(|heading| heading.content.text.text()).collect()
    }
}

fn read_table(page: &Markdown, table: &Table, found: &mut Vec<SettingClaim>) {
    let has_jobs = table.header.iter().any(|header| has_word(header.text.text(), &["job", "jobs"]));
    let above = Above { page, place: table.span };
    let scrapes = |text: &str| has_word(text, &["scrape", "scraped", "scraping", "prometheus"]);
    let headers = || table.header.iter().map(|header| header.text.text());
    let is_told = || headers().chain(above.texts()).any(scrapes);
    let firsts = || table.rows.iter().filter_map(|row| row.cells.first()).map(|cell| cell.text.text());
    for row in table.rows.iter().filter(|row| !row.cells.iter().any(|cell| is_unfulfilled(cell.text.text()))) {
        let Some(first) = row.cells.first() else { continue };
        let mut of_row = Vec::new();
        for (cell, header) in row.cells.iter().zip(&table.header).skip(1) {
            let header = header.text.text();
            let subject = format!("{} {header}", first.text.text());
            let of_job = has_jobs && has_word(header, &["interval", "scrape"]);
            match lone_time(cell) {
                Some((range, seconds)) => {
                    let named = named(header).or_else(|| named(first.text.text()));
                    let setting = named.or(of_job.then_some(Setting::ScrapeInterval));
                    let is_meant = |setting: &Setting| of_job || is_meant(*setting, seconds, &subject, Some(&above));
                    if let Some(setting) = setting.filter(is_meant) {
                        let unit = unit_of(&cell.text.text()[range.clone()], seconds);
                        let jobs =
                            (of_job && named.is_none() && !is_told()).then(|| firsts().collect::<Vec<_>>().join(" "));
                        let said = cell.text.sub(range);
                        of_row.push(SettingClaim { setting, seconds, unit, said, about: subject, jobs });
                    }
                }
                None => {
                    cell.sentences().iter().for_each(|one| read_sentence(one, &subject, None, &mut of_row));
                }
            }
        }
        // What has two values in one row is compared there: before and after, here and elsewhere.
        let has_another = |one: &SettingClaim| {
            of_row.iter().any(|other| other.setting == one.setting && other.seconds != one.seconds)
        };
        let compared: Vec<Setting> = of_row.iter().filter(|one| has_another(one)).map(|one| one.setting).collect();
        found.extend(of_row.into_iter().filter(|one| !compared.contains(&one.setting)));
    }
}

/// The time that is all of a cell.
fn lone_time(cell: &Inline) -> Option<(Range<usize>, f64)> {
    let text = cell.text.text();
    let quantity = quantities(text).into_iter().next()?;
    let is_alone = text.trim_matches([' ', '*', '`', '"']).len() == quantity.range.len();
    Some((quantity.range.clone(), quantity.seconds().filter(|_| is_alone)?))
}

fn read_sentence(sentence: &Excerpt, subject: &str, above: Option<&Above<'_>>, found: &mut Vec<SettingClaim>) {
    let text = sentence.text();
    if !TELLING.are_in(text) || !may_hold_quantity(text) {
        return;
    }
    if has_word(text, ADVICE) || text.contains("SCRAPE_INTERVAL") || text.contains("--scrape") || is_unfulfilled(text) {
        return;
    }
    for clause in clauses(text) {
        let times: Vec<_> =
            quantities(&text[clause.clone()]).into_iter().filter_map(|one| Some((one.seconds()?, one.range))).collect();
        let [(seconds, range)] = times.as_slice() else { continue };
        let (start, end) = (clause.start + range.start, clause.start + range.end);
        let (before, about) = (&text[clause.start..start], format!("{subject} {text}"));
        let behind = text[end..clause.end].trim_start_matches([' ', '-', '`', '*']);
        // "30-day retention", "15s scrape interval".
        let behind = &behind[..behind.char_indices().nth(20).map_or(behind.len(), |(at, _)| at)];
        let setting = done(before).or_else(|| named(before)).or_else(|| named(behind));
        if let Some(setting) = setting.filter(|setting| is_meant(*setting, *seconds, &about, above)) {
            let unit = unit_of(&text[start..end], *seconds);
            found.push(SettingClaim {
                setting,
                seconds: *seconds,
                unit,
                said: sentence.sub(start..end),
                about,
                jobs: None,
            });
        }
    }
}

/// The seconds of the unit of a time: of a lone number, all of them per one.
fn unit_of(said: &str, seconds: f64) -> f64 {
    let digits = said.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(said.len());
    said[..digits].parse::<f64>().ok().filter(|number| *number > 0.0).map_or(1.0, |number| seconds / number)
}

/// The parts of a sentence between commas and brackets.
fn clauses(text: &str) -> Vec<Range<usize>> {
    let mut from = 0;
    let mut found = Vec::new();
    for (at, letter) in text.char_indices() {
        if matches!(letter, ',' | ';' | '(' | ')' | '–' | '—') {
            found.push(from..at);
            from = at + letter.len_utf8();
        }
    }
    found.push(from..text.len());
    found
}

/// The setting that a text calls by its name.
fn named(text: &str) -> Option<Setting> {
    let lower = text.to_lowercase();
    let has = |names: &[&str]| names.iter().any(|name| lower.contains(name));
    if has(&["scrape interval", "scrape_interval", "scraping interval"]) {
        Some(Setting::ScrapeInterval)
    } else if has(&["evaluation interval", "evaluation_interval"]) {
        Some(Setting::EvaluationInterval)
    } else {
        has(&["retention"]).then_some(Setting::Retention)
    }
}

/// The setting that a verb in front of a time speaks of: "is scraped every", "keeps".
fn done(before: &str) -> Option<Setting> {
    let lower = before.to_lowercase();
    let text = lower.trim_end_matches([' ', '*', '`']);
    if text.ends_with("every") {
        return match (lower.contains("scrape"), lower.contains("evaluate")) {
            (true, false) => Some(Setting::ScrapeInterval),
            (false, true) => Some(Setting::EvaluationInterval),
            _ => None,
        };
    }
    let keeps = ["keep", "keeps", "kept", "retain", "retains", "retained"];
    let last = text.strip_suffix(" for").unwrap_or(text);
    (has_word(last, &keeps) && (text.len() > last.len() || ends_with_word(text, &keeps))).then_some(Setting::Retention)
}

/// What is kept for less was never meant for samples, which Prometheus writes down in blocks of two hours.
const LEAST_RETENTION: f64 = 3600.0;

/// Whether it is Prometheus that is spoken of.
fn is_meant(setting: Setting, seconds: f64, near: &str, above: Option<&Above<'_>>) -> bool {
    let headings = above.map(Above::texts).unwrap_or_default();
    let all = headings.join(" ");
    let has = |words: &[&str]| has_word(near, words) || has_word(&all, words);
    match setting {
        Setting::ScrapeInterval => {
            has(&["prometheus", "scrape_interval", "everything", "job", "jobs"]) || near.contains("all targets")
        }
        Setting::EvaluationInterval => has(&["prometheus", "evaluation_interval", "rules", "alerts"]),
        Setting::Retention => {
            let is_others = [near, headings.last().unwrap_or(&"")].iter().any(|text| has_word(text, OTHER_STORES));
            has(&["prometheus", "tsdb"]) && !is_others && !has(CLUSTERS) && seconds >= LEAST_RETENTION
        }
    }
}

/// Whether a text has one of some words or phrases, whatever the case.
fn has_word(text: &str, words: &[&str]) -> bool {
    let lower = text.to_lowercase();
    words.iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| {
            let is_part = |letter: char| letter.is_alphanumeric();
            !lower[..at].ends_with(is_part) && !lower[at + word.len()..].starts_with(is_part)
        })
    })
}

fn ends_with_word(text: &str, words: &[&str]) -> bool {
    text.rsplit(|letter: char| !letter.is_alphanumeric()).next().is_some_and(|last| words.contains(&last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    fn read(text: &str) -> Vec<(Setting, f64)> {
        let page = Markdown::parse(&Excerpt::whole(FileId(0), text));
        settings(&page).into_iter().map(|claim| (claim.setting, claim.seconds)).collect()
    }

    #[test]
    fn reads_what_pages_say() {
        use Setting::{EvaluationInterval, Retention, ScrapeInterval};
        let day = 86_400.0;
        for (text, expected) in [
            ("Everything is scraped every 15 seconds.", vec![(ScrapeInterval, 15.0)]),
            ("Prometheus keeps 15 days. To keep more, change a flag to 90 days.", vec![(Retention, 15.0 * day)]),
            ("- Data is kept for 30 days (`--storage.tsdb.retention.time` in `a.yml`).", vec![(Retention, 30.0 * day)]),
            ("Metrics live here (`--storage.tsdb.retention.time=30d`), logs there.", vec![]),
            (
                "| Service | Does |\n|---|---|\n| Prometheus | Scrapes every 15s, evaluates rules every 1m, keeps 30 days |",
                vec![(ScrapeInterval, 15.0), (EvaluationInterval, 60.0), (Retention, 30.0 * day)],
            ),
            ("| Setting | Value |\n|---|---|\n| Prometheus retention | `15d` |", vec![(Retention, 15.0 * day)]),
            (
                "| Service | Does |\n|---|---|\n| Prometheus | 15s scrape interval, 30-day retention on a volume |",
                vec![(ScrapeInterval, 15.0), (Retention, 30.0 * day)],
            ),
            ("### 1. Prometheus\n\n- **Port**: 9090\n- **Retention**: 30 days\n", vec![(Retention, 30.0 * day)]),
            ("- **Prometheus**: 10Gi persistent volume, 15 days retention", vec![]),
            ("# Prometheus, Loki\n\n### Loki\n\n- **Retention**: 7 days\n", vec![]),
            ("| Job | Interval |\n|---|---|\n| node | 30s |", vec![(ScrapeInterval, 30.0)]),
            ("Rules are evaluated every 30s.", vec![(EvaluationInterval, 30.0)]),
            ("The `scrape_interval` is 15s.", vec![(ScrapeInterval, 15.0)]),
            ("Increase the scrape interval of Prometheus to 30s.", vec![]),
            ("Loki keeps logs for 7 days, says Prometheus.", vec![]),
            ("The exporter scrapes the API every 60s.", vec![]),
            ("The queue offers its numbers to Prometheus with a 30-second retention window.", vec![]),
            ("- Prometheus asks `vault:8200/v1/sys/metrics`, whose telemetry retention is 24h.", vec![]),
            ("Prometheus scrapes every 15s, with a timeout of 10s.", vec![]),
            ("## Planned\n\nPrometheus keeps 90 days.", vec![]),
            ("| Setting | Large | Small |\n|---|---|---|\n| Prometheus retention | 30d | 7d |", vec![]),
            ("Prometheus: 7d retention (vs 30d)", vec![]),
            ("Decrease Prometheus retention: `--storage.tsdb.retention.time=15d`", vec![]),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
