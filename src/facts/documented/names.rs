//! Names of alerts in text: exact, or said in other words.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::quantile::quantiles;

/// The names of alerts, and what they say in words.
#[derive(Debug, Default)]
pub struct Names<'w> {
    /// Names, with the quantiles that their expressions take.
    exact: FxHashMap<&'w str, Vec<f64>>,
    /// Names by their letters alone: `highcpuusage`.
    letters: FxHashMap<String, BTreeSet<&'w str>>,
    /// Names by what they speak of: `{cpu}`.
    topics: FxHashMap<BTreeSet<String>, BTreeSet<&'w str>>,
    /// The words of the names that name a quantile: `{latency, p95, high}`.
    of_quantiles: Vec<(BTreeSet<String>, &'w str)>,
    /// All words of the names, and of the metrics that the alerts watch.
    words: FxHashSet<String>,
}

/// An alert with what its expression tells of it.
#[derive(Debug, Default)]
pub struct Watched<'w> {
    /// Its name.
    pub name: &'w str,
    /// The quantiles that it takes.
    pub quantiles: Vec<f64>,
    /// The metrics that it selects.
    pub metrics: Vec<&'w str>,
}

impl<'w> Names<'w> {
    /// Gathers the names of alerts.
    pub fn of(alerts: impl IntoIterator<Item = Watched<'w>>) -> Self {
        let mut all = Self::default();
        // Metrics whose words are taken in already.
        let mut known: FxHashSet<&str> = FxHashSet::default();
        for Watched { name, quantiles, metrics } in alerts {
            all.words.extend(metrics.into_iter().filter(|metric| known.insert(metric)).flat_map(topic));
            let is_known = all.exact.contains_key(name);
            all.exact.entry(name).or_default().extend(quantiles);
            if is_known {
                continue;
            }
            all.letters.entry(letters(name)).or_default().insert(name);
            all.topics.entry(topic(name)).or_default().insert(name);
            if !super::quantile::quantiles(name).is_empty() {
                all.of_quantiles.push((split(name).collect(), name));
            }
            all.words.extend(topic(name));
        }
        all
    }

    /// Whether certainly no alert is about what a text is about: no name and no metric has a word of it, or
    /// the only alert about it takes another quantile than the text names.
    pub fn none_about(&self, text: &str) -> bool {
        let topic = topic(text);
        let has = |words: &[&str]| words.iter().any(|word| self.words.contains(*word));
        let is_of_presence = || topic.iter().any(|word| PRESENCE.contains(&word.as_str())) && has(&PRESENCE);
        let is_of_words = || topic.iter().any(|word| self.words.contains(word)) || is_of_presence();
        let other_quantile = !quantiles(text).is_empty()
            && self.topics.get(&topic).is_some_and(|names| names.len() == 1)
            && self.by_topic(text).is_none();
        !topic.is_empty() && (other_quantile || !is_of_words())
    }

    /// Whether there is an alert of exactly this name.
    pub fn has(&self, name: &str) -> bool {
        self.exact.contains_key(name)
    }

