//! Reading of test files.

use crate::{
    diag::Diagnostic,
    model::Pair,
    promql::Query,
    text::{Excerpt, Name, Spanned},
    tree::{Complaints, Fields, Kind, Node, Style},
    vocab::listed,
};

use super::{
    AlertTest, Expected, ExpectedAlert, ExpectedSample, ExprTest, GroupIntervals, InputSeries, Matching, Suite,
    TestCase, Tolerance,
    notation::{self, Values},
    notification::{NotificationTest, Silence},
    series::Series,
};

/// Keys this program added, at their places.
type Additions = Vec<Spanned<String>>;

pub(super) fn suite(root: Node<'_>, complaints: &mut Complaints) -> Option<Suite> {
    let mut fields = Fields::of(root, "test file", complaints)?;
    let mut additions = Additions::new();
    note(&fields, &["alertmanager_config", "group_intervals", "tolerance"], &mut additions);
    let rule_files = fields.strings("rule_files", complaints);
    let evaluation_interval = fields.duration("evaluation_interval", complaints);
    let group_order = fields.strings("group_eval_order", complaints);
    for (at, name) in group_order.iter().enumerate() {
        if let Some(first) = group_order[..at].iter().find(|first| first.value == name.value) {
            let message = format!("group `{}` stands twice in the evaluation order", name.value);
            complaints.push(Diagnostic::error(name.span, message).label(first.span, "first here"));
        }
    }
    let fuzzy_compare = fields.boolean("fuzzy_compare", complaints);
    let tests = fields.list("tests", complaints);
    let alertmanager_config = fields.string("alertmanager_config", complaints);
    let intervals = [("ignore", GroupIntervals::Ignore), ("honour", GroupIntervals::Honour)];
    let group_intervals = one_of(&mut fields, "group_intervals", &intervals, complaints);
    let tolerance = fields.value("tolerance").and_then(|node| tolerance(node, complaints));
    fields.finish(complaints);
    let tests = tests.into_iter().filter_map(|node| test_case(node, &mut additions, complaints)).collect();
    Some(Suite {
        span: root.span(),
        rule_files,
        evaluation_interval,
        group_order,
        fuzzy_compare,
        tests,
        alertmanager_config,
        group_intervals,
        tolerance,
        additions,
    })
}

fn tolerance(node: Node<'_>, complaints: &mut Complaints) -> Option<Tolerance> {
    let mut fields = Fields::of(node, "tolerance", complaints)?;
    let tolerance = Tolerance {
        span: node.span(),
        absolute: fields.number("abs", complaints),
        relative: fields.number("rel", complaints),
    };
    fields.finish(complaints);
    Some(tolerance)
}

fn test_case(node: Node<'_>, additions: &mut Additions, complaints: &mut Complaints) -> Option<TestCase> {
    let mut fields = Fields::of(node, "test", complaints)?;
    note(&fields, &["notification_test", "silences"], additions);
    let name = fields.string("name", complaints);
    let interval = fields.duration("interval", complaints);
    let start = fields.value("start_timestamp").and_then(|node| timestamp(node, complaints));
    let input = fields.list("input_series", complaints);
    let alerts = fields.list("alert_rule_test", complaints);
    let expressions = fields.list("promql_expr_test", complaints);
    let notifications = fields.list("notification_test", complaints);
    let silences = fields.list("silences", complaints);
    let external_labels = Pair::all(fields.string_map("external_labels", complaints));
    let external_url = fields.string("external_url", complaints);
    fields.finish(complaints);
    Some(TestCase {
        span: node.span(),
        name,
        interval,
        start,
        input_series: input.into_iter().filter_map(|node| input_series(node, complaints)).collect(),
        alert_tests: alerts.into_iter().filter_map(|node| alert_test(node, additions, complaints)).collect(),
        expr_tests: expressions.into_iter().filter_map(|node| expr_test(node, complaints)).collect(),
        notification_tests: notifications
            .into_iter()
            .filter_map(|node| NotificationTest::lower(node, complaints))
            .collect(),
        silences: silences.into_iter().filter_map(|node| Silence::lower(node, complaints)).collect(),
        external_labels,
        external_url,
    })
}

