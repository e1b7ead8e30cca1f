//! What a histogram is before anything is computed with it.

use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2};

use super::*;

/// A histogram in the notation of tests, as [`FloatHistogram::test_form`] writes it.
pub(super) fn read(text: &str) -> FloatHistogram {
    let inner = text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")).expect(text);
    let mut parts = HistogramParts::default();
    let mut rest = inner.trim();
    while let Some((key, after)) = rest.split_once(':') {
        let end = if after.starts_with('[') {
            after.find(']').map_or(after.len(), |at| at + 1)
        } else {
            after.find(' ').unwrap_or(after.len())
        };
        let (value, left) = after.split_at(end);
        let numbers: Vec<f64> =
            value.trim_matches(['[', ']']).split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let number = numbers.first().copied().unwrap_or_default();
        match key {
            "schema" => parts.schema = number as i64,
            "count" => parts.count = number,
            "sum" => parts.sum = number,
            "z_bucket" => parts.zero_count = number,
            "z_bucket_w" => parts.zero_threshold = number,
            "offset" => parts.offset = number as i64,
            "buckets" => parts.buckets = numbers,
            "n_offset" => parts.negative_offset = number as i64,
            "n_buckets" => parts.negative_buckets = numbers,
            "custom_values" => parts.custom_values = numbers,
            "counter_reset_hint" => {
                parts.reset_hint = match value {
                    "reset" => ResetHint::Reset,
                    "not_reset" => ResetHint::NotReset,
                    "gauge" => ResetHint::Gauge,
                    _ => ResetHint::Unknown,
                }
            }
            _ => panic!("{text}: {key}"),
        }
        rest = left.trim_start();
    }
    FloatHistogram::from_parts(&parts).expect(text)
}

/// A histogram of schema 0, which begins right above 1, in (1, 2].
fn positive(first: i64, counts: &[f64]) -> FloatHistogram {
    let parts = HistogramParts {
        count: counts.iter().sum(),
        offset: first,
        buckets: counts.to_vec(),
        ..HistogramParts::default()
    };
    FloatHistogram::from_parts(&parts).expect("an exponential histogram")
}

#[test]
fn bounds_of_exponential_buckets() {
    for (schema, index, bound) in [
        (0, 0, 1.0),
        (0, 1, 2.0),
        (0, -1, 0.5),
        (0, 1023, 2f64.powi(1023)),
        (0, 1024, f64::MAX),
        (0, 1025, f64::INFINITY),
        (0, -1074, 5e-324),
        (0, -1075, 0.0),
        (0, i32::MAX, f64::INFINITY),
        (0, i32::MIN, 0.0),
        (-1, 1, 4.0),
        (-4, 1, 65536.0),
        (-4, 64, f64::MAX),
        (-4, 65, f64::INFINITY),
        (-4, i32::MAX, f64::INFINITY),
        (1, 1, SQRT_2.next_down()),
        (1, -1, FRAC_1_SQRT_2.next_down()),
        (2, 3, 1.6817928305074288),
        (3, 11, 2.5936791093020193),
        (8, 1, 1.0027112750502025),
        (8, 255, 1.9945921121709395),
        (8, 1024 * 256, f64::MAX),
        (8, 1024 * 256 - 1, 1.7928322734501122e308),
    ] {
        let resolution = Resolution::of(schema).expect("a schema");
        assert_eq!(resolution.bound(index), bound, "schema {schema}, index {index}");
    }
}

#[test]
fn every_second_border_is_one_of_the_next_coarser_schema() {
    for schema in -4..8 {
        let (coarse, fine) = (Resolution::of(schema).unwrap(), Resolution::of(schema + 1).unwrap());
        for index in -600..=600 {
            assert_eq!(coarse.bound(index), fine.bound(2 * index), "schema {schema}, index {index}");
            assert_eq!(fine.index_in(coarse, 2 * index), index);
            assert_eq!(fine.index_in(coarse, 2 * index - 1), index);
        }
    }
}

