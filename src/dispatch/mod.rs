//! What Alertmanager would do with a configuration: whether it loads it, and where it sends which alert.

mod load;
mod outline;
mod source;
mod table;
mod trace;

use crate::vocab::Version;

pub use load::{Loaded, Templates, load, templates};
pub use outline::{Line, outline};
pub use source::route_in;
pub use table::{Row, rows};
pub use trace::{Hop, Notified, labels, notified, receivers};

/// The release that is assumed where nothing says which one runs.
pub const USUAL_VERSION: Version = Version::new(0, 34);
