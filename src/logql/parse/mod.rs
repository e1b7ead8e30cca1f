//! Tokens to a syntax tree, up to the first mistake.

mod metric;
mod pipeline;

use std::ops::Range;

use crate::{
    diag::Diagnostic,
    text::{Excerpt, Span, Spanned},
    vocab::shortened,
};

use super::{
    ast::{Expr, LogQuery, LogRange, MatchOp, Matcher, Selector, Stage},
    lex::{Error, lex},
    token::{Token, TokenKind},
};

/// How deep brackets may nest.
const DEEPEST: u32 = 100;
/// How many operators one expression may have; it bounds the height of the tree.
const LONGEST: u32 = 50_000;

/// Reads an expression.
pub(super) fn parse(excerpt: &Excerpt) -> Result<Expr, Error> {
    let tokens = lex(excerpt)?;
    let mut parser = Parser { excerpt, tokens, at: 0, depth: 0, links: 0 };
    if parser.is_end() {
        return Err(Diagnostic::error(excerpt.full_span(), "there is no expression").into());
    }
    let expr = parser.expression(0)?;
    if parser.is_end() { Ok(expr) } else { Err(parser.expected("an operator or the end of the expression")) }
}

struct Parser<'t> {
    excerpt: &'t Excerpt,
    /// Never empty: the last one is [`TokenKind::End`].
    tokens: Vec<Token>,
    at: usize,
    depth: u32,
    links: u32,
}

/// A part of a query that may still lack its window, as inside `({app="x"})[5m]`.
struct Windowed {
    log: LogQuery,
    window: Option<Spanned<f64>>,
    unwrap: Option<Spanned<String>>,
}

