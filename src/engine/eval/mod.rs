//! The evaluator: walks a plan and computes the value of each part at all moments of a query at once.
//!
//! The value of a vector expression is a [`Grid`] of series by moments. So what depends on labels alone (groups,
//! matching keys, changed labels) is worked out once for each series, and an instant query is a grid of one column.

mod aggregate;
mod binary;
mod call;
mod count_values;
mod element;
mod grid;
mod info;
mod join;
mod range;
mod scalar;
mod select;
mod set;
mod smoothed;
mod top;

use std::sync::Arc;

use crate::text::Span;

use super::{
    Answer, Answered, Failure, Labels, MatrixSeries, Moments, Notes, Options, Point, Sample, Storage, Value,
    plan::{Root, Vector, VectorKind},
};

use grid::{Collector, Collision, Grid, Row, Twins};

/// Grids of up to so many cells always fit into memory.
const MOST_CELLS: usize = 10_000_000;

/// Evaluates a plan.
pub fn evaluate(root: &Root, storage: &Storage, moments: Moments, options: &Options) -> Result<Answer, Failure> {
    let mut run = Run { storage, options, query: moments, notes: Notes::default(), held: 0 };
    let value = match root {
        Root::Text(text) => Answered::String(text.clone()),
        Root::Scalar(scalar, span) => {
            run.check_moments(moments, *span)?;
            let values = run.scalar(scalar, moments)?;
            if moments.is_instant() { Answered::Scalar(values[0]) } else { scalar_over_time(moments, &values) }
        }
        Root::Vector(vector) => {
            run.check_moments(moments, vector.span)?;
            let grid = run.vector(vector, moments)?;
            let grid = run.finish(grid, vector.span)?;
            if moments.is_instant() { instant(grid) } else { over_time(grid, moments) }
        }
        Root::Range(range) => run.matrix(range, moments)?,
    };
    Ok(Answer { value, notes: run.notes })
}

/// One evaluation of a plan.
#[derive(Debug)]
struct Run<'a> {
    storage: &'a Storage,
    options: &'a Options,
    /// The moments of the whole query; parts inside a subquery are evaluated at others.
    query: Moments,
    notes: Notes,
    /// How many samples are held at once.
    held: usize,
}

impl<'a> Run<'a> {
    /// The value of a vector expression.
    fn vector(&mut self, vector: &Vector, moments: Moments) -> Result<Grid, Failure> {
        let width = moments.count();
        if vector.is_invariant && width > 1 {
            let grid = self.vector(vector, Moments { end: moments.start, ..moments })?;
            self.hold(grid.rows().len() * (width - 1), vector.span)?;
            return Ok(grid.spread(width));
        }
        let held = self.held;
        let grid = self.vector_of(vector, moments)?;
        self.held = held;
        self.hold(grid.len(), vector.span)?;
        Ok(grid)
    }

    fn vector_of(&mut self, vector: &Vector, moments: Moments) -> Result<Grid, Failure> {
        let span = vector.span;
        match &vector.kind {
            VectorKind::Selector(selector) => self.select(selector, moments),
            VectorKind::OfScalar(scalar) => {
                let values = self.scalar(scalar, moments)?;
                let mut grid = Grid::new(moments.count());
                let row = Row { labels: Labels::empty(), drop_name: false };
                grid.add_filled(row, values.into_iter().map(|value| Some(Value::Float(value))));
                Ok(grid)
            }
            VectorKind::Negation(operand) => {
                let grid = self.vector(operand, moments)?;
                let negated = grid.map(|_, value| Some(negated(value)));
                self.without_names(negated).merged().map_err(|collision| duplicate(collision, span))
            }
            VectorKind::WithScalar(with) => self.with_scalar(with, span, moments),
            VectorKind::Join(join) if join.op.is_set() => self.set(join, span, moments),
            VectorKind::Join(join) => self.join(join, span, moments),
            VectorKind::Aggregation(aggregation) => self.aggregate(aggregation, span, moments),
            VectorKind::OverRange(over) => self.over_range(over, span, moments),
            VectorKind::AbsentOverTime(range, labels) => self.absent_over_time(range, labels, moments),
            _ => self.call(vector, moments),
        }
    }

