//! Functions of ranges and vectors on small series; expected values are those of promtool, or worked out by hand.

use std::borrow::Cow;

use crate::{
    engine::{
        Features, Implementation, Labels, Level, Moments, Notes, Point, RangeCall, Sample, TextCall, Value, VectorCall,
        Window,
    },
    promql::ast::Extension,
    text::{FileId, Span},
};

use super::implementation;

const MINUTE: i64 = 60_000;
const NAN: f64 = f64::NAN;

/// A sample each minute from minute 0 on.
fn each_minute(values: &[f64]) -> Vec<Point<f64>> {
    (0..).zip(values).map(|(minute, value)| Point::new(minute * MINUTE, *value)).collect()
}

struct Case<'a> {
    function: &'a str,
    parameters: &'a [f64],
    /// All samples of the series.
    samples: &'a [Point<f64>],
    /// Minutes the range is long.
    range: i64,
    /// Minute of the evaluation.
    at: i64,
    extension: Option<Extension>,
    features: Features,
}

impl<'a> Case<'a> {
    fn new(function: &'a str, samples: &'a [Point<f64>], range: i64, at: i64) -> Self {
        Self { function, parameters: &[], samples, range, at, extension: None, features: Features::default() }
    }

    fn evaluate(&self) -> (Option<Value>, Vec<String>) {
        let (end, lookback) = (self.at * MINUTE, 5 * MINUTE);
        let start = end - self.range * MINUTE;
        let (after, until) = match self.extension {
            None => (start, end),
            Some(Extension::Anchored) => (start - lookback, end),
            Some(Extension::Smoothed) => (start - lookback, end + lookback),
        };
        let floats = self.samples.iter().filter(|sample| after < sample.at && sample.at <= until).copied().collect();
        let histograms = Cow::Borrowed(&[][..]);
        let window = Window { floats: Cow::Owned(floats), histograms, start, end, after, extension: self.extension };
        let nowhere = Span::start_of(FileId(0));
        let call = RangeCall {
            window: &window,
            labels: &Labels::of([("__name__", "x_total")]),
            at: end,
            range: self.range * MINUTE,
            parameters: self.parameters,
            function: self.function,
            arguments: &[],
            call: nowhere,
            features: self.features,
        };
        let Some(Implementation::Range(function)) = implementation(self.function) else {
            panic!("`{}` is no function of a range", self.function);
        };
        let mut notes = Notes::default();
        let value = function(&call, &mut notes).expect("the parameters make sense");
        let levels = [Level::Warning, Level::Info].into_iter();
        (value, levels.flat_map(|level| notes.of_level(level).map(|(note, _)| note.to_string())).collect())
    }

    fn value(&self) -> Option<f64> {
        self.evaluate().0.map(|value| value.float().expect("a float"))
    }
}

fn assert_same(found: Option<f64>, expected: f64, case: &str) {
    let found = found.unwrap_or_else(|| panic!("{case} gives nothing"));
    assert!(found == expected || found.is_nan() && expected.is_nan(), "{case} gives {found}, not {expected}");
}

