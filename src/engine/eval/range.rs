//! Ranges: the windows that functions look at, of stored series and of subqueries.

use std::{borrow::Cow, sync::Arc};

use crate::{
    engine::{
        Answered, Failure, Labels, METRIC_NAME, MatrixSeries, Moments, Note, Point, RangeCall, Reader, Series, Value,
        Window,
        plan::{OverRange, Range, RangeSource, Subquery},
    },
    histogram::ResetHint,
    promql::ast::Extension,
    text::Span,
};

use super::{
    Collision, Grid, Row, Run, duplicate, matrix,
    select::{Reference, counts},
    smoothed,
};

/// The functions that may look at `anchored` ranges, as Prometheus lists them.
const ANCHORED: [&str; 5] = ["changes", "delta", "increase", "rate", "resets"];
/// The functions that may look at `smoothed` ranges.
const SMOOTHED: [&str; 3] = ["delta", "increase", "rate"];

/// The series of a range, and how windows are cut from them.
struct Ranged<'a> {
    series: Vec<Cow<'a, Series>>,
    /// Whether the names of the series go at the end of the query; false for all when this is empty.
    drop_names: Vec<bool>,
    frame: Frame,
}

/// How windows are cut from series.
#[derive(Copy, Clone)]
struct Frame {
    reference: Reference,
    length: i64,
    lookback: i64,
    extension: Option<Extension>,
    reads_counts_only: bool,
}

impl Ranged<'_> {
    fn drops_name(&self, index: usize) -> bool {
        self.drop_names.get(index).copied().unwrap_or(false)
    }
}

impl Frame {
    /// What is seen of a series at a moment.
    fn window<'s>(self, reader: &mut Reader<'s>, at: i64) -> Window<'s> {
        let end = self.reference.seen_from(at);
        let start = end.saturating_sub(self.length);
        let (after, until) = match self.extension {
            None => (start, end),
            Some(Extension::Anchored) => (start.saturating_sub(self.lookback), end),
            Some(Extension::Smoothed) => (start.saturating_sub(self.lookback), end.saturating_add(self.lookback)),
        };
        let mut histograms = reader.histograms_in(after, until);
        if self.reads_counts_only && !histograms.is_empty() {
            let previous = std::iter::once(None).chain(histograms.iter().map(|point| Some(&*point.value)));
            let points = histograms.iter().zip(previous);
            let points = points.map(|(point, previous)| Point { value: counts(&point.value, previous), ..*point });
            histograms = Cow::Owned(points.collect());
        }
        let floats = reader.floats_in(after, until);
        Window { floats, histograms, start, end, after, extension: self.extension }
    }
}

impl<'a> Run<'a> {
    /// The value of a function over ranges.
    pub(super) fn over_range(&mut self, over: &OverRange, span: Span, moments: Moments) -> Result<Grid, Failure> {
        let held = self.held;
        let ranged = self.ranged(&over.range, moments)?;
        let parameters = self.scalars(&over.parameters, moments)?;
        allow(over, ranged.frame.extension, span)?;
        let mut grid = Grid::new(moments.count());
        let mut chosen = vec![0.0; parameters.len()];
        for (index, series) in ranged.series.iter().enumerate() {
            let mut cells = Vec::with_capacity(moments.count());
            let mut reader = series.reader();
            for (step, at) in moments.iter().enumerate() {
                let window = ranged.frame.window(&mut reader, at);
                if window.is_empty() {
                    cells.push(None);
                    continue;
                }
                chosen.iter_mut().zip(&parameters).for_each(|(one, values)| *one = values[step]);
                let call = RangeCall {
                    window: &window,
                    labels: &series.labels,
                    at,
                    range: ranged.frame.length,
                    parameters: &chosen,
                    function: over.name,
                    arguments: &over.arguments,
                    call: span,
                    features: self.options.features,
                };
                cells.push((over.function)(&call, &mut self.notes)?);
            }
            if matches!(over.name, "rate" | "increase") && cells.iter().flatten().any(|value| value.float().is_some()) {
                self.note_non_counter(&series.labels, over.range.span);
            }
            let mut row = Row { labels: series.labels.clone(), drop_name: false };
            if !over.keeps_name || ranged.drops_name(index) {
                self.drop_name(&mut row);
            }
            grid.add_filled(row, cells.into_iter());
            self.check_size(&grid, span)?;
        }
        self.held = held;
        if !self.options.delayed_name_removal && grid.has_twins() {
            return Err(duplicate(Collision, span));
        }
        Ok(grid)
    }

    /// Remarks on a series that should be a counter, but does not look like one.
    fn note_non_counter(&mut self, labels: &Labels, argument: Span) {
        let Some(metric) = labels.get(METRIC_NAME) else { return };
        let kind = labels.value("__type__");
        let note = if self.options.features.type_and_unit_labels {
            let type_label = kind.into();
            (!matches!(kind, "counter" | "histogram"))
                .then(|| Note::PossibleNonCounterType { metric: metric.clone(), type_label })
        } else {
            let has_ending = ["_total", "_sum", "_count", "_bucket"].iter().any(|ending| metric.ends_with(ending));
            (!has_ending).then(|| Note::PossibleNonCounter { metric: metric.clone() })
        };
        if let Some(note) = note {
            self.notes.add(note, argument);
        }
    }

