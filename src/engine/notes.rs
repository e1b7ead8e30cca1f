//! What an evaluation has to say beside its result: warnings and infos, as Prometheus words them.

use std::{collections::BTreeMap, fmt, sync::Arc};

use crate::{
    promql::{
        Query,
        ast::{AggregationOp, BinaryOp},
    },
    text::Span,
    vocab::{FloatFormat, format_float, quoted},
};

/// How much a note matters.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// The result is likely not what was meant.
    Warning,
    /// The result may be not what was meant.
    Info,
}

/// One thing an evaluation has to say. The name of a metric may be empty where it is not known.
#[derive(Clone, PartialEq, Debug)]
#[allow(missing_docs, reason = "their texts say it")]
pub enum Note {
    InvalidQuantile(f64),
    InvalidRatio { ratio: f64, used: f64 },
    InvalidIntegralStrategy(f64),
    BadBucketLabel { metric: Arc<str>, label: Arc<str> },
    MixedFloatsHistograms { metric: Arc<str> },
    MixedFloatsHistogramsInAggregation,
    MixedClassicNativeHistograms { metric: Arc<str> },
    HistogramNotCounter { metric: Arc<str> },
    HistogramNotGauge { metric: Arc<str> },
    MixedExponentialCustomHistograms { metric: Arc<str> },
    IncompatibleBucketLayout(BinaryOp),
    SortInRangeQuery,
    CounterResetCollision(HistogramOperation),
    StartTimeOverlap { metric: Arc<str> },
    PossibleNonCounter { metric: Arc<str> },
    PossibleNonCounterType { metric: Arc<str>, type_label: Arc<str> },
    ForcedMonotonicity { metric: Arc<str>, repair: Repair },
    IncompatibleTypes { left: Operand, op: BinaryOp, right: Operand },
    HistogramIgnoredInAggregation(AggregationOp),
    HistogramIgnoredInMixedRange { metric: Arc<str> },
    MismatchedCustomBuckets(HistogramOperation),
    QuantileNanResult { metric: Arc<str> },
    QuantileNanSkew { metric: Arc<str> },
    FractionNans { metric: Arc<str> },
}

/// What is done to histograms.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum HistogramOperation {
    Addition,
    Subtraction,
    Aggregation,
}

/// What kind of value stands beside an operator.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Operand {
    Float,
    Histogram,
}

/// How the buckets of classic histograms had to be repaired so that they only grow; several repairs are told as
/// one.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Repair {
    /// Time of the first, in milliseconds since 1970.
    pub first_at: i64,
    /// Time of the last, in milliseconds since 1970.
    pub last_at: i64,
    /// The lowest bound of a repaired bucket.
    pub lowest_bucket: f64,
    /// The highest bound of a repaired bucket.
    pub highest_bucket: f64,
    /// The most that a count had to be raised by.
    pub most: f64,
}

/// Warnings and infos of an evaluation, each once, with the place of the expression that caused it.
#[derive(Clone, Default, Debug)]
pub struct Notes {
    /// By text without place, as Prometheus tells them apart.
    entries: BTreeMap<(Level, String), Entry>,
    /// The one added last, as the same is often added again at once.
    last: Option<(Note, Span)>,
}

#[derive(Clone, Debug)]
struct Entry {
    note: Note,
    span: Span,
    times: u64,
}

impl Notes {
    /// Adds a note about the expression at that place. A note with the same text is replaced; of those that
    /// count, the counts are added.
    pub fn add(&mut self, note: Note, span: Span) {
        let merges = matches!(note, Note::ForcedMonotonicity { .. } | Note::StartTimeOverlap { .. });
        if !merges && self.last.as_ref().is_some_and(|last| last.0 == note && last.1 == span) {
            return;
        }
        let key = (note.level(), note.to_string());
        match self.entries.get_mut(&key).filter(|_| merges) {
            Some(entry) => entry.merge(&note),
            None => drop(self.entries.insert(key, Entry { note: note.clone(), span, times: 1 })),
        }
        self.last = Some((note, span));
    }

