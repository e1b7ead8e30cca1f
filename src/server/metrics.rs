//! What promtool finds questionable on a page of metrics (client_golang, package `promlint`), in its words and order.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diag::Diagnostic,
    exposition::{Exposition, Family, MetricKind, Sample},
    text::Span,
};

/// Something questionable about a metric.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct MetricProblem {
    /// The metric.
    pub metric: String,
    /// What is wrong with it, in promtool's words.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// How many series a metric has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cardinality {
    /// The metric.
    pub metric: String,
    /// Its series, buckets and quantiles counted each.
    pub series: usize,
}

const BASE_UNITS: [&str; 10] =
    ["amperes", "bytes", "celsius", "grams", "joules", "kelvin", "meters", "metres", "seconds", "volts"];

const OTHER_UNITS: [(&str, &str); 14] = [
    ("minutes", "seconds"),
    ("hours", "seconds"),
    ("days", "seconds"),
    ("weeks", "seconds"),
    ("kelvins", "kelvin"),
    ("fahrenheit", "celsius"),
    ("rankine", "celsius"),
    ("inches", "meters"),
    ("yards", "meters"),
    ("miles", "meters"),
    ("bits", "bytes"),
    ("calories", "joules"),
    ("pounds", "grams"),
    ("ounces", "grams"),
];

const PREFIXES: [&str; 18] = [
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mebi", "giga", "gibi",
    "tera", "tebi", "peta", "pebi",
];

const ABBREVIATIONS: [&str; 14] = ["s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d"];

/// Everything questionable on a page, by metric and then by text.
pub fn metric_problems(page: &Exposition) -> Vec<MetricProblem> {
    let mut problems = Vec::new();
    for family in page.families.iter().filter(|family| !family.samples.is_empty()) {
        Linting { page, family, kind: kind(family), problems: &mut problems }.lint();
    }
    problems.sort_by(|one, other| (&one.metric, &one.text).cmp(&(&other.metric, &other.text)));
    problems
}

/// Problems as findings.
pub fn as_findings(problems: &[MetricProblem]) -> Vec<Diagnostic> {
    let finding =
        |problem: &MetricProblem| Diagnostic::warning(problem.span, format!("`{}`: {}", problem.metric, problem.text));
    problems.iter().map(finding).collect()
}

/// How many series each metric has, most first.
pub fn cardinalities(page: &Exposition) -> Vec<Cardinality> {
    let families = page.families.iter().filter(|family| !family.samples.is_empty());
    let mut found: Vec<Cardinality> = families
        .map(|family| {
            let metrics = metrics(page, family);
            let inner = match kind(family) {
                MetricKind::Histogram | MetricKind::GaugeHistogram => Some("le"),
                MetricKind::Summary => Some("quantile"),
                _ => None,
            };
            let parts = |label: &str| {
                let first = metrics.first().map(|metric| metric.labels.clone());
                let of_first = family.samples.iter().filter(|sample| Some(own_labels(page, family, sample)) == first);
                of_first.filter(|sample| page.labels(sample).any(|(name, _)| name.value == label)).count()
            };
            let series = metrics.len() * inner.map_or(1, |label| 2 + parts(label));
            Cardinality { metric: family.name.value.clone(), series }
        })
        .collect();
    found.sort_by(|one, other| other.series.cmp(&one.series).then_with(|| one.metric.cmp(&other.metric)));
    found
}

/// A series as the protocol knows it: a histogram with all its buckets is one.
struct Metric {
    labels: Vec<(String, String)>,
    span: Span,
}

/// The labels of a sample in their order, without the bucket or the quantile that it stands for.
fn own_labels(page: &Exposition, family: &Family, sample: &Sample) -> Vec<(String, String)> {
    let inner = match kind(family) {
        MetricKind::Histogram | MetricKind::GaugeHistogram => "le",
        MetricKind::Summary => "quantile",
        _ => "",
    };
    let labels = page.labels(sample).filter(|(name, _)| name.value != inner);
    labels.map(|(name, value)| (name.value.to_owned(), value.value.into_owned())).collect()
}

