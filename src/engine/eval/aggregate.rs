//! Aggregations that give one sample for each group.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{
    engine::{
        Failure, HistogramOperation, Moments, Note, Notes, Projection, Value,
        plan::{Aggregation, AggregationKind},
        projection::Key,
        summation::{Mean, sum},
    },
    histogram::{FloatHistogram, HistogramMean, HistogramSum, MixedSchemas, Reconciled, ResetHint, quantile_of},
    promql::ast::AggregationOp,
    text::Span,
    vocab::{quoted, stray},
};

use super::{Grid, Row, Run};

/// The series of each group, in the order in which the groups are first seen.
pub(super) fn groups(grouping: &Projection, grid: &Grid) -> Vec<Vec<usize>> {
    let mut numbers: FxHashMap<Key<'_>, usize> = FxHashMap::default();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, row) in grid.rows().iter().enumerate() {
        let number = *numbers.entry(grouping.key(&row.labels)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[number].push(index);
    }
    groups
}

impl Run<'_> {
    /// The value of an aggregation.
    pub(super) fn aggregate(
        &mut self,
        aggregation: &Aggregation,
        span: Span,
        moments: Moments,
    ) -> Result<Grid, Failure> {
        match &aggregation.kind {
            AggregationKind::CountValues { label } => {
                if label.is_empty() || stray::has_strays(label) {
                    return Err(Failure::new(span, format!("invalid label name {}", quoted(label))));
                }
                self.count_values(aggregation, label, span, moments)
            }
            AggregationKind::Select(op, parameter, place) => {
                let parameters = self.scalar(parameter, moments)?;
                let grid = self.vector(&aggregation.operand, moments)?;
                self.select_of_groups(*op, aggregation, &parameters, *place, span, grid)
            }
            AggregationKind::Quantile(parameter, place) => {
                let shares = self.scalar(parameter, moments)?;
                let grid = self.vector(&aggregation.operand, moments)?;
                self.warn_of_shares(&shares, *place);
                let argument = aggregation.operand.span;
                Ok(self.reduce(aggregation, &grid, |members, step, notes| {
                    let floats = floats(AggregationOp::Quantile, members, argument, notes);
                    (!floats.is_empty()).then(|| Value::Float(quantile_of(shares[step], floats)))
                }))
            }
            AggregationKind::Reduce(op) => {
                let grid = self.vector(&aggregation.operand, moments)?;
                let argument = aggregation.operand.span;
                Ok(self.reduce(aggregation, &grid, |members, _, notes| of_group(*op, members, argument, notes)))
            }
        }
    }

    fn reduce<'g>(
        &mut self,
        aggregation: &Aggregation,
        grid: &'g Grid,
        mut reduce: impl FnMut(Members<'g, '_>, usize, &mut Notes) -> Option<Value>,
    ) -> Grid {
        let mut reduced = Grid::new(grid.width());
        for group in groups(&aggregation.grouping, grid) {
            let labels = aggregation.grouping.of(&grid.rows()[group[0]].labels);
            let drop_name = group.iter().any(|row| grid.rows()[*row].drop_name);
            let notes = &mut self.notes;
            let cells = (0..grid.width()).map(|step| {
                let members = Members { grid, rows: &group, step };
                reduce(members, step, notes)
            });
            reduced.add_filled(Row { labels, drop_name }, cells);
        }
        reduced
    }

    fn warn_of_shares(&mut self, shares: &[f64], place: Span) {
        if shares.iter().any(|share| share.is_nan()) {
            self.notes.add(Note::InvalidQuantile(f64::NAN), place);
        }
        let least = shares.iter().copied().fold(f64::INFINITY, f64::min);
        let most = shares.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if most > 1.0 {
            self.notes.add(Note::InvalidQuantile(most), place);
        }
        if least < 0.0 {
            self.notes.add(Note::InvalidQuantile(least), place);
        }
    }
}

/// The samples of a group at a moment.
#[derive(Copy, Clone)]
struct Members<'g, 'r> {
    grid: &'g Grid,
    rows: &'r [usize],
    step: usize,
}

impl<'g, 'r> Members<'g, 'r> {
    fn values(self) -> impl Iterator<Item = &'g Value> + 'r
    where
        'g: 'r,
    {
        self.rows.iter().filter_map(move |row| self.grid.cell(*row, self.step))
    }
}

