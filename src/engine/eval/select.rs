//! Selectors: the newest samples of series.

use std::sync::Arc;

use crate::{
    engine::{
        Failure, Moments, Point, Reader, Series, Value,
        plan::{Selector, Shift},
    },
    histogram::{FloatHistogram, ResetHint},
    promql::ast::{AtTime, Extension},
};

use super::{Grid, Row, Run};

/// Where a selector or a subquery looks when it is evaluated at some moment.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) struct Reference {
    /// The moment that `@` names.
    pub(super) at: Option<i64>,
    /// What `offset` goes back.
    pub(super) offset: i64,
}

impl Reference {
    /// The moment it looks at, when it is evaluated at `at`.
    pub(super) fn seen_from(self, at: i64) -> i64 {
        self.at.unwrap_or(at).saturating_sub(self.offset)
    }
}

impl Run<'_> {
    /// Where a shift leads.
    pub(super) fn reference(&self, shift: &Shift) -> Result<Reference, Failure> {
        let at = shift.at.map(|at| match at {
            AtTime::Milliseconds(at) => at,
            AtTime::Start => self.query.start,
            AtTime::End => self.query.end,
        });
        let offset = shift.offset.as_ref().map_or(Ok(0), |offset| offset.resolve(self.query))?;
        Ok(Reference { at, offset })
    }

    /// The newest sample of each series at each moment.
    pub(super) fn select(&mut self, selector: &Selector, moments: Moments) -> Result<Grid, Failure> {
        if selector.extension == Some(Extension::Smoothed) {
            return self.select_smoothed(selector, moments);
        }
        self.select_by(selector, moments, |reader, after, until| {
            let point = reader.latest(after, until)?;
            Some(if selector.reads_counts_only { counts_of(reader.series(), point, after) } else { point.value })
        })
    }

    /// When the newest sample of each series was taken, in seconds.
    pub(super) fn select_times(&mut self, selector: &Selector, moments: Moments) -> Result<Grid, Failure> {
        self.select_by(selector, moments, |reader, after, until| {
            Some(Value::Float(reader.latest(after, until)?.at as f64 / 1000.0))
        })
    }

    /// Since when the newest sample of each series counts, in seconds, where it says so.
    pub(super) fn select_starts(&mut self, selector: &Selector, moments: Moments) -> Result<Grid, Failure> {
        let is_known = self.options.features.start_timestamps;
        self.select_by(selector, moments, |reader, after, until| {
            let start = reader.latest(after, until)?.start;
            is_known.then_some(Value::Float(start as f64 / 1000.0))
        })
    }

    /// What is found for each series at each moment between the end of the lookback, exclusive, and the moment.
    fn select_by(
        &mut self,
        selector: &Selector,
        moments: Moments,
        find: impl Fn(&mut Reader<'_>, i64, i64) -> Option<Value>,
    ) -> Result<Grid, Failure> {
        let reference = self.reference(&selector.shift)?;
        let lookback = self.options.lookback_delta;
        let mut grid = Grid::new(moments.count());
        for series in self.storage.select(&selector.matchers) {
            let row = Row { labels: series.labels.clone(), drop_name: false };
            let mut reader = series.reader();
            let found = moments.iter().map(|at| {
                let until = reference.seen_from(at);
                find(&mut reader, until.saturating_sub(lookback), until)
            });
            grid.add_filled(row, found);
            self.check_size(&grid, selector.span)?;
        }
        Ok(grid)
    }
}

/// A sample as Prometheus reads it where nobody looks at buckets: a histogram has none, and says whether its counter
/// was reset since the one before it, if that was read, too.
fn counts_of(series: &Series, point: Point<Value>, after: i64) -> Value {
    match point.value {
        Value::Float(_) => point.value,
        Value::Histogram(histogram) => {
            let read = series.histograms_in(after, point.at);
            Value::Histogram(counts(&histogram, read.iter().rev().nth(1).map(|previous| &*previous.value)))
        }
    }
}

/// A histogram without its buckets, which says whether its counter was reset since the previous one.
pub(super) fn counts(histogram: &FloatHistogram, previous: Option<&FloatHistogram>) -> Arc<FloatHistogram> {
    let mut counts = histogram.without_buckets();
    if counts.reset_hint == ResetHint::Unknown {
        counts.reset_hint = histogram.hint_after(previous);
    }
    Arc::new(counts)
}
