//! Expressions with their values, as Prometheus gives them.

use std::fmt::Write;

use crate::{
    promql::{
        Query,
        chains::{self, chain},
    },
    text::{Excerpt, FileId},
    vocab::{FloatFormat, format_float},
};

use super::{Answer, Answered, Failure, Labels, Level, Moments, Options, Plan, Storage, Value};

/// A sample each minute from time 0 on.
fn storage(series: &[(&str, &str, &[f64])]) -> Storage {
    let mut storage = Storage::new();
    for (name, labels, values) in series {
        let pairs = labels.split(',').filter_map(|label| label.split_once('='));
        let labels = Labels::of(pairs.chain([("__name__", *name)]));
        for (minute, value) in (0..).zip(*values) {
            storage.append(&labels, minute * 60_000, Value::Float(*value), 0).unwrap();
        }
    }
    storage
}

fn evaluate(text: &str, storage: &Storage, moments: Moments, options: &Options) -> Result<(Query, Answer), Failure> {
    let query = Query::parse(Excerpt::whole(FileId(0), text));
    let plan = Plan::of(&query).unwrap_or_else(|| panic!("{text}: {:?}", query.errors()));
    let answer = plan.evaluate(storage, moments, options)?;
    Ok((query, answer))
}

/// The result in one line: `{a="b"} 1 {a="c"} 2`, in the order of the engine.
fn shown(value: &Answered) -> String {
    let number = |value: f64| format_float(value, FloatFormat::G, None);
    let mut out = String::new();
    match value {
        Answered::Scalar(value) => out += &number(*value),
        Answered::String(text) => out += text,
        Answered::Vector(samples) => {
            for (labels, value) in samples {
                write!(out, "{labels} {} ", number(value.float().unwrap())).unwrap();
            }
        }
        Answered::Matrix(series) => {
            for series in series {
                write!(out, "{} ", series.labels).unwrap();
                for point in &series.floats {
                    write!(out, "{}@{} ", number(point.value), point.at / 1000).unwrap();
                }
            }
        }
    }
    out.trim_end().to_owned()
}

fn instant(text: &str, storage: &Storage, minute: i64) -> String {
    match evaluate(text, storage, Moments::instant(minute * 60_000), &Options::default()) {
        Ok((_, answer)) => shown(&answer.value),
        Err(failure) => failure.message,
    }
}

const NAN: f64 = f64::NAN;

fn plain() -> Storage {
    let growing: Vec<f64> = (0..=20).map(f64::from).collect();
    storage(&[
        ("c", "", &[0.0, 10.0, 20.0, 5.0, 15.0]),
        ("g", "", &[5.0, 3.0, NAN, 7.0]),
        ("y", "", &growing),
        ("cpu", "host=a,mode=idle", &[1.0]),
        ("cpu", "host=a,mode=user", &[3.0]),
        ("cpu", "host=b,mode=idle", &[NAN]),
        ("cores", "host=a", &[4.0]),
        ("cores", "host=b", &[8.0]),
        ("site", "host=a,site=x", &[1.0]),
    ])
}

