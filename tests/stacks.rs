//! The five example stacks and what promcheck says of each: reports that a person has read line by line
//! and found true. Everything that is not in them was looked at, too, and is right.

use std::path::PathBuf;

use promcheck::{
    lint::{ConfigFrom, Request, Selection, Session, run},
    report::{self, Format, Look, Summary},
};

/// Lints `rules-fixtures/NAME` and `dashboards-fixtures/NAME`, as the README does.
fn linted(name: &str) -> Session {
    let request = Request {
        paths: ["rules-fixtures", "dashboards-fixtures"].map(|folder| PathBuf::from(folder).join(name)).into(),
        config: ConfigFrom::Found,
        selection: Selection::default(),
        min_severity: None,
        today: jiff::civil::date(2026, 11, 21),
    };
    run(&request).expect("the stack can be linted")
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
