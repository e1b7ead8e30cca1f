//! Exponentials and logarithms.

use std::f64::consts::{FRAC_1_SQRT_2, LOG2_E, LOG10_E};

use super::{polynomial, scaled, split};

/// The natural logarithm of two: its upper bits, and the rest.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// e to the power of a number: a Taylor series of a sixteenth of what is left beside a power of two, squared four
/// times (Naoki Shibata, "Efficient evaluation methods of elementary functions suitable for SIMD computation").
pub fn exp(x: f64) -> f64 {
    const LN_2_HIGH: f64 = 0.693_147_180_559_663;
    const LN_2_LOW: f64 = 0.282_352_905_630_315_77e-12;
    /// 1/8!, 1/7!, … 1/3!, 1/2!, 1.
    const SERIES: [f64; 8] = [
        2.480_158_730_158_73e-5,
        1.984_126_984_126_984e-4,
        1.388_888_888_888_889e-3,
        8.333_333_333_333_333e-3,
        4.166_666_666_666_666_4e-2,
        1.666_666_666_666_666_6e-1,
        0.5,
        1.0,
    ];
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x > 709.782_712_893_384 {
        return f64::INFINITY;
    }
    if x < -746.0 {
        return 0.0;
    }
    let exponent = (LOG2_E * x).round_ties_even();
    let rest = (-exponent).mul_add(LN_2_LOW, (-exponent).mul_add(LN_2_HIGH, x)) * 0.0625;
    let series = SERIES.iter().copied().reduce(|sum, coefficient| sum.mul_add(rest, coefficient)).unwrap_or(0.0);
    // Here and below, one less than the power: no digits are lost beside the one.
    let mut less_one = rest * series;
    for _ in 0..3 {
        less_one *= less_one + 2.0;
    }
    scaled((less_one + 2.0).mul_add(less_one, 1.0), exponent as i32)
}

/// Two to the power of a number, by the rational approximation of Sun's fdlibm.
pub fn exp2(x: f64) -> f64 {
    const SERIES: [f64; 5] = [
        4.138_136_797_057_238_5e-8,
        -1.653_390_220_546_525_2e-6,
        6.613_756_321_437_934e-5,
        -2.777_777_777_701_559_3e-3,
        1.666_666_666_666_666_6e-1,
    ];
    if x.is_nan() {
        return x;
    }
    if x > 1.023_999_999_999_999_9e3 {
        return f64::INFINITY;
    }
    if x < -1.074e3 {
        return 0.0;
    }
    let exponent = (x + 0.5f64.copysign(x)).trunc();
    let rest = x - exponent;
    let (high, low) = (rest * LN_2_HIGH, -rest * LN_2_LOW);
    let r = high - low;
    let square = r * r;
    let c = r - square * polynomial(square, &SERIES);
    scaled(1.0 - ((low - (r * c) / (2.0 - c)) - high), exponent as i32)
}

/// The natural logarithm, by the polynomials of Sun's fdlibm.
pub fn ln(x: f64) -> f64 {
    const ODD: [f64; 4] =
        [1.479_819_860_511_658_6e-1, 1.818_357_216_161_805e-1, 2.857_142_874_366_239e-1, 6.666_666_666_666_735e-1];
    const EVEN: [f64; 3] = [1.531_383_769_920_937_3e-1, 2.222_219_843_214_978_4e-1, 3.999_999_999_940_942e-1];
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x <= 0.0 {
        return if x == 0.0 { f64::NEG_INFINITY } else { f64::NAN };
    }
    let (mut significand, mut exponent) = split(x);
    // The bound itself as in Go's assembly for amd64; its portable code leaves it out.
    if significand <= FRAC_1_SQRT_2 {
        significand *= 2.0;
        exponent -= 1;
    }
    let (f, k) = (significand - 1.0, f64::from(exponent));
    let s = f / (2.0 + f);
    let square = s * s;
    let fourth = square * square;
    let rest = square * polynomial(fourth, &ODD) + fourth * polynomial(fourth, &EVEN);
    let half_square = 0.5 * f * f;
    k * LN_2_HIGH - ((half_square - (s * (half_square + rest) + k * LN_2_LOW)) - f)
}

/// The binary logarithm; exact for powers of two.
pub fn log2(x: f64) -> f64 {
    if x <= 0.0 || !x.is_finite() {
        return ln(x);
    }
    let (significand, exponent) = split(x);
    if significand == 0.5 {
        return f64::from(exponent - 1);
    }
    ln(significand) * LOG2_E + f64::from(exponent)
}

/// The decimal logarithm.
pub fn log10(x: f64) -> f64 {
    ln(x) * LOG10_E
}
