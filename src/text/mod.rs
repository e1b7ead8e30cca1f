//! Text and places in it: the ground everything else stands on.

mod boundary;
mod excerpt;
mod file;
mod lines;
mod name;
mod shared;
mod span;

pub use boundary::{ceiling, floor};
pub use excerpt::{Excerpt, ExcerptBuilder};
pub use file::{Files, SourceFile};
pub use lines::{LineIndex, Position};
pub use name::Name;
pub use shared::SharedText;
pub use span::{FileId, Span, Spanned};
