//! Block scalars, `|` and `>`: indentation, chomping, folding.

use std::ops::Range;

use crate::text::{Excerpt, ExcerptBuilder};

use super::flow::break_len;

/// How the line breaks at the end are kept.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

/// What stands behind `|` or `>`.
struct Header {
    folded: bool,
    chomping: Chomping,
    /// Whether the indentation is given, relative to an indentation that is not known here.
    indent_given: bool,
    /// Where the first line of the content begins.
    content: usize,
}

impl Header {
    fn of(text: &str, raw: Range<usize>) -> Self {
        let line = text.get(raw.clone()).unwrap_or_default();
        let len = line.find(['\n', '\r']).unwrap_or(line.len());
        let indicators = line[..len].split([' ', '\t', '#']).next().unwrap_or_default();
        let chomping = match indicators {
            _ if indicators.contains('-') => Chomping::Strip,
            _ if indicators.contains('+') => Chomping::Keep,
            _ => Chomping::Clip,
        };
        Self {
            folded: indicators.starts_with('>'),
            chomping,
            indent_given: indicators.contains(|char: char| char.is_ascii_digit()),
            content: raw.start + len + break_len(&line[len..]).unwrap_or(0),
        }
    }
}

/// The indentations its content may have: one, unless the header gives it relative to the parent's.
pub fn candidates(source: &Excerpt, raw: Range<usize>) -> impl Iterator<Item = usize> + use<> {
    let text = source.text();
    let header = Header::of(text, raw.clone());
    let content = text.get(header.content..raw.end).unwrap_or_default();
    let filled = content.split(['\n', '\r']).filter(|line| !line.trim_matches(' ').is_empty());
    let mut indents = filled.map(|line| line.len() - line.trim_start_matches(' ').len());
    let (least, most) = if header.indent_given {
        // Of lines with blanks alone, the longest counts: they may be text, too.
        (0, indents.min().unwrap_or_else(|| content.split(['\n', '\r']).map(str::len).max().unwrap_or(0)))
    } else {
        let first = indents.next().unwrap_or_else(|| content.split(['\n', '\r']).map(str::len).max().unwrap_or(0));
        (first, first)
    };
    (least..=most).rev()
}

/// Reads the content of a block scalar of this indentation, as libyaml does.
pub fn block(source: &Excerpt, raw: Range<usize>, indent: usize) -> Excerpt {
    let text = source.text();
    let header = Header::of(text, raw.clone());
    let mut out = ExcerptBuilder::new(source);
    let mut at = header.content;
    // The break after the line before, and those of the empty lines since.
    let mut leading: Option<Range<usize>> = None;
    let mut empty: Vec<Range<usize>> = Vec::new();
    let mut was_indented_more = false;
    while let Some(rest) = text.get(at..raw.end).filter(|rest| !rest.is_empty()) {
        let blanks = rest.bytes().take(indent).take_while(|byte| *byte == b' ').count();
        let line = at + blanks;
        let rest = &rest[blanks..];
        if let Some(len) = break_len(rest) {
            empty.push(line..line + len);
            at = line + len;
            continue;
        }
        if rest.is_empty() || blanks < indent {
            break;
        }
        let indented_more = rest.starts_with([' ', '\t']);
        let folds = header.folded && !was_indented_more && !indented_more;
        match leading.take() {
            Some(_) if folds && !empty.is_empty() => {}
            Some(last) if folds => out.replace(last.start..line, " "),
            Some(last) => push_break(&mut out, text, last),
            None => {}
        }
        empty.drain(..).for_each(|place| push_break(&mut out, text, place));
        was_indented_more = indented_more;
        let len = rest.find(['\n', '\r']).unwrap_or(rest.len());
        out.copy(line..line + len);
        at = line + len;
        if let Some(len) = break_len(&rest[len..]) {
            leading = Some(at..at + len);
            at += len;
        }
    }
    if header.chomping != Chomping::Strip {
        leading.into_iter().for_each(|place| push_break(&mut out, text, place));
    }
    if header.chomping == Chomping::Keep {
        empty.into_iter().for_each(|place| push_break(&mut out, text, place));
    }
    out.finish()
}

fn push_break(out: &mut ExcerptBuilder<'_>, text: &str, place: Range<usize>) {
    if text.get(place.clone()) == Some("\n") {
        out.copy(place);
    } else {
        out.replace(place, "\n");
    }
}
