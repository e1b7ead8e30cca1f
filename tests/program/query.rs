//! `promcheck query`: the examples of its help, and what can go wrong.

use crate::folder::Folder;

const SERIES: &str = "# Two servers, one of which goes away.\n\
    up{job=\"api\"} 1x10\n\
    up{job=\"db\"} 1x4 0x5\n\
    requests_total{job=\"api\"} 0+60x10\n";

const TESTS: &str = "rule_files: [api.yml]\n\
tests:\n  - name: quick api\n    interval: 1m\n    input_series:\n      - series: 'requests_total{job=\"api\"}'\n        values: 0+60x20\n  \
- name: slow api\n    interval: 30s\n    input_series:\n      - series: 'requests_total{job=\"api\"}'\n        values: 0+6x20\n";

const PAGE: &str = "# TYPE node_load1 gauge\nnode_load1{host=\"a\"} 2.5 60000\nnode_load1{host=\"b\"} 0.25 60000\n";

fn folder() -> Folder {
    Folder::with(&[("up.series", SERIES), ("tests/api.yml", TESTS), ("node.prom", PAGE)])
}

#[test]
fn tables_are_for_people() {
    let folder = folder();
    let answer = folder.run(&["query", "sum by (job) (up)", "--series", "up.series"]);
    assert_eq!(answer.status, Some(0), "{answer:?}");
    assert_eq!(answer.out, "at 10m\n{job=\"api\"}  1\n{job=\"db\"}   0\n");
    assert_eq!(answer.error, "up.series: 33 samples of 3 series from 0s to 10m\n");

    let answer = folder.run(&["query", "rate(requests_total[5m])", "--series", "tests/api.yml", "--at", "10m"]);
    assert_eq!(answer.out, "at 10m\n{job=\"api\"}  1\n");
    assert_eq!(answer.error, "tests/api.yml: 21 samples of 1 series from 0s to 20m (`quick api`, 1 of 2 tests)\n");

    let slow = ["query", "rate(requests_total[1m])", "-s", "tests/api.yml", "--test", "slow api", "--from", "1m"];
    let answer = folder.run(&[&slow[..], &["--to", "3m", "--step", "1m"]].concat());
    assert_eq!(answer.out, "from 1m to 3m, every 1m\n{job=\"api\"}\n  1m  0.2\n  2m  0.2\n  3m  0.2\n", "{answer:?}");
}

#[test]
fn json_has_the_shape_of_the_api() {
    let folder = folder();
    let answer = folder.run(&["query", "node_load1 > 2", "--series", "node.prom", "-f", "json"]);
    assert_eq!((answer.status, answer.error.as_str()), (Some(0), ""), "{answer:?}");
    let json: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    let metric = serde_json::json!({ "__name__": "node_load1", "host": "a" });
    let result = serde_json::json!([{ "metric": metric, "value": [0, "2.5"] }]);
    assert_eq!(json, serde_json::json!({ "resultType": "vector", "result": result }));

    let answer = folder.run(&["query", "rate(up[5m])", "--series", "up.series", "-f", "json"]);
    let json: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    let info =
        "PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"up\" (1:6)";
    assert_eq!(json["infos"], serde_json::json!([info]));
}

#[test]
fn pages_have_their_own_times_when_asked() {
    let folder = folder();
    let answer = folder.run(&["query", "timestamp(node_load1{host=\"a\"})", "--series", "node.prom", "--page-times"]);
    assert_eq!(answer.out, "at 1m\n{host=\"a\"}  60\n");
    assert_eq!(answer.error, "node.prom: 2 samples of 2 series at 1m\n");
    let answer = folder.run(&["query", "time()", "--series", "node.prom"]);
    assert_eq!(
        (answer.out.as_str(), answer.error.as_str()),
        ("at 0s\n0\n", "node.prom: 2 samples of 2 series at 0s\n")
    );
}

#[test]
fn plots_fit_eighty_columns() {
    let arguments =
        ["query", "up", "--series", "up.series", "--from", "0", "--to", "10m", "--step", "1m", "-f", "plot"];
    let answer = folder().run(&arguments);
    insta::assert_snapshot!(answer.out);
    assert!(answer.out.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn what_is_wrong_is_underlined() {
    let folder = Folder::with(&[("up.series", SERIES), ("bad.series", "up{job=api} 1\nup 1 2+\n")]);
    for (arguments, expected) in [
        (["rate(up)", "up.series"], "╭─[expression:1:6]"),
        (["up * on (job) group_left", "up.series"], "error: "),
        (["up + on () up", "up.series"], "error: found duplicate series for the match group"),
        (["limitk(1, up)", "up.series"], "help: add `--enable-feature=promql-experimental-functions`"),
        (["up", "bad.series"], "╭─[bad.series:1:8]"),
    ] {
        let answer = folder.run(&["query", arguments[0], "--series", arguments[1]]);
        assert_eq!((answer.status, answer.out.as_str()), (Some(1), ""), "{answer:?}");
        assert!(answer.error.contains(expected), "{}", answer.error);
    }
    let on = ["query", "count(limitk(1, up))", "-s", "up.series", "--enable-feature", "promql-experimental-functions"];
    assert_eq!(folder.run(&on).out, "at 10m\n{}  1\n");
}

#[test]
fn notes_are_underlined_and_harmless() {
    let answer = folder().run(&["query", "rate(up{job=\"api\"}[5m])", "--series", "up.series"]);
    assert_eq!((answer.status, answer.out.as_str()), (Some(0), "at 10m\n{job=\"api\"}  0\n"), "{answer:?}");
    assert!(answer.error.starts_with("info: metric might not be a counter"), "{}", answer.error);
    assert!(answer.error.contains("╭─[expression:1:6]"), "{}", answer.error);
}

#[test]
fn what_cannot_be_done_is_status_two() {
    let folder = folder();
    for arguments in [
        &["query", "up", "--series", "nowhere.series"][..],
        &["query", "up"],
        &["query", "up", "--series", "up.series", "--at", "soon"],
        &["query", "up", "--series", "up.series", "--at", "1m", "--from", "0"],
        &["query", "up", "--series", "up.series", "--enable-feature", "magic"],
        &["query", "up", "--series", "up.series", "--step", "0"],
    ] {
        let answer = folder.run(arguments);
        assert_eq!((answer.status, answer.out.as_str()), (Some(2), ""), "{answer:?}");
    }
    let answer = folder.run(&["query", "up", "--series", "nowhere.series"]);
    assert_eq!(answer.error, "promcheck: cannot read `nowhere.series`: no such file\n");
}