fn metrics(page: &Exposition, family: &Family) -> Vec<Metric> {
    let is_composed = matches!(kind(family), MetricKind::Histogram | MetricKind::GaugeHistogram | MetricKind::Summary);
    let mut seen: BTreeSet<BTreeMap<String, String>> = BTreeSet::new();
    let all = family
        .samples
        .iter()
        .map(|sample| Metric { labels: own_labels(page, family, sample), span: page.span(sample) });
    all.filter(|metric| !is_composed || seen.insert(metric.labels.iter().cloned().collect())).collect()
}

/// The type of a family; what has none is of an unknown type.
fn kind(family: &Family) -> MetricKind {
    family.kind.as_ref().map_or(MetricKind::Unknown, |kind| kind.value)
}

/// The word for a type in the protocol.
fn word(kind: MetricKind) -> &'static str {
    match kind {
        MetricKind::Counter => "counter",
        MetricKind::Gauge => "gauge",
        MetricKind::Histogram => "histogram",
        MetricKind::GaugeHistogram => "gauge_histogram",
        MetricKind::Summary => "summary",
        MetricKind::Info | MetricKind::StateSet | MetricKind::Unknown => "untyped",
    }
}

struct Linting<'p> {
    page: &'p Exposition,
    family: &'p Family,
    kind: MetricKind,
    problems: &'p mut Vec<MetricProblem>,
}

impl Linting<'_> {
    fn name(&self) -> &str {
        &self.family.name.value
    }

    fn say(&mut self, text: impl Into<String>) {
        self.say_at(self.family.name.span, text);
    }

    fn say_at(&mut self, span: Span, text: impl Into<String>) {
        self.problems.push(MetricProblem { metric: self.name().to_owned(), text: text.into(), span });
    }

    fn lint(mut self) {
        if self.family.help.as_ref().is_none_or(|help| help.value.is_empty()) {
            self.say("no help text");
        }
        if let Some((unit, base)) = unit(self.name()).filter(|(unit, base)| unit != base) {
            self.say(format!("use base unit \"{base}\" instead of \"{unit}\""));
        }
        let is_total = self.name().ends_with("_total");
        match self.kind {
            MetricKind::Counter if !is_total => self.say("counter metrics should have \"_total\" suffix"),
            MetricKind::Counter | MetricKind::Unknown => {}
            _ if is_total => self.say("non-counter metrics should not have \"_total\" suffix"),
            _ => {}
        }
        let metrics = metrics(self.page, self.family);
        if self.kind != MetricKind::Unknown {
            self.reserved(&metrics);
        }
        self.spelling(&metrics);
        self.duplicates(&metrics);
    }

    fn reserved(&mut self, metrics: &[Metric]) {
        let (is_histogram, is_summary) = (self.kind == MetricKind::Histogram, self.kind == MetricKind::Summary);
        if !is_histogram && self.name().ends_with("_bucket") {
            self.say("non-histogram metrics should not have \"_bucket\" suffix");
        }
        for suffix in ["_count", "_sum"] {
            if !is_histogram && !is_summary && self.name().ends_with(suffix) {
                self.say(format!("non-histogram and non-summary metrics should not have \"{suffix}\" suffix"));
            }
        }
        for metric in metrics {
            for (label, _) in &metric.labels {
                if !is_histogram && label == "le" {
                    self.say_at(metric.span, "non-histogram metrics should not have \"le\" label");
                }
                if !is_summary && label == "quantile" {
                    self.say_at(metric.span, "non-summary metrics should not have \"quantile\" label");
                }
            }
        }
        let (lower, word) = (self.name().to_lowercase(), word(self.kind));
        if has_word(&lower, word) {
            self.say(format!("metric name should not include type '{word}'"));
        }
    }

    fn spelling(&mut self, metrics: &[Metric]) {
        if self.name().contains(':') {
            self.say("metric names should not contain ':'");
        }
        if is_camel_case(self.name()) {
            self.say("metric names should be written in 'snake_case' not 'camelCase'");
        }
        for metric in metrics {
            for _ in metric.labels.iter().filter(|(label, _)| is_camel_case(label)) {
                self.say_at(metric.span, "label names should be written in 'snake_case' not 'camelCase'");
            }
        }
        let lower = self.name().to_lowercase();
        for _ in ABBREVIATIONS.iter().filter(|word| has_word(&lower, word)) {
            self.say("metric names should not contain abbreviated units");
        }
    }

    /// Complains once for each series that another one repeats.
    fn duplicates(&mut self, metrics: &[Metric]) {
        let mut later: BTreeMap<&[(String, String)], usize> = BTreeMap::new();
        for metric in metrics {
            *later.entry(&metric.labels).or_default() += 1;
        }
        for metric in metrics {
            let left = later.entry(&metric.labels).or_default();
            *left -= 1;
            if *left > 0 {
                self.say_at(metric.span, "metric not unique");
            }
        }
    }
}

