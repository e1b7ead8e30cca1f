//! Metrics: aggregations over time and over streams, and what is computed of them.

use crate::{
    diag::Diagnostic,
    logql::{
        ast::{Binary, Expr, Grouping, LabelReplace, RangeAggregation, VectorAggregation},
        lex::Error,
        token::TokenKind,
    },
    text::Spanned,
};

use super::{LONGEST, Parser};

/// Aggregations over the lines of a window.
const OVER_TIME: [&str; 15] = [
    "count_over_time",
    "rate",
    "rate_counter",
    "bytes_over_time",
    "bytes_rate",
    "avg_over_time",
    "sum_over_time",
    "min_over_time",
    "max_over_time",
    "stdvar_over_time",
    "stddev_over_time",
    "quantile_over_time",
    "first_over_time",
    "last_over_time",
    "absent_over_time",
];

/// Aggregations over streams.
const OVER_STREAMS: [&str; 12] =
    ["sum", "avg", "count", "max", "min", "stddev", "stdvar", "bottomk", "topk", "approx_topk", "sort", "sort_desc"];

impl Parser<'_> {
    /// Operands and operators that bind at least as tightly as `least`.
    pub(super) fn expression(&mut self, least: u8) -> Result<Expr, Error> {
        let first = self.at;
        let mut left = self.operand()?;
        while let Some((op, binding)) = self.operator().filter(|(_, binding)| *binding >= least) {
            let op = Spanned::new(self.excerpt.span(self.step()), op);
            self.links += 1;
            if self.links > LONGEST {
                return Err(Diagnostic::error(op.span, format!("more than {LONGEST} operators")).into());
            }
            self.modifiers()?;
            // `^` binds to the right.
            let next = if op.value == "^" { binding } else { binding + 1 };
            let right = self.deeper(|parser| parser.expression(next))?;
            left = Expr::Binary(Box::new(Binary { span: self.span_from(first), op, left, right }));
        }
        Ok(left)
    }

    fn operator(&self) -> Option<(String, u8)> {
        let word = self.word();
        let op = match (self.kind(), &word) {
            (TokenKind::Sign(sign), _) => sign,
            (_, Some(word)) => word.as_str(),
            _ => return None,
        };
        let binding = match op {
            "or" => 1,
            "and" | "unless" => 2,
            "==" | "!=" | ">" | ">=" | "<" | "<=" => 3,
            "+" | "-" => 4,
            "*" | "/" | "%" => 5,
            "^" => 6,
            _ => return None,
        };
        Some((op.to_owned(), binding))
    }

    /// `bool`, `on (…)`, `group_left (…)`.
    fn modifiers(&mut self) -> Result<(), Error> {
        self.take_word("bool");
        for word in ["on", "ignoring"] {
            if self.take_word(word) {
                self.label_list(word)?;
            }
        }
        for word in ["group_left", "group_right"] {
            if self.take_word(word) && self.is("(") {
                self.label_list(word)?;
            }
        }
        Ok(())
    }

    fn label_list(&mut self, after: &str) -> Result<Vec<Spanned<String>>, Error> {
        self.need("(", &format!("after `{after}`"))?;
        let mut labels = Vec::new();
        while !self.is(")") {
            labels.push(self.name("the name of a label")?);
            if !self.take(",") {
                break;
            }
        }
        self.need(")", "after the labels")?;
        Ok(labels)
    }

    fn operand(&mut self) -> Result<Expr, Error> {
        let first = self.at;
        if self.is("{") {
            return self.log().map(Expr::Log);
        }
        if self.take("(") {
            let inner = self.deeper(|parser| parser.expression(0))?;
            self.need(")", "to close the bracket")?;
            return Ok(Expr::Paren(Box::new(inner), self.span_from(first)));
        }
        let sign = if self.take("-") { -1.0 } else { 1.0 };
        if sign > 0.0 {
            self.take("+");
        }
        if let TokenKind::Number(value) = *self.kind() {
            self.step();
            return Ok(Expr::Number(Spanned::new(self.span_from(first), sign * value)));
        }
        let Some(word) = self.word().filter(|_| self.at == first) else {
            return Err(self.expected("a selector such as `{app=\"shop\"}`, a function or a number"));
        };
        match word.as_str() {
            "label_replace" => self.label_replace(),
            "vector" => self.vector(),
            _ if OVER_TIME.contains(&word.as_str()) => self.over_time(word),
            _ if OVER_STREAMS.contains(&word.as_str()) => self.over_streams(word),
            _ => Err(self.expected("a selector such as `{app=\"shop\"}`, a function or a number")),
        }
    }

    fn over_time(&mut self, op: String) -> Result<Expr, Error> {
        let first = self.at;
        let op = Spanned::new(self.excerpt.span(self.step()), op);
        self.need("(", &format!("after `{}`", op.value))?;
        let parameter = self.parameter()?;
        let range = self.deeper(Self::log_range)?;
        self.need(")", "to close the function")?;
        let grouping = self.grouping()?;
        Ok(Expr::Range(Box::new(RangeAggregation { span: self.span_from(first), op, parameter, range, grouping })))
    }

    fn over_streams(&mut self, op: String) -> Result<Expr, Error> {
        let first = self.at;
        let op = Spanned::new(self.excerpt.span(self.step()), op);
        let before = self.grouping()?;
        self.need("(", &format!("after `{}`", op.value))?;
        let parameter = self.parameter()?;
        let operand = self.deeper(|parser| parser.expression(0))?;
        self.need(")", "to close the function")?;
        let grouping = if before.is_some() { before } else { self.grouping()? };
        Ok(Expr::Vector(Box::new(VectorAggregation { span: self.span_from(first), op, parameter, operand, grouping })))
    }

    /// A number with a comma behind it.
    fn parameter(&mut self) -> Result<Option<Spanned<f64>>, Error> {
        let TokenKind::Number(value) = *self.kind() else { return Ok(None) };
        if *self.second() != TokenKind::Sign(",") {
            return Ok(None);
        }
        let range = self.step();
        self.need(",", "after the number")?;
        Ok(Some(Spanned::new(self.excerpt.span(range), value)))
    }

    fn grouping(&mut self) -> Result<Option<Grouping>, Error> {
        let first = self.at;
        let without = self.is_word("without");
        if !without && !self.is_word("by") {
            return Ok(None);
        }
        self.step();
        let labels = self.label_list(if without { "without" } else { "by" })?;
        Ok(Some(Grouping { span: self.span_from(first), without, labels }))
    }

    fn label_replace(&mut self) -> Result<Expr, Error> {
        let first = self.at;
        self.step();
        self.need("(", "after `label_replace`")?;
        let operand = self.deeper(|parser| parser.expression(0))?;
        let mut texts = Vec::new();
        for what in ["the label to make", "its new value", "the label to read", "a regular expression"] {
            self.need(",", &format!("and {what} in quotes"))?;
            texts.push(self.string(&format!("{what} in quotes"))?);
        }
        self.need(")", "to close the function")?;
        let Some(pattern) = texts.pop() else { return Err(self.expected("a regular expression in quotes")) };
        Ok(Expr::LabelReplace(Box::new(LabelReplace { span: self.span_from(first), operand, pattern })))
    }

    fn vector(&mut self) -> Result<Expr, Error> {
        let first = self.at;
        self.step();
        self.need("(", "after `vector`")?;
        let sign = if self.take("-") { -1.0 } else { 1.0 };
        let TokenKind::Number(value) = *self.kind() else { return Err(self.expected("a number")) };
        self.step();
        self.need(")", "to close the function")?;
        Ok(Expr::Number(Spanned::new(self.span_from(first), sign * value)))
    }
}
