//! The expression's text cut into tokens.

use crate::{diag::Diagnostic, text::Excerpt, vocab::shortened};

use super::{
    literal,
    token::{SIGNS, Token, TokenKind},
};

/// Why reading stopped.
pub(super) type Error = Box<Diagnostic>;

/// Reads all tokens, the last one [`TokenKind::End`].
pub(super) fn lex(excerpt: &Excerpt) -> Result<Vec<Token>, Error> {
    let mut lexer = Lexer { excerpt, text: excerpt.text(), at: 0 };
    let mut tokens = Vec::new();
    while let Some(next) = lexer.next_character() {
        tokens.push(lexer.token(next)?);
    }
    let end = excerpt.text().len();
    tokens.push(Token { kind: TokenKind::End, range: end..end });
    Ok(tokens)
}

struct Lexer<'t> {
    excerpt: &'t Excerpt,
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Skips blanks and comments; the next character, if there is one.
    fn next_character(&mut self) -> Option<char> {
        loop {
            let next = self.rest().chars().next()?;
            match next {
                '#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                _ if next.is_whitespace() => self.at += next.len_utf8(),
                _ => return Some(next),
            }
        }
    }

    fn error(&self, len: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(self.excerpt.span(self.at..self.at + len), message)
    }

    fn take(&mut self, len: usize, kind: TokenKind) -> Token {
        let range = self.at..self.at + len;
        self.at = range.end;
        Token { kind, range }
    }

    fn token(&mut self, next: char) -> Result<Token, Error> {
        match next {
            '"' | '`' => self.string(next),
            '\'' => Err(self
                .error(1, "LogQL has no strings in single quotes")
                .help("write `\"…\"`, or put the text between backticks")
                .into()),
            '[' => self.window(),
            '0'..='9' => self.numeral(),
            '.' if self.rest()[1..].starts_with(|next: char| next.is_ascii_digit()) => self.numeral(),
            _ if next == '_' || next.is_alphabetic() => {
                let length = word(self.rest());
                let is_nan = self.rest()[..length].eq_ignore_ascii_case("nan");
                Ok(self.take(length, if is_nan { TokenKind::Number(f64::NAN) } else { TokenKind::Word }))
            }
            _ if self.rest().starts_with("--") && self.rest()[2..].starts_with(char::is_alphabetic) => {
                let rest = &self.rest()[2..];
                let length = rest.find(|letter: char| !letter.is_alphabetic() && letter != '-').unwrap_or(rest.len());
                Ok(self.take(length + 2, TokenKind::Flag))
            }
            _ => match SIGNS.iter().find(|sign| self.rest().starts_with(**sign)) {
                Some(sign) => Ok(self.take(sign.len(), TokenKind::Sign(sign))),
                None => Err(self.error(next.len_utf8(), format!("`{next}` is nothing in LogQL")).into()),
            },
        }
    }

    fn string(&mut self, quote: char) -> Result<Token, Error> {
        let inside = &self.rest()[1..];
        let mut escaped = false;
        let end = inside.char_indices().find(|(_, letter)| {
            let closes = *letter == quote && !escaped;
            escaped = *letter == '\\' && !escaped && quote == '"';
            closes
        });
        let Some((end, _)) = end else {
            return Err(self.error(1, format!("the string that begins with this `{quote}` does not end")).into());
        };
        let text = if quote == '`' { Some(inside[..end].to_owned()) } else { literal::unquoted(&inside[..end]) };
        match text {
            Some(text) => Ok(self.take(end + 2, TokenKind::Text(text))),
            None => Err(self
                .error(end + 2, "the string has an escape that does not exist")
                .help("write `\\\\` for a backslash, or put the text between backticks")
                .into()),
        }
    }

    /// `[5m]`, blanks allowed.
    fn window(&mut self) -> Result<Token, Error> {
        let Some(end) = self.rest().find(']') else {
            return Err(self.error(1, "this `[` is not closed").into());
        };
        let inside = self.rest()[1..end].trim();
        match literal::duration(inside) {
            Some(seconds) => Ok(self.take(end + 1, TokenKind::Window(seconds))),
            None if inside.contains(':') => {
                Err(self.error(end + 1, "LogQL has no subqueries").help("give one window, such as `[5m]`").into())
            }
            None => Err(self
                .error(end + 1, format!("`{}` is no window", shortened(inside, 30)))
                .help("write a duration, such as `[5m]`")
                .into()),
        }
    }

    fn numeral(&mut self) -> Result<Token, Error> {
        let rest = self.rest();
        let mut length = 0;
        let mut before = ' ';
        for letter in rest.chars() {
            let is_sign = matches!(letter, '+' | '-') && matches!(before, 'e' | 'E');
            if !(letter.is_alphanumeric() || letter == '.' || is_sign) {
                break;
            }
            before = letter;
            length += letter.len_utf8();
        }
        let text = &rest[..length];
        if let Some(value) = literal::number(text) {
            return Ok(self.take(length, TokenKind::Number(value)));
        }
        if literal::duration(text).is_some() {
            return Ok(self.take(length, TokenKind::Duration));
        }
        if literal::is_bytes(text) {
            return Ok(self.take(length, TokenKind::Bytes));
        }
        Err(self.error(length, format!("`{text}` is neither a number nor a duration nor a size")).into())
    }
}

/// The length of the word at the start of a text.
fn word(text: &str) -> usize {
    text.find(|letter: char| !(letter.is_alphanumeric() || letter == '_')).unwrap_or(text.len())
}
