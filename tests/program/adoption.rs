//! How a project with old findings begins: baselines, changes of a branch, single files, files of others.

use std::{fs, process::Command};

use crate::folder::{Answer, Folder};

/// An alert that two checks dislike.
fn alert(name: &str) -> String {
    format!("      - alert: {name}\n        expr: irate(errors_total[5m]) > 1\n        for: 5m\n")
}

fn rules(alerts: &[&str]) -> String {
    let alerts = alerts.iter().map(|name| alert(name)).collect::<String>();
    format!("groups:\n  - name: all\n    rules:\n{alerts}")
}

fn repository(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(files);
    git(&folder, &["init", "-q", "-b", "main"]);
    commit(&folder);
    folder
}

fn commit(folder: &Folder) {
    git(folder, &["add", "-A"]);
    git(folder, &["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "all"]);
}

fn git(folder: &Folder, arguments: &[&str]) {
    let status = Command::new("git").args(arguments).current_dir(&folder.0).status().unwrap();
    assert!(status.success(), "git {arguments:?}");
}

/// What a lint of one check says, a line each, without its summary; and its exit status.
fn lint(folder: &Folder, arguments: &[&str]) -> (String, Option<i32>) {
    let common = ["lint", "-q", "-f", "concise", "--select", "promql/irate-alert,rules/removed-record"];
    let answer = folder.run(&[&common, arguments].concat());
    (answer.out + &answer.error, answer.status)
}

#[test]
fn a_baseline_holds_what_is_known_wherever_it_moves() {
    let folder = Folder::with(&[("rules.yml", &rules(&["A", "B"]))]);
    let answer =
        folder.run(&["lint", "--select", "promql/irate-alert", "--baseline", "known.json", "--update-baseline"]);
    assert_eq!(
        (answer.out.as_str(), answer.status),
        ("`known.json` holds 2 findings now, 2 new and 0 gone\n", Some(0))
    );
    assert_eq!(lint(&folder, &["--baseline", "known.json"]), (String::new(), Some(0)));
    // Lines move, and a third of the same kind comes.
    folder.write("rules.yml", format!("# ours\n\n{}", rules(&["B", "C", "A"])));
    let (told, status) = lint(&folder, &["--baseline", "known.json"]);
    assert_eq!((told.lines().count(), status), (1, Some(1)), "{told}");
    assert!(told.starts_with("rules.yml:13:"), "{told}");
    // From another folder it means the same files.
    let (told, status) = lint(&folder, &["--baseline", "known.json", "--no-config", folder.0.to_str().unwrap()]);
    assert_eq!((told.lines().count(), status), (1, Some(1)), "{told}");
}

#[test]
fn what_is_cured_is_said_and_forgotten() {
    let folder = Folder::with(&[
        ("a.yml", &rules(&["A"])),
        ("b.yml", &rules(&["B"])),
        ("c.yml", &rules(&["C"])),
        (".promcheck.yml", "baseline: known.json\n"),
    ]);
    let select = ["lint", "--select", "promql/irate-alert"];
    let run = |more: &[&str]| folder.run(&[&select, more].concat());
    let broken = run(&[]);
    assert_eq!(broken.status, Some(2));
    let said = "promcheck: there is no baseline `known.json`\n  help: --update-baseline writes it\n";
    assert_eq!(broken.error, said);
    assert_eq!(run(&["--update-baseline"]).out, "`known.json` holds 3 findings now, 3 new and 0 gone\n");
    folder.write("a.yml", rules(&[]).replace("rules:\n", "rules: []\n"));
    fs::remove_file(folder.0.join("b.yml")).unwrap();
    let answer = run(&[]);
    assert_eq!(answer.status, Some(0), "{answer:?}");
    assert_eq!(
        answer.error,
        "2 findings of `known.json` are no longer there; --update-baseline forgets what is gone\n"
    );
    assert!(answer.out.contains("\n1 in the baseline\n"), "{answer:?}");
    // What was not looked at is not forgotten.
    let other = folder.run(&["lint", "--select", "promql/syntax", "--update-baseline"]);
    assert_eq!(other.out, "`known.json` holds 3 findings now, 0 new and 0 gone\n");
    assert_eq!(
        run(&["a.yml"]).error,
        "2 findings of `known.json` are no longer there; --update-baseline forgets what is gone\n"
    );
    assert_eq!(run(&["--update-baseline"]).out, "`known.json` holds 1 finding now, 0 new and 2 gone\n");
    assert_eq!(run(&["--no-baseline"]).status, Some(1));
    let text = fs::read_to_string(folder.0.join("known.json")).unwrap();
    assert!(text.contains("\n    {\"path\":\"c.yml\",\"check\":\"promql/irate-alert\",\"count\":1,"), "{text}");
    folder.write("known.json", "{}");
    let unreadable = run(&[]);
    assert_eq!(unreadable.status, Some(2));
    assert!(
        unreadable.error.starts_with("promcheck: known.json: this is no baseline: missing field"),
        "{unreadable:?}"
    );
}

#[test]
fn a_branch_answers_for_what_it_touches() {
    let folder = repository(&[
        ("rules/old.yml", &rules(&["Old", "Older"])),
        (
            "rules/records.yml",
            "groups:\n  - name: r\n    rules:\n      - record: job:errors\n        expr: sum(errors_total)\n",
        ),
        ("rules/uses.yml", "groups:\n  - name: u\n    rules:\n      - alert: U\n        expr: job:errors > 1\n"),
    ]);
    git(&folder, &["checkout", "-q", "-b", "work"]);
    assert_eq!(lint(&folder, &["--changed-since", "main"]), (String::new(), Some(0)));
    folder.write("rules/old.yml", rules(&["Old", "New", "Older"]));
    folder.write("rules/untracked.yml", rules(&["Untracked"]));
    fs::remove_file(folder.0.join("rules/records.yml")).unwrap();
    let (told, status) = lint(&folder, &["--changed-since", "main"]);
    let lines: Vec<&str> = told.lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(lines, ["rules/old.yml:8:15", "rules/untracked.yml:5:15", "rules/uses.yml:5:15"], "{told}");
    assert!(told.contains("nothing records `job:errors` any more"), "{told}");
    assert_eq!(status, Some(1));
    // Committed or not, from the folder or from below it; what `main` did since is not the branch's.
    commit(&folder);
    git(&folder, &["checkout", "-q", "main"]);
    folder.write("rules/later.yml", rules(&["Later"]));
    commit(&folder);
    git(&folder, &["checkout", "-q", "work"]);
    assert_eq!(lint(&folder, &["--changed-since", "main", "rules"]).0, told);
    assert_eq!(lint(&folder, &["--changed-since", "HEAD"]), (String::new(), Some(0)));
}

#[test]
fn a_line_that_is_touched_again_answers_for_its_finding() {
    let folder = repository(&[("rules.yml", &rules(&["A", "B"]))]);
    folder.write("rules.yml", rules(&["A", "B"]).replacen("> 1\n", "> 1 # once a second\n", 1));
    let (told, status) = lint(&folder, &["--changed-since", "HEAD"]);
    assert_eq!((told.lines().count(), status), (1, Some(1)), "{told}");
    assert!(told.starts_with("rules.yml:5:"), "{told}");
}

#[test]
fn a_revision_that_is_none_is_said() {
    let folder = repository(&[("rules.yml", &rules(&["A"]))]);
    for revision in ["nowhere", "--output=x", "-x", ""] {
        let answer = folder.run(&["lint", &format!("--changed-since={revision}")]);
        assert_eq!(answer.status, Some(2), "{answer:?}");
        let said = format!("promcheck: cannot compare with `{revision}`: ");
        assert!(answer.error.starts_with(&said), "{answer:?}");
    }
    assert!(!folder.0.join("x").exists());
}

#[test]
fn why_git_answers_nothing_is_said() {
    let folder = repository(&[("rules.yml", &rules(&["A"]))]);
    let nowhere = folder.0.join("nowhere");
    let plain = Folder::with(&[("rules.yml", &rules(&["A"]))]);
    for (folder, variable, value, said, help) in [
        (&folder, "PATH", nowhere.as_os_str(), "git is not there to be asked\n", "install git; "),
        // As in a container, where the folder is another user's.
        (&folder, "GIT_TEST_ASSUME_DIFFERENT_OWNER", "1".as_ref(), "fatal: detected dubious", "--add safe.directory "),
        (&plain, "LC_ALL", "de_DE.UTF-8".as_ref(), "fatal: not a git repository", "name a folder of a repository\n"),
    ] {
        let mut command = folder.command(&["lint", "--changed-since", "HEAD"]);
        command.env(variable, value);
        let answer = Answer::to(command);
        let said = format!("promcheck: cannot compare with `HEAD`: {said}");
        assert!(answer.status == Some(2) && answer.error.starts_with(&said), "{answer:?}");
        assert!(answer.error.contains(help), "{answer:?}");
    }
}

#[test]
fn a_deleted_page_is_missed_where_a_link_leads_to_it() {
    let rules = "groups:\n  - name: all\n    rules:\n      - alert: A\n        expr: up == 0\n        annotations:\n          \
                 runbook_url: docs/a.md\n";
    let folder = repository(&[("rules.yml", rules), ("docs/a.md", "# A\n")]);
    let arguments = ["lint", "-q", "-f", "concise", "--select", "runbooks", "--changed-since", "HEAD"];
    assert_eq!(folder.run(&arguments).out, "");
    fs::remove_file(folder.0.join("docs/a.md")).unwrap();
    let answer = folder.run(&arguments);
    assert!(answer.out.starts_with("rules.yml:7:"), "{answer:?}");
}

#[test]
fn single_files_are_seen_with_all_others() {
    let folder = Folder::with(&[
        ("monitoring/.promcheck.yml", "exclude: [generated/]\n"),
        ("monitoring/a.yml", "groups:\n  - name: a\n    rules:\n      - record: a\n        expr: sum(x)\n"),
        ("monitoring/b.yml", "groups:\n  - name: a\n    rules:\n      - alert: B\n        expr: (\n"),
        ("monitoring/RUNBOOK.md", "# Runbook\n\n## Nothing\n"),
        ("monitoring/generated/c.yml", "groups:\n  - name: c\n    rules:\n      - alert: C\n        expr: (\n"),
        ("elsewhere.yml", "groups:\n  - name: a\n    rules:\n      - alert: E\n        expr: (\n"),
    ]);
    let run = |paths: &[&str]| {
        let answer = folder
            .run(&[&["lint", "-q", "-f", "concise", "--select", "promql/syntax", "--in-context"], paths].concat());
        answer.out.lines().map(|line| line.split(':').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(run(&["monitoring/a.yml"]), [""; 0]);
    assert_eq!(run(&["monitoring/a.yml", "monitoring/b.yml"]), ["monitoring/b.yml"]);
    assert_eq!(run(&["monitoring/generated/c.yml"]), [""; 0], "the configuration excludes it");
    assert_eq!(run(&["monitoring"]), ["monitoring/b.yml"]);
    assert_eq!(run(&["elsewhere.yml"]), ["elsewhere.yml"]);
    assert_eq!(run(&["monitoring/b.yml", "elsewhere.yml"]), ["elsewhere.yml", "monitoring/b.yml"]);
}

#[test]
fn files_of_others_say_what_is_there_and_nothing_is_said_of_them() {
    let folder = Folder::with(&[
        (".promcheck.yml", "vendored: [vendor/]\n"),
        ("vendor/rules.yml", &rules(&["Theirs"])),
        ("vendor/route.yml", "route: {receiver: a, routes: [{matchers: [\"team='blue'\"]}]}\nreceivers: [{name: a}]\n"),
        ("rules.yml", &rules(&["Ours"])),
    ]);
    let answer = folder.run(&["lint", "--select", "promql/irate-alert", "-f", "concise"]);
    assert_eq!(answer.out.lines().count(), 1, "{answer:?}");
    assert!(answer.out.starts_with("rules.yml:5:"), "{answer:?}");
    let answer = folder.run(&["lint", "--select", "promql/irate-alert"]);
    assert!(answer.out.ends_with("1 in vendored files\n"), "{answer:?}");
    let before = fs::read_to_string(folder.0.join("vendor/route.yml")).unwrap();
    folder.run(&["lint", "--fix", "--allow-dirty"]);
    folder.run(&["fmt"]);
    assert_eq!(fs::read_to_string(folder.0.join("vendor/route.yml")).unwrap(), before);
}

#[test]
fn one_habit_is_told_once_and_accepted_place_by_place() {
    let email = |subject: &str| format!("      - to: a@shop.test\n{subject}");
    let receivers = |subjects: &[&str]| {
        let emails: String = subjects.iter().map(|subject| email(subject)).collect();
        format!("route: {{receiver: a}}\nreceivers:\n  - name: a\n    email_configs:\n{emails}")
    };
    let (plain, accepted) =
        ("        subject: Down\n", "        subject: Down # promcheck: ignore general/parse -- the fork takes it\n");
    let run = |folder: &Folder, more: &[&str]| {
        let answer = folder.run(&[&["lint", "-q", "-f", "concise", "--select", "general"], more].concat());
        (answer.out + &answer.error, answer.status)
    };
    let said = |line: usize, more: &str| {
        let message = format!("unknown key `subject` in email configuration{more}");
        (format!("alertmanager.yml:{line}:9: error: {message} [general/parse]\n"), Some(1))
    };
    let folder = Folder::with(&[("alertmanager.yml", &receivers(&[plain, plain, plain]))]);
    assert_eq!(run(&folder, &[]), said(6, " (here and 2 times more)"));
    // Each place has a comment of its own, and a baseline holds each.
    folder.write("alertmanager.yml", receivers(&[plain, accepted, plain]));
    assert_eq!(run(&folder, &[]), said(6, " (here and once more)"));
    folder.write("alertmanager.yml", receivers(&[accepted, accepted, plain]));
    assert_eq!(run(&folder, &[]), said(10, ""));
    folder.write("alertmanager.yml", receivers(&[plain, plain]));
    run(&folder, &["--baseline", "known.json", "--update-baseline"]);
    assert_eq!(run(&folder, &["--baseline", "known.json"]), (String::new(), Some(0)));
    folder.write("alertmanager.yml", receivers(&[plain, plain, plain]));
    assert_eq!(run(&folder, &["--baseline", "known.json"]), said(10, ""));
}

#[test]
fn a_metric_that_is_missing_in_two_rules_is_accepted_in_each() {
    let rule = |alert: &str, comment: &str| {
        format!("      - alert: {alert}\n        expr: shop_ordres_total > 5{comment}\n        for: 5m\n")
    };
    let accepted = " # promcheck: ignore metrics/unknown -- of the next version";
    let folder = Folder::with(&[
        ("prometheus.yml", "scrape_configs: [{job_name: shop, static_configs: [{targets: ['shop:80']}]}]\n"),
        ("shop.prom", "# TYPE shop_orders_total counter\nshop_orders_total 5\n"),
    ]);
    let run = |first: &str, second: &str| {
        let rules = [rule("A", first), rule("B", second)].concat();
        folder.write("rules.yml", format!("groups:\n  - name: shop\n    rules:\n{rules}"));
        folder.run(&["lint", "-q", "-f", "concise", "--select", "metrics/unknown,general/suppression"]).out
    };
    let said = |place: &str, more: &str, out: String| {
        assert!(out.starts_with(&format!("rules.yml:{place}: ")) && out.lines().count() == 1, "{out}");
        assert_eq!(out.contains(" (here and once more)"), more == "more", "{out}");
    };
    said("5:15", "more", run("", ""));
    said("8:15", "", run(accepted, ""));
    said("5:15", "", run("", accepted));
    assert_eq!(run(accepted, accepted), "");
    // What a baseline holds of it hides nothing that is added later.
    let lint = |more: &[&str]| {
        let answer = folder.run(
            &[&["lint", "-q", "-f", "concise", "--select", "metrics/unknown", "--baseline", "known.json"], more]
                .concat(),
        );
        answer.out
    };
    folder.write("rules.yml", format!("groups:\n  - name: shop\n    rules:\n{}", rule("A", "")));
    lint(&["--update-baseline"]);
    run("", "");
    assert!(lint(&[]).starts_with("rules.yml:8:15: "), "{}", lint(&[]));
}

#[test]
fn a_fix_of_several_places_leaves_out_those_that_are_accepted() {
    let rules = "- {alert: Down, expr: up == 0, for: 5m}\n";
    let folder = Folder::with(&[
        (
            "prometheus.yml",
            "rule_files:\n  - a.yml\n  - b.yml # promcheck: ignore deploy/mount -- copied in\n  - c.yml\n",
        ),
        ("a.yml", rules),
        ("b.yml", rules),
        ("c.yml", rules),
        (
            "compose.yml",
            "services:\n  prometheus:\n    image: prom/prometheus:v3.5.0\n    volumes:\n      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro\n",
        ),
    ]);
    let lint =
        |more: &[&str]| folder.run(&[&["lint", "-q", "-f", "concise", "--select", "deploy/mount"], more].concat());
    let said = lint(&[]).out;
    assert!(said.starts_with("prometheus.yml:2:5: error: nothing is mounted at `/etc/prometheus/a.yml`"), "{said}");
    assert!(said.ends_with(" (here and once more) [deploy/mount]\n"), "{said}");
    lint(&["--fix", "--unsafe", "--allow-dirty"]);
    let mended = std::fs::read_to_string(folder.0.join("compose.yml")).unwrap();
    let added = "      - ./a.yml:/etc/prometheus/a.yml:ro\n      - ./c.yml:/etc/prometheus/c.yml:ro\n";
    assert!(mended.ends_with(&format!("prometheus.yml:ro\n{added}")), "{mended}");
}
