//! Functions that take seconds since 1970 apart: years, months, days, hours, minutes, all in UTC.

use crate::engine::Implementation;

const SECONDS_PER_DAY: i128 = 86_400;

/// The date function of that name, as a function of seconds since 1970; fractions of a second are cut off.
pub fn of_time(name: &str) -> Option<Implementation> {
    Some(Implementation::Calendar(match name {
        "minute" => |seconds| (second_of_day(seconds) % 3600 / 60) as f64,
        "hour" => |seconds| (second_of_day(seconds) / 3600) as f64,
        // 1970 began on a Thursday, and weeks are counted from Sunday.
        "day_of_week" => |seconds| (day(seconds) + 4).rem_euclid(7) as f64,
        "day_of_month" => |seconds| Date::of(day(seconds)).day as f64,
        "day_of_year" => |seconds| day_of_year(day(seconds)) as f64,
        "days_in_month" => |seconds| Date::of(day(seconds)).days_in_month() as f64,
        "month" => |seconds| Date::of(day(seconds)).month as f64,
        "year" => |seconds| Date::of(day(seconds)).year as f64,
        _ => return None,
    }))
}

/// Whole days since 1970.
fn day(seconds: f64) -> i64 {
    whole(seconds).div_euclid(SECONDS_PER_DAY) as i64
}

fn second_of_day(seconds: f64) -> i64 {
    whole(seconds).rem_euclid(SECONDS_PER_DAY) as i64
}

/// Counted from 1.
fn day_of_year(day: i64) -> i64 {
    day - days_before_year(Date::of(day).year) + 1
}

/// A float cut to whole seconds as Go does on amd64: what does not fit into 64 bits (infinities and NaN, too)
/// becomes the least number, and as that lies before Go's first year, time begins anew at its other end.
fn whole(seconds: f64) -> i128 {
    /// 1 January -292277022399 in seconds since 1970.
    const BEGINNING: i128 = -9_223_372_028_715_321_600;
    // 2^63 is the first float beyond.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let whole = i128::from(if (-LIMIT..LIMIT).contains(&seconds) { seconds as i64 } else { i64::MIN });
    if whole < BEGINNING { whole + (1 << 64) } else { whole }
}

struct Date {
    year: i64,
    month: i64,
    day: i64,
}

impl Date {
    /// The date so many days after 1 January 1970 (Howard Hinnant's `civil_from_days`): years are counted
    /// from March, so that the leap day comes last, in eras of 400 years, which all have the same length.
    fn of(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self { year, month, day }
    }

    fn days_in_month(&self) -> i64 {
        match self.month {
            2 if is_leap(self.year) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days from 1 January 1970 to 1 January of a year.
fn days_before_year(year: i64) -> i64 {
    let past = year - 1;
    let leap_days = past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400);
    past * 365 + leap_days - 719_162
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str, seconds: f64) -> f64 {
        match of_time(name) {
            Some(Implementation::Calendar(function)) => function(seconds),
            _ => panic!("`{name}` is no date function"),
        }
    }

    #[test]
    fn take_times_apart() {
        let parts = ["year", "month", "day_of_month", "day_of_week", "day_of_year", "hour", "minute", "days_in_month"];
        // `date -u -d @SECONDS "+%Y %m %d %w %j %H %M"` and the length of the month.
        for (seconds, expected) in [
            (0.0, [1970, 1, 1, 4, 1, 0, 0, 31]),
            (-1.0, [1969, 12, 31, 3, 365, 23, 59, 31]),
            (951_782_400.0, [2000, 2, 29, 2, 60, 0, 0, 29]),
            (1_136_239_445.9, [2006, 1, 2, 1, 2, 22, 4, 31]),
            (4_102_444_799.0, [2099, 12, 31, 4, 365, 23, 59, 31]),
            (4_107_542_400.0, [2100, 3, 1, 1, 60, 0, 0, 31]),
            (4_107_456_000.0, [2100, 2, 28, 0, 59, 0, 0, 28]),
            (-62_135_596_800.0, [1, 1, 1, 1, 1, 0, 0, 31]),
        ] {
            assert_eq!(parts.map(|name| part(name, seconds)), expected.map(f64::from), "{seconds}");
        }
    }

    #[test]
    fn take_any_float() {
        for seconds in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, 1e18, -1e18] {
            assert!((1.0..=31.0).contains(&part("day_of_month", seconds)), "{seconds}");
            assert!((1.0..=366.0).contains(&part("day_of_year", seconds)), "{seconds}");
        }
        // As promtool gives them.
        let parts = ["year", "month", "day_of_month", "day_of_year", "hour", "minute"];
        assert_eq!(parts.map(|name| part(name, f64::INFINITY)), [292_277_026_596.0, 12.0, 4.0, 339.0, 15.0, 30.0]);
    }
}
