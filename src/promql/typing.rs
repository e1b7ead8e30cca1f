//! Types of expressions, and what Prometheus refuses although its grammar allows it.

use crate::diag::Diagnostic;

use super::{
    ast::{Aggregation, Binary, Call, Expr, MatchingKind, Side, Subquery, Unary, VectorSelector},
    functions::{Function, ValueType},
};

impl Expr {
    /// Its type; `None` when a part that decides it could not be read or is an unknown function.
    pub fn value_type(&self) -> Option<ValueType> {
        match self {
            Expr::Number(_) => Some(ValueType::Scalar),
            Expr::String(_) => Some(ValueType::String),
            Expr::Selector(_) | Expr::Aggregation(_) => Some(ValueType::InstantVector),
            Expr::Range(_) | Expr::Subquery(_) => Some(ValueType::RangeVector),
            Expr::Call(call) => call.signature().map(|signature| signature.result),
            Expr::Binary(binary) => binary.value_type(),
            Expr::Unary(unary) => unary.operand.value_type(),
            Expr::Paren(paren) => paren.inner.value_type(),
            Expr::Broken(_) => None,
        }
    }
}

/// Type of a binary expression: a scalar only when both operands are.
pub(super) fn combined(left: Option<ValueType>, right: Option<ValueType>) -> Option<ValueType> {
    match (left?, right) {
        (ValueType::Scalar, None) => None,
        (ValueType::Scalar, Some(ValueType::Scalar)) => Some(ValueType::Scalar),
        _ => Some(ValueType::InstantVector),
    }
}

/// Finds all type errors of an expression.
pub(super) fn check(expr: &Expr, errors: &mut Vec<Diagnostic>) {
    let mut checker = Checker { errors };
    checker.expr(expr);
    errors.sort_by_key(|error| error.span);
}

struct Checker<'e> {
    errors: &'e mut Vec<Diagnostic>,
}

type Type = Option<ValueType>;

