//! Templates with what Prometheus makes of them.

mod failures;
mod formats;
mod language;
mod words;

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::{
    template::{Dialect, Template},
    text::{Excerpt, FileId},
};

use super::*;

struct Up;

impl Queries for Up {
    fn query(&mut self, expr: &str) -> Result<Vec<QuerySample>, String> {
        let sample = |labels: &[(&str, &str)], value| QuerySample {
            labels: labels_of(labels),
            value: SampleValue::Float(value),
        };
        match expr {
            "up" => Ok(vec![
                sample(&[("__name__", "up"), ("instance", "b"), ("job", "x")], 21.0),
                sample(&[("__name__", "up"), ("instance", "a"), ("__value__", "strung")], 0.5),
                sample(&[("__name__", "up"), ("instance", "c")], 1e9),
            ]),
            "none" => Ok(vec![]),
            _ => Err(format!("cannot evaluate {expr:?}")),
        }
    }
}

fn labels_of(labels: &[(&str, &str)]) -> BTreeMap<String, String> {
    labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// What a template of the alert `name` renders, or the error.
fn expanded(text: &str) -> Result<String, ExpansionError> {
    let template = Template::parse(Excerpt::whole(FileId(0), text), Dialect::Rule);
    let labels = labels_of(&[("__name__", "m"), ("instance", "host:9100"), ("job", "node"), ("a-b", "<&'\">")]);
    let external_labels = labels_of(&[("region", "eu")]);
    let data = AlertData {
        labels: &labels,
        external_labels: &external_labels,
        external_url: "http://ext/p",
        value: SampleValue::Float(1234.5678),
    };
    let mut surroundings = Surroundings {
        name: "__alert_name".to_owned(),
        milliseconds: 1_435_065_584_128,
        external_url: Some("http://testhost:9090/path/prefix"),
        queries: &mut Up,
    };
    template.expand_alert(&data, &mut surroundings)
}

/// Each template renders the text beside it, which is what Prometheus 3.16 renders.
fn renders(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(expanded(text).as_deref(), Ok(*expected), "{text}");
    }
}

/// Each template fails with the message beside it: line, column, node and reason, as Prometheus 3.16 says it.
fn fails(table: &[(&str, &str)]) {
    for (text, expected) in table {
        let error = expanded(text).expect_err(text);
        let start = "error executing template __alert_name: template: __alert_name:";
        let message = error.message.replace("executing \"__alert_name\" at ", "");
        assert_eq!(message.strip_prefix(start), Some(*expected), "{text}");
        assert_eq!(error.text(), format!("<error expanding template: {}>", error.message));
    }
}

#[test]
fn points_at_the_node_that_fails() {
    for (text, place) in [
        ("a {{ $value | toUpper }}", "toUpper"),
        ("{{ if true }}{{ printf \"%s\" (humanize $labels.job) }}{{ end }}", "humanize $labels.job"),
        ("{{ template \"x\" }}", "{{ template \"x\" }}"),
        ("{{ $value.foo }}", "$value.foo"),
    ] {
        let span = expanded(text).expect_err(text).span.expect("a node failed");
        assert_eq!(&text[span.range()], place, "{text}");
    }
}

#[test]
fn refuses_what_go_cannot_parse() {
    let error = expanded("{{ nope 1 }}").expect_err("the function does not exist");
    assert_eq!(error.message, "error parsing template __alert_name: function `nope` does not exist in rule templates");
}

#[test]
fn stops_what_never_ends() {
    let long = "x".repeat(1000);
    for (text, reason) in [
        ("{{ range 9000000000 }}{{ end }}".to_owned(), "does too much"),
        ("{{ define \"r\" }}{{ template \"r\" }}{{ end }}{{ template \"r\" }}".to_owned(), "maximum template depth"),
        ("{{ $x := \"ab\" }}{{ range 60 }}{{ $x = print $x $x }}{{ end }}".to_owned(), "does too much"),
        (format!("{{{{ range 100000 }}}}{long}{{{{ end }}}}"), "does too much"),
        ("{{ printf \"%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d\" 1 2 3 4 5 6 }}".to_owned(), "too long"),
        (format!("{{{{ $x := printf \"%100000d\" 1 }}}}{{{{ reReplaceAll \".\" \"{long}\" $x }}}}"), "too long"),
    ] {
        let error = expanded(&text).expect_err("it is bounded");
        assert!(error.reason.contains(reason), "{}: {text:.60}", error.reason);
    }
}

#[test]
fn nests_as_deep_as_templates_parse() {
    let nested = format!("{}x{}", "{{ if true }}".repeat(200), "{{ end }}".repeat(200));
    assert_eq!(expanded(&nested).as_deref(), Ok("x"));
    let nested = format!("{{{{ {}1{} }}}}", "(".repeat(200), ")".repeat(200));
    assert_eq!(expanded(&nested).as_deref(), Ok("1"));
    let calls = format!("{} 1{}", "(print ".repeat(199), ")".repeat(199));
    let text = format!(
        "{{{{ define \"r\" }}}}{{{{ if . }}}}{{{{ template \"r\" (slice . 1) }}}}{{{{ else }}}}{{{{ {calls} }}}}{{{{ end }}}}{{{{ end }}}}{{{{ \
         template \"r\" \"{}\" }}}}",
        "x".repeat(120)
    );
    assert_eq!(expanded(&text).as_deref(), Ok("1"));
}

