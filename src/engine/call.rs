//! How the evaluator calls functions: the shapes they come in, and what each is given.

use crate::{histogram::FloatHistogram, text::Span};

use super::{Failure, Features, Labels, Moments, Notes, Sample, Value, Window};

/// How a function of PromQL is computed.
#[derive(Copy, Clone)]
pub enum Implementation {
    /// From the samples of one series in a range. `None` when they give no result; the evaluator does not call it
    /// for an empty window.
    Range(RangeFunction),
    /// From each number by itself, with the scalar arguments of the call; histograms are left out. `None` leaves the
    /// sample out.
    Float(FloatFunction),
    /// From a time in seconds: that of the evaluation, when the call has no argument, else each number by itself.
    Calendar(CalendarFunction),
    /// From each native histogram by itself; numbers are left out.
    Histogram(HistogramFunction),
    /// From scalars and the moment alone.
    Scalar(ScalarFunction),
    /// From all samples of one moment together.
    Vector(VectorFunction),
    /// Labels of each series from its labels, the same at all moments: the text arguments give the function that
    /// changes them.
    Labels(LabelsFunction),
    /// By the evaluator, since it takes more than values.
    Evaluator(Special),
}

/// A function over the window of a series.
pub type RangeFunction = fn(&RangeCall<'_>, &mut Notes) -> Result<Option<Value>, Failure>;
/// A function of a number, with the scalar arguments of the call.
pub type FloatFunction = fn(f64, &[f64]) -> Option<f64>;
/// A function of a time in seconds.
pub type CalendarFunction = fn(f64) -> f64;
/// A function of a native histogram.
pub type HistogramFunction = fn(&FloatHistogram) -> f64;
/// A function of scalars.
pub type ScalarFunction = fn(&ScalarCall<'_>) -> f64;
/// A function of a whole vector.
pub type VectorFunction = fn(VectorCall<'_>, &mut Notes) -> Result<Vec<Sample>, Failure>;
/// A function of labels.
pub type LabelsFunction = fn(&TextCall<'_>) -> Result<Relabelling, Failure>;

/// Functions that look at the expression of their argument, not only at its value, or turn one type into another.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Special {
    Absent,
    AbsentOverTime,
    Info,
    Scalar,
    StartTimestamp,
    Timestamp,
    Vector,
}

/// Sets a label of a series, maybe to what it was; `None` when the series is left alone.
pub type Relabelling = Box<dyn Fn(&Labels) -> Option<Labels>>;

/// What a range function is given.
#[derive(Debug)]
pub struct RangeCall<'a> {
    /// The samples.
    pub window: &'a Window<'a>,
    /// The series they are of, for messages.
    pub labels: &'a Labels,
    /// The moment of the evaluation, in milliseconds since 1970.
    pub at: i64,
    /// Length of the range, in milliseconds.
    pub range: i64,
    /// The scalar arguments, in the written order.
    pub parameters: &'a [f64],
    /// The function's name.
    pub function: &'a str,
    /// The places of all arguments.
    pub arguments: &'a [Span],
    /// Place of the whole call.
    pub call: Span,
    /// What is on beside the default.
    pub features: Features,
}

/// What a function of scalars is given.
#[derive(Debug)]
pub struct ScalarCall<'a> {
    /// The arguments.
    pub parameters: &'a [f64],
    /// The moment of the evaluation, in milliseconds since 1970.
    pub at: i64,
    /// The moments of the whole query.
    pub query: Moments,
}

/// What a function of a whole vector is given.
#[derive(Debug)]
pub struct VectorCall<'a> {
    /// The samples.
    pub vector: Vec<Sample>,
    /// The scalar arguments, in the written order.
    pub parameters: &'a [f64],
    /// The text arguments, in the written order.
    pub texts: &'a [&'a str],
    /// The moment of the evaluation, in milliseconds since 1970.
    pub at: i64,
    /// The moments of the whole query.
    pub query: Moments,
    /// The places of all arguments.
    pub arguments: &'a [Span],
    /// Place of the whole call.
    pub call: Span,
    /// Whether metadata labels go only at the end of the query; until then a sample only says that they will.
    pub delayed_name_removal: bool,
}

/// What a function of labels is given.
#[derive(Debug)]
pub struct TextCall<'a> {
    /// The text arguments, in the written order.
    pub texts: &'a [&'a str],
    /// The places of all arguments.
    pub arguments: &'a [Span],
    /// Place of the whole call.
    pub call: Span,
}
