//! The parts of a plan, told apart by the type of their values.

use crate::{
    engine::{
        CalendarFunction, FloatFunction, HistogramFunction, LabelMatcher, Labels, LabelsFunction, Projection,
        RangeFunction, ScalarFunction, VectorFunction,
    },
    promql::ast::{AggregationOp, AtTime, BinaryOp, Extension, Side},
    text::Span,
};

use super::Length;

/// A whole expression.
#[derive(Debug)]
pub enum Root {
    /// A number at each moment, with its place.
    Scalar(Scalar, Span),
    /// A text.
    Text(String),
    /// One sample of each series at each moment.
    Vector(Vector),
    /// Several samples of each series.
    Range(Range),
}

/// An expression that is a number at each moment.
#[derive(Debug)]
pub struct Scalar {
    /// Whether it is the same at all moments of a query.
    pub is_invariant: bool,
    /// What it is.
    pub kind: ScalarKind,
}

/// What a number comes from.
#[derive(Debug)]
pub enum ScalarKind {
    /// `0.5`.
    Number(f64),
    /// `-time()`.
    Negation(Box<Scalar>),
    /// `time() + 1`.
    Binary {
        /// Place of the whole.
        span: Span,
        /// The operator.
        op: BinaryOp,
        /// Both operands.
        operands: Box<[Scalar; 2]>,
    },
    /// `time()`.
    Call {
        /// What computes it.
        function: ScalarFunction,
        /// The arguments.
        arguments: Vec<Scalar>,
    },
    /// `scalar(up)`.
    OfVector(Box<Vector>),
}

/// An expression that is one sample of each series at each moment.
#[derive(Debug)]
pub struct Vector {
    /// Its place, without the parentheses around it.
    pub span: Span,
    /// Whether it is the same at all moments of a query.
    pub is_invariant: bool,
    /// What it is.
    pub kind: VectorKind,
}

/// What a vector comes from.
#[derive(Debug)]
pub enum VectorKind {
    /// `up`.
    Selector(Selector),
    /// `vector(1)`.
    OfScalar(Box<Scalar>),
    /// `-up`.
    Negation(Box<Vector>),
    /// `up + 1`, `1 + up`.
    WithScalar(Box<WithScalar>),
    /// `up * up`.
    Join(Box<Join>),
    /// `sum(up)`.
    Aggregation(Box<Aggregation>),
    /// `rate(up[5m])`.
    OverRange(Box<OverRange>),
    /// `abs(up)`.
    Float(Box<Call<FloatFunction>>),
    /// `hour(up)`.
    Calendar(Box<Call<CalendarFunction>>),
    /// `hour()`.
    CalendarNow(CalendarFunction),
    /// `histogram_count(up)`.
    Histogram(Box<Call<HistogramFunction>>),
    /// `sort(up)`.
    Whole(Box<Call<VectorFunction>>),
    /// `label_replace(up, …)`.
    Labels(Box<Call<LabelsFunction>>),
    /// `absent(up)`; the labels are those of the only sample there may be.
    Absent(Box<Vector>, Labels),
    /// `absent_over_time(up[5m])`.
    AbsentOverTime(Box<Range>, Labels),
    /// `timestamp(up)`, of a selector.
    SampleTime(Selector),
    /// `start_timestamp(up)`, of a selector.
    SampleStart(Selector),
    /// `timestamp(-up)`, of anything else.
    EvaluationTime(Box<Vector>),
    /// `start_timestamp(-up)`, of anything else.
    NoStart(Box<Vector>),
    /// `info(up)`.
    Info(Box<InfoCall>),
}

/// Which series are looked at, and when.
#[derive(Clone, Debug)]
pub struct Selector {
    /// Its place.
    pub span: Span,
    /// What the labels must be.
    pub matchers: Vec<LabelMatcher>,
    /// How it is shifted in time.
    pub shift: Shift,
    /// `anchored` or `smoothed`.
    pub extension: Option<Extension>,
    /// Whether only counts and sums of histograms are looked at, so that Prometheus reads no buckets.
    pub reads_counts_only: bool,
}

/// A shift in time.
#[derive(Clone, Debug)]
pub struct Shift {
    /// `@`.
    pub at: Option<AtTime>,
    /// `offset`, back in time.
    pub offset: Option<Length>,
}

