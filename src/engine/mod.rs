//! The engine: evaluates PromQL over series in memory, as Prometheus 3.16 does.
//!
//! A [`Plan`] is a query made ready; it is evaluated over a [`Storage`] at some [`Moments`], as often as wanted, and
//! gives an [`Answer`] or a [`Failure`].

mod answer;
mod call;
mod eval;
mod failure;
pub mod functions;
mod labels;
mod matcher;
mod notes;
mod options;
mod plan;
mod projection;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod properties;
mod sample;
mod series;
mod storage;
pub mod summation;
#[cfg(test)]
mod tests;
mod window;

pub use answer::{Answer, Answered, MatrixSeries};
pub use call::{
    CalendarFunction, FloatFunction, HistogramFunction, Implementation, LabelsFunction, RangeCall, RangeFunction,
    Relabelling, ScalarCall, ScalarFunction, Special, TextCall, VectorCall, VectorFunction,
};
pub use failure::Failure;
pub use labels::{Label, Labels, LabelsBuilder, METADATA, METRIC_NAME};
pub use matcher::{LabelMatcher, Test};
pub use notes::{HistogramOperation, Level, Note, Notes, Operand, Repair};
pub use options::{Features, Moments, Options};
pub use plan::{Outlook, Plan};
pub use projection::Projection;
pub use sample::{Point, Sample, Value};
pub use series::{Reader, Series};
pub use storage::{AppendError, SeriesId, Storage};
pub use window::Window;