#[test]
fn counters_and_gauges() {
    let counter = each_minute(&[0.0, 10.0, 20.0, 5.0, 15.0]);
    let gauge = each_minute(&[5.0, 3.0, NAN, 7.0]);
    let rising = each_minute(&(0..=20).map(f64::from).collect::<Vec<_>>());
    for (function, samples, range, at, expected) in [
        ("increase", &counter, 5, 4, 35.0),
        ("rate", &counter, 4, 4, 0.138_888_888_888_888_87),
        ("delta", &counter, 4, 4, 6.666_666_666_666_666),
        ("irate", &counter, 4, 3, 0.083_333_333_333_333_33),
        ("idelta", &counter, 4, 3, -15.0),
        ("resets", &counter, 10, 4, 1.0),
        ("resets", &counter, 1, 4, 0.0),
        ("changes", &gauge, 10, 4, 3.0),
        ("max_over_time", &gauge, 10, 4, 7.0),
        ("min_over_time", &gauge, 10, 4, 3.0),
        ("ts_of_max_over_time", &gauge, 10, 4, 180.0),
        ("ts_of_first_over_time", &gauge, 4, 4, 60.0),
        ("ts_of_last_over_time", &gauge, 10, 4, 180.0),
        ("avg_over_time", &gauge, 10, 4, NAN),
        ("mad_over_time", &gauge, 10, 4, NAN),
        ("mad_over_time", &counter, 10, 4, 5.0),
        ("sum_over_time", &counter, 10, 4, 50.0),
        ("count_over_time", &counter, 2, 4, 2.0),
        ("present_over_time", &counter, 2, 4, 1.0),
        ("first_over_time", &counter, 2, 4, 5.0),
        ("last_over_time", &counter, 2, 4, 15.0),
        ("stddev_over_time", &counter, 10, 4, 7.071_067_811_865_475_5),
        ("stdvar_over_time", &counter, 10, 4, 50.0),
        // A minute each of 5, 15, 12.5 and 10; with NaN for zero, of 4, 1.5 and 3.5.
        ("integral", &counter, 10, 4, 2550.0),
        ("integral", &gauge, 10, 4, 540.0),
        ("deriv", &rising, 5, 10, 0.016_666_666_666_666_666),
    ] {
        assert_same(Case::new(function, samples, range, at).value(), expected, function);
    }
}

#[test]
fn functions_with_parameters() {
    let counter = each_minute(&[0.0, 10.0, 20.0, 5.0, 15.0]);
    let gauge = each_minute(&[5.0, 3.0, NAN, 7.0]);
    let rising = each_minute(&(0..=20).map(f64::from).collect::<Vec<_>>());
    for (function, parameters, samples, range, at, expected) in [
        ("integral", &[0.0][..], &counter, 10, 4, 2100.0),
        ("integral", &[1.0], &counter, 10, 4, 3000.0),
        ("integral", &[2.0], &counter, 10, 4, 2550.0),
        ("integral", &[0.5], &counter, 10, 4, 2550.0),
        ("quantile_over_time", &[0.5], &gauge, 10, 4, 4.0),
        ("quantile_over_time", &[2.0], &gauge, 10, 4, f64::INFINITY),
        ("predict_linear", &[60.0], &rising, 5, 10, 11.0),
        // 0.5·1 + 0.5·(0 + 1) = 1 with trend 1, then 0.5·2 + 0.5·(1 + 1) = 2.
        ("double_exponential_smoothing", &[0.5, 0.5], &rising, 10, 2, 2.0),
    ] {
        assert_same(Case { parameters, ..Case::new(function, samples, range, at) }.value(), expected, function);
    }
    let (_, notes) = Case { parameters: &[2.0], ..Case::new("quantile_over_time", &gauge, 10, 4) }.evaluate();
    assert_eq!(notes, ["PromQL warning: quantile value should be between 0 and 1, got 2"]);
    let (_, notes) = Case { parameters: &[NAN], ..Case::new("integral", &gauge, 10, 4) }.evaluate();
    assert_eq!(notes, ["PromQL warning: strategy should be 0, 1, or 2 (default), using 2, got NaN"]);
}

#[test]
fn one_sample_is_too_few() {
    let lonely = each_minute(&[5.0]);
    for function in ["rate", "increase", "delta", "irate", "idelta", "deriv", "predict_linear"] {
        assert_eq!(Case::new(function, &lonely, 5, 1).value(), None, "{function}");
    }
}

#[test]
fn extended_ranges_see_beyond_their_borders() {
    let counter = each_minute(&[0.0, 10.0, 20.0, 5.0, 15.0]);
    let half_past = |sample: &Point<f64>| Point { at: sample.at + MINUTE / 2, ..*sample };
    let shifted: Vec<_> = counter.iter().map(half_past).collect();
    let (anchored, smoothed) = (Some(Extension::Anchored), Some(Extension::Smoothed));
    for (function, extension, samples, range, at, expected) in [
        ("increase", anchored, &counter, 2, 2, 20.0),
        ("increase", anchored, &counter, 2, 4, 15.0),
        ("delta", anchored, &counter, 2, 4, -5.0),
        ("rate", anchored, &counter, 2, 2, 20.0 / 120.0),
        ("resets", anchored, &counter, 1, 3, 1.0),
        ("changes", anchored, &counter, 1, 3, 1.0),
        // 5 at minute 1 and 15 at minute 2.
        ("increase", smoothed, &shifted, 1, 2, 10.0),
        // From 15 at minute 2 to 20, then from zero to 2.5 at minute 3.
        ("increase", smoothed, &shifted, 1, 3, 7.5),
        // From 15 at minute 2 to 12.5 at minute 3.
        ("delta", smoothed, &shifted, 1, 3, -2.5),
    ] {
        let case = Case { extension, ..Case::new(function, samples, range, at) };
        assert_same(case.value(), expected, function);
    }
    let stale = Case { extension: anchored, ..Case::new("changes", &counter, 1, 6) };
    assert_eq!(stale.value(), None, "nothing within the range");
}

