//! The inside of a scalar: which decoded byte stands where in the file.
//!
//! The decoders here read a scalar's source once more and note where each part of the text comes from.
//! What they give is taken only if it is, byte for byte, what the parser decoded.

mod block;
mod flow;

use std::ops::Range;

use crate::text::{Excerpt, ExcerptBuilder};

use super::{Style, escape};

/// The decoded text of a scalar that is not verbatim in its source, mapped byte for byte. Should the
/// source not give this text, the whole of it stands for the whole of the scalar.
pub fn excerpt(source: &Excerpt, raw: Range<usize>, style: Style, decoded: &str) -> Excerpt {
    if decoded.is_empty() {
        let at = raw.start + usize::from(style != Style::Plain && raw.len() > 1);
        return source.sub(at..at);
    }
    let same = |excerpt: &Excerpt| excerpt.text() == decoded;
    let exact = match style {
        Style::Plain => Some(flow::plain(source, raw.clone())).filter(same),
        Style::SingleQuoted => Some(flow::single_quoted(source, raw.clone())).filter(same),
        Style::DoubleQuoted => Some(flow::double_quoted(source, raw.clone()))
            .filter(same)
            .or_else(|| Some(json(source, raw.clone())).filter(same)),
        Style::Literal | Style::Folded => {
            block::candidates(source, raw.clone()).map(|indent| block::block(source, raw.clone(), indent)).find(same)
        }
    };
    exact.unwrap_or_else(|| {
        let mut whole = ExcerptBuilder::new(source);
        whole.replace(raw, decoded);
        whole.finish()
    })
}

/// A quoted scalar of YAML; unknown escapes stand for themselves.
pub fn quoted(source: &Excerpt, raw: Range<usize>, style: Style) -> Excerpt {
    match style {
        Style::SingleQuoted => flow::single_quoted(source, raw),
        _ => flow::double_quoted(source, raw),
    }
}

/// The first escape that YAML does not know, in a text that begins with a double quote.
pub fn first_wrong_escape(text: &str) -> Option<Range<usize>> {
    flow::first_wrong_escape(text)
}

/// A JSON string, in which line breaks stand for themselves and unknown escapes too.
fn json(source: &Excerpt, raw: Range<usize>) -> Excerpt {
    let text = source.text().get(raw.clone()).unwrap_or_default();
    let content = text.strip_prefix('"').unwrap_or(text);
    let content = content.strip_suffix('"').unwrap_or(content);
    let start = raw.start + 1;
    let mut out = ExcerptBuilder::new(source);
    for (piece, meaning) in escape::json_pieces(content) {
        let place = start + piece.start..start + piece.end;
        match meaning {
            escape::Meaning::Char(char) => out.replace(place, char.encode_utf8(&mut [0; 4])),
            escape::Meaning::Verbatim | escape::Meaning::Wrong(_) => out.copy(place),
        }
    }
    out.finish()
}

#[cfg(test)]
mod tests;
