//! What two expressions have in common that differ only by windows, variables and a constant factor.

use crate::{
    facts::documented::constant,
    promql::ast::{Binary, BinaryOp, Expr, GroupingKind, VectorSelector},
    text::Span,
};

/// An expression as a factor times a shape.
pub struct Likeness {
    /// What the rest is multiplied by.
    pub factor: f64,
    /// The rest as text, without windows and without matchers of variables.
    pub shape: String,
}

impl Likeness {
    /// Takes an expression apart; none when it names no metric, or when a variable is part of more than a matcher.
    pub fn of(expr: &Expr, is_open: &dyn Fn(Span) -> bool) -> Option<Self> {
        let (outer, rest) = factored(expr);
        let factor = outer * factor_within(rest);
        let mut writer = Writer { is_open, shape: String::new(), is_known: true };
        match rest {
            Expr::Binary(binary) if binary.op.value == BinaryOp::Divide => {
                writer.expr(factored(&binary.left).1);
                writer.push("/");
                writer.expr(&binary.right);
            }
            _ => writer.expr(rest),
        }
        let names_metric = rest.selections().any(|selection| selection.selector.metric_name().is_some());
        (writer.is_known && names_metric && factor != 0.0).then_some(Self { factor, shape: writer.shape })
    }
}

/// The operand that an alert compares with a number, with the place of the number. What else must hold, behind `and`, is
/// often only that there is anything to look at.
pub fn compared(expr: &Expr) -> Option<(&Expr, Span)> {
    match expr {
        Expr::Paren(paren) => compared(&paren.inner),
        Expr::Binary(binary) if binary.op.value == BinaryOp::And && !binary.is_long() => compared(&binary.left),
        Expr::Binary(binary) if binary.op.value.is_comparison() => {
            match (constant(&binary.left), constant(&binary.right)) {
                (None, Some(_)) => Some((binary.left.unwrap_parens(), binary.right.span())),
                (Some(_), None) => Some((binary.right.unwrap_parens(), binary.left.span())),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Constant factors of a product or a quotient, wherever they stand in it: `100 * a / b` is `(a / b)` a hundred times.
fn factored(expr: &Expr) -> (f64, &Expr) {
    match expr {
        Expr::Paren(paren) => factored(&paren.inner),
        Expr::Binary(binary) if binary.op.value == BinaryOp::Multiply => {
            match (constant(&binary.left), constant(&binary.right)) {
                (Some(number), None) => times(number, &binary.right),
                (None, Some(number)) => times(number, &binary.left),
                _ => (1.0, expr),
            }
        }
        Expr::Binary(binary) if binary.op.value == BinaryOp::Divide => match constant(&binary.right) {
            Some(number) => times(1.0 / number, &binary.left),
            None => (1.0, expr),
        },
        _ => (1.0, expr),
    }
}

/// The constant that the left side of a quotient is multiplied by: `(100 * a) / b`.
fn factor_within(expr: &Expr) -> f64 {
    match expr.unwrap_parens() {
        Expr::Binary(binary) if binary.op.value == BinaryOp::Divide => factored(&binary.left).0,
        _ => 1.0,
    }
}

fn times(number: f64, expr: &Expr) -> (f64, &Expr) {
    let (factor, rest) = factored(expr);
    (number * factor, rest)
}

struct Writer<'o> {
    is_open: &'o dyn Fn(Span) -> bool,
    shape: String,
    is_known: bool,
}

impl Writer<'_> {
    fn push(&mut self, text: &str) {
        self.shape.push_str(text);
        self.shape.push(' ');
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Paren(paren) => self.expr(&paren.inner),
            Expr::Selector(selector) => self.selector(selector),
            Expr::Range(range) => {
                self.selector(&range.selector);
                self.push("[]");
            }
            Expr::Subquery(subquery) => {
                self.expr(&subquery.operand);
                self.push("[:]");
            }
            Expr::Number(number) => {
                self.is_known &= !(self.is_open)(expr.span());
                self.push(&number.value.to_string());
            }
            Expr::String(text) => self.push(text),
            Expr::Unary(unary) => {
                self.push(unary.op.text());
                self.expr(&unary.operand);
            }
            Expr::Aggregation(aggregation) => {
                self.push(aggregation.op.value.text());
                if let Some(grouping) = &aggregation.grouping {
                    self.is_known &= !(self.is_open)(grouping.span);
                    let mut names: Vec<&str> = grouping.labels.names.iter().map(|name| name.value.as_str()).collect();
                    names.sort_unstable();
                    self.push(if grouping.kind.value == GroupingKind::By { "by" } else { "without" });
                    self.push(&names.join(","));
                }
                self.push("(");
                aggregation.parameter.iter().for_each(|parameter| self.expr(parameter));
                self.expr(&aggregation.operand);
                self.push(")");
            }
            Expr::Call(call) => {
                self.push(&call.function.value);
                self.push("(");
                for argument in &call.arguments {
                    self.expr(argument);
                    self.push(",");
                }
                self.push(")");
            }
            Expr::Binary(binary) => self.binary(binary),
            Expr::Broken(_) => self.is_known = false,
        }
    }

    fn binary(&mut self, binary: &Binary) {
        self.push("(");
        self.expr(&binary.left);
        self.push(binary.op.value.text());
        self.expr(&binary.right);
        self.push(")");
    }

    fn selector(&mut self, selector: &VectorSelector) {
        if let Some(name) = &selector.name {
            self.is_known &= !(self.is_open)(name.span);
            self.push(&name.value);
        }
        let closed = selector.matchers.iter().filter(|matcher| !(self.is_open)(matcher.span));
        let mut matchers: Vec<String> = closed
            .map(|matcher| format!("{}{}{:?}", matcher.label.value, matcher.op.value.text(), matcher.value.value))
            .collect();
        matchers.sort_unstable();
        self.push(&matchers.join(","));
        if selector.modifiers.offset.is_some() {
            self.push("offset");
        }
    }
}
