//! The functions of PromQL, each in one of the shapes of [`Implementation`].
//!
//! Each of them works by itself, on one value, one window or one vector. Who calls them (the evaluator) finds the
//! samples of an argument, drops names and puts results together.

mod calendar;
mod changes;
mod elementwise;
mod extended;
mod extended_histograms;
mod histogram_change;
mod histogram_total;
mod histograms;
mod info;
mod instant_rate;
mod integral;
mod natural;
mod over_time;
mod range_call;
mod rate;
mod regression;
mod relabelling;
mod scalars;
mod smoothing;
mod sorting;
mod start_time;
#[cfg(test)]
mod tests;

use crate::histogram::FloatHistogram;

pub use info::{InfoQuery, InfoSample};

use super::{Implementation, Special, Value};

/// How a function is computed; `None` when there is no such function.
pub fn implementation(name: &str) -> Option<Implementation> {
    if let Some(plain) = of_range(name).or_else(|| of_scalars(name)).or_else(|| of_vector(name)) {
        return Some(plain);
    }
    Some(match name {
        "absent" => Implementation::Evaluator(Special::Absent),
        "absent_over_time" => Implementation::Evaluator(Special::AbsentOverTime),
        "info" => Implementation::Evaluator(Special::Info),
        "scalar" => Implementation::Evaluator(Special::Scalar),
        "start_timestamp" => Implementation::Evaluator(Special::StartTimestamp),
        "timestamp" => Implementation::Evaluator(Special::Timestamp),
        "vector" => Implementation::Evaluator(Special::Vector),
        _ => return elementwise::of_each(name).or_else(|| calendar::of_time(name)),
    })
}

fn of_range(name: &str) -> Option<Implementation> {
    use Implementation::Range;
    Some(match name {
        "avg_over_time" => Range(|call, notes| Ok(over_time::avg_over_time(call, notes))),
        "changes" => Range(|call, _| Ok(changes::changes(call))),
        "count_over_time" => Range(|call, _| Ok(Some(Value::Float(call.window.len() as f64)))),
        "delta" => Range(|call, notes| Ok(rate::delta(call, notes))),
        "deriv" => Range(|call, notes| Ok(regression::deriv(call, notes))),
        "double_exponential_smoothing" => Range(smoothing::double_exponential_smoothing),
        "first_over_time" => Range(|call, _| Ok(over_time::first_over_time(call))),
        "idelta" => Range(|call, notes| Ok(instant_rate::idelta(call, notes))),
        "increase" => Range(|call, notes| Ok(rate::increase(call, notes))),
        "integral" => Range(|call, notes| Ok(integral::integral(call, notes))),
        "irate" => Range(|call, notes| Ok(instant_rate::irate(call, notes))),
        "last_over_time" => Range(|call, _| Ok(over_time::last_over_time(call))),
        "mad_over_time" => Range(|call, notes| Ok(over_time::mad_over_time(call, notes))),
        "max_over_time" => Range(|call, notes| Ok(over_time::max_over_time(call, notes))),
        "min_over_time" => Range(|call, notes| Ok(over_time::min_over_time(call, notes))),
        "predict_linear" => Range(|call, notes| Ok(regression::predict_linear(call, notes))),
        "present_over_time" => Range(|_, _| Ok(Some(Value::Float(1.0)))),
        "quantile_over_time" => Range(|call, notes| Ok(over_time::quantile_over_time(call, notes))),
        "rate" => Range(|call, notes| Ok(rate::rate(call, notes))),
        "resets" => Range(|call, _| Ok(changes::resets(call))),
        "stddev_over_time" => Range(|call, notes| Ok(over_time::stddev_over_time(call, notes))),
        "stdvar_over_time" => Range(|call, notes| Ok(over_time::stdvar_over_time(call, notes))),
        "sum_over_time" => Range(|call, notes| Ok(over_time::sum_over_time(call, notes))),
        "ts_of_first_over_time" => Range(|call, _| Ok(over_time::ts_of_first_over_time(call))),
        "ts_of_last_over_time" => Range(|call, _| Ok(over_time::ts_of_last_over_time(call))),
        "ts_of_max_over_time" => Range(|call, notes| Ok(over_time::ts_of_max_over_time(call, notes))),
        "ts_of_min_over_time" => Range(|call, notes| Ok(over_time::ts_of_min_over_time(call, notes))),
        _ => return None,
    })
}

fn of_scalars(name: &str) -> Option<Implementation> {
    use Implementation::Scalar;
    Some(match name {
        "end" => Scalar(scalars::end),
        "max_of" => Scalar(scalars::max_of),
        "min_of" => Scalar(scalars::min_of),
        "pi" => Scalar(|_| std::f64::consts::PI),
        "range" => Scalar(scalars::range),
        "start" => Scalar(scalars::start),
        "step" => Scalar(scalars::step),
        "time" => Scalar(scalars::time),
        _ => return None,
    })
}

fn of_vector(name: &str) -> Option<Implementation> {
    use Implementation::{Histogram, Labels, Vector};
    Some(match name {
        "histogram_avg" => Histogram(FloatHistogram::mean),
        "histogram_count" => Histogram(|histogram| histogram.count),
        "histogram_fraction" => Vector(histograms::histogram_fraction),
        "histogram_quantile" => Vector(histograms::histogram_quantile),
        "histogram_quantiles" => Vector(histograms::histogram_quantiles),
        "histogram_stddev" => Histogram(|histogram| histogram.variance().sqrt()),
        "histogram_stdvar" => Histogram(FloatHistogram::variance),
        "histogram_sum" => Histogram(|histogram| histogram.sum),
        "label_join" => Labels(relabelling::label_join),
        "label_replace" => Labels(relabelling::label_replace),
        "sort" => Vector(sorting::sort),
        "sort_by_label" => Vector(sorting::sort_by_label),
        "sort_by_label_desc" => Vector(sorting::sort_by_label_desc),
        "sort_desc" => Vector(sorting::sort_desc),
        _ => return None,
    })
}
