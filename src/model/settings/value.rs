//! Spellings of values that only settings use: Go's durations and amounts of bytes.

/// Whether a text is a duration that Go's `time.ParseDuration` takes, or a bare whole number.
pub fn is_go_duration(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let bare = !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit());
    bare || is_timed_go_duration(text)
}

/// Whether a text is a duration that Go's `time.ParseDuration` takes.
pub fn is_timed_go_duration(text: &str) -> bool {
    const UNITS: [&str; 8] = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"];
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    unsigned == "0" || is_amount(unsigned, &UNITS)
}

/// Whether a text is an amount of bytes as in Prometheus' configuration (alecthomas/units, base 2).
pub fn is_size(text: &str) -> bool {
    const UNITS: [&str; 13] = ["B", "KB", "MB", "GB", "TB", "PB", "EB", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    text == "0" || is_amount(text.strip_prefix(['-', '+']).unwrap_or(text), &UNITS)
}

/// Numbers, fractions allowed, each with one of the units, at least one of them.
fn is_amount(text: &str, units: &[&str]) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let number = rest.find(|letter: char| letter != '.' && !letter.is_ascii_digit()).unwrap_or(rest.len());
        let unit = rest[number..].find(|letter: char| letter == '.' || letter.is_ascii_digit());
        let end = unit.map_or(rest.len(), |length| number + length);
        let digits = &rest[..number];
        if !digits.bytes().any(|byte| byte.is_ascii_digit()) || digits.matches('.').count() > 1 {
            return false;
        }
        if !units.contains(&&rest[number..end]) {
            return false;
        }
        rest = &rest[end..];
    }
    !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_go_durations() {
        for text in ["5s", "1h30m", "1.5h", "300ms", "-2m", ".5s", "5", "1m1h", "10µs"] {
            assert!(is_go_duration(text), "{text}");
        }
        for text in ["", "1d", "5 s", "s", "1..5s", "1w", "abc", "-"] {
            assert!(!is_go_duration(text), "{text}");
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
