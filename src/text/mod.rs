//! Text and places in it: the ground everything else stands on.

mod excerpt;
mod file;
mod lines;
mod span;

pub use excerpt::{Excerpt, ExcerptBuilder};
pub use file::{Files, SourceFile};
pub use lines::{LineIndex, Position};
pub use span::{FileId, Span, Spanned};
