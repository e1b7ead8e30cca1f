//! Prometheus durations: `1h30m`, `5m`, `0`.

use std::fmt;

/// A length of time in whole milliseconds, written as Prometheus writes it.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Duration {
    milliseconds: i64,
}

/// Why a text is not a duration.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DurationError {
    /// Nothing was written.
    #[error("it is empty")]
    Empty,
    /// Not of the form number, unit, number, unit.
    #[error("`{0}` is not a number with a unit")]
    Malformed(String),
    /// A unit that does not exist.
    #[error("unknown unit `{0}`")]
    UnknownUnit(String),
    /// Units twice or from small to large.
    #[error("units must go from large to small, each once")]
    Order,
    /// Beyond 292 years, which Prometheus cannot hold.
    #[error("it is out of range")]
    OutOfRange,
}

const UNITS: [(&str, i64); 7] = [
    ("y", 365 * 24 * 3_600_000),
    ("w", 7 * 24 * 3_600_000),
    ("d", 24 * 3_600_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// The longest time that Prometheus' nanosecond arithmetic holds.
const MOST: i64 = i64::MAX / 1_000_000;

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration { milliseconds: 0 };

    /// A duration of so many milliseconds.
    pub const fn milliseconds(milliseconds: i64) -> Self {
        Self { milliseconds }
    }

    /// A duration of so many seconds.
    pub const fn seconds(seconds: i64) -> Self {
        Self { milliseconds: seconds * 1000 }
    }

    /// A duration of so many minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self { milliseconds: minutes * 60_000 }
    }

    /// Its length in milliseconds.
    pub const fn as_milliseconds(self) -> i64 {
        self.milliseconds
    }

    /// Its length in seconds.
    pub fn as_seconds(self) -> f64 {
        self.milliseconds as f64 / 1000.0
    }

    /// Reads a duration as Prometheus' configuration and PromQL do (common/model, `ParseDuration`):
    /// whole numbers with units `y w d h m s ms`, from large to small, each at most once; or `0`.
    pub fn parse(text: &str) -> Result<Self, DurationError> {
        if text.is_empty() {
            return Err(DurationError::Empty);
        }
        if text == "0" {
            return Ok(Self::ZERO);
        }
        let mut total: i64 = 0;
        let mut next_unit = 0;
        let mut rest = text;
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let letters = rest[digits..].bytes().take_while(u8::is_ascii_alphabetic).count();
            if digits == 0 || letters == 0 {
                return Err(DurationError::Malformed(text.to_owned()));
            }
            let (number, unit) = (&rest[..digits], &rest[digits..digits + letters]);
            let rank = UNITS
                .iter()
                .position(|(name, _)| *name == unit)
                .ok_or_else(|| DurationError::UnknownUnit(unit.to_owned()))?;
            if rank < next_unit {
                return Err(DurationError::Order);
            }
            next_unit = rank + 1;
            total = number
                .parse::<i64>()
                .ok()
                .and_then(|number| number.checked_mul(UNITS[rank].1))
                .and_then(|part| total.checked_add(part))
                .filter(|total| *total <= MOST)
                .ok_or(DurationError::OutOfRange)?;
            rest = &rest[digits + letters..];
        }
        Ok(Self { milliseconds: total })
    }
}

impl fmt::Display for Duration {
    /// As Prometheus prints it: years and weeks only when they divide it, zero as `0s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.milliseconds == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.milliseconds.unsigned_abs();
        if self.milliseconds < 0 {
            f.write_str("-")?;
        }
        for (unit, length) in UNITS {
            let length = length.unsigned_abs();
            let whole_only = matches!(unit, "y" | "w");
            if rest >= length && (!whole_only || rest.is_multiple_of(length)) {
                write!(f, "{}{unit}", rest / length)?;
                rest %= length;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints() {
        for (text, printed) in [
            ("1h30m", "1h30m"),
            ("90m", "1h30m"),
            ("0", "0s"),
            ("7d", "1w"),
            ("8d", "8d"),
            ("01s", "1s"),
            ("1500ms", "1s500ms"),
        ] {
            assert_eq!(Duration::parse(text).map(|duration| duration.to_string()), Ok(printed.to_owned()), "{text}");
        }
        for text in ["", "5", "1.5h", "30m1h", "-1m", "1h1h", "1 h", "1M", "99999999999999y", "300y"] {
            assert!(Duration::parse(text).is_err(), "{text}");
        }
    }
}
