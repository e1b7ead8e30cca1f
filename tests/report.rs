//! Every report format over one small made-up run, as a reader or a program sees it.

#![expect(clippy::unwrap_used, reason = "a test may stop at what cannot be")]

use std::time::Duration;

use promcheck::{
    diag::{Applicability, Diagnostic, Edit, Fix},
    report::{CheckText, Format, Look, Outcome, Summary, render},
    text::{FileId, Files, SourceFile, Span},
};
use proptest::prelude::*;

const ALERTS: &str = "groups:
  - name: checkout
    rules:
      - alert: CheckoutErrors
        expr: sum by (instance) (rate(checkout_failures_total[5m])) / checkout_limit > 0.05
        labels:
\t\tseverity: page # größer als 漢字
        annotations:
          summary: Kasse streikt
";

const PROVISIONING: &str = "apiVersion: 1\r\n\r\ndatasources:\r\n  - name: Metrics\r\n    type: prometheus\r\n    url: http://prometheus:9090\r\n";

const CHECKS: [CheckText; 3] = [
    CheckText {
        id: "dashboards/datasource-unknown",
        severity: promcheck::diag::Severity::Error,
        summary: "A panel asks for a datasource that nobody provisions.",
        docs: "A panel asks for a datasource that nobody provisions.\n\n## Why it matters\nThe panel stays empty.",
    },
    CheckText {
        id: "general/parse",
        severity: promcheck::diag::Severity::Error,
        summary: "A file that its program would not read.",
        docs: "A file that its program would not read.",
    },
    CheckText {
        id: "promql/impossible-join",
        severity: promcheck::diag::Severity::Error,
        summary: "Two sides of an operator whose labels can never agree.",
        docs: "Two sides of an operator whose labels can never agree.",
    },
];

/// A dashboard on one line of some hundred kilobytes, as programs write it.
fn dashboard() -> String {
    let panels = (0..2_000).map(|id| format!("{{\"id\":{id},\"type\":\"row\",\"panels\":[]}}")).collect::<Vec<_>>();
    format!(
        "{{\"title\":\"Checkout\",\"panels\":[{},{{\"datasource\":{{\"uid\":\"metrics-main\"}},\"targets\":[]}},{}]}}",
        panels[..1_000].join(","),
        panels[1_000..].join(",")
    )
}

fn files() -> Files {
    let mut files = Files::default();
    for (name, text) in [
        ("dashboards/checkout.json", dashboard()),
        ("prometheus/alerts.yml", ALERTS.to_owned()),
        ("provisioning/datasources.yml", PROVISIONING.to_owned()),
        ("provisioning/empty.yml", String::new()),
    ] {
        files.add(SourceFile::new(name.into(), name.to_owned(), text));
    }
    files
}

/// The place of the first `needle` of a file.
fn at(files: &Files, file: u32, needle: &str) -> Span {
    let start = files.file(FileId(file)).text.find(needle).unwrap() as u32;
    Span::new(FileId(file), start, start + needle.len() as u32)
}

fn findings(files: &Files) -> Vec<Diagnostic> {
    let name = at(files, 2, "name: Metrics");
    let before_type = Span::new(FileId(2), name.end, name.end);
    let mut unknown = Diagnostic::error(
        at(files, 0, "metrics-main"),
        "the panel asks for datasource `metrics-main`, but the only datasource of the stack has uid `P1A2B3C4D5E6F7A8B`",
    )
    .here("no datasource has this uid")
    .label(name, "provisioned here, without a uid")
    .help("give the datasource the uid that the dashboards use")
    .fix(Fix::edit("add `uid: metrics-main`", Applicability::Unsafe, before_type, "\r\n    uid: metrics-main"));
    unknown.check = "dashboards/datasource-unknown";

    let mut join = Diagnostic::error(
        at(files, 1, "/"),
        "`sum by (instance)` keeps only `instance`, but `checkout_limit` also carries `job`: no pair of series ever matches",
    )
    .label(at(files, 1, "by (instance)"), "drops `job`")
    .label(at(files, 1, "checkout_limit"), "keeps `job`")
    .help("join on the labels both sides have: `/ on (instance)`");
    join.check = "promql/impossible-join";

    let mut tab = Diagnostic::warning(at(files, 1, "\t\tseverity"), "a tab indents this line; YAML allows blanks only");
    tab.check = "general/parse";
    let mut wide = Diagnostic::info(at(files, 1, "漢字"), "the comment holds `漢字`\u{1b}[31m and more").here("here");
    wide.check = "general/parse";
    let mut block = Diagnostic::info(
        Span::new(FileId(1), at(files, 1, "- alert").start, at(files, 1, "streikt\n").end),
        "nothing tests this rule",
    )
    .here("the rule");
    block.check = "general/parse";
    let mut empty = Diagnostic::warning(Span::start_of(FileId(3)), "the file is empty");
    empty.check = "general/parse";
    vec![unknown, join, tab, wide, block, empty]
}

