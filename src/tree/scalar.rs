//! The inside of a scalar: which decoded byte stands where in the file.

use std::ops::Range;

use crate::text::{Excerpt, ExcerptBuilder};

use super::Style;

/// The decoded text of a scalar that is not verbatim in its source, mapped byte for byte where the
/// style allows it, else as a whole onto the raw text.
pub fn excerpt(source: &Excerpt, raw: Range<usize>, _style: Style, decoded: &str) -> Excerpt {
    let mut whole = ExcerptBuilder::new(source);
    whole.replace(raw, decoded);
    whole.finish()
}
