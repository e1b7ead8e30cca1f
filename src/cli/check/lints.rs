//! What `--lint` asks for.

use std::io::{self, Write};

use crate::report::one_line;

/// What to look for beyond what Prometheus refuses.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub struct Lints {
    /// Rules with the same name and labels.
    pub duplicate_rules: bool,
    /// Jobs that are scraped more seldom than a query looks back.
    pub long_intervals: bool,
}

impl Lints {
    /// What a list separated by commas asks for; a word that stands for no lint gets a warning, as in promtool.
    pub fn of(list: &str, has_jobs: bool, out: &mut dyn Write) -> io::Result<Self> {
        let mut lints = Self::default();
        for word in list.split(',') {
            match word {
                "all" => lints = Self { duplicate_rules: true, long_intervals: true },
                "duplicate-rules" => lints.duplicate_rules = true,
                "too-long-scrape-interval" if has_jobs => lints.long_intervals = true,
                "none" => {}
                _ => writeln!(out, "WARNING: unknown lint option: \"{}\"", one_line(word))?,
            }
        }
        Ok(lints)
    }
}
