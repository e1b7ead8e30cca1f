//! Where the borders of buckets lie: at powers of two and between them, or where somebody chose them.

use std::sync::Arc;

use crate::vocab::go_math::scaled;

/// Where the borders of buckets lie.
#[derive(Clone, PartialEq, Debug)]
pub enum Schema {
    /// At powers of one base.
    Exponential(Resolution),
    /// At these upper bounds, which are finite and increase; a last bucket takes what is above them all.
    Custom(Arc<[f64]>),
}

impl Schema {
    /// The number that Prometheus knows it by: -4 to 8, or -53 for custom bounds.
    pub fn number(&self) -> i32 {
        match self {
            Self::Exponential(resolution) => resolution.number(),
            Self::Custom(_) => -53,
        }
    }

    /// The upper bounds chosen one by one; none if bounds are exponential.
    pub fn custom_bounds(&self) -> &[f64] {
        match self {
            Self::Exponential(_) => &[],
            Self::Custom(bounds) => bounds,
        }
    }

    /// The lower and the upper bound of a bucket on the positive side.
    pub(super) fn interval(&self, index: i32) -> (f64, f64) {
        (self.bound(index - 1), self.bound(index))
    }

    fn bound(&self, index: i32) -> f64 {
        match self {
            Self::Exponential(resolution) => resolution.bound(index),
            Self::Custom(bounds) => match usize::try_from(index) {
                Ok(index) => bounds.get(index).copied().unwrap_or(f64::INFINITY),
                Err(_) => f64::NEG_INFINITY,
            },
        }
    }
}

/// How fine exponential buckets are: each power of two is divided into 2 to the power of this number, -4 to 8.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Resolution(i8);

impl Resolution {
    /// The resolution of a schema's number, if it is one.
    pub fn of(number: i64) -> Option<Self> {
        i8::try_from(number).ok().filter(|number| (-4..=8).contains(number)).map(Self)
    }

    /// The schema's number, -4 to 8.
    pub fn number(self) -> i32 {
        self.0.into()
    }

    /// The upper bound of the bucket at this index; the largest finite number for the last before infinity.
    pub fn bound(self, index: i32) -> f64 {
        let (significand, exponent) = match u32::try_from(self.0) {
            Ok(halvings) => {
                let within = index.rem_euclid(1 << halvings);
                let step = usize::try_from(within << (FINEST - halvings)).expect("a remainder is not negative");
                (SIGNIFICANDS[step], (index >> halvings).saturating_add(1))
            }
            Err(_) => (0.5, index.saturating_mul(1 << self.0.unsigned_abs()).saturating_add(1)),
        };
        if significand == 0.5 && exponent == 1025 {
            return f64::MAX;
        }
        scaled(significand, exponent)
    }

    /// The index in a coarser resolution of the bucket that holds the one at `index` of this.
    pub(super) fn index_in(self, coarser: Self, index: i32) -> i32 {
        ((index - 1) >> (self.0 - coarser.0)) + 1
    }
}

/// The finest schema.
const FINEST: u32 = 8;

/// The borders of the finest schema from one half up to one, in steps of a 256th part of the exponent.
///
/// Computed as Prometheus' table was: every second border of a schema is its neighbour of the next coarser
/// one times the schema's base.
const SIGNIFICANDS: [f64; 1 << FINEST] = {
    // 2^(1/2), 2^(1/4), and so on; the first is rounded down in Prometheus, and so are its buckets.
    const BASES: [f64; FINEST as usize] = [
        std::f64::consts::SQRT_2.next_down(),
        1.189207115002721,
        1.0905077326652577,
        1.0442737824274138,
        1.0218971486541166,
        1.0108892860517005,
        1.0054299011128027,
        1.0027112750502025,
    ];
    let mut borders = [0.5; 1 << FINEST];
    let mut coarse = 0;
    while coarse < FINEST as usize {
        let gap = borders.len() >> coarse;
        let mut at = gap / 2;
        while at < borders.len() {
            borders[at] = borders[at - gap / 2] * BASES[coarse];
            at += gap;
        }
        coarse += 1;
    }
    borders
};
