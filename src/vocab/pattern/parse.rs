//! Reads Go's regular expression syntax (RE2, Perl flavour) into Rust's intermediate form.
//!
//! Follows `regexp/syntax/parse.go` of Go 1.26: what it refuses is refused here, and what it takes means
//! the same here, which handing the text to the `regex` crate does not give (ASCII `\d`, `[a&&b]`, `{`).

use std::{collections::HashSet, ops::Range};

use regex_syntax::hir::{Capture, Class, ClassUnicode, Dot, Hir, Look, Repetition};

use super::{PatternError, class, shape};

/// Groups deeper than this are refused; Go stops at 1000.
const DEEPEST: u32 = 200;
/// Go's limit on repeat counts, nested ones multiplied.
const MOST_REPEATS: u32 = 1000;
/// Go's limit on the instructions of a compiled pattern: 128 MiB of 40 bytes each.
const MOST_INSTRUCTIONS: u64 = (128 << 20) / 40;
/// Go's limit on the ends of ranges in all classes: 128 MiB of 4 bytes each.
const MOST_ENDS: usize = (128 << 20) / 4;

/// A pattern as it was read.
pub(super) struct Parsed {
    pub(super) hir: Hir,
    /// Names of the capture groups, from group 1 on.
    pub(super) groups: Vec<Option<String>>,
}

/// Which of Go's flags hold at a place.
#[derive(Copy, Clone)]
struct Flags {
    /// `i`: letters match in either case.
    fold_case: bool,
    /// `m`: `^` and `$` match at line breaks too.
    multi_line: bool,
    /// `s`: `.` matches a line break.
    dot_matches_newline: bool,
    /// `U`: `x*` and `x*?` swap their meaning.
    swap_greed: bool,
}

/// Reads a whole pattern; `dot_matches_newline` is the flag `s` at its start.
pub(super) fn parse(text: &str, dot_matches_newline: bool) -> Result<Parsed, PatternError> {
    let flags = Flags { fold_case: false, multi_line: false, dot_matches_newline, swap_greed: false };
    let mut parser = Parser { text, at: 0, flags, groups: Vec::new(), names: HashSet::new(), ends: 0 };
    let piece = parser.alternation(0)?;
    if parser.at < text.len() {
        return Err(PatternError::new(parser.at..parser.at + 1, "`)` closes no group"));
    }
    if shape::instructions(&piece.hir) > MOST_INSTRUCTIONS {
        return Err(too_large(text));
    }
    Ok(Parsed { hir: piece.hir, groups: parser.groups })
}

/// A part of the pattern with what Go's limits ask about it.
struct Piece {
    hir: Hir,
    height: u32,
    /// The largest product of counted repetitions inside.
    repeats: u32,
}

impl Piece {
    fn flat(hir: Hir) -> Self {
        Self { hir, height: 1, repeats: 1 }
    }

    /// Joins pieces into one that is higher by one.
    fn join(pieces: Vec<Piece>, join: fn(Vec<Hir>) -> Hir) -> Self {
        let height = pieces.iter().map(|piece| piece.height).max().unwrap_or(0);
        let repeats = pieces.iter().map(|piece| piece.repeats).max().unwrap_or(1);
        Self { hir: join(pieces.into_iter().map(|piece| piece.hir).collect()), height, repeats }
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    flags: Flags,
    groups: Vec<Option<String>>,
    names: HashSet<&'t str>,
    /// The ends of ranges in the classes so far.
    ends: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn eat(&mut self, prefix: &str) -> bool {
        let eaten = self.rest().starts_with(prefix);
        if eaten {
            self.at += prefix.len();
        }
        eaten
    }

    /// Alternatives up to `)` or the end, which stay unread.
    fn alternation(&mut self, depth: u32) -> Result<Piece, PatternError> {
        let mut branches = vec![self.concatenation(depth)?];
        while self.eat("|") {
            branches.push(self.concatenation(depth)?);
        }
        Ok(Piece::join(branches, Hir::alternation))
    }

    fn concatenation(&mut self, depth: u32) -> Result<Piece, PatternError> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut last_repeat: Option<Range<usize>> = None;
        while let Some(next) = self.rest().chars().next() {
            let start = self.at;
            let mut repeat = None;
            match next {
                '|' | ')' => break,
                '(' => pieces.extend(self.group(depth)?),
                '*' | '+' | '?' => {
                    self.at += 1;
                    let (least, most) = match next {
                        '*' => (0, None),
                        '+' => (1, None),
                        _ => (0, Some(1)),
                    };
                    self.repeat(&mut pieces, start, (least, most), last_repeat)?;
                    repeat = Some(start..self.at);
                }
                '{' => match self.counts()? {
                    Some(counts) => {
                        self.repeat(&mut pieces, start, counts, last_repeat)?;
                        check_repeats(&pieces, self.text, start..self.at)?;
                        repeat = Some(start..self.at);
                    }
                    None => {
                        self.at += 1;
                        pieces.push(Piece::flat(Hir::literal(*b"{")));
                    }
                },
                '\\' if self.eat("\\Q") => self.quoted(&mut pieces),
                _ => pieces.push(Piece::flat(self.atom(next)?)),
            }
            last_repeat = repeat;
        }
        Ok(Piece::join(pieces, Hir::concat))
    }

