//! Powers.

use super::{exp, ln, scaled, split};

/// A number to the power of another: by squaring for the whole part of the exponent, by logarithms for the rest.
pub fn pow(base: f64, exponent: f64) -> f64 {
    if exponent == 0.0 || base == 1.0 {
        return 1.0;
    }
    if exponent == 1.0 {
        return base;
    }
    if base.is_nan() || exponent.is_nan() {
        return f64::NAN;
    }
    if base == 0.0 || base.is_infinite() || exponent.is_infinite() {
        // No digits are at stake.
        return base.powf(exponent);
    }
    if exponent == 0.5 {
        return base.sqrt();
    }
    if exponent == -0.5 {
        return 1.0 / base.sqrt();
    }
    by_squaring(base, exponent)
}

fn by_squaring(base: f64, exponent: f64) -> f64 {
    /// From 2^63 on, every number but -1 grows beyond all numbers or shrinks to nothing.
    const HUGE: f64 = 9.223_372_036_854_776e18;
    let mut fraction = exponent.abs().fract();
    let mut whole = exponent.abs().trunc();
    if fraction != 0.0 && base < 0.0 {
        return f64::NAN;
    }
    if whole >= HUGE {
        return base.powf(exponent);
    }
    let mut result = 1.0;
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        result = exp(fraction * ln(base));
    }
    // Powers of two are kept apart, so that nothing overflows on the way.
    let (mut square, mut square_exponent) = split(base);
    let mut result_exponent = 0;
    let mut bits = whole as u64;
    while bits != 0 {
        if square_exponent.abs() > 1 << 12 {
            // Beyond all numbers; the sign of the exponent says on which side.
            result_exponent += square_exponent;
            break;
        }
        if bits & 1 == 1 {
            result *= square;
            result_exponent += square_exponent;
        }
        square *= square;
        square_exponent <<= 1;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        bits >>= 1;
    }
    if exponent < 0.0 {
        result = 1.0 / result;
        result_exponent = -result_exponent;
    }
    scaled(result, result_exponent)
}
