//! Expressions back to text, in the one-line form that Prometheus prints.

use std::fmt::{self, Display, Formatter, Write};

use crate::{
    text::Spanned,
    vocab::{FloatFormat, format_float, is_label_name, write_quoted},
};

use super::ast::{
    Aggregation, AtTime, Binary, BinaryOp, DurationExpr, Expr, Extension, Extreme, Fill, GroupingKind, Labels, Matcher,
    MatchingKind, Modifiers, NumberForm, NumberLiteral, Offset, Pairing, RangeSelector, Side, Subquery, VectorSelector,
    duration_of,
};
use super::functions::ValueType;

impl Display for Expr {
    /// As Prometheus prints it, in one line: matchers sorted, grouping before the operand, no comments.
    /// Parentheses stay as they were written. What could not be read is printed as `…`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Number(number) => number.fmt(f),
            Expr::String(string) => write_quoted(f, string),
            Expr::Selector(selector) => selector.fmt(f),
            Expr::Range(range) => range.fmt(f),
            Expr::Subquery(subquery) => write!(f, "{}{}", subquery.operand, SubquerySuffix(subquery)),
            Expr::Aggregation(aggregation) => {
                write!(f, "{}(", AggregationPrefix(aggregation))?;
                if let Some(parameter) = &aggregation.parameter {
                    write!(f, "{parameter}, ")?;
                }
                write!(f, "{})", aggregation.operand)
            }
            Expr::Call(call) => {
                write!(f, "{}(", call.function.value)?;
                separated(f, &call.arguments)?;
                f.write_char(')')
            }
            Expr::Binary(binary) => write!(f, "{} {} {}", LeftOperand(binary), Operator(binary), binary.right),
            Expr::Unary(unary) => write!(f, "{}{}", unary.op.text(), unary.operand),
            Expr::Paren(paren) => write!(f, "({})", paren.inner),
            Expr::Broken(_) => f.write_char('…'),
        }
    }
}

/// What stands before an operator.
pub(super) struct LeftOperand<'b>(pub(super) &'b Binary);

impl Display for LeftOperand<'_> {
    /// As everywhere, but that `+Inf ^ x` would read as `+(Inf ^ x)`: only here Prometheus' own spelling is not kept.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.0.left {
            Expr::Number(number) if self.0.op.value == BinaryOp::Power && number.value == f64::INFINITY => {
                f.write_str("Inf")
            }
            left => left.fmt(f),
        }
    }
}

impl Display for NumberLiteral {
    /// A duration as a duration, a number without exponent.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.form {
            NumberForm::Duration => duration_of(self.value).fmt(f),
            NumberForm::Number => f.write_str(&number(self.value)),
        }
    }
}

impl Display for VectorSelector {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        bare_selector(f, self)?;
        time(f, &self.modifiers)?;
        extension(f, &self.modifiers)?;
        offset(f, &self.modifiers)
    }
}

impl Display for RangeSelector {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        bare_selector(f, &self.selector)?;
        f.write_char('[')?;
        length(f, &self.range)?;
        f.write_char(']')?;
        extension(f, &self.modifiers)?;
        time(f, &self.modifiers)?;
        offset(f, &self.modifiers)
    }
}

impl Display for Matcher {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        label(f, &self.label)?;
        f.write_str(self.op.text())?;
        write_quoted(f, &self.value)
    }
}

impl Display for Labels {
    /// With the parentheses: `(job, instance)`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('(')?;
        for (index, name) in self.names.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            label(f, name)?;
        }
        f.write_char(')')
    }
}

impl Display for DurationExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            DurationExpr::Literal(number) => number.fmt(f),
            DurationExpr::Step(_) => f.write_str("step()"),
            DurationExpr::Range(_) => f.write_str("range()"),
            DurationExpr::Unary(unary) => write!(f, "{}{}", unary.op.text(), unary.operand),
            DurationExpr::Binary(binary) => write!(f, "{} {} {}", binary.left, binary.op.text(), binary.right),
            DurationExpr::Extreme(extreme) => {
                let name = if extreme.which.value == Extreme::Min { "min_of" } else { "max_of" };
                write!(f, "{name}({}, {})", extreme.left, extreme.right)
            }
            DurationExpr::Paren(paren) => write!(f, "({})", paren.inner),
            DurationExpr::Broken(_) => f.write_char('…'),
        }
    }
}

/// `sum by (job) `, all before the opening parenthesis.
pub(super) struct AggregationPrefix<'e>(pub(super) &'e Aggregation);

