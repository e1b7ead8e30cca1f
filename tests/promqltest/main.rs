//! The engine against scripts in the format of Prometheus' own engine tests.
//!
//! The scripts in `tests/promqltest/scripts` are ours, and must all pass. `PROMQLTEST_DIR` names a folder with
//! others:
//!
//!     PROMQLTEST_DIR=… cargo test --release --test promqltest -- --nocapture
//!
//! Each file prints how many of its evaluations passed, each failure its place, and the last line is
//! `promqltest: N of M evals passed`.

#![expect(clippy::disallowed_methods, reason = "a test reads files and settings of its own")]

mod runner;

use std::path::{Path, PathBuf};

use runner::Score;

/// Those of the folder that was named, or else our own.
#[test]
fn scripts_pass() {
    let given = std::env::var_os("PROMQLTEST_DIR").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/promqltest/scripts"));
    let scores = runner::run_folder(&folder);
    for score in &scores {
        println!("{}: {} of {} evals passed", score.name, score.passed, score.total);
        for failure in &score.failures {
            println!("    {}:{failure}", score.name);
        }
    }
    let sum = |count: fn(&Score) -> usize| scores.iter().map(count).sum::<usize>();
    println!("promqltest: {} of {} evals passed", sum(|score| score.passed), sum(|score| score.total));
    let all_pass = scores.iter().all(|score| score.failures.is_empty());
    assert!(all_pass && !scores.is_empty(), "not everything passed in {}", folder.display());
}
