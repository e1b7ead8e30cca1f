//! Sameness: whether two expressions say the same, however they are written.

use super::{
    ast::{Aggregation, Binary, BinaryOp, Expr, GroupingKind, Labels, MatchingKind, Side, Sign},
    functions::ValueType,
    print::SubquerySuffix,
};

impl Expr {
    /// Whether both say the same but for parentheses that change nothing, spaces, the order of matchers and labels, and
    /// how their numbers are written: `1024 * 2` is `2048`.
    pub fn is_same_as(&self, other: &Expr) -> bool {
        if let (Some(own), Some(others)) = (constant(self), constant(other)) {
            return own.total_cmp(&others).is_eq();
        }
        match (self.unwrap_parens(), other.unwrap_parens()) {
            (Expr::Aggregation(own), Expr::Aggregation(others)) => is_same_aggregation(own, others),
            (Expr::Binary(own), Expr::Binary(others)) => is_same_operation(own, others),
            (Expr::Call(own), Expr::Call(others)) => {
                own.function.value == others.function.value && are_same(&own.arguments, &others.arguments)
            }
            (Expr::Unary(own), Expr::Unary(others)) => {
                own.op.value == others.op.value && own.operand.is_same_as(&others.operand)
            }
            (Expr::Subquery(own), Expr::Subquery(others)) => {
                own.operand.is_same_as(&others.operand)
                    && SubquerySuffix(own).to_string() == SubquerySuffix(others).to_string()
            }
            (own, others) => own.to_string() == others.to_string(),
        }
    }
}

fn are_same(own: &[Expr], others: &[Expr]) -> bool {
    own.len() == others.len() && own.iter().zip(others).all(|(own, other)| own.is_same_as(other))
}

fn is_same_aggregation(own: &Aggregation, others: &Aggregation) -> bool {
    let is_same_parameter = match (&own.parameter, &others.parameter) {
        (Some(own), Some(others)) => own.is_same_as(others),
        (None, None) => true,
        _ => false,
    };
    own.op.value == others.op.value
        && grouping(own) == grouping(others)
        && is_same_parameter
        && own.operand.is_same_as(&others.operand)
}

fn is_same_operation(own: &Binary, others: &Binary) -> bool {
    let fill = |one: &Binary| {
        [&one.modifiers.fill.left, &one.modifiers.fill.right]
            .map(|value| value.as_ref().map(|value| value.value.to_bits()))
    };
    own.op.value == others.op.value
        && own.modifiers.bool_modifier.is_some() == others.modifiers.bool_modifier.is_some()
        && matching(own) == matching(others)
        && group(own) == group(others)
        && fill(own) == fill(others)
        // The right sides first: in a long chain they are the short ones, and tell most expressions apart.
        && own.right.is_same_as(&others.right)
        && own.left.is_same_as(&others.left)
}

/// What an aggregation groups by; `by ()` says nothing.
fn grouping(one: &Aggregation) -> Option<(GroupingKind, Vec<&str>)> {
    let grouping = one.grouping.as_ref()?;
    let says_nothing = grouping.kind.value == GroupingKind::By && grouping.labels.names.is_empty();
    (!says_nothing).then(|| (grouping.kind.value, sorted(&grouping.labels)))
}

fn matching(one: &Binary) -> Option<(MatchingKind, Vec<&str>)> {
    one.modifiers.matching.as_ref().map(|one| (one.kind.value, sorted(&one.labels)))
}

fn group(one: &Binary) -> Option<(Side, Vec<&str>)> {
    one.modifiers.group.as_ref().map(|one| (one.side.value, one.labels.as_ref().map(sorted).unwrap_or_default()))
}

fn sorted(labels: &Labels) -> Vec<&str> {
    let mut names: Vec<&str> = labels.names.iter().map(|name| name.value.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The value of arithmetic with literals.
fn constant(expr: &Expr) -> Option<f64> {
    match expr.unwrap_parens() {
        Expr::Number(number) => Some(number.value),
        Expr::Unary(unary) => {
            let value = constant(&unary.operand)?;
            Some(if unary.op.value == Sign::Minus { -value } else { value })
        }
        Expr::Binary(binary) if !binary.is_long() && binary.value_type() == Some(ValueType::Scalar) => {
            let (left, right) = (constant(&binary.left)?, constant(&binary.right)?);
            match binary.op.value {
                BinaryOp::Add => Some(left + right),
                BinaryOp::Subtract => Some(left - right),
                BinaryOp::Multiply => Some(left * right),
                BinaryOp::Divide => Some(left / right),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        promql::Query,
        text::{Excerpt, FileId},
    };

    #[test]
    fn knows_what_says_the_same() {
        for (one, other, expected) in [
            ("sum(up) by (b, a)", "sum by (a,b) ((up))", true),
            ("sum(up) by (b, a)", "sum by (a) (up)", false),
            ("x{b='1', a=\"2\"} > 1e3", "( x{a=\"2\",b=\"1\"} )>1000", true),
            ("x > 2 * 1024", "x > 2048", true),
            ("x > 2", "x >= 2", false),
            ("rate(x[300s])", "rate(x[5m])", true),
            ("rate(x[1m])", "rate(x[5m])", false),
            ("a / on (x, y) b", "a / on (y, x) b", true),
            ("a / on (x) b", "a / ignoring (x) b", false),
            ("a / on (x) group_left b", "a / on (x) group_left () b", true),
            ("(a + b) * c", "a + b * c", false),
            ("a + (b * c)", "a + b * c", true),
            ("max_over_time((a)[1h:5m])", "max_over_time(a[60m:5m])", true),
            ("max_over_time(a[1h:5m])", "max_over_time(a[1h:1m])", false),
            ("-a", "+a", false),
            ("a == bool 1", "a == 1", false),
        ] {
            let read = |text: &str| Query::parse(Excerpt::whole(FileId(0), text)).expr.expect("an expression");
            assert_eq!(read(one).is_same_as(&read(other)), expected, "{one} and {other}");
        }
    }
}
