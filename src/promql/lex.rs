//! The expression's text cut into tokens; what is no token is reported and passed on as a hole.

use nom::{IResult, Parser, bytes::complete::take_while1};

use crate::{diag::Diagnostic, text::Excerpt, vocab::shortened};

use super::{
    literal,
    operators::BinaryOp,
    token::{Keyword, Token, TokenKind},
};

/// Reads all tokens, the last one [`TokenKind::End`]; complaints go to `errors`.
pub(super) fn lex(excerpt: &Excerpt, errors: &mut Vec<Diagnostic>) -> Vec<Token> {
    let text = excerpt.text();
    let mut lexer =
        Lexer { excerpt, text, at: 0, mode: Mode::General, tokens: Vec::with_capacity(text.len() / 4 + 2), errors };
    while let Some(next) = lexer.next_character() {
        lexer.token(next);
    }
    lexer.push(TokenKind::End, 0);
    lexer.tokens
}

/// What the characters mean depends on the bracket they stand in.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Mode {
    General,
    /// Words have no colons and are never keywords.
    Braces,
    /// A colon stands for itself; `parens` are open within; `fresh` before the first number.
    Brackets {
        parens: u32,
        fresh: bool,
    },
}

struct Lexer<'t> {
    excerpt: &'t Excerpt,
    text: &'t str,
    at: usize,
    mode: Mode,
    tokens: Vec<Token>,
    errors: &'t mut Vec<Diagnostic>,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn push(&mut self, kind: TokenKind, len: usize) {
        let start = self.at as u32;
        self.at += len;
        self.tokens.push(Token { kind, start, end: self.at as u32 });
    }

    /// Reports the next `len` bytes and leaves a hole in their place.
    fn bad(&mut self, len: usize, message: impl Into<String>) -> &mut Diagnostic {
        let span = self.excerpt.span(self.at..self.at + len);
        self.push(TokenKind::Bad, len);
        let index = self.errors.len();
        self.errors.push(Diagnostic::error(span, message));
        &mut self.errors[index]
    }

    /// Skips spaces and comments; the next character, if there is one.
    fn next_character(&mut self) -> Option<u8> {
        loop {
            let next = *self.text.as_bytes().get(self.at)?;
            match next {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'#' if matches!(self.mode, Mode::Brackets { fresh: true, .. }) => return Some(next),
                b'#' => self.at += self.rest().find(['\n', '\r']).unwrap_or(self.rest().len()),
                _ => return Some(next),
            }
        }
    }

    fn token(&mut self, next: u8) {
        match next {
            b'0'..=b'9' => self.numeral(),
            b'.' if self.rest().as_bytes().get(1).is_some_and(u8::is_ascii_digit) => self.numeral(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            b':' if self.mode == Mode::General => self.word(),
            b'"' | b'\'' | b'`' => self.string(next),
            b'(' | b')' | b'{' | b'}' | b'[' | b']' => self.bracket(next),
            b',' => self.push(TokenKind::Comma, 1),
            b':' => self.push(TokenKind::Colon, 1),
            b'@' => self.push(TokenKind::At, 1),
            _ => self.operator(),
        }
    }

    fn word(&mut self) {
        let colons = self.mode == Mode::General;
        let Ok((_, word)) = word(self.rest(), colons) else { return self.unexpected() };
        let kind = match TokenKind::of_word(word) {
            _ if self.mode == Mode::Braces => TokenKind::Identifier,
            // `inf` and `nan` are no durations, not even in seconds.
            TokenKind::Number if self.mode != Mode::General => TokenKind::Identifier,
            TokenKind::Keyword(Keyword::Fill | Keyword::FillLeft | Keyword::FillRight)
                if !self.rest()[word.len()..].trim_start_matches([' ', '\t', '\n', '\r']).starts_with('(') =>
            {
                TokenKind::Identifier
            }
            kind => kind,
        };
        self.push(kind, word.len());
    }

    fn numeral(&mut self) {
        let Ok((_, numeral)) = literal::numeral(self.rest()) else { return self.unexpected() };
        if let Mode::Brackets { parens, .. } = self.mode {
            self.mode = Mode::Brackets { parens, fresh: false };
        }
        match literal::classify(numeral) {
            Ok(kind) => self.push(kind, numeral.len()),
            Err(malformed) => self.bad(numeral.len(), malformed.message).help.extend(malformed.help),
        }
    }

    fn string(&mut self, quote: u8) {
        let bytes = self.rest().as_bytes();
        let mut at = 1;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                _ if byte == quote => return self.push(TokenKind::String, at + 1),
                b'\\' if quote != b'`' => at += 2,
                b'\n' if quote != b'`' => break,
                _ => at += 1,
            }
        }
        let end = self.rest().char_indices().map(|(at, _)| at).find(|&start| start >= at).unwrap_or(self.rest().len());
        let quote = char::from(quote);
        self.bad(end, format!("this string has no closing {quote}")).help.push(format!("end the string with {quote}"));
    }

    fn bracket(&mut self, next: u8) {
        let kind = match next {
            b'(' => TokenKind::LeftParen,
            b')' => TokenKind::RightParen,
            b'{' => TokenKind::LeftBrace,
            b'}' => TokenKind::RightBrace,
            b'[' => TokenKind::LeftBracket,
            _ => TokenKind::RightBracket,
        };
        self.mode = match (self.mode, kind) {
            (Mode::General, TokenKind::LeftBrace) => Mode::Braces,
            (Mode::General, TokenKind::LeftBracket) => Mode::Brackets { parens: 0, fresh: true },
            (Mode::Brackets { parens, fresh }, TokenKind::LeftParen) => Mode::Brackets { parens: parens + 1, fresh },
            (Mode::Brackets { parens: parens @ 1.., fresh }, TokenKind::RightParen) => {
                Mode::Brackets { parens: parens - 1, fresh }
            }
            // Closed, or another kind of bracket, which says that this one was forgotten open.
            _ => Mode::General,
        };
        self.push(kind, 1);
    }

    fn operator(&mut self) {
        let rest = self.rest().as_bytes();
        for (text, kind) in OPERATORS {
            if rest.starts_with(text.as_bytes()) {
                return self.push(kind, text.len());
            }
        }
        self.unexpected();
    }

    fn unexpected(&mut self) {
        let rest = self.rest();
        if rest.starts_with('$') {
            let len = variable_length(rest);
            let message = format!("`{}` is a variable, and PromQL has none", shortened(&rest[..len], 40));
            self.bad(len, message)
                .help
                .push("only Grafana replaces variables, before Prometheus reads the query".into());
            return;
        }
        let run = rest.find(|c: char| c.is_ascii() && !matches!(c, '&' | '|' | ';' | '?' | '~' | '!' | '\\'));
        let len = match run {
            Some(0) => 1,
            Some(len) => len,
            None => rest.len(),
        };
        let remedy = remedy(&rest[..len]);
        let error = self.bad(len, format!("`{}` means nothing in PromQL", shortened(&rest[..len], 20)));
        error.help.extend(remedy.map(str::to_owned));
    }
}

