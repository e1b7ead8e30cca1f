//! What an expression measures, as far as metric names and arithmetic tell: a share, a time, bytes.

use crate::promql::ast::{AggregationOp, Binary, BinaryOp, Call, Expr, VectorSelector};

/// What a value measures.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Measure {
    /// A part of a whole, between 0 and 1.
    Share,
    /// A length of time, in seconds.
    Time,
    /// A moment, in seconds since 1970.
    Moment,
    /// An amount of data, in bytes.
    Bytes,
    /// A number of things.
    Count,
    /// Things per second.
    PerSecond,
    /// Bytes per second.
    BytesPerSecond,
    /// 0 or 1.
    State,
    /// The names do not tell.
    Unknown,
}

/// What a value measures and by which factor it becomes the measure's own unit: 0.01 for a percentage.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Dimension {
    /// What is measured.
    pub measure: Measure,
    /// The factor; `None` when it may be 1 or 0.01, as for a metric named `hit_rate`.
    pub scale: Option<f64>,
}

impl Dimension {
    const UNKNOWN: Dimension = Dimension::of(Measure::Unknown);

    const fn of(measure: Measure) -> Self {
        Self { measure, scale: Some(1.0) }
    }

    const fn scaled(measure: Measure, scale: f64) -> Self {
        Self { measure, scale: Some(scale) }
    }

    /// A value of the expression in the measure's own unit.
    pub fn base(self, value: f64) -> f64 {
        match self.scale {
            Some(scale) => value * scale,
            None if value.abs() <= 1.0 => value,
            None => value / 100.0,
        }
    }
}

/// Suffixes of metric names, `_total` and the parts of histograms taken off before.
const SUFFIXES: &[(&str, Dimension)] = &[
    ("timestamp_seconds", Dimension::of(Measure::Moment)),
    ("time_seconds", Dimension::of(Measure::Moment)),
    ("timestamp", Dimension::of(Measure::Moment)),
    ("milliseconds", Dimension::scaled(Measure::Time, 1e-3)),
    ("microseconds", Dimension::scaled(Measure::Time, 1e-6)),
    ("nanoseconds", Dimension::scaled(Measure::Time, 1e-9)),
    ("milli_seconds", Dimension::scaled(Measure::Time, 1e-3)),
    ("micro_seconds", Dimension::scaled(Measure::Time, 1e-6)),
    ("nano_seconds", Dimension::scaled(Measure::Time, 1e-9)),
    ("seconds", Dimension::of(Measure::Time)),
    ("ms", Dimension::scaled(Measure::Time, 1e-3)),
    ("minutes", Dimension::scaled(Measure::Time, 60.0)),
    ("hours", Dimension::scaled(Measure::Time, 3600.0)),
    ("days", Dimension::scaled(Measure::Time, 86_400.0)),
    ("bytes", Dimension::of(Measure::Bytes)),
    ("kilobytes", Dimension::scaled(Measure::Bytes, 1024.0)),
    ("megabytes", Dimension::scaled(Measure::Bytes, 1_048_576.0)),
    ("mb", Dimension::scaled(Measure::Bytes, 1_048_576.0)),
    ("ratio", Dimension { measure: Measure::Share, scale: None }),
    ("percent", Dimension::scaled(Measure::Share, 0.01)),
    ("percentage", Dimension::scaled(Measure::Share, 0.01)),
    ("pct", Dimension::scaled(Measure::Share, 0.01)),
    ("utilization", Dimension { measure: Measure::Share, scale: None }),
    ("utilisation", Dimension { measure: Measure::Share, scale: None }),
    ("hit_rate", Dimension { measure: Measure::Share, scale: None }),
    ("success_rate", Dimension { measure: Measure::Share, scale: None }),
    ("up", Dimension::of(Measure::State)),
];