impl Parser<'_> {
    fn kind(&self) -> &TokenKind {
        &self.tokens[self.at].kind
    }

    /// The token after the next one.
    fn second(&self) -> &TokenKind {
        &self.tokens[(self.at + 1).min(self.tokens.len() - 1)].kind
    }

    fn is_end(&self) -> bool {
        *self.kind() == TokenKind::End
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.kind(), TokenKind::Sign(own) if *own == sign)
    }

    /// The word at hand in lower case; words of the language have no case.
    fn word(&self) -> Option<String> {
        (*self.kind() == TokenKind::Word).then(|| self.text(self.at).to_lowercase())
    }

    fn is_word(&self, word: &str) -> bool {
        self.word().is_some_and(|own| own == word)
    }

    fn text(&self, at: usize) -> &str {
        &self.excerpt.text()[self.tokens[at].range.clone()]
    }

    /// Steps over the token at hand.
    fn step(&mut self) -> Range<usize> {
        let range = self.tokens[self.at].range.clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        range
    }

    fn take(&mut self, sign: &str) -> bool {
        let here = self.is(sign);
        if here {
            self.step();
        }
        here
    }

    fn take_word(&mut self, word: &str) -> bool {
        let here = self.is_word(word);
        if here {
            self.step();
        }
        here
    }

    /// The complaint that something else was to stand here.
    fn expected(&self, what: &str) -> Error {
        let range = self.tokens[self.at].range.clone();
        let message = if self.is_end() {
            format!("expected {what}, but the expression ends")
        } else {
            format!("expected {what}, found `{}`", shortened(self.text(self.at), 30))
        };
        Diagnostic::error(self.excerpt.span(range), message).into()
    }

    fn need(&mut self, sign: &str, why: &str) -> Result<Range<usize>, Error> {
        if self.is(sign) { Ok(self.step()) } else { Err(self.expected(&format!("`{sign}` {why}"))) }
    }

    /// A name, as it is written.
    fn name(&mut self, what: &str) -> Result<Spanned<String>, Error> {
        if *self.kind() != TokenKind::Word {
            return Err(self.expected(what));
        }
        let name = self.text(self.at).to_owned();
        let range = self.step();
        Ok(Spanned::new(self.excerpt.span(range), name))
    }

    fn string(&mut self, what: &str) -> Result<Spanned<String>, Error> {
        let TokenKind::Text(text) = self.kind() else { return Err(self.expected(what)) };
        let text = text.clone();
        let range = self.step();
        Ok(Spanned::new(self.excerpt.span(range), text))
    }

    /// From the start of a token to the end of the last one that was stepped over.
    fn span_from(&self, first: usize) -> Span {
        let start = self.tokens[first].range.start;
        let end = self.tokens[self.at.saturating_sub(1)].range.end;
        self.excerpt.span(start..end.max(start))
    }

    /// Guards what recurses.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.depth == DEEPEST {
            let place = self.excerpt.span(self.tokens[self.at].range.clone());
            return Err(Diagnostic::error(place, format!("more than {DEEPEST} brackets inside each other")).into());
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// `{app="shop"}`.
    fn selector(&mut self) -> Result<Selector, Error> {
        let first = self.at;
        self.need("{", "and the labels of the streams")?;
        let mut matchers = Vec::new();
        if !self.is("}") {
            matchers.push(self.matcher()?);
            while self.take(",") {
                matchers.push(self.matcher()?);
            }
        }
        if !self.is("}") {
            return Err(self.expected("`,` or `}` after a matcher"));
        }
        self.step();
        Ok(Selector { span: self.span_from(first), matchers })
    }

    fn matcher(&mut self) -> Result<Matcher, Error> {
        let first = self.at;
        let label = self.name("the name of a label")?;
        let Some(op) = self.match_op() else { return Err(self.expected("`=`, `!=`, `=~` or `!~` after the label")) };
        let op = Spanned::new(self.excerpt.span(self.step()), op);
        let value = self.string("the value in quotes")?;
        Ok(Matcher { span: self.span_from(first), label, op, value })
    }

    fn match_op(&self) -> Option<MatchOp> {
        match self.kind() {
            TokenKind::Sign("=") => Some(MatchOp::Equal),
            TokenKind::Sign("!=") => Some(MatchOp::NotEqual),
            TokenKind::Sign("=~") => Some(MatchOp::Regex),
            TokenKind::Sign("!~") => Some(MatchOp::NotRegex),
            _ => None,
        }
    }

    /// `{…} | json`, as an expression of its own.
    fn log(&mut self) -> Result<LogQuery, Error> {
        let first = self.at;
        let selector = self.selector()?;
        let mut stages = Vec::new();
        while let Some(stage) = self.stage()? {
            stages.push(stage);
        }
        Ok(LogQuery { span: self.span_from(first), selector, stages })
    }

    /// What a range aggregation takes.
    fn log_range(&mut self) -> Result<LogRange, Error> {
        let first = self.at;
        let Windowed { log, window, unwrap } = self.windowed()?;
        let Some(window) = window else { return Err(self.expected("a window such as `[5m]`")) };
        Ok(LogRange { span: self.span_from(first), log, window, unwrap })
    }

    /// The window may stand behind the selector or behind the pipeline, and brackets anywhere around.
    fn windowed(&mut self) -> Result<Windowed, Error> {
        if self.take("(") {
            let mut inner = self.deeper(Self::windowed)?;
            self.need(")", "to close the bracket")?;
            if inner.window.is_none() {
                inner.window = self.window()?;
            }
            let mut stages = std::mem::take(&mut inner.log.stages);
            let unwrap = self.stages(&mut stages)?;
            inner.log.stages = stages;
            inner.unwrap = inner.unwrap.or(unwrap);
            return Ok(inner);
        }
        let first = self.at;
        let selector = self.selector()?;
        let mut window = self.window()?;
        let mut stages = Vec::new();
        let unwrap = self.stages(&mut stages)?;
        let span = self.span_from(first);
        if window.is_none() {
            window = self.window()?;
        }
        Ok(Windowed { log: LogQuery { span, selector, stages }, window, unwrap })
    }

    /// Steps of a pipeline up to its end, `unwrap` and the filters behind it included.
    fn stages(&mut self, stages: &mut Vec<Stage>) -> Result<Option<Spanned<String>>, Error> {
        let mut unwrap = None;
        loop {
            if self.is("|") && self.at_unwrap() {
                unwrap = Some(self.unwrap()?);
            } else if let Some(stage) = self.stage()? {
                stages.push(stage);
            } else {
                return Ok(unwrap);
            }
        }
    }

    /// `[5m]`, perhaps with an offset.
    fn window(&mut self) -> Result<Option<Spanned<f64>>, Error> {
        let TokenKind::Window(seconds) = *self.kind() else { return Ok(None) };
        let range = self.step();
        if self.take_word("offset") {
            self.take("-");
            if *self.kind() != TokenKind::Duration {
                return Err(self.expected("a duration after `offset`"));
            }
            self.step();
        }
        Ok(Some(Spanned::new(self.excerpt.span(range), seconds)))
    }
}
