//! Operators and operands, by precedence climbing.

use crate::{
    diag::Diagnostic,
    promql::{
        ast::{Binary, BinaryOp, Expr, NumberForm, NumberLiteral, Paren, RangeSelector, Sign, Subquery, Unary},
        literal,
        operators::SIGN_PRECEDENCE,
        token::{Keyword, Token, TokenKind},
    },
    text::{Name, Span, Spanned},
    vocab::Duration,
};

use super::Parser;

/// What an operand is wanted for, should it be missing.
#[derive(Copy, Clone)]
pub(super) enum Wanted {
    /// Nothing stands before it.
    Alone,
    /// It follows this token.
    After(Token),
    /// It follows this opening parenthesis, which might as well be closed.
    AfterOrClosing(Token),
}

impl Parser<'_> {
    /// Reads an expression whose operators bind at least as tightly as `minimum`. `wanted` says what
    /// it is wanted for, should it be missing.
    pub(super) fn expression(&mut self, minimum: u8, wanted: Wanted) -> Expr {
        let expr = if self.descend() {
            let operand = self.operand(wanted);
            self.binary(operand, minimum)
        } else {
            Expr::Broken(self.span_of(self.token()))
        };
        self.depth -= 1;
        expr
    }

    /// Reads on behind a left operand, as long as operators bind at least as tightly as `minimum`.
    pub(super) fn binary(&mut self, mut left: Expr, minimum: u8) -> Expr {
        while let Some(op) = self.peek_operator().filter(|op| op.precedence() >= minimum) {
            if !self.link() {
                break;
            }
            self.check_operator(op);
            let token = self.bump();
            let modifiers = self.binary_modifiers();
            let next = if op.is_right_associative() { op.precedence() } else { op.precedence() + 1 };
            let right = self.expression(next, Wanted::After(token));
            left = Expr::Binary(Box::new(Binary::of(left, self.spanned(token, op), modifiers, right)));
        }
        left
    }

    /// The next operator; `=`, `=~` and `!~` are taken for comparisons of values.
    fn peek_operator(&self) -> Option<BinaryOp> {
        match self.peek() {
            TokenKind::Operator(op) => Some(op),
            TokenKind::Assign | TokenKind::RegexMatch => Some(BinaryOp::Equal),
            TokenKind::RegexMismatch => Some(BinaryOp::NotEqual),
            _ => None,
        }
    }

    /// Reports `=`, `=~` and `!~` between expressions.
    fn check_operator(&mut self, op: BinaryOp) {
        let token = self.token();
        if matches!(token.kind, TokenKind::Operator(_)) {
            return;
        }
        let text = self.text_of(token);
        let mut error =
            Diagnostic::error(self.span_of(token), format!("`{text}` compares labels, within braces, but not values"));
        if token.kind == TokenKind::Assign {
            error = error.help(format!("values are compared with `{}`", op.text()));
        } else {
            error = error.help("values are numbers, which no pattern can match");
        }
        self.report(error);
    }

    /// A signed or plain operand with all that stands behind it.
    fn operand(&mut self, wanted: Wanted) -> Expr {
        let sign = match self.peek() {
            TokenKind::Operator(BinaryOp::Add) => Sign::Plus,
            TokenKind::Operator(BinaryOp::Subtract) => Sign::Minus,
            _ => {
                let primary = self.primary(wanted);
                return self.postfix(primary);
            }
        };
        let token = self.bump();
        let operand = self.expression(SIGN_PRECEDENCE + 1, Wanted::After(token));
        let span = self.span_of(token).to(operand.span());
        match operand {
            // A signed literal is a literal, as in Prometheus.
            Expr::Number(number) => Expr::Number(number.signed(sign, span)),
            operand => Expr::Unary(Box::new(Unary { span, op: self.spanned(token, sign), operand })),
        }
    }

    fn primary(&mut self, wanted: Wanted) -> Expr {
        let token = self.token();
        match token.kind {
            TokenKind::Number | TokenKind::Duration => Expr::Number(self.number_literal()),
            TokenKind::String => {
                self.bump();
                Expr::String(Box::new(self.string_literal(token)))
            }
            TokenKind::LeftParen => self.paren(),
            TokenKind::LeftBrace => self.selector(),
            TokenKind::Aggregator(op) if self.begins_aggregation() => self.aggregation(op),
            kind if kind.is_function_name() && self.peek_second() == TokenKind::LeftParen => self.call(),
            kind if kind.is_metric_name() => self.selector(),
            TokenKind::Keyword(keyword) if keyword != Keyword::Bool => {
                self.unexpected_operand(wanted);
                self.bump();
                self.skip_grouping();
                Expr::Broken(self.span_of(token))
            }
            _ => self.missing(wanted),
        }
    }

    fn unexpected_operand(&mut self, wanted: Wanted) {
        match wanted {
            Wanted::Alone => self.unexpected("an expression"),
            Wanted::After(token) => self.unexpected(&format!("an expression after `{}`", self.text_of(token))),
            Wanted::AfterOrClosing(token) => {
                self.unexpected(&format!("an expression or `)` after `{}`", self.text_of(token)));
            }
        }
    }

    /// Reports that there is no operand, and skips what cannot begin one.
    fn missing(&mut self, wanted: Wanted) -> Expr {
        self.unexpected_operand(wanted);
        let start = self.token().start as usize;
        let stops = |kind: TokenKind| {
            matches!(kind, TokenKind::Operator(_) | TokenKind::Comma) || kind.is_closing() || kind.begins_operand()
        };
        if matches!(self.peek(), TokenKind::Operator(_) | TokenKind::Comma | TokenKind::End) || self.peek().is_closing()
        {
            let end = self.last_end();
            return Expr::Broken(self.span(end..end));
        }
        self.bump();
        if !self.peek().begins_operand() {
            self.skip_to(stops);
        }
        Expr::Broken(self.span_from(start))
    }

    /// A number or duration, which must be the next token.
    pub(super) fn number_literal(&mut self) -> NumberLiteral {
        let token = self.bump();
        let text = self.text_of(token);
        let span = self.span_of(token);
        if token.kind == TokenKind::Duration {
            let value = Duration::parse(text).map_or(0.0, Duration::as_seconds);
            return NumberLiteral { span, value, form: NumberForm::Duration };
        }
        NumberLiteral { span, value: literal::number(text).unwrap_or(f64::NAN), form: NumberForm::Number }
    }

    /// The value of a string token; escapes that are none are reported.
    pub(super) fn string_literal(&mut self, token: Token) -> Spanned<Name> {
        let text = self.text_of(token);
        let value = literal::unquote(text).unwrap_or_else(|error| {
            let start = token.start as usize;
            let mut complaint =
                Diagnostic::error(self.span(start + error.range.start..start + error.range.end), error.message);
            complaint.help.extend(error.help);
            self.report(complaint);
            Name::new(text)
        });
        self.spanned(token, value)
    }

    fn paren(&mut self) -> Expr {
        let opening = self.open(TokenKind::RightParen);
        let inner = self.expression(0, Wanted::After(opening));
        self.close(opening, "an operator or `)`");
        Expr::Paren(Box::new(Paren { span: self.span_from(opening.start as usize), inner }))
    }

    /// Ranges, `offset`, `@` and the like behind an operand.
    fn postfix(&mut self, mut expr: Expr) -> Expr {
        loop {
            let kind = self.peek();
            let postfix = matches!(
                kind,
                TokenKind::LeftBracket
                    | TokenKind::At
                    | TokenKind::Keyword(Keyword::Offset | Keyword::Anchored | Keyword::Smoothed)
            );
            if !postfix || !self.link() {
                return expr;
            }
            match kind {
                TokenKind::LeftBracket => expr = self.range(expr),
                TokenKind::At => self.at(&mut expr),
                TokenKind::Keyword(Keyword::Offset) => self.offset(&mut expr),
                _ => self.extension(&mut expr),
            }
        }
    }

    /// `[5m]` or `[1h:5m]` behind an expression.
    fn range(&mut self, expr: Expr) -> Expr {
        let opening = self.open(TokenKind::RightBracket);
        let range = self.positive_duration("a duration after `[`");
        let colon = self.eat(TokenKind::Colon);
        let step = (colon.is_some() && self.peek() != TokenKind::RightBracket)
            .then(|| self.positive_duration("a duration or `]` after `:`"));
        self.close(opening, if colon.is_some() { "`]`" } else { "`:` or `]`" });
        let brackets = self.span_from(opening.start as usize);
        let span = expr.span().to(brackets);
        if colon.is_some() {
            return Expr::Subquery(Box::new(Subquery {
                span,
                operand: expr,
                brackets,
                range,
                step,
                modifiers: Default::default(),
            }));
        }
        self.range_selector(expr, span, brackets, range)
    }

    fn range_selector(
        &mut self,
        expr: Expr,
        span: Span,
        brackets: Span,
        range: crate::promql::ast::DurationExpr,
    ) -> Expr {
        match expr {
            Expr::Selector(mut selector) => {
                let modifiers = std::mem::take(&mut selector.modifiers);
                let early = (modifiers.offset.as_ref().map(|offset| ("offset", offset.span)))
                    .or(modifiers.at.as_ref().map(|at| ("@", at.span)));
                if let Some((word, place)) = early {
                    self.report(
                        Diagnostic::error(place, format!("`{word}` stands before the range"))
                            .label(brackets, "the range")
                            .help(format!("put `{word}` behind the `]`")),
                    );
                }
                Expr::Range(Box::new(RangeSelector { span, selector: *selector, brackets, range, modifiers }))
            }
            Expr::Broken(_) => Expr::Broken(span),
            expr => {
                self.report(
                    Diagnostic::error(brackets, "only a selector can have a range")
                        .label(expr.span(), "this is not one")
                        .help(format!("a colon makes it a subquery: `[{range}:]`")),
                );
                let modifiers = Default::default();
                Expr::Subquery(Box::new(Subquery { span, operand: expr, brackets, range, step: None, modifiers }))
            }
        }
    }
}

impl NumberLiteral {
    /// The same number with a sign before it.
    pub(super) fn signed(self, sign: Sign, span: Span) -> Self {
        let value = if sign == Sign::Minus { -self.value } else { self.value };
        Self { span, value, ..self }
    }
}