/// What an expression measures.
pub fn dimension(expr: &Expr) -> Dimension {
    match expr {
        Expr::Paren(paren) => dimension(&paren.inner),
        Expr::Unary(unary) => dimension(&unary.operand),
        Expr::Selector(selector) => of_selector(selector),
        Expr::Range(range) => of_selector(&range.selector),
        Expr::Subquery(subquery) => dimension(&subquery.operand),
        Expr::Aggregation(aggregation) => match aggregation.op.value {
            AggregationOp::Count | AggregationOp::CountValues | AggregationOp::Group => Dimension::of(Measure::Count),
            AggregationOp::Stdvar => Dimension::UNKNOWN,
            AggregationOp::Avg => averaged(dimension(&aggregation.operand)),
            AggregationOp::Sum => summed(dimension(&aggregation.operand)),
            _ => dimension(&aggregation.operand),
        },
        Expr::Call(call) => of_call(call),
        Expr::Binary(binary) if binary.is_long() => Dimension::UNKNOWN,
        Expr::Binary(binary) => of_binary(binary),
        Expr::Number(_) | Expr::String(_) | Expr::Broken(_) => Dimension::UNKNOWN,
    }
}

/// The mean of values: of states, the share that is 1.
fn averaged(dimension: Dimension) -> Dimension {
    if dimension.measure == Measure::State { Dimension::of(Measure::Share) } else { dimension }
}

/// The sum of values: of states, how many are 1.
fn summed(dimension: Dimension) -> Dimension {
    if dimension.measure == Measure::State { Dimension::of(Measure::Count) } else { dimension }
}

fn of_selector(selector: &VectorSelector) -> Dimension {
    selector.metric_name().map_or(Dimension::UNKNOWN, |name| of_name(&name.value))
}

/// What a metric of this name measures.
fn of_name(name: &str) -> Dimension {
    // The level and the operations of a recorded metric's name say nothing of its unit.
    let mut parts = name.split(':');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    let name = second.unwrap_or(first);
    if name.ends_with("_count") || name.ends_with("_bucket") {
        return Dimension::of(Measure::Count);
    }
    let base = ["_total", "_sum"].iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name);
    let last = base.bytes().next_back();
    let has = |suffix: &str| {
        // Nearly every name ends in another letter already.
        suffix.bytes().next_back() == last
            && base.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
    };
    let found = SUFFIXES.iter().find(|(suffix, _)| has(suffix)).map(|(_, dimension)| *dimension);
    // `cpu_usage_total` counts seconds, or what else the author thinks of.
    let counts_time = || name.split('_').any(|word| matches!(word, "cpu" | "time" | "duration"));
    let is_count = || name.ends_with("_total") && !counts_time();
    found.unwrap_or_else(|| if is_count() { Dimension::of(Measure::Count) } else { Dimension::UNKNOWN })
}

fn of_call(call: &Call) -> Dimension {
    let argument = |at: usize| call.arguments.get(at).map_or(Dimension::UNKNOWN, dimension);
    match call.function.value.as_str() {
        "rate" | "irate" | "deriv" => per_second(argument(0)),
        "histogram_quantile" => call.arguments.get(1).map_or(Dimension::UNKNOWN, of_observations),
        "quantile_over_time" => argument(1),
        "avg_over_time" => averaged(argument(0)),
        "sum_over_time" => summed(argument(0)),
        "histogram_avg" | "histogram_sum" => argument(0),
        "count_over_time" | "changes" | "resets" | "histogram_count" => Dimension::of(Measure::Count),
        "time" | "timestamp" => Dimension::of(Measure::Moment),
        "absent" | "absent_over_time" | "present_over_time" => Dimension::of(Measure::State),
        "increase" | "delta" | "idelta" | "min_over_time" | "max_over_time" | "last_over_time" | "first_over_time"
        | "predict_linear" | "abs" | "ceil" | "floor" | "round" | "clamp" | "clamp_min" | "clamp_max" | "sort"
        | "sort_desc" | "label_replace" | "label_join" | "scalar" | "vector" => argument(0),
        _ => Dimension::UNKNOWN,
    }
}

/// What the observations of a histogram measure, given its buckets.
fn of_observations(buckets: &Expr) -> Dimension {
    let name = buckets.selections().find_map(|selection| selection.selector.metric_name());
    name.map_or(Dimension::UNKNOWN, |name| of_name(name.value.strip_suffix("_bucket").unwrap_or(&name.value)))
}

