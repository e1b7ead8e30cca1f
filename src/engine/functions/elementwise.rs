//! Functions that take each value by itself: rounding, logarithms, trigonometry, bounds.

use crate::{engine::Implementation, vocab::go_math};

/// The function of that name, if it takes each value by itself.
pub fn of_each(name: &str) -> Option<Implementation> {
    Some(Implementation::Float(match name {
        "abs" => |value, _| Some(value.abs()),
        "acos" => |value, _| Some(go_math::acos(value)),
        "acosh" => |value, _| Some(go_math::acosh(value)),
        "asin" => |value, _| Some(go_math::asin(value)),
        "asinh" => |value, _| Some(go_math::asinh(value)),
        "atan" => |value, _| Some(go_math::atan(value)),
        "atanh" => |value, _| Some(go_math::atanh(value)),
        "ceil" => |value, _| Some(value.ceil()),
        "clamp" => |value, bounds| clamped(value, argument(bounds, 0), argument(bounds, 1)),
        "clamp_max" => |value, bounds| clamped(value, f64::NEG_INFINITY, argument(bounds, 0)),
        "clamp_min" => |value, bounds| clamped(value, argument(bounds, 0), f64::INFINITY),
        "cos" => |value, _| Some(go_math::cos(value)),
        "cosh" => |value, _| Some(go_math::cosh(value)),
        "deg" => |radians, _| Some(radians.to_degrees()),
        "exp" => |value, _| Some(go_math::exp(value)),
        "floor" => |value, _| Some(value.floor()),
        "ln" => |value, _| Some(go_math::ln(value)),
        "log10" => |value, _| Some(go_math::log10(value)),
        "log2" => |value, _| Some(go_math::log2(value)),
        "rad" => |degrees, _| Some(degrees.to_radians()),
        "round" => |value, nearest| Some(rounded(value, nearest.first().copied().unwrap_or(1.0))),
        "sgn" => |value, _| Some(sign(value)),
        "sin" => |value, _| Some(go_math::sin(value)),
        "sinh" => |value, _| Some(go_math::sinh(value)),
        "sqrt" => |value, _| Some(value.sqrt()),
        "tan" => |value, _| Some(go_math::tan(value)),
        "tanh" => |value, _| Some(go_math::tanh(value)),
        _ => return None,
    }))
}

/// The scalar argument of that number; reading a query makes sure that it was given.
fn argument(arguments: &[f64], index: usize) -> f64 {
    arguments.get(index).copied().unwrap_or(f64::NAN)
}

/// `round(v, nearest)`: the nearest multiple, the greater one when two are equally near.
///
/// The multiple is inverted first, as Prometheus does, since that keeps more digits.
fn rounded(value: f64, nearest: f64) -> f64 {
    let inverse = 1.0 / nearest;
    (value * inverse + 0.5).floor() / inverse
}

/// `clamp(v, least, most)`: nothing where `most` is below `least`; NaN stays NaN.
fn clamped(value: f64, least: f64, most: f64) -> Option<f64> {
    if most < least { None } else { Some(greater(least, lesser(most, value))) }
}

/// The greater of two floats as Go's `math.Max` finds it: NaN wins over all but `+Inf`.
pub fn greater(left: f64, right: f64) -> f64 {
    if left == f64::INFINITY || right == f64::INFINITY {
        f64::INFINITY
    } else if left.is_nan() || right.is_nan() {
        f64::NAN
    } else if left == 0.0 && right == 0.0 {
        if left.is_sign_negative() { right } else { left }
    } else {
        left.max(right)
    }
}

/// The lesser of two floats as Go's `math.Min` finds it: NaN wins over all but `-Inf`.
pub fn lesser(left: f64, right: f64) -> f64 {
    -greater(-left, -right)
}

/// Zero keeps its sign and NaN stays NaN.
fn sign(value: f64) -> f64 {
    if value < 0.0 {
        -1.0
    } else if value > 0.0 {
        1.0
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;

    fn same(left: f64, right: f64) -> bool {
        left.to_bits() == right.to_bits() || left.is_nan() && right.is_nan()
    }

    #[test]
    fn round_ties_upwards() {
        // As promtool gives them.
        for (value, nearest, expected) in
            [(-2.5, 1.0, -2.0), (2.5, 1.0, 3.0), (5.015, 0.01, 5.01), (7.0, 5.0, 5.0), (8.0, 5.0, 10.0)]
        {
            assert_eq!(rounded(value, nearest), expected, "{value} to {nearest}");
        }
        assert!(rounded(1.0, 0.0).is_nan());
    }

    #[test]
    fn bounds_hold() {
        assert_eq!(clamped(5.0, 0.0, 3.0), Some(3.0));
        assert_eq!(clamped(-5.0, 0.0, 3.0), Some(0.0));
        assert_eq!(clamped(5.0, 10.0, 1.0), None);
        assert!(clamped(f64::NAN, 0.0, 3.0).is_some_and(f64::is_nan));
        assert!(clamped(1.0, f64::NAN, 3.0).is_some_and(f64::is_nan));
    }

    #[test]
    fn extremes_are_those_of_go() {
        let (infinity, nan) = (f64::INFINITY, f64::NAN);
        for (left, right, expected) in
            [(1.0, 2.0, 2.0), (nan, 2.0, nan), (nan, infinity, infinity), (-0.0, 0.0, 0.0), (-infinity, nan, nan)]
        {
            assert!(same(greater(left, right), expected), "{left} {right}");
            assert!(same(greater(right, left), expected), "{right} {left}");
            assert!(same(lesser(-left, -right), -expected), "-{left} -{right}");
        }
    }

    #[test]
    fn names_lead_to_functions() {
        for (name, arguments, value, expected) in [
            ("abs", &[][..], -3.0, 3.0),
            ("ceil", &[], 1.2, 2.0),
            ("floor", &[], -1.2, -2.0),
            ("sqrt", &[], 9.0, 3.0),
            ("log2", &[], 8.0, 3.0),
            ("log10", &[], 1000.0, 3.0),
            ("exp", &[], 0.0, 1.0),
            ("rad", &[], 180.0, PI),
            ("deg", &[], PI, 180.0),
            ("rad", &[], 1e308, 1e308 * (PI / 180.0)),
            ("sgn", &[], -4.0, -1.0),
            ("sgn", &[], -0.0, -0.0),
            ("acos", &[], 1.0, 0.0),
            ("round", &[], 0.5, 1.0),
            ("round", &[5.0], 8.0, 10.0),
            ("clamp_max", &[5.0], 8.0, 5.0),
            ("clamp_min", &[5.0], 8.0, 8.0),
        ] {
            let Some(Implementation::Float(function)) = of_each(name) else { panic!("`{name}` is no function") };
            let found = function(value, arguments).expect("a value");
            assert!(same(found, expected), "{name}({value}) is {found}");
        }
        assert!(of_each("rate").is_none());
    }
}
