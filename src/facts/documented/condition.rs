//! What an alert's expression compares with: its thresholds, and every other number that a text about
//! the alert may mean.

use crate::{
    promql::ast::{Binary, BinaryOp, DurationExpr, Expr, NumberForm},
    text::Span,
    vocab::Duration,
};

use super::{
    claim::Relation,
    dimension::{Dimension, constant, dimension},
};

/// A number that the whole expression is compared with.
#[derive(Clone, Debug)]
pub struct Threshold {
    /// Where the number stands.
    pub span: Span,
    /// The number.
    pub value: f64,
    /// On which side the alert fires; [`Relation::Either`] for `==` and `!=`.
    pub relation: Relation,
    /// Whether it fires at the number itself.
    pub inclusive: bool,
    /// What is compared.
    pub dimension: Dimension,
}

/// The numbers of an expression.
#[derive(Clone, Default, Debug)]
pub struct Condition {
    /// The comparisons that decide whether the alert fires.
    pub thresholds: Vec<Threshold>,
    /// Every number that a text may mean, thresholds included.
    pub numbers: Vec<f64>,
    /// The lengths of ranges, offsets and the like, in seconds.
    pub durations: Vec<f64>,
    /// The lengths of ranges that only smooth, as of `rate`, in seconds.
    pub smoothing: Vec<f64>,
    /// Quantiles, between 0 and 1.
    pub quantiles: Vec<f64>,
    /// Whether something is compared with what no literal number states.
    pub is_open: bool,
}

impl Condition {
    /// Reads an expression.
    pub fn of(expr: &Expr) -> Self {
        let mut condition = Self::default();
        condition.top(expr);
        condition.everything(expr);
        condition
    }

    fn top(&mut self, expr: &Expr) {
        match expr {
            Expr::Paren(paren) => self.top(&paren.inner),
            Expr::Binary(binary) if binary.op.value.is_set() => {
                self.top(&binary.left);
                self.top(&binary.right);
            }
            Expr::Binary(binary) if binary.op.value.is_comparison() => self.comparison(binary),
            Expr::Aggregation(aggregation) if !contains_comparison(&aggregation.operand) => self.is_open = true,
            // `sum by (job) (up == 0)`: the comparison within decides.
            Expr::Aggregation(aggregation) => self.top(&aggregation.operand),
            _ => self.is_open = true,
        }
    }

    fn comparison(&mut self, binary: &Binary) {
        let (number, compared, swapped) = match (constant(&binary.left), constant(&binary.right)) {
            (None, Some(value)) => (Some((value, binary.right.span())), &binary.left, false),
            (Some(value), None) => (Some((value, binary.left.span())), &binary.right, true),
            _ => (None, &binary.left, false),
        };
        let Some((value, span)) = number else {
            self.is_open = true;
            return;
        };
        let (relation, inclusive) = match binary.op.value {
            BinaryOp::Greater => (Relation::Above, false),
            BinaryOp::GreaterEqual => (Relation::Above, true),
            BinaryOp::Less => (Relation::Below, false),
            BinaryOp::LessEqual => (Relation::Below, true),
            _ => (Relation::Either, true),
        };
        let relation = match relation {
            Relation::Above if swapped => Relation::Below,
            Relation::Below if swapped => Relation::Above,
            relation => relation,
        };
        self.thresholds.push(Threshold { span, value, relation, inclusive, dimension: dimension(compared) });
        // `0.1 < x < 0.9`, and `(x > 5) < 10`.
        if contains_comparison_on_top(compared) {
            self.top(compared);
        }
    }

    fn everything(&mut self, expr: &Expr) {
        if let Some(value) = constant(expr) {
            self.numbers.push(value);
            if let Expr::Number(number) = expr
                && number.form == NumberForm::Duration
            {
                self.durations.push(value);
            }
            return;
        }
        match expr {
            Expr::Range(range) => self.time(Some(&range.range)),
            Expr::Subquery(subquery) => {
                self.time(Some(&subquery.range));
                self.time(subquery.step.as_ref());
                self.time(subquery.modifiers.offset.as_ref().map(|offset| &offset.duration));
            }
            Expr::Call(call) if matches!(call.function.value.as_str(), "histogram_quantile" | "quantile_over_time") => {
                self.quantiles.extend(call.arguments.first().and_then(constant));
                call.arguments.iter().skip(1).for_each(|argument| self.everything(argument));
                return;
            }
            Expr::Call(call) if matches!(call.function.value.as_str(), "rate" | "irate" | "deriv") => {
                if let Some(Expr::Range(range)) = call.arguments.first().map(Expr::unwrap_parens) {
                    self.smoothing.extend(range.range.seconds());
                    return;
                }
            }
            Expr::Aggregation(aggregation) if aggregation.parameter.is_some() => {
                self.quantiles.extend(aggregation.parameter.as_deref().and_then(constant));
                self.everything(&aggregation.operand);
                return;
            }
            Expr::Binary(binary) if binary.op.value.is_arithmetic() => {
                // `x * 100` changes the unit, and no text means that 100.
                for side in [&binary.left, &binary.right] {
                    if constant(side).is_none_or(|value| !is_unit_factor(value)) {
                        self.everything(side);
                    }
                }
                return;
            }
            _ => {}
        }
        if let Some(selection) = expr.selection() {
            self.time(selection.modifiers.offset.as_ref().map(|offset| &offset.duration));
            if let Some(name) = selection.selector.metric_name() {
                self.smoothing.extend(durations_in(&name.value));
                self.durations.extend(age_in(&name.value));
            }
        }
        expr.children().for_each(|child| self.everything(child));
    }

