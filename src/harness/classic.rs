//! Failures in promtool's own words, for scripts that read them.

use crate::vocab::{Duration, FloatFormat, format_float, is_label_name, quoted};

use super::verdict::{AlertFace, Pairs, SampleFace};

/// A test of alerts that failed.
pub fn alerts(
    test: Option<&str>,
    alertname: &str,
    at: Duration,
    expected: &[AlertFace],
    found: &[AlertFace],
) -> String {
    let (expected, found) = (listed(expected), listed(found));
    format!("{}    alertname: {alertname}, time: {at}, \n        exp:{expected}, \n        got:{found}", named(test))
}

/// The same as a difference: lines that are expected and not there begin with `-`, lines that are there and
/// not expected with `+`.
pub fn alerts_diff(
    test: Option<&str>,
    alertname: &str,
    at: Duration,
    expected: &[AlertFace],
    found: &[AlertFace],
) -> String {
    let difference = difference(&lines(expected), &lines(found)).join("\n            ");
    format!("{}    alertname: {alertname}, time: {at}, \n        diff: {difference}", named(test))
}

/// A test of an expression that failed.
pub fn samples(expr: &str, at: Duration, expected: &[SampleFace], found: &[SampleFace]) -> String {
    let list = |samples: &[SampleFace]| match samples {
        [] => "nil".to_owned(),
        samples => samples.iter().map(sample).collect::<Vec<_>>().join(", "),
    };
    let (expected, found) = (list(expected), list(found));
    format!("    expr: {}, time: {at},\n        exp: {expected}\n        got: {found}", quoted(expr))
}

/// An expression that could not be evaluated.
pub fn expression_error(expr: &str, at: Duration, error: &str) -> String {
    format!("    expr: {}, time: {at}, err: {error}", quoted(expr))
}

/// A rule that could not be evaluated, at a time in milliseconds since 1970.
pub fn rule_error(rule: &str, at: i64, error: &str) -> String {
    format!("    rule: {rule}, time: {}, err: {error}", go_duration(at))
}

fn named(test: Option<&str>) -> String {
    test.filter(|name| !name.is_empty()).map_or_else(String::new, |name| format!("    name: {name},\n"))
}

fn sample(sample: &SampleFace) -> String {
    let labels = sample.labels.braced();
    match &sample.histogram {
        Some(histogram) => format!("{labels} {histogram}"),
        None => format!("{labels} {}", format_float(sample.value, FloatFormat::UpperE, None)),
    }
}

fn listed(alerts: &[AlertFace]) -> String {
    if alerts.is_empty() {
        return "[]".to_owned();
    }
    let alert = |(number, alert): (usize, &AlertFace)| {
        let (labels, annotations) = (braced(&alert.labels), braced(&alert.annotations));
        format!("            {number}:\n              Labels:{labels}\n              Annotations:{annotations}")
    };
    let alerts: Vec<String> = alerts.iter().enumerate().map(alert).collect();
    format!("[\n{}\n            ]", alerts.join(",\n"))
}

/// `{a="b", c="d"}`.
fn braced(pairs: &Pairs) -> String {
    let name = |name: &str| if is_label_name(name) { name.to_owned() } else { quoted(name) };
    let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{}={}", name(key), quoted(value))).collect();
    format!("{{{}}}", pairs.join(", "))
}

/// Alerts as indented JSON, line by line.
fn lines(alerts: &[AlertFace]) -> Vec<String> {
    let mut lines = vec!["[".to_owned()];
    for (number, alert) in alerts.iter().enumerate() {
        lines.push("    {".to_owned());
        for (key, pairs, comma) in [("Labels", &alert.labels, ","), ("Annotations", &alert.annotations, "")] {
            lines.push(format!("        {}: {{", quoted(key)));
            for (at, (name, value)) in pairs.iter().enumerate() {
                let comma = if at + 1 < pairs.len() { "," } else { "" };
                lines.push(format!("            {}: {}{comma}", quoted(name), quoted(value)));
            }
            lines.push(format!("        }}{comma}"));
        }
        lines.push(format!("    }}{}", if number + 1 < alerts.len() { "," } else { "" }));
    }
    lines.push("]".to_owned());
    lines
}

/// Up to so many pairs of lines, the longest common part is looked for.
const MOST_COMPARED: usize = 4_000_000;