    /// 1 at each moment at which no series has a sample in the range.
    pub(super) fn absent_over_time(
        &mut self,
        range: &Range,
        labels: &Labels,
        moments: Moments,
    ) -> Result<Grid, Failure> {
        let ranged = self.ranged(range, moments)?;
        let mut readers: Vec<Reader<'_>> = ranged.series.iter().map(|series| series.reader()).collect();
        let mut is_absent = |at| readers.iter_mut().all(|reader| ranged.frame.window(reader, at).is_empty());
        let mut grid = Grid::new(moments.count());
        let row = Row { labels: labels.clone(), drop_name: true };
        grid.add_filled(row, moments.iter().map(|at| is_absent(at).then_some(Value::Float(1.0))));
        Ok(grid)
    }

    /// A range by itself, as the result of an instant query.
    pub(super) fn matrix(&mut self, range: &Range, moments: Moments) -> Result<Answered, Failure> {
        let at = moments.start;
        let ranged = self.ranged(range, moments)?;
        let mut found = Vec::new();
        for (index, series) in ranged.series.iter().enumerate() {
            let window = ranged.frame.window(&mut series.reader(), at);
            if let Some(extension) = window.extension
                && !window.histograms.is_empty()
            {
                let message = format!("{} modifier is not supported with histograms", word(extension));
                return Err(Failure::new(range.span, message));
            }
            let floats = match window.extension {
                Some(_) if window.is_empty() => Vec::new(),
                Some(extension) => smoothed::bounded(&window, extension),
                None => window.floats.into_owned(),
            };
            let labels =
                if ranged.drops_name(index) { series.labels.without_metadata() } else { series.labels.clone() };
            found.push(MatrixSeries { labels, floats, histograms: window.histograms.into_owned() });
        }
        found.retain(|series| !series.floats.is_empty() || !series.histograms.is_empty());
        Ok(matrix(found))
    }

    /// The series of a range, and how windows are cut from them.
    fn ranged(&mut self, range: &Range, moments: Moments) -> Result<Ranged<'a>, Failure> {
        let length = range.length.resolve(self.query)?;
        let lookback = self.options.lookback_delta;
        match &range.source {
            RangeSource::Selector(selector) => {
                let reference = self.reference(&selector.shift)?;
                let extension = selector.extension;
                let reads_counts_only = selector.reads_counts_only;
                let series = self.storage.select(&selector.matchers).into_iter().map(Cow::Borrowed).collect();
                let frame = Frame { reference, length, lookback, extension, reads_counts_only };
                Ok(Ranged { series, drop_names: Vec::new(), frame })
            }
            RangeSource::Subquery(subquery) => {
                let reference = self.reference(&subquery.shift)?;
                let inner = self.inner_moments(subquery, reference, length, moments)?;
                let (series, drop_names) = series_of(self.vector(&subquery.operand, inner)?, inner);
                let frame = Frame { reference, length, lookback, extension: None, reads_counts_only: false };
                Ok(Ranged { series, drop_names, frame })
            }
        }
    }

    /// The moments at which a subquery is evaluated: all multiples of its step that some window covers.
    fn inner_moments(
        &self,
        subquery: &Subquery,
        reference: Reference,
        length: i64,
        moments: Moments,
    ) -> Result<Moments, Failure> {
        let step = subquery.step.as_ref().map_or(Ok(self.options.default_step), |step| step.resolve(self.query))?;
        let step = step.max(1);
        let last = moments.iter().next_back().unwrap_or(moments.start);
        let before = reference.seen_from(moments.start).saturating_sub(length);
        let mut start = step.saturating_mul(before / step);
        if start <= before {
            start = start.saturating_add(step);
        }
        let inner = Moments { start, end: reference.seen_from(last), step };
        self.check_moments(inner, subquery.operand.span)?;
        Ok(inner)
    }
}

fn allow(over: &OverRange, extension: Option<Extension>, span: Span) -> Result<(), Failure> {
    let allowed: &[&str] = match extension {
        None => return Ok(()),
        Some(Extension::Anchored) => &ANCHORED,
        Some(Extension::Smoothed) => &SMOOTHED,
    };
    if allowed.contains(&over.name) {
        return Ok(());
    }
    let word = extension.map_or("", word);
    let message = format!("{word} modifier can only be used with: {} - not with {}", allowed.join(", "), over.name);
    Err(Failure::new(span, message))
}

fn word(extension: Extension) -> &'static str {
    match extension {
        Extension::Anchored => "anchored",
        Extension::Smoothed => "smoothed",
    }
}

/// What a subquery gave, as series with samples. What histograms say about resets is forgotten: samples between them
/// may be missing.
fn series_of<'a>(grid: Grid, moments: Moments) -> (Vec<Cow<'a, Series>>, Vec<bool>) {
    let series = grid.into_rows().map(|(row, cells)| {
        let mut series = Series::new(row.labels);
        for (at, cell) in moments.iter().zip(cells) {
            match cell {
                Some(Value::Float(value)) => series.push_float(Point::new(at, value)),
                Some(Value::Histogram(mut histogram)) => {
                    if matches!(histogram.reset_hint, ResetHint::Reset | ResetHint::NotReset) {
                        Arc::make_mut(&mut histogram).reset_hint = ResetHint::Unknown;
                    }
                    series.push_histogram(Point::new(at, histogram));
                }
                None => {}
            }
        }
        (Cow::Owned(series), row.drop_name)
    });
    series.unzip()
}
