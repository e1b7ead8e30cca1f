//! Trigonometric functions and their inverses, by the approximations of Stephen Moshier's Cephes library.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use super::polynomial;

/// From here on the reduction below loses digits; Go has another one, which the platform's agrees with.
const LARGE: f64 = 536_870_912.0;

const SINE: [f64; 6] = [
    1.589_623_015_765_465_6e-10,
    -2.505_074_776_285_780_7e-8,
    2.755_731_362_138_572_2e-6,
    -1.984_126_982_958_954e-4,
    8.333_333_333_322_118e-3,
    -1.666_666_666_666_663e-1,
];

const COSINE: [f64; 6] = [
    -1.135_853_652_138_768_2e-11,
    2.087_570_084_197_473e-9,
    -2.755_731_417_929_674e-7,
    2.480_158_728_885_170_4e-5,
    -1.388_888_888_887_305_6e-3,
    4.166_666_666_666_659_5e-2,
];

/// An angle as a whole number of eighths of a turn, always even, and the rest.
fn reduced(angle: f64) -> (u64, f64) {
    const QUARTER_PI: [f64; 3] = [7.853_981_256_484_985e-1, 3.774_894_707_930_798e-8, 2.695_151_429_079_059_5e-15];
    let eighths = (angle * (4.0 / PI)) as u64;
    let eighths = eighths + (eighths & 1);
    let rest = QUARTER_PI.iter().fold(angle, |rest, part| rest - eighths as f64 * part);
    (eighths, rest)
}

fn sine_near_zero(z: f64) -> f64 {
    let square = z * z;
    z + z * square * polynomial(square, &SINE)
}

fn cosine_near_zero(z: f64) -> f64 {
    let square = z * z;
    1.0 - 0.5 * square + square * square * polynomial(square, &COSINE)
}

/// The sine.
pub fn sin(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() || x.abs() >= LARGE {
        return x.sin();
    }
    let (eighths, rest) = reduced(x.abs());
    let size = if eighths & 2 == 2 { cosine_near_zero(rest) } else { sine_near_zero(rest) };
    if (eighths & 4 == 4) == (x < 0.0) { size } else { -size }
}

/// The cosine.
pub fn cos(x: f64) -> f64 {
    if !x.is_finite() || x.abs() >= LARGE {
        return x.cos();
    }
    let (eighths, rest) = reduced(x.abs());
    let size = if eighths & 2 == 2 { sine_near_zero(rest) } else { cosine_near_zero(rest) };
    if (eighths & 4 == 4) == (eighths & 2 == 2) { size } else { -size }
}

/// The tangent.
pub fn tan(x: f64) -> f64 {
    const ABOVE: [f64; 3] = [-1.309_369_391_813_837_9e4, 1.153_516_648_385_874_2e6, -1.795_652_519_764_848_8e7];
    const BELOW: [f64; 5] = [
        1.0,
        1.368_129_634_706_929_6e4,
        -1.320_892_344_402_109_7e6,
        2.500_838_018_233_579e7,
        -5.386_957_559_294_546_4e7,
    ];
    if x == 0.0 || !x.is_finite() || x.abs() >= LARGE {
        return x.tan();
    }
    let (eighths, rest) = reduced(x.abs());
    let square = rest * rest;
    let mut size = rest;
    if square > 1e-14 {
        size = rest + rest * (square * polynomial(square, &ABOVE) / polynomial(square, &BELOW));
    }
    if eighths & 2 == 2 {
        size = -1.0 / size;
    }
    if x < 0.0 { -size } else { size }
}

/// The arc tangent.
pub fn atan(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() {
        return x;
    }
    let size = arc(x.abs());
    if x < 0.0 { -size } else { size }
}

/// The angle of a point, the ordinate given first.
pub fn atan2(y: f64, x: f64) -> f64 {
    if x == 0.0 || y == 0.0 || !x.is_finite() || !y.is_finite() {
        // No digits are at stake.
        return y.atan2(x);
    }
    let angle = atan(y / x);
    if x > 0.0 {
        angle
    } else if angle <= 0.0 {
        angle + PI
    } else {
        angle - PI
    }
}

/// The arc sine.
pub fn asin(x: f64) -> f64 {
    let sine = x.abs();
    if x == 0.0 {
        return x;
    }
    if sine > 1.0 || x.is_nan() {
        return f64::NAN;
    }
    let cosine = (1.0 - sine * sine).sqrt();
    let size = if sine > 0.7 { FRAC_PI_2 - arc(cosine / sine) } else { arc(sine / cosine) };
    if x < 0.0 { -size } else { size }
}

/// The arc cosine.
pub fn acos(x: f64) -> f64 {
    FRAC_PI_2 - asin(x)
}

/// The arc tangent of a number that is not negative.
fn arc(x: f64) -> f64 {
    /// What π/2 as a float lacks.
    const LACKING: f64 = 6.123_233_995_736_766e-17;
    const TANGENT_OF_3_EIGHTHS_PI: f64 = 2.414_213_562_373_095;
    if x <= 0.66 {
        arc_near_zero(x)
    } else if x > TANGENT_OF_3_EIGHTHS_PI {
        FRAC_PI_2 - arc_near_zero(1.0 / x) + LACKING
    } else {
        FRAC_PI_4 + arc_near_zero((x - 1.0) / (x + 1.0)) + 0.5 * LACKING
    }
}

fn arc_near_zero(x: f64) -> f64 {
    const ABOVE: [f64; 5] = [
        -8.750_608_600_031_904e-1,
        -1.615_753_718_733_365_2e1,
        -7.500_855_792_314_705e1,
        -1.228_866_684_490_136_1e2,
        -6.485_021_904_942_025e1,
    ];
    const BELOW: [f64; 6] = [
        1.0,
        2.485_846_490_142_306_2e1,
        1.650_270_098_316_988_5e2,
        4.328_810_604_912_902_7e2,
        4.853_903_996_359_137e2,
        1.945_506_571_482_614e2,
    ];
    let square = x * x;
    x * (square * polynomial(square, &ABOVE) / polynomial(square, &BELOW)) + x
}