    /// Adds all notes of another evaluation.
    pub fn merge(&mut self, other: Notes) {
        for (key, entry) in other.entries {
            match self.entries.get_mut(&key) {
                Some(known)
                    if matches!(entry.note, Note::ForcedMonotonicity { .. } | Note::StartTimeOverlap { .. }) =>
                {
                    known.merge(&entry.note);
                    known.times += entry.times - 1;
                }
                _ => drop(self.entries.insert(key, entry)),
            }
        }
        self.last = None;
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Those of a level with their places, ordered by text.
    pub fn of_level(&self, level: Level) -> impl Iterator<Item = (&Note, Span)> {
        self.entries.iter().filter(move |(key, _)| key.0 == level).map(|(_, entry)| (&entry.note, entry.span))
    }

    /// Those of a level as Prometheus' API shows them, with line and column in the query: `PromQL warning: …
    /// (1:5)`; ordered by text.
    pub fn texts(&self, level: Level, query: &Query) -> Vec<String> {
        let entries = self.entries.iter().filter(|(key, _)| key.0 == level);
        entries.map(|((_, text), entry)| entry.shown(text, query)).collect()
    }
}

impl Entry {
    fn merge(&mut self, other: &Note) {
        self.times += 1;
        if let (Note::ForcedMonotonicity { repair, .. }, Note::ForcedMonotonicity { repair: more, .. }) =
            (&mut self.note, other)
        {
            repair.first_at = repair.first_at.min(more.first_at);
            repair.last_at = repair.last_at.max(more.last_at);
            repair.lowest_bucket = repair.lowest_bucket.min(more.lowest_bucket);
            repair.highest_bucket = repair.highest_bucket.max(more.highest_bucket);
            repair.most = repair.most.max(more.most);
        }
    }

    fn shown(&self, text: &str, query: &Query) -> String {
        let (line, column) = query.position(self.span);
        let detail = match &self.note {
            Note::ForcedMonotonicity { repair, .. } => repair.shown(self.times),
            Note::StartTimeOverlap { .. } if self.times > 1 => format!(" ({} occurrences)", self.times),
            _ => String::new(),
        };
        format!("{text}{detail} ({line}:{column})")
    }
}

impl Repair {
    fn shown(&self, times: u64) -> String {
        let number = |value, precision| format_float(value, FloatFormat::G, precision);
        format!(
            ", from buckets {} to {}, with a max diff of {}, over {times} samples from {} to {}",
            number(self.lowest_bucket, None),
            number(self.highest_bucket, None),
            number(self.most, Some(2)),
            moment(self.first_at),
            moment(self.last_at),
        )
    }
}

/// A time in whole seconds, as RFC 3339 has it.
fn moment(at: i64) -> String {
    let seconds = at / 1000;
    jiff::Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |time| time.to_string())
}

impl Note {
    /// How much it matters.
    pub fn level(&self) -> Level {
        match self {
            Note::InvalidQuantile(_)
            | Note::InvalidRatio { .. }
            | Note::InvalidIntegralStrategy(_)
            | Note::BadBucketLabel { .. }
            | Note::MixedFloatsHistograms { .. }
            | Note::MixedFloatsHistogramsInAggregation
            | Note::MixedClassicNativeHistograms { .. }
            | Note::HistogramNotCounter { .. }
            | Note::HistogramNotGauge { .. }
            | Note::MixedExponentialCustomHistograms { .. }
            | Note::IncompatibleBucketLayout(_)
            | Note::SortInRangeQuery
            | Note::CounterResetCollision(_)
            | Note::StartTimeOverlap { .. } => Level::Warning,
            Note::PossibleNonCounter { .. }
            | Note::PossibleNonCounterType { .. }
            | Note::ForcedMonotonicity { .. }
            | Note::IncompatibleTypes { .. }
            | Note::HistogramIgnoredInAggregation(_)
            | Note::HistogramIgnoredInMixedRange { .. }
            | Note::MismatchedCustomBuckets(_)
            | Note::QuantileNanResult { .. }
            | Note::QuantileNanSkew { .. }
            | Note::FractionNans { .. } => Level::Info,
        }
    }
}

const MONOTONICITY: &str = "input to histogram_quantile needed to be fixed for monotonicity \
     (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)";