impl Checker<'_> {
    /// Checks an expression with all its parts; its type.
    fn expr(&mut self, expr: &Expr) -> Type {
        match expr {
            Expr::Selector(selector) => self.selector(selector),
            Expr::Range(range) => self.selector(&range.selector),
            Expr::Subquery(subquery) => self.subquery(subquery),
            Expr::Aggregation(aggregation) => self.aggregation(aggregation),
            Expr::Call(call) => return self.call(call),
            Expr::Binary(binary) => return self.binary(binary),
            Expr::Unary(unary) => return self.unary(unary),
            Expr::Paren(paren) => return self.expr(&paren.inner),
            Expr::Number(_) | Expr::String(_) | Expr::Broken(_) => {}
        }
        expr.value_type()
    }

    fn report(&mut self, error: Diagnostic) {
        self.errors.push(error);
    }

    fn selector(&mut self, selector: &VectorSelector) {
        if let Some(name) = &selector.name {
            for matcher in selector.matchers_of("__name__") {
                self.report(
                    Diagnostic::error(matcher.span, "the name of the metric is given twice")
                        .label(name.span, "first given here"),
                );
            }
            return;
        }
        if selector.matchers.iter().all(|matcher| matcher.matches("")) {
            self.report(
                Diagnostic::error(selector.span, "this selects every series there is")
                    .help("Prometheus asks for a metric name, or a matcher that an absent label does not meet"),
            );
        }
    }

    fn subquery(&mut self, subquery: &Subquery) {
        let actual = self.expr(&subquery.operand);
        if let Some(actual) = actual.filter(|actual| *actual != ValueType::InstantVector) {
            let message = format!("a subquery needs an instant vector, but this is {}", actual.with_article());
            self.report(Diagnostic::error(subquery.operand.span(), message).label(subquery.brackets, "the subquery"));
        }
    }

    fn aggregation(&mut self, aggregation: &Aggregation) {
        let name = aggregation.op.text();
        self.expect(&aggregation.operand, ValueType::InstantVector, name);
        if let Some(parameter) = &aggregation.parameter {
            let expected = match aggregation.op.value {
                super::ast::AggregationOp::CountValues => ValueType::String,
                _ => ValueType::Scalar,
            };
            self.expect(parameter, expected, name);
        }
    }

    fn call(&mut self, call: &Call) -> Type {
        let Some(signature) = call.signature() else {
            for argument in &call.arguments {
                self.expr(argument);
            }
            return None;
        };
        self.arity(call, signature);
        for (index, argument) in call.arguments.iter().enumerate() {
            match signature.argument(index) {
                Some(_) if signature.name == "info" && index == 1 => self.info_matchers(argument),
                Some(expected) => self.expect(argument, expected, signature.name),
                None => {
                    self.expr(argument);
                }
            }
        }
        Some(signature.result)
    }

    fn arity(&mut self, call: &Call, signature: &Function) {
        let given = call.arguments.len();
        let too_many = signature.most.is_some_and(|most| given > most);
        if given >= signature.least && !too_many {
            return;
        }
        let number = match signature.most {
            Some(most) if most == signature.least => plural(most),
            Some(most) if too_many => format!("at most {}", plural(most)),
            _ => format!("at least {}", plural(signature.least)),
        };
        let place = match (call.arguments.get(signature.most.unwrap_or(given)), call.arguments.last()) {
            (Some(first), Some(last)) => first.span().to(last.span()),
            _ => call.parens,
        };
        let message = format!("`{}` takes {number}, not {given}", signature.name);
        self.report(Diagnostic::error(place, message).help(format!("write `{}`", signature.usage())));
    }

    /// The second argument of `info`: matchers in braces, nothing else.
    fn info_matchers(&mut self, argument: &Expr) {
        match argument {
            Expr::Selector(selector) if selector.name.is_none() => {}
            argument => self.report(
                Diagnostic::error(argument.span(), "the second argument of `info` is more than matchers in braces")
                    .help("write the name of the info metric as a matcher: `{__name__=\"target_info\"}`"),
            ),
        }
    }

    fn unary(&mut self, unary: &Unary) -> Type {
        let actual = self.expr(&unary.operand);
        if let Some(actual @ (ValueType::String | ValueType::RangeVector)) = actual {
            let message = format!("{} has no sign", actual.with_article());
            self.report(Diagnostic::error(unary.op.span, message).label(unary.operand.span(), actual.with_article()));
        }
        actual
    }

    fn binary(&mut self, binary: &Binary) -> Type {
        let (left, right) = (self.expr(&binary.left), self.expr(&binary.right));
        self.operand(&binary.left, left, binary);
        self.operand(&binary.right, right, binary);
        self.bool_modifier(binary, left, right);
        self.matching(binary, left, right);
        if binary.op.is_set() {
            self.set_operator(binary, left, right);
        }
        binary.value_type()
    }

    fn operand(&mut self, operand: &Expr, actual: Type, binary: &Binary) {
        if let Some(actual @ (ValueType::String | ValueType::RangeVector)) = actual {
            let message = format!(
                "`{}` joins scalars and instant vectors, but this is {}",
                binary.op.text(),
                actual.with_article()
            );
            self.report(Diagnostic::error(operand.span(), message));
        }
    }

    fn bool_modifier(&mut self, binary: &Binary, left: Type, right: Type) {
        let op = binary.op.text();
        if let Some(place) = binary.modifiers.bool_modifier
            && !binary.op.is_comparison()
        {
            self.report(
                Diagnostic::error(place, format!("`bool` belongs to comparisons, and `{op}` is none"))
                    .help("take `bool` away"),
            );
        }
        let scalars = left == Some(ValueType::Scalar) && right == Some(ValueType::Scalar);
        if scalars && binary.op.is_comparison() && binary.modifiers.bool_modifier.is_none() {
            self.report(
                Diagnostic::error(binary.op.span, format!("`{op}` compares two scalars without `bool`"))
                    .help(format!("write `{op} bool`")),
            );
        }
    }

    fn matching(&mut self, binary: &Binary, left: Type, right: Type) {
        if let (Some(matching), Some(labels)) =
            (&binary.modifiers.matching, binary.modifiers.group.as_ref().and_then(|group| group.labels.as_ref()))
            && matching.kind.value == MatchingKind::On
        {
            for name in &labels.names {
                if let Some(first) = matching.labels.names.iter().find(|first| first.value == name.value) {
                    let message = format!("`{}` is in `on` already, so it cannot be taken over", name.value);
                    self.report(Diagnostic::error(name.span, message).label(first.span, "compared here"));
                }
            }
        }
        let (Some(left), Some(right)) = (left, right) else { return };
        if left == ValueType::InstantVector && right == ValueType::InstantVector {
            return;
        }
        let other = if left == ValueType::InstantVector { (right, &binary.right) } else { (left, &binary.left) };
        let labels = binary.modifiers.matching.as_ref().filter(|matching| !matching.labels.names.is_empty());
        let fill = binary.modifiers.fill.span();
        for (place, word) in labels
            .map(|labels| (labels.span, "labels match"))
            .into_iter()
            .chain(fill.map(|fill| (fill, "series are filled in")))
        {
            self.report(
                Diagnostic::error(place, format!("{word} only between two instant vectors"))
                    .label(other.1.span(), other.0.with_article()),
            );
        }
    }

    fn set_operator(&mut self, binary: &Binary, left: Type, right: Type) {
        let op = binary.op.text();
        for (actual, operand) in [(left, &binary.left), (right, &binary.right)] {
            if actual == Some(ValueType::Scalar) {
                self.report(
                    Diagnostic::error(operand.span(), format!("`{op}` joins instant vectors, but this is a scalar"))
                        .help("make it a vector: `vector(…)`"),
                );
            }
        }
        if let Some(group) = &binary.modifiers.group {
            let word = if group.side.value == Side::Left { "group_left" } else { "group_right" };
            self.report(
                Diagnostic::error(group.span, format!("`{op}` has no `{word}`: it compares all series with all"))
                    .help(format!("take `{word}` away")),
            );
        }
        if let Some(place) = binary.modifiers.fill.span() {
            self.report(Diagnostic::error(place, format!("`{op}` has no values to fill in")));
        }
    }

    /// Checks an argument, whose type must be `expected`.
    fn expect(&mut self, argument: &Expr, expected: ValueType, name: &str) {
        let Some(actual) = self.expr(argument).filter(|actual| *actual != expected) else { return };
        let message = format!("`{name}` takes {} here, but this is {}", expected.with_article(), actual.with_article());
        let error = Diagnostic::error(argument.span(), message);
        self.report(match (expected, actual) {
            (ValueType::RangeVector, ValueType::InstantVector) => {
                error.help(if matches!(argument, Expr::Selector(_)) {
                    "give the selector a range: `[5m]`"
                } else {
                    "make it a subquery: `[5m:]`"
                })
            }
            (ValueType::InstantVector, ValueType::RangeVector) => {
                error.help("take the range away, or apply a function to it first, as in `rate(…)`")
            }
            (ValueType::InstantVector, ValueType::Scalar) => error.help("make it a vector: `vector(…)`"),
            (ValueType::Scalar, ValueType::InstantVector) => error.help("take its only value: `scalar(…)`"),
            (ValueType::String, _) => error.help("write it in quotes"),
            _ => error,
        });
    }
}

