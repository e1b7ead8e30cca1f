//! What holds for files of every kind.

pub mod parse;
