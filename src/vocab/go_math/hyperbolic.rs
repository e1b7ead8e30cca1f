//! Hyperbolic functions and their inverses.

use std::f64::consts::LN_2;

use super::{exp, ln, polynomial};

/// From here on, adding one changes nothing.
const LARGE: f64 = 268_435_456.0;

/// The hyperbolic sine; near zero by the quotient 2029 of Hart and Cheney's "Computer Approximations".
pub fn sinh(x: f64) -> f64 {
    const ABOVE: [f64; 4] = [
        -0.263_056_321_339_749_7e2,
        -0.289_421_135_598_956_4e4,
        -0.899_127_202_203_950_9e5,
        -0.630_767_364_049_771_7e6,
    ];
    const BELOW: [f64; 4] = [1.0, -0.173_678_953_558_233_7e3, 0.152_151_737_879_001_9e5, -0.630_767_364_049_771_7e6];
    let size = x.abs();
    let sine = if size > 21.0 {
        exp(size) * 0.5
    } else if size > 0.5 {
        let power = exp(size);
        (power - 1.0 / power) * 0.5
    } else {
        let square = size * size;
        polynomial(square, &ABOVE) * size / polynomial(square, &BELOW)
    };
    if x < 0.0 { -sine } else { sine.copysign(x) }
}

/// The hyperbolic cosine.
pub fn cosh(x: f64) -> f64 {
    let power = exp(x.abs());
    if x.abs() > 21.0 { power * 0.5 } else { (power + 1.0 / power) * 0.5 }
}

/// The hyperbolic tangent; near zero by the quotient of Cody and Waite's "Software Manual for the Elementary
/// Functions".
pub fn tanh(x: f64) -> f64 {
    const ABOVE: [f64; 3] = [-9.643_991_794_250_523e-1, -9.928_772_310_019_185e1, -1.614_687_684_417_084_5e3];
    const BELOW: [f64; 4] = [1.0, 1.128_116_784_916_329_3e2, 2.235_488_390_601_004_5e3, 4.844_063_053_251_255e3];
    let size = x.abs();
    if size > 44.014_845_965_556_525 {
        1f64.copysign(x)
    } else if size >= 0.625 {
        (1.0 - 2.0 / (exp(2.0 * size) + 1.0)).copysign(x)
    } else if x == 0.0 {
        x
    } else {
        let square = x * x;
        x + x * square * polynomial(square, &ABOVE) / polynomial(square, &BELOW)
    }
}

/// The inverse hyperbolic sine.
pub fn asinh(x: f64) -> f64 {
    let size = x.abs();
    let area = if !x.is_finite() || size < 1.0 / LARGE {
        size
    } else if size > LARGE {
        ln(size) + LN_2
    } else if size > 2.0 {
        ln(2.0 * size + 1.0 / ((size * size + 1.0).sqrt() + size))
    } else {
        (size + size * size / (1.0 + (1.0 + size * size).sqrt())).ln_1p()
    };
    area.copysign(x)
}

/// The inverse hyperbolic cosine.
pub fn acosh(x: f64) -> f64 {
    if x < 1.0 || x.is_nan() {
        f64::NAN
    } else if x >= LARGE {
        ln(x) + LN_2
    } else if x > 2.0 {
        ln(2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt()))
    } else {
        let beyond = x - 1.0;
        (beyond + (2.0 * beyond + beyond * beyond).sqrt()).ln_1p()
    }
}

/// The inverse hyperbolic tangent.
pub fn atanh(x: f64) -> f64 {
    let size = x.abs();
    let area = if size < 1.0 / LARGE {
        size
    } else if size < 0.5 {
        let double = size + size;
        0.5 * (double + double * size / (1.0 - size)).ln_1p()
    } else {
        0.5 * ((size + size) / (1.0 - size)).ln_1p()
    };
    area.copysign(x)
}