    /// The alert of exactly this name.
    pub fn exact(&self, name: &str) -> Option<&'w str> {
        self.exact.get_key_value(name).map(|(name, _)| *name)
    }

    /// All names.
    pub fn iter(&self) -> impl Iterator<Item = &'w str> + '_ {
        self.letters.values().flatten().copied()
    }

    /// Exact names in a text, with their places.
    pub fn within(&self, text: &str) -> Vec<(Range<usize>, &'w str)> {
        identifiers(text).filter_map(|range| Some((range.clone(), self.exact(&text[range])?))).collect()
    }

    /// The alerts that a text names once, or spells in words.
    pub fn named_in(&self, text: &str) -> BTreeSet<&'w str> {
        let mut times: BTreeMap<&'w str, usize> = BTreeMap::new();
        for (_, name) in self.within(text) {
            *times.entry(name).or_default() += 1;
        }
        let once = times.into_iter().filter(|(_, times)| *times == 1).map(|(name, _)| name);
        once.chain(self.letters.get(&letters(text)).into_iter().flatten().copied()).collect()
    }

    /// The only alert whose name a text spells in words: "High CPU usage".
    pub fn in_words(&self, text: &str) -> Option<&'w str> {
        only(self.letters.get(&letters(text))?)
    }

    /// The only alert that is about what a text is about: "P95 Response Time" for `SlowResponseTime`. A text
    /// that names a quantile speaks of no alert on another one.
    pub fn by_topic(&self, text: &str) -> Option<&'w str> {
        let mut topic = BTreeSet::new();
        for word in topic_words(text) {
            // Most texts have a word soon that no alert has.
            if !self.words.contains(&word) {
                return None;
            }
            topic.insert(word);
        }
        let name = only(self.topics.get(&topic).filter(|_| !topic.is_empty())?)?;
        let known = self.exact.get(name)?;
        let fits = |quantile: f64| known.is_empty() || known.iter().any(|known| (known - quantile).abs() < 1e-6);
        let named = quantiles(text);
        let is_nearest = || named.is_empty() || !self.others_say(text, name);
        (named.iter().all(|(_, quantile)| fits(*quantile)) && is_nearest()).then_some(name)
    }

    /// The other alerts with all the words of an alert, and more: `HighApiErrorRate` for `HighErrorRate`.
    pub fn saying_more(&self, alert: &str) -> impl Iterator<Item = &'w str> {
        const MOST: usize = 1000;
        let wanted: BTreeSet<String> = split(alert).collect();
        let longer = self.iter().take(MOST).filter(move |name| name.len() > alert.len());
        longer.filter(move |name| wanted.is_subset(&split(name).collect()))
    }

    /// Whether another alert has all words of a text that names a quantile, and this one has not; or too many alerts
    /// name one to tell.
    fn others_say(&self, text: &str, name: &str) -> bool {
        const MOST: usize = 200;
        let wanted: BTreeSet<String> = split(text).collect();
        let mut saying = self.of_quantiles.iter().take(MOST).filter(|(words, _)| wanted.is_subset(words)).peekable();
        self.of_quantiles.len() > MOST || saying.peek().is_some() && saying.all(|(_, other)| *other != name)
    }
}

fn only<'w>(names: &BTreeSet<&'w str>) -> Option<&'w str> {
    names.first().copied().filter(|_| names.len() == 1)
}

/// The identifiers of a text: runs of letters, digits and `_`.
pub fn identifiers(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        let start = at + text[at..].find(is_part)?;
        let length = text[start..].find(|letter: char| !is_part(letter));
        at = length.map_or(text.len(), |length| start + length);
        Some(start..at)
    })
}

/// Whether an identifier is written as alerts are named: `HighErrorRate`, and nothing else than that.
pub fn is_alert_like(word: &str) -> bool {
    let humps = word.char_indices().filter(|(at, letter)| {
        letter.is_ascii_uppercase() && word[at + 1..].starts_with(|next: char| next.is_ascii_lowercase())
    });
    word.len() >= 7
        && word.starts_with(|first: char| first.is_ascii_uppercase())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && humps.count() >= 2
}

/// The letters and digits of a text alone, in lower case: `highcpuusage`.
pub fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Words that say nothing about what is watched.
const FILLERS: &[&str] = &[
    "high",
    "low",
    "too",
    "many",
    "few",
    "usage",
    "rate",
    "time",
    "the",
    "of",
    "alert",
    "alerts",
    "is",
    "in",
    "a",
    "an",
    "on",
    "for",
    "and",
    "excessive",
    "elevated",
    "average",
    "avg",
    "count",
    "number",
    "percentage",
    "level",
];

/// Words for whether something is there at all.
const PRESENCE: [&str; 12] = [
    "absent",
    "availability",
    "available",
    "dead",
    "down",
    "downtime",
    "health",
    "probe",
    "reachable",
    "unavailable",
    "up",
    "uptime",
];

/// Words that stand for one another.
const SYNONYMS: &[(&str, &str)] = &[
    ("response", "latency"),
    ("duration", "latency"),
    ("slow", "latency"),
    ("slowness", "latency"),
    ("errors", "error"),
    ("5xx", "error"),
    ("success", "error"),
    ("failure", "error"),
    ("failures", "error"),
    ("failed", "error"),
    ("mem", "memory"),
    ("ram", "memory"),
    ("database", "db"),
    ("filesystem", "disk"),
    ("queries", "query"),
    ("processor", "cpu"),
];

/// What a name or a text speaks of, in words that can be compared: `{latency}` for `SlowResponseTime`.
fn topic(text: &str) -> BTreeSet<String> {
    topic_words(text).collect()
}

