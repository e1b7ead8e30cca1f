//! JSON text to a located tree: our own scanner, because no reader gives the place of every key and
//! value, goes on after an error and is fast enough for ten megabytes of dashboards.

use std::ops::Range;

use crate::{diag::Diagnostic, text::Excerpt, vocab::shortened};

use super::{Comment, Kind, Notation, Stream, Style, TreeBuilder, duplicates, escape};

/// How deep lists and maps may nest.
const NESTING: usize = 200;

/// After this many complaints the others are left unsaid.
const ENOUGH: usize = 100;

/// Reads a JSON document. What is broken is passed over, what was read before and after it is kept.
pub fn json(source: &Excerpt) -> Stream {
    let mut scanner = Scanner {
        source,
        text: source.text(),
        bytes: source.text().as_bytes(),
        at: 0,
        builder: TreeBuilder::new(source, Notation::Json),
        complaints: Vec::new(),
        ended: false,
        faulty: None,
    };
    scanner.document();
    scanner.complaints.sort_by_key(|complaint| complaint.span);
    Stream { documents: vec![scanner.builder.finish()], complaints: scanner.complaints }
}

struct Scanner<'s> {
    source: &'s Excerpt,
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    builder: TreeBuilder,
    complaints: Vec<Diagnostic>,
    /// Whether it was said that the text ends too early.
    ended: bool,
    /// Where the last fault is.
    faulty: Option<usize>,
}

