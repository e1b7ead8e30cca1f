//! Durations in brackets and behind `offset`, and arithmetic over them.

use crate::{
    diag::Diagnostic,
    promql::{
        ast::{
            BinaryOp, DurationBinary, DurationExpr, DurationExtreme, DurationParen, DurationUnary, Extreme, NumberForm,
            NumberLiteral, Sign,
        },
        features::Feature,
        operators::SIGN_PRECEDENCE,
        token::{Keyword, Token, TokenKind},
    },
    text::Span,
    vocab::Duration,
};

use super::Parser;

impl Parser<'_> {
    /// A duration in brackets; a literal one must be above zero.
    pub(super) fn positive_duration(&mut self, wanted: &str) -> DurationExpr {
        let duration = self.duration(0, wanted);
        self.note_arithmetic(&duration);
        if let DurationExpr::Literal(literal) = &duration
            && literal.value <= 0.0
        {
            self.report(
                Diagnostic::error(literal.span, "the duration is not greater than 0")
                    .help("a range reaches into the past and has no sign; `offset` shifts it"),
            );
        }
        duration
    }

    /// A duration behind `offset`: a sign and a single value; more needs parentheses.
    pub(super) fn offset_duration(&mut self) -> DurationExpr {
        let duration = self.duration(SIGN_PRECEDENCE + 2, "a duration after `offset`");
        self.note_arithmetic(&duration);
        duration
    }

    fn duration(&mut self, minimum: u8, wanted: &str) -> DurationExpr {
        let duration = if self.descend() {
            let operand = self.duration_operand(minimum, wanted);
            self.duration_binary(operand, minimum)
        } else {
            DurationExpr::Broken(self.span_of(self.token()))
        };
        self.depth -= 1;
        duration
    }

    /// Notes a duration that is more than a literal.
    fn note_arithmetic(&mut self, duration: &DurationExpr) {
        if !matches!(duration, DurationExpr::Literal(_) | DurationExpr::Broken(_)) {
            self.uses(Feature::DurationExpressions, duration.span(), "arithmetic in a duration");
        }
    }

    fn duration_binary(&mut self, mut left: DurationExpr, minimum: u8) -> DurationExpr {
        while let TokenKind::Operator(op) = self.peek() {
            if !op.is_arithmetic() || op == BinaryOp::Atan2 || op.precedence() < minimum || !self.link() {
                break;
            }
            let token = self.bump();
            let next = if op.is_right_associative() { op.precedence() } else { op.precedence() + 1 };
            let right = self.duration(next, &format!("a duration after `{}`", op.text()));
            self.check_divisor(op, &right);
            left = DurationExpr::Binary(Box::new(DurationBinary {
                span: left.span().to(right.span()),
                left,
                op: self.spanned(token, op),
                right,
            }));
        }
        left
    }

    fn check_divisor(&mut self, op: BinaryOp, divisor: &DurationExpr) {
        if let DurationExpr::Literal(literal) = divisor
            && matches!(op, BinaryOp::Divide | BinaryOp::Modulo)
            && literal.value == 0.0
        {
            self.report(Diagnostic::error(literal.span, format!("`{}` by zero", op.text())));
        }
    }

    fn duration_operand(&mut self, minimum: u8, wanted: &str) -> DurationExpr {
        let token = self.token();
        let start = token.start as usize;
        match token.kind {
            TokenKind::Operator(op @ (BinaryOp::Add | BinaryOp::Subtract)) => {
                self.bump();
                let sign = if op == BinaryOp::Add { Sign::Plus } else { Sign::Minus };
                let operand = self.duration(minimum.max(SIGN_PRECEDENCE + 1), wanted);
                let span = self.span_of(token).to(operand.span());
                match operand {
                    DurationExpr::Literal(literal) => DurationExpr::Literal(literal.signed(sign, span)),
                    operand => {
                        let op = self.spanned(token, sign);
                        DurationExpr::Unary(Box::new(DurationUnary { span, op, operand }))
                    }
                }
            }
            TokenKind::Number | TokenKind::Duration => {
                let literal = self.number_literal();
                self.check_length(&literal);
                DurationExpr::Literal(self.spaced_duration(token).unwrap_or(literal))
            }
            TokenKind::LeftParen => {
                let opening = self.open(TokenKind::RightParen);
                let inner = self.duration(0, "a duration after `(`");
                self.close(opening, "an operator or `)`");
                DurationExpr::Paren(Box::new(DurationParen { span: self.span_from(start), inner }))
            }
            TokenKind::Keyword(Keyword::Step) => self.query_duration(DurationExpr::Step),
            TokenKind::Keyword(Keyword::Range) => self.query_duration(DurationExpr::Range),
            TokenKind::Keyword(Keyword::MinOf) => self.extreme(Extreme::Min),
            TokenKind::Keyword(Keyword::MaxOf) => self.extreme(Extreme::Max),
            _ => self.missing_duration(wanted),
        }
    }

    /// Reports seconds whose nanoseconds are beyond 64 bits.
    fn check_length(&mut self, literal: &NumberLiteral) {
        if literal.value * 1e9 > i64::MAX as f64 {
            let message = "this is longer than the 292 years that Prometheus can hold";
            self.report(Diagnostic::error(literal.span, message));
        }
    }

    /// Reports `5 m`, and takes it for what it means.
    fn spaced_duration(&mut self, number: Token) -> Option<NumberLiteral> {
        let unit = self.token();
        if unit.kind != TokenKind::Identifier {
            return None;
        }
        let whole = format!("{}{}", self.text_of(number), self.text_of(unit));
        let value = Duration::parse(&whole).ok()?.as_seconds();
        self.bump();
        let span = self.span_from(number.start as usize);
        self.report(Diagnostic::error(span, "a duration is written without spaces").help(format!("write `{whole}`")));
        Some(NumberLiteral { span, value, form: NumberForm::Duration })
    }

    fn missing_duration(&mut self, wanted: &str) -> DurationExpr {
        let token = self.token();
        self.unexpected(wanted);
        let is_word = matches!(token.kind, TokenKind::Identifier | TokenKind::Bad | TokenKind::String);
        if is_word {
            self.bump();
            // What stands together with the word was meant to be one duration: `5$unit`.
            while self.token().start == token.end && matches!(self.peek(), TokenKind::Bad | TokenKind::Identifier) {
                self.bump();
            }
            return DurationExpr::Broken(self.span_of(token));
        }
        let end = self.last_end();
        DurationExpr::Broken(self.span(end..end))
    }

    /// `step()` or `range()`.
    fn query_duration(&mut self, of: fn(Span) -> DurationExpr) -> DurationExpr {
        let start = self.bump().start as usize;
        if self.peek() == TokenKind::LeftParen {
            let opening = self.open(TokenKind::RightParen);
            self.close(opening, "`)`");
        } else {
            self.unexpected("`(`");
        }
        of(self.span_from(start))
    }

    /// `min_of(a, b)` or `max_of(a, b)`.
    fn extreme(&mut self, which: Extreme) -> DurationExpr {
        let word = self.bump();
        if self.peek() != TokenKind::LeftParen {
            self.unexpected("`(`");
            return DurationExpr::Broken(self.span_of(word));
        }
        let opening = self.open(TokenKind::RightParen);
        let left = self.duration(0, "a duration after `(`");
        if self.eat(TokenKind::Comma).is_none() {
            self.unexpected("`,` and a second duration");
        }
        let right = self.duration(0, "a duration after `,`");
        self.close(opening, "an operator or `)`");
        DurationExpr::Extreme(Box::new(DurationExtreme {
            span: self.span_from(word.start as usize),
            which: self.spanned(word, which),
            left,
            right,
        }))
    }
}
