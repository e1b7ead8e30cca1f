//! Tokens to a syntax tree: never fails, reports what is wrong where, and reads on behind it.
//!
//! Brackets are where reading resumes after a mistake: the parser knows which ones are open, so it can
//! tell a forgotten `]` from a superfluous `)`.

mod aggregation;
mod duration;
mod expression;
mod modifiers;
mod selector;

use std::ops::Range;

use crate::{
    diag::Diagnostic,
    text::{Excerpt, Name, Span, Spanned},
    vocab::shortened,
};

use expression::Wanted;

use super::{
    ast::Expr,
    features::{Feature, FeatureUse},
    lex::{Lexed, lex},
    token::{Keyword, Token, TokenKind},
};

/// How deep expressions may nest.
const DEEPEST: u32 = 200;
/// How many operators, ranges and modifiers one expression may have; it bounds the height of the tree. Prometheus has
/// no such bound, but takes seconds to read as many.
const LONGEST: u32 = 50_000;
/// After so many errors the rest is not worth telling.
const MOST_ERRORS: usize = 20;

/// What a parser leaves behind.
pub(super) struct Parsed {
    pub(super) expr: Option<Expr>,
    pub(super) errors: Vec<Diagnostic>,
    pub(super) features: Vec<FeatureUse>,
}

/// Reads an expression; of features only [`Feature::UnquotedNames`] makes a difference.
pub(super) fn parse(excerpt: &Excerpt, features: &[Feature]) -> Parsed {
    let Lexed { tokens, errors, features } = lex(excerpt, features);
    let text = excerpt.text();
    let is_half_string =
        |token: &Token| token.kind == TokenKind::Bad && text[token.range()].starts_with(['"', '\'', '`']);
    let swallowed = tokens.iter().any(is_half_string);
    let mut parser = Parser {
        excerpt,
        text,
        tokens,
        at: 0,
        from_lexer: errors.len(),
        errors,
        features,
        open: Vec::new(),
        depth: 0,
        links: 0,
        swallowed,
        last_complaint: None,
    };
    let expr = parser.whole();
    let Parser { mut errors, features, .. } = parser;
    errors.sort_by_key(|error| error.span);
    let end = excerpt.full_span().end;
    errors.dedup_by(|error, before| error.span.start >= end || follows(excerpt, before.span, error.span));
    Parsed { expr, errors, features }
}

/// Whether nothing but white space lies between two errors, so that the second only follows
/// from the first.
fn follows(excerpt: &Excerpt, first: Span, second: Span) -> bool {
    let (Some(from), Some(to)) = (excerpt.offset_of(first.end), excerpt.offset_of(second.start)) else {
        return first.end == second.start;
    };
    excerpt.text().get(from..to).is_some_and(|between| between.trim().is_empty())
}

struct Parser<'t> {
    excerpt: &'t Excerpt,
    text: &'t str,
    /// Never empty: the last one is [`TokenKind::End`].
    tokens: Vec<Token>,
    at: usize,
    errors: Vec<Diagnostic>,
    /// How many of the errors are the lexer's.
    from_lexer: usize,
    features: Vec<FeatureUse>,
    /// Brackets that are open, by what would close them.
    open: Vec<TokenKind>,
    depth: u32,
    links: u32,
    /// Whether a string without its closing quote has swallowed what stood behind it.
    swallowed: bool,
    /// Index of the token that was last reported.
    last_complaint: Option<usize>,
}

impl<'t> Parser<'t> {
    /// The whole text as one expression; what is left over is reported and read for more errors.
    fn whole(&mut self) -> Option<Expr> {
        if self.peek() == TokenKind::End {
            let error = Diagnostic::error(self.excerpt.full_span(), "there is no expression");
            self.errors.push(error);
            return None;
        }
        let mut expr = self.expression(0, Wanted::Alone);
        while self.peek() != TokenKind::End {
            if self.peek().is_closing() {
                self.stray();
            } else {
                self.unexpected("an operator or the end of the expression");
                self.skip_to(|kind| matches!(kind, TokenKind::Operator(_)) || kind.is_closing());
            }
            expr = self.binary(expr, 0);
        }
        Some(expr)
    }

    fn token(&self) -> Token {
        self.tokens[self.at]
    }

    fn peek(&self) -> TokenKind {
        self.tokens[self.at].kind
    }

