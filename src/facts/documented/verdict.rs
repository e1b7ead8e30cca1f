//! Whether what a text says of an alert is what its rule says.

use std::ops::Range;

use crate::{
    model::rules::Rule,
    promql::Query,
    text::{Span, ceiling, floor},
};

use super::{
    claim::{Claim, Hold, Relation},
    condition::{Condition, Threshold},
    dimension::Measure,
    unit::Unit,
};

/// Farther from a number nothing is said of it, in bytes.
const FARTHEST: usize = 1000;

/// What became of a claim about a number.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// A reading of the claim is a number of the rule.
    Agrees,
    /// The same thing is compared with another number.
    Differs(Threshold),
    /// The text speaks of a share, and the rule compares that very number with a rate per second.
    RateForShare(Threshold),
    /// The text and the rule may speak of different things.
    Unknown,
}

/// Compares a claim with the condition of a rule. `text` is what surrounds the claim, for words such as
/// "free" that turn a share around.
pub fn judge(claim: &Claim, condition: &Condition, text: &str) -> Verdict {
    let readings = readings(claim);
    let share = matches!(claim.quantity.unit, Unit::Percent);
    let rate = |threshold: &&Threshold| threshold.dimension.measure == Measure::PerSecond;
    if share
        && let Some(threshold) = condition.thresholds.iter().find(rate)
        && condition.thresholds.len() == 1
        && !condition.is_open
        && readings.iter().any(|reading| reading.abs() < 1.0 && near(*reading, threshold.value))
    {
        return Verdict::RateForShare(threshold.clone());
    }
    // Ten errors per minute are 0.16 per second, or 0.17.
    let is_per_time = matches!(claim.quantity.unit, Unit::PerTime(_));
    let is_cut = |reading: f64, number: f64| is_per_time && number >= 0.1 && (reading - number).abs() < 0.01;
    let agrees = |number: f64| readings.iter().any(|reading| near(*reading, number) || is_cut(*reading, number));
    let off_by_one = |threshold: &Threshold| {
        let whole = claim.quantity.unit == Unit::Plain && claim.quantity.value.fract() == 0.0;
        whole && claim.inclusive != threshold.inclusive && (threshold.value - claim.quantity.value).abs() == 1.0
    };
    if condition.numbers.iter().copied().any(agrees)
        || condition
            .thresholds
            .iter()
            .any(|threshold| agrees(threshold.dimension.base(threshold.value)) || off_by_one(threshold))
        || claim.quantity.seconds().is_some_and(|seconds| {
            condition.times().chain(condition.smoothing.iter().copied()).any(|time| near(seconds, time))
        })
    {
        return Verdict::Agrees;
    }
    // How much of an error budget is left or spent is another share than that of the errors.
    if share && text.to_ascii_lowercase().contains("budget") {
        return Verdict::Unknown;
    }
    let other_quantile = claim.quantile.is_some_and(|quantile| {
        !condition.quantiles.is_empty() && !condition.quantiles.iter().any(|known| near(quantile, *known))
    });
    if condition.is_open || other_quantile {
        return Verdict::Unknown;
    }
    let mut comparable = condition.thresholds.iter().filter(|threshold| comparable(claim, threshold, text));
    match (comparable.next(), comparable.next()) {
        (Some(threshold), None) => Verdict::Differs(threshold.clone()),
        _ => Verdict::Unknown,
    }
}

/// How many of the parts in which coins are counted make one coin: micro-, satoshi, gwei and lamports, wei.
const PARTS_OF_COINS: [f64; 4] = [1e6, 1e8, 1e9, 1e18];