    /// One character, class, escape or assertion.
    fn atom(&mut self, next: char) -> Result<Hir, PatternError> {
        let start = self.at;
        if next == '\\' {
            for (escape, look) in
                [("\\A", Look::Start), ("\\z", Look::End), ("\\b", Look::WordAscii), ("\\B", Look::WordAsciiNegate)]
            {
                if self.eat(escape) {
                    return Ok(Hir::look(look));
                }
            }
            let (atom, end) = class::escape(self.text, start)?;
            self.at = end;
            return Ok(match atom {
                class::Atom::Character(character) => self.character(character),
                class::Atom::Class(class, negated) => {
                    self.class(class::resolved(class, negated, self.flags.fold_case))?
                }
            });
        }
        if next == '[' {
            let (class, end) = class::bracket(self.text, start, self.flags.fold_case)?;
            self.at = end;
            return self.class(class);
        }
        self.at += next.len_utf8();
        Ok(match next {
            '^' if self.flags.multi_line => Hir::look(Look::StartLF),
            '^' => Hir::look(Look::Start),
            '$' if self.flags.multi_line => Hir::look(Look::EndLF),
            '$' => Hir::look(Look::End),
            '.' if self.flags.dot_matches_newline => Hir::dot(Dot::AnyChar),
            '.' => Hir::dot(Dot::AnyCharExceptLF),
            _ => self.character(next),
        })
    }

    fn class(&mut self, class: ClassUnicode) -> Result<Hir, PatternError> {
        self.ends += 2 * class.ranges().len();
        if self.ends > MOST_ENDS {
            return Err(too_large(self.text));
        }
        Ok(Hir::class(Class::Unicode(class)))
    }

    fn character(&self, character: char) -> Hir {
        if self.flags.fold_case {
            return Hir::class(Class::Unicode(class::folded(class::single(character), true)));
        }
        Hir::literal(character.to_string().into_bytes())
    }

    /// The text after `\Q` up to `\E` or the end, every character itself.
    fn quoted(&mut self, pieces: &mut Vec<Piece>) {
        let rest = self.rest();
        let (quoted, skipped) = match rest.split_once("\\E") {
            Some((quoted, _)) => (quoted, 2),
            None => (rest, 0),
        };
        pieces.extend(quoted.chars().map(|character| Piece::flat(self.character(character))));
        self.at += quoted.len() + skipped;
    }

    /// What follows `(`; `None` for a group that only sets flags.
    fn group(&mut self, depth: u32) -> Result<Option<Piece>, PatternError> {
        let start = self.at;
        if depth >= DEEPEST {
            return Err(PatternError::new(start..start + 1, format!("groups nest deeper than {DEEPEST}")));
        }
        let outer = self.flags;
        let captures = !self.rest().starts_with("(?") || self.capture_name_length().is_some();
        if let Some(length) = self.capture_name_length() {
            self.name_group(start, length)?;
        } else if captures {
            self.at += 1;
            self.groups.push(None);
        } else if self.set_flags(start)? == b')' {
            return Ok(None);
        }
        let index = self.groups.len() as u32;
        let mut inner = self.alternation(depth + 1)?;
        if !self.eat(")") {
            return Err(PatternError::new(start..start + 1, "`(` is never closed"));
        }
        self.flags = outer;
        if captures {
            inner.hir = Hir::capture(Capture { index, name: None, sub: Box::new(inner.hir) });
        }
        inner.height += 1;
        Ok(Some(inner))
    }

    /// Length of `(?P<` or `(?<` where a named group starts.
    fn capture_name_length(&self) -> Option<usize> {
        let rest = self.rest();
        ["(?P<", "(?<"].into_iter().find(|opening| rest.starts_with(opening)).map(str::len)
    }

