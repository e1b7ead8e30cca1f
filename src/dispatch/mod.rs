//! What Alertmanager would do with a configuration: whether it loads it, and where it sends which alert.

mod load;

use crate::vocab::Version;

pub use load::{Loaded, Templates, load, templates};

/// The release that is assumed where nothing says which one runs.
pub const USUAL_VERSION: Version = Version::new(0, 33);
