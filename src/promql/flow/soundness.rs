//! What label flow promises, against what a small evaluator of labels really gives.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::{
    promql::{
        Query,
        ast::{Aggregation, Binary, BinaryOp, Call, GroupingKind, Labels, MatchOp, Matching, MatchingKind, Side},
    },
    text::{Excerpt, FileId},
    vocab::{Pattern, PatternUse},
};

type Series = BTreeMap<String, String>;

fn query(text: &str) -> Query {
    Query::parse(Excerpt::whole(FileId(0), text))
}

fn flow(text: &str) -> Flow {
    let query = query(text);
    Flow::of(query.valid().unwrap_or_else(|| panic!("{text}: {:?}", query.errors())), &())
}

#[test]
fn follows_labels() {
    let certain = |value: &str| format!("certain {value}");
    for (text, label, expected) in [
        ("up{job=\"api\"}", "job", certain("api")),
        ("up{job=\"\"}", "job", "absent".to_owned()),
        ("up{job=~\"a.+\"}", "job", certain("?")),
        ("up{job!=\"\"}", "job", certain("?")),
        ("up{job!~\"|x\"}", "job", certain("?")),
        ("up{job=~\".*\"}", "job", "possible".to_owned()),
        ("up", "__name__", certain("up")),
        ("rate(up[5m])", "__name__", "absent".to_owned()),
        ("sum by (job) (up)", "job", "possible".to_owned()),
        ("sum by (job) (up)", "instance", "absent".to_owned()),
        ("sum without (job) (up{instance=\"a\"})", "instance", certain("a")),
        ("topk by (job) (1, up{x=\"1\"})", "x", certain("1")),
        ("count_values(\"v\", up)", "v", certain("?")),
        ("a{x=\"1\"} or b{x=\"1\"}", "x", certain("1")),
        ("a{x=\"1\"} or b{x=\"2\"}", "x", certain("?")),
        ("a{x=\"1\"} or b", "x", "possible".to_owned()),
        ("a / on (x) b{x=\"1\"}", "x", certain("1")),
        ("a{y=\"1\"} / on (x) b", "y", "absent".to_owned()),
        ("a{y=\"1\"} / on (x) group_left (z) b{z=\"1\"}", "y", certain("1")),
        ("a / on (x) group_left (z) b{z=\"1\"}", "z", certain("1")),
        ("a / ignoring (x) b{x=\"1\"}", "x", "absent".to_owned()),
        ("label_replace(up, \"x\", \"1\", \"\", \"\")", "x", certain("1")),
        ("label_replace(up, \"x\", \"$1\", \"job\", \"(.*)\")", "x", "possible".to_owned()),
        ("label_join(up{a=\"1\"}, \"x\", \"\", \"a\", \"b\")", "x", certain("?")),
        ("absent(up{job=\"a\", x=~\"b\"})", "job", certain("a")),
        ("absent(up{job=\"a\", x=~\"b\"})", "x", "absent".to_owned()),
        ("absent(sum(up{job=\"a\"}))", "job", "absent".to_owned()),
        ("histogram_quantile(0.9, rate(x_bucket{le=\"1\"}[5m]))", "le", "absent".to_owned()),
        ("vector(1)", "job", "absent".to_owned()),
        ("time() - up{x=\"1\"}", "x", certain("1")),
        ("max_over_time((up{x=\"1\"})[1h:5m])", "x", certain("1")),
    ] {
        let found = match &flow(text).label(label).presence {
            Presence::Certain(value) => format!("certain {}", value.as_deref().unwrap_or("?")),
            Presence::Possible => "possible".to_owned(),
            Presence::Absent => "absent".to_owned(),
        };
        assert_eq!(found, expected, "`{label}` of {text}");
    }
}

#[test]
fn knows_where_labels_went() {
    for (text, label, place) in [
        ("sum by (job) (up)", "instance", "sum by (job)"),
        ("sum(up) by (job)", "instance", "by (job)"),
        ("max(sum by (job) (up))", "job", "max"),
        ("a / on (x) b", "y", "on (x)"),
        ("up{job=\"a\"} * 2", "job", "job=\"a\""),
        ("absent(up)", "job", "absent"),
    ] {
        let cause = flow(text).label(label).cause.clone().unwrap_or_else(|| panic!("{text}"));
        assert_eq!(&text[cause.span.range()], place, "`{label}` of {text}");
    }
}

/// The labels of a result; `None` when evaluation fails.
fn evaluate(expr: &Expr, data: &[Series]) -> Option<Vec<Series>> {
    match expr {
        Expr::Paren(paren) => evaluate(&paren.inner, data),
        Expr::Unary(unary) => distinct(evaluate(&unary.operand, data)?.into_iter().map(nameless).collect()),
        Expr::Selector(_) | Expr::Range(_) => {
            let selector = expr.selection()?.selector;
            let name = selector.name.as_ref().map(|name| name.value.as_str()).unwrap_or_default();
            let fits = |series: &&Series| {
                value(series, "__name__") == name
                    && selector.matchers.iter().all(|matcher| matcher.matches(value(series, &matcher.label.value)))
            };
            Some(data.iter().filter(fits).cloned().collect())
        }
        Expr::Aggregation(aggregation) => aggregate(aggregation, data),
        Expr::Call(call) => apply(call, data),
        Expr::Binary(binary) => combine(binary, data),
        _ => None,
    }
}

