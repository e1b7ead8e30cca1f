//! Series for the engine from text: the notation of rule tests, lines of `name{labels} values`, captured pages of metrics.

mod line;
mod page;
mod samples;
mod source;

pub use line::SeriesLine;
pub use page::{PageTimes, load_page};
pub use samples::{Run, WrittenSample, histogram_of, labels_of, runs};
pub use source::{Loaded, Source, Wanted};
