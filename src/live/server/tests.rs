//! Servers that are written down.

use crate::{
    exposition::MetricKind,
    http::{Crowd, Patience, Script},
};

use super::*;

fn script(answers: &[(&str, &str)]) -> Script {
    answers.iter().fold(Script::default(), |script, (path, text)| {
        let text = if text.starts_with("HTTP/") { (*text).to_owned() } else { format!("HTTP/1.1 200 OK\n\n{text}") };
        script.with(&format!("http://prom:9090{path}"), Ok(Script::reply(&text).unwrap()))
    })
}

fn asking(script: &Script) -> Asking<'_> {
    Asking {
        network: script,
        patience: Patience { retries: 0, ..Patience::default() },
        crowd: Crowd { size: 1, of_host: 1 },
        headers: &[],
        tenant: "",
        range: None,
        now: 1000,
        age: 60,
    }
}

const NAMES: (&str, &str) =
    ("/api/v1/label/__name__/values", r#"{"status":"success","data":["jobs_total","latency_seconds_bucket","up"]}"#);

fn wanted() -> Wanted {
    let labels = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
    Wanted::from([("up".to_owned(), labels(&["job"])), ("gone".to_owned(), labels(&["job"]))])
}

#[test]
fn a_server_tells_what_it_has() {
    let script = script(&[
        NAMES,
        (
            "/api/v1/metadata",
            r#"{"status":"success","data":{"jobs_total":[{"type":"counter","help":"","unit":""}],
                "latency_seconds":[{"type":"histogram"}],"mixed":[{"type":"gauge"},{"type":"counter"}],
                "rare_errors":[{"type":"counter"}],"odd":[{"type":"unknown"}]}}"#,
        ),
        ("/api/v1/status/buildinfo", r#"{"status":"success","data":{"version":"3.5.0"}}"#),
        (
            "/api/v1/labels?match[]=%7B__name__=%22up%22%7D",
            r#"{"status":"success","data":["__name__","instance","job"]}"#,
        ),
        ("/api/v1/label/job/values?match[]=%7B__name__=%22up%22%7D", r#"{"status":"success","data":["node","redis"]}"#),
    ]);
    let base = base_of("http://prom:9090/").unwrap();
    let server = ask(&base, &wanted(), &mut Answers::default(), &asking(&script)).unwrap();
    assert_eq!((server.address.as_str(), server.version.as_deref()), ("http://prom:9090", Some("3.5.0")));
    for (name, has, kind) in [
        ("up", true, None),
        ("jobs_total", true, Some(MetricKind::Counter)),
        ("latency_seconds_bucket", true, None),
        ("latency_seconds_sum", true, None),
        ("latency_seconds", true, Some(MetricKind::Histogram)),
        ("mixed", true, None),
        ("odd", true, None),
        ("rare_errors_total", true, None),
        ("gone", false, None),
    ] {
        assert_eq!((server.has(name), server.kind(name)), (has, kind), "{name}");
    }
    assert_eq!(server.labels("up").map(BTreeSet::len), Some(3));
    assert_eq!(server.values("up", "job").map(BTreeSet::len), Some(2));
    assert_eq!((server.labels("gone"), server.values("up", "instance")), (None, None));
    assert!(!script.log().iter().any(|line| line.contains("gone")), "{:?}", script.log());
}

#[test]
fn what_it_does_not_offer_stays_unknown() {
    let script = script(&[NAMES, ("/api/v1/metadata", "HTTP/1.1 404 Not Found")]);
    let base = base_of("http://prom:9090").unwrap();
    let server = ask(&base, &wanted(), &mut Answers::default(), &asking(&script)).unwrap();
    assert_eq!((server.has("up"), server.version.as_deref(), server.labels("up")), (true, None, None));
}

#[test]
fn refusals_say_why() {
    let names = "/api/v1/label/__name__/values";
    for (text, expected) in [
        ("HTTP/1.1 401 X", "`http://prom:9090` answers 401: Unauthorized"),
        ("HTTP/1.1 301 X\nLocation: https://prom/", "`http://prom:9090` answers 301: https://prom/"),
        (
            "HTTP/1.1 422 X\n\n{\"status\":\"error\",\"error\":\"no org id\"}",
            "`http://prom:9090` answers 422: no org id",
        ),
        ("<html>", "`http://prom:9090` does not answer as Prometheus does"),
        ("{\"data\": {}}", "`http://prom:9090` does not answer as Prometheus does"),
    ] {
        let script = script(&[(names, text)]);
        let base = base_of("http://prom:9090").unwrap();
        let refusal = ask(&base, &Wanted::new(), &mut Answers::default(), &asking(&script)).unwrap_err();
        assert_eq!(refusal.to_string(), expected);
    }
    let nobody = Script::default();
    let refusal = ask(&base_of("http://prom").unwrap(), &Wanted::new(), &mut Answers::default(), &asking(&nobody));
    assert_eq!(refusal.unwrap_err().to_string(), "cannot ask `http://prom`: its host is not found");
    assert_eq!(base_of("prom:9090").unwrap_err().to_string(), "`prom:9090` is no address of a server");
}

#[test]
fn addresses_are_what_stands_before_the_interface() {
    for (text, expected) in [
        ("http://a", "http://a"),
        ("http://a:9090/", "http://a:9090"),
        ("https://a/prometheus/", "https://a/prometheus"),
        ("https://a/prometheus/api/v1/", "https://a/prometheus"),
        ("http://me:secret@a/", "http://a"),
    ] {
        assert_eq!(base_of(text).unwrap().to_string(), expected, "{text}");
    }
    assert_eq!(base_of("http://me:secret@a/").unwrap().user.as_deref(), Some("me:secret"));
}

#[test]
fn answers_are_remembered_for_a_while() {
    let script = script(&[NAMES]);
    let base = base_of("http://prom:9090").unwrap();
    let mut answers = Answers::default();
    ask(&base, &Wanted::new(), &mut answers, &asking(&script)).unwrap();
    let asked = script.log().len();
    let mut answers = Answers::read(&answers.text()).unwrap();
    let names = |script: &Script| script.log().iter().filter(|line| line.contains("__name__")).count();
    ask(&base, &Wanted::new(), &mut answers, &Asking { now: 1059, ..asking(&script) }).unwrap();
    assert_eq!(names(&script), 1, "{asked} questions");
    // Another tenant has other series, and an hour later there are others, too.
    ask(&base, &Wanted::new(), &mut answers, &Asking { tenant: "b", ..asking(&script) }).unwrap();
    ask(&base, &Wanted::new(), &mut answers, &Asking { now: 1060, ..asking(&script) }).unwrap();
    assert_eq!(names(&script), 3);
    answers.forget(2000, 60);
    assert_eq!(answers, Answers::default());
    assert_eq!(Answers::read("[]"), None);
}

#[test]
fn a_range_is_asked_about_where_there_is_one() {
    let script = Script::default();
    let range = Some((100, 1000, "15m"));
    let base = base_of("http://prom").unwrap();
    let _ = ask(&base, &Wanted::new(), &mut Answers::default(), &Asking { range, ..asking(&script) });
    assert_eq!(script.log(), ["GET http://prom/api/v1/label/__name__/values?start=100&end=1000"]);
}
