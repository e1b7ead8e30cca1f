//! Syntax trees, as Prometheus' `parse_query` shows them.

use promcheck::{
    promql::{
        Expr, Query,
        ast::{AtTime, Binary, GroupingKind, Labels, Matching, MatchingKind, Modifiers, Side, VectorSelector},
        functions::ValueType,
    },
    text::{Excerpt, FileId},
    vocab::stray,
};
use serde_json::{Value, json};

use super::board::{Data, Suite};

pub fn run(data: &Data) -> Vec<Suite> {
    let mut suite = Suite::new("promql/tree");
    for row in data.rows("expr/ast.jsonl") {
        let Some(text) = row["expr"].as_str() else { continue };
        let query = Query::parse(Excerpt::whole(FileId(0), text));
        let Some(expr) = query.expr else { continue };
        let ours = shape(&expr);
        suite.case(ours == row["ast"], || format!("{text}\n  promtool: {}\n  promcheck: {ours}", row["ast"]));
    }
    vec![suite]
}

/// A string in JSON as Go writes it: a byte that makes no character becomes U+FFFD.
fn as_go_writes(text: &str) -> String {
    text.chars().map(|letter| if stray::byte_of(letter).is_some() { '\u{fffd}' } else { letter }).collect()
}

/// A valid expression, as Prometheus' `parse_query` shows it.
pub fn shape(expr: &Expr) -> Value {
    match expr {
        Expr::Number(number) => json!({"type": "numberLiteral", "val": decimal(number.value)}),
        Expr::String(string) => json!({"type": "stringLiteral", "val": as_go_writes(&string.value)}),
        Expr::Selector(selector) => {
            with_times(selector_shape("vectorSelector", selector), &selector.modifiers)
        }
        Expr::Range(range) => {
            let mut shape = with_times(selector_shape("matrixSelector", &range.selector), &range.modifiers);
            shape["range"] = json!(range.range.duration().map(|range| range.as_milliseconds()));
            shape
        }
        Expr::Subquery(subquery) => {
            let milliseconds = |length: &promcheck::promql::ast::DurationExpr| {
                length.duration().map_or(0, |length| length.as_milliseconds())
            };
            let shape = json!({
                "type": "subquery",
                "expr": self::shape(&subquery.operand),
                "range": milliseconds(&subquery.range),
                "step": subquery.step.as_ref().map_or(0, milliseconds),
            });
            with_times(shape, &subquery.modifiers)
        }
        Expr::Aggregation(aggregation) => json!({
            "type": "aggregation",
            "op": aggregation.op.text(),
            "expr": shape(&aggregation.operand),
            "param": aggregation.parameter.as_deref().map(shape),
            "grouping": aggregation.grouping.as_ref().map_or(json!([]), |grouping| names(&grouping.labels)),
            "without": aggregation.grouping.as_ref().is_some_and(|grouping| grouping.kind.value == GroupingKind::Without),
        }),
        Expr::Call(call) => {
            let signature = call.signature().expect("the expression is valid");
            let variadic = match signature.most {
                None => -1,
                Some(most) if most == signature.least => 0,
                Some(most) => most as i64 - signature.arguments.len() as i64 + 1,
            };
            json!({
                "type": "call",
                "args": call.arguments.iter().map(shape).collect::<Vec<_>>(),
                "func": {
                    "name": signature.name,
                    "argTypes": signature.arguments.iter().copied().map(type_name).collect::<Vec<_>>(),
                    "returnType": type_name(signature.result),
                    "variadic": variadic,
                },
            })
        }
        Expr::Binary(binary) => binary_shape(binary),
        Expr::Unary(unary) => json!({"type": "unaryExpr", "op": unary.op.text(), "expr": shape(&unary.operand)}),
        Expr::Paren(paren) => json!({"type": "parenExpr", "expr": shape(&paren.inner)}),
        Expr::Broken(_) => json!({"type": "broken"}),
    }
}

fn binary_shape(binary: &Binary) -> Value {
    let vectors = [&binary.left, &binary.right].into_iter().all(|side| side.value_type() == Some(ValueType::InstantVector));
    let card = match binary.modifiers.group.as_ref().map(|group| group.side.value) {
        Some(Side::Left) => "many-to-one",
        Some(Side::Right) => "one-to-many",
        None if binary.op.is_set() => "many-to-many",
        None => "one-to-one",
    };
    let labels = |matching: &Matching| names(&matching.labels);
    let matching = vectors.then(|| {
        json!({
            "card": card,
            "labels": binary.modifiers.matching.as_deref().map_or(json!([]), labels),
            "on": binary.modifiers.matching.as_ref().is_some_and(|matching| matching.kind.value == MatchingKind::On),
            "include": binary.modifiers.group.as_ref().and_then(|group| group.labels.as_ref()).map_or(json!([]), names),
        })
    });
    json!({
        "type": "binaryExpr",
        "op": binary.op.text(),
        "lhs": shape(&binary.left),
        "rhs": shape(&binary.right),
        "bool": binary.modifiers.bool_modifier.is_some(),
        "matching": matching,
    })
}

fn selector_shape(kind: &str, selector: &VectorSelector) -> Value {
    let mut matchers: Vec<Value> = selector
        .matchers
        .iter()
        .map(|matcher| json!({"name": *matcher.label.value, "type": matcher.op.text(), "value": *matcher.value.value}))
        .collect();
    let name = selector.name.as_ref().map_or("", |name| &name.value);
    if !name.is_empty() {
        matchers.push(json!({"name": "__name__", "type": "=", "value": name}));
    }
    json!({"type": kind, "name": name, "matchers": matchers})
}

fn with_times(mut shape: Value, modifiers: &Modifiers) -> Value {
    let offset = modifiers.offset.as_ref().and_then(|offset| offset.duration.duration());
    shape["offset"] = json!(offset.map_or(0, |offset| offset.as_milliseconds()));
    shape["timestamp"] = Value::Null;
    shape["startOrEnd"] = Value::Null;
    match modifiers.at.as_ref().map(|at| at.time) {
        Some(AtTime::Milliseconds(time)) => shape["timestamp"] = json!(time),
        Some(AtTime::Start) => shape["startOrEnd"] = json!("start"),
        Some(AtTime::End) => shape["startOrEnd"] = json!("end"),
        None => {}
    }
    shape
}

fn names(labels: &Labels) -> Value {
    labels.names.iter().map(|name| json!(*name.value)).collect()
}

fn type_name(kind: ValueType) -> &'static str {
    match kind {
        ValueType::Scalar => "scalar",
        ValueType::String => "string",
        ValueType::InstantVector => "vector",
        ValueType::RangeVector => "matrix",
    }
}

fn decimal(value: f64) -> String {
    match value {
        _ if value.is_nan() => "NaN".to_owned(),
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        _ => value.to_string(),
    }
}