/// Operators and signs, the longer first where one begins another.
const OPERATORS: [(&str, TokenKind); 17] = [
    ("==", TokenKind::Operator(BinaryOp::Equal)),
    ("=~", TokenKind::RegexMatch),
    ("=", TokenKind::Assign),
    ("!=", TokenKind::Operator(BinaryOp::NotEqual)),
    ("!~", TokenKind::RegexMismatch),
    (">=", TokenKind::Operator(BinaryOp::GreaterEqual)),
    (">/", TokenKind::Operator(BinaryOp::TrimLower)),
    (">", TokenKind::Operator(BinaryOp::Greater)),
    ("<=", TokenKind::Operator(BinaryOp::LessEqual)),
    ("</", TokenKind::Operator(BinaryOp::TrimUpper)),
    ("<", TokenKind::Operator(BinaryOp::Less)),
    ("+", TokenKind::Operator(BinaryOp::Add)),
    ("-", TokenKind::Operator(BinaryOp::Subtract)),
    ("*", TokenKind::Operator(BinaryOp::Multiply)),
    ("/", TokenKind::Operator(BinaryOp::Divide)),
    ("%", TokenKind::Operator(BinaryOp::Modulo)),
    ("^", TokenKind::Operator(BinaryOp::Power)),
];

/// A word, with colons where they belong to names.
fn word(input: &str, colons: bool) -> IResult<&str, &str> {
    take_while1(|c: char| c.is_ascii_alphanumeric() || c == '_' || (colons && c == ':')).parse(input)
}

/// The length of `$name`, `${name}`, `${name:format}`.
fn variable_length(text: &str) -> usize {
    if text.starts_with("${") {
        return text.find('}').map_or(2, |end| end + 1);
    }
    1 + text[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len() - 1)
}

/// What to write instead of something that other languages, or word processors, write.
fn remedy(text: &str) -> Option<&'static str> {
    Some(match text {
        "&&" | "&" => "write `and`",
        "||" | "|" => "write `or`",
        "!" => "write `!=` or `!~`, or `unless` to take series away",
        ";" => "an expression ends where its text ends",
        _ if text.contains(['“', '”', '„', '‘', '’', '«', '»']) => "write straight quotes, \" or '",
        _ if text.contains(['–', '—', '−']) => "write a plain `-`",
        _ if text.contains(['×', '·']) => "write `*`",
        _ if text.contains('≥') => "write `>=`",
        _ if text.contains('≤') => "write `<=`",
        _ if text.contains('≠') => "write `!=`",
        _ if text.contains('\u{a0}') => "write a plain space",
        _ => return None,
    })
}