impl Scanner<'_> {
    fn document(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.at = 3;
            self.complain(
                0..3,
                "the file begins with a byte order mark",
                "save it as UTF-8 without one; Grafana refuses it",
            );
        }
        if self.peek().is_none() {
            self.complain(self.at..self.at, "there is no JSON here: the text is empty", "write a JSON object, `{ … }`");
            return;
        }
        self.value();
        while let Some(byte) = self.peek() {
            let start = self.at;
            match byte {
                b'}' | b']' => self.at += 1,
                _ => self.skip_entry(),
            }
            if self.at == start {
                self.at = self.bytes.len();
            }
            self.complain(
                start..self.at,
                "text follows the end of the JSON document",
                "a file holds one value: remove what follows it, or look for a bracket that closes too early",
            );
        }
    }

    /// Says what is wrong, but for what follows in the same line: that is mostly a consequence.
    fn complain(&mut self, range: Range<usize>, message: impl Into<String>, help: &str) {
        let last = self.faulty.replace(range.start);
        let is_consequence = |last: usize| !self.text[last.min(range.start)..range.start].contains('\n');
        if last.is_some_and(is_consequence) {
            return;
        }
        match self.complaints.len() {
            ENOUGH.. => {}
            many => {
                let mut complaint = Diagnostic::error(self.source.span(range), message).help(help);
                if many + 1 == ENOUGH {
                    complaint = complaint.help("this file has more faults, which are left unsaid");
                }
                self.complaints.push(complaint);
            }
        }
    }

    /// The next byte that is not blank, if any; comments are passed over.
    fn peek(&mut self) -> Option<u8> {
        loop {
            match *self.bytes.get(self.at)? {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                b'/' if matches!(self.bytes.get(self.at + 1), Some(b'/' | b'*')) => self.comment(),
                byte => return Some(byte),
            }
        }
    }

    fn comment(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        let (len, inner) = if rest.starts_with("//") {
            let len = rest.find('\n').unwrap_or(rest.len());
            (len, &rest[2..len])
        } else {
            let len = rest[2..].find("*/").map_or(rest.len(), |end| end + 4);
            (len, rest[2..len].trim_end_matches("*/"))
        };
        self.at += len;
        let line = self.text[..start].rsplit('\n').next().unwrap_or_default();
        let comment = Comment {
            span: self.source.span(start..self.at),
            text: inner.trim().to_owned(),
            trailing: !line.trim().is_empty(),
        };
        self.builder.comment(comment);
        self.complain(start..start + 2, "JSON has no comments", "remove it; Grafana refuses the whole file");
    }

    /// Says once that the text ends too early, inside `what`, which `close` would close.
    fn end(&mut self, opened: usize, what: &str, close: &str) {
        if !self.ended {
            self.ended = true;
            let end = self.source.span(self.text.len()..self.text.len());
            let begun = self.source.span(opened..opened + 1);
            let complaint = Diagnostic::error(end, format!("the text ends inside {what}"))
                .label(begun, "begun here")
                .help(format!("the file is cut off, or a closing {close} is missing"));
            self.complaints.push(complaint);
        }
    }

    fn value(&mut self) {
        match self.peek() {
            Some(b'{') if self.builder.depth() < NESTING => self.object(),
            Some(b'[') if self.builder.depth() < NESTING => self.array(),
            Some(b'{' | b'[') => {
                let start = self.at;
                self.skip_brackets();
                self.complain(
                    start..start + 1,
                    format!("nested deeper than {NESTING} levels"),
                    "what lies deeper is not read",
                );
                self.builder.verbatim_scalar(Style::Plain, start as u32..self.at as u32, start as u32..start as u32);
            }
            Some(b'"') => self.text(),
            Some(b',' | b':' | b'}' | b']') | None => self.nothing(),
            Some(_) => self.word(),
        }
    }

    /// A value that is missing, read as null.
    fn nothing(&mut self) {
        let at = self.at as u32;
        self.builder.verbatim_scalar(Style::Plain, at..at, at..at);
    }

    fn object(&mut self) {
        let opened = self.at;
        self.builder.open_mapping(opened as u32);
        self.at += 1;
        let mut comma = None;
        loop {
            match self.peek() {
                None => self.end(opened, "an object", "bracket"),
                Some(b'}') => {
                    self.trailing_comma(comma);
                    self.at += 1;
                }
                Some(b']') => self.mismatch(opened, "`}`"),
                Some(b',') => {
                    self.at += 1;
                    self.complain(self.at - 1..self.at, "there is no entry before this comma", "remove the comma");
                    continue;
                }
                Some(_) => {
                    self.entry();
                    comma = self.comma(b'}');
                    continue;
                }
            }
            break;
        }
        let close = self.builder.close(self.at as u32);
        if let Some((node, _)) = close {
            duplicates::complain(node, &mut self.complaints, ENOUGH);
        }
    }

    /// A key, a colon and a value.
    fn entry(&mut self) {
        let start = self.at;
        match self.bytes[start] {
            b'"' => self.string(),
            b'{' | b'[' | b':' => {
                self.skip_entry();
                let end = self.at.max(start + 1);
                self.at = end;
                self.complain(start..start + 1, "an entry of an object begins with a key", "write `\"key\": value`");
                return;
            }
            _ => {
                let end = self.word_end();
                self.builder.verbatim_scalar(Style::Plain, start as u32..end as u32, start as u32..end as u32);
                self.at = end;
                let name = shortened(&self.text[start..end], 40);
                self.complain(start..end, format!("key `{name}` is not quoted"), "put double quotes around it");
            }
        }
        let key = start..self.at;
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                if let Some(b',' | b'}' | b']') = self.peek() {
                    let name = shortened(&self.text[key.clone()], 40);
                    self.complain(
                        key,
                        format!("key {name} has no value"),
                        "write one after the colon, or remove the key",
                    );
                }
            }
            Some(b',' | b'}' | b']') => {
                let name = shortened(&self.text[key.clone()], 40);
                self.complain(key, format!("key {name} has no value"), "write `: value` after it, or remove it");
            }
            Some(_) => self.complain(key.end..key.end, "no colon between key and value", "write `:` here"),
            None => {}
        }
        self.value();
    }

    fn array(&mut self) {
        let opened = self.at;
        self.builder.open_sequence(opened as u32);
        self.at += 1;
        let mut comma = None;
        loop {
            match self.peek() {
                None => self.end(opened, "a list", "bracket"),
                Some(b']') => {
                    self.trailing_comma(comma);
                    self.at += 1;
                }
                Some(b'}') => self.mismatch(opened, "`]`"),
                Some(b',' | b':') => {
                    self.at += 1;
                    self.complain(self.at - 1..self.at, "there is no value before this sign", "remove the sign");
                    continue;
                }
                Some(_) => {
                    self.value();
                    comma = self.comma(b']');
                    continue;
                }
            }
            break;
        }
        self.builder.close(self.at as u32);
    }

    /// Reads the comma after an entry and gives its place; complains when it is missing.
    fn comma(&mut self, close: u8) -> Option<usize> {
        let end = self.at;
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Some(self.at - 1)
            }
            None | Some(b'}' | b']') => None,
            Some(b':') if close == b'}' => {
                let start = self.at;
                self.at += 1;
                self.skip_entry();
                self.complain(
                    start..start + 1,
                    "a second colon in one entry",
                    "an entry is `\"key\": value`; is a quote missing?",
                );
                self.comma_after_skip()
            }
            Some(_) => {
                self.complain(end..end, "no comma between two entries", "write `,` here");
                None
            }
        }
    }

    fn comma_after_skip(&mut self) -> Option<usize> {
        (self.peek() == Some(b',')).then(|| {
            self.at += 1;
            self.at - 1
        })
    }

    fn trailing_comma(&mut self, comma: Option<usize>) {
        if let Some(at) = comma {
            self.complain(at..at + 1, "nothing follows this comma", "JSON has no trailing commas: remove it");
        }
    }

    /// A closing bracket of the wrong kind: it belongs to what lies around, if that is open, else it was
    /// meant for the right kind.
    fn mismatch(&mut self, opened: usize, expected: &str) {
        let at = self.at;
        let around = if self.bytes[at] == b']' { Kind::Sequence } else { Kind::Mapping };
        if !self.builder.is_inside(around) {
            self.at += 1;
        }
        let got = &self.text[at..at + 1];
        let complaint =
            Diagnostic::error(self.source.span(at..at + 1), format!("`{got}` where {expected} has to stand"))
                .label(self.source.span(opened..opened + 1), "opened here")
                .help(format!("close what was opened with {expected} first"));
        if self.complaints.len() < ENOUGH {
            self.complaints.push(complaint);
        }
    }

    /// A number, `true`, `false`, `null`, or what somebody took for a value.
    fn word(&mut self) {
        let start = self.at;
        let end = self.word_end();
        self.at = end;
        let word = &self.text[start..end];
        let place = start as u32..end as u32;
        self.builder.verbatim_scalar(Style::Plain, place.clone(), place);
        if matches!(word, "true" | "false" | "null") || is_number(word) {
            return;
        }
        let shown = shortened(word, 40);
        let help = match word {
            "True" | "TRUE" | "False" | "FALSE" | "None" | "NULL" | "nil" => "JSON writes `true`, `false` and `null`",
            "NaN" | "Infinity" | "-Infinity" => "JSON knows no such number; use `null`",
            _ if word.starts_with('\'') => "JSON texts stand in double quotes",
            _ if word.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) => {
                "JSON numbers look like `12`, `-0.5`, `1e9`: no leading `+`, `.` or zeros, and within the range of a double"
            }
            _ => "put double quotes around a text",
        };
        self.complain(start..end, format!("`{shown}` is not a JSON value"), help);
    }

    /// Where an unquoted word ends; at least one character on.
    fn word_end(&self) -> usize {
        let rest = &self.text[self.at..];
        let single = rest.starts_with('\'').then(|| rest[1..].find(['\'', '\n'])).flatten();
        if let Some(close) = single
            && rest.as_bytes()[close + 1] == b'\''
        {
            return self.at + close + 2;
        }
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let len = rest[first..].find([',', ':', '{', '}', '[', ']', '"', ' ', '\t', '\r', '\n']);
        self.at + len.map_or(rest.len(), |len| len + first)
    }

    /// Passes over the rest of an entry, up to the comma or bracket that ends it.
    fn skip_entry(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b',' | b'}' | b']' => return,
                b'{' | b'[' => self.skip_brackets(),
                b'"' => self.at = escape::string_end(self.bytes, self.at).0,
                _ => self.at = self.word_end(),
            }
        }
    }

    /// Passes over a bracket and all up to the one that closes it, at any depth.
    fn skip_brackets(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                b'"' => {
                    self.at = escape::string_end(self.bytes, self.at).0;
                    continue;
                }
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
        // What is not read need not be complained of a second time.
        self.ended = true;
    }
}

/// Whether a word is a number by JSON's grammar, and within the range of a double.
fn is_number(word: &str) -> bool {
    let digits = |text: &str| text.len() - text.trim_start_matches(|char: char| char.is_ascii_digit()).len();
    let mut rest = word.strip_prefix('-').unwrap_or(word);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.starts_with('0')) {
        return false;
    }
    rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let len = digits(fraction);
        if len == 0 {
            return false;
        }
        rest = &fraction[len..];
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let len = digits(exponent);
        rest = if len == 0 { "?" } else { &exponent[len..] };
    }
    rest.is_empty() && (word.len() < 300 && !word.contains(['e', 'E']) || word.parse().is_ok_and(f64::is_finite))
}

mod quoted;
#[cfg(test)]
mod tests;
