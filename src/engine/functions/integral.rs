//! `integral`: the area under samples, their values times seconds.

use crate::{
    engine::{Note, Notes, RangeCall, Value},
    histogram::Compensated,
};

use super::rate::pairs;

/// The area between the first and the last sample, by one of the rules for what lies between two of them. NaN counts as
/// zero.
pub fn integral(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    let samples = &*call.window.floats;
    samples.first()?;
    call.note_ignored_histograms(notes);
    let rule = Rule::of(call, notes);
    let mut area = Compensated::default();
    for [previous, current] in pairs(samples) {
        let seconds = (current.at - previous.at) as f64 / 1000.0;
        let height = rule.height(or_zero(previous.value), or_zero(current.value));
        if height.sum != 0.0 || height.lost != 0.0 {
            area.lost += height.lost * seconds;
            area.increase(height.sum * seconds);
        }
    }
    Some(Value::Float(if area.sum.is_infinite() { area.sum } else { area.total() }))
}

/// Which value a series is taken to have between two samples.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Rule {
    /// That of the sample before: 0.
    Left,
    /// That of the sample behind: 1.
    Right,
    /// The mean of both: 2, which is the default.
    Trapezoidal,
}

impl Rule {
    /// The one that the second argument names; what names none is remarked on.
    fn of(call: &RangeCall<'_>, notes: &mut Notes) -> Self {
        match call.parameters.first() {
            None => Self::Trapezoidal,
            Some(0.0) => Self::Left,
            Some(1.0) => Self::Right,
            Some(&number) => {
                if number != 2.0 {
                    notes.add(Note::InvalidIntegralStrategy(number), call.place(1));
                }
                Self::Trapezoidal
            }
        }
    }

    fn height(self, before: f64, behind: f64) -> Compensated {
        let plain = |sum| Compensated { sum, lost: 0.0 };
        match self {
            Self::Left => plain(before),
            Self::Right => plain(behind),
            Self::Trapezoidal => {
                let mut both = plain(before);
                both.increase(behind);
                if !both.sum.is_infinite() || before.is_infinite() || behind.is_infinite() {
                    return Compensated { sum: both.sum / 2.0, lost: both.lost / 2.0 };
                }
                // The halves of two finite numbers never are too much.
                let mut halves = plain(before / 2.0);
                halves.increase(behind / 2.0);
                halves
            }
        }
    }
}

fn or_zero(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value }
}