/// An expression that is several samples of each series.
#[derive(Debug)]
pub struct Range {
    /// Its place, without the parentheses around it.
    pub span: Span,
    /// Whether it is the same at all moments of a query.
    pub is_invariant: bool,
    /// How far back it reaches.
    pub length: Length,
    /// Where the samples are from.
    pub source: RangeSource,
}

/// Where the samples of a range are from.
#[derive(Debug)]
pub enum RangeSource {
    /// `up[5m]`.
    Selector(Selector),
    /// `up[5m:1m]`.
    Subquery(Box<Subquery>),
}

/// An expression evaluated again and again.
#[derive(Debug)]
pub struct Subquery {
    /// The expression.
    pub operand: Vector,
    /// How often; without it, as often as the options say.
    pub step: Option<Length>,
    /// How it is shifted in time.
    pub shift: Shift,
}

/// An operator between a vector and a scalar.
#[derive(Debug)]
pub struct WithScalar {
    /// The operator.
    pub op: BinaryOp,
    /// Whether a comparison gives 0 or 1 instead of leaving samples out.
    pub gives_bool: bool,
    /// Where the scalar stands.
    pub scalar_side: Side,
    /// The vector.
    pub vector: Vector,
    /// The scalar.
    pub scalar: Scalar,
}

/// An operator between two vectors.
#[derive(Debug)]
pub struct Join {
    /// The operator.
    pub op: BinaryOp,
    /// Whether a comparison gives 0 or 1 instead of leaving samples out.
    pub gives_bool: bool,
    /// Before the operator.
    pub left: Vector,
    /// Behind the operator.
    pub right: Vector,
    /// The labels by which samples find each other.
    pub matching: Projection,
    /// The side of which several samples may match one of the other.
    pub many: Option<Side>,
    /// The labels taken over from the other side.
    pub include: Vec<String>,
    /// What stands in for a missing sample on the left.
    pub fill_left: Option<f64>,
    /// What stands in for a missing sample on the right.
    pub fill_right: Option<f64>,
}

/// An aggregation.
#[derive(Debug)]
pub struct Aggregation {
    /// Which, with its parameter.
    pub kind: AggregationKind,
    /// The labels that groups share.
    pub grouping: Projection,
    /// What is aggregated.
    pub operand: Vector,
}

/// An aggregation with its parameter.
#[derive(Debug)]
pub enum AggregationKind {
    /// One sample for each group.
    Reduce(AggregationOp),
    /// `quantile(0.9, up)`, with the place of the parameter.
    Quantile(Scalar, Span),
    /// `topk(3, up)`: some of the samples of each group, with the place of the parameter.
    Select(AggregationOp, Scalar, Span),
    /// `count_values("label", up)`.
    CountValues {
        /// The label that each value is written into.
        label: String,
    },
}

/// A function over ranges.
#[derive(Debug)]
pub struct OverRange {
    /// Its name.
    pub name: &'static str,
    /// What computes it.
    pub function: RangeFunction,
    /// Whether its result has the name of its operand.
    pub keeps_name: bool,
    /// The places of all its arguments.
    pub arguments: Vec<Span>,
    /// The range.
    pub range: Range,
    /// The scalar arguments.
    pub parameters: Vec<Scalar>,
}

/// A function of a vector.
#[derive(Debug)]
pub struct Call<F> {
    /// What computes it.
    pub function: F,
    /// The vector.
    pub operand: Vector,
    /// The scalar arguments.
    pub parameters: Vec<Scalar>,
    /// The text arguments.
    pub texts: Vec<String>,
    /// The places of all arguments.
    pub arguments: Vec<Span>,
}

/// The function `info`.
#[derive(Debug)]
pub struct InfoCall {
    /// The series that get more labels.
    pub operand: Vector,
    /// What was asked of the info series.
    pub matchers: Vec<LabelMatcher>,
    /// When info series are looked at, if all of these come to the same time: for each selector that gives series of
    /// the operand, its shift and those of the subqueries around it, the innermost first. Empty when some series come
    /// from no selector.
    pub references: Vec<Vec<Shift>>,
}
