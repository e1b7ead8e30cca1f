//! The units that people write behind numbers.

/// What a written number counts.
#[derive(Copy, Clone, PartialEq, Debug)]
pub enum Unit {
    /// Nothing is written, or a noun: `100`, `100 jobs`.
    Plain,
    /// `%`.
    Percent,
    /// A time, with the seconds of one.
    Time(f64),
    /// An amount of data, with the bytes of one: decimal, and as people often mean it, binary.
    Bytes(f64, f64),
    /// Something per time, with the seconds of that time: `5/min`, `100 requests per second`.
    PerTime(f64),
    /// A unit that is not compared: money, factors, bits, degrees.
    Other,
}

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;

/// Units by their spelling; case counts only where `m` and `M` differ.
const UNITS: &[(&str, Unit)] = &[
    ("%", Unit::Percent),
    ("percent", Unit::Percent),
    ("ns", Unit::Time(1e-9)),
    ("nanoseconds", Unit::Time(1e-9)),
    ("µs", Unit::Time(1e-6)),
    ("μs", Unit::Time(1e-6)),
    ("us", Unit::Time(1e-6)),
    ("microseconds", Unit::Time(1e-6)),
    ("ms", Unit::Time(1e-3)),
    ("msec", Unit::Time(1e-3)),
    ("millisecond", Unit::Time(1e-3)),
    ("milliseconds", Unit::Time(1e-3)),
    ("s", Unit::Time(1.0)),
    ("sec", Unit::Time(1.0)),
    ("secs", Unit::Time(1.0)),
    ("second", Unit::Time(1.0)),
    ("seconds", Unit::Time(1.0)),
    ("m", Unit::Time(MINUTE)),
    ("min", Unit::Time(MINUTE)),
    ("mins", Unit::Time(MINUTE)),
    ("minute", Unit::Time(MINUTE)),
    ("minutes", Unit::Time(MINUTE)),
    ("h", Unit::Time(HOUR)),
    ("hr", Unit::Time(HOUR)),
    ("hrs", Unit::Time(HOUR)),
    ("hour", Unit::Time(HOUR)),
    ("hours", Unit::Time(HOUR)),
    ("d", Unit::Time(DAY)),
    ("day", Unit::Time(DAY)),
    ("days", Unit::Time(DAY)),
    ("w", Unit::Time(7.0 * DAY)),
    ("week", Unit::Time(7.0 * DAY)),
    ("weeks", Unit::Time(7.0 * DAY)),
    ("B", Unit::Bytes(1.0, 1.0)),
    ("byte", Unit::Bytes(1.0, 1.0)),
    ("bytes", Unit::Bytes(1.0, 1.0)),
    ("KB", Unit::Bytes(1e3, 1024.0)),
    ("MB", Unit::Bytes(1e6, 1_048_576.0)),
    ("GB", Unit::Bytes(1e9, 1_073_741_824.0)),
    ("TB", Unit::Bytes(1e12, 1_099_511_627_776.0)),
    ("KiB", Unit::Bytes(1024.0, 1024.0)),
    ("MiB", Unit::Bytes(1_048_576.0, 1_048_576.0)),
    ("GiB", Unit::Bytes(1_073_741_824.0, 1_073_741_824.0)),
    ("TiB", Unit::Bytes(1_099_511_627_776.0, 1_099_511_627_776.0)),
    ("Ki", Unit::Bytes(1024.0, 1024.0)),
    ("Mi", Unit::Bytes(1_048_576.0, 1_048_576.0)),
    ("Gi", Unit::Bytes(1_073_741_824.0, 1_073_741_824.0)),
    ("Ti", Unit::Bytes(1_099_511_627_776.0, 1_099_511_627_776.0)),
    ("rps", Unit::PerTime(1.0)),
    ("qps", Unit::PerTime(1.0)),
    ("tps", Unit::PerTime(1.0)),
    ("ops", Unit::PerTime(1.0)),
    ("rpm", Unit::PerTime(MINUTE)),
    ("x", Unit::Other),
    ("×", Unit::Other),
    ("M", Unit::Other),
    ("G", Unit::Other),
    ("bps", Unit::Other),
    ("kbps", Unit::Other),
    ("Mbps", Unit::Other),
    ("Gbps", Unit::Other),
    ("Mbit", Unit::Other),
    ("Gbit", Unit::Other),
    ("cores", Unit::Other),
    ("vCPU", Unit::Other),
    ("pp", Unit::Other),
    ("°C", Unit::Other),
    ("°", Unit::Other),
    ("℃", Unit::Other),
    ("W", Unit::Other),
    ("V", Unit::Other),
    ("dBm", Unit::Other),
    ("USD", Unit::Other),
    ("€", Unit::Other),
    ("$", Unit::Other),
    ("months", Unit::Other),
    ("years", Unit::Other),
    ("σ", Unit::Other),
    ("std", Unit::Other),
    ("times", Unit::Other),
];