/// All numbers that an expression may write for a claim: 5 % is `0.05` and `5`, and of the rest of a
/// whole `0.95` and `95`.
fn readings(claim: &Claim) -> Vec<f64> {
    let value = claim.quantity.value;
    match claim.quantity.unit {
        Unit::Percent => {
            let share = value / 100.0;
            vec![share, value, 1.0 - share, 100.0 - value, 1.0 + share]
        }
        Unit::Time(unit) => {
            let seconds = value * unit;
            [1.0, 1e3, 1e6, 1e9]
                .map(|factor| seconds * factor)
                .into_iter()
                .chain([60.0, 3600.0, 86_400.0].map(|divisor| seconds / divisor))
                .collect()
        }
        Unit::Bytes(decimal, binary) => [decimal, binary]
            .into_iter()
            .flat_map(|unit| {
                [1.0, 1e3, 1024.0, 1e6, 1_048_576.0, 1e9, 1_073_741_824.0].map(|divisor| value * unit / divisor)
            })
            .collect(),
        Unit::PerTime(seconds) => vec![value / seconds, value, value / seconds * 60.0, value / seconds * 3600.0],
        Unit::Plain | Unit::Other => {
            let parts = PARTS_OF_COINS.map(|parts| value * parts);
            let plain =
                [value, value / 100.0, value * 100.0, 1.0 - value, 100.0 - value, value * 1000.0, value / 1000.0];
            plain.into_iter().chain(parts).collect()
        }
    }
}

/// Equal up to what rounding in a text explains. A share near 1 is compared by what is missing of it.
fn near(one: f64, other: f64) -> bool {
    let scale = if (0.5..1.0).contains(&one) && (0.5..1.0).contains(&other) {
        (1.0 - one).min(1.0 - other)
    } else {
        one.abs().min(other.abs())
    };
    (one - other).abs() <= scale * 0.011 + 1e-12
}

/// Whether a claim and a threshold certainly speak of the same thing.
fn comparable(claim: &Claim, threshold: &Threshold, text: &str) -> bool {
    let same_side = claim.relation == Relation::Either || claim.relation == threshold.relation;
    if threshold.relation == Relation::Either {
        return false;
    }
    let value = threshold.value;
    match (claim.quantity.unit, threshold.dimension.measure) {
        (Unit::Percent, Measure::Share) => {
            let (claimed, base) = (claim.quantity.value / 100.0, threshold.dimension.base(value));
            let rest = (1.0 - claimed) / base;
            let turned = (0.1..10.0).contains(&rest) && speaks_of_the_rest(text);
            claimed <= 1.0 && base > 0.0 && base <= 1.0 && (same_side || turned)
        }
        (Unit::Time(_), Measure::Time) => same_side && value != 0.0,
        (Unit::Bytes(..), Measure::Bytes) => {
            let bytes = threshold.dimension.base(value);
            let near_in_unit = |unit: f64| (claim.quantity.value * unit / bytes - 1.0).abs() < 0.06;
            let Unit::Bytes(decimal, binary) = claim.quantity.unit else { return false };
            same_side && value != 0.0 && !near_in_unit(decimal) && !near_in_unit(binary)
        }
        (Unit::PerTime(_), Measure::PerSecond) => same_side && value != 0.0,
        (Unit::Plain, Measure::Count | Measure::Unknown) => same_side && value.fract() == 0.0 && value > 1.0,
        _ => false,
    }
}

