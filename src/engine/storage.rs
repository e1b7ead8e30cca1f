//! Series in memory: what was appended, found again by matchers.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::Arc,
};

use rustc_hash::FxBuildHasher;

use crate::{
    histogram::{FloatHistogram, HistogramError, ResetHint},
    vocab::{FloatFormat, format_float},
};

use super::{LabelMatcher, Labels, METRIC_NAME, Point, Series, Value};

/// A series of a storage, for as long as the storage lives.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SeriesId(u32);

/// Series in memory. Samples of a series are appended in the order of their times.
#[derive(Clone, Debug, Default)]
pub struct Storage {
    series: Vec<Series>,
    by_labels: HashMap<Labels, SeriesId, FxBuildHasher>,
    by_name: BTreeMap<Arc<str>, BTreeMap<Labels, SeriesId>>,
}

/// Why a sample was not appended.
#[derive(Clone, PartialEq, Debug)]
pub enum AppendError {
    /// There is another value at the same time.
    Duplicate {
        /// The value that is there.
        existing: Value,
        /// The value that was refused.
        new: Value,
    },
    /// There is a later sample.
    OutOfOrder,
    /// It counts less than nothing.
    Histogram(HistogramError),
}

impl Storage {
    /// A storage without series.
    pub fn new() -> Self {
        Self::default()
    }

    /// The series with these labels, made when it is not there yet.
    pub fn series_of(&mut self, labels: &Labels) -> SeriesId {
        if let Some(&id) = self.by_labels.get(labels) {
            return id;
        }
        let id = SeriesId(u32::try_from(self.series.len()).expect("memory ends before four billion series"));
        self.series.push(Series::new(labels.clone()));
        self.by_labels.insert(labels.clone(), id);
        let name = labels.get(METRIC_NAME).cloned().unwrap_or_default();
        self.by_name.entry(name).or_default().insert(labels.clone(), id);
        id
    }

    /// Appends a sample: its time and since when it counts (0 when nobody said), both in milliseconds.
    ///
    /// Appending a sample again changes nothing. What a histogram says about resets is replaced by what Prometheus'
    /// storage gives back: it remembers a reset only as the beginning of a new chunk.
    ///
    /// # Errors
    ///
    /// When there is another sample at that time or any after it, and when a histogram has negative counts.
    pub fn append(&mut self, labels: &Labels, at: i64, value: Value, start: i64) -> Result<(), AppendError> {
        let id = self.series_of(labels);
        self.append_to(id, at, value, start)
    }

    /// As [`Storage::append`], to a series that is known already.
    ///
    /// # Errors
    ///
    /// As [`Storage::append`].
    pub fn append_to(&mut self, id: SeriesId, at: i64, value: Value, start: i64) -> Result<(), AppendError> {
        let series = &mut self.series[id.0 as usize];
        if let Some(last) = series.last() {
            if at < last.at {
                return Err(AppendError::OutOfOrder);
            }
            if at == last.at {
                let same = is_same(&last.value, &value);
                return if same { Ok(()) } else { Err(AppendError::Duplicate { existing: last.value, new: value }) };
            }
        }
        match value {
            Value::Float(value) => series.push_float(Point { at, start, value }),
            Value::Histogram(histogram) => {
                histogram.validate().map_err(AppendError::Histogram)?;
                let value = as_read_back(series, histogram);
                series.push_histogram(Point { at, start, value });
            }
        }
        Ok(())
    }

    /// A series by its identity.
    pub fn series(&self, id: SeriesId) -> &Series {
        &self.series[id.0 as usize]
    }

    /// All series, in the order they came.
    pub fn all(&self) -> impl Iterator<Item = &Series> {
        self.series.iter()
    }

    /// The series that all matchers take, in the order in which they came to be, as Prometheus reads them of its head;
    /// those that came at one time are ordered by labels. With a matcher that names the metric this costs as much as
    /// the metric has series.
    pub fn select(&self, matchers: &[LabelMatcher]) -> Vec<&Series> {
        let takes = |labels: &Labels| matchers.iter().all(|matcher| matcher.takes_series(labels));
        if let Some(name) = matchers.iter().find_map(LabelMatcher::metric_name) {
            let metric = self.by_name.get(name).into_iter().flatten();
            let mut found: Vec<&Series> =
                metric.filter(|(labels, _)| takes(labels)).map(|(_, id)| self.series(*id)).collect();
            found.sort_by_key(|series| series.begins());
            return found;
        }
        let takes_name =
            |name: &str| matchers.iter().all(|matcher| matcher.label != METRIC_NAME || matcher.takes(name));
        let metrics = self.by_name.iter().filter(|(name, _)| takes_name(name)).flat_map(|(_, metric)| metric);
        let mut found: Vec<&Series> =
            metrics.filter(|(labels, _)| takes(labels)).map(|(_, id)| self.series(*id)).collect();
        found.sort_unstable_by(|one, other| {
            one.begins().cmp(&other.begins()).then_with(|| one.labels.cmp(&other.labels))
        });
        found
    }
}