/// Single letters that mean different things in either case.
fn of_word(word: &str) -> Option<Unit> {
    let exact = UNITS.iter().find(|(spelling, _)| *spelling == word);
    let loose = || {
        let long_enough = word.chars().count() > 1;
        UNITS.iter().find(|(spelling, _)| long_enough && spelling.eq_ignore_ascii_case(word))
    };
    exact.or_else(loose).map(|(_, unit)| *unit)
}

/// What stands directly behind a number: the unit and the length of its text, white space included.
/// `None` means that the digits are no number at all, such as `5xx`, `95th`, `3.5.3`.
pub fn after_number(text: &str) -> Option<(Unit, usize)> {
    let gap = text.len() - text.trim_start_matches([' ', '\u{a0}', '\u{202f}', '-']).len();
    let attached = gap == 0;
    if text.starts_with('-') && !text[gap..].starts_with(char::is_alphabetic) || gap > 1 {
        return Some((Unit::Plain, 0));
    }
    let word = first_word(&text[gap..]);
    let unit = if word.is_empty() { None } else { of_word(word) };
    if unit.is_none() && attached && !word.is_empty() {
        return None;
    }
    let unit_end = if unit.is_some() { gap + word.len() } else { 0 };
    match (unit, per_time(&text[unit_end..], unit.is_none())) {
        (Some(Unit::PerTime(seconds)), _) => Some((Unit::PerTime(seconds), unit_end)),
        (Some(_), Some(_)) => Some((Unit::Other, unit_end)),
        (Some(unit), None) => Some((unit, unit_end)),
        (None, Some((seconds, length))) => Some((Unit::PerTime(seconds), length)),
        (None, None) => Some((Unit::Plain, 0)),
    }
}

/// The word or sign that a text starts with.
fn first_word(text: &str) -> &str {
    let mut letters = text.char_indices();
    let Some((_, first)) = letters.next() else { return "" };
    if matches!(first, '%' | '×' | '°' | '℃' | '€' | '$' | 'σ') {
        let degrees = first == '°' && text[first.len_utf8()..].starts_with('C');
        return &text[..first.len_utf8() + usize::from(degrees)];
    }
    let end = text.find(|letter: char| !letter.is_alphabetic() && letter != '_').unwrap_or(text.len());
    &text[..end]
}

/// `/s`, `per minute`; with `nouns`, up to three words may stand before it: `10 failed logins per hour`.
fn per_time(text: &str, nouns: bool) -> Option<(f64, usize)> {
    let mut at = 0;
    for _ in 0..=(if nouns { 3 } else { 0 }) {
        let rest = &text[at..];
        let trimmed = rest.trim_start_matches(' ');
        let start = at + rest.len() - trimmed.len();
        let behind = trimmed.strip_prefix('/').or_else(|| trimmed.strip_prefix("per "));
        if let Some(behind) = behind {
            let behind = behind.trim_start_matches(' ');
            let word = first_word(behind);
            return match of_word(word) {
                Some(Unit::Time(seconds)) if seconds >= 1.0 => Some((seconds, text.len() - behind.len() + word.len())),
                _ => None,
            };
        }
        let word = first_word(trimmed);
        if word.is_empty() || !word.starts_with(char::is_alphabetic) {
            return None;
        }
        at = start + word.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_units() {
        for (text, unit, length) in [
            ("%", Unit::Percent, 1),
            (" % of requests", Unit::Percent, 2),
            (" percent", Unit::Percent, 8),
            ("ms", Unit::Time(1e-3), 2),
            (" s", Unit::Time(1.0), 2),
            ("s p95)", Unit::Time(1.0), 1),
            ("m", Unit::Time(60.0), 1),
            (" minutes,", Unit::Time(60.0), 8),
            ("-minute window", Unit::Time(60.0), 7),
            (" Seconds", Unit::Time(1.0), 8),
            ("h", Unit::Time(3600.0), 1),
            ("d", Unit::Time(86_400.0), 1),
            ("B", Unit::Bytes(1.0, 1.0), 1),
            ("kB", Unit::Bytes(1e3, 1024.0), 2),
            (" MB", Unit::Bytes(1e6, 1_048_576.0), 3),
            ("GiB", Unit::Bytes(1_073_741_824.0, 1_073_741_824.0), 3),
            ("Gi", Unit::Bytes(1_073_741_824.0, 1_073_741_824.0), 2),
            ("/s", Unit::PerTime(1.0), 2),
            ("/min", Unit::PerTime(60.0), 4),
            (" req/s", Unit::PerTime(1.0), 6),
            (" errors/min", Unit::PerTime(60.0), 11),
            (" failed logins per hour", Unit::PerTime(3600.0), 23),
            (" qps", Unit::PerTime(1.0), 4),
            ("MB/s", Unit::Other, 2),
            ("x the rate", Unit::Other, 1),
            ("M", Unit::Other, 1),
            ("°C", Unit::Other, 3),
            (" jobs waiting", Unit::Plain, 0),
            (")", Unit::Plain, 0),
            ("", Unit::Plain, 0),
            (" of 10", Unit::Plain, 0),
        ] {
            assert_eq!(after_number(text), Some((unit, length)), "{text}");
        }
        for text in ["xx", "th percentile", "nd", "abc", "_total"] {
            assert_eq!(after_number(text), None, "{text}");
        }
    }
}