fn input_series(node: Node<'_>, complaints: &mut Complaints) -> Option<InputSeries> {
    let mut fields = Fields::of(node, "input series", complaints)?;
    let series = fields.excerpt("series", complaints);
    let values = fields.excerpt("values", complaints);
    fields.finish(complaints);
    let is_blank = |text: &Option<Excerpt>| text.as_ref().is_none_or(|text| text.text().trim().is_empty());
    if is_blank(&series) && is_blank(&values) {
        complaints.push(Diagnostic::warning(node.span(), "this input series is empty"));
        return None;
    }
    if series.is_none() {
        complaints.push(Diagnostic::error(node.span(), "this input series has no `series`"));
    }
    let series = series.and_then(|text| {
        let series = series_of(&text, complaints)?;
        if series.metric.is_none() && series.labels.is_empty() {
            complaints.push(Diagnostic::error(series.span, "a series needs a name or at least one label"));
        }
        let mut labels = series.labels.iter().map(|(name, _)| name).enumerate();
        if let Some((_, twice)) =
            labels.find(|(at, name)| series.labels[..*at].iter().any(|(before, _)| before.value == name.value))
        {
            let message = format!("label `{}` is given twice", twice.value);
            complaints.push(Diagnostic::error(twice.span, message));
        }
        Some(series)
    });
    let values = values.map(|text| Values::read(text, complaints));
    Some(InputSeries { span: node.span(), series, values })
}

/// A series, in which names need quotes unless a feature is on.
fn series_of(text: &Excerpt, complaints: &mut Complaints) -> Option<Series> {
    let series = Series::read(text, complaints)?;
    complaints.extend(series.unquoted.iter().cloned());
    Some(series)
}

fn alert_test(node: Node<'_>, additions: &mut Additions, complaints: &mut Complaints) -> Option<AlertTest> {
    let mut fields = Fields::of(node, "alert test", complaints)?;
    note(&fields, &["exp_pending", "exp_resolved", "match", "exp_count", "groupname"], additions);
    let matchings = [("exact", Matching::Exact), ("subset", Matching::Subset)];
    let test = AlertTest {
        span: node.span(),
        eval_time: fields.duration("eval_time", complaints),
        alertname: fields.string("alertname", complaints),
        groupname: fields.string("groupname", complaints),
        firing: expected(&mut fields, "exp_alerts", complaints),
        pending: expected(&mut fields, "exp_pending", complaints),
        resolved: expected(&mut fields, "exp_resolved", complaints),
        matching: one_of(&mut fields, "match", &matchings, complaints),
        count: fields.integer("exp_count", complaints),
    };
    if test.alertname.as_ref().is_none_or(|name| name.is_empty()) {
        complaints.push(Diagnostic::error(node.span(), "this alert test has no `alertname`"));
    }
    fields.finish(complaints);
    Some(test)
}

fn expected(fields: &mut Fields<'_>, key: &'static str, complaints: &mut Complaints) -> Expected {
    let span = fields.key_span(key);
    let alerts = fields.list(key, complaints);
    Expected { key: span, alerts: alerts.into_iter().filter_map(|node| expected_alert(node, complaints)).collect() }
}

fn expected_alert(node: Node<'_>, complaints: &mut Complaints) -> Option<ExpectedAlert> {
    let mut fields = Fields::of(node, "expected alert", complaints)?;
    let alert = ExpectedAlert {
        span: node.span(),
        labels: Pair::all(fields.string_map("exp_labels", complaints)),
        annotations: Pair::all(fields.string_map("exp_annotations", complaints)),
    };
    fields.finish(complaints);
    Some(alert)
}

fn expr_test(node: Node<'_>, complaints: &mut Complaints) -> Option<ExprTest> {
    let mut fields = Fields::of(node, "expression test", complaints)?;
    let expr = fields.excerpt("expr", complaints);
    let eval_time = fields.duration("eval_time", complaints);
    let samples = fields.list("exp_samples", complaints);
    if expr.is_none() {
        complaints.push(Diagnostic::error(node.span(), "this expression test has no `expr`"));
    }
    fields.finish(complaints);
    Some(ExprTest {
        span: node.span(),
        query: expr.map(Query::parse),
        eval_time,
        samples: samples.into_iter().filter_map(|node| expected_sample(node, complaints)).collect(),
    })
}