fn per_second(dimension: Dimension) -> Dimension {
    match dimension.measure {
        Measure::Count => Dimension::of(Measure::PerSecond),
        Measure::Bytes => Dimension { measure: Measure::BytesPerSecond, scale: dimension.scale },
        // Seconds per second: how busy something is.
        Measure::Time => Dimension { measure: Measure::Share, scale: dimension.scale },
        _ => Dimension::UNKNOWN,
    }
}

fn of_binary(binary: &Binary) -> Dimension {
    let (left, right) = (dimension(&binary.left), dimension(&binary.right));
    let (left_constant, right_constant) = (constant(&binary.left), constant(&binary.right));
    match binary.op.value {
        BinaryOp::Add | BinaryOp::Subtract => match (left_constant, right_constant) {
            (Some(_), None) => right,
            (None, Some(_)) => left,
            _ => added(left, right, binary.op.value),
        },
        BinaryOp::Multiply => match (left_constant, right_constant) {
            (Some(factor), None) => multiplied(right, factor),
            (None, Some(factor)) => multiplied(left, factor),
            _ => Dimension::UNKNOWN,
        },
        BinaryOp::Divide => match (left_constant, right_constant) {
            (None, Some(divisor)) if divisor != 0.0 => multiplied(left, 1.0 / divisor),
            (None, None) => divided(binary, left, right),
            _ => Dimension::UNKNOWN,
        },
        op if op.is_comparison() && binary.modifiers.bool_modifier.is_some() => Dimension::of(Measure::State),
        op if op.is_comparison() && left_constant.is_some() => right,
        op if op.is_comparison() || op.is_set() => left,
        _ => Dimension::UNKNOWN,
    }
}

fn added(left: Dimension, right: Dimension, op: BinaryOp) -> Dimension {
    match (left.measure, right.measure) {
        (Measure::Moment, Measure::Moment) if op == BinaryOp::Subtract && left.scale != right.scale => {
            Dimension::UNKNOWN
        }
        // In the unit of the moments: `time() * 1000 - last_run_ms` is in milliseconds.
        (Measure::Moment, Measure::Moment | Measure::Unknown) if op == BinaryOp::Subtract => {
            Dimension { measure: Measure::Time, ..left }
        }
        (Measure::Unknown, Measure::Moment) if op == BinaryOp::Subtract => {
            Dimension { measure: Measure::Time, ..right }
        }
        (one, other) if one == other => left,
        _ => Dimension::UNKNOWN,
    }
}

fn multiplied(dimension: Dimension, factor: f64) -> Dimension {
    // A rate times the seconds of a minute is a rate per minute.
    Dimension { scale: dimension.scale.map(|scale| scale / factor).or((factor == 100.0).then_some(0.01)), ..dimension }
}

fn divided(binary: &Binary, above: Dimension, below: Dimension) -> Dimension {
    if let (Some(sum), Some(count)) = (histogram_part(&binary.left, "_sum"), histogram_part(&binary.right, "_count"))
        && sum == count
    {
        return of_name(sum);
    }
    let share = Dimension { measure: Measure::Share, scale: scales(above, below) };
    match (above.measure, below.measure) {
        (one, other) if one == other => share,
        (Measure::Unknown, Measure::Count) | (Measure::Count, Measure::Unknown | Measure::State) => share,
        (Measure::State, Measure::Count) => share,
        _ => Dimension::UNKNOWN,
    }
}

fn scales(above: Dimension, below: Dimension) -> Option<f64> {
    Some(above.scale? / below.scale?)
}

/// The base name of the only metric of an expression, if it ends in this suffix.
fn histogram_part<'e>(expr: &'e Expr, suffix: &str) -> Option<&'e str> {
    let mut names = expr.selections().filter_map(|selection| selection.selector.metric_name());
    let name = names.next()?;
    names.next().is_none().then(|| name.value.strip_suffix(suffix)).flatten()
}