    fn time(&mut self, duration: Option<&DurationExpr>) {
        self.durations.extend(duration.and_then(DurationExpr::seconds));
    }

    /// The times that a text may mean, in seconds: ranges, and numbers that are times.
    pub fn times(&self) -> impl Iterator<Item = f64> + '_ {
        let numbers = self.thresholds.iter().map(|threshold| threshold.dimension.base(threshold.value));
        self.durations.iter().copied().chain(self.numbers.iter().copied()).chain(numbers)
    }
}

fn is_unit_factor(value: f64) -> bool {
    [100.0, 1000.0, 1e6, 1e9, 1024.0, 1_048_576.0, 1_073_741_824.0, 60.0, 3600.0, 86_400.0, 1.0].contains(&value)
}

fn contains_comparison(expr: &Expr) -> bool {
    expr.walk().any(|expr| matches!(expr, Expr::Binary(binary) if binary.op.value.is_comparison()))
}

fn contains_comparison_on_top(expr: &Expr) -> bool {
    matches!(expr.unwrap_parens(), Expr::Binary(binary) if binary.op.value.is_comparison() && binary.modifiers.bool_modifier.is_none())
}

/// The durations in the name of a recorded metric: `job:errors:rate5m`.
fn durations_in(name: &str) -> impl Iterator<Item = f64> + '_ {
    let parts = name.split([':', '_']);
    parts.filter_map(|part| {
        let digits = part.find(|letter: char| letter.is_ascii_digit())?;
        Duration::parse(&part[digits..]).ok().map(Duration::as_seconds)
    })
}

/// The age in the name of a metric that counts what has lasted: `jobs_older_than_24h`.
fn age_in(name: &str) -> Option<f64> {
    let parts: Vec<&str> = name.split([':', '_']).collect();
    let mut pairs = parts.windows(2);
    pairs.find_map(|pair| match pair {
        ["than" | "over" | "after" | "beyond" | "past", age] => Duration::parse(age).ok().map(Duration::as_seconds),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        promql::Query,
        text::{Excerpt, FileId},
    };

    fn condition(text: &str) -> Condition {
        let query = Query::parse(Excerpt::whole(FileId(0), text));
        Condition::of(query.expr.as_ref().expect("an expression"))
    }

    #[test]
    fn finds_thresholds() {
        for (text, expected, is_open) in [
            ("x_seconds > 2", vec![(2.0, Relation::Above)], false),
            ("2 < x_seconds", vec![(2.0, Relation::Above)], false),
            ("(a_bytes > 500 * 1024 * 1024)", vec![(524_288_000.0, Relation::Above)], false),
            ("a / b > 0.8 and b > 0", vec![(0.8, Relation::Above), (0.0, Relation::Above)], false),
            ("up == 0 or absent(up)", vec![(0.0, Relation::Either)], true),
            ("a > on () group_left () b", vec![], true),
            ("a > 0.9 * b", vec![], true),
            ("count(up == 0) > 2", vec![(2.0, Relation::Above)], false),
            ("sum by (job) (x > 5)", vec![(5.0, Relation::Above)], false),
        ] {
            let found = condition(text);
            let thresholds: Vec<_> =
                found.thresholds.iter().map(|threshold| (threshold.value, threshold.relation)).collect();
            assert_eq!((thresholds, found.is_open), (expected, is_open), "{text}");
        }
    }

    #[test]
    fn finds_all_numbers_that_may_be_meant() {
        let found =
            condition("100 * (1 - a:x:rate5m) > 80 and b > 0.9 * c and avg_over_time((d > bool 3)[1h:1m]) > 0.5");
        assert_eq!(found.numbers, [80.0, 0.9, 3.0, 0.5]);
        assert_eq!((found.durations, found.smoothing), (vec![3600.0, 60.0], vec![300.0]));
        assert_eq!(condition("histogram_quantile(0.95, rate(x_bucket[5m])) > 1").quantiles, [0.95]);
        assert_eq!(condition("time() - x > 15m").durations, [900.0]);
    }
}
