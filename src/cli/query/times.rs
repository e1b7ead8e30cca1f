//! Times as they are typed, and as they are shown.

use jiff::Timestamp;

use crate::vocab::Duration;

/// A time, in milliseconds since 1970; series of tests begin there.
pub type Moment = i64;

/// Times before this one are shown as durations: a test does not last for a year.
const YEAR: i64 = 365 * 24 * 3_600_000;

/// Reads a time: a duration since the beginning, seconds since 1970, or a date.
pub fn moment(text: &str) -> Result<Moment, String> {
    if let Ok(duration) = Duration::parse(text) {
        return Ok(duration.as_milliseconds());
    }
    if let Some(seconds) = text.parse::<f64>().ok().filter(|seconds| seconds.abs() < 1e12) {
        return Ok((seconds * 1000.0).round() as i64);
    }
    let date: Result<Timestamp, _> = text.parse();
    date.map(Timestamp::as_millisecond)
        .map_err(|_| "a time is a duration (10m), seconds since 1970, or a date (2024-02-29T12:00:00Z)".to_owned())
}

/// Reads a length of time above zero.
pub fn length(text: &str) -> Result<Duration, String> {
    match Duration::parse(text) {
        Ok(Duration::ZERO) => Err("it must be more than nothing".to_owned()),
        Ok(duration) => Ok(duration),
        Err(error) => Err(error.to_string()),
    }
}

/// A time for people: since the beginning where that is near, else the date.
pub fn shown(at: Moment) -> String {
    match at {
        0..YEAR => Duration::milliseconds(at).to_string(),
        _ if -YEAR < at && at < 0 => format!("-{}", Duration::milliseconds(-at)),
        _ => Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |date| date.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_three_forms() {
        for (text, expected) in [
            ("0", Some(0)),
            ("1h30m", Some(5_400_000)),
            ("90", Some(90_000)),
            ("1700000000.5", Some(1_700_000_000_500)),
            ("2024-02-29T12:00:00Z", Some(1_709_208_000_000)),
            ("2024-02-29T12:00:00+01:00", Some(1_709_204_400_000)),
            ("soon", None),
            ("inf", None),
        ] {
            assert_eq!(moment(text).ok(), expected, "{text}");
        }
        assert!(length("0").is_err() && length("1m").is_ok());
    }

    #[test]
    fn times_are_shown_as_they_were_meant() {
        for (at, expected) in
            [(0, "0s"), (90_000, "1m30s"), (-60_000, "-1m"), (1_709_208_000_000, "2024-02-29T12:00:00Z")]
        {
            assert_eq!(shown(at), expected);
        }
    }
}