/// Expressions at a minute, with what Prometheus answers.
const VALUES: [(&str, i64, &str); 66] = [
    ("1 + 2 * 3 ^ 2 ^ 0", 0, "7"),
    ("-7 % 3", 0, "-1"),
    ("2 ^ 3 ^ 2", 0, "512"),
    ("1 < bool 2", 0, "1"),
    ("\"text\"", 0, "text"),
    ("scalar(y) + scalar(cpu)", 3, "NaN"),
    ("increase(c[5m])", 4, "{} 35"),
    ("rate(c[4m])", 4, "{} 0.13888888888888887"),
    ("delta(c[4m])", 4, "{} 6.666666666666666"),
    ("changes(g[10m])", 4, "{} 3"),
    ("avg_over_time(y[5m:2m])", 11, "{} 9"),
    ("count_over_time(y[10m:])", 10, "{} 10"),
    ("predict_linear(y[5m] offset 2m, 60)", 10, "{} 11"),
    ("absent(n{a=\"b\",c=~\"d\",e!=\"f\"})", 0, "{a=\"b\"} 1"),
    ("absent_over_time(n{a=\"b\"}[5m])", 0, "{a=\"b\"} 1"),
    ("absent(y)", 0, ""),
    // Selection: the lookback is open on the left.
    ("cores{host=\"a\"}", 4, "cores{host=\"a\"} 4"),
    ("cores{host=\"a\"}", 5, ""),
    ("y offset 3m", 10, "y 7"),
    ("y @ 120 offset -1m", 10, "y 3"),
    ("y @ end()", 4, "y 4"),
    ("y[2m]", 3, "y 2@120 3@180"),
    ("y[2m:1m] @ 60 offset 1m", 9, "y 0@0"),
    ("timestamp(y offset 90s)", 4, "{} 120"),
    ("timestamp(-(y offset 90s))", 4, "{} 240"),
    ("+y", 2, "y 2"),
    ("-y", 2, "{} -2"),
    // Between a vector and a scalar.
    ("cores > 5", 0, "cores{host=\"b\"} 8"),
    ("5 < cores", 0, "cores{host=\"b\"} 8"),
    ("cores > bool 5", 0, "{host=\"a\"} 0 {host=\"b\"} 1"),
    ("16 / cores", 0, "{host=\"a\"} 4 {host=\"b\"} 2"),
    ("cores atan2 0 > 1", 0, "{host=\"a\"} 1.5707963267948966 {host=\"b\"} 1.5707963267948966"),
    // Between vectors.
    ("cores / on (host) site", 0, "{host=\"a\"} 4"),
    ("cores > on (host) site", 0, "{host=\"a\"} 4"),
    ("cores > ignoring (site) site", 0, "cores{host=\"a\"} 4"),
    ("cores > bool ignoring (site) site", 0, "{host=\"a\"} 1"),
    (
        "cpu * on (host) group_left cores",
        0,
        "{host=\"a\", mode=\"idle\"} 4 {host=\"a\", mode=\"user\"} 12 {host=\"b\", mode=\"idle\"} NaN",
    ),
    (
        "cores - on (host) group_right cpu",
        0,
        "{host=\"a\", mode=\"idle\"} 3 {host=\"a\", mode=\"user\"} 1 {host=\"b\", mode=\"idle\"} NaN",
    ),
    ("cores * on (host) group_left (site) site", 0, "{host=\"a\", site=\"x\"} 4"),
    ("cores + on (host) fill_right (10) site", 0, "{host=\"a\"} 5 {host=\"b\"} 18"),
    ("site + on (host) fill_left (10) cores", 0, "{host=\"a\"} 5 {host=\"b\"} 18"),
    ("cores and on (host) site", 0, "cores{host=\"a\"} 4"),
    ("cores unless on (host) site", 0, "cores{host=\"b\"} 8"),
    ("site or on (host) cores", 0, "site{host=\"a\", site=\"x\"} 1 cores{host=\"b\"} 8"),
    ("cpu + none", 0, ""),
    ("none or y", 1, "y 1"),
    // Aggregations.
    ("sum(cores)", 0, "{} 12"),
    ("sum by (host) (cpu)", 0, "{host=\"a\"} 4 {host=\"b\"} NaN"),
    ("sum without (mode) (cpu)", 0, "{host=\"a\"} 4 {host=\"b\"} NaN"),
    ("sum by (__name__) (cores)", 0, "cores 12"),
    ("avg(cores)", 0, "{} 6"),
    ("stddev(cores)", 0, "{} 2"),
    ("stdvar(cores)", 0, "{} 4"),
    ("count(cpu)", 0, "{} 3"),
    ("group(cpu)", 0, "{} 1"),
    ("min(cpu)", 0, "{} 1"),
    ("max(cpu)", 0, "{} 3"),
    ("quantile(0.25, cores)", 0, "{} 5"),
    ("topk(2, cpu)", 0, "cpu{host=\"a\", mode=\"user\"} 3 cpu{host=\"a\", mode=\"idle\"} 1"),
    ("bottomk(1, cpu)", 0, "cpu{host=\"a\", mode=\"idle\"} 1"),
    ("topk by (host) (1, cpu)", 0, "cpu{host=\"a\", mode=\"user\"} 3 cpu{host=\"b\", mode=\"idle\"} NaN"),
    ("topk(0, cpu)", 0, ""),
    ("limitk(1, cores)", 0, "cores{host=\"a\"} 4"),
    ("limit_ratio(1, cores)", 0, "cores{host=\"a\"} 4 cores{host=\"b\"} 8"),
    ("count_values(\"v\", cpu)", 0, "{v=\"1\"} 1 {v=\"3\"} 1 {v=\"NaN\"} 1"),
    ("sort_desc(cores)", 0, "cores{host=\"b\"} 8 cores{host=\"a\"} 4"),
];

