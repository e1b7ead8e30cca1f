//! Program text to tokens: words, texts and signs, with comments left out. One reader for all languages, which differ in
//! how comments and texts are written.

use std::ops::Range;

use super::Language;

/// A token and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes in the file.
    pub range: Range<usize>,
}

/// What a token is.
#[derive(Clone, PartialEq, Debug)]
pub enum TokenKind {
    /// A name, a keyword or a number.
    Word,
    /// A text, as parts; the range of the token has its quotes, too.
    Text(Vec<Part>),
    /// A single sign.
    Sign(u8),
}

/// A part of a text.
#[derive(Clone, PartialEq, Debug)]
pub enum Part {
    /// Letters as they are.
    Literal(String),
    /// An expression that is put in at run time: `${name}`.
    Hole(String),
}

/// How a language writes comments and texts.
struct Style {
    line_comments: &'static [&'static str],
    block_comment: Option<(&'static str, &'static str)>,
    /// Whether `'` opens a text; else it is a character or a lifetime.
    single_quotes: bool,
    /// Whether `` ` `` opens a text.
    backticks: bool,
    /// Whether three quotes open a text of several lines.
    triple_quotes: bool,
    /// Whether `/` may open a regular expression.
    regexes: bool,
}

fn style(language: Language) -> Style {
    let c_like = Style {
        line_comments: &["//"],
        block_comment: Some(("/*", "*/")),
        single_quotes: false,
        backticks: false,
        triple_quotes: false,
        regexes: false,
    };
    match language {
        Language::JavaScript => Style { single_quotes: true, backticks: true, regexes: true, ..c_like },
        Language::Python => {
            Style { line_comments: &["#"], block_comment: None, single_quotes: true, triple_quotes: true, ..c_like }
        }
        Language::Go => Style { backticks: true, ..c_like },
        Language::Java => Style { triple_quotes: true, ..c_like },
        Language::CSharp | Language::Rust => c_like,
        Language::Ruby => Style { line_comments: &["#"], block_comment: None, single_quotes: true, ..c_like },
        Language::Php => Style { line_comments: &["//", "#"], single_quotes: true, ..c_like },
    }
}