impl fmt::Display for Note {
    /// As Prometheus words it, with its level and without a place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let general = |value: f64| format_float(value, FloatFormat::G, None);
        f.write_str(if self.level() == Level::Warning { "PromQL warning: " } else { "PromQL info: " })?;
        match self {
            Note::InvalidQuantile(q) => write!(f, "quantile value should be between 0 and 1, got {}", general(*q)),
            Note::InvalidRatio { ratio, used } => {
                let (ratio, used) = (general(*ratio), general(*used));
                write!(f, "ratio value should be between -1 and 1, got {ratio}, capping to {used}")
            }
            Note::InvalidIntegralStrategy(strategy) => {
                write!(f, "strategy should be 0, 1, or 2 (default), using 2, got {}", general(*strategy))
            }
            Note::BadBucketLabel { metric, label } => {
                write!(f, "bucket label \"le\" is missing or has a malformed value of {}", quoted(label))?;
                for_metric(f, metric)
            }
            Note::MixedFloatsHistograms { metric } => {
                write!(f, "encountered a mix of histograms and floats for metric name {}", quoted(metric))
            }
            Note::MixedFloatsHistogramsInAggregation => {
                f.write_str("encountered a mix of histograms and floats for aggregation")
            }
            Note::MixedClassicNativeHistograms { metric } => {
                f.write_str("vector contains a mix of classic and native histograms")?;
                for_metric(f, metric)
            }
            Note::HistogramNotCounter { metric } => {
                write!(f, "this native histogram metric is not a counter: {}", quoted(metric))
            }
            Note::HistogramNotGauge { metric } => {
                write!(f, "this native histogram metric is not a gauge: {}", quoted(metric))
            }
            Note::MixedExponentialCustomHistograms { metric } => write!(
                f,
                "vector contains a mix of histograms with exponential and custom buckets schemas for metric name {}",
                quoted(metric)
            ),
            Note::IncompatibleBucketLayout(op) => {
                write!(f, "incompatible bucket layout encountered for binary operator {}", op.text())
            }
            Note::SortInRangeQuery => {
                f.write_str("sort is ineffective for range queries since results are always ordered by labels")
            }
            Note::CounterResetCollision(operation) => {
                write!(f, "conflicting counter resets during histogram {}", operation.text())
            }
            Note::StartTimeOverlap { metric } => write!(
                f,
                "sample has start time that overlaps with previous sample timestamp for metric {}",
                quoted(metric)
            ),
            info => info.write_info(f),
        }
    }
}

impl Note {
    fn write_info(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::PossibleNonCounter { metric } => write!(
                f,
                "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {}",
                quoted(metric)
            ),
            Note::PossibleNonCounterType { metric, type_label } => write!(
                f,
                "metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\", got {}: {}",
                quoted(type_label),
                quoted(metric)
            ),
            Note::ForcedMonotonicity { metric, .. } => {
                f.write_str(MONOTONICITY)?;
                for_metric(f, metric)
            }
            Note::IncompatibleTypes { left, op, right } => {
                let (left, op, right) = (left.text(), op.text(), right.text());
                write!(f, "incompatible sample types encountered for binary operator \"{op}\": {left} {op} {right}")
            }
            Note::HistogramIgnoredInAggregation(op) => {
                write!(f, "ignored histogram in {} aggregation", op.text())
            }
            Note::HistogramIgnoredInMixedRange { metric } => write!(
                f,
                "ignored histograms in a range containing both floats and histograms for metric name {}",
                quoted(metric)
            ),
            Note::MismatchedCustomBuckets(operation) => {
                write!(f, "mismatched custom buckets were reconciled during {}", operation.text())
            }
            Note::QuantileNanResult { metric } => {
                f.write_str("input to histogram_quantile has NaN observations, result is NaN")?;
                for_metric(f, metric)
            }
            Note::QuantileNanSkew { metric } => {
                f.write_str("input to histogram_quantile has NaN observations, result is skewed higher")?;
                for_metric(f, metric)
            }
            Note::FractionNans { metric } => {
                f.write_str("input to histogram_fraction has NaN observations, which are excluded from all fractions")?;
                for_metric(f, metric)
            }
            _ => Ok(()),
        }
    }
}

fn for_metric(f: &mut fmt::Formatter<'_>, metric: &str) -> fmt::Result {
    if metric.is_empty() { Ok(()) } else { write!(f, " for metric name {}", quoted(metric)) }
}

impl HistogramOperation {
    fn text(self) -> &'static str {
        match self {
            HistogramOperation::Addition => "addition",
            HistogramOperation::Subtraction => "subtraction",
            HistogramOperation::Aggregation => "aggregation",
        }
    }
}

impl Operand {
    fn text(self) -> &'static str {
        match self {
            Operand::Float => "float",
            Operand::Histogram => "histogram",
        }
    }
}