#[test]
fn expressions_have_the_values_that_prometheus_gives() {
    let storage = plain();
    for (text, minute, expected) in VALUES {
        assert_eq!(instant(text, &storage, minute), expected, "{text} at {minute}m");
    }
}

#[test]
fn failures_are_in_the_words_of_prometheus() {
    let storage = plain();
    let many = "multiple matches for labels: ";
    for (text, expected) in [
        ("{__name__=~\"c|y\"} * 1", "vector cannot contain metrics with the same labelset".to_owned()),
        ("rate({__name__=~\"c|y\"}[5m])", "vector cannot contain metrics with the same labelset".to_owned()),
        (
            "cores / on (host) cpu",
            "found duplicate series for the match group {host=\"a\"} on the right hand-side of the operation: \
             [{__name__=\"cpu\", host=\"a\", mode=\"idle\"}, {__name__=\"cpu\", host=\"a\", mode=\"user\"}];\
             many-to-many matching not allowed: matching labels must be unique on one side"
                .to_owned(),
        ),
        ("cpu / on (host) cores", format!("{many}many-to-one matching must be explicit (group_left/group_right)")),
        ("cpu * on (host) group_left (mode) cores", format!("{many}grouping labels must ensure unique matches")),
        ("topk(NaN, cores)", "Parameter value is NaN".to_owned()),
        ("topk(1e20, cores)", "Scalar value 1e+20 overflows int64".to_owned()),
        ("limit_ratio(NaN, cores)", "Ratio value is NaN".to_owned()),
        ("count_values(\"\", cores)", "invalid label name \"\"".to_owned()),
        (r#"count_values("a\xc5z", cores)"#, r#"invalid label name "a\xc5z""#.to_owned()),
        ("1 </ 2", "operator \"</\" not allowed for Scalar operations".to_owned()),
        ("count_over_time(y[step()])", "18:24: duration must be greater than 0".to_owned()),
        (
            "irate(y[5m] anchored)",
            "anchored modifier can only be used with: changes, delta, increase, rate, resets - not with irate"
                .to_owned(),
        ),
        (
            "count_over_time(vector(1)[10y:1ms])",
            "query processing would load too many samples into memory in query execution".to_owned(),
        ),
    ] {
        assert_eq!(instant(text, &storage, 1), expected, "{text}");
    }
}

#[test]
fn names_go_at_once_or_at_the_end() {
    let storage = plain();
    let delayed = Options { delayed_name_removal: true, ..Options::default() };
    for (text, at_once, at_the_end) in [
        ("-y", "{} -1", "{} -1"),
        ("sum by (__name__) (y * 2)", "{} 2", "{} 2"),
        ("label_replace(y * 2, \"was\", \"$1\", \"__name__\", \"(.*)\")", "{} 2", "{was=\"y\"} 2"),
        ("label_replace(y * 2, \"__name__\", \"z\", \"\", \"\")", "z 2", "z 2"),
        ("count({__name__=~\"c|y\"} * 2)", "vector cannot contain metrics with the same labelset", "{} 2"),
        (
            "{__name__=~\"c|y\"} * 2",
            "vector cannot contain metrics with the same labelset",
            "vector cannot contain metrics with the same labelset",
        ),
    ] {
        for (options, expected) in [(Options::default(), at_once), (delayed, at_the_end)] {
            let found = evaluate(text, &storage, Moments::instant(60_000), &options);
            let found = found.map_or_else(|failure| failure.message, |(_, answer)| shown(&answer.value));
            assert_eq!(found, expected, "{text}");
        }
    }
}

#[test]
fn range_queries_are_ordered_by_labels() {
    let storage = plain();
    for (text, expected) in [
        ("sort_desc(cores)", "cores{host=\"a\"} 4@0 4@120 4@240 cores{host=\"b\"} 8@0 8@120 8@240"),
        ("y > 1", "y 2@120 4@240"),
        ("y @ end()", "y 4@0 4@120 4@240"),
        ("time() + scalar(y @ 60)", "{} 1@0 121@120 241@240"),
        ("count_over_time(y[step()])", "{} 1@0 2@120 2@240"),
        ("range() + step()", "{} 370@0 370@120 370@240"),
    ] {
        let (_, answer) = evaluate(text, &storage, Moments::range(0, 250_000, 120_000), &Options::default()).unwrap();
        assert_eq!(shown(&answer.value), expected, "{text}");
    }
}

#[test]
fn notes_say_where() {
    let storage = plain();
    for (text, level, expected) in [
        (
            "quantile(2, cores)",
            Level::Warning,
            "PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)",
        ),
        (
            "limit_ratio(-3, cores)",
            Level::Warning,
            "PromQL warning: ratio value should be between -1 and 1, got -3, capping to -1 (1:13)",
        ),
        (
            "cores\n  + rate(y[5m])",
            Level::Info,
            "PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"y\" (2:10)",
        ),
        (
            "cores </ 3",
            Level::Info,
            "PromQL info: incompatible sample types encountered for binary operator \"</\": float </ float (1:1)",
        ),
    ] {
        let (query, answer) = evaluate(text, &storage, Moments::instant(120_000), &Options::default()).unwrap();
        assert_eq!(answer.notes.texts(level, &query), [expected], "{text}");
    }
}

#[test]
fn chains_of_many_operators() {
    chains::with_room(|| {
        let storage = plain();
        let many = chains::MANY;
        for (text, expected) in [
            (chain("1", "+", "2"), (2 * many + 1).to_string()),
            (chain("y", "+", "y"), format!("{{}} {}", 5 * (many + 1))),
            (chain("y", "-", "2"), format!("{{}} -{}", 2 * many - 5)),
            (chain("2", "+", "y"), format!("{{}} {}", 5 * many + 2)),
            (chain("none", "or", "y"), "y 5".to_owned()),
            (chain("y", "unless", "none"), "y 5".to_owned()),
            (chain("y", "and", "y"), "y 5".to_owned()),
            (chain("y", "> bool", "4"), "{} 0".to_owned()),
            (chain("y", "+ on ()", "none"), String::new()),
        ] {
            assert_eq!(instant(&text, &storage, 5), expected, "{}", &text[..40]);
        }
    });
}

#[test]
fn a_chain_of_or_keeps_the_order_of_its_operands() {
    let storage = plain();
    for (text, expected) in [
        (
            "site or on (host) cores or cpu",
            "site{host=\"a\", site=\"x\"} 1 cores{host=\"b\"} 8 cpu{host=\"a\", mode=\"idle\"} 1 cpu{host=\"a\", mode=\"user\"} 3 cpu{host=\"b\", mode=\"idle\"} NaN",
        ),
        ("none or site or on (host) cores or on (host) cpu", "site{host=\"a\", site=\"x\"} 1 cores{host=\"b\"} 8"),
        (
            "cores{host=\"b\"} or cores or site",
            "cores{host=\"b\"} 8 cores{host=\"a\"} 4 site{host=\"a\", site=\"x\"} 1",
        ),
    ] {
        assert_eq!(instant(text, &storage, 0), expected, "{text}");
    }
}
