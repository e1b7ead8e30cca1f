//! What start timestamps say: when a counter began anew although its value does not show it.

use crate::engine::Point;

/// Whether a counter began anew between two samples.
///
/// A start that is missing, the same as before, or not before its own sample, says nothing. One that lies at the
/// previous sample says so only for series whose start is known at all, as that of a delta series.
pub fn began_anew<V>(previous: &Point<V>, current: &Point<V>) -> bool {
    if current.start == previous.start || current.start < previous.at || !is_known(current) {
        return false;
    }
    current.start > previous.at || previous.start != 0 && previous.start < previous.at
}

/// Whether the counter of a sample began after a time (ms).
pub fn began_after<V>(time: i64, sample: &Point<V>) -> bool {
    sample.start > time && is_known(sample)
}

fn is_known<V>(sample: &Point<V>) -> bool {
    sample.start != 0 && sample.start < sample.at
}

/// Whether a sample claims to have been counted since before the previous one, yet not since the same start.
pub fn overlaps<V>(previous: &Point<V>, current: &Point<V>) -> bool {
    current.start != 0 && current.start < previous.at && current.start != previous.start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(start: i64, at: i64) -> Point<f64> {
        Point { at, start, value: 1.0 }
    }

    #[test]
    fn counters_begin_after_a_time() {
        for (time, sample, began) in [
            (100, point(150, 200), true),
            (150, point(150, 200), false),
            (100, point(200, 200), false),
            (-5, point(0, 200), false),
        ] {
            assert_eq!(began_after(time, &sample), began, "{time} {sample:?}");
        }
    }

    #[test]
    fn starts_tell_of_resets() {
        for (previous, current, anew, overlap) in [
            (point(0, 100), point(0, 200), false, false),
            (point(50, 100), point(50, 200), false, false),
            (point(50, 100), point(150, 200), true, false),
            (point(50, 100), point(100, 200), true, false),
            (point(0, 100), point(100, 200), false, false),
            (point(100, 100), point(100, 200), false, false),
            (point(120, 100), point(100, 200), false, false),
            (point(50, 100), point(200, 200), false, false),
            (point(50, 100), point(250, 200), false, false),
            (point(50, 100), point(70, 200), false, true),
            (point(150, 100), point(150, 200), false, false),
        ] {
            assert_eq!(began_anew(&previous, &current), anew, "{previous:?} {current:?}");
            assert_eq!(overlaps(&previous, &current), overlap, "{previous:?} {current:?}");
        }
    }
}