#[test]
fn start_timestamps_tell_of_resets() {
    let samples =
        [Point { at: MINUTE, start: 30_000, value: 10.0 }, Point { at: 2 * MINUTE, start: 90_000, value: 12.0 }];
    let features = Features { start_timestamps: true, ..Features::default() };
    let increase = Case { features, ..Case::new("increase", &samples, 2, 2) };
    // 10 since 0:30 and 12 since 1:30; the range ends with the last sample.
    assert_eq!(increase.value(), Some(22.0));
    let resets = Case { features, ..Case::new("resets", &samples, 2, 2) };
    assert_eq!(resets.value(), Some(1.0));
    assert_eq!(Case::new("resets", &samples, 2, 2).value(), Some(0.0));
}

#[test]
fn names_tell_counters_from_others() {
    let samples = each_minute(&[1.0, 2.0, 3.0]);
    let typed = Features { type_and_unit_labels: true, ..Features::default() };
    for (function, features, remark) in [
        ("rate", Features::default(), ""),
        ("delta", typed, ""),
        (
            "increase",
            typed,
            "PromQL info: metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\", \
             got \"\": \"x_total\"",
        ),
    ] {
        let (_, notes) = Case { features, ..Case::new(function, &samples, 3, 3) }.evaluate();
        assert_eq!(notes.concat(), remark, "{function}");
    }
}

/// What a function makes of a whole vector, and what it remarks on.
fn whole(
    function: &str,
    vector: &[(&[(&str, &str)], f64)],
    texts: &[&str],
    parameters: &[f64],
    until: i64,
) -> (Vec<(String, f64)>, Vec<String>) {
    let nowhere = Span::start_of(FileId(0));
    let sample = |(labels, value): &(&[(&str, &str)], f64)| Sample {
        labels: Labels::of(labels.iter().copied()),
        value: Value::Float(*value),
        drop_name: false,
    };
    let call = VectorCall {
        vector: vector.iter().map(sample).collect(),
        parameters,
        texts,
        at: 0,
        query: Moments { start: 0, end: until, step: MINUTE },
        arguments: &[nowhere],
        call: nowhere,
        delayed_name_removal: false,
    };
    let Some(Implementation::Vector(function)) = implementation(function) else {
        panic!("`{function}` is no function of a vector");
    };
    let mut notes = Notes::default();
    let samples = function(call, &mut notes).expect("no function of these fails");
    let samples = samples.into_iter().map(|sample| (sample.labels.to_string(), sample.value.float().expect("a float")));
    let levels = [Level::Warning, Level::Info].into_iter();
    (samples.collect(), levels.flat_map(|level| notes.of_level(level).map(|(note, _)| note.to_string())).collect())
}

#[test]
fn vectors_are_sorted() {
    let vector = [("h10", 2.0), ("h9", NAN), ("h1", 3.0), ("g", 1.0)].map(|(host, value)| ([("host", host)], value));
    let vector = vector.each_ref().map(|(labels, value)| (&labels[..], *value));
    for (function, texts, expected) in [
        ("sort", &[][..], ["g", "h10", "h1", "h9"]),
        ("sort_desc", &[], ["h1", "h10", "g", "h9"]),
        ("sort_by_label", &["host"], ["g", "h1", "h9", "h10"]),
        ("sort_by_label_desc", &["host"], ["h10", "h9", "h1", "g"]),
        ("sort_by_label", &[], ["g", "h1", "h10", "h9"]),
    ] {
        let (sorted, notes) = whole(function, &vector, texts, &[], 0);
        let sorted: Vec<String> = sorted.into_iter().map(|(labels, _)| labels).collect();
        assert_eq!(sorted, expected.map(|host| format!("{{host=\"{host}\"}}")), "{function}");
        assert_eq!(notes, Vec::<String>::new());
    }
    let (_, notes) = whole("sort", &vector, &[], &[], MINUTE);
    assert_eq!(notes.len(), 1, "{notes:?}");
}