/// Whether a word stands between underscores, or behind the last one.
fn has_word(name: &str, word: &str) -> bool {
    name.contains(&format!("_{word}_")) || name.ends_with(&format!("_{word}"))
}

fn is_camel_case(name: &str) -> bool {
    name.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

/// The first word of a name that is a unit, and the unit it ought to be.
fn unit(name: &str) -> Option<(&str, &'static str)> {
    let base = |word: &str| {
        let itself = BASE_UNITS.into_iter().find(|unit| *unit == word);
        itself.or(OTHER_UNITS.iter().find(|(unit, _)| *unit == word).map(|(_, base)| *base))
    };
    name.split('_').find_map(|word| {
        let bare = PREFIXES.iter().filter_map(|prefix| word.strip_prefix(prefix));
        std::iter::once(word).chain(bare).find_map(base).map(|base| (word, base))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        server::page_faults,
        text::{Excerpt, FileId},
    };

    fn read(text: &str) -> Exposition {
        Exposition::parse_classic(&Excerpt::whole(FileId(0), text))
    }

    fn agree(cases: &[(&str, &[&str])]) {
        for (text, expected) in cases {
            let page = read(text);
            assert!(page_faults(&page).is_empty(), "{text:?}");
            let said: Vec<String> =
                metric_problems(&page).iter().map(|problem| format!("{} {}", problem.metric, problem.text)).collect();
            assert_eq!(said, *expected, "{text:?}");
        }
    }

    /// Pages with what promtool 3.16.0 says of them.
    #[test]
    fn speaks_as_promtool() {
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            ("\n", &[]),
            ("a 1\n", &["a no help text"]),
            ("# HELP a b\n# TYPE a counter\na 1\n", &["a counter metrics should have \"_total\" suffix"]),
            ("# HELP a_total b\n# TYPE a_total counter\na_total 1\n", &[]),
            (
                "# HELP a_total b\n# TYPE a_total gauge\na_total 1\n",
                &["a_total non-counter metrics should not have \"_total\" suffix"],
            ),
            ("# HELP a_minutes b\na_minutes 1\n", &["a_minutes use base unit \"seconds\" instead of \"minutes\""]),
            (
                "# HELP a_kilobytes b\na_kilobytes 1\n",
                &["a_kilobytes use base unit \"bytes\" instead of \"kilobytes\""],
            ),
            (
                "# HELP a_mebibytes b\na_mebibytes 1\n",
                &["a_mebibytes use base unit \"bytes\" instead of \"mebibytes\""],
            ),
            // Up to 3.14, promtool takes this for mebibytes, and mebibytes for nothing.
            ("# HELP a_mibibytes b\na_mibibytes 1\n", &[]),
            ("# HELP a_bits b\na_bits 1\n", &["a_bits use base unit \"bytes\" instead of \"bits\""]),
            (
                "# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 2\n",
                &[],
            ),
            (
                "# HELP a b\n# TYPE a gauge\na{le=\"1\"} 1\na{quantile=\"1\"} 1\n",
                &[
                    "a non-histogram metrics should not have \"le\" label",
                    "a non-summary metrics should not have \"quantile\" label",
                ],
            ),
            (
                "# HELP a_bucket b\n# TYPE a_bucket gauge\na_bucket 1\n",
                &["a_bucket non-histogram metrics should not have \"_bucket\" suffix"],
            ),
            (
                "# HELP a_count b\n# TYPE a_count gauge\na_count 1\n",
                &["a_count non-histogram and non-summary metrics should not have \"_count\" suffix"],
            ),
            (
                "# HELP a_gauge b\n# TYPE a_gauge gauge\na_gauge 1\n",
                &["a_gauge metric name should not include type 'gauge'"],
            ),
            ("# HELP a_ms b\na_ms 1\n", &["a_ms metric names should not contain abbreviated units"]),
            ("# HELP a:b b\na:b 1\n", &["a:b metric names should not contain ':'"]),
            (
                "# HELP aB b\naB{cD=\"x\"} 1\naB{cD=\"y\"} 1\n",
                &[
                    "aB label names should be written in 'snake_case' not 'camelCase'",
                    "aB label names should be written in 'snake_case' not 'camelCase'",
                    "aB metric names should be written in 'snake_case' not 'camelCase'",
                ],
            ),
            ("a 1\na 1\na 2\n", &["a metric not unique", "a metric not unique", "a no help text"]),
            ("a{b=\"c\"} 1\na{b=\"c\"} 2\n", &["a metric not unique", "a no help text"]),
            ("# HELP a\na 1\n", &["a no help text"]),
            ("# HELP a \na 1\n", &["a no help text"]),
            ("# HELP a x\r\na 1\n", &[]),
            ("a 1 5\n", &["a no help text"]),
            ("a{b=\"c\",} 1\n", &["a no help text"]),
            ("# HELP a_total x\n# TYPE a counter\na_total 1\n", &[]),
            ("a 1\n# EOF\n", &["a no help text"]),
            ("# HELP a x\n# UNIT a seconds\na 1\n", &[]),
            (
                "# HELP process_cpu_seconds_total x\n# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total 1\n",
                &[],
            ),
            (
                "# HELP a_b_s x\n# TYPE a_b_s gauge\na_b_s 1\n",
                &[
                    "a_b_s metric names should not contain abbreviated units",
                    "a_b_s metric names should not contain abbreviated units",
                ],
            ),
        ];
        agree(cases);
    }

    #[test]
    fn reads_what_promtool_reads() {
        agree(&[
            ("# HELP a\n# HELP a x\n# TYPE a\n# TYPE a gauge\n# TYPE\n# HELP \na 1\n", &[]),
            ("# HELP a x\n# TYPE a GAUGE_HISTOGRAM\na_bucket{le=\"1\"} 2\n", &[]),
            ("# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} -0\na_sum -1\na_count NaN\n", &[]),
            ("# HELP a \\n \\\\ \\\"\na{b=\"\\n\\\\\"} 1\n", &[]),
            ("a_sum 1\n# HELP a_sum x\n# HELP a x\n# TYPE a summary\na_sum 2\n", &["a_sum metric not unique"]),
        ]);
    }

    /// Pages that promtool 3.5.3 cannot read.
    #[test]
    fn refuses_as_promtool() {
        for text in [
            "a 1",
            "# HELP a b\n# TYPE a summary\na{quantile=\"x\"} 1\n",
            "# TYPE a info\na 1\n",
            "# TYPE a unknown\na 1\n",
            "a 1\r\n",
            "# HELP a x\n# HELP a y\na 1\n",
            "a 1\n# TYPE a counter\n",
            "a x\n",
            "a 1 5.5\n",
            "a 1 5 6\n",
            "a{b=c} 1\n",
            "a{b=\"c\",b=\"d\"} 1\n",
            "1a 1\n",
            "a 1 \n",
            "a 1 5 \n",
            "a -nan\n",
            "a 1_0\n",
            "a 0x1p3\n",
            "a 1e400\n",
            "a{b=\"\\d\"} 1\n",
            "# HELP a \\d\na 1\n",
            "# TYPE a histogram\na_bucket{le=\"1\"} -1\n",
            "# TYPE a histogram\na_count -0.5\n",
            "# TYPE a histogram\na_count 5\n# TYPE a_count counter\n",
        ] {
            assert!(!page_faults(&read(text)).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn counts_series() {
        let page = read("# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 1\nh_count 2\na 1\n");
        let counted: Vec<(String, usize)> =
            cardinalities(&page).into_iter().map(|one| (one.metric, one.series)).collect();
        assert_eq!(counted, [("h".to_owned(), 4), ("a".to_owned(), 1)]);
    }
}