/// The lines of both, those that only one has marked; the longest common part stays, unless they are too many.
fn difference(expected: &[String], found: &[String]) -> Vec<String> {
    if expected.len() * found.len() > MOST_COMPARED {
        let gone = expected.iter().map(|line| format!("- {line}"));
        return gone.chain(found.iter().map(|line| format!("+ {line}"))).collect();
    }
    let mut common = vec![vec![0_usize; found.len() + 1]; expected.len() + 1];
    for (e, line) in expected.iter().enumerate().rev() {
        for (f, other) in found.iter().enumerate().rev() {
            common[e][f] =
                if line == other { common[e + 1][f + 1] + 1 } else { common[e + 1][f].max(common[e][f + 1]) };
        }
    }
    let (mut e, mut f) = (0, 0);
    let mut lines = Vec::new();
    while e < expected.len() || f < found.len() {
        if e < expected.len() && f < found.len() && expected[e] == found[f] {
            lines.push(format!("  {}", expected[e]));
            (e, f) = (e + 1, f + 1);
        } else if e < expected.len() && (f == found.len() || common[e + 1][f] >= common[e][f + 1]) {
            lines.push(format!("- {}", expected[e]));
            e += 1;
        } else {
            lines.push(format!("+ {}", found[f]));
            f += 1;
        }
    }
    lines
}

/// A time as Go prints a duration: `1h2m3.5s`, `500ms`, `0s`.
pub fn go_duration(milliseconds: i64) -> String {
    let sign = if milliseconds < 0 { "-" } else { "" };
    let total = milliseconds.unsigned_abs();
    if total == 0 {
        return "0s".to_owned();
    }
    if total < 1000 {
        return format!("{sign}{total}ms");
    }
    let (hours, minutes, rest) = (total / 3_600_000, total / 60_000 % 60, total % 60_000);
    let fraction = format!("{:03}", rest % 1000);
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    let seconds = format!("{}{dot}{fraction}s", rest / 1000);
    match (hours, minutes) {
        (0, 0) => format!("{sign}{seconds}"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Labels;

    fn face(labels: &[(&str, &str)]) -> AlertFace {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        AlertFace { labels, annotations: Pairs::new() }
    }

    #[test]
    fn alerts_look_like_promtools() {
        let expected = "    name: first,\n    alertname: Down, time: 1m, \n        exp:[\n            0:\n              \
                        Labels:{alertname=\"Down\", job=\"a\"}\n              Annotations:{},\n            1:\n              \
                        Labels:{alertname=\"Down\", job=\"b\"}\n              Annotations:{}\n            ], \n        got:[]";
        let alerts = [face(&[("alertname", "Down"), ("job", "a")]), face(&[("alertname", "Down"), ("job", "b")])];
        assert_eq!(super::alerts(Some("first"), "Down", Duration::minutes(1), &alerts, &[]), expected);
    }

    #[test]
    fn samples_look_like_promtools() {
        let sample = |value| SampleFace { labels: Labels::of([("__name__", "up")]), value, histogram: None };
        assert_eq!(
            samples("up", Duration::seconds(90), &[sample(1.0), sample(1234.5)], &[]),
            "    expr: \"up\", time: 1m30s,\n        exp: {__name__=\"up\"} 1E+00, {__name__=\"up\"} 1.2345E+03\n        got: nil"
        );
    }

    #[test]
    fn differences_keep_what_is_common() {
        let (expected, found) = ([face(&[("a", "1"), ("b", "2")])], [face(&[("a", "1"), ("b", "3")])]);
        let text = alerts_diff(None, "X", Duration::ZERO, &expected, &found);
        let marked: Vec<&str> = text.lines().map(str::trim).filter(|line| line.starts_with(['-', '+'])).collect();
        assert_eq!(marked, ["-             \"b\": \"2\"", "+             \"b\": \"3\""]);
    }

    #[test]
    fn durations_look_like_gos() {
        for (milliseconds, expected) in [
            (0, "0s"),
            (7, "7ms"),
            (1500, "1.5s"),
            (60_000, "1m0s"),
            (3_600_000, "1h0m0s"),
            (3_723_045, "1h2m3.045s"),
            (-60_000, "-1m0s"),
        ] {
            assert_eq!(go_duration(milliseconds), expected);
        }
    }
}
