//! The five example stacks and what promcheck says of each: reports that a person has read line by line
//! and found true. Everything that is not in them was looked at, too, and is right. And the unit tests of their
//! rules, which hold every alert to the last moment before it fires.

use std::path::{Path, PathBuf};

use promcheck::{
    harness::{self, CaseReport, Spelling},
    lint::{BaselineFrom, Request, Session, run},
    model::{
        Document,
        suite::{AlertTest, Suite, TestCase},
    },
    report::{self, Format, Look, Summary},
    workspace::{Progress, normalised},
};

/// Lints `rules-fixtures/NAME` and `dashboards-fixtures/NAME`, as the README does.
fn linted(name: &str) -> Session {
    let paths = ["rules-fixtures", "dashboards-fixtures"].map(|folder| PathBuf::from(folder).join(name)).into();
    let request = Request::of(paths, jiff::civil::date(2026, 11, 21));
    run(&Request { baseline: BaselineFrom::Nothing, ..request }).expect("the stack can be linted")
}

fn rendered(name: &str, format: Format) -> String {
    let outcome = linted(name);
    let report = report::Outcome {
        files: &outcome.workspace.files,
        findings: &outcome.findings,
        summary: Summary::default(),
        checks: &[],
    };
    let look = Look { colour: false, width: 100, elapsed: false, summary: false };
    let mut out = Vec::new();
    report::render(format, &report, &mut out, look).expect("memory takes everything");
    String::from_utf8(out).expect("reports are text")
}

#[test]
fn social_selling() {
    insta::assert_snapshot!(rendered("social-selling", Format::Concise));
}

#[test]
fn allin() {
    insta::assert_snapshot!(rendered("allin", Format::Concise));
}

#[test]
fn love_parser() {
    insta::assert_snapshot!(rendered("love-parser", Format::Concise));
}

#[test]
fn love_parser_as_the_readme_shows_it() {
    insta::assert_snapshot!(rendered("love-parser", Format::Human));
}

#[test]
fn magacin_track() {
    insta::assert_snapshot!(rendered("magacin-track", Format::Concise));
}

#[test]
fn arq() {
    insta::assert_snapshot!(rendered("arq", Format::Concise));
}

/// Each stack, with how many test files, tests and expectations it has. Fewer are a test that got lost.
const TESTED: [(&str, usize, usize, usize); 5] = [
    ("allin", 1, 12, 20),
    ("arq", 2, 17, 38),
    ("love-parser", 1, 15, 31),
    ("magacin-track", 1, 13, 30),
    ("social-selling", 1, 16, 37),
];

/// The test files of a stack.
fn suites(session: &Session) -> Vec<(&Path, &Suite)> {
    let documents = session.workspace.documents.iter();
    let file = |document: &Document| session.workspace.files.file(document.file).path.as_path();
    documents.filter_map(|document| Some((file(document), document.suite()?))).collect()
}

/// Runs test files as `promcheck test` does, which finds nothing to remark on.
fn tested(files: Vec<PathBuf>, spelling: Spelling) -> Vec<CaseReport> {
    let request = harness::Request {
        files,
        spelling,
        run: None,
        ignore_unknown_fields: false,
        features: Vec::new(),
        delayed_name_removal: false,
        diff: false,
        dump: false,
        coverage: false,
    };
    let report = harness::run(&request, &Progress::default());
    let findings: Vec<String> = report.findings().into_iter().map(|finding| finding.message).collect();
    assert_eq!(findings, [""; 0], "{:?}", request.files);
    report.suites.into_iter().flat_map(|suite| suite.cases).collect()
}

#[test]
fn the_rules_of_each_stack_pass_their_tests() {
    for (name, files, tests, expectations) in TESTED {
        let session = linted(name);
        let paths: Vec<PathBuf> = suites(&session).iter().map(|(path, _)| path.to_path_buf()).collect();
        let cases = tested(paths.clone(), Spelling::Own);
        let expected = cases.iter().map(|case| case.expectations).sum::<usize>();
        assert_eq!((paths.len(), cases.len(), expected), (files, tests, expectations), "{name}");
    }
}

/// What promtool can read it should also pass, and only the manifest of arq needs more than promtool knows.
#[test]
fn test_files_that_promtool_reads_have_its_verdict() {
    for (name, ..) in TESTED {
        let session = linted(name);
        let (own, portable): (Vec<_>, Vec<_>) =
            suites(&session).into_iter().partition(|(_, suite)| !suite.additions.is_empty());
        assert_eq!(own.len(), usize::from(name == "arq"), "{name}");
        assert_eq!(portable.len(), 1, "{name}");
        tested(portable.iter().map(|(path, _)| path.to_path_buf()).collect(), Spelling::Promtool);
        tested(portable.iter().map(|(path, _)| path.to_path_buf()).collect(), Spelling::Portable);
    }
}

fn fires(expected: &AlertTest) -> bool {
    !expected.firing.alerts.is_empty() || expected.count.as_ref().is_some_and(|count| count.value > 0)
}

/// Milliseconds from the start of the test.
fn moment(expected: &AlertTest) -> i64 {
    expected.eval_time.as_ref().map_or(0, |time| time.value.as_milliseconds())
}

/// Whether a test sees this alert silent at one evaluation and firing at the next.
fn shows_the_first_firing(test: &TestCase, alert: &str, interval: i64) -> bool {
    let about = |one: &&AlertTest| one.alertname.as_ref().is_some_and(|name| name.value == alert);
    let (firing, silent): (Vec<_>, Vec<_>) = test.alert_tests.iter().filter(about).partition(|one| fires(one));
    firing.iter().any(|later| silent.iter().any(|earlier| moment(earlier) + interval == moment(later)))
}

/// Whether a test says in its name that this alert cannot fire.
fn documents_that_it_cannot_fire(test: &TestCase, alert: &str) -> bool {
    let words = format!("documents a defect: {alert} cannot fire");
    test.name.as_ref().is_some_and(|name| name.value.starts_with(&words))
}

/// The alerts of the rule files that a test file names.
fn alerts_under_test(session: &Session, path: &Path, suite: &Suite) -> Vec<String> {
    let beside = |file: &str| normalised(&path.with_file_name(file));
    let files = suite.rule_files.iter().map(|file| session.workspace.file_at(&beside(&file.value)));
    let documents = files.flat_map(|file| session.workspace.documents_of(file.expect("a file of the stack")));
    documents.flat_map(Document::rules).filter_map(|(_, rule)| Some(rule.alert.as_ref()?.value.clone())).collect()
}

#[test]
fn every_alert_is_seen_at_the_last_silent_evaluation_and_at_the_first_firing_one() {
    let mut unable = Vec::new();
    for (name, ..) in TESTED {
        let session = linted(name);
        let mut under_test = 0;
        for (path, suite) in suites(&session) {
            let interval = suite.evaluation_interval.as_ref().expect("the stacks give it").value.as_milliseconds();
            let alerts = alerts_under_test(&session, path, suite);
            under_test += alerts.len();
            for alert in alerts {
                if suite.tests.iter().any(|test| documents_that_it_cannot_fire(test, &alert)) {
                    unable.push(alert);
                } else {
                    let shown = suite.tests.iter().any(|test| shows_the_first_firing(test, &alert, interval));
                    assert!(shown, "{}: {alert}", path.display());
                }
            }
        }
        let rules = session.workspace.documents.iter().flat_map(Document::rules).count();
        assert_eq!(under_test, rules, "{name}: each rule is an alert in a file that has tests");
    }
    assert_eq!(unable, ["PostgreSQLTooManyConnections"], "this join has no result; repair the test with the rule");
}
