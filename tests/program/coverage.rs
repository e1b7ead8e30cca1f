//! `promcheck test --coverage`, and test files found in folders.

use crate::folder::{Answer, Folder};

const RULES: &str = "\
groups:
  - name: node
    rules:
      - alert: Down
        expr: up == 0
        for: 5m
      - alert: Busy
        expr: load > 5 and on (job) up == 1
      - record: job:up:sum
        expr: sum by (job) (up)
";

/// Fourteen evaluations: `a` is down from 2m to 11m, so that `Down` fires from 7m on and is resolved at 12m.
const TESTS: &str = "\
rule_files: [rules.yml]
tests:
  - interval: 1m
    input_series:
      - {series: 'up{job=\"a\"}', values: '1 1 0x9 1x9'}
      - {series: 'load{job=\"a\"}', values: '4x30'}
    alert_rule_test:
      - {eval_time: 6m, alertname: Down}
      - {eval_time: 13m, alertname: Down}
";

fn run(arguments: &[&str]) -> Answer {
    Folder::with(&[("rules.yml", RULES), ("test.yml", TESTS)]).run(arguments)
}

#[test]
fn what_was_never_seen_is_told_in_words() {
    let answer = run(&["test", "test.yml", "--coverage"]);
    let told = "
rules.yml     data  inactive  pending  firing  resolved
  Down         ✓       ✓         ✓       ✓        ✓      88.8%
      no alert went away before `for` had elapsed
  Busy         ✓       ✓         ·       ✗        ✗      60%
      never seen firing
      never seen resolved
      `and` never failed by its right operand alone, with the left one there
      `> 5` never held; the nearest was 1 away
  job:up:sum   ✓       ·         ·       ·        ·      100%

coverage: 75%, 15 of 20 goals covered
";
    assert_eq!((answer.status, answer.error.as_str()), (Some(0), ""), "{}", answer.out);
    assert!(answer.out.ends_with(told), "{}", answer.out);
}

#[test]
fn too_little_coverage_fails_and_names_the_rules() {
    for (least, status) in [("75", 0), ("75.1", 1), ("100", 1), ("101", 2), ("x", 2)] {
        assert_eq!(run(&["test", "test.yml", "--min-coverage", least]).status, Some(status), "{least}");
    }
    let answer = run(&["test", "test.yml", "--min-coverage", "80"]);
    let told = "too little is covered: coverage is 75%, less than the 80% asked for; \
                least covered: `Busy` (rules.yml) 60%, `Down` (rules.yml) 88.8%\n";
    assert!(answer.out.ends_with(told), "{}", answer.out);
}

#[test]
fn lcov_counts_on_the_lines_of_rules() {
    let answer = run(&["test", "test.yml", "--format", "lcov"]);
    let branches = "4,0,0,4 4,0,1,1 4,0,2,1 4,0,3,1 6,1,0,1 6,1,1,0 5,2,0,10 5,2,1,4 \
                    7,3,0,14 7,3,1,0 7,3,2,0 8,4,0,4 8,4,1,0 8,5,0,0 8,5,1,14 8,6,0,4 8,6,1,10";
    let branches: String = branches.split(' ').map(|branch| format!("BRDA:{branch}\n")).collect();
    let lines: String = (4..=9).map(|line| format!("DA:{line},14\n")).collect();
    let told = format!("TN:\nSF:rules.yml\n{branches}BRF:17\nBRH:12\n{lines}LF:6\nLH:6\nend_of_record\n");
    assert_eq!((answer.status, answer.out), (Some(0), told));
}

#[test]
fn json_has_every_goal_and_failures_stand_elsewhere() {
    let tests = TESTS.replace("eval_time: 6m", "eval_time: 7m");
    let folder = Folder::with(&[("rules.yml", RULES), ("test.yml", &tests)]);
    let answer = folder.run(&["test", "test.yml", "--coverage", "--format", "json"]);
    assert_eq!(answer.status, Some(1));
    assert!(answer.error.contains("`Down` fires"), "{}", answer.error);
    let told: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!((&told["covered"], &told["total"], &told["percent"]), (&15.into(), &20.into(), &75.0.into()));
    let busy = &told["files"][0]["rules"][1];
    assert_eq!((&busy["name"], &busy["line"], &busy["evaluations"]), (&"Busy".into(), &7.into(), &14.into()));
    let below = serde_json::json!({
        "aim": "comparison", "threshold": "> 5", "holds": false, "nearest": -1.0, "line": 8, "column": 20, "hits": 14,
    });
    assert!(busy["goals"].as_array().unwrap().contains(&below), "{busy:#}");
}

