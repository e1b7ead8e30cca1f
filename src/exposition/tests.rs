//! Pages as exporters serve them.

use proptest::prelude::*;

use crate::text::FileId;

use super::*;

fn page(text: &str) -> Exposition {
    Exposition::parse(&Excerpt::whole(FileId(0), text))
}

const PROMETHEUS: &str = r#"# HELP shop_request_seconds How long requests\ntake.
# TYPE shop_request_seconds histogram
shop_request_seconds_bucket{route="/pay",le="0.5"} 3
shop_request_seconds_bucket{route="/pay",le="+Inf"} 4 1700000000000
shop_request_seconds_sum{route="/pay"} 1.25e+00
shop_request_seconds_count{route="/pay",} 4
# just a remark
# TYPE up gauge
up 1
build_info { path="C:\\x" , quote = "a\"b" } NaN
{"http.server.duration", "service.name"="shop"} 7
shop_request_seconds_total 9
"#;

#[test]
fn reads_families_and_samples() {
    let page = page(PROMETHEUS);
    assert_eq!(page.errors, []);
    assert_eq!(page.format, Format::Prometheus);
    let families: Vec<(&str, Option<MetricKind>, usize)> = page
        .families
        .iter()
        .map(|family| (family.name.value.as_str(), family.kind.as_ref().map(|kind| kind.value), family.samples.len()))
        .collect();
    assert_eq!(
        families,
        [
            ("shop_request_seconds", Some(MetricKind::Histogram), 4),
            ("up", Some(MetricKind::Gauge), 1),
            ("build_info", None, 1),
            ("http.server.duration", None, 1),
            ("shop_request_seconds_total", None, 1),
        ]
    );
    let help = page.families[0].help.as_ref().map(|help| help.value.as_str());
    assert_eq!(help, Some("How long requests\ntake."));

    let sample = &page.families[0].samples[1];
    assert_eq!(page.name(sample).value, "shop_request_seconds_bucket");
    assert_eq!((sample.time, page.families[0].samples[0].time), (Some(1_700_000_000_000), None));
    assert_eq!(&PROMETHEUS[page.span(sample).range()], r#"shop_request_seconds_bucket{route="/pay",le="+Inf"} 4"#);
    let labels: Vec<(&str, String)> =
        page.labels(sample).map(|(name, value)| (name.value, value.value.into_owned())).collect();
    assert_eq!(labels, [("route", "/pay".to_owned()), ("le", "+Inf".to_owned())]);

    let odd = &page.families[2].samples[0];
    assert!(odd.value.is_nan());
    let values: Vec<(String, &str)> =
        page.labels(odd).map(|(_, value)| (value.value.into_owned(), &PROMETHEUS[value.span.range()])).collect();
    assert_eq!(values, [(r"C:\x".to_owned(), r"C:\\x"), ("a\"b".to_owned(), r#"a\"b"#)]);
    let dotted = &page.families[3].samples[0];
    assert_eq!(page.labels(dotted).map(|(name, _)| name.value).collect::<Vec<_>>(), ["service.name"]);
}

#[test]
fn reads_open_metrics() {
    let text =
        "# TYPE jobs counter\n# UNIT jobs seconds\njobs_total 3 1.5 # {trace_id=\"x\"} 0.5\njobs_created 1\n# EOF\n";
    let page = page(text);
    assert_eq!(page.errors, []);
    assert_eq!(page.format, Format::OpenMetrics);
    let family = page.family("jobs").unwrap();
    assert_eq!(family.samples[0].time, Some(1500));
    assert_eq!((family.samples.len(), family.unit.as_ref().map(|unit| unit.value.as_str())), (2, Some("seconds")));
}

#[test]
fn says_what_is_wrong_and_reads_on() {
    for (text, place, message) in [
        ("up", "up", "the sample has no value"),
        ("up one", "one", "`one` is not a value"),
        ("up 1 soon", "soon", "`soon` is not a timestamp"),
        ("up 1 2 3", "3", "text follows the value and the timestamp"),
        ("1up 1", "1up", "`1up` is not a metric name"),
        ("up{a=\"1\" 1", "1", "labels are not separated by `,`"),
        ("up{a=\"1\"", "{", "`{` is never closed"),
        ("up{a=\"1} 1", "\"1} 1", "the quote of the label value is never closed"),
        ("up{a=1} 1", "1", "the value of label `a` is not quoted"),
        ("up{a} 1", "a", "label `a` has no value"),
        ("up{a-b=\"1\"} 1", "a-b", "`a-b` is not a label name"),
        ("up{a=\"1\",a=\"2\"} 1", "a", "label `a` is given twice"),
        ("{a=\"1\"} 1", "{a=\"1\"} ", "the sample has no metric name"),
        ("# TYPE up guage", "guage", "`guage` is not a metric type"),
        ("# TYPE up", "up", "`# TYPE` gives `up` no type"),
        ("up{__name__=\"x\"} 1", "__name__", "label `__name__` is the metric's name itself"),
        ("# TYPE", "TYPE", "`# TYPE` names no metric"),
        ("up 1\n# TYPE up gauge", "gauge", "the type of `up` follows its samples"),
        ("# HELP up a\n# HELP up b", "b", "a second `# HELP` of `up`"),
        ("# EOF\nup 1\n# EOF", "up 1", "a line follows `# EOF`"),
    ] {
        let page = page(&format!("{text}\nother 1"));
        let error = &page.errors[0];
        let whole = format!("{text}\nother 1");
        assert_eq!((&whole[error.span.range()], error.message.as_str()), (place, message), "{text}");
        assert_eq!(page.family("other").is_some(), !text.contains("EOF"), "{text}");
    }
}

#[test]
fn recognises_pages() {
    assert!(looks_like_exposition(PROMETHEUS));
    assert!(looks_like_exposition("up{job=\"a\"} 1\nup{job=\"b\"} 0\n"));
    for other in [
        "",
        "# TYPE of thing",
        "groups:\n  - name: a\n",
        "PORT=1\nHOST=x",
        "# HELP me please\nread this text",
        "a 1\nb 2",
    ] {
        assert!(!looks_like_exposition(other), "{other}");
    }
}

proptest! {
    #[test]
    fn never_panics(text in r#"(# (HELP|TYPE|UNIT|EOF)|[{}=,"\\# \t\r]|\n|[a-z_:]+|[0-9.e+-]+|é)*"#) {
        let page = page(&text);
        looks_like_exposition(&text);
        for error in &page.errors {
            prop_assert!(text.get(error.span.range()).is_some(), "{error:?}");
        }
        for sample in page.families.iter().flat_map(|family| &family.samples) {
            prop_assert_eq!(&text[page.name(sample).span.range()], page.name(sample).value);
            prop_assert!(page.labels(sample).all(|(name, _)| text.get(name.span.range()) == Some(name.value)));
        }
    }
}

#[test]
fn only_the_classic_reader_takes_types_in_capitals() {
    let page = Excerpt::whole(FileId(0), "# TYPE a_total Counter\na_total 1\n");
    let classic = Exposition::parse_classic(&page);
    let kind = classic.families[0].kind.as_ref().map(|kind| kind.value);
    assert_eq!((kind, classic.errors.len()), (Some(MetricKind::Counter), 0));
    assert_eq!(Exposition::parse(&page).errors[0].message, "`Counter` is not a metric type");
}
