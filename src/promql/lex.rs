//! The expression's text cut into tokens; what is no token is reported and passed on as a hole.

use crate::{
    diag::Diagnostic,
    text::Excerpt,
    vocab::{is_unquoted_name, shortened},
};

use super::{
    features::{Feature, FeatureUse},
    literal,
    operators::BinaryOp,
    token::{Keyword, Token, TokenKind},
};

/// What a lexer leaves behind.
pub(super) struct Lexed {
    /// All tokens; the last one is [`TokenKind::End`].
    pub(super) tokens: Vec<Token>,
    /// What is no token.
    pub(super) errors: Vec<Diagnostic>,
    /// The names that are no errors only because [`Feature::UnquotedNames`] is on.
    pub(super) features: Vec<FeatureUse>,
}

/// Reads all tokens; of features only [`Feature::UnquotedNames`] makes a difference here.
pub(super) fn lex(excerpt: &Excerpt, features: &[Feature]) -> Lexed {
    let text = excerpt.text();
    let lexed = Lexed { tokens: Vec::with_capacity(text.len() / 2 + 2), errors: Vec::new(), features: Vec::new() };
    let takes_unquoted = features.contains(&Feature::UnquotedNames);
    let mut lexer = Lexer { excerpt, text, at: 0, mode: Mode::General, takes_unquoted, lexed };
    while let Some(next) = lexer.next_character() {
        lexer.token(next);
    }
    lexer.push(TokenKind::End, 0);
    lexer.lexed
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
    /// Whether names may have dots and letters beyond ASCII.
    takes_unquoted: bool,
    lexed: Lexed,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn push(&mut self, kind: TokenKind, len: usize) {
        let start = self.at as u32;
        self.at += len;
        self.lexed.tokens.push(Token { kind, start, end: self.at as u32 });
    }

    /// Reports the next `len` bytes and leaves a hole in their place.
    fn bad(&mut self, len: usize, message: impl Into<String>) -> &mut Diagnostic {
        let span = self.excerpt.span(self.at..self.at + len);
        self.push(TokenKind::Bad, len);
        self.report(Diagnostic::error(span, message))
    }

    /// Keeps an error, to which a remedy may still be added.
    fn report(&mut self, error: Diagnostic) -> &mut Diagnostic {
        let index = self.lexed.errors.len();
        self.lexed.errors.push(error);
        &mut self.lexed.errors[index]
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
        let is_of_word = |byte: &u8| OF_WORDS[usize::from(*byte)] || (colons && *byte == b':');
        let rest = self.rest();
        let word = &rest[..rest.bytes().take_while(is_of_word).count()];
        if let Some(len) = self.unquoted_name(word.len()) {
            return self.unquoted(word.len(), len);
        }
        if self.mode == Mode::Braces {
            return self.push(TokenKind::Identifier, word.len());
        }
        let kind = match TokenKind::of_word(word) {
            // `inf` and `nan` are no durations, not even in seconds.
            TokenKind::Number if self.mode != Mode::General => TokenKind::Identifier,
            TokenKind::Keyword(Keyword::Fill | Keyword::FillLeft | Keyword::FillRight)
                if !rest[word.len()..].trim_start_matches([' ', '\t', '\n', '\r']).starts_with('(') =>
            {
                TokenKind::Identifier
            }
            kind => kind,
        };
        self.push(kind, word.len());
    }

    fn numeral(&mut self) {
        let numeral = literal::numeral(self.rest());
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
        match operator_at(self.rest().as_bytes()) {
            Some((kind, len)) => self.push(kind, len),
            None => self.unexpected(),
        }
    }

    /// How long a name is that goes on, behind so many plain bytes, with a dot or with a letter beyond ASCII. Between
    /// brackets there are no names.
    fn unquoted_name(&self, plain: usize) -> Option<usize> {
        let rest = self.rest();
        let next = *rest.as_bytes().get(plain)?;
        let may_go_on = !next.is_ascii() || (next == b'.' && plain > 0);
        if !may_go_on || matches!(self.mode, Mode::Brackets { .. }) {
            return None;
        }
        let colons = self.mode == Mode::General;
        let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.') || (colons && c == ':');
        let goes_on = plain > 0 || rest.starts_with(char::is_alphabetic);
        let len = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
        (goes_on && len > plain).then_some(len)
    }

    /// Takes such a name, and reports it unless it may stand without quotes.
    fn unquoted(&mut self, plain: usize, len: usize) {
        let name = &self.rest()[..len];
        let span = self.excerpt.span(self.at + plain..self.at + len);
        let shown = shortened(name, 40);
        let is_gated = is_unquoted_name(name);
        if self.takes_unquoted && is_gated {
            let what = format!("`{shown}` without quotes");
            self.lexed.features.push(FeatureUse { feature: Feature::UnquotedNames, span, what });
        } else if name[plain..].trim_matches('.').is_empty() {
            self.report(Diagnostic::error(span, "`.` means nothing in PromQL"));
        } else {
            let or_so = if is_gated { ", or switch on `promql-unquoted-utf8-names` (Prometheus 3.16)" } else { "" };
            let remedy = match self.mode {
                Mode::General => format!("write `{{\"{shown}\"}}` for a metric, `\"{shown}\"` for a label{or_so}"),
                _ => format!("write `\"{shown}\"`{or_so}"),
            };
            self.report(Diagnostic::error(span, format!("the name `{shown}` has to stand in quotes")).help(remedy));
        }
        let kind = if self.mode == Mode::Braces { TokenKind::Identifier } else { TokenKind::of_name(name) };
        self.push(kind, len);
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
        if let Some(len) = self.unquoted_name(0) {
            return self.unquoted(0, len);
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

/// The operator or sign that a text begins with, and its length.
fn operator_at(text: &[u8]) -> Option<(TokenKind, usize)> {
    let op = TokenKind::Operator;
    Some(match text {
        [b'=', b'=', ..] => (op(BinaryOp::Equal), 2),
        [b'=', b'~', ..] => (TokenKind::RegexMatch, 2),
        [b'=', ..] => (TokenKind::Assign, 1),
        [b'!', b'=', ..] => (op(BinaryOp::NotEqual), 2),
        [b'!', b'~', ..] => (TokenKind::RegexMismatch, 2),
        [b'>', b'=', ..] => (op(BinaryOp::GreaterEqual), 2),
        [b'>', b'/', ..] => (op(BinaryOp::TrimLower), 2),
        [b'>', ..] => (op(BinaryOp::Greater), 1),
        [b'<', b'=', ..] => (op(BinaryOp::LessEqual), 2),
        [b'<', b'/', ..] => (op(BinaryOp::TrimUpper), 2),
        [b'<', ..] => (op(BinaryOp::Less), 1),
        [b'+', ..] => (op(BinaryOp::Add), 1),
        [b'-', ..] => (op(BinaryOp::Subtract), 1),
        [b'*', ..] => (op(BinaryOp::Multiply), 1),
        [b'/', ..] => (op(BinaryOp::Divide), 1),
        [b'%', ..] => (op(BinaryOp::Modulo), 1),
        [b'^', ..] => (op(BinaryOp::Power), 1),
        _ => return None,
    })
}

/// Whether a byte belongs to words of any kind; colons belong to names only.
const OF_WORDS: [bool; 256] = {
    let mut of_words = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        of_words[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    of_words
};

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