fn plural(count: usize) -> String {
    match count {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        count => format!("{count} arguments"),
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        promql::Query,
        text::{Excerpt, FileId},
    };

    #[test]
    fn points_at_the_cause() {
        for (text, marked, message) in [
            ("{a!=\"b\"}", "{a!=\"b\"}", "this selects every series there is"),
            ("{a=~\".*\"}", "{a=~\".*\"}", "this selects every series there is"),
            ("foo{__name__=\"x\"}", "__name__=\"x\"", "the name of the metric is given twice"),
            ("topk(\"a\", x)", "\"a\"", "`topk` takes a scalar here, but this is a string"),
            ("count_values(1, x)", "1", "`count_values` takes a string here, but this is a scalar"),
            ("sum(1)", "1", "`sum` takes an instant vector here, but this is a scalar"),
            ("rate(x)", "x", "`rate` takes a range vector here, but this is an instant vector"),
            ("rate(x[5m], 1)", "1", "`rate` takes 1 argument, not 2"),
            ("clamp(x, 1)", "(x, 1)", "`clamp` takes 3 arguments, not 2"),
            ("label_join(x, \"a\")", "(x, \"a\")", "`label_join` takes at least 3 arguments, not 2"),
            ("round(x, 1, 2)", "2", "`round` takes at most 2 arguments, not 3"),
            ("1 + bool 2", "bool", "`bool` belongs to comparisons, and `+` is none"),
            ("1 == 2", "==", "`==` compares two scalars without `bool`"),
            ("x and 1", "1", "`and` joins instant vectors, but this is a scalar"),
            ("x and on(a) group_left y", "group_left", "`and` has no `group_left`: it compares all series with all"),
            ("x * on(a) group_left(a) y", "a", "`a` is in `on` already, so it cannot be taken over"),
            ("x + on(a) 1", "on(a)", "labels match only between two instant vectors"),
            ("\"a\" + 1", "\"a\"", "`+` joins scalars and instant vectors, but this is a string"),
            ("x[5m] > 1", "x[5m]", "`>` joins scalars and instant vectors, but this is a range vector"),
            ("1[5m:]", "1", "a subquery needs an instant vector, but this is a scalar"),
            ("-x[5m]", "-", "a range vector has no sign"),
            ("info(x, sum(y))", "sum(y)", "the second argument of `info` is more than matchers in braces"),
        ] {
            let query = Query::parse(Excerpt::whole(FileId(0), text));
            let found: Vec<_> = query
                .errors()
                .iter()
                .map(|error| (&text[query.range_of(error.span)], error.message.as_str()))
                .collect();
            assert_eq!(found, [(marked, message)], "{text}");
        }
    }

    #[test]
    fn accepts() {
        for text in
            ["{a!=\"\"}", "{a=~\".+\"}", "info(x, {})", "x + on() 1", "1 == bool 2", "x </ 5", "-(-x)", "hour()"]
        {
            let query = Query::parse(Excerpt::whole(FileId(0), text));
            assert_eq!(query.errors(), [], "{text}");
        }
    }
}
