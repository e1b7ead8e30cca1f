//! Names and matchers.

use crate::{
    diag::Diagnostic,
    promql::{
        ast::{Expr, MatchOp, Matcher, Modifiers, VectorSelector},
        operators::BinaryOp,
        token::{Token, TokenKind},
    },
    text::{Name, Spanned},
    vocab::Pattern,
};

use super::Parser;

impl Parser<'_> {
    /// A name, braces, or both; one of them must be the next token.
    pub(super) fn selector(&mut self) -> Expr {
        let start = self.token().start as usize;
        let name = (self.peek() != TokenKind::LeftBrace).then(|| {
            let token = self.bump();
            self.spanned_text(token)
        });
        let mut selector = VectorSelector {
            span: self.span_from(start),
            name,
            braces: None,
            matchers: Box::default(),
            modifiers: Modifiers::default(),
        };
        if self.peek() == TokenKind::LeftBrace {
            let opening = self.open(TokenKind::RightBrace);
            selector.matchers = self.matchers();
            self.close(opening, "`,` or `}`");
            selector.braces = Some(self.span_from(opening.start as usize));
            selector.span = self.span_from(start);
        }
        Expr::Selector(Box::new(selector))
    }

    /// Matchers up to the closing brace, which is left.
    fn matchers(&mut self) -> Box<[Matcher]> {
        let mut matchers = Vec::with_capacity(self.listed());
        while matches!(self.peek(), TokenKind::Identifier | TokenKind::String) || self.is_odd_label() {
            matchers.extend(self.matcher());
            match self.peek() {
                TokenKind::Comma => drop(self.bump()),
                TokenKind::RightBrace => break,
                TokenKind::Identifier | TokenKind::String => {
                    self.unexpected_with_help("`,` or `}`", Some("matchers are separated by commas".into()));
                }
                _ => break,
            }
        }
        matchers.into()
    }

    /// Whether something other than a label stands where one should, and matchers still follow.
    fn is_odd_label(&mut self) -> bool {
        match self.peek() {
            TokenKind::RightBrace | TokenKind::End => return false,
            kind if kind.is_closing() && self.open.contains(&kind) => return false,
            _ => {}
        }
        self.unexpected("a label name");
        self.skip_to(|kind| matches!(kind, TokenKind::Comma | TokenKind::RightBrace));
        while self.eat(TokenKind::Comma).is_some() {}
        matches!(self.peek(), TokenKind::Identifier | TokenKind::String)
    }

    /// `label op "value"`, or a lone `"name"`. `None` when there is no operator or no value.
    fn matcher(&mut self) -> Option<Matcher> {
        let first = self.bump();
        let Some(op) = self.match_op() else {
            if first.kind == TokenKind::String {
                return Some(self.lone_name(first));
            }
            let help = format!("write `{}=\"…\"`", self.text_of(first));
            self.unexpected_with_help("one of `=`, `!=`, `=~`, `!~`", Some(help));
            self.skip_to(|kind| matches!(kind, TokenKind::Comma | TokenKind::RightBrace));
            return None;
        };
        let label = if first.kind == TokenKind::String { self.string_literal(first) } else { self.spanned_text(first) };
        if self.peek() != TokenKind::String {
            let next = self.token();
            let help = matches!(next.kind, TokenKind::Identifier | TokenKind::Number | TokenKind::Duration)
                .then(|| format!("write `{}{}\"{}\"`", self.text_of(first), op.text(), self.text_of(next)));
            self.unexpected_with_help("a string in quotes", help);
            self.skip_to(|kind| matches!(kind, TokenKind::Comma | TokenKind::RightBrace));
            return None;
        }
        let token = self.bump();
        let value = self.string_literal(token);
        if op.is_regex() {
            self.check_pattern(token, &value);
        }
        Some(Matcher { span: self.span_from(first.start as usize), label, op, value })
    }

    fn lone_name(&mut self, token: Token) -> Matcher {
        let value = self.string_literal(token);
        let start = token.start as usize;
        let op = Spanned::new(self.span(start..start), MatchOp::Equal);
        Matcher { span: value.span, label: Spanned::new(value.span, Name::new_static("__name__")), op, value }
    }

    fn match_op(&mut self) -> Option<Spanned<MatchOp>> {
        let op = match self.peek() {
            TokenKind::Assign => MatchOp::Equal,
            TokenKind::Operator(BinaryOp::NotEqual) => MatchOp::NotEqual,
            TokenKind::RegexMatch => MatchOp::Regex,
            TokenKind::RegexMismatch => MatchOp::NotRegex,
            TokenKind::Operator(BinaryOp::Equal) => {
                self.unexpected_with_help("one of `=`, `!=`, `=~`, `!~`", Some("labels are compared with `=`".into()));
                MatchOp::Equal
            }
            _ => return None,
        };
        let token = self.bump();
        Some(self.spanned(token, op))
    }

    fn check_pattern(&mut self, token: Token, value: &Spanned<Name>) {
        let Err(error) = Pattern::anchored(&value.value) else { return };
        // Without escapes the pattern's bytes are the string's, behind its quote.
        let verbatim = self.text_of(token).len() == value.value.len() + 2 && !error.range.is_empty();
        let first = token.start as usize + 1;
        let place = if verbatim { self.span(first + error.range.start..first + error.range.end) } else { value.span };
        self.report(Diagnostic::error(place, format!("the pattern does not compile: {}", error.message)));
    }
}
