//! Spellings of values that only settings use: Go's durations and amounts of bytes.

/// Whether a text is a duration that Go's `time.ParseDuration` takes.
pub fn is_timed_go_duration(text: &str) -> bool {
    const UNITS: [(&str, f64); 8] =
        [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12)];
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    // Nanoseconds are counted in 63 bits.
    unsigned == "0" || amount(unsigned, &UNITS).is_some_and(|nanoseconds| nanoseconds < i64::MAX as f64)
}

/// Whether a text is an amount of bytes as in Prometheus' configuration (alecthomas/units, base 2).
pub fn is_size(text: &str) -> bool {
    const UNITS: [&str; 13] = ["B", "KB", "MB", "GB", "TB", "PB", "EB", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    text == "0" || amount(text.strip_prefix(['-', '+']).unwrap_or(text), &UNITS.map(|unit| (unit, 1.0))).is_some()
}

/// The sum of numbers, fractions allowed, each with one of the units, at least one of them.
fn amount(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let mut rest = text;
    let mut sum = 0.0;
    while !rest.is_empty() {
        let number = rest.find(|letter: char| letter != '.' && !letter.is_ascii_digit()).unwrap_or(rest.len());
        let unit = rest[number..].find(|letter: char| letter == '.' || letter.is_ascii_digit());
        let end = unit.map_or(rest.len(), |length| number + length);
        let digits = &rest[..number];
        if !digits.bytes().any(|byte| byte.is_ascii_digit()) || digits.matches('.').count() > 1 {
            return None;
        }
        let (_, factor) = units.iter().find(|(unit, _)| *unit == &rest[number..end])?;
        // A dot may stand at either end of the digits.
        sum += format!("0{digits}0").parse::<f64>().ok()? / 10_f64.powi(i32::from(!digits.contains('.'))) * factor;
        rest = &rest[end..];
    }
    (!text.is_empty()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_go_durations() {
        for text in ["5s", "1h30m", "1.5h", "300ms", "-2m", ".5s", "5.s", "0", "1m1h", "10µs", "2562047h"] {
            assert!(is_timed_go_duration(text), "{text}");
        }
        for text in ["", "1d", "5 s", "s", "1..5s", "1w", "abc", "-", "5", "2562048h"] {
            assert!(!is_timed_go_duration(text), "{text}");
        }
    }

    #[test]
    fn knows_sizes() {
        for text in ["0", "10MB", "1KiB", "1.5GB", "1GB512MB"] {
            assert!(is_size(text), "{text}");
        }
        for text in ["", "10", "10M", "MB", "10 MB", "1XB"] {
            assert!(!is_size(text), "{text}");
        }
    }
}
