//! What holds for files of every kind.

pub mod misspelt_label;
pub mod not_analysable;
pub mod parse;
pub mod secret;
pub mod suppression;