    /// The kind of the token behind the next one.
    fn peek_second(&self) -> TokenKind {
        self.tokens.get(self.at + 1).map_or(TokenKind::End, |token| token.kind)
    }

    /// The next token, taken; the end is never passed.
    fn bump(&mut self) -> Token {
        let token = self.token();
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
        token
    }

    fn eat(&mut self, kind: TokenKind) -> Option<Token> {
        (self.peek() == kind).then(|| self.bump())
    }

    /// Where the last taken token ends, in bytes of the text.
    fn last_end(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |last| self.tokens[last].end as usize)
    }

    /// How many things, separated by commas, stand before the next bracket.
    fn listed(&self) -> usize {
        let listed = self.tokens[self.at..].iter().take_while(|token| !token.kind.is_bracket());
        1 + listed.filter(|token| token.kind == TokenKind::Comma).count()
    }

    fn text_of(&self, token: Token) -> &'t str {
        self.text.get(token.range()).unwrap_or_default()
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.excerpt.span(range)
    }

    fn span_of(&self, token: Token) -> Span {
        self.excerpt.span(token.range())
    }

    /// The span from byte `start` to the end of the last taken token.
    fn span_from(&self, start: usize) -> Span {
        self.excerpt.span(start..self.last_end().max(start))
    }

    fn spanned<T>(&self, token: Token, value: T) -> Spanned<T> {
        Spanned::new(self.span_of(token), value)
    }

    fn spanned_text(&self, token: Token) -> Spanned<Name> {
        self.spanned(token, Name::new(self.text_of(token)))
    }

    fn report(&mut self, error: Diagnostic) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(error);
        }
    }

    fn uses(&mut self, feature: Feature, span: Span, what: impl Into<String>) {
        self.features.push(FeatureUse { feature, span, what: what.into() });
    }

    /// Reports that something else was expected in place of the next token.
    fn unexpected(&mut self, expected: &str) {
        self.unexpected_with_help(expected, None);
    }

    /// As [`Parser::unexpected`], with a remedy. Nothing is said where the lexer has spoken, or twice
    /// about one token.
    fn unexpected_with_help(&mut self, expected: &str, help: Option<String>) {
        let token = self.token();
        let silent = token.kind == TokenKind::Bad || self.is_behind_hole() || self.last_complaint == Some(self.at);
        self.last_complaint = Some(self.at);
        if silent {
            return;
        }
        let mut error = if token.kind == TokenKind::End {
            let end = self.last_end();
            Diagnostic::error(self.span(end..end), format!("expected {expected}, but the expression ends"))
        } else {
            let found = shortened(self.text_of(token), 30);
            Diagnostic::error(self.span_of(token), format!("expected {expected}, found `{found}`"))
        };
        error.here = format!("expected {expected}");
        error.help.extend(help);
        self.report(error);
    }

    /// Whether the last taken token is one that the lexer has reported.
    fn is_behind_hole(&self) -> bool {
        self.at.checked_sub(1).is_some_and(|last| self.tokens[last].kind == TokenKind::Bad)
    }

    /// Takes and reports a closing bracket that nothing opened.
    fn stray(&mut self) {
        let token = self.bump();
        if self.swallowed {
            return;
        }
        let text = self.text_of(token);
        self.report(
            Diagnostic::error(self.span_of(token), format!("nothing opened this `{text}`"))
                .help("take it away, or put its opening bracket where it belongs"),
        );
    }

    /// Notes that a bracket is open. [`Parser::close`] is its other half.
    fn open(&mut self, closing: TokenKind) -> Token {
        self.open.push(closing);
        self.bump()
    }

    /// Takes the bracket that closes `opening`; where it is missing, reports that and skips what stands
    /// in its way. `expected` says what else could have stood there.
    fn close(&mut self, opening: Token, expected: &str) {
        let Some(closing) = self.open.pop() else { return };
        loop {
            let next = self.peek();
            if next == closing {
                self.bump();
                return;
            }
            let forgotten = match closing {
                TokenKind::RightParen => {
                    matches!(next, TokenKind::Keyword(Keyword::By | Keyword::Without)) && self.lacks_parenthesis()
                }
                _ => matches!(next, TokenKind::LeftParen | TokenKind::LeftBracket),
            };
            if forgotten || next == TokenKind::End || (next.is_closing() && self.open.contains(&next)) {
                return self.never_closed(opening);
            }
            if next.is_closing() {
                self.stray();
                continue;
            }
            self.unexpected(expected);
            self.skip_to(|kind| kind == closing);
        }
    }

    /// Whether fewer parentheses are closed from here on than are open, that of the caller included.
    fn lacks_parenthesis(&self) -> bool {
        let mut open = 1 + self.open.iter().filter(|closing| **closing == TokenKind::RightParen).count();
        for token in &self.tokens[self.at..] {
            match token.kind {
                TokenKind::LeftParen => open += 1,
                TokenKind::RightParen => open = open.saturating_sub(1),
                _ => {}
            }
        }
        open > 0
    }

    fn never_closed(&mut self, opening: Token) {
        let text = self.text_of(opening);
        if self.swallowed || (self.is_behind_hole() && self.peek() == TokenKind::End) {
            return;
        }
        let closing = match opening.kind {
            TokenKind::LeftParen => ")",
            TokenKind::LeftBracket => "]",
            _ => "}",
        };
        let end = self.last_end();
        self.report(
            Diagnostic::error(self.span_of(opening), format!("this `{text}` is never closed"))
                .label(self.span(end..end), format!("expected `{closing}` here at the latest")),
        );
    }

    /// Skips to a token that `stop` knows, or that closes an open bracket, or to the end. Brackets on the
    /// way are skipped with all between them.
    fn skip_to(&mut self, stop: impl Fn(TokenKind) -> bool) {
        let mut inner = Vec::new();
        loop {
            let next = self.peek();
            match next {
                TokenKind::End => return,
                _ if inner.is_empty() && stop(next) => return,
                TokenKind::LeftParen => inner.push(TokenKind::RightParen),
                TokenKind::LeftBrace => inner.push(TokenKind::RightBrace),
                TokenKind::LeftBracket => inner.push(TokenKind::RightBracket),
                _ if inner.last() == Some(&next) => drop(inner.pop()),
                _ if next.is_closing() && self.open.contains(&next) => return,
                _ => {}
            }
            self.bump();
        }
    }

    /// Counts one more link of a chain; past the limit, reports it and goes to the end.
    fn link(&mut self) -> bool {
        self.links += 1;
        if self.links == LONGEST {
            self.give_up(format!(
                "the expression has more than {LONGEST} operators and modifiers; the rest is not read"
            ));
        }
        self.links < LONGEST
    }

    /// Goes one level down; past the limit, reports it and goes to the end.
    fn descend(&mut self) -> bool {
        self.depth += 1;
        if self.depth == DEEPEST {
            self.give_up(format!("the expression nests deeper than {DEEPEST} levels; the rest is not read"));
        }
        self.depth < DEEPEST
    }

    fn give_up(&mut self, message: String) {
        self.errors.push(Diagnostic::error(self.span_of(self.token()), message));
        self.at = self.tokens.len() - 1;
        self.last_complaint = Some(self.at);
        self.open.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        promql::{Query, chains},
        text::FileId,
    };

    /// What is wrong with an expression: the marked text and the message.
    fn complaints(text: &str) -> Vec<(String, String)> {
        let query = Query::parse(Excerpt::whole(FileId(0), text));
        let marked = |error: &Diagnostic| text[query.range_of(error.span)].to_owned();
        query.errors().iter().map(|error| (marked(error), error.message.clone())).collect()
    }

    #[test]
    fn points_at_the_token() {
        for (text, marked, message) in [
            ("", "", "there is no expression"),
            ("foo{,}", ",", "expected a label name, found `,`"),
            ("foo{a=\"b\" c=\"d\"}", "c", "expected `,` or `}`, found `c`"),
            ("foo{a}", "}", "expected one of `=`, `!=`, `=~`, `!~`, found `}`"),
            ("foo{a=b}", "b", "expected a string in quotes, found `b`"),
            ("sum by (a b) (x)", "b", "expected `,` or `)`, found `b`"),
            ("sum by job (x)", "job", "expected `(` after `by`, found `job`"),
            ("sum(x)\n  by foo", "foo", "expected `(` after `by`, found `foo`"),
            ("sum by", "", "expected `(` after `by`, but the expression ends"),
            ("sum()", "()", "`sum` has nothing to aggregate"),
            ("sum(x, y)", "y", "`sum` takes 1 argument, not 2"),
            ("abs(x,)", ",", "a comma with no argument behind it"),
            ("x * group_left y", "group_left", "`group_left` without `on (…)` or `ignoring (…)` before it"),
            ("(x)[5m]", "[5m]", "only a selector can have a range"),
            ("x[-5m]", "-5m", "the duration is not greater than 0"),
            ("x[5m:0s]", "0s", "the duration is not greater than 0"),
            ("x offset 5m offset 1m", "offset 1m", "`offset` is said twice"),
            ("x offset 5m [1m]", "offset 5m", "`offset` stands before the range"),
            ("sum(x) offset 5m", "offset 5m", "`offset` follows something that is no selector and no subquery"),
            ("1.5h", "1.5h", "`1.5h` is neither a number nor a duration"),
            ("x[30m1h]", "30m1h", "the units of `30m1h` do not go from large to small, each once"),
            ("x[1e10]", "1e10", "this is longer than the 292 years that Prometheus can hold"),
            ("x[inf]", "inf", "expected a duration after `[`, found `inf`"),
            ("x[5 m]", "5 m", "a duration is written without spaces"),
            ("sum(x{a=\"b}[5m])\n > 1", "\"b}[5m])", "this string has no closing \""),
            ("x)", ")", "nothing opened this `)`"),
            ("sum(rate(x[5m]) by (job)", "(", "this `(` is never closed"),
            ("topk(9, rate(x[5m]) by (job))", "by", "expected `,` or `)`, found `by`"),
            ("rate(x{a=\"b\"[5m])", "{", "this `{` is never closed"),
            ("\"\\q\"", "\\q", "`\\q` is not an escape of PromQL"),
            ("rate(foo[$i]) > 5", "$i", "`$i` is a variable, and PromQL has none"),
            ("http.server.count > 1", ".server.count", "the name `http.server.count` has to stand in quotes"),
            ("x{größe=\"1\"}", "öße", "the name `größe` has to stand in quotes"),
            ("sum by (k8s.pod) (x)", ".pod", "the name `k8s.pod` has to stand in quotes"),
            ("x > 10²", "²", "`²` means nothing in PromQL"),
            ("rate(x[é])", "é", "`é` means nothing in PromQL"),
            ("a && b", "&&", "`&&` means nothing in PromQL"),
            ("a = 1", "=", "`=` compares labels, within braces, but not values"),
            ("x y", "y", "expected an operator or the end of the expression, found `y`"),
            ("rtae(x[5m])", "rtae", "there is no function `rtae`"),
            ("coünt(x)", "ünt", "there is no function `coünt`"),
            ("x{a=~\"(\"}", "(", "the pattern does not compile: `(` is never closed"),
        ] {
            assert_eq!(complaints(text), [(marked.to_owned(), message.to_owned())], "{text}");
        }
    }

    #[test]
    fn finds_several() {
        let marked: Vec<String> =
            complaints("sum(a, ) + rate(b[5m) / (c").into_iter().map(|(marked, _)| marked).collect();
        assert_eq!(marked, [",", "[", "("]);
        assert_eq!(complaints("foo{a=1} + bar{,} > > 2").len(), 3);
    }

    #[test]
    fn accepts_the_odd_corners() {
        for text in [
            "sum",
            "by",
            "and and and",
            "a:b:c",
            "x{a=\"b\",}",
            "{\"a\", \"b\"}",
            "sum by (on, bool, \"a b\",) (x)",
            "x offset -(5m * 2)",
            "x @ -1.5 offset 5m",
            "x[5m + step()] smoothed",
            "fill + fill",
            "a + fill_left (-1) b",
            "a * on() group_left b",
            "2^-1",
            "SUM(x) BY (y)",
            "x[5m:] @ end()",
            "'\\''",
            "0x_1F + 017",
            "x # c\n + 1",
        ] {
            assert_eq!(complaints(text), [], "{text}");
        }
    }

    #[test]
    fn is_bounded() {
        let deep = "(".repeat(100_000);
        assert!(complaints(&deep).iter().any(|(_, message)| message.contains("deeper than 200")));
        chains::with_room(|| {
            let long = "a + ".repeat(100_000);
            assert!(complaints(&long).iter().any(|(_, message)| message.contains("more than 50000")));
        });
        let signs = "-".repeat(100_000);
        assert!(!complaints(&signs).is_empty());
    }
}