impl Display for AggregationPrefix<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.op.text())?;
        match &self.0.grouping {
            Some(grouping) if grouping.kind.value == GroupingKind::Without => {
                write!(f, " without {} ", grouping.labels)
            }
            Some(grouping) if !grouping.labels.names.is_empty() => write!(f, " by {} ", grouping.labels),
            _ => Ok(()),
        }
    }
}

/// `/ on (job) group_left ()`, the operator with its modifiers.
pub(super) struct Operator<'e>(pub(super) &'e Binary);

impl Display for Operator<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Binary { op, modifiers, .. } = self.0;
        let Pairing { bool_modifier, matching, group, fill } = &**modifiers;
        f.write_str(op.text())?;
        if bool_modifier.is_some() {
            f.write_str(" bool")?;
        }
        if let Some(matching) = matching.as_ref().filter(|matching| {
            // Prometheus forgets an empty list, and all behind it, where no labels can match.
            !matching.labels.names.is_empty() || joins_vectors(self.0)
        }) {
            let word = if matching.kind.value == MatchingKind::On { "on" } else { "ignoring" };
            // `ignoring ()` says nothing, but `group_left` must follow something.
            if matching.kind.value == MatchingKind::On || !matching.labels.names.is_empty() || group.is_some() {
                write!(f, " {word} {}", matching.labels)?;
            }
        }
        if let Some(group) = group.as_ref().filter(|_| joins_vectors(self.0)) {
            f.write_str(if group.side.value == Side::Left { " group_left " } else { " group_right " })?;
            match &group.labels {
                Some(labels) => labels.fmt(f)?,
                None => f.write_str("()")?,
            }
        }
        filled(f, fill)
    }
}

fn joins_vectors(binary: &Binary) -> bool {
    [&binary.left, &binary.right]
        .iter()
        .all(|operand| operand.value_type().is_none_or(|operand| operand == ValueType::InstantVector))
}

fn filled(f: &mut Formatter<'_>, fill: &Fill) -> fmt::Result {
    let value = |side: &Option<Box<Spanned<f64>>>| side.as_ref().map(|side| side.value);
    let (left, right) = (value(&fill.left), value(&fill.right));
    let sides = match (left, right) {
        (Some(left), Some(right)) if left.to_bits() == right.to_bits() => [Some(("fill", left)), None],
        (left, right) => [left.map(|value| ("fill_left", value)), right.map(|value| ("fill_right", value))],
    };
    for (word, value) in sides.into_iter().flatten() {
        write!(f, " {word} (")?;
        f.write_str(&number(value))?;
        f.write_char(')')?;
    }
    Ok(())
}

/// `[1h:5m] offset 1d`, all behind the expression.
pub(super) struct SubquerySuffix<'e>(pub(super) &'e Subquery);

impl Display for SubquerySuffix<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('[')?;
        length(f, &self.0.range)?;
        f.write_char(':')?;
        if let Some(step) = &self.0.step {
            length(f, step)?;
        }
        f.write_char(']')?;
        time(f, &self.0.modifiers)?;
        offset(f, &self.0.modifiers)
    }
}

fn bare_selector(f: &mut Formatter<'_>, selector: &VectorSelector) -> fmt::Result {
    if let Some(name) = &selector.name {
        f.write_str(name)?;
    }
    if selector.matchers.is_empty() {
        return f.write_str(if selector.name.is_none() { "{}" } else { "" });
    }
    let mut matchers: Vec<String> = selector.matchers.iter().map(Matcher::to_string).collect();
    matchers.sort();
    write!(f, "{{{}}}", matchers.join(","))
}

fn time(f: &mut Formatter<'_>, modifiers: &Modifiers) -> fmt::Result {
    match modifiers.at.as_ref().map(|at| at.time) {
        Some(AtTime::Milliseconds(time)) => write!(f, " @ {:.3}", time as f64 / 1000.0),
        Some(AtTime::Start) => f.write_str(" @ start()"),
        Some(AtTime::End) => f.write_str(" @ end()"),
        None => Ok(()),
    }
}

fn extension(f: &mut Formatter<'_>, modifiers: &Modifiers) -> fmt::Result {
    match modifiers.extension.as_deref() {
        Some(Spanned { value: Extension::Anchored, .. }) => f.write_str(" anchored"),
        Some(Spanned { value: Extension::Smoothed, .. }) => f.write_str(" smoothed"),
        None => Ok(()),
    }
}

