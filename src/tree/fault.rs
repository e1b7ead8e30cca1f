//! Why a YAML text cannot be read, in the words of who wrote it.

use std::ops::Range;

use granit_parser::ErrorKind;

use crate::{
    diag::{Cause, Diagnostic},
    text::Excerpt,
    vocab::shortened,
};

use super::{here_document, line::Line, repair::Mended, scalar, tabs};

/// The point at which the parser gave up.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The parser's reason.
    pub kind: ErrorKind,
    /// Where it noticed.
    pub at: usize,
    /// Where what it was reading begins: the opening quote or bracket, if it was reading such.
    pub begin: Option<usize>,
}

/// What sort of mistake it is; decides how it is mended.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Sort {
    /// A tab in the indentation.
    Tab,
    /// A quoted text that cannot be read as it stands, but whose end is known.
    Quoted,
    /// A bracket that is not closed, or not by its like.
    Bracket,
    /// A comment without a blank before it.
    Comment,
    /// A line further left than the first one of its document, which ends there.
    Outdented,
    /// Any other line.
    Line,
}

impl Fault {
    /// A fault, given the next quote after the last node that was read, and the innermost open bracket.
    pub fn new(text: &str, kind: ErrorKind, at: usize, quote: Option<usize>, bracket: Option<usize>) -> Self {
        let quote = quote.filter(|quote| *quote <= at);
        let mut fault = Self { kind, at, begin: quote };
        match fault.sort() {
            Sort::Bracket => fault.begin = bracket,
            Sort::Tab => fault.at = tabs::next(text, at).unwrap_or(at),
            Sort::Quoted | Sort::Comment | Sort::Outdented | Sort::Line => {}
        }
        if fault.kind == ErrorKind::ExpectedDocumentStart {
            fault.begin = outdented_from(text, at);
        }
        fault
    }

    /// What sort of mistake it is.
    pub fn sort(&self) -> Sort {
        match self.kind {
            ErrorKind::TabInIndentation if self.begin.is_some() => Sort::Quoted,
            ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabInPlainScalar
            | ErrorKind::TabAtBlockScalarStart => Sort::Tab,
            ErrorKind::InvalidQuotedScalarIndent
            | ErrorKind::UnclosedQuotedScalar
            | ErrorKind::DocumentIndicatorInQuotedScalar
            | ErrorKind::UnknownQuotedScalarEscape
            | ErrorKind::InvalidQuotedScalarHexEscape
            | ErrorKind::InvalidLowSurrogateHexEscape
            | ErrorKind::InvalidLowSurrogate
            | ErrorKind::MissingLowSurrogate
            | ErrorKind::UnpairedLowSurrogate
            | ErrorKind::InvalidUnicodeEscape => Sort::Quoted,
            ErrorKind::UnclosedFlowCollection { .. }
            | ErrorKind::MismatchedFlowCollectionEnd { .. }
            | ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::ExpectedFlowSequenceSeparator
            | ErrorKind::UnexpectedEofFlowSequence
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofImplicitFlowMapping
            | ErrorKind::InvalidColonPlacement => Sort::Bracket,
            ErrorKind::CommentNotSeparated => Sort::Comment,
            ErrorKind::ExpectedDocumentStart if self.begin.is_some() => Sort::Outdented,
            _ => Sort::Line,
        }
    }

    /// The first byte of the text that is to blame.
    pub fn origin(&self) -> usize {
        match self.sort() {
            Sort::Quoted | Sort::Bracket => self.begin.unwrap_or(self.at),
            Sort::Tab | Sort::Comment | Sort::Outdented | Sort::Line => self.at,
        }
    }

    /// Whether the text can be read all the same, because where it ends is clear.
    pub fn is_rereadable(&self) -> bool {
        !matches!(self.kind, ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar)
    }

    /// Says it.
    pub fn complaint(&self, source: &Excerpt, mended: Option<Mended>) -> Diagnostic {
        let text = source.text();
        let begin = self.origin();
        if mended == Some(Mended::Reread)
            && matches!(self.kind, ErrorKind::InvalidQuotedScalarIndent | ErrorKind::TabInIndentation)
        {
            return without_indentation(source, begin);
        }
        let said = match self.sort() {
            Sort::Tab => return tabs::complaint(source, self.at),
            Sort::Comment if mended == Some(Mended::Reread) => return without_blank(source, self.at),
            Sort::Outdented if mended == Some(Mended::Reread) => return unread(source, self.at),
            Sort::Quoted => self.quoted(text),
            Sort::Bracket => self.bracket(text),
            Sort::Comment | Sort::Outdented | Sort::Line => self.line(text),
        };
        let mut complaint = Diagnostic::error(source.span(said.range), said.message).help(said.help);
        if self.sort() == Sort::Bracket
            && let Some(begin) = self.begin
            && begin != self.at
        {
            complaint = complaint.label(source.span(begin..begin + 1), "opened here");
        }
        if self.sort() == Sort::Line && self.fits_nothing_above() {
            // Lines of another kind of text are many.
            complaint = complaint.cause(Cause::Habit);
        }
        complaint
    }

