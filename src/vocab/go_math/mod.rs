//! Elementary functions that agree with Go's `math` package to the last bit.
//!
//! Tests of rules compare numbers exactly, and people copy expected values from what Prometheus printed. The
//! platform's own functions differ from Go's in the last bit every few numbers. Expected values of the tests here
//! were printed by promtool on amd64.

mod exponential;
mod hyperbolic;
mod power;
#[cfg(test)]
mod tests;
mod trigonometry;

pub use exponential::{exp, exp2, ln, log2, log10};
pub use hyperbolic::{acosh, asinh, atanh, cosh, sinh, tanh};
pub use power::pow;
pub use trigonometry::{acos, asin, atan, atan2, cos, sin, tan};

/// A polynomial, the coefficient of the highest power first.
fn polynomial(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().copied().reduce(|sum, coefficient| sum * x + coefficient).unwrap_or(0.0)
}

/// A finite number other than zero as a significand of at least one half and below one, and a power of two.
fn split(value: f64) -> (f64, i32) {
    const EXPONENT: u64 = 0x7ff << 52;
    const OF_ONE_HALF: u64 = 1022 << 52;
    let (value, lifted) = if value.abs() < f64::MIN_POSITIVE { (value * 2f64.powi(54), 54) } else { (value, 0) };
    let bits = value.to_bits();
    let exponent = i32::try_from((bits & EXPONENT) >> 52).expect("eleven bits");
    (f64::from_bits(bits & !EXPONENT | OF_ONE_HALF), exponent - 1022 - lifted)
}

/// `number · 2^exponent`, rounded once.
pub fn scaled(number: f64, exponent: i32) -> f64 {
    if number == 0.0 || !number.is_finite() {
        return number;
    }
    let (significand, own) = split(number);
    let exponent = (own + exponent).clamp(-1200, 1200);
    // Only the last factor can leave the range of normal numbers, and so round.
    if exponent > 1000 {
        significand * 2f64.powi(1000) * 2f64.powi(exponent - 1000)
    } else if exponent < -1000 {
        significand * 2f64.powi(-1000) * 2f64.powi(exponent + 1000)
    } else {
        significand * 2f64.powi(exponent)
    }
}