#[test]
fn contradictions_are_named() {
    let custom = HistogramParts { schema: -53, custom_values: vec![1.0, 2.0], ..HistogramParts::default() };
    let cases = [
        (HistogramParts { schema: 9, ..HistogramParts::default() }, "schema 9 is neither between -4 and 8 nor -53"),
        (
            HistogramParts { custom_values: vec![1.0], ..HistogramParts::default() },
            "exponential buckets have no custom bounds",
        ),
        (HistogramParts { zero_threshold: -1.0, ..HistogramParts::default() }, "the zero bucket has width -1"),
        (HistogramParts { offset: i64::MAX, buckets: vec![1.0], ..HistogramParts::default() }, {
            "bucket 9223372036854775807 is beyond all numbers"
        }),
        (HistogramParts { zero_count: 1.0, ..custom.clone() }, "custom buckets have no zero bucket"),
        (HistogramParts { negative_buckets: vec![1.0], ..custom.clone() }, "custom buckets have no negative side"),
        (HistogramParts { offset: -1, buckets: vec![1.0], ..custom.clone() }, {
            "custom buckets begin at index 0, not at -1"
        }),
        (
            HistogramParts { buckets: vec![1.0; 4], ..custom.clone() },
            "2 custom bounds make 3 buckets, but there is one with index 3",
        ),
        (
            HistogramParts { custom_values: vec![1.0, 1.0], ..custom.clone() },
            "custom bound 1 is not above the one before it, 1",
        ),
        (HistogramParts { custom_values: vec![f64::NAN], ..custom.clone() }, "a custom bound is NaN"),
        (HistogramParts { custom_values: vec![f64::INFINITY], ..custom }, "the custom bound +Inf is implied"),
    ];
    for (parts, message) in cases {
        assert_eq!(FloatHistogram::from_parts(&parts).expect_err(message).to_string(), message);
    }
}

#[test]
fn storage_takes_no_negative_counts() {
    let parts = |count, zero_count, bucket, negative| HistogramParts {
        count,
        zero_count,
        buckets: vec![1.0, bucket],
        negative_buckets: vec![negative],
        ..HistogramParts::default()
    };
    for (parts, outcome) in [
        (parts(3.0, 0.0, 1.0, 1.0), Ok(())),
        (parts(-3.0, 0.0, 1.0, 1.0), Err(HistogramError::NegativeCount)),
        (parts(3.0, -1.0, 1.0, 1.0), Err(HistogramError::NegativeZeroCount)),
        (parts(3.0, 0.0, -1.0, 1.0), Err(HistogramError::NegativeBucket { number: 2, negative: false })),
        (parts(3.0, 0.0, 1.0, -1.0), Err(HistogramError::NegativeBucket { number: 1, negative: true })),
    ] {
        let histogram = FloatHistogram::from_parts(&parts).expect("contradicts nothing");
        assert_eq!(histogram.validate(), outcome);
    }
}

#[test]
fn walks_from_the_lowest_bucket_to_the_highest() {
    let histogram = FloatHistogram::from_parts(&HistogramParts {
        zero_count: 2.0,
        zero_threshold: 1.5,
        offset: 1,
        buckets: vec![3.0, 4.0],
        negative_offset: 2,
        negative_buckets: vec![1.0],
        ..HistogramParts::default()
    })
    .expect("an exponential histogram");
    let shown = |bucket: Bucket| (bucket.lower, bucket.upper, bucket.count);
    let buckets: Vec<_> = histogram.all_buckets().map(shown).collect();
    assert_eq!(buckets, [(-4.0, -2.0, 1.0), (-1.5, 1.5, 2.0), (1.5, 2.0, 3.0), (2.0, 4.0, 4.0)]);
    let mut backwards: Vec<_> = histogram.all_buckets().rev().map(shown).collect();
    backwards.reverse();
    assert_eq!(backwards, buckets);
}

