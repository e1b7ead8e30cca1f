//! The classic grammar (Alertmanager, `pkg/labels`): lenient, split on commas, values to the end.

use std::ops::Range;

use crate::text::{Excerpt, ExcerptBuilder, Spanned};

use super::{MatchOp, Matcher, MatcherStyle, Misread, check_pattern, part};

/// Reads a list of matchers. One leading and one trailing brace are dropped, each by itself.
pub(super) fn parse(text: &Excerpt) -> Result<Vec<Matcher>, Misread> {
    pieces(text.text()).into_iter().map(|range| matcher(text, range)).collect()
}

/// Reads one matcher, whose value goes to the end of the text, commas included.
pub(super) fn parse_one(text: &Excerpt) -> Result<Matcher, Misread> {
    matcher(text, 0..text.text().len())
}

/// The parts between commas that stand outside double quotes.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let start = usize::from(text.starts_with('{'));
    let end = if text.len() > start && text.ends_with('}') { text.len() - 1 } else { text.len() };
    let mut pieces = Vec::new();
    let mut from = start;
    let (mut quoted, mut escaped) = (false, false);
    for (at, letter) in text[start..end].char_indices() {
        let at = start + at;
        match letter {
            ',' if !quoted => {
                pieces.push(from..at);
                from = at + 1;
                continue;
            }
            // Alertmanager forgets no escape at a comma.
            ',' => continue,
            '"' if !escaped => quoted = !quoted,
            '\\' => {
                escaped = !escaped;
                continue;
            }
            _ => {}
        }
        escaped = false;
    }
    if !text[from..end].trim().is_empty() {
        pieces.push(from..end);
    }
    pieces
}

fn matcher(text: &Excerpt, range: Range<usize>) -> Result<Matcher, Misread> {
    let range = trimmed(text.text(), range);
    let piece = &text.text()[range.clone()];
    let malformed = || Misread::new(range.clone(), format!("`{piece}` is no matcher"));
    let name_end = piece.find(|letter: char| !is_name_letter(letter)).unwrap_or(piece.len());
    if name_end == 0 || piece.starts_with(|letter: char| letter.is_ascii_digit()) {
        return Err(malformed());
    }
    let sign = name_end + (piece.len() - name_end - piece[name_end..].trim_start_matches(is_blank).len());
    let signs = [MatchOp::Regex, MatchOp::NotEqual, MatchOp::NotRegex, MatchOp::Equal];
    let op = signs.into_iter().find(|op| piece[sign..].starts_with(op.sign())).ok_or_else(malformed)?;
    let value = trimmed(text.text(), range.start + sign + op.sign().len()..range.end);
    let name = range.start..range.start + name_end;
    let (at, value) = (value.clone(), unescaped(text, value)?);
    check_pattern(op, &value, at)?;
    Ok(Matcher {
        name: Spanned::new(text.span(name.clone()), text.text()[name].to_owned()),
        op,
        value,
        span: text.span(range),
        style: MatcherStyle::Text,
    })
}

/// The value without its quotes and escapes. A backslash before anything but `n`, `"` and `\` is literal.
fn unescaped(text: &Excerpt, range: Range<usize>) -> Result<Excerpt, Misread> {
    let raw = &text.text()[range.clone()];
    let quoted = raw.starts_with('"');
    let inner = if quoted { range.start + 1..range.end } else { range.clone() };
    let mut value = ExcerptBuilder::new(text);
    let mut closed = !quoted;
    let mut letters = text.text()[inner.clone()].char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let at = inner.start + at;
        let end = at + letter.len_utf8();
        match letter {
            '"' if quoted && end == inner.end => closed = true,
            '"' => return Err(Misread::new(range, format!("`{raw}` holds a quote that is not escaped"))),
            '\\' => match letters.next_if(|(_, next)| matches!(next, 'n' | '"' | '\\')) {
                Some((_, 'n')) => value.replace(at..end + 1, "\n"),
                Some((_, next)) => value.replace(at..end + 1, next.encode_utf8(&mut [0; 4])),
                None => value.copy(at..end),
            },
            _ => value.copy(at..end),
        }
    }
    if !closed {
        return Err(Misread::new(range, format!("a quote in `{raw}` is not closed")));
    }
    if value.is_empty() {
        return Ok(part(text, inner.start..inner.start));
    }
    Ok(value.finish())
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start_matches(is_blank).len());
    let end = start + text[start..range.end].trim_end_matches(is_blank).len();
    start..end
}

/// A blank as Go's `\s` has it.
fn is_blank(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\u{c}' | '\r' | ' ')
}

fn is_name_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == ':'
}
