//! What the network said, when the command line asked for it: which links lead somewhere, which metrics a server has.
//! Asked once, before the facts are gathered, and data from then on.

pub mod links;
pub mod server;

pub use links::{Pages, Standing};
pub use server::Server;

/// Everything that was asked.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// Where links lead; `None` when nobody asked.
    pub pages: Option<Pages>,
    /// What a server has; `None` when none was asked.
    pub server: Option<Server>,
}
