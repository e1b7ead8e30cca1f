//! What the network said, when the command line asked for it: which links lead somewhere. Asked once, before the facts
//! are gathered, and data from then on.

pub mod links;

pub use links::{Pages, Standing};

/// Everything that was asked.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// Where links lead; `None` when nobody asked.
    pub pages: Option<Pages>,
}