    /// Whether the parser met a line where by its indentation none can stand.
    fn fits_nothing_above(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::ExpectedBlockMappingKey
                | ErrorKind::InvalidIndentation
                | ErrorKind::BlockSequenceEntryNotAllowed
                | ErrorKind::InvalidBlockScalarIndent
                | ErrorKind::ExpectedDocumentStart
                | ErrorKind::ExpectedNodeContent
        )
    }

    fn quoted(&self, text: &str) -> Said {
        let begin = self.origin();
        let line = Line::at(text, begin);
        let rest = text.get(begin..).unwrap_or_default();
        let escapes = !matches!(
            self.kind,
            ErrorKind::InvalidQuotedScalarIndent
                | ErrorKind::UnclosedQuotedScalar
                | ErrorKind::DocumentIndicatorInQuotedScalar
                | ErrorKind::TabInIndentation
        );
        match scalar::first_wrong_escape(rest).filter(|_| escapes) {
            Some(escape) => Said {
                message: format!("`{}` is no escape of a double-quoted text", shortened(&rest[escape.clone()], 20)),
                range: begin + escape.start..begin + escape.end,
                help: "write the backslash twice, or put the text in single quotes, where backslashes stand for themselves",
            },
            None => Said {
                message: "this quoted text is not closed".to_owned(),
                range: begin..line.end.max(begin + 1),
                help: "write the closing quote; a quote inside is written `''` in single and `\\\"` in double quotes",
            },
        }
    }

    fn bracket(&self, text: &str) -> Said {
        let begin = self.origin();
        let sign = text.get(begin..).and_then(|rest| rest.chars().next()).unwrap_or('{');
        let close = if sign == '[' { ']' } else { '}' };
        if let ErrorKind::MismatchedFlowCollectionEnd { open, close } = self.kind {
            return Said {
                message: format!("`{open}` is closed with `{close}`"),
                range: begin..begin + 1,
                help: "close a list `[` with `]` and a map `{` with `}`; quote a text that holds brackets",
            };
        }
        let same_line = Line::at(text, begin).end >= self.at;
        if same_line && self.at > begin && self.at < text.len() {
            return Said {
                message: format!("neither `,` nor `{close}` stands between two entries"),
                range: self.at..self.at + char_len(text, self.at),
                help: "separate entries with `,`; quote a text that holds brackets, commas or colons",
            };
        }
        Said {
            message: format!("`{sign}` is not closed"),
            range: begin..begin + 1,
            help: "close it, or quote the text if no list or map was meant",
        }
    }

    fn line(&self, text: &str) -> Said {
        let line = Line::at(text, self.at);
        let whole = line.content(text);
        if here_document::from_here(text, self.at).is_some() {
            return Said {
                message: "this here-document is indented less than the text it stands in".to_owned(),
                range: whole,
                help: "indent all of its lines like the one above: the program that reads the text gets them without",
            };
        }
        let here = self.at.min(text.len())..(self.at + char_len(text, self.at)).min(text.len());
        match &self.kind {
            ErrorKind::MappingValueNotAllowed
            | ErrorKind::SimpleKeyExpected
            | ErrorKind::InvalidSimpleKey
            | ErrorKind::MappingKeyNotAllowed => entry(text, line, here),
            ErrorKind::ExpectedBlockSequenceEntry => Said {
                message: "this line stands among the items of a list, but does not begin with `- `".to_owned(),
                range: whole,
                help: "indent it to where its map or text belongs, or begin it with `- `",
            },
            _ if self.fits_nothing_above() => Said {
                message: "the indentation of this line fits nothing above it".to_owned(),
                range: whole,
                help: "indent it like its siblings: entries of one map or list begin in the same column",
            },
            ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => Said {
                message: "text follows the closing quote".to_owned(),
                range: self.at..line.end.max(self.at),
                help: "quote the whole value; a quote inside is written `''` in single and `\\\"` in double quotes",
            },
            ErrorKind::UnexpectedCharacter { character } => Said {
                message: format!("an unquoted text cannot begin with `{character}`"),
                range: here,
                help: "put the value in quotes",
            },
            ErrorKind::MissingAnchorOrAliasName | ErrorKind::PlainScalarStartsWithDashFlowIndicator => Said {
                message: "`*`, `&` and `-` have a meaning of their own at the beginning of a value".to_owned(),
                range: here,
                help: "put the value in quotes",
            },
            ErrorKind::MisplacedFlowCollectionEnd => Said {
                message: "this bracket closes nothing".to_owned(),
                range: here,
                help: "remove it, or put the value in quotes",
            },
            ErrorKind::RecursionLimitExceeded => Said {
                message: "lists and maps nest deeper here than is read".to_owned(),
                range: here,
                help: "flatten it; 100 levels are read",
            },
            other => Said {
                message: format!("YAML cannot be read on from here: {other}"),
                range: here,
                help: "put the value in quotes if it is meant as text",
            },
        }
    }
}

