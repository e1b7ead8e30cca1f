//! The words of the field: durations, label names, numbers, and how to guess a misspelt word.

mod duration;
mod names;
mod spelling;

pub use duration::{Duration, DurationError};
pub use names::{is_label_name, is_metric_name};
pub use spelling::{nearest, shortened};