fn expected_sample(node: Node<'_>, complaints: &mut Complaints) -> Option<ExpectedSample> {
    let mut fields = Fields::of(node, "expected sample", complaints)?;
    let labels = fields.excerpt("labels", complaints);
    let value = fields.value("value").and_then(|node| float(node, complaints));
    let histogram = fields.excerpt("histogram", complaints);
    fields.finish(complaints);
    let filled = |text: &crate::text::Excerpt| !text.text().trim().is_empty();
    Some(ExpectedSample {
        span: node.span(),
        series: labels.filter(filled).and_then(|text| series_of(&text, complaints)),
        value,
        histogram: histogram
            .filter(filled)
            .and_then(|text| notation::histogram(&text, complaints).map(|histogram| (text, histogram))),
    })
}

/// A map of label names to values.
pub(super) fn labels(node: Node<'_>, what: &'static str, complaints: &mut Complaints) -> Option<Vec<Pair>> {
    let fields = Fields::of(node, what, complaints)?;
    let pairs = fields.rest().into_iter().filter_map(|(key, value)| {
        Some(Pair { name: Spanned::new(key.span(), Name::new(key.text()?)), value: value.excerpt()? })
    });
    Some(pairs.collect())
}

/// A field that holds one of a few words.
pub(super) fn one_of<T: Copy>(
    fields: &mut Fields<'_>,
    key: &'static str,
    words: &[(&str, T)],
    complaints: &mut Complaints,
) -> Option<Spanned<T>> {
    let word = fields.string(key, complaints)?;
    let meant = words.iter().find(|(name, _)| *name == word.value);
    if meant.is_none() {
        let names = words.iter().map(|(name, _)| name);
        let message = format!("`{key}` takes {}, but this is `{}`", listed(names, " or "), word.value);
        complaints.push(Diagnostic::error(word.span, message));
    }
    meant.map(|(_, value)| Spanned::new(word.span, *value))
}

/// Notes which of our own keys are there.
fn note(fields: &Fields<'_>, keys: &[&str], additions: &mut Additions) {
    let found = keys.iter().filter_map(|key| Some(Spanned::new(fields.key_span(key)?, (*key).to_owned())));
    additions.extend(found);
}

/// A float as go-yaml reads it: `.inf` and `.nan` are values, words in quotes are not.
fn float(node: Node<'_>, complaints: &mut Complaints) -> Option<Spanned<f64>> {
    let text = node.text().filter(|_| node.kind() == Kind::Scalar(Style::Plain)).unwrap_or_default();
    let value = match text.trim_start_matches(['+', '-']).to_ascii_lowercase().as_str() {
        ".inf" if text.starts_with('-') => Some(f64::NEG_INFINITY),
        ".inf" => Some(f64::INFINITY),
        ".nan" => Some(f64::NAN),
        word if word.starts_with(|c: char| c.is_ascii_digit() || c == '.') => number(text),
        _ => None,
    };
    if value.is_none() {
        let shown = crate::vocab::shortened(node.text().unwrap_or("a map or list"), 40);
        let complaint = Diagnostic::error(node.span(), format!("`value` takes a number, but this is `{shown}`"));
        complaints.push(complaint.help("write infinity as `.inf` and not-a-number as `.nan`"));
    }
    value.map(|value| Spanned::new(node.span(), value))
}

/// Decimal, hexadecimal, octal and binary numbers, with `_` between digits.
fn number(text: &str) -> Option<f64> {
    let plain = text.replace('_', "");
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let based = [("0x", 16), ("0o", 8), ("0b", 2)]
        .iter()
        .find_map(|(prefix, base)| Some(i64::from_str_radix(digits.strip_prefix(prefix)?, *base).ok()? as f64));
    based.or_else(|| digits.parse().ok()).map(|value: f64| value * sign)
}

/// Seconds since 1970, or a time such as `2024-05-01T00:00:00Z`; in milliseconds.
fn timestamp(node: Node<'_>, complaints: &mut Complaints) -> Option<Spanned<i64>> {
    let text = node.text().unwrap_or_default().trim();
    let seconds =
        number(text).filter(|_| text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')));
    let milliseconds = match seconds {
        Some(seconds) if seconds.is_finite() => Some((seconds * 1000.0).round() as i64),
        _ => text.parse::<jiff::Timestamp>().ok().map(|time| time.as_millisecond()),
    };
    if milliseconds.is_none() {
        let message = format!("`start_timestamp` is not a time: `{}`", crate::vocab::shortened(text, 40));
        let help = "write seconds since 1970, or a time such as `2024-05-01T00:00:00Z`";
        complaints.push(Diagnostic::error(node.span(), message).help(help));
    }
    milliseconds.map(|milliseconds| Spanned::new(node.span(), milliseconds))
}