/// Reads all tokens; what is not closed ends with its line or with the file.
pub fn tokens(text: &str, language: Language) -> Vec<Token> {
    Lexer { text, bytes: text.as_bytes(), at: 0, language, style: style(language), tokens: Vec::new() }.run()
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    language: Language,
    style: Style,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn run(mut self) -> Vec<Token> {
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte.is_ascii_whitespace() {
                self.at += 1;
            } else if !self.comment() && !self.text(byte) && !self.regex(byte) {
                self.word_or_sign(byte);
            }
        }
        self.tokens
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn comment(&mut self) -> bool {
        let rest = self.rest();
        if self.style.line_comments.iter().any(|opening| rest.starts_with(opening)) {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return true;
        }
        let Some((opening, closing)) = self.style.block_comment.filter(|(opening, _)| rest.starts_with(opening)) else {
            return false;
        };
        let length = rest[opening.len()..].find(closing).map(|end| opening.len() + end + closing.len());
        self.at += length.unwrap_or(rest.len());
        true
    }

    /// Reads a text, if one begins here.
    fn text(&mut self, byte: u8) -> bool {
        let rest = self.rest();
        let quote = match byte {
            b'"' => "\"",
            b'\'' if self.style.single_quotes => "'",
            b'\'' => return self.character(),
            b'`' if self.style.backticks => "`",
            _ => return false,
        };
        let triple = quote.repeat(3);
        let is_triple = self.style.triple_quotes && rest.starts_with(&triple);
        let (prefix, hashes) = self.prefix();
        let closing = match () {
            () if is_triple => triple,
            () if self.language == Language::Rust && prefix == "r" => format!("\"{}", "#".repeat(hashes)),
            () => quote.to_owned(),
        };
        let is_raw = matches!(self.language, Language::Go if byte == b'`')
            || prefix.contains(['r', 'R', '@'])
            || self.language == Language::Ruby && byte == b'\'';
        let spans_lines = is_triple
            || is_raw
            || byte == b'`'
            || matches!(self.language, Language::Php | Language::Ruby | Language::Rust);
        let holes = self.holes(byte, &prefix);
        let start = self.at - prefix.len() - hashes;
        if !prefix.is_empty() || hashes > 0 {
            self.tokens
                .truncate(self.tokens.iter().rposition(|token| token.range.end <= start).map_or(0, |last| last + 1));
        }
        self.at += if is_triple { 3 } else { 1 };
        let parts = self.parts(&closing, is_raw, spans_lines, holes);
        self.tokens.push(Token { kind: TokenKind::Text(parts), range: start..self.at });
        true
    }

    /// The letters directly before a quote, as in `f"…"`, `@"…"` and `r#"…"#`, and the hashes between.
    fn prefix(&self) -> (String, usize) {
        let before = &self.text[..self.at];
        let without = before.trim_end_matches('#');
        let hashes = if self.language == Language::Rust { before.len() - without.len() } else { 0 };
        let without = if hashes > 0 { without } else { before };
        let letters = match self.language {
            Language::Python => "fFrRbBuU",
            Language::CSharp => "$@",
            Language::Rust => "rb",
            _ => "",
        };
        let head = without.trim_end_matches(|letter: char| letters.contains(letter));
        let prefix = &without[head.len()..];
        let is_word = head.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
        if prefix.len() > 2 || is_word || (hashes > 0 && prefix != "r") {
            return (String::new(), 0);
        }
        (prefix.to_owned(), hashes)
    }

    /// How a text opens an expression within, if it can.
    fn holes(&self, quote: u8, prefix: &str) -> Option<&'static str> {
        match self.language {
            Language::JavaScript if quote == b'`' => Some("${"),
            Language::Python if prefix.contains(['f', 'F']) => Some("{"),
            Language::CSharp if prefix.contains('$') => Some("{"),
            Language::Ruby if quote == b'"' => Some("#{"),
            Language::Php if quote == b'"' => Some("{$"),
            _ => None,
        }
    }

    fn parts(&mut self, closing: &str, is_raw: bool, spans_lines: bool, holes: Option<&str>) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        while let Some(character) = self.rest().chars().next() {
            let rest = self.rest();
            if rest.starts_with(closing) {
                self.at += closing.len();
                break;
            }
            if character == '\n' && !spans_lines {
                break;
            }
            if let Some(opening) = holes.filter(|opening| rest.starts_with(opening)) {
                let inner = &rest[opening.len()..];
                let end = inner.find('}').unwrap_or(inner.len());
                let name = inner[..end].trim().to_owned();
                let length = (opening.len() + end + 1).min(rest.len());
                parts.push(Part::Literal(std::mem::take(&mut literal)));
                parts.push(Part::Hole(name));
                self.at += length;
                continue;
            }
            self.at += character.len_utf8();
            if character == '\\' && !is_raw {
                let escaped = self.rest().chars().next();
                self.at += escaped.map_or(0, char::len_utf8);
                literal.push(escaped.unwrap_or('\\'));
            } else {
                literal.push(character);
            }
        }
        parts.push(Part::Literal(literal));
        parts.retain(|part| *part != Part::Literal(String::new()));
        parts
    }

    /// A character such as `'a'`, or the tick of a lifetime.
    fn character(&mut self) -> bool {
        let mut letters = self.rest().char_indices().skip(1);
        let first = letters.next();
        let end = match first {
            Some((_, '\\')) => self.rest().char_indices().skip(3).find(|(_, letter)| *letter == '\'').map(|(at, _)| at),
            _ => letters.next().filter(|(_, letter)| *letter == '\'').map(|(at, _)| at),
        };
        self.at += end.filter(|end| *end < 12).map_or(1, |end| end + 1);
        true
    }

    /// Skips a regular expression of JavaScript, if one begins here.
    fn regex(&mut self, byte: u8) -> bool {
        if byte != b'/' || !self.style.regexes {
            return false;
        }
        let is_operand = self.tokens.last().is_some_and(|last| match &last.kind {
            TokenKind::Sign(sign) => matches!(sign, b')' | b']' | b'}'),
            TokenKind::Word => !matches!(&self.text[last.range.clone()], "return" | "typeof" | "case" | "in" | "of"),
            TokenKind::Text(_) => true,
        });
        let line = self.rest().lines().next().unwrap_or_default();
        let mut in_class = false;
        let mut is_escaped = false;
        let end = line.char_indices().skip(1).find(|(_, letter)| {
            let is_end = *letter == '/' && !in_class && !is_escaped;
            match letter {
                '[' if !is_escaped => in_class = true,
                ']' if !is_escaped => in_class = false,
                _ => {}
            }
            is_escaped = *letter == '\\' && !is_escaped;
            is_end
        });
        match end {
            Some((end, _)) if !is_operand => self.at += end + 1,
            _ => return false,
        }
        true
    }

    fn word_or_sign(&mut self, byte: u8) {
        let start = self.at;
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let length: usize = self.rest().chars().take_while(|letter| is_word(*letter)).map(char::len_utf8).sum();
        if length > 0 {
            self.at += length;
            self.tokens.push(Token { kind: TokenKind::Word, range: start..self.at });
        } else {
            self.at += self.rest().chars().next().map_or(1, char::len_utf8);
            if byte.is_ascii() {
                self.tokens.push(Token { kind: TokenKind::Sign(byte), range: start..self.at });
            }
        }
    }
}
