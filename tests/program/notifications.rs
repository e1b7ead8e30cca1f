//! `notification_test` in `promcheck test`: from series to receivers, and why somebody was not told.

use std::path::Path;

use crate::folder::{Answer, Folder, promcheck};

const RULES: &str = "\
groups:
  - name: node
    rules:
      - {alert: Down, expr: up == 0, labels: {severity: page}}
      - {alert: Slow, expr: slow > 0, labels: {severity: warn}}
      - {alert: Late, expr: up == 0, for: 30m, labels: {severity: page}}
";

const CONFIG: &str = "\
route:
  receiver: ops
  group_by: [alertname]
  repeat_interval: 1h
  routes:
    - {matchers: [severity=\"page\"], receiver: pager}
    - {matchers: [severity=\"none\"], receiver: nobody, mute_time_intervals: [always]}
inhibit_rules:
  - {source_matchers: [severity=\"page\"], target_matchers: [severity=\"warn\"], equal: [job]}
time_intervals:
  - {name: always, time_intervals: [{}]}
receivers:
  - {name: ops, webhook_configs: [{url: 'http://ops/'}]}
  - {name: pager, webhook_configs: [{url: 'http://pager/'}]}
  - {name: nobody, webhook_configs: [{url: 'http://nobody/'}]}
";

/// `a` is down from 2m on and up again at 12m, and slow all the time: `pager` is told at 2m30s, and every 5m it is
/// looked whether there is news; `ops` is told at 30s that `a` is slow, which is inhibited from 2m on.
fn run(config: &str, rest: &str) -> Answer {
    let suite = format!(
        "rule_files: [rules.yml]\n{config}\ntests:\n  - interval: 1m\n    input_series:\n      \
         - {{series: 'up{{job=\"a\"}}', values: '1 1 0x9 1x30'}}\n      \
         - {{series: 'slow{{job=\"a\"}}', values: '1x60'}}\n{rest}"
    );
    let files = [("rules.yml", RULES), ("alertmanager.yml", CONFIG), ("test.yml", &suite)];
    Folder::with(&files).run(&["test", "test.yml"])
}

fn expecting(expectations: &[&str]) -> Answer {
    let list: String = expectations.iter().map(|one| format!("      - {one}\n")).collect();
    run("alertmanager_config: alertmanager.yml", &format!("    notification_test:\n{list}"))
}

#[test]
fn expectations_hold_or_say_why_not() {
    let told = "receiver: pager, status: firing";
    let over = "{receiver: pager, status: resolved, at: 12m30s, alerts: [{alertname: Down}]}";
    for (expectation, said) in [
        (
            format!(
                "{{eval_time: 8m, exp_notifications: [{{{told}, at: 2m30s, group_labels: {{alertname: Down}}, \
                 alerts: [{{job: a, severity: /p.*/}}]}}], exp_silent: [nobody]}}"
            ),
            "1 test passed",
        ),
        ("{eval_time: 2m29s, exp_silent: [pager]}".to_owned(), "1 test passed"),
        ("{eval_time: 2m30s, exp_silent: [pager]}".to_owned(), "`pager` is told at 2m30s that `Down` fires"),
        (format!("{{eval_time: 8m, exp_notifications: [{{{told}, at: 2m}}]}}"), "`pager` is told at 2m30s, not at 2m"),
        (
            "{eval_time: 8m, exp_notifications: [{receiver: pager, status: resolved}]}".to_owned(),
            "it says that something fires",
        ),
        (
            format!("{{eval_time: 8m, exp_notifications: [{{{told}, group_labels: {{alertname: Up}}}}]}}"),
            "`alertname` of its group is `Down`",
        ),
        (
            format!("{{eval_time: 8m, exp_notifications: [{{{told}, alerts: [{{job: b}}]}}]}}"),
            "`pager` was told of no such alert by 8m",
        ),
        (
            format!("{{eval_time: 8m, exp_notifications: [{{{told}, alerts: [{{job: a}}, {{job: b}}]}}]}}"),
            "no such alert is in it",
        ),
        (
            format!("{{eval_time: 8m, exp_notifications: [{{{told}}}, {{{told}, alerts: [{{alertname: Down}}]}}]}}"),
            "`pager` is told at 2m30s that `Down` fires, but not once more by 8m",
        ),
        (format!("{{eval_time: 13m, exp_notifications: [{{{told}}}, {over}]}}"), "1 test passed"),
        (
            format!("{{eval_time: 13m, exp_notifications: [{{{told}}}]}}"),
            "`pager` is also told at 12m30s that `Down` is over, which is not expected",
        ),
        ("{eval_time: 8m, exp_suppressed: [{alert: {alertname: Slow}, by: inhibition}]}".to_owned(), "1 test passed"),
        ("{eval_time: 8m, exp_suppressed: [{alert: {alertname: Slow}}]}".to_owned(), "1 test passed"),
        (
            "{eval_time: 8m, exp_suppressed: [{alert: {alertname: Slow}, by: silence}]}".to_owned(),
            "inhibition held it back",
        ),
        (
            "{eval_time: 8m, exp_suppressed: [{alert: {alertname: Down}, by: inhibition}]}".to_owned(),
            "no rule of inhibition has it for a target",
        ),
        (
            "{eval_time: 8m, exp_notifications: [{receiver: nobody, alerts: [{alertname: Down}]}]}".to_owned(),
            "`severity` of the alert is `page`",
        ),
        (
            "{eval_time: 8m, exp_notifications: [{receiver: pager, alerts: [{alertname: Late}]}]}".to_owned(),
            "it never fires in this time",
        ),
        (
            "{eval_time: 2m, exp_notifications: [{receiver: pager, alerts: [{alertname: Late}]}]}".to_owned(),
            "it never fires in this time",
        ),
        (
            "{eval_time: 2m, exp_notifications: [{receiver: pager, alerts: [{alertname: Down}]}]}".to_owned(),
            "this route",
        ),
        (
            "{eval_time: 8m, exp_notifications: [{receiver: pager, alerts: [{alertname: Dwon}]}]}".to_owned(),
            "no rule raises an alert `Dwon`; did you mean `Down`?",
        ),
        ("{eval_time: 8m, exp_silent: [pagr]}".to_owned(), "did you mean `pager`?"),
        ("{exp_silent: [nobody]}".to_owned(), "this does not say until when"),
    ] {
        let answer = expecting(&[&expectation]);
        assert!(answer.out.contains(said), "{expectation}\n{}", answer.out);
        assert_eq!(answer.status, Some(i32::from(said != "1 test passed")), "{expectation}\n{}", answer.out);
    }
}

#[test]
fn each_expectation_looks_at_what_came_since_the_one_before() {
    let later = "{eval_time: 13m, exp_notifications: [{receiver: pager, status: resolved}]}";
    let earlier = "{eval_time: 8m, exp_notifications: [{receiver: pager, status: firing}], exp_silent: [nobody]}";
    assert!(expecting(&[later, earlier]).out.contains("1 test passed: 3 expectations"));
    assert!(expecting(&[later]).out.contains("`pager` is also told at 2m30s"));
}

#[test]
fn silences_hold_during_a_test() {
    let silenced = "    silences: [{matchers: ['alertname=\"Down\"'], from: 1m, to: 5m}]\n    notification_test:\n      \
         - {eval_time: 5m, exp_silent: [pager], exp_suppressed: [{alert: {alertname: Down}, by: silence}]}\n      \
         - {eval_time: 8m, exp_notifications: [{receiver: pager, at: 7m30s}]}\n";
    let answer = run("alertmanager_config: alertmanager.yml", silenced);
    assert_eq!(answer.status, Some(0), "{}", answer.out);
    let blind = silenced.replace("alertname=\"Down\"", "alertname=~\".*\"");
    let answer = run("alertmanager_config: alertmanager.yml", &blind);
    assert!(answer.out.contains("this silence asks for no label"), "{}", answer.out);
}

#[test]
fn a_test_without_a_configuration_fails() {
    let rest = "    notification_test: [{eval_time: 8m, exp_silent: [nobody]}]\n";
    let answer = run("", rest);
    assert!(answer.out.contains("no `alertmanager_config` says how notifications go"), "{}", answer.out);
    let answer = run("alertmanager_config: nowhere.yml", rest);
    assert_eq!((answer.status, answer.out.matches("nowhere.yml").count() > 0), (Some(1), true), "{}", answer.out);
}

/// What `promcheck test` says of a file beside this.
fn of_stack(path: &str) -> String {
    let mut command = promcheck(&["test", &format!("tests/notifications/{path}.yml")]);
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")));
    let answer = Answer::to(command);
    assert_eq!(answer.status, Some(i32::from(!path.ends_with("corrected"))), "{path}\n{}", answer.out);
    answer.out
}

#[test]
fn receivers_that_nothing_reaches() {
    insta::assert_snapshot!(of_stack("love-parser/as-it-is"));
    assert_eq!(of_stack("love-parser/corrected"), "1 test passed: 4 expectations in 1 file\n");
}

#[test]
fn inhibition_that_never_applies() {
    insta::assert_snapshot!(of_stack("magacin-track/dead-inhibition"));
    assert_eq!(of_stack("magacin-track/corrected"), "1 test passed: 4 expectations in 1 file\n");
    // Each thing that Alertmanager refuses is said once.
    let refused = of_stack("magacin-track/refused");
    assert_eq!((refused.matches("error[").count(), refused.matches("`subject`").count()), (4, 2), "{refused}");
}
