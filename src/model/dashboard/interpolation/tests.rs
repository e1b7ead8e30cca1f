//! Slots and placeholders, by example; and on any text.

use proptest::prelude::*;

use super::*;
use crate::text::FileId;

fn scope() -> Scope {
    let mut scope = Scope::new();
    for (name, values) in [
        ("agg", &["avg", "max"][..]),
        ("op", &["+"]),
        ("limit", &["0.5", "0.9"]),
        ("counter", &["http_requests_total"]),
        ("prefix", &["max"]),
        ("job", &[]),
        ("filter", &[]),
    ] {
        scope.add(name, values.iter().map(|value| (*value).to_owned()).collect());
    }
    scope
}

fn filled(text: &str) -> (Option<String>, Vec<Slot>) {
    let raw = Excerpt::whole(FileId(0), text);
    let read = <Interpolated>::read(raw, &scope());
    (read.query.map(|query| query.text.text().to_owned()), read.uses.into_iter().map(|used| used.slot).collect())
}

fn value(label: &str, operator: MatchOperator, whole: bool) -> Slot {
    Slot::LabelValue { label: label.to_owned(), operator, whole }
}

#[test]
fn durations() {
    for (text, expected, slots) in [
        ("rate(x[$__rate_interval])", "rate(x[5m])", vec![Slot::Range]),
        ("rate(x[ ${w} ])", "rate(x[ 5m ])", vec![Slot::Range]),
        ("rate(x[[[w]]])", "rate(x[5m])", vec![Slot::Range]),
        ("max_over_time(x[$w:$s])", "max_over_time(x[5m:1m])", vec![Slot::Range, Slot::Step]),
        ("max_over_time(x[$w:])", "max_over_time(x[5m:])", vec![Slot::Range]),
        ("rate(x[${n}m])", "rate(x[5m])", vec![Slot::Range]),
        ("rate(x[5${unit}])", "rate(x[5m])", vec![Slot::Range]),
        ("x offset $o", "x offset 5m", vec![Slot::Offset]),
        ("x offset -$__interval", "x offset -5m", vec![Slot::Offset]),
        ("x @ ${__from:date:seconds}", "x @ 0", vec![Slot::At]),
    ] {
        assert_eq!(filled(text), (Some(expected.to_owned()), slots), "{text}");
    }
}