fn value<'s>(series: &'s Series, label: &str) -> &'s str {
    series.get(label).map_or("", String::as_str)
}

fn nameless(mut series: Series) -> Series {
    series.remove("__name__");
    series
}

fn distinct(result: Vec<Series>) -> Option<Vec<Series>> {
    let set: BTreeSet<&Series> = result.iter().collect();
    (set.len() == result.len()).then_some(result)
}

fn names(labels: &Labels) -> Vec<&str> {
    labels.names.iter().map(|name| name.value.as_str()).collect()
}

fn kept(series: &Series, keep: impl Fn(&str) -> bool) -> Series {
    series.iter().filter(|(name, _)| keep(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn aggregate(aggregation: &Aggregation, data: &[Series]) -> Option<Vec<Series>> {
    let operand = evaluate(&aggregation.operand, data)?;
    let groups: BTreeSet<Series> = operand
        .iter()
        .map(|series| {
            kept(series, |label| match &aggregation.grouping {
                None => false,
                Some(grouping) if grouping.kind.value == GroupingKind::By => grouping.labels.has(label),
                Some(grouping) => label != "__name__" && !grouping.labels.has(label),
            })
        })
        .collect();
    Some(groups.into_iter().collect())
}

fn apply(call: &Call, data: &[Series]) -> Option<Vec<Series>> {
    let texts: Vec<&str> = call.arguments.iter().filter_map(|part| Some(part.string()?.value.as_str())).collect();
    let operand = evaluate(&call.arguments[0], data)?;
    let write = |mut series: Series, text: String| {
        series.remove(texts[0]);
        if !text.is_empty() {
            series.insert(texts[0].to_owned(), text);
        }
        series
    };
    distinct(match call.function.value.as_str() {
        "label_replace" => {
            let pattern = Pattern::of(texts[3], PatternUse::Relabel).unwrap();
            let replaced = |series: Series| {
                let from = value(&series, texts[2]).to_owned();
                let text = if texts[1] == "$1" { from.clone() } else { texts[1].to_owned() };
                if pattern.is_match(&from) { write(series, text) } else { series }
            };
            operand.into_iter().map(replaced).collect()
        }
        "label_join" => {
            let joined = |series: Series| {
                let parts: Vec<&str> = texts[2..].iter().map(|label| value(&series, label)).collect();
                let text = parts.join(texts[1]);
                write(series, text)
            };
            operand.into_iter().map(joined).collect()
        }
        "absent" if operand.is_empty() => {
            let selector = call.arguments[0].selection()?.selector;
            let fixed = selector.matchers.iter().filter(|matcher| matcher.op.value == MatchOp::Equal);
            let labels = fixed.map(|matcher| (matcher.label.to_string(), matcher.value.to_string()));
            vec![labels.filter(|(_, value)| !value.is_empty()).collect()]
        }
        "absent" => Vec::new(),
        _ => operand.into_iter().map(nameless).collect(),
    })
}

fn signature(series: &Series, matching: Option<&Matching>) -> Series {
    kept(series, |label| match matching {
        Some(matching) if matching.kind.value == MatchingKind::On => matching.labels.has(label),
        matching => label != "__name__" && !matching.is_some_and(|matching| matching.labels.has(label)),
    })
}

fn combine(binary: &Binary, data: &[Series]) -> Option<Vec<Series>> {
    let (left, right) = (evaluate(&binary.left, data)?, evaluate(&binary.right, data)?);
    let matching = binary.modifiers.matching.as_deref();
    let key = |series: &Series| signature(series, matching);
    let keys = |side: &[Series]| -> BTreeSet<Series> { side.iter().map(key).collect() };
    let (left_keys, right_keys) = (keys(&left), keys(&right));
    let op = binary.op.value;
    match op {
        BinaryOp::And => return Some(left.into_iter().filter(|series| right_keys.contains(&key(series))).collect()),
        BinaryOp::Unless => {
            return Some(left.into_iter().filter(|series| !right_keys.contains(&key(series))).collect());
        }
        BinaryOp::Or => {
            let added = right.into_iter().filter(|series| !left_keys.contains(&key(series)));
            return distinct(left.iter().cloned().chain(added).collect());
        }
        _ => {}
    }
    let side = binary.modifiers.group.as_ref().map(|group| group.side.value);
    let (many, one) = if side == Some(Side::Right) { (right, left) } else { (left, right) };
    if keys(&one).len() != one.len() || side.is_none() && keys(&many).len() != many.len() {
        return None;
    }
    let mut result = Vec::new();
    for series in many {
        let Some(partner) = one.iter().find(|partner| key(partner) == key(&series)) else { continue };
        let mut labels = if op.is_arithmetic() { nameless(series) } else { series };
        if let (None, Some(matching)) = (side, matching) {
            let is_on = matching.kind.value == MatchingKind::On;
            labels = kept(&labels, |label| matching.labels.has(label) == is_on);
        }
        for label in binary.modifiers.group.iter().flat_map(|group| &group.labels).flat_map(names) {
            labels.remove(label);
            labels.extend(partner.get(label).map(|value| (label.to_owned(), value.clone())));
        }
        result.push(labels);
    }
    distinct(result)
}

fn label() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["x", "y", "z"])
}

fn list() -> impl Strategy<Value = String> {
    prop::collection::vec(label(), 0..3).prop_map(|labels| labels.join(", "))
}

fn selector() -> impl Strategy<Value = String> {
    let op = prop::sample::select(vec!["=", "!=", "=~", "!~"]);
    let pattern = prop::sample::select(vec!["", "1", "2", "1|2", ".+", ".*", "|1"]);
    let matcher = (label(), op, pattern).prop_map(|(label, op, value)| format!("{label}{op}\"{value}\""));
    let matchers = prop::collection::vec(matcher, 0..3).prop_map(|matchers| matchers.join(", "));
    (prop::sample::select(vec!["a", "b"]), matchers).prop_map(|(name, matchers)| format!("{name}{{{matchers}}}"))
}

fn expression() -> impl Strategy<Value = String> {
    selector().prop_recursive(4, 12, 2, |inner| {
        let aggregation = (inner.clone(), prop::sample::select(vec!["by", "without"]), list())
            .prop_map(|(operand, kind, labels)| format!("sum {kind} ({labels}) ({operand})"));
        let op = prop::sample::select(vec!["/", "==", "and", "or", "unless"]);
        let matching = prop::sample::select(vec!["", "on", "ignoring"]);
        let group = prop::sample::select(vec!["", "group_left", "group_right"]);
        let binary = (inner.clone(), op, matching, list(), group, list(), inner.clone()).prop_map(
            |(left, op, matching, labels, group, included, right)| {
                let matching = if matching.is_empty() { String::new() } else { format!("{matching} ({labels})") };
                let is_set = matches!(op, "and" | "or" | "unless");
                let grouped = !matching.is_empty() && !is_set && !group.is_empty();
                let group = if grouped { format!("{group} ({included})") } else { String::new() };
                format!("({left}) {op} {matching} {group} ({right})")
            },
        );
        let text = prop::sample::select(vec!["", "1", "$1"]);
        let pattern = prop::sample::select(vec!["(.*)", "(.+)", "(1|)", "()"]);
        let replaced =
            (inner.clone(), label(), text, label(), pattern).prop_map(|(operand, target, text, from, pattern)| {
                format!("label_replace({operand}, \"{target}\", \"{text}\", \"{from}\", \"{pattern}\")")
            });
        let joined = (inner.clone(), label(), prop::sample::select(vec!["", "-"]), label(), label()).prop_map(
            |(operand, target, between, one, two)| {
                format!("label_join({operand}, \"{target}\", \"{between}\", \"{one}\", \"{two}\")")
            },
        );
        let absent = selector().prop_map(|operand| format!("absent({operand})"));
        prop_oneof![aggregation, binary, replaced, joined, absent, inner.prop_map(|operand| format!("-({operand})"))]
    })
}

fn series() -> impl Strategy<Value = Vec<Series>> {
    let value = prop::sample::select(vec!["", "1", "2"]);
    let one =
        (prop::sample::select(vec!["a", "b"]), [value.clone(), value.clone(), value]).prop_map(|(name, values)| {
            let labels = ["x", "y", "z"].into_iter().zip(values).filter(|(_, value)| !value.is_empty());
            let named = labels.chain([("__name__", name)]);
            named.map(|(label, value)| (label.to_owned(), value.to_owned())).collect::<Series>()
        });
    prop::collection::btree_set(one, 0..8).prop_map(|set| set.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn promises_hold(text in expression(), data in series()) {
        let query = query(&text);
        let Some(expr) = query.valid() else { return Ok(()) };
        let flow = Flow::of(expr, &());
        for series in evaluate(expr, &data).unwrap_or_default() {
            for label in ["x", "y", "z", "other", "__name__"] {
                let value = value(&series, label);
                match &flow.label(label).presence {
                    Presence::Certain(None) => prop_assert!(!value.is_empty(), "{text}: `{label}` of {series:?}"),
                    Presence::Certain(Some(known)) => prop_assert_eq!(value, known.as_str(), "{}: `{}`", text, label),
                    Presence::Absent => prop_assert!(value.is_empty(), "{text}: `{label}` of {series:?}"),
                    Presence::Possible => {}
                }
            }
        }
    }

    #[test]
    fn what_keeps_labels_does_not_lack_them(text in expression()) {
        let query = query(&text);
        let Some(expr) = query.valid() else { return Ok(()) };
        let flow = Flow::of(expr, &());
        for label in ["x", "y", "z", "le", "other"] {
            let is_kept = keeps_all_labels(expr, &()) || keeps_labels(expr, &["z", label], &());
            prop_assert!(!is_kept || !flow.label(label).is_absent(), "{text}: `{label}`");
        }
    }
}
