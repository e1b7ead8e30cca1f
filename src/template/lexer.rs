//! Cuts a template into text, comments and the tokens of actions, as Go's `text/template/parse/lex.go`.

use std::ops::Range;

use crate::{diag::Diagnostic, text::Excerpt};

use super::token::{KEYWORDS, Piece, Token, TokenKind};

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Hexadecimal letters in both cases, then the decimal digits and `_`.
const DIGITS: [char; 23] =
    ['a', 'b', 'c', 'd', 'e', 'f', 'A', 'B', 'C', 'D', 'E', 'F', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '_'];

/// Where the next `{{` stands, from a byte of the text on.
pub(super) fn next_opening(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut braces = memchr::memchr_iter(b'{', &bytes[from..]).map(|offset| from + offset);
    braces.find(|brace| bytes.get(brace + 1) == Some(&b'{'))
}

/// Whether an action that continues so trims the text before it.
fn trims_left(after: &[u8]) -> bool {
    matches!(after, [b'-', next, ..] if is_space(*next))
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

/// A template with more faults than this is not cut further. To find the end of each may take as long as the template is.
const MOST_ERRORS: usize = 64;

/// So many tokens most actions have.
const USUAL_TOKENS: usize = 8;

/// Cuts a template into pieces, one after the other, and complains of what cannot be cut.
pub(super) struct Lexer<'t> {
    excerpt: &'t Excerpt,
    text: &'t str,
    at: usize,
    /// Whether the delimiter that opens an action is known to stand here.
    is_opening: bool,
    /// The tokens of the last action, without its delimiters.
    pub(super) tokens: Vec<Token>,
    pub(super) errors: Vec<Diagnostic>,
}

/// Says that the action cannot be cut further; the complaint was made.
struct Broken;

impl<'t> Lexer<'t> {
    pub(super) fn new(excerpt: &'t Excerpt) -> Self {
        Self {
            excerpt,
            text: excerpt.text(),
            at: 0,
            is_opening: false,
            tokens: Vec::with_capacity(USUAL_TOKENS),
            errors: Vec::new(),
        }
    }

    /// The next piece; nothing at the end.
    pub(super) fn next(&mut self) -> Option<Piece> {
        while self.at < self.text.len() && self.errors.len() < MOST_ERRORS {
            let start = self.at;
            if std::mem::take(&mut self.is_opening) {
                match self.delimited() {
                    None => continue,
                    piece => return piece,
                }
            }
            let open = next_opening(self.text, start);
            self.is_opening = open.is_some();
            let mut end = open.unwrap_or(self.text.len());
            self.at = end;
            if trims_left(self.text.as_bytes().get(end + 2..).unwrap_or_default()) {
                end = start + self.text[start..end].trim_end_matches(SPACE).len();
            }
            if start < end {
                return Some(Piece::Text(start..end));
            }
        }
        None
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The bytes that are to be read.
    fn bytes(&self) -> &'t [u8] {
        &self.text.as_bytes()[self.at..]
    }

    fn peek(&self) -> Option<char> {
        match self.bytes().first()? {
            byte if byte.is_ascii() => Some(char::from(*byte)),
            _ => self.rest().chars().next(),
        }
    }

    fn complain(&mut self, range: Range<usize>, message: impl Into<String>) -> &mut Diagnostic {
        let index = self.errors.len();
        self.errors.push(Diagnostic::error(self.excerpt.span(range), message));
        &mut self.errors[index]
    }

    /// The comment or action at `{{`.
    fn delimited(&mut self) -> Option<Piece> {
        let open = self.at;
        self.at += 2;
        if trims_left(self.bytes()) {
            self.at += 2;
        }
        if self.bytes().starts_with(b"/*") {
            return self.comment(open);
        }
        let broken = self.cut(open).is_err();
        if broken {
            self.skip_broken(open);
            return Some(Piece::Action { range: open..self.at, broken });
        }
        let end = self.at;
        self.close();
        Some(Piece::Action { range: open..end + self.right_delimiter_length(end), broken })
    }

    /// Length of the right delimiter at `end`, its trim marker included.
    fn right_delimiter_length(&self, end: usize) -> usize {
        if self.text[end..].starts_with("}}") { 2 } else { 4 }
    }

    /// Whether a right delimiter stands here, with or without a trim marker.
    fn at_end(&self) -> bool {
        match self.bytes() {
            [b'}', b'}', ..] => true,
            [space, b'-', b'}', b'}', ..] => is_space(*space),
            _ => false,
        }
    }

    /// Passes the right delimiter and the text it trims.
    fn close(&mut self) {
        let length = self.right_delimiter_length(self.at);
        self.at += length;
        if length == 4 {
            self.at = self.text.len() - self.rest().trim_start_matches(SPACE).len();
        }
    }