/// The sample that an aggregation makes of a group.
fn of_group(op: AggregationOp, members: Members<'_, '_>, argument: Span, notes: &mut Notes) -> Option<Value> {
    let mut values = members.values().peekable();
    values.peek()?;
    let better = |is_better: fn(f64, f64) -> bool, notes: &mut Notes| {
        let floats = floats(op, members, argument, notes).into_iter();
        floats.reduce(|best, value| if is_better(value, best) || best.is_nan() { value } else { best })
    };
    let value = match op {
        AggregationOp::Count => values.count() as f64,
        AggregationOp::Group => 1.0,
        AggregationOp::Min => better(|value, best| value < best, notes)?,
        AggregationOp::Max => better(|value, best| value > best, notes)?,
        AggregationOp::Stddev => variance(&floats(op, members, argument, notes))?.sqrt(),
        AggregationOp::Stdvar => variance(&floats(op, members, argument, notes))?,
        _ => return total(op, members, argument, notes),
    };
    Some(Value::Float(value))
}

/// The numbers of a group; remarks on histograms, which are left out.
fn floats(op: AggregationOp, members: Members<'_, '_>, argument: Span, notes: &mut Notes) -> Vec<f64> {
    let floats = members.values().filter_map(|value| {
        let float = value.float();
        if float.is_none() {
            notes.add(Note::HistogramIgnoredInAggregation(op), argument);
        }
        float
    });
    floats.collect()
}

/// The variance of all values there are, by Welford's algorithm.
fn variance(values: &[f64]) -> Option<f64> {
    let (&first, others) = values.split_first()?;
    let (mut count, mut mean) = (1.0, first);
    let mut squares = if first.is_finite() { 0.0 } else { f64::NAN };
    for value in others {
        count += 1.0;
        let distance = value - mean;
        mean += distance / count;
        squares += distance * (value - mean);
    }
    Some(squares / count)
}

/// `sum` and `avg`.
fn total(op: AggregationOp, members: Members<'_, '_>, argument: Span, notes: &mut Notes) -> Option<Value> {
    let has_float = members.values().any(|value| value.float().is_some());
    let has_histogram = members.values().any(|value| value.histogram().is_some());
    if has_float && has_histogram {
        return of_mixed(op, members, argument, notes);
    }
    if has_histogram {
        return of_histograms(op, members, argument, notes).map(|histogram| Value::Histogram(Arc::new(histogram)));
    }
    let mut floats = members.values().filter_map(Value::float);
    Some(Value::Float(match op {
        AggregationOp::Avg => {
            let mut mean = Mean::of(floats.next()?);
            floats.for_each(|value| mean.add(value));
            mean.value()
        }
        _ => sum(floats).total(),
    }))
}

/// Nothing; but the histograms that come first are added up all the same, which may give something to say.
fn of_mixed(op: AggregationOp, members: Members<'_, '_>, argument: Span, notes: &mut Notes) -> Option<Value> {
    if members.values().next()?.histogram().is_some() {
        of_histograms(op, members, argument, notes)?;
    }
    notes.add(Note::MixedFloatsHistogramsInAggregation, argument);
    None
}

fn of_histograms(
    op: AggregationOp,
    members: Members<'_, '_>,
    argument: Span,
    notes: &mut Notes,
) -> Option<FloatHistogram> {
    let mut histograms = members.rows.iter().filter_map(|row| {
        let histogram = members.grid.cell(*row, members.step)?.histogram()?;
        Some((&members.grid.rows()[*row].labels, histogram))
    });
    let (_, first) = histograms.next()?;
    let mut running = Running::of(op, first);
    let mut hints = vec![first.reset_hint];
    for (labels, histogram) in histograms {
        hints.push(histogram.reset_hint);
        match running.add(histogram) {
            Ok(Reconciled { bounds_differ: true, .. }) => {
                notes.add(Note::MismatchedCustomBuckets(HistogramOperation::Aggregation), argument);
            }
            Ok(_) => {}
            Err(MixedSchemas) => {
                let metric = labels.metric_name().into();
                notes.add(Note::MixedExponentialCustomHistograms { metric }, argument);
                return None;
            }
        }
    }
    if hints.contains(&ResetHint::Reset) && hints.contains(&ResetHint::NotReset) {
        notes.add(Note::CounterResetCollision(HistogramOperation::Aggregation), argument);
    }
    let mut result = running.value();
    result.compact(0);
    Some(result)
}

enum Running {
    Sum(HistogramSum),
    Mean(HistogramMean),
}

impl Running {
    fn of(op: AggregationOp, first: &FloatHistogram) -> Self {
        match op {
            AggregationOp::Avg => Self::Mean(HistogramMean::of(first)),
            _ => Self::Sum(HistogramSum::of(first)),
        }
    }

    fn add(&mut self, histogram: &FloatHistogram) -> Result<Reconciled, MixedSchemas> {
        match self {
            Self::Sum(sum) => sum.add(histogram),
            Self::Mean(mean) => mean.add(histogram),
        }
    }

    fn value(&self) -> FloatHistogram {
        match self {
            Self::Sum(sum) => sum.value(),
            Self::Mean(mean) => mean.value(),
        }
    }
}
