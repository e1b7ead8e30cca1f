//! Numbers as go-yaml resolves plain scalars (`resolve.go`).

/// The whole number that a plain scalar is for a Go integer. A fraction is cut off, as go-yaml does.
pub fn whole(text: &str) -> Option<i64> {
    let plain = text.replace('_', "");
    if !starts_like_number(&plain) {
        return None;
    }
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    match magnitude(digits) {
        Some(number) if negative => Some(i64::try_from(-i128::from(number)).unwrap_or(i64::MIN)),
        Some(number) => Some(i64::try_from(number).unwrap_or(i64::MAX)),
        None => {
            fraction(&plain).filter(|number| number.is_finite() && number.abs() < 1.9e19).map(|number| number as i64)
        }
    }
}

/// The number that a plain scalar is for a Go float.
pub fn float(text: &str) -> Option<f64> {
    let plain = text.replace('_', "");
    match plain.as_str() {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Some(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
        _ => {}
    }
    let digits = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
    let whole = magnitude(digits).map(|number| if plain.starts_with('-') { -(number as f64) } else { number as f64 });
    whole.or_else(|| fraction(&plain)).filter(|_| starts_like_number(&plain))
}

fn starts_like_number(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_digit() || "+-.".contains(letter))
}

/// Digits with Go's prefixes for their base; a leading zero means base eight.
fn magnitude(digits: &str) -> Option<u64> {
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        _ if lower.len() > 1 && lower.starts_with('0') => (8, &lower[1..]),
        _ => (10, &lower[..]),
    };
    // `from_str_radix` takes a sign of its own.
    if digits.starts_with(['+', '-']) { None } else { u64::from_str_radix(digits, radix).ok() }
}

/// A decimal fraction, with an exponent or without.
fn fraction(text: &str) -> Option<f64> {
    let decimal = |letter: char| letter.is_ascii_digit() || "+-.eE".contains(letter);
    text.parse().ok().filter(|_| text.chars().all(decimal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_like_go_yaml() {
        for (text, number) in [
            ("5", Some(5)),
            ("-1001234567890", Some(-1_001_234_567_890)),
            ("+5", Some(5)),
            ("1_000", Some(1_000)),
            ("0x10", Some(16)),
            ("0b11", Some(3)),
            ("010", Some(8)),
            ("08", Some(8)),
            ("1e3", Some(1_000)),
            ("1.9", Some(1)),
            ("-1.5", Some(-1)),
            (".5", Some(0)),
            ("18446744073709551615", Some(i64::MAX)),
            ("-9223372036854775809", Some(i64::MIN)),
            ("1e30", None),
            ("1:30", None),
            ("x", None),
            ("", None),
            ("--5", None),
            (".inf", None),
            ("1d", None),
        ] {
            assert_eq!(whole(text), number, "{text}");
        }
        for (text, number) in
            [("0.5", Some(0.5)), ("5", Some(5.0)), ("1e3", Some(1e3)), ("infinity", None), ("nan", None)]
        {
            assert_eq!(float(text), number, "{text}");
        }
        assert_eq!(float("-.inf"), Some(f64::NEG_INFINITY));
    }
}