    fn comment(&mut self, open: usize) -> Option<Piece> {
        let inside = self.at + 2;
        let Some(length) = self.text[inside..].find("*/") else {
            self.complain(open..inside, "the comment is never closed").help.push("close it with `*/}}`".to_owned());
            self.at = self.text.len();
            return None;
        };
        self.at = inside + length + 2;
        if !self.at_end() {
            let end = self.at;
            let error = self.complain(end - 2..end, "the action goes on after the comment");
            error.help.push("a comment stands alone between `{{/*` and `*/}}`".to_owned());
            self.skip_broken(end - 2);
            return None;
        }
        self.close();
        Some(Piece::Comment)
    }

    /// After a complaint: to the end of the action, or to the next `{{` when it has none before that.
    fn skip_broken(&mut self, open: usize) {
        let from = self.at.max(open + 2);
        let rest = self.text.get(from..).unwrap_or_default();
        self.at = match (rest.find("}}"), rest.find("{{")) {
            (Some(close), Some(next)) if next < close => from + next,
            (Some(close), _) => from + close + 2,
            (None, Some(next)) => from + next,
            (None, None) => self.text.len(),
        };
    }

    /// Cuts what stands before the right delimiter, which stays unread, into tokens.
    fn cut(&mut self, open: usize) -> Result<(), Broken> {
        self.tokens.clear();
        let mut parentheses: Vec<usize> = Vec::new();
        loop {
            if self.at_end() {
                let Some(&unclosed) = parentheses.last() else { return Ok(()) };
                self.complain(unclosed..unclosed + 1, "`(` is never closed");
                return Err(Broken);
            }
            let start = self.at;
            let Some(next) = self.peek().filter(|_| !self.bytes().starts_with(b"{{")) else {
                let error = self.complain(open..open + 2, "`{{` is never closed");
                error.help.push("close the action with `}}`".to_owned());
                return Err(Broken);
            };
            let kind = self.token(next)?;
            match kind {
                TokenKind::LeftParenthesis => parentheses.push(start),
                TokenKind::RightParenthesis if parentheses.pop().is_none() => {
                    self.complain(start..start + 1, "`)` closes nothing");
                    return Err(Broken);
                }
                _ => {}
            }
            self.tokens.push(Token::new(kind, start..self.at));
        }
    }

    /// Passes one token.
    fn token(&mut self, next: char) -> Result<TokenKind, Broken> {
        let start = self.at;
        let single = match next {
            '=' => Some(TokenKind::Assign),
            '|' => Some(TokenKind::Pipe),
            '(' => Some(TokenKind::LeftParenthesis),
            ')' => Some(TokenKind::RightParenthesis),
            _ => None,
        };
        if let Some(kind) = single {
            self.at += 1;
            return Ok(kind);
        }
        match next {
            _ if SPACE.contains(&next) => {
                while self.bytes().first().is_some_and(|next| is_space(*next)) && !(self.at > start && self.at_end()) {
                    self.at += 1;
                }
                Ok(TokenKind::Space)
            }
            ':' if self.rest().starts_with(":=") => {
                self.at += 2;
                Ok(TokenKind::Declare)
            }
            ':' => {
                self.complain(start..start + 1, "`:` stands alone in an action")
                    .help
                    .push("a variable is declared with `:=`".to_owned());
                Err(Broken)
            }
            '"' => self.quoted('"', TokenKind::String),
            '\'' => self.quoted('\'', TokenKind::CharacterConstant),
            '`' => self.quoted('`', TokenKind::RawString),
            '.' if !self.bytes().get(1).is_some_and(u8::is_ascii_digit) => self.name(TokenKind::Field),
            '$' => self.name(TokenKind::Variable),
            '.' | '+' | '-' | '0'..='9' => self.number(),
            _ if is_word(next) => self.word(),
            ' '..='~' => {
                self.at += 1;
                Ok(TokenKind::Character)
            }
            _ => {
                let error =
                    self.complain(start..start + next.len_utf8(), format!("`{next}` means nothing in an action"));
                if matches!(next, '“' | '”' | '‘' | '’' | '„') {
                    error.help.push("strings stand between straight quotes `\"`".to_owned());
                }
                Err(Broken)
            }
        }
    }