fn offset(f: &mut Formatter<'_>, modifiers: &Modifiers) -> fmt::Result {
    match modifiers.offset.as_deref() {
        // Prometheus keeps no `offset 0s`.
        Some(Offset { duration: DurationExpr::Literal(literal), .. }) if literal.value == 0.0 => Ok(()),
        Some(Offset { duration, .. }) => {
            f.write_str(" offset ")?;
            length(f, duration)
        }
        None => Ok(()),
    }
}

/// A duration that stands alone; a plain number there is shown as the duration it means.
fn length(f: &mut Formatter<'_>, duration: &DurationExpr) -> fmt::Result {
    match duration {
        DurationExpr::Literal(literal) => {
            let duration = duration_of(literal.value);
            // Below a millisecond a duration would lose what the number says.
            if duration.as_seconds() == literal.value { duration.fmt(f) } else { f.write_str(&number(literal.value)) }
        }
        duration => duration.fmt(f),
    }
}

/// The shortest form without exponent.
fn number(value: f64) -> String {
    format_float(value, FloatFormat::F, None)
}

fn label(f: &mut Formatter<'_>, name: &str) -> fmt::Result {
    if is_label_name(name) { f.write_str(name) } else { write_quoted(f, name) }
}

fn separated(f: &mut Formatter<'_>, parts: &[Expr]) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        f.write_str(if index == 0 { "" } else { ", " })?;
        part.fmt(f)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::{
        promql::Query,
        text::{Excerpt, FileId},
    };

    #[test]
    fn prints_one_line() {
        for (text, printed) in [
            ("sum (x) BY(b , a,)", "sum by (b, a) (x)"),
            ("sum by () (x)", "sum(x)"),
            ("sum without () (x)", "sum without () (x)"),
            ("x{ b='1', a=\"2\" , }", "x{a=\"2\",b=\"1\"}"),
            ("{'odd name', a=\"\\x07\\u00a0é\"}", "{__name__=\"odd name\",a=\"\\a\\u00a0é\"}"),
            ("x offset 90s @ 1.5", "x @ 1.500 offset 1m30s"),
            ("x[300] offset -1d @ end() smoothed", "x[5m] smoothed @ end() offset -1d"),
            ("x[7d:1h]", "x[1w:1h]"),
            ("x[5m*(1+step())]", "x[5m * (1 + step())]"),
            ("x offset 0s", "x"),
            ("a/on(b)group_left c", "a / on (b) group_left () c"),
            ("a + ignoring() b", "a + b"),
            ("a + fill(1) b", "a + fill (1) b"),
            ("a + fill_right(2) fill_left(1) b", "a + fill_left (1) fill_right (2) b"),
            ("1e3 > bool 0x10", "1000 > bool 16"),
            ("- inf # never", "-Inf"),
            ("-x ^ 2", "-x ^ 2"),
            ("Inf ^ Inf", "Inf ^ +Inf"),
            ("count_values('odd label', x)", "count_values(\"odd label\", x)"),
            (r#"x{a="\xff\xc3\xa9"}"#, r#"x{a="\xffé"}"#),
            ("sum(x) by (\"odd label\")", "sum by (\"odd label\") (x)"),
        ] {
            let query = Query::parse(Excerpt::whole(FileId(0), text));
            assert_eq!(query.valid().map(ToString::to_string).as_deref(), Some(printed), "{:?}", query.errors());
        }
    }

    #[test]
    fn lays_out_long_expressions() {
        let text = "sum by (cluster, namespace) (rate(http_requests_total{code=~\"5..\"}[5m])) / sum by (cluster, \
                    namespace) (rate(http_requests_total[5m])) > 0.01";
        let query = Query::parse(Excerpt::whole(FileId(0), text));
        let expected = [
            "    sum by (cluster, namespace) (rate(http_requests_total{code=~\"5..\"}[5m]))",
            "  /",
            "    sum by (cluster, namespace) (rate(http_requests_total[5m]))",
            ">",
            "  0.01",
        ];
        assert_eq!(query.expr.map(|expr| expr.pretty()), Some(expected.join("\n")));
    }

    #[test]
    fn infinity_stays_the_base_of_a_long_power() {
        let text = format!("Inf ^ {}", "x".repeat(100));
        let expr = Query::parse(Excerpt::whole(FileId(0), text.as_str())).expr.expect("an expression");
        let laid_out = expr.pretty();
        assert!(laid_out.starts_with("  Inf\n^\n"), "{laid_out}");
        assert!(expr.pretty_flush().starts_with("Inf\n^\n"));
        let again = Query::parse(Excerpt::whole(FileId(0), laid_out.as_str())).expr;
        assert_eq!(again.map(|again| again.to_string()), Some(text));
    }
}