    /// Counts samples that are held from now on.
    fn hold(&mut self, samples: usize, span: Span) -> Result<(), Failure> {
        self.held += samples;
        self.check(self.held, span)
    }

    /// Whether the moments alone are more than memory may hold.
    fn check_moments(&self, moments: Moments, span: Span) -> Result<(), Failure> {
        self.check_cells(moments.count(), span)
    }

    /// Whether a grid, with the gaps in it, is larger than memory may hold.
    fn check_size(&self, grid: &Grid, span: Span) -> Result<(), Failure> {
        self.check_cells(grid.size(), span)
    }

    /// Gaps are no samples, so they do not count as such; they only must fit into memory.
    fn check_cells(&self, cells: usize, span: Span) -> Result<(), Failure> {
        if cells <= MOST_CELLS { Ok(()) } else { self.check(cells, span) }
    }

    fn check(&self, samples: usize, span: Span) -> Result<(), Failure> {
        if samples <= self.options.most_samples {
            return Ok(());
        }
        let message = "query processing would load too many samples into memory in query execution";
        Err(Failure::new(span, message))
    }

    /// Takes the metadata labels off all series, now or at the end of the query.
    fn without_names(&self, grid: Grid) -> Grid {
        grid.map_rows(|row| self.drop_name(row))
    }

    fn drop_name(&self, row: &mut Row) {
        row.drop_name = true;
        if !self.options.delayed_name_removal {
            row.labels = row.labels.without_metadata();
        }
    }

    /// What becomes of series of the same labels that come out of an operation.
    fn twins(&self, moments: Moments) -> Twins {
        if self.options.delayed_name_removal && moments.count() == 1 { Twins::Keep } else { Twins::Merge }
    }

    /// Series of the same labels put together, where the mode asks for it.
    fn settled(&self, grid: Grid, moments: Moments, span: Span) -> Result<Grid, Failure> {
        match self.twins(moments) {
            Twins::Keep => Ok(grid),
            Twins::Merge => grid.merged().map_err(|collision| duplicate(collision, span)),
        }
    }

    fn collector(&self, moments: Moments) -> Collector {
        Collector::new(moments.count(), self.twins(moments))
    }

    /// The result with the metadata labels taken off whose removal was delayed.
    fn finish(&self, grid: Grid, span: Span) -> Result<Grid, Failure> {
        if !self.options.delayed_name_removal {
            return Ok(grid);
        }
        let bare = grid.map_rows(|row| {
            if row.drop_name {
                row.labels = row.labels.without_metadata();
            }
        });
        bare.merged().map_err(|collision| duplicate(collision, span))
    }
}

fn duplicate(_: Collision, span: Span) -> Failure {
    Failure::new(span, "vector cannot contain metrics with the same labelset")
}

fn negated(value: Value) -> Value {
    match value {
        Value::Float(value) => Value::Float(-value),
        Value::Histogram(mut histogram) => {
            Arc::make_mut(&mut histogram).multiply(-1.0);
            Value::Histogram(histogram)
        }
    }
}

fn instant(grid: Grid) -> Answered {
    let samples = grid.column(0).into_iter().map(|Sample { labels, value, .. }| (labels, value));
    Answered::Vector(samples.collect())
}

fn scalar_over_time(moments: Moments, values: &[f64]) -> Answered {
    let floats = moments.iter().zip(values).map(|(at, value)| Point::new(at, *value)).collect();
    Answered::Matrix(vec![MatrixSeries { floats, ..MatrixSeries::default() }])
}

fn over_time(grid: Grid, moments: Moments) -> Answered {
    let series = grid.into_rows().map(|(row, cells)| {
        let mut series = MatrixSeries { labels: row.labels, ..MatrixSeries::default() };
        for (at, value) in moments.iter().zip(cells) {
            match value {
                Some(Value::Float(value)) => series.floats.push(Point::new(at, value)),
                Some(Value::Histogram(value)) => series.histograms.push(Point::new(at, value)),
                None => {}
            }
        }
        series
    });
    matrix(series.collect())
}

/// A matrix, its series ordered by labels.
fn matrix(mut series: Vec<MatrixSeries>) -> Answered {
    series.sort_by(|one, other| one.labels.cmp(&other.labels));
    Answered::Matrix(series)
}