#[test]
fn classic_buckets_become_quantiles() {
    let buckets: [(&[(&str, &str)], f64); 6] = [
        (&[("__name__", "h_bucket"), ("le", "0.1"), ("job", "a")], 20.0),
        (&[("__name__", "h_bucket"), ("le", "0.1"), ("job", "b")], 10.0),
        (&[("__name__", "h_bucket"), ("le", "1"), ("job", "a")], 60.0),
        (&[("__name__", "h_bucket"), ("le", "+Inf"), ("job", "a")], 80.0),
        (&[("__name__", "h_bucket"), ("le", "+Inf"), ("job", "b")], 10.0),
        (&[("__name__", "h_bucket"), ("job", "c")], 10.0),
    ];
    let [a, b] = ["{job=\"a\"}", "{job=\"b\"}"].map(str::to_owned);
    let malformed = "PromQL warning: bucket label \"le\" is missing or has a malformed value of \"\"";
    // Half of 80 lies half way between 20 and 60, and half of 10 half way to 10.
    let expected = (vec![(a.clone(), 0.55), (b.clone(), 0.05)], vec![malformed.to_owned()]);
    assert_eq!(whole("histogram_quantile", &buckets, &[], &[0.5], 0), expected);
    let expected = (vec![(a, 0.75), (b, 1.0)], vec![malformed.to_owned()]);
    assert_eq!(whole("histogram_fraction", &buckets, &[], &[0.0, 1.0], 0), expected);
    let (quantiles, notes) = whole("histogram_quantiles", &buckets[..1], &["q"], &[1.0, NAN], 0);
    let labels: Vec<_> = quantiles.iter().map(|(labels, _)| labels.as_str()).collect();
    assert_eq!(labels, ["{job=\"a\", q=\"1.0\"}", "{job=\"a\", q=\"NaN\"}"]);
    assert_eq!(notes, ["PromQL warning: quantile value should be between 0 and 1, got NaN"]);
}

#[test]
fn labels_are_replaced_and_joined() {
    let nowhere = Span::start_of(FileId(0));
    let relabelled = |function: &str, texts: &[&str]| {
        let Some(Implementation::Labels(function)) = implementation(function) else { panic!("no function of labels") };
        let changed =
            function(&TextCall { texts, arguments: &[nowhere], call: nowhere }).map_err(|failure| failure.message)?;
        Ok::<_, String>(
            changed(&Labels::of([("__name__", "x"), ("a", "1"), ("b", "two")])).map(|labels| labels.to_string()),
        )
    };
    for (function, texts, expected) in [
        ("label_replace", &["c", "$1-${1}z", "a", "(.*)"][..], Ok(Some(r#"x{a="1", b="two", c="1-1z"}"#))),
        ("label_replace", &["c", "$1z", "a", "(.*)"], Ok(Some(r#"x{a="1", b="two"}"#))),
        ("label_replace", &["a", "", "b", "t.*"], Ok(Some(r#"x{b="two"}"#))),
        ("label_replace", &["c", "$1", "b", "(t)w"], Ok(None)),
        ("label_replace", &["c", "$1", "b", "("], Err("invalid regular expression in label_replace(): (")),
        ("label_replace", &["", "$1", "b", ".*"], Err("invalid destination label name in label_replace(): ")),
        ("label_join", &["c", "-", "a", "gone", "b"], Ok(Some(r#"x{a="1", b="two", c="1--two"}"#))),
        ("label_join", &["a", "-"], Ok(Some(r#"x{b="two"}"#))),
        ("label_join", &["a", "-", ""], Err("invalid source label name in label_join(): ")),
    ] {
        let expected = expected.map(|labels| labels.map(str::to_owned)).map_err(str::to_owned);
        assert_eq!(relabelled(function, texts), expected, "{function} {texts:?}");
    }
}
