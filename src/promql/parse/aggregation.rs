//! Aggregations and function calls.

use crate::{
    diag::Diagnostic,
    promql::{
        ast::{Aggregation, AggregationOp, Call, Expr, Grouping, GroupingKind},
        features::Feature,
        functions,
        token::{Keyword, Token, TokenKind},
    },
    text::Span,
    vocab::nearest,
};

use super::{Parser, expression::Wanted};

impl Parser<'_> {
    /// Whether the next token, the name of an aggregation, begins one, or merely names a metric.
    pub(super) fn begins_aggregation(&self) -> bool {
        match self.peek_second() {
            TokenKind::LeftParen | TokenKind::Keyword(Keyword::By | Keyword::Without) => true,
            TokenKind::LeftBrace => false,
            second => second.begins_operand(),
        }
    }

    /// `sum by (job) (expr)` or `sum(expr) by (job)`.
    pub(super) fn aggregation(&mut self, op: AggregationOp) -> Expr {
        let token = self.bump();
        let word = self.text_of(token);
        if op.is_experimental() {
            self.uses(Feature::ExperimentalFunctions, self.span_of(token), format!("`{word}`"));
        }
        let mut grouping = self.grouping();
        if self.peek() != TokenKind::LeftParen {
            let behind = if grouping.is_some() { "the labels" } else { &format!("`{word}`") };
            self.unexpected(&format!("`(` after {behind}"));
            let operand = if self.peek().begins_operand() {
                self.expression(0, Wanted::Alone)
            } else {
                Expr::Broken(self.span(self.last_end()..self.last_end()))
            };
            let span = self.span_from(token.start as usize);
            let op = self.spanned(token, op);
            return Expr::Aggregation(Box::new(Aggregation { span, op, grouping, parameter: None, operand }));
        }
        let (arguments, parens) = self.arguments(1 + usize::from(op.takes_parameter()));
        if let Some(second) = self.grouping() {
            match &grouping {
                None => grouping = Some(second),
                Some(first) => self.report(
                    Diagnostic::error(second.span, "the labels of an aggregation are given twice")
                        .label(first.span, "first given here"),
                ),
            }
        }
        let span = self.span_from(token.start as usize);
        let (parameter, operand) = self.operands(token, op, arguments, parens);
        Expr::Aggregation(Box::new(Aggregation {
            span,
            op: self.spanned(token, op),
            grouping,
            parameter: parameter.map(Box::new),
            operand,
        }))
    }

    /// Parameter and operand of an aggregation; a wrong number of arguments is reported.
    fn operands(
        &mut self,
        token: Token,
        op: AggregationOp,
        arguments: Vec<Expr>,
        parens: Span,
    ) -> (Option<Expr>, Expr) {
        let word = self.text_of(token);
        let expected = if op.takes_parameter() { 2 } else { 1 };
        let broken = arguments.iter().any(|argument| matches!(argument, Expr::Broken(_)));
        if arguments.len() != expected && !broken {
            let usage =
                if op.takes_parameter() { format!("`{word}(parameter, vector)`") } else { format!("`{word}(vector)`") };
            let extra = arguments.get(expected).map(|first| first.span().to(arguments[arguments.len() - 1].span()));
            let message = match arguments.len() {
                0 => format!("`{word}` has nothing to aggregate"),
                given => {
                    format!("`{word}` takes {expected} argument{}, not {given}", if expected == 1 { "" } else { "s" })
                }
            };
            self.report(Diagnostic::error(extra.unwrap_or(parens), message).help(format!("write {usage}")));
        }
        let mut arguments = arguments.into_iter();
        let first = arguments.next();
        if !op.takes_parameter() {
            return (None, first.unwrap_or(Expr::Broken(parens)));
        }
        match arguments.next() {
            Some(second) => (first, second),
            None => (None, first.unwrap_or(Expr::Broken(parens))),
        }
    }

    fn grouping(&mut self) -> Option<Grouping> {
        let kind = match self.peek() {
            TokenKind::Keyword(Keyword::By) => GroupingKind::By,
            TokenKind::Keyword(Keyword::Without) => GroupingKind::Without,
            _ => return None,
        };
        let token = self.bump();
        let labels = self.labels(token);
        Some(Grouping { span: self.span_from(token.start as usize), kind: self.spanned(token, kind), labels })
    }

    /// `rate(expr)`.
    pub(super) fn call(&mut self) -> Expr {
        let token = self.bump();
        let function = self.spanned_text(token);
        let signature = functions::function(&function.value);
        match signature {
            None => self.unknown_function(token),
            Some(signature) if signature.experimental => {
                self.uses(Feature::ExperimentalFunctions, function.span, format!("`{}`", function.value));
            }
            Some(_) => {}
        }
        let (arguments, parens) = self.arguments(signature.map_or(1, |signature| signature.least));
        Expr::Call(Box::new(Call {
            span: self.span_from(token.start as usize),
            function,
            arguments: arguments.into(),
            parens,
        }))
    }

    fn unknown_function(&mut self, token: Token) {
        let name = self.text_of(token);
        let mut error = Diagnostic::error(self.span_of(token), format!("there is no function `{name}`"));
        if name == "holt_winters" {
            error = error.help("since Prometheus 3.0 it is called `double_exponential_smoothing`");
        } else if let Some(meant) = functions::all()
            .map(|function| function.name)
            .find(|known| known.eq_ignore_ascii_case(name))
            .or_else(|| nearest(name, functions::all().map(|function| function.name)))
        {
            error = error.help(format!("did you mean `{meant}`?"));
        }
        // The lexer may have taken it for a name that lacks quotes; its errors stand first, in order.
        let place = error.span;
        let from_lexer = &mut self.errors[..self.from_lexer];
        let at = from_lexer.partition_point(|known| known.span.start < place.start);
        match from_lexer.get_mut(at).filter(|known| place.contains(known.span)) {
            Some(known) => *known = Diagnostic { span: known.span, ..error },
            None => self.report(error),
        }
    }

    /// Arguments in parentheses, which must be the next token; usually so many.
    fn arguments(&mut self, usual: usize) -> (Vec<Expr>, Span) {
        let opening = self.open(TokenKind::RightParen);
        let mut arguments = Vec::with_capacity(usual);
        if self.peek() != TokenKind::RightParen {
            arguments.push(self.expression(0, Wanted::AfterOrClosing(opening)));
            while let Some(comma) = self.eat(TokenKind::Comma) {
                if self.peek() == TokenKind::RightParen {
                    self.report(
                        Diagnostic::error(self.span_of(comma), "a comma with no argument behind it")
                            .help("take the comma away"),
                    );
                    break;
                }
                arguments.push(self.expression(0, Wanted::After(comma)));
            }
        }
        self.close(opening, "`,` or `)`");
        (arguments, self.span_from(opening.start as usize))
    }
}