/// Whether two values are the same, bit by bit; what histograms say about resets does not count.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Float(one), Value::Float(other)) => one.to_bits() == other.to_bits(),
        (Value::Histogram(one), Value::Histogram(other)) => one == other,
        _ => false,
    }
}

/// The histogram as Prometheus' storage gives it back behind what the series holds already: a gauge stays a gauge;
/// the first of a chunk does not know about a reset, and all others have none.
fn as_read_back(series: &Series, mut histogram: Arc<FloatHistogram>) -> Arc<FloatHistogram> {
    let hint = match histogram.reset_hint {
        ResetHint::Gauge => ResetHint::Gauge,
        _ if begins_chunk(series, &histogram) => ResetHint::Unknown,
        _ => ResetHint::NotReset,
    };
    if histogram.reset_hint != hint {
        Arc::make_mut(&mut histogram).reset_hint = hint;
    }
    histogram
}

fn begins_chunk(series: &Series, histogram: &FloatHistogram) -> bool {
    let Some(Point { value: Value::Histogram(previous), .. }) = series.last() else { return true };
    if histogram.is_stale() {
        return false;
    }
    previous.is_stale()
        || histogram.reset_hint == ResetHint::Reset
        || previous.reset_hint == ResetHint::Gauge
        || histogram.schema() != previous.schema()
        || histogram.zero_threshold() != previous.zero_threshold()
        || {
            let mut plain = histogram.clone();
            plain.reset_hint = ResetHint::Unknown;
            plain.is_reset_after(&previous)
        }
}

impl fmt::Display for AppendError {
    /// As Prometheus words it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AppendError::Duplicate { existing: Value::Float(existing), new: Value::Float(new) } => {
                let general = |value: &f64| format_float(*value, FloatFormat::G, None);
                let (existing, new) = (general(existing), general(new));
                write!(f, "duplicate sample for timestamp; overrides not allowed: existing {existing}, new value {new}")
            }
            AppendError::Duplicate { .. } => f.write_str("duplicate sample for timestamp"),
            AppendError::OutOfOrder => f.write_str("out of order sample"),
            AppendError::Histogram(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AppendError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{histogram::STALE_MARKER, text::FileId};

    fn series(name: &str, job: &str) -> Labels {
        Labels::of([("__name__", name), ("job", job)])
    }

    fn matchers(selector: &str) -> Vec<LabelMatcher> {
        let query = crate::promql::Query::parse(crate::text::Excerpt::whole(FileId(0), selector));
        LabelMatcher::all_of(query.expr.unwrap().selections().next().unwrap().selector).unwrap()
    }

    #[test]
    fn finds_series_in_the_order_of_their_beginnings_and_labels() {
        let mut storage = Storage::new();
        for (name, job, at) in [("b", "2", 0), ("b", "1", 0), ("a", "2", 0), ("", "3", 0), ("b", "0", 60_000)] {
            storage.append(&series(name, job), at, Value::Float(1.0), 0).unwrap();
        }
        for (selector, expected) in [
            ("b", "b{job=\"1\"} b{job=\"2\"} b{job=\"0\"}"),
            ("b{job!=\"1\"}", "b{job=\"2\"} b{job=\"0\"}"),
            ("{job=\"2\"}", "a{job=\"2\"} b{job=\"2\"}"),
            ("{job=~\".+\",__name__!~\"a|\"}", "b{job=\"1\"} b{job=\"2\"} b{job=\"0\"}"),
            ("{job=\"3\",nothing=\"\"}", "{job=\"3\"}"),
            ("c", ""),
        ] {
            let found: Vec<_> =
                storage.select(&matchers(selector)).iter().map(|series| series.labels.to_string()).collect();
            assert_eq!(found.join(" "), expected, "{selector}");
        }
    }

    #[test]
    fn takes_samples_in_order_only() {
        let (mut storage, up) = (Storage::new(), series("up", "a"));
        storage.append(&up, 10, Value::Float(1.0), 0).unwrap();
        storage.append(&up, 10, Value::Float(1.0), 0).unwrap();
        assert_eq!(storage.append(&up, 9, Value::Float(1.0), 0), Err(AppendError::OutOfOrder));
        let error = storage.append(&up, 10, Value::Float(2.5), 0).unwrap_err();
        let text = "duplicate sample for timestamp; overrides not allowed: existing 1, new value 2.5";
        assert_eq!(error.to_string(), text);
        assert_eq!(storage.series(storage.by_labels[&up]).floats().len(), 1);
    }

    #[test]
    fn a_newest_marker_hides_older_samples() {
        let (mut storage, up) = (Storage::new(), series("up", "a"));
        for (at, value) in [(0, 1.0), (10, 2.0), (20, STALE_MARKER)] {
            storage.append(&up, at, Value::Float(value), 0).unwrap();
        }
        let found = storage.select(&matchers("up"))[0];
        let latest = |after, until| found.latest(after, until).map(|point| point.at);
        assert_eq!((latest(0, 10), latest(10, 19), latest(-5, 19), latest(0, 20)), (Some(10), None, Some(10), None));
        let floats: Vec<_> = found.floats_in(0, 30).iter().map(|point| point.at).collect();
        assert_eq!(floats, [10]);
    }
}