/// The words of which a topic is made, as they come.
fn topic_words(text: &str) -> impl Iterator<Item = String> + '_ {
    split(text).filter_map(|word| {
        let quantile = word.strip_prefix('p').is_some_and(|digits| digits.len() >= 2 && digits.parse::<u32>().is_ok());
        if quantile || FILLERS.contains(&word.as_str()) {
            return None;
        }
        let word = SYNONYMS.iter().find(|(spelt, _)| *spelt == word).map_or(word.as_str(), |(_, meant)| meant);
        let singular = word.strip_suffix('s').filter(|stem| stem.len() > 3 && !stem.ends_with('s')).unwrap_or(word);
        Some(singular.to_owned())
    })
}

/// The words of a text, names taken apart at their humps, in lower case.
fn split(text: &str) -> impl Iterator<Item = String> + '_ {
    let mut letters = text.chars().peekable();
    let mut before: Option<char> = None;
    let mut word = String::new();
    std::iter::from_fn(move || {
        while let Some(letter) = letters.next() {
            let next_is_lower = letters.peek().is_some_and(|next| next.is_lowercase());
            let last = before.replace(letter);
            let before_is_lower = last.is_some_and(|last| last.is_lowercase() || last.is_ascii_digit());
            let begins = letter.is_uppercase() && (before_is_lower || next_is_lower);
            let ends = begins || !letter.is_alphanumeric();
            let ended = ends.then(|| std::mem::take(&mut word)).filter(|word| !word.is_empty());
            if letter.is_alphanumeric() {
                word.extend(letter.to_lowercase());
            }
            if ended.is_some() {
                return ended;
            }
        }
        Some(std::mem::take(&mut word)).filter(|word| !word.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_names() {
        for (name, words) in [
            ("HighCPUUsage", "high cpu usage"),
            ("PostgreSQLTooManyConnections", "postgre sql too many connections"),
            ("HighLatencyP95", "high latency p95"),
            ("Event loop-lag", "event loop lag"),
        ] {
            assert_eq!(split(name).collect::<Vec<_>>().join(" "), words);
        }
    }

    #[test]
    fn finds_names_in_words() {
        let watched = [
            ("HighCPUUsage", "node_cpu_seconds_total"),
            ("SlowResponseTime", "http_request_duration_seconds_bucket"),
            ("SlowDatabaseQueries", "db_query_duration_seconds_bucket"),
            ("HighErrorRate", "http_requests_total"),
            ("PostgreSQLTooManyConnections", "pg_stat_activity_count"),
            ("LowDisk", "node_filesystem_avail_bytes"),
            ("ShopDown", "up"),
            ("HighDisk", "node_filesystem_size_bytes"),
        ];
        let names = Names::of(watched.map(|(name, metric)| Watched {
            name,
            quantiles: if name == "SlowResponseTime" { vec![0.95] } else { Vec::new() },
            metrics: vec![metric],
        }));
        for (text, none) in [
            ("P99 Response Time", true),
            ("P95 Response Time", false),
            ("Memory Usage", true),
            ("Search queries", false),
            ("Uptime", false),
            ("HTTP traffic", false),
        ] {
            assert_eq!(names.none_about(text), none, "{text}");
        }
        for (text, spelt, meant) in [
            ("High CPU usage", Some("HighCPUUsage"), Some("HighCPUUsage")),
            ("CPU Usage", None, Some("HighCPUUsage")),
            ("P95 Response Time", None, Some("SlowResponseTime")),
            ("P50 Response Time", None, None),
            ("Success Rate", None, Some("HighErrorRate")),
            (
                "PostgreSQL too many connections",
                Some("PostgreSQLTooManyConnections"),
                Some("PostgreSQLTooManyConnections"),
            ),
            ("low disk", Some("LowDisk"), None),
            ("Disk usage", None, None),
            ("API CPU usage", None, None),
            ("Usage", None, None),
            ("", None, None),
        ] {
            assert_eq!((names.in_words(text), names.by_topic(text)), (spelt, meant), "{text}");
        }
        assert_eq!(names.within("see `HighErrorRate`, HighErrorRates").len(), 1);
        let more = Names::of(
            ["HighErrorRate", "HighApiErrorRate", "HighErrorBudget"].map(|name| Watched { name, ..Watched::default() }),
        );
        assert_eq!(more.saying_more("HighErrorRate").collect::<Vec<_>>(), ["HighApiErrorRate"]);
    }

    #[test]
    fn knows_how_alerts_are_named() {
        for name in ["HighErrorRate", "RedisDown", "KubePodCrashLooping", "HTTPProbeFailed"] {
            assert!(is_alert_like(name), "{name}");
        }
        for name in ["Redis", "redis_down", "PostgreSQL", "GitHub", "README", "highErrorRate", "Watchdog"] {
            assert!(!is_alert_like(name), "{name}");
        }
    }
}
