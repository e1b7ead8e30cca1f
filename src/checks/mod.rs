//! The checks: one file each, and the one table that names them all.

mod general;

use crate::kit::Entry;

/// Every check, sorted by id.
pub const TABLE: &[Entry] = &[Entry::of::<general::parse::Parse>()];