#[test]
fn reads_histograms() {
    let template = Template::parse(
        Excerpt::whole(FileId(0), "{{ $value }}|{{ $value.Count }}|{{ printf \"%s %T\" $value $value }}"),
        Dialect::Rule,
    );
    let text = "{count:3, sum:5, (0.5,1]:1, (1,2]:2}".to_owned();
    let histogram = Histogram { text, count: 3.0, sum: 5.0, schema: 0, zero_threshold: 0.0, zero_count: 0.0 };
    let none = BTreeMap::new();
    let value = SampleValue::Histogram(histogram);
    let data = AlertData { labels: &none, external_labels: &none, external_url: "", value };
    let name = "__alert_H".to_owned();
    let mut surroundings = Surroundings { name, milliseconds: 0, external_url: None, queries: &mut Up };
    let expected =
        "{count:3, sum:5, (0.5,1]:1, (1,2]:2}|3|{count:3, sum:5, (0.5,1]:1, (1,2]:2} *histogram.FloatHistogram";
    assert_eq!(template.expand_alert(&data, &mut surroundings).as_deref(), Ok(expected));
    let template = Template::parse(Excerpt::whole(FileId(0), "{{ pathPrefix }}"), Dialect::Rule);
    let error = template.expand_alert(&data, &mut surroundings).expect_err("a unit test knows no URL");
    let nil = "error executing template __alert_H: template: __alert_H:1:115: executing \"__alert_H\" at <pathPrefix>: \
               error calling pathPrefix: runtime error: invalid memory address or nil pointer dereference";
    assert_eq!(error.message, nil);
}

proptest! {
    #[test]
    fn any_template_ends(parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..24)) {
        let text = parts.concat();
        match expanded(&text) {
            Ok(rendered) => prop_assert!(rendered.len() <= 5_000_000),
            Err(error) => prop_assert!(error.span.is_none_or(|span| text.get(span.range()).is_some())),
        }
    }

    #[test]
    fn any_call_ends(
        function in proptest::sample::select(Dialect::Rule.functions().map(|known| known.name).collect::<Vec<_>>()),
        operands in proptest::collection::vec(proptest::sample::select(OPERANDS), 0..4),
        piped in proptest::option::of(proptest::sample::select(OPERANDS)),
    ) {
        let piped = piped.map_or_else(String::new, |piped| format!("{piped} | "));
        let text = format!("{{{{ {piped}{function} {} }}}}", operands.join(" "));
        if let Err(error) = expanded(&text) {
            prop_assert!(error.span.is_some_and(|span| text.get(span.range()).is_some()), "{}", error);
        }
    }

    #[test]
    fn any_format_prints(format in "[%a-zA-Z0-9+# .*\\[\\]-]{0,12}", number: f64, integer: i64, text: String) {
        let values = [Value::Float(number), Value::int(integer), Value::text(text.as_str()), Value::Nil];
        let printed = printf::printf(&format, &values, 3_000_000);
        prop_assert!(printed.is_none_or(|printed| !format.is_empty() || printed.starts_with("%!(EXTRA")));
    }

    #[test]
    fn dates_follow_each_other(day in -100_000_i128..100_000) {
        let moment = |day: i128| moment::Moment { nanoseconds: day * 86_400_000_000_000 };
        prop_assert_eq!(moment(day).moved(0, 0, 1), moment(day + 1));
        prop_assert!(moment(day).format("2006-01-02") < moment(day + 1).format("2006-01-02"));
    }
}

/// What random templates are made of.
const PARTS: &[&str] = &[
    "{{",
    "}}",
    "{{ end }}",
    "{{ if ",
    "{{ with ",
    "{{ range ",
    "{{ else }}",
    "{{ define \"a\" }}",
    "{{ template \"a\" . }}",
    "{{ block \"b\" $ }}",
    "{{ break }}",
    "{{ continue }}",
    "$value",
    "$labels",
    ".Labels.job",
    ".",
    "$",
    " | ",
    " ",
    "(",
    ")",
    "1",
    "1.5",
    "-3",
    "\"a\"",
    "nil",
    "true",
    "$x := ",
    "$x = ",
    "$x",
    "query \"up\"",
    "first",
    "value",
    "humanize ",
    "printf \"%v %08.3f\" ",
    "index ",
    "slice ",
    "len ",
    "eq ",
    "lt ",
    "and ",
    "or ",
    "not ",
    "toTime ",
    "toDuration ",
    "title ",
    "reReplaceAll \"a\" \"$1\" ",
    "args ",
    "sortByLabel \"job\" ",
    "html ",
    "print ",
    ".Format \"Jan 2\"",
    ".Value",
    "stripDomain ",
    "parseDuration ",
    "text",
    "\n",
    "{{- ",
    " -}}",
    "9999999",
];

/// What functions are called with.
const OPERANDS: &[&str] = &[
    "$value",
    "$labels",
    ".Labels.job",
    ".",
    "1",
    "-1",
    "9223372036854775807",
    "1.5",
    "1e300",
    "\"a.b:1\"",
    "\"é\"",
    "\"%*d%[3]v%x\"",
    "\"(\"",
    "\"-5m\"",
    "\"NaN\"",
    "nil",
    "true",
    "'x'",
    "(query \"up\")",
    "(query \"none\")",
    "(query \"up\" | first)",
    "(toTime 1e9)",
    "(toTime -9e9)",
    "(toDuration -1.5)",
    "(toTime 1).Month",
    "(args 1 nil)",
    "(safeHtml \"<\")",
    "(slice \"é\" 1)",
    "$labels.none",
    ".Nope",
];
