//! Logarithms and powers of two that agree with Go's to the last bit, since people copy results into their tests.
//!
//! The platform's own functions differ from Go's in the last bit now and then, and from platform to platform.
//! The polynomials are those of Sun's fdlibm, which Go's `math` package evaluates in this order.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2};

/// The upper bits of the natural logarithm of two, and the rest.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// The binary logarithm; exact for powers of two. Minus infinity for zero, NaN for what is negative.
pub fn binary_logarithm(value: f64) -> f64 {
    if value.is_nan() || value == f64::INFINITY {
        return value;
    }
    if value <= 0.0 {
        return if value == 0.0 { f64::NEG_INFINITY } else { f64::NAN };
    }
    let (significand, exponent) = split(value);
    if significand == 0.5 {
        return f64::from(exponent - 1);
    }
    logarithm_of_significand(significand) * (1.0 / LN_2) + f64::from(exponent)
}

/// Two to this power.
pub fn power_of_two(exponent: f64) -> f64 {
    if exponent.is_nan() {
        return exponent;
    }
    if exponent > 1.023_999_999_999_999_9e3 {
        return f64::INFINITY;
    }
    if exponent < -1.074e3 {
        return 0.0;
    }
    let nearest = (exponent + 0.5f64.copysign(exponent)).trunc();
    let rest = exponent - nearest;
    let (high, low) = (rest * LN_2_HIGH, -rest * LN_2_LOW);
    // The quotient below is exp(high - low) up to a rational approximation of r·coth(r/2).
    let r = high - low;
    let square = r * r;
    let polynomial = horner(
        square,
        &[
            1.666_666_666_666_666_6e-1,
            -2.777_777_777_701_559_3e-3,
            6.613_756_321_437_934e-5,
            -1.653_390_220_546_525_2e-6,
            4.138_136_797_057_238_5e-8,
        ],
    );
    let c = r - square * polynomial;
    scaled(1.0 - ((low - (r * c) / (2.0 - c)) - high), nearest as i32)
}

/// The natural logarithm of a number from one half up to one.
fn logarithm_of_significand(significand: f64) -> f64 {
    let (f, k) = if significand <= FRAC_1_SQRT_2 { (significand * 2.0 - 1.0, -1.0) } else { (significand - 1.0, 0.0) };
    let s = f / (2.0 + f);
    let square = s * s;
    let fourth = square * square;
    let odd = square
        * horner(
            fourth,
            &[6.666_666_666_666_735e-1, 2.857_142_874_366_239e-1, 1.818_357_216_161_805e-1, 1.479_819_860_511_658_6e-1],
        );
    let even =
        fourth * horner(fourth, &[3.999_999_999_940_942e-1, 2.222_219_843_214_978_4e-1, 1.531_383_769_920_937_3e-1]);
    let half_square = 0.5 * f * f;
    k * LN_2_HIGH - ((half_square - (s * (half_square + (odd + even)) + k * LN_2_LOW)) - f)
}

/// A polynomial with these coefficients, the constant first.
fn horner(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().rev().copied().reduce(|sum, coefficient| sum * x + coefficient).unwrap_or(0.0)
}

/// A positive finite number as a significand from one half up to one and an exponent of two.
fn split(value: f64) -> (f64, i32) {
    const EXPONENT: u64 = 0x7ff << 52;
    const UNBIASED_HALF: u64 = 1022 << 52;
    let (value, lifted) = if value < f64::MIN_POSITIVE { (value * 2f64.powi(54), 54) } else { (value, 0) };
    let bits = value.to_bits();
    let exponent = i32::try_from((bits & EXPONENT) >> 52).expect("eleven bits");
    (f64::from_bits(bits & !EXPONENT | UNBIASED_HALF), exponent - 1022 - lifted)
}

/// `number · 2^exponent`, rounded once, for a number near one.
pub(super) fn scaled(number: f64, exponent: i32) -> f64 {
    // In two steps, since 2^1024 is no number, though its halves are; only the last step can round.
    let exponent = exponent.clamp(-1100, 1100);
    let half = exponent / 2;
    number * exact_power(half) * exact_power(exponent - half)
}

/// Two to a power between -1022 and 1023.
fn exact_power(exponent: i32) -> f64 {
    let biased = u64::try_from(exponent + 1023).expect("exponents are halves of at most 1100");
    f64::from_bits(biased << 52)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{LOG2_10, SQRT_2};

    use super::*;

    #[test]
    fn powers_of_two_are_exact() {
        for exponent in -1074..=1023 {
            let power = scaled(1.0, exponent);
            assert_eq!(binary_logarithm(power), f64::from(exponent));
            assert_eq!(power_of_two(f64::from(exponent)), power);
        }
        assert_eq!(power_of_two(1024.0), f64::INFINITY);
        assert_eq!(power_of_two(-1075.0), 0.0);
    }

    /// Expected values printed by Go 1.26 on amd64.
    #[test]
    fn agrees_with_go() {
        for (value, logarithm) in [
            (0.1, -LOG2_10),
            (3.0, 1.5849625007211563),
            (10.0, LOG2_10),
            (FRAC_1_SQRT_2, -0.4999999999999999),
            (123.456, 6.947853143387016),
            (f64::MAX, 1024.0),
        ] {
            assert_eq!(binary_logarithm(value), logarithm, "{value}");
        }
        for (exponent, power) in [
            (0.5, SQRT_2.next_down()),
            (0.1, 1.0717734625362931),
            (3.3219280948873626, 10.000000000000002),
            (-1073.7, 5e-324),
            (1023.9, 1.6773070034857416e308),
            (6.94785, 123.45573101067534),
        ] {
            assert_eq!(power_of_two(exponent), power, "{exponent}");
        }
    }

    #[test]
    fn follows_the_ends_of_the_numbers() {
        assert_eq!(binary_logarithm(0.0), f64::NEG_INFINITY);
        assert_eq!(binary_logarithm(f64::INFINITY), f64::INFINITY);
        assert!(binary_logarithm(-1.0).is_nan() && binary_logarithm(f64::NAN).is_nan());
        assert!(power_of_two(f64::NAN).is_nan());
        assert_eq!(power_of_two(f64::NEG_INFINITY), 0.0);
    }
}