    /// A string or character up to its closing quote.
    fn quoted(&mut self, quote: char, kind: TokenKind) -> Result<TokenKind, Broken> {
        let start = self.at;
        self.at += 1;
        while let Some(next) = self.peek() {
            self.at += next.len_utf8();
            if next == quote {
                return Ok(kind);
            }
            if quote != '`' && next == '\\' {
                self.at += self.peek().filter(|escaped| *escaped != '\n').map_or(0, char::len_utf8);
            }
            if quote != '`' && next == '\n' {
                break;
            }
        }
        self.at = start + 1;
        let name = if quote == '`' { "backquote".to_owned() } else { format!("quote `{quote}`") };
        let error = self.complain(start..start + 1, format!("the {name} is never closed"));
        if quote == '\'' {
            error.help.push("strings stand between `\"`, or between backquotes".to_owned());
        }
        Err(Broken)
    }

    /// `.name`, `$name`, or `.` and `$` alone.
    fn name(&mut self, kind: TokenKind) -> Result<TokenKind, Broken> {
        let start = self.at;
        self.at += 1;
        self.pass_word();
        self.terminated(start)?;
        let alone = self.at == start + 1;
        Ok(if alone && kind == TokenKind::Field { TokenKind::Dot } else { kind })
    }

    /// Passes letters, digits and `_`.
    fn pass_word(&mut self) {
        let is_of_word = |byte: &&u8| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_');
        self.at += self.bytes().iter().take_while(is_of_word).count();
        while let Some(next) = self.peek().filter(|next| is_word(*next)) {
            self.at += next.len_utf8();
        }
    }

    fn word(&mut self) -> Result<TokenKind, Broken> {
        let start = self.at;
        self.pass_word();
        self.terminated(start)?;
        Ok(match &self.text[start..self.at] {
            "true" | "false" => TokenKind::Boolean,
            "nil" => TokenKind::Nil,
            word if KEYWORDS.contains(&word) => TokenKind::Keyword,
            _ => TokenKind::Identifier,
        })
    }

    /// Complains unless something stands here that may follow a name.
    fn terminated(&mut self, start: usize) -> Result<(), Broken> {
        let Some(next) = self.peek() else { return Ok(()) };
        if SPACE.contains(&next) || matches!(next, '.' | ',' | '|' | ':' | ')' | '(') || self.bytes().starts_with(b"}}")
        {
            return Ok(());
        }
        let at = self.at;
        let name = &self.text[start..at];
        let message = format!("`{next}` cannot follow `{name}`");
        let help = match next {
            '-' if name.starts_with('.') => {
                Some("a name with `-` is reached by `index`, as in `index $labels \"a-b\"`")
            }
            '[' => Some("an element is reached by `index`, as in `index $labels \"name\"`"),
            '=' if self.rest().starts_with("==") => Some("two values are compared with `eq`, as in `eq $a $b`"),
            '=' | '+' | '-' | '*' | '/' => Some("put spaces between a name and what follows"),
            '}' => Some("close the action with `}}`"),
            _ => None,
        };
        self.complain(at..at + next.len_utf8(), message).help.extend(help.map(str::to_owned));
        Err(Broken)
    }

    fn number(&mut self) -> Result<TokenKind, Broken> {
        let start = self.at;
        let mut scanned = self.scan_number();
        let mut kind = TokenKind::Number;
        if scanned && matches!(self.peek(), Some('+' | '-')) {
            scanned = self.scan_number() && self.text[..self.at].ends_with('i');
            kind = TokenKind::Complex;
        }
        if scanned {
            return Ok(kind);
        }
        let number = self.text[start..self.at].to_owned();
        self.complain(start..start + number.len(), format!("`{number}` is not a number"));
        Err(Broken)
    }

    /// Passes what looks like a number; false when letters follow.
    fn scan_number(&mut self) -> bool {
        self.accept(&['+', '-']);
        let mut digits: &[char] = &DIGITS[12..];
        if self.accept(&['0']) {
            if self.accept(&['x', 'X']) {
                digits = &DIGITS;
            } else if self.accept(&['o', 'O']) {
                digits = &['0', '1', '2', '3', '4', '5', '6', '7', '_'];
            } else if self.accept(&['b', 'B']) {
                digits = &['0', '1', '_'];
            }
        }
        self.accept_all(digits);
        if self.accept(&['.']) {
            self.accept_all(digits);
        }
        let exponent: &[char] = match digits.len() {
            11 => &['e', 'E'],
            23 => &['p', 'P'],
            _ => &[],
        };
        if self.accept(exponent) {
            self.accept(&['+', '-']);
            self.accept_all(&DIGITS[12..]);
        }
        self.accept(&['i']);
        match self.peek().filter(|next| is_word(*next)) {
            Some(next) => {
                self.at += next.len_utf8();
                false
            }
            None => true,
        }
    }

    fn accept(&mut self, any: &[char]) -> bool {
        let accepted = self.peek().is_some_and(|next| any.contains(&next));
        self.at += usize::from(accepted);
        accepted
    }

    fn accept_all(&mut self, any: &[char]) {
        while self.accept(any) {}
    }
}