#[test]
fn operands_decide_by_themselves() {
    let rules = "\
groups:
  - name: sets
    rules:
      - {record: both, expr: a and on (x) b}
      - {record: either, expr: a or on (x) b}
      - {record: without, expr: a unless on (x) b}
";
    // Which of two operands is there, at one evaluation; then what is missing.
    for (series, missing) in [
        (r#"'a{x="1"}' 'b{x="1"}'"#, "and-left and-right or-left or-right unless-left"),
        (r#"'a{x="1"}'"#, "and-left or-right unless-right"),
        (r#"'b{x="1"}'"#, "and-right or-left unless-left unless-right"),
        (r#"'a{x="1"}' 'b{x="2"}'"#, "unless-right"),
        (r#"'a{x="1"}' 'a{x="2"}' 'b{x="2"}' 'b{x="3"}'"#, ""),
    ] {
        let inputs: String = series.split(' ').map(|one| format!("{{series: {one}, values: 1}},")).collect();
        let test = format!("rule_files: [rules.yml]\ntests: [{{input_series: [{inputs}]}}]\n");
        let folder = Folder::with(&[("rules.yml", rules), ("test.yml", &test)]);
        let answer = folder.run(&["test", "test.yml", "--coverage", "--format", "json"]);
        let told: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
        let goals =
            told["files"][0]["rules"].as_array().unwrap().iter().flat_map(|rule| rule["goals"].as_array().unwrap());
        let found: Vec<String> = goals
            .filter(|goal| goal["aim"] == "operand" && goal["hits"] == 0)
            .map(|goal| format!("{}-{}", goal["operator"].as_str().unwrap(), goal["side"].as_str().unwrap()))
            .collect();
        assert_eq!(found.join(" "), missing, "{series}");
    }
}

#[test]
fn comparisons_of_vectors_are_matched_as_written() {
    let rules = "groups: [{name: g, rules: [{record: r, expr: 'used > on (host) group_left () limit'}]}]\n";
    let test = r#"
rule_files: [rules.yml]
tests:
  - input_series:
      - {series: 'used{host="h", disk="1"}', values: 7}
      - {series: 'used{host="h", disk="2"}', values: 2}
      - {series: 'limit{host="h"}', values: 4}
"#;
    let folder = Folder::with(&[("rules.yml", rules), ("test.yml", test)]);
    let answer = folder.run(&["test", "test.yml", "--coverage"]);
    assert!(answer.out.contains("`> limit` was seen 3 away where it held, 2 where not"), "{}", answer.out);
}

#[test]
fn folders_are_searched_for_test_files() {
    let folder = Folder::with(&[
        ("monitoring/rules.yml", RULES),
        ("monitoring/tests/down.yml", &TESTS.replace("rules.yml", "../rules.yml")),
        ("monitoring/tests/deep/broken.yml", "tests:\n  - input_series: [\n"),
        ("monitoring/README.md", "# Monitoring\n"),
        ("empty/README.md", "# Nothing\n"),
    ]);
    let answer = folder.run(&["test", "monitoring"]);
    assert_eq!(answer.status, Some(1), "{}", answer.out);
    assert!(answer.out.contains("found 2 test files in monitoring\n"), "{}", answer.out);
    assert!(
        answer.out.contains("monitoring/tests/deep/broken.yml") && answer.out.contains("1 passed"),
        "{}",
        answer.out
    );
    let none = folder.run(&["test", "empty"]);
    assert_eq!(none.status, Some(2));
    assert!(none.error.contains("there are no test files in `empty`"), "{}", none.error);
}

#[test]
fn routes_and_receivers_are_covered() {
    let manager = "\
route:
  receiver: desk
  routes:
    - {matchers: ['severity=\"page\"'], receiver: pager}
    - {matchers: ['severity=\"none\"'], receiver: nobody}
receivers:
  - {name: desk, webhook_configs: [{url: 'http://desk/'}]}
  - {name: pager, webhook_configs: [{url: 'http://pager/'}]}
  - {name: nobody}
";
    let rules = "groups: [{name: g, rules: [{alert: A, expr: 'up == 0', labels: {severity: page}}]}]\n";
    let test = "\
rule_files: [rules.yml]
alertmanager_config: alertmanager.yml
tests:
  - input_series: [{series: up, values: 0x9}]
    notification_test: [{eval_time: 5m, exp_silent: [desk]}]
";
    let folder = Folder::with(&[("alertmanager.yml", manager), ("rules.yml", rules), ("test.yml", test)]);
    let answer = folder.run(&["test", "test.yml", "--coverage"]);
    let told = "
alertmanager.yml
  default-route        desk    ✗ no alert came here
    {severity=\"page\"}  pager   ✓ 1 alert, 1 notification
    {severity=\"none\"}  nobody  ✗ no alert came here
  never told: `desk`, `nobody`

coverage: ";
    assert!(answer.out.contains(told), "{answer:?}");
    let json: serde_json::Value =
        serde_json::from_str(&folder.run(&["test", "test.yml", "--coverage", "-f", "json"]).out).unwrap();
    let routing = &json["routing"][0];
    assert_eq!(
        (&routing["path"], &routing["routes"][1]["alerts"]),
        (&"alertmanager.yml".into(), &1.into()),
        "{json:#}"
    );
    assert_eq!(routing["receivers"][1], serde_json::json!({"name": "pager", "alerts": 1, "notifications": 1}));
    let lcov = folder.run(&["test", "test.yml", "-f", "lcov"]).out;
    assert!(lcov.contains("SF:alertmanager.yml\n") && lcov.contains("DA:4,1\nDA:5,0\n"), "{lcov}");
}

#[test]
fn a_page_shows_the_rules_with_what_was_seen() {
    let answer = run(&["test", "test.yml", "-f", "html"]);
    assert_eq!((answer.status, answer.error.as_str()), (Some(0), ""));
    let page = answer.out;
    assert!(page.starts_with("<!doctype html>\n") && page.ends_with("</html>\n"), "{page}");
    for part in [
        "<title>Coverage of rules: 75%</title>",
        "<h2><code>rules.yml</code></h2>",
        "<span class=\"state miss\">firing</span>",
        "load <mark class=\"part\" title=\"`&gt; 5` never held\n`&gt; 5` did not hold: 14\">&gt;</mark> 5 ",
        "<b>    9</b>        - record: ",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(!page.contains("http") && !page.contains("<script"), "{page}");
}