fn rendered(format: Format, colour: bool) -> String {
    let files = files();
    let findings = findings(&files);
    let summary = Summary {
        files: 4,
        errors: 2,
        warnings: 2,
        infos: 2,
        not_analysed: 1,
        skipped: 3,
        suppressed: 1,
        known: 2,
        elsewhere: 0,
        vendored: 0,
        elapsed: Duration::from_millis(20),
    };
    let outcome = Outcome { files: &files, findings: &findings, summary, checks: &CHECKS };
    let mut out = Vec::new();
    render(format, &outcome, &mut out, Look { colour, width: 80, elapsed: colour, summary: true }).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn human() {
    insta::assert_snapshot!(rendered(Format::Human, false));
}

#[test]
fn human_in_colour_says_the_same() {
    let mut plain = String::new();
    let coloured = rendered(Format::Human, true);
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_eq!(plain, rendered(Format::Human, false).replace("in 4 files", "in 4 files (0.02 s)"));
}

#[test]
fn human_fits_in_eighty_columns() {
    for line in rendered(Format::Human, false).lines() {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{line}");
    }
}

#[test]
fn concise() {
    insta::assert_snapshot!(rendered(Format::Concise, false));
}

#[test]
fn json() {
    insta::assert_snapshot!(rendered(Format::Json, false));
}

#[test]
fn sarif() {
    insta::assert_snapshot!(rendered(Format::Sarif, false));
}

#[test]
fn github() {
    insta::assert_snapshot!(rendered(Format::Github, false));
}

#[test]
fn markdown() {
    insta::assert_snapshot!(rendered(Format::Markdown, false));
}

#[test]
fn gitlab() {
    insta::assert_snapshot!(rendered(Format::Gitlab, false));
}

#[test]
fn junit() {
    insta::assert_snapshot!(rendered(Format::Junit, false));
}

#[test]
fn checkstyle() {
    insta::assert_snapshot!(rendered(Format::Checkstyle, false));
}

#[test]
fn no_format_passes_control_characters_on() {
    for format in Format::ALL {
        let text = rendered(format, false);
        assert!(!text.chars().any(|character| character.is_control() && character != '\n'), "{}", format.word());
    }
}

#[test]
fn a_clean_run_says_what_was_checked() {
    let files = Files::default();
    let summary = Summary { files: 24, ..Summary::default() };
    let outcome = Outcome { files: &files, findings: &[], summary, checks: &CHECKS };
    let mut out = Vec::new();
    render(Format::Human, &outcome, &mut out, Look { colour: false, width: 80, elapsed: false, summary: true })
        .unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "no findings in 24 files, 3 checks ran\n");
}

#[test]
fn sarif_follows_the_standard() {
    let schema = serde_json::from_str(include_str!("report/sarif-2.1.0-subset.schema.json")).unwrap();
    let log = serde_json::from_str(&rendered(Format::Sarif, false)).unwrap();
    let errors: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&log).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
}

fn arbitrary_finding() -> impl Strategy<Value = Diagnostic> {
    let span =
        || (0u32..2, 0u32..200, 0u32..200).prop_map(|(file, start, len)| Span::new(FileId(file), start, start + len));
    let words = || "[a-z`\n\t\u{1b}\u{202e}漢🙂%:, <&\"]{0,60}";
    (
        span(),
        words(),
        words(),
        prop::collection::vec((span(), words()), 0..4),
        words(),
        prop::collection::vec((span(), words()), 0..3),
    )
        .prop_map(|(span, message, here, labels, help, edits)| {
            let mut finding = Diagnostic::warning(span, message).here(here).help(help);
            finding.check = "general/parse";
            for (span, words) in labels {
                finding = finding.label(span, words);
            }
            let edits = edits.into_iter().map(|(span, text)| Edit { span, text }).collect();
            match Fix::edits_of("mend", Applicability::Safe, edits) {
                Some(fix) => finding.fix(fix),
                None => finding,
            }
        })
}

proptest! {
    #[test]
    fn rendering_never_panics(
        texts in prop::collection::vec("([a-z: \t\r\n\u{1b}ü漢🙂]{0,40}\n?){0,12}", 2..3),
        findings in prop::collection::vec(arbitrary_finding(), 1..4),
        width in 0usize..140,
    ) {
        let mut files = Files::default();
        for text in texts {
            files.add(SourceFile::new("a.yml".into(), "a.yml".into(), text));
        }
        let outcome = Outcome { files: &files, findings: &findings, summary: Summary::default(), checks: &CHECKS };
        for format in Format::ALL {
            let mut out = Vec::new();
            render(format, &outcome, &mut out, Look { colour: false, width, elapsed: false, summary: true }).unwrap();
            let text = String::from_utf8(out).unwrap();
            let acting = text.contains(['\u{1b}', '\u{202e}', '\t', '\r']);
            prop_assert!(!acting);
        }
    }
}
