//! Names: short texts, of which a folder has more than of anything else.

use smol_str::SmolStr;

/// The name of a label, a variable, a field, a function: up to 23 bytes stand in place, and hardly any has more.
pub type Name = SmolStr;