#[test]
fn walks_over_custom_buckets() {
    let histogram = FloatHistogram::from_parts(&HistogramParts {
        schema: -53,
        custom_values: vec![5.0, 10.0],
        buckets: vec![1.0, 2.0, 4.0],
        ..HistogramParts::default()
    })
    .expect("a custom histogram");
    let shown = |bucket: Bucket| (bucket.lower, bucket.upper, bucket.includes_lower, bucket.count);
    let buckets: Vec<_> = histogram.all_buckets().map(shown).collect();
    let infinity = f64::INFINITY;
    assert_eq!(buckets, [(-infinity, 5.0, true, 1.0), (5.0, 10.0, false, 2.0), (10.0, infinity, false, 4.0)]);
}

#[test]
fn compacts() {
    for (counts, most_empty, indices) in [
        (&[0.0, 1.0, 0.0, 1.0, 0.0][..], 0, &[2, 4][..]),
        (&[0.0, 1.0, 0.0, 1.0, 0.0], 1, &[2, 3, 4]),
        (&[1.0, 0.0, 0.0, 1.0], 1, &[1, 4]),
        (&[1.0, 0.0, 0.0, 1.0], 2, &[1, 2, 3, 4]),
        (&[0.0, 0.0], usize::MAX, &[]),
    ] {
        let mut histogram = positive(1, counts);
        histogram.compact(most_empty);
        let left: Vec<i32> = histogram.positive().iter().map(|(index, _)| index).collect();
        assert_eq!(left, indices, "{counts:?} {most_empty}");
    }
}

#[test]
fn equal_are_numbers_of_the_same_bits_whatever_the_hint() {
    let one = positive(1, &[1.0, 2.0]);
    assert_eq!(one, FloatHistogram { reset_hint: ResetHint::Gauge, ..one.clone() });
    assert_eq!(FloatHistogram::stale(), FloatHistogram::stale());
    assert_ne!(FloatHistogram { sum: 0.0, ..one.clone() }, FloatHistogram { sum: -0.0, ..one.clone() });
    assert_ne!(FloatHistogram { sum: f64::NAN, ..one.clone() }, FloatHistogram { sum: STALE_MARKER, ..one.clone() });
    assert_ne!(one, positive(2, &[1.0, 2.0]));
    assert_ne!(one, positive(1, &[1.0, 2.0, 0.0]));
}

#[test]
fn statistics_need_no_buckets() {
    let one = positive(1, &[1.0, 2.0]).without_buckets();
    assert_eq!((one.count, one.positive().len()), (3.0, 0));
    assert!(!one.is_stale() && FloatHistogram::stale().is_stale() && !is_stale_marker(f64::NAN));
}

#[test]
fn is_written_as_results_and_as_tests() {
    for (written, result) in [
        ("{{}}", "{count:0, sum:0}"),
        ("{{count:3 sum:1e+06 buckets:[1 0 2]}}", "{count:3, sum:1e+06, (0.5,1]:1, (2,4]:2}"),
        (
            "{{schema:1 count:4.5 sum:-2 z_bucket:1.5 z_bucket_w:0.001 counter_reset_hint:gauge offset:1 buckets:[1] n_offset:-1 n_buckets:[2]}}",
            "{count:4.5, sum:-2, [-0.7071067811865475,-0.5):2, [-0.001,0.001]:1.5, (1,1.414213562373095]:1}",
        ),
        ("{{schema:-53 custom_values:[]}}", "{count:0, sum:0}"),
        (
            "{{schema:-53 count:7 sum:5 custom_values:[-5 0.5 10] counter_reset_hint:reset buckets:[1 2 0 4]}}",
            "{count:7, sum:5, [-Inf,-5]:1, (-5,0.5]:2, (10,+Inf]:4}",
        ),
        ("{{count:-1 sum:NaN counter_reset_hint:not_reset offset:5 buckets:[-1]}}", "{count:-1, sum:NaN, (16,32]:-1}"),
    ] {
        assert_eq!(read(written).test_form(), written);
        assert_eq!(read(written).to_string(), result);
    }
    assert_eq!(read("{{buckets:[0 0 3 0 1 0]}}").test_form(), "{{offset:2 buckets:[3 0 1]}}");
}
