//! Captured `/metrics` pages: the Prometheus text format and OpenMetrics, with a place for every name.
//!
//! A page can hold a hundred thousand samples, so samples keep ranges of the page's text and not copies.

mod line;
mod reader;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, ops::Range};

use crate::{
    diag::Diagnostic,
    text::{Excerpt, Span, Spanned},
};

pub use line::number;
pub use reader::looks_like_exposition;

/// A page of metrics.
#[derive(Clone, Debug)]
pub struct Exposition {
    /// The text of the page.
    pub source: Excerpt,
    /// Which of the two formats it is in.
    pub format: Format,
    /// Metric families, in the order they are first mentioned.
    pub families: Vec<Family>,
    /// What is wrong with the page, in order of place; the lines concerned are left out.
    pub errors: Vec<Diagnostic>,
    labels: Vec<LabelRange>,
}

/// The format of a page.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Format {
    /// Prometheus' text format, version 0.0.4 and later.
    Prometheus,
    /// OpenMetrics: it ends in `# EOF`.
    OpenMetrics,
}

/// A metric with everything the page says of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Family {
    /// Its name, where it is first mentioned; without `_bucket`, `_sum`, `_count` of histograms and summaries.
    pub name: Spanned<String>,
    /// What `# HELP` says, escapes resolved.
    pub help: Option<Spanned<String>>,
    /// What `# TYPE` says.
    pub kind: Option<Spanned<MetricKind>>,
    /// What `# UNIT` says.
    pub unit: Option<Spanned<String>>,
    /// Its samples.
    pub samples: Vec<Sample>,
}

/// The type of a metric.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MetricKind {
    /// Only ever rises.
    Counter,
    /// Rises and falls.
    Gauge,
    /// Buckets, sum and count.
    Histogram,
    /// A histogram that may fall (OpenMetrics).
    GaugeHistogram,
    /// Quantiles, sum and count.
    Summary,
    /// Facts in labels (OpenMetrics).
    Info,
    /// States, one of them set (OpenMetrics).
    StateSet,
    /// Not known: `untyped`, or `unknown` in OpenMetrics.
    Unknown,
}

/// A sample: a name, labels and a value.
#[derive(Clone, PartialEq, Debug)]
pub struct Sample {
    name: Range<u32>,
    /// The line from the name to the value.
    range: Range<u32>,
    /// Which of the page's labels are its own.
    labels: Range<u32>,
    /// Its value.
    pub value: f64,
    /// When it was taken, in milliseconds since 1970, if the page says so.
    pub time: Option<i64>,
}

/// A label as the page spells it; the value without its quotes, escapes unresolved.
#[derive(Clone, Debug)]
struct LabelRange {
    name: Range<u32>,
    value: Range<u32>,
}

impl MetricKind {
    /// The type a word stands for.
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "counter" => Self::Counter,
            "gauge" => Self::Gauge,
            "histogram" => Self::Histogram,
            "gaugehistogram" => Self::GaugeHistogram,
            "summary" => Self::Summary,
            "info" => Self::Info,
            "stateset" => Self::StateSet,
            "untyped" | "unknown" => Self::Unknown,
            _ => return None,
        })
    }

    /// The word for it in the text format of Prometheus.
    pub fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::GaugeHistogram => "gaugehistogram",
            Self::Summary => "summary",
            Self::Info => "info",
            Self::StateSet => "stateset",
            Self::Unknown => "unknown",
        }
    }

    /// The endings that its samples' names have in the older format.
    pub fn classic_suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Histogram | Self::GaugeHistogram => &["_bucket", "_sum", "_count"],
            Self::Summary => &["_sum", "_count"],
            _ => &[],
        }
    }

    /// The endings that its samples' names have beside none.
    pub fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Counter => &["_total", "_created"],
            Self::Histogram => &["_bucket", "_sum", "_count", "_created"],
            Self::GaugeHistogram => &["_bucket", "_gsum", "_gcount"],
            Self::Summary => &["_sum", "_count", "_created"],
            Self::Info => &["_info"],
            Self::Gauge | Self::StateSet | Self::Unknown => &[],
        }
    }
}

/// The name of the whole that a series is a part of, if it is one: of `x_bucket`, `x_sum` and `x_count` the histogram or
/// summary `x`.
pub fn whole_of(series: &str) -> Option<&str> {
    MetricKind::Histogram.classic_suffixes().iter().find_map(|part| series.strip_suffix(part))
}

impl Exposition {
    /// Reads a page; never fails.
    pub fn parse(source: &Excerpt) -> Self {
        reader::read(source, false)
    }

    /// Reads a page in Prometheus' text format 0.0.4, whatever it ends in: only the samples of histograms and summaries
    /// have endings, and `# EOF` is a comment.
    pub fn parse_classic(source: &Excerpt) -> Self {
        reader::read(source, true)
    }

    /// The text of the page at a place.
    pub fn text_at(&self, place: Span) -> &str {
        let start = self.source.offset_of(place.start).unwrap_or_default();
        self.source.text().get(start..start + (place.end - place.start) as usize).unwrap_or_default()
    }

    /// A family by name.
    pub fn family(&self, name: &str) -> Option<&Family> {
        self.families.iter().find(|family| family.name.value == name)
    }

    /// The whole name of a sample, `…_bucket` and such included.
    pub fn name(&self, sample: &Sample) -> Spanned<&str> {
        self.slice(&sample.name)
    }

    /// The labels of a sample as written: each name and its value, escapes resolved.
    pub fn labels(&self, sample: &Sample) -> impl Iterator<Item = (Spanned<&str>, Spanned<Cow<'_, str>>)> {
        let range = sample.labels.start as usize..sample.labels.end as usize;
        self.labels.get(range).unwrap_or_default().iter().map(|label| {
            let value = self.slice(&label.value);
            (self.slice(&label.name), Spanned::new(value.span, line::unescaped(value.value)))
        })
    }

    /// The place of a sample, from its name to its value.
    pub fn span(&self, sample: &Sample) -> Span {
        self.slice(&sample.range).span
    }

    /// What follows the value of a sample on its line.
    pub fn behind(&self, sample: &Sample) -> Spanned<&str> {
        let rest = self.source.text().get(sample.range.end as usize..).unwrap_or_default();
        let length = rest.find('\n').unwrap_or(rest.len()) as u32;
        self.slice(&(sample.range.end..sample.range.end + length))
    }

    fn slice(&self, range: &Range<u32>) -> Spanned<&str> {
        let range = range.start as usize..range.end as usize;
        Spanned::new(self.source.span(range.clone()), self.source.text().get(range).unwrap_or_default())
    }
}