/// Where the document begins that a line is in, if it begins with an entry further right.
fn outdented_from(text: &str, at: usize) -> Option<usize> {
    let line = Line::at(text, at);
    let marker = memchr::memmem::rfind(text.get(..line.start)?.as_bytes(), b"\n---");
    let mut first = Line::at(text, marker.map_or(0, |marker| marker + 1));
    while first.is_blank(text) || text.get(first.start..)?.starts_with("---") {
        first = first.next(text)?;
    }
    let content = text.get(first.content(text))?;
    let is_entry = content.starts_with("- ") || content.ends_with(':') || first.value(text).is_some();
    (is_entry && line.indent < first.indent).then_some(first.start)
}

/// A message with its place and remedy.
struct Said {
    message: String,
    range: Range<usize>,
    help: &'static str,
}

/// A line that was to be an entry `key: value`.
fn entry(text: &str, line: Line, here: Range<usize>) -> Said {
    let content = line.content(text);
    let before = text.get(content.start..here.start).unwrap_or_default();
    let above = line.above(text);
    if before.contains(": ") {
        return Said {
            message: "a second `: ` in an unquoted value".to_owned(),
            range: here,
            help: "put the value in quotes",
        };
    }
    if let Some(above) = above.filter(|above| above.lacks_space(text)) {
        return Said {
            message: "no blank follows the colon".to_owned(),
            range: above.content(text),
            help: "write `key: value`, with a blank behind the colon",
        };
    }
    if !text.get(content.clone()).unwrap_or_default().contains(':') {
        return Said {
            message: "this line is neither `key: value` nor `- item`".to_owned(),
            range: content,
            help: "write a colon and a blank behind the key, or indent the line if it continues the text above",
        };
    }
    match above.filter(|above| above.indent < line.indent) {
        Some(_) => Said {
            message: "this line is indented below an entry that has its value already".to_owned(),
            range: content,
            help: "indent it like the line above, or remove the value there",
        },
        None => Said {
            message: "an entry cannot begin here".to_owned(),
            range: content,
            help: "look for a missing colon, blank or quote in this line and the one above",
        },
    }
}

fn char_len(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
}

/// What is said of a quoted text from here on whose next line stands where only some readers take it for a part of it.
pub fn without_indentation(source: &Excerpt, begin: usize) -> Diagnostic {
    let end = Line::at(source.text(), begin).end.max(begin + 1);
    Diagnostic::warning(source.span(begin..end), "this quoted text goes on in the next line without indentation")
        .help("indent the next line, or write the closing quote; Prometheus reads both lines as one text, other readers of YAML refuse the file")
}

/// What is said of a comment that begins right behind a text, a bracket or a sign.
fn without_blank(source: &Excerpt, at: usize) -> Diagnostic {
    let end = Line::at(source.text(), at).end;
    Diagnostic::warning(source.span(at..end), "no blank stands before this comment")
        .help("write one; Prometheus reads a comment here, other readers of YAML refuse the file")
}

/// What is said of a line further left than the first one of its document.
fn unread(source: &Excerpt, at: usize) -> Diagnostic {
    let text = source.text();
    Diagnostic::warning(source.span(Line::at(text, at).content(text)), "nothing is read from this line on")
        .help("indent it like the first entry: a line further left ends the document, and Prometheus reads only the first one")
}