    fn name_group(&mut self, start: usize, opening: usize) -> Result<(), PatternError> {
        let rest = self.rest();
        if rest.starts_with("(?<=") || rest.starts_with("(?<!") {
            return Err(PatternError::new(
                start..start + 4,
                format!("look-behind `{}` does not exist in RE2", &rest[..4]),
            ));
        }
        let Some(name) = rest[opening..].split('>').next().filter(|name| opening + name.len() < rest.len()) else {
            return Err(PatternError::new(
                start..self.text.len(),
                format!("the group name after `{}` is never closed", &rest[..opening]),
            ));
        };
        let end = start + opening + name.len();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(PatternError::new(
                start..end + 1,
                format!("`{name}` is not a group name: letters, digits and `_` only"),
            ));
        }
        if !self.names.insert(name) {
            return Err(PatternError::new(start..end + 1, format!("group name `{name}` is used twice")));
        }
        self.groups.push(Some(name.to_owned()));
        self.at = end + 1;
        Ok(())
    }

    /// Reads `(?flags:` or `(?flags)`, gives the last byte of it.
    fn set_flags(&mut self, start: usize) -> Result<u8, PatternError> {
        let mut flags = self.flags;
        let mut sign = true;
        let mut seen_since_sign = true;
        let mut at = start + 2;
        for byte in self.text[at..].bytes() {
            at += 1;
            match byte {
                b'i' => flags.fold_case = sign,
                b'm' => flags.multi_line = sign,
                b's' => flags.dot_matches_newline = sign,
                b'U' => flags.swap_greed = sign,
                b'-' if sign => {
                    sign = false;
                    seen_since_sign = false;
                    continue;
                }
                b':' | b')' if seen_since_sign => {
                    self.flags = flags;
                    self.at = at;
                    return Ok(byte);
                }
                _ => break,
            }
            seen_since_sign = true;
        }
        Err(self.unknown_group(start, at))
    }

    fn unknown_group(&self, start: usize, mut end: usize) -> PatternError {
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        let opening = self.text.get(start..end).unwrap_or_default();
        let message = match opening.as_bytes().get(2) {
            Some(b'=' | b'!') => format!("look-ahead `{opening}` does not exist in RE2"),
            Some(b'>') => format!("atomic group `{opening}` does not exist in RE2"),
            Some(b'#') => format!("comment `{opening}` does not exist in RE2"),
            None => "`(?` is never closed".to_owned(),
            _ => format!("`{opening}` is not a group that RE2 knows"),
        };
        PatternError::new(start..end, message)
    }

    /// Reads `{n}`, `{n,}` or `{n,m}`; `None`, with nothing read, when the brace is an ordinary character.
    fn counts(&mut self) -> Result<Option<(u32, Option<u32>)>, PatternError> {
        let start = self.at;
        let after = &self.rest()[1..];
        let end = after.find(|character: char| !character.is_ascii_digit() && character != ',');
        let Some(inside) = end.filter(|end| after[*end..].starts_with('}')).map(|end| &after[..end]) else {
            return Ok(None);
        };
        let (least, most) = inside
            .split_once(',')
            .map_or((inside, Some(inside)), |(least, most)| (least, Some(most).filter(|most| !most.is_empty())));
        if !is_count(least) || !most.is_none_or(is_count) {
            return Ok(None);
        }
        self.at += inside.len() + 2;
        let written = &self.text[start..self.at];
        let count = |digits: &str| digits.parse::<u32>().ok().filter(|count| *count <= MOST_REPEATS);
        let too_many = || PatternError::new(start..start + written.len(), too_many_repeats(written));
        let least = count(least).ok_or_else(too_many)?;
        let most = most.map(|most| count(most).ok_or_else(too_many)).transpose()?;
        if most.is_some_and(|most| most < least) {
            return Err(PatternError::new(start..self.at, format!("`{written}` asks for more at least than at most")));
        }
        Ok(Some((least, most)))
    }

    /// Repeats the last piece; the operator starts at `start` and was read but for a following `?`.
    fn repeat(
        &mut self,
        pieces: &mut Vec<Piece>,
        start: usize,
        (min, max): (u32, Option<u32>),
        last_repeat: Option<Range<usize>>,
    ) -> Result<(), PatternError> {
        let greedy = !self.eat("?") ^ self.flags.swap_greed;
        if let Some(last) = last_repeat {
            let both = last.start..self.at;
            return Err(PatternError::new(both.clone(), format!("`{}` repeats a repetition", &self.text[both])));
        }
        let operator = &self.text[start..self.at];
        let Some(piece) = pieces.pop() else {
            return Err(PatternError::new(start..self.at, format!("`{operator}` has nothing to repeat")));
        };
        if piece.height >= DEEPEST {
            return Err(PatternError::new(start..self.at, format!("repetitions nest deeper than {DEEPEST}")));
        }
        let counted = operator.starts_with('{');
        let repeats = match max.unwrap_or(min) {
            count if counted && count > 0 => piece.repeats.saturating_mul(count),
            0 if counted && max == Some(0) => 0,
            _ => piece.repeats,
        };
        let hir = Hir::repetition(Repetition { min, max, greedy, sub: Box::new(piece.hir) });
        pieces.push(Piece { hir, height: piece.height + 1, repeats });
        Ok(())
    }
}

/// Refuses nested counted repetitions whose product exceeds Go's limit.
fn check_repeats(pieces: &[Piece], text: &str, operator: Range<usize>) -> Result<(), PatternError> {
    if pieces.last().is_some_and(|piece| piece.repeats > MOST_REPEATS) {
        return Err(PatternError::new(operator.clone(), too_many_repeats(&text[operator])));
    }
    Ok(())
}

fn too_large(text: &str) -> PatternError {
    PatternError::new(0..text.len(), "it is too large: Go takes no pattern of more than 128 MiB")
}

fn too_many_repeats(written: &str) -> String {
    format!("`{written}` repeats more than {MOST_REPEATS} times")
}

/// Whether Go reads this as a repeat count: digits without a leading zero.
fn is_count(digits: &str) -> bool {
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits.len() == 1 || !digits.starts_with('0'))
}
