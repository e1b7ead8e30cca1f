//! How often promcheck agrees with the real tools on real people's files.
//!
//! The data lies outside the repository: in `../shared/conformance`, or where `PROMCHECK_CONFORMANCE`
//! points. Without it this test says so and passes. Each suite prints one line, `SUITE: passed / total`;
//! it fails when it passes fewer cases than `tests/conformance-floor.txt` demands.
//!
//! - `PROMCHECK_VERBOSE=1 cargo test --test conformance -- --nocapture` shows failures, ten of each suite
//!   (`PROMCHECK_VERBOSE=100` a hundred; `PROMCHECK_SUITE=promql/format` only those of one suite).
//! - `PROMCHECK_RUN=layout` runs the suites of one file only, and demands nothing of the others.
//! - `PROMCHECK_BLESS=1` writes today's scores as the new floors.
//!
//! To add a suite, write a file beside this one with a function `run(&Data) -> Vec<Suite>`, and name the
//! file in `suites!` below.

#![expect(clippy::disallowed_methods, reason = "a test reads and writes files of its own")]

mod board;

use std::{collections::BTreeMap, thread};

use board::{Data, Suite};

/// Declares the files with suites, and lists their names and `run` functions.
macro_rules! suites {
    ($($file:ident),* $(,)?) => {
        $(mod $file;)*
        const RUNS: &[(&str, fn(&Data) -> Vec<Suite>)] = &[$((stringify!($file), $file::run)),*];
    };
}

suites! {
    alertmanager,
    check_config,
    check_rules,
    dashboards,
    folders,
    layout,
    promql_syntax,
    promql_print,
    promql_tree,
    promqltest,
    routing,
    rule_tests,
    rules,
    schema,
    trees,
}

#[test]
fn scoreboard() {
    let Some(data) = Data::find() else {
        println!("no conformance data: set PROMCHECK_CONFORMANCE to its directory");
        return;
    };
    let only = std::env::var("PROMCHECK_RUN").ok();
    let wanted = RUNS.iter().filter(|(name, _)| only.as_ref().is_none_or(|only| name == only));
    let mut suites: Vec<Suite> = thread::scope(|scope| {
        let running: Vec<_> = wanted.map(|(_, run)| scope.spawn(|| run(&data))).collect();
        running.into_iter().flat_map(|run| run.join().expect("a suite does not panic")).collect()
    });
    suites.sort_by(|left, right| left.name.cmp(&right.name));
    for suite in &suites {
        println!("{}: {} / {}", suite.name, suite.passed, suite.total);
        for failure in suite.shown_failures() {
            println!("    {}", failure.replace('\n', "\n    "));
        }
    }
    if std::env::var_os("PROMCHECK_BLESS").is_some() {
        board::write_floors(&suites);
        return;
    }
    let by_name: BTreeMap<&str, &Suite> = suites.iter().map(|suite| (&*suite.name, suite)).collect();
    let below: Vec<String> = board::floors()
        .into_iter()
        .filter_map(|(name, floor)| match by_name.get(&*name) {
            None if only.is_some() => None,
            None => Some(format!("{name}: did not run")),
            Some(suite) if suite.passed < floor => Some(format!("{name}: {} is below its floor {floor}", suite.passed)),
            Some(_) => None,
        })
        .collect();
    assert!(below.is_empty(), "{}", below.join("\n"));
}
