//! What values functions give.

use std::f64::consts::{FRAC_PI_2, PI};

use super::{
    super::{ast::Call, flow::Source, functions::Function},
    Values,
    aggregation::{quantile, sum},
};

pub(super) fn values(call: &Call, source: &dyn Source) -> Values {
    let Some(function) = call.signature() else { return Values::ANY };
    let argument = |index: usize| call.arguments.get(index).map_or(Values::ANY, |one| Values::of(one, source));
    let series = || argument(function.series_argument().unwrap_or(0));
    if let Some(fixed) = whatever_the_series(function) {
        return fixed;
    }
    match function.name {
        "max_over_time" | "min_over_time" | "last_over_time" | "first_over_time" | "vector" | "sort" | "sort_desc"
        | "sort_by_label" | "sort_by_label_desc" | "label_replace" | "label_join" | "info" => series(),
        "avg_over_time" => Values { whole: false, ..series() },
        "scalar" => series().or_nan(),
        "sum_over_time" => sum(series()),
        "quantile_over_time" => quantile(argument(0), argument(1)),
        "abs" => absolute(series()),
        "ceil" => series().mapped(f64::ceil).whole(),
        "floor" => series().mapped(f64::floor).whole(),
        "round" if call.arguments.len() == 1 => series().mapped(|value| (value + 0.5).floor()).whole(),
        "exp" => series().mapped(f64::exp),
        "sqrt" => root(series()),
        "clamp" => clamped(series(), argument(1), argument(2)),
        "clamp_min" => clamped(series(), argument(1), Values::exactly(f64::INFINITY)),
        "clamp_max" => clamped(series(), Values::exactly(f64::NEG_INFINITY), argument(1)),
        "sgn" => Values { nan: series().nan, ..Values::between(-1.0, 1.0).whole() },
        "deg" => series().mapped(f64::to_degrees),
        "rad" => series().mapped(f64::to_radians),
        "histogram_quantile" => histogram_quantile(call, source),
        _ => Values::ANY,
    }
}

/// Whether a call gives the same values whatever it is given.
pub(super) fn is_fixed(call: &Call) -> bool {
    call.signature().and_then(whatever_the_series).is_some()
}

/// What a function gives whatever it is given.
fn whatever_the_series(function: &Function) -> Option<Values> {
    let moments = Values::between(0.0, f64::MAX);
    Some(match function.name {
        "rate" | "irate" | "increase" => Values::NOT_NEGATIVE,
        "changes" | "resets" => Values::between(0.0, f64::MAX).whole(),
        "stddev_over_time" | "stdvar_over_time" | "mad_over_time" | "histogram_stddev" | "histogram_stdvar" => {
            Values::NOT_NEGATIVE.or_nan()
        }
        "histogram_count" => Values::NOT_NEGATIVE.or_nan(),
        "histogram_fraction" => Values::SHARE,
        "absent" | "absent_over_time" | "present_over_time" => Values::exactly(1.0),
        "count_over_time" => Values::COUNT,
        "minute" => Values::between(0.0, 59.0).whole().or_nan(),
        "hour" => Values::between(0.0, 23.0).whole().or_nan(),
        "day_of_week" => Values::between(0.0, 6.0).whole().or_nan(),
        "day_of_month" => Values::between(1.0, 31.0).whole().or_nan(),
        "days_in_month" => Values::between(28.0, 31.0).whole().or_nan(),
        "day_of_year" => Values::between(1.0, 366.0).whole().or_nan(),
        "month" => Values::between(1.0, 12.0).whole().or_nan(),
        "time"
        | "timestamp"
        | "ts_of_max_over_time"
        | "ts_of_min_over_time"
        | "ts_of_first_over_time"
        | "ts_of_last_over_time" => moments,
        "step" | "range" => moments,
        "pi" => Values::exactly(PI),
        "sin" | "cos" | "tanh" => Values::between(-1.0, 1.0).or_nan(),
        "asin" | "atan" => Values::between(-FRAC_PI_2, FRAC_PI_2).or_nan(),
        "acos" => Values::between(0.0, PI).or_nan(),
        "cosh" => Values::between(1.0, f64::INFINITY).or_nan(),
        "acosh" => Values::NOT_NEGATIVE.or_nan(),
        _ => return None,
    })
}

/// Of a quantile beyond 0 and 1 the result is infinite, NaN when there are no observations.
fn histogram_quantile(call: &Call, source: &dyn Source) -> Values {
    match call.arguments.first().and_then(|parameter| Values::of(parameter, source).constant()) {
        Some(quantile) if quantile > 1.0 => Values::exactly(f64::INFINITY).or_nan(),
        Some(quantile) if quantile < 0.0 => Values::exactly(f64::NEG_INFINITY).or_nan(),
        _ => Values::ANY,
    }
}

fn absolute(values: Values) -> Values {
    if values.is_not_negative() {
        return values;
    }
    let least = if values.most < 0.0 { -values.most } else { 0.0 };
    Values { least, most: values.least.abs().max(values.most.abs()), ..values }
}

/// Of a negative number the root is NaN.
fn root(values: Values) -> Values {
    let nan = values.nan || values.least < 0.0;
    let least = if values.least.is_sign_negative() { -0.0 } else { values.least.sqrt() };
    Values { nan, whole: false, ..Values::between(least, values.most.max(0.0).sqrt()) }
}

/// Between two limits; where they are the wrong way round there is no result.
fn clamped(values: Values, low: Values, high: Values) -> Values {
    let is_known = low.constant().is_some() && high.constant().is_some();
    if !is_known {
        return Values::ANY;
    }
    let (low, high) = (low.least, high.least);
    let is_whole = |limit: f64| limit.is_infinite() || limit % 1.0 == 0.0;
    Values {
        least: values.least.clamp(low.min(high), high),
        most: values.most.clamp(low.min(high), high),
        whole: values.whole && is_whole(low) && is_whole(high),
        ..values
    }
}

impl Values {
    /// What a function that only ever grows makes of them.
    fn mapped(self, function: impl Fn(f64) -> f64) -> Self {
        Self { least: function(self.least), most: function(self.most), whole: false, ..self }
    }
}
