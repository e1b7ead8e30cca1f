//! Series of histograms that grow or shrink by the same step, as `{{…}}+{{…}}x5` writes them.

use std::iter;

use super::{FloatHistogram, MixedSchemas};

/// Whether a step adds or takes away.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Direction {
    /// `+`.
    Up,
    /// `-`.
    Down,
}

/// The first histogram, the first with the step taken once, and so on without end: each is computed from the one before.
///
/// # Errors
///
/// When only one of the two has custom buckets.
pub fn steps(
    first: FloatHistogram,
    direction: Direction,
    step: FloatHistogram,
) -> Result<impl Iterator<Item = FloatHistogram>, MixedSchemas> {
    if first.has_custom_buckets() != step.has_custom_buckets() {
        return Err(MixedSchemas);
    }
    Ok(iter::successors(Some(first), move |last| {
        let mut next = last.clone();
        let taken = match direction {
            Direction::Up => next.add(&step),
            Direction::Down => next.subtract(&step),
        };
        taken.ok().map(|_| next)
    }))
}
