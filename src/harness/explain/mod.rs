//! Failures for people: what differs, in which rule, and what became of its alert over time.

mod alerts;
mod rules;
mod samples;
mod spots;

use crate::{
    diag::Diagnostic,
    engine::{Options, Storage},
    model::suite::TestCase,
    text::Span,
};

use super::{case::Clock, evaluation::Evaluation, verdict::Pairing};

pub use alerts::{alerts, count};
pub use samples::samples;

/// The most alerts or samples that are spelled out in a line.
const MOST_LISTED: usize = 3;

/// What the world looked like when an expectation was not met.
#[derive(Copy, Clone)]
pub struct Scene<'a> {
    /// The test.
    pub test: &'a TestCase,
    /// All rules, and what they remember.
    pub evaluation: &'a Evaluation<'a, 'a>,
    /// All series.
    pub storage: &'a Storage,
    /// How the engine is set up.
    pub options: &'a Options,
    /// When things happen.
    pub clock: Clock,
    /// The time of the evaluation, in milliseconds since 1970.
    pub at: i64,
}

impl Scene<'_> {
    /// The same as a rule sees it that is evaluated so much earlier.
    fn earlier(&self, offset: i64) -> Scene<'_> {
        Scene { at: self.at - offset, ..*self }
    }

    /// Says in which test a finding is.
    fn in_test(&self, finding: Diagnostic) -> Diagnostic {
        match &self.test.name {
            Some(name) if !name.value.is_empty() => finding.label(name.span, "in this test"),
            _ => finding,
        }
    }
}

/// How many things are not as expected, and in which way.
fn counts(pairing: &Pairing) -> String {
    let counts =
        [(pairing.differing.len(), "differ"), (pairing.missing.len(), "missing"), (pairing.surplus.len(), "too many")];
    let told: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    told.join(", ")
}

fn listed(things: &[String]) -> String {
    let shown = things.iter().take(MOST_LISTED).cloned().collect::<Vec<_>>().join(", ");
    match things.len().saturating_sub(MOST_LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Where to point when something as a whole is meant.
fn start_of(span: Span) -> Span {
    Span::new(span.file, span.start, span.start)
}
