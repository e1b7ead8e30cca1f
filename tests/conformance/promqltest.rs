//! Scripts that test an engine, run by the runner of `tests/promqltest`: a suite for each.
//!
//! They are those of Prometheus 3.14, and promcheck evaluates as 3.16 does, which changed its mind about two of them: a start
//! timestamp that stays the same is no reset, and metrics match whatever their `__type__` and `__unit__`.

#[path = "../promqltest/runner/mod.rs"]
mod runner;

use super::board::{Data, Suite};

pub fn run(data: &Data) -> Vec<Suite> {
    let scores = runner::run_folder(&data.path("promqltest"));
    let suite = |score: runner::Score| {
        let mut suite = Suite::new(&format!("promqltest/{}", score.name.trim_end_matches(".test")));
        (0..score.passed).for_each(|_| suite.case(true, String::new));
        score.failures.into_iter().for_each(|failure| suite.case(false, || failure));
        suite
    };
    scores.into_iter().map(suite).collect()
}
