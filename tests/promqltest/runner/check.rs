//! Whether warnings and infos are the expected ones.

use super::script::{Expectations, Text};

/// Compares; the error says what differs.
pub fn check(expected: &Expectations, warnings: &[String], infos: &[String]) -> Result<(), String> {
    if expected.some_warning && warnings.is_empty() {
        return Err("a warning is expected".to_owned());
    }
    if expected.some_info && infos.is_empty() {
        return Err("an info is expected".to_owned());
    }
    of_level("warning", &expected.warnings, warnings, expected.no_warning)?;
    of_level("info", &expected.infos, infos, expected.no_info)
}

fn of_level(level: &str, expected: &[Text], got: &[String], forbidden: bool) -> Result<(), String> {
    if forbidden && !got.is_empty() {
        return Err(format!("no {level} is expected, got {got:?}"));
    }
    if expected.is_empty() {
        return Ok(());
    }
    if let Some(missing) = expected.iter().find(|text| !got.iter().any(|message| text.matches(message))) {
        return Err(format!("expected {level} {missing}, got {got:?}"));
    }
    match got.iter().find(|message| !expected.iter().any(|text| text.matches(message))) {
        Some(message) => Err(format!("unexpected {level} {message}")),
        None => Ok(()),
    }
}

#[test]
fn every_note_is_expected_and_every_expectation_met() {
    let exactly = |text: &str| Text::Exactly(text.to_owned());
    let got = |notes: &[&str]| notes.iter().map(|note| (*note).to_owned()).collect::<Vec<_>>();
    for (expected, notes, passes) in [
        (vec![], vec!["a"], true),
        (vec![Text::Any], vec!["a"], true),
        (vec![Text::Any], vec![], false),
        (vec![exactly("a")], vec!["a"], true),
        (vec![exactly("a")], vec!["a", "b"], false),
        (vec![exactly("a"), exactly("b")], vec!["a"], false),
    ] {
        let expected = Expectations { warnings: expected, ..Expectations::default() };
        assert_eq!(check(&expected, &got(&notes), &[]).is_ok(), passes, "{notes:?}");
    }
    let silent = Expectations { no_info: true, ..Expectations::default() };
    assert!(check(&silent, &got(&["a"]), &[]).is_ok());
    assert!(check(&silent, &[], &got(&["a"])).is_err());
}
