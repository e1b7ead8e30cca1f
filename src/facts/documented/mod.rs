//! What the docs say of the alerts: thresholds, times, severities, and which alerts there are.

mod annotation;
pub mod claim;
mod condition;
mod dimension;
mod quantity;
mod unit;
mod verdict;

pub use annotation::{Annotation, annotations};
pub use claim::{Claim, Claims, Hold, Relation};
pub use condition::{Condition, Threshold};
pub use dimension::{Dimension, Measure};
pub use quantity::Quantity;
pub use unit::Unit;
pub use verdict::{Verdict, around, condition_of, contradicts_hold, judge, spoken};