/// Whether a text speaks of what is left or well, so that "below 10 %" of it is "above 90 %" of the other.
fn speaks_of_the_rest(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "success",
        "successful",
        "available",
        "availability",
        "free",
        "left",
        "remaining",
        "hit",
        "healthy",
        "idle",
        "uptime",
        "headroom",
    ];
    let lower = text.to_ascii_lowercase();
    lower.split(|letter: char| !letter.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// Whether a time that a text says a condition must hold contradicts the rule's `for`; then where that stands.
/// A time that the expression itself looks back over, or compares with, is meant just as well; the range of
/// a `rate` only where the rule has no `for`, or compares with 0.
pub fn contradicts_hold(hold: &Hold, rule: &Rule, condition: &Condition) -> Option<Span> {
    let held = rule.hold_duration.as_ref().map_or(0.0, |duration| duration.value.as_seconds());
    let kept = rule.keep_firing_for.as_ref().map(|duration| duration.value.as_seconds());
    // `rate(x[10m]) == 0` is "none for 10 minutes".
    let counts_none = condition.thresholds.iter().any(|threshold| threshold.value == 0.0);
    let smoothing = condition.smoothing.iter().copied().filter(|_| held == 0.0 || counts_none);
    let windows = condition.times().chain(kept).chain(smoothing);
    let explained = windows.flat_map(|window| [window, window + held]).chain([held]);
    let readings =
        [hold.seconds, hold.seconds / 60.0, hold.seconds / 3600.0, hold.seconds / 86_400.0, hold.seconds * 1e3];
    let mut explained = explained.flat_map(|time| readings.map(|reading| (reading, time)));
    if explained.any(|(reading, time)| (reading - time).abs() <= 0.02 * time) {
        return None;
    }
    Some(rule.hold_duration.as_ref().map_or(rule.anchor(), |duration| duration.span))
}

/// The number of a threshold as a person would say it: `1 s`, `5 %`, `1.5 GiB`.
pub fn spoken(threshold: &Threshold) -> String {
    let side = match threshold.relation {
        Relation::Above if threshold.inclusive => "at or above",
        Relation::Above => "above",
        Relation::Below if threshold.inclusive => "at or below",
        Relation::Below => "below",
        Relation::Either => "at",
    };
    let base = threshold.dimension.base(threshold.value);
    let amount = match threshold.dimension.measure {
        Measure::Share => format!("{} %", rounded(base * 100.0)),
        Measure::Time => time(base),
        Measure::Bytes => bytes(base),
        Measure::PerSecond => format!("{} per second", rounded(base)),
        _ => rounded(threshold.value),
    };
    format!("{side} {amount}")
}

/// A length of time as a person would say it.
fn time(seconds: f64) -> String {
    match seconds.abs() {
        below if below < 1.0 => format!("{} ms", rounded(seconds * 1e3)),
        below if below < 120.0 || below % 60.0 != 0.0 => format!("{} s", rounded(seconds)),
        below if below < 7200.0 || below % 3600.0 != 0.0 => format!("{} min", rounded(seconds / 60.0)),
        below if below < 172_800.0 || below % 86_400.0 != 0.0 => format!("{} h", rounded(seconds / 3600.0)),
        _ => format!("{} days", rounded(seconds / 86_400.0)),
    }
}

fn bytes(bytes: f64) -> String {
    let units =
        [("GiB", 1_073_741_824.0), ("GB", 1e9), ("MiB", 1_048_576.0), ("MB", 1e6), ("KiB", 1024.0), ("KB", 1e3)];
    let whole = |(_, unit): &&(&str, f64)| bytes >= *unit && (bytes / unit * 100.0).fract().abs() < 1e-6;
    match units.iter().find(whole) {
        Some((name, unit)) => format!("{} {name}", rounded(bytes / unit)),
        None => format!("{} bytes", rounded(bytes)),
    }
}

/// Without the digits that only come from binary arithmetic.
fn rounded(value: f64) -> String {
    let digits = 10f64.powi(6);
    let short = (value * digits).round() / digits;
    if short == 0.0 { format!("{value}") } else { format!("{short}") }
}

/// The condition of a rule, if all of it can be read as PromQL.
pub fn condition_of(query: &Query) -> Option<Condition> {
    query.expr.as_ref().filter(|expr| !expr.is_broken()).map(Condition::of)
}

/// The sentence-like surroundings of a claim, for words that turn it around.
pub fn around(text: &str, said: &Range<usize>) -> String {
    let from = floor(text, said.start.saturating_sub(FARTHEST));
    let to = ceiling(text, said.end.saturating_add(FARTHEST));
    let start = text[from..said.start].rfind(['.', ';', '\n']).map_or(from, |at| from + at + 1);
    let end = text[said.end..to].find([';', '\n']).map_or(to, |at| said.end + at);
    text[start..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        facts::documented::claim::claims,
        text::{Excerpt, FileId},
    };

    fn verdict(text: &str, expr: &str) -> String {
        let condition = condition_of(&Query::parse(Excerpt::whole(FileId(0), expr))).expect("a condition");
        let claims = claims(text);
        let claim = claims.thresholds.first().expect("a claim");
        match judge(claim, &condition, text) {
            Verdict::Agrees => "agrees".to_owned(),
            Verdict::Differs(threshold) => spoken(&threshold),
            Verdict::RateForShare(threshold) => format!("rate {}", spoken(&threshold)),
            Verdict::Unknown => "?".to_owned(),
        }
    }

    const P95: &str = "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))";

    #[test]
    fn agrees_in_any_sensible_reading() {
        for (text, expr) in [
            ("errors > 5%", "a_total / b_total > 0.05"),
            ("errors > 5%", "a_total / b_total * 100 > 5"),
            ("success rate < 95%", "errors_total / requests_total > 0.05"),
            ("p95 > 500ms", "histogram_quantile(0.95, rate(x_seconds_bucket[5m])) > 0.5"),
            ("p95 > 500ms", "histogram_quantile(0.95, rate(x_seconds_bucket[5m])) * 1000 > 500"),
            ("memory > 1.5GB", "process_resident_memory_bytes > 1.5 * 1024 * 1024 * 1024"),
            ("memory > 1.5GB", "process_resident_memory_bytes > 1.5e9"),
            ("memory > 1500MB", "process_resident_memory_bytes / 1024 / 1024 > 1536"),
            ("no backup in more than 25 hours", "time() - backup_timestamp_seconds > 90000"),
            ("lag above 10 minutes", "lag_seconds > 600"),
            ("more than 3 failures", "increase(failures_total[15m]) >= 4"),
            ("at least 3 failures", "increase(failures_total[15m]) > 2"),
            ("more than 10,000 tokens within 5m", "supply_total - min_over_time(supply_total[5m]) > 1e22"),
            ("above 33%", "a_total / b_total > 1 / 3"),
            ("more than 10 errors/min", "rate(errors_total[5m]) * 60 > 10"),
            ("more than 10 errors/min", "rate(errors_total[5m]) > 0.16"),
            ("cpu > 80%", "100 - (avg(rate(node_cpu_seconds_total{mode=\"idle\"}[5m])) * 100) > 80"),
            ("disk > 85%", "node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.15"),
        ] {
            let verdict = verdict(text, expr);
            assert!(verdict == "agrees" || verdict == "?" && text.contains("1500MB"), "{text} {expr}: {verdict}");
        }
    }

    #[test]
    fn differs_where_no_reading_agrees() {
        for (text, expr, said) in [
            ("p95 > 500ms", format!("{P95} > 1"), "above 1 s"),
            ("Slow response time (> 1s p95)", format!("{P95} > 2"), "above 2 s"),
            ("errors > 5%", "a_total / b_total > 0.1".into(), "above 10 %"),
            ("memory usage > 85 %", "(a_bytes - b_bytes) / a_bytes > 0.9".into(), "above 90 %"),
            (">1.5GB", "process_resident_memory_bytes > 1073741824".into(), "above 1 GiB"),
            (">1GB", "process_resident_memory_bytes > 1500000000".into(), "above 1.5 GB"),
            (
                "too many connections (> 80)",
                "sum by (instance) (pg_stat_database_numbackends) > 100".into(),
                "above 100",
            ),
            ("success rate < 99%", "errors_total / requests_total > 0.05".into(), "above 5 %"),
            ("availability < 99.9%", "sum(a_total) / sum(b_total) < 0.995".into(), "below 99.5 %"),
            ("lag above 10 minutes", "lag_seconds > 900".into(), "above 15 min"),
        ] {
            assert_eq!(verdict(text, &expr), said, "{text} {expr}");
        }
    }

    #[test]
    fn a_share_is_no_rate() {
        assert_eq!(verdict("success < 95%", "rate(errors_total[5m]) > 0.05"), "rate above 0.05 per second");
        assert_eq!(verdict("errors > 5%", "rate(errors_total[5m]) > 5"), "agrees");
    }

    #[test]
    fn is_silent_where_things_may_differ() {
        for (text, expr) in [
            ("p99 > 500ms", format!("{P95} > 1")),
            ("errors > 5%", "a_total > on () b_total".into()),
            ("errors > 5%", "errors_total > 100".into()),
            ("latency > 2s", "rate(errors_total[5m]) > 0.1".into()),
            ("usage > 80%", "a_bytes / b_bytes < 0.1".into()),
            ("error budget remaining < 20%", "a_total / b_total > 0.008".into()),
            ("error budget > 50% consumed", "(1 - avg_over_time(up[30d])) > 0.0005".into()),
            ("> 2", format!("{P95} > 1")),
        ] {
            assert_eq!(verdict(text, &expr), "?", "{text} {expr}");
        }
    }
}