/// The value of an expression of literal numbers.
pub fn constant(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::Number(number) => Some(number.value),
        Expr::Paren(paren) => constant(&paren.inner),
        Expr::Unary(unary) => {
            let value = constant(&unary.operand)?;
            Some(if unary.op.value == crate::promql::ast::Sign::Minus { -value } else { value })
        }
        Expr::Binary(binary) if !binary.is_long() => {
            // The right side first: in a long chain it is the short one, and seldom a number.
            let right = constant(&binary.right)?;
            binary.op.value.arithmetic(constant(&binary.left)?, right)
        }
        Expr::Call(call) if call.function.value == "vector" => constant(call.arguments.first()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        promql::Query,
        text::{Excerpt, FileId},
    };

    fn of(text: &str) -> (Measure, Option<f64>) {
        let query = Query::parse(Excerpt::whole(FileId(0), text));
        let dimension = dimension(query.expr.as_ref().expect("an expression"));
        (dimension.measure, dimension.scale.map(|scale| (scale * 1e9).round() / 1e9))
    }

    #[test]
    fn tells_what_is_measured() {
        for (text, expected) in [
            (
                "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))",
                (Measure::Time, Some(1.0)),
            ),
            ("histogram_quantile(0.99, rate(x_seconds_bucket[5m])) * 1000", (Measure::Time, Some(0.001))),
            ("sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))", (Measure::Share, Some(1.0))),
            (
                "100 - (avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[5m])) * 100)",
                (Measure::Share, Some(0.01)),
            ),
            ("1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes", (Measure::Share, Some(1.0))),
            ("process_resident_memory_bytes / 1024 / 1024", (Measure::Bytes, Some(1_048_576.0))),
            ("rate(errors_total[5m])", (Measure::PerSecond, Some(1.0))),
            ("rate(container_cpu_usage_total[5m])", (Measure::Unknown, Some(1.0))),
            ("rate(errors_total[5m]) * 60", (Measure::PerSecond, Some(0.016_666_667))),
            ("increase(errors_total[5m])", (Measure::Count, Some(1.0))),
            ("time() - last_success_timestamp_seconds", (Measure::Time, Some(1.0))),
            ("(cert_not_after - time()) / 86400", (Measure::Time, Some(86_400.0))),
            ("time() * 1000 - last_run", (Measure::Time, Some(0.001))),
            ("last_run - 1000 * time()", (Measure::Time, Some(0.001))),
            ("time() * 1000 - last_run_timestamp", (Measure::Unknown, Some(1.0))),
            ("max(engine_get_micro_seconds)", (Measure::Time, Some(0.000_001))),
            ("rate(x_seconds_sum[5m]) / rate(x_seconds_count[5m])", (Measure::Time, Some(1.0))),
            ("sum(pg_stat_activity_count) / max(pg_settings_max_connections)", (Measure::Share, Some(1.0))),
            ("redis_memory_used_bytes / (redis_memory_max_bytes > 0)", (Measure::Share, Some(1.0))),
            ("cache_hit_rate", (Measure::Share, None)),
            ("count(up == 0)", (Measure::Count, Some(1.0))),
            ("avg_over_time(up[5m])", (Measure::Share, Some(1.0))),
            ("sum by (instance) (pg_stat_database_numbackends)", (Measure::Unknown, Some(1.0))),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    #[test]
    fn reads_each_part_once() {
        let nested = |open: &str, close: &str| format!("{}up{}", open.repeat(60), close.repeat(60));
        for (text, expected) in [
            (nested("sum(", ")"), Measure::Count),
            (nested("avg_over_time(", "[5m:])"), Measure::Share),
            (nested("(a_bytes / ", ")"), Measure::Unknown),
        ] {
            assert_eq!(of(&text).0, expected, "{text}");
        }
    }

    #[test]
    fn folds_constants() {
        for (text, value) in [("500 * 1024 * 1024", Some(524_288_000.0)), ("-(2 + 3)", Some(-5.0)), ("up * 2", None)] {
            let query = Query::parse(Excerpt::whole(FileId(0), text));
            assert_eq!(query.expr.as_ref().and_then(constant), value, "{text}");
        }
    }
}