#[test]
fn selectors() {
    use MatchOperator::{Equal, Matches};
    for (text, expected, slots) in [
        (r#"x{job="$job"}"#, r#"x{job="$job"}"#, vec![value("job", Equal, true)]),
        (r#"x{job=~"$job"}"#, r#"x{job=~".+"}"#, vec![value("job", Matches, true)]),
        (r"x{job=~'$job'}", r"x{job=~'.+'}", vec![value("job", Matches, true)]),
        (r#"x{a="b", job=~"a-${job}*"}"#, r#"x{a="b", job=~"a-(?:.+)*"}"#, vec![value("job", Matches, false)]),
        (r#"x{i="$h:$p"}"#, r#"x{i="$h:$p"}"#, vec![value("i", Equal, false); 2]),
        (r#"x{i=~"\"$h"}"#, r#"x{i=~"\".+"}"#, vec![value("i", Matches, false)]),
        ("x{job=~$job}", r#"x{job=~".+"}"#, vec![value("job", Matches, true)]),
        ("x{job=$job}", r#"x{job="$job"}"#, vec![value("job", Equal, true)]),
        ("x{$filter}", r#"x{__variable__=~".+"}"#, vec![Slot::Matchers]),
        (r#"x{a="b",${filter},}"#, r#"x{a="b",__variable__=~".+",}"#, vec![Slot::Matchers]),
        (r#"x{a="b" $filter}"#, r#"x{a="b" ,__variable__=~".+"}"#, vec![Slot::Matchers]),
        (r#"x{$key="v"}"#, r#"x{__variable__="v"}"#, vec![Slot::MatchedLabel]),
        (r#"{__name__="${m}_total"}"#, r#"{__name__="${m}_total"}"#, vec![value("__name__", Equal, false)]),
        ("$m{a='b'}", "__variable__{a='b'}", vec![Slot::MetricName]),
        ("rate($m[5m])", "rate(__variable__[5m])", vec![Slot::MetricName]),
        ("${m}_total:$n", "__variable___total:__variable__", vec![Slot::MetricName; 2]),
    ] {
        assert_eq!(filled(text), (Some(expected.to_owned()), slots), "{text}");
    }
}

#[test]
fn expressions() {
    for (text, expected, slots) in [
        ("sum by ($g) (x)", "sum by (__variable__) (x)", vec![Slot::GroupingLabel]),
        ("sum(x) by (le, ${g:csv})", "sum(x) by (le, __variable__)", vec![Slot::GroupingLabel]),
        ("sum by $g (x)", "sum by (__variable__) (x)", vec![Slot::GroupingLabel]),
        ("a * on($k) group_left b", "a * on(__variable__) group_left b", vec![Slot::GroupingLabel]),
        ("topk($n, x)", "topk(NaN, x)", vec![Slot::Number]),
        ("topk by (job) (($n), x)", "topk by (job) ((NaN), x)", vec![Slot::Number]),
        ("x > bool $t", "x > bool NaN", vec![Slot::Number]),
        ("x / $__range_s", "x / NaN", vec![Slot::Number]),
        ("x > $limit", "x > NaN", vec![Slot::Number]),
        ("sum($limit)", "sum(__variable__)", vec![Slot::Expression]),
        (
            "vector(1) * clamp_max($q, $n)",
            "vector(1) * clamp_max(__variable__, NaN)",
            vec![Slot::Expression, Slot::Number],
        ),
        ("sum($counter)", "sum(__variable__)", vec![Slot::MetricName]),
        ("topk(5, $q)", "topk(5, __variable__)", vec![Slot::Expression]),
        ("$agg(x)", "avg(x)", vec![Slot::Function]),
        ("$agg by (job) (x)", "avg by (job) (x)", vec![Slot::Function]),
        ("${prefix}_over_time(x[5m])", "max_over_time(x[5m])", vec![Slot::Function]),
        ("a $op b", "a + b", vec![Slot::Operator]),
        ("sum(a) by (x) $op (b)", "sum(a) by (x) + (b)", vec![Slot::Operator]),
        ("count_values($l, x)", "count_values(\"__variable__\", x)", vec![Slot::Text]),
        ("x # $note\n+ 1", "x # $note\n+ 1", vec![Slot::Comment]),
        (
            r#"label_replace(x, "a", "$1", "$src", "$re")"#,
            r#"label_replace(x, "a", "$1", "$src", ".+")"#,
            vec![Slot::Text; 2],
        ),
        (
            r#"label_replace(x, "a", "$name", "b", "(?P<name>.*)")"#,
            r#"label_replace(x, "a", "$name", "b", "(?P<name>.*)")"#,
            vec![],
        ),
    ] {
        assert_eq!(filled(text), (Some(expected.to_owned()), slots), "{text}");
    }
}

#[test]
fn gives_up_rather_than_accuse() {
    for text in ["$fn(x)", "a $compare b", "x{} $suffix", "x{foo$bar}", "5$unit + 1", "x{a $b \"c\"}"] {
        assert_eq!(filled(text).0, None, "{text}");
    }
}

#[test]
fn placeholders_map_back() {
    let raw = Excerpt::whole(FileId(0), r#"rate(x{job=~"$job"}[$w])"#);
    let read = <Interpolated>::read(raw, &scope());
    let query = read.query.as_ref().expect("decided");
    let window = query.text.text().find("5m").expect("a window");
    assert_eq!(query.text.span(window..window + 2), Span::new(FileId(0), 20, 22));
    assert!(read.is_open(Span::new(FileId(0), 5, 19)));
    assert!(!read.is_open(Span::new(FileId(0), 19, 23)));
}

proptest! {
    #[test]
    fn any_text_is_read(text in "[a-c$ {}()\\[\\]\"'\\\\=~,:#5m\né]{0,60}") {
        let raw = Excerpt::whole(FileId(0), text.clone());
        let read = <Interpolated>::read(raw.clone(), &scope());
        for used in &read.uses {
            prop_assert!(raw.full_span().contains(used.variable.span));
        }
        if read.uses.is_empty() && crate::model::dashboard::reference::references(&text).is_empty() {
            let query = read.query.expect("a query without variables is always read");
            prop_assert_eq!(query.text.text(), text);
        }
    }

    #[test]
    fn every_variable_has_one_slot(before in "[a-z(){} =\"]{0,12}", after in "[a-z(){} =\"]{0,12}") {
        let text = format!("{before}${{v}}{after}");
        let read = <Interpolated>::read(Excerpt::whole(FileId(0), text), &scope());
        prop_assert_eq!(read.uses.len(), 1);
    }
}
