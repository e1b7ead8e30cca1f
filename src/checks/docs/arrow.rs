//! Arrows, by which pages tell what came instead of something.

use crate::{markdown::Markdown, text::Span};

/// Whether an arrow behind a place leads to what came instead.
pub fn is_replaced(page: &Markdown, place: Span) -> bool {
    let behind = page.source.offset_of(place.end.saturating_sub(1)).and_then(|last| page.source.text().get(last + 1..));
    let behind = behind.unwrap_or_default().trim_start_matches(['`', '*', ' ']);
    ["→", "->", "=>"].iter().any(|arrow| behind.starts_with(arrow))
}
