//! The notation, form by form; verdicts are promtool's.

use proptest::prelude::*;

use super::*;
use crate::{
    histogram::{HistogramError, ResetHint},
    text::FileId,
};

fn read(text: &str) -> (Values, Complaints) {
    let mut complaints = Complaints::new();
    let values = Values::read(Excerpt::whole(FileId(0), text), &mut complaints);
    (values, complaints)
}

/// One word for each item.
fn shown(text: &str) -> String {
    let (values, complaints) = read(text);
    assert!(complaints.is_empty() && values.complete, "{text}: {complaints:?}");
    let words = values.items.iter().map(|item| {
        let times = item.times.map(|times| format!("x{}", times.value)).unwrap_or_default();
        let what = match &item.samples {
            Samples::Omitted => "_".to_owned(),
            Samples::Stale => "stale".to_owned(),
            Samples::Float { first, step } => {
                format!("{first}{}", step.map(|step| format!("{step:+}")).unwrap_or_default())
            }
            Samples::Histogram { first, step } => {
                let step = step.as_ref().map(|(sign, step)| format!("{sign:?}{}", step.count)).unwrap_or_default();
                format!("h{}:{}{step}", first.schema, first.count)
            }
        };
        format!("{what}{times}")
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn reads_every_form() {
    for (text, expected, moments) in [
        ("1 2", "1 2", 2),
        ("  1  2 ", "1 2", 2),
        ("1\n2\t3", "1 2 3", 3),
        ("1x3", "1x3", 4),
        ("1+2x3", "1+2x3", 4),
        ("-1-2x3", "-1-2x3", 4),
        ("+1", "1", 1),
        ("1_000 1e3 .5 5.", "1000 1000 0.5 5", 4),
        ("0x3", "0x3", 4),
        ("_ _x3 _x0 1", "_ _x3 _x0 1", 5),
        ("nan Inf -Inf +inf stale", "NaN inf -inf inf stale", 5),
        ("{{}}", "h0:0", 1),
        ("{{ }}", "h0:0", 1),
        ("{{schema:1 }}", "h1:0", 1),
        ("{{schema:-1  count:2}}x3", "h-1:2x3", 4),
        ("{{count:1}}+{{count:2}}x3 4", "h0:1Plus2x3 4", 5),
        ("{{count:1}}-{{schema:2 count:2}}x2", "h0:1Minus2x2", 3),
        ("{{buckets:[NaN 1 -2 ] counter_reset_hint:not_reset}}", "h0:0", 1),
        ("", "", 0),
    ] {
        assert_eq!((shown(text).as_str(), read(text).0.moments()), (expected, moments), "{text}");
    }
}

#[test]
fn reads_all_of_a_histogram() {
    let (values, _) = read(
        "{{schema:-53 offset:-2 n_offset:3 sum:-1.5 count:Inf z_bucket:2 z_bucket_w:0.1 buckets:[1 2] n_buckets:[3] custom_values:[5 10] counter_reset_hint:gauge}}",
    );
    let [Item { samples: Samples::Histogram { first, .. }, .. }] = values.items.as_slice() else {
        panic!("{values:?}")
    };
    assert_eq!((first.schema, first.offset, first.negative_offset), (-53, -2, 3));
    assert_eq!((first.sum, first.count, first.zero_count, first.zero_threshold), (-1.5, f64::INFINITY, 2.0, 0.1));
    assert_eq!(first.buckets, [1.0, 2.0]);
    assert_eq!(first.negative_buckets, [3.0]);
    assert_eq!(first.custom_values, [5.0, 10.0]);
    assert_eq!(first.reset_hint, Some(ResetHint::Gauge));
    assert_eq!(first.value(), Err(HistogramError::CustomZeroBucket));
}

#[test]
fn complains_at_the_place() {
    for (text, at, message) in [
        ("1 2+3 4", "2+3", "a step needs a count, as in `1+2x10`"),
        ("__", "_", "`_` does not belong here"),
        ("1 NaNx3", "NaNx3", "`NaNx3` is neither a number nor `stale`"),
        ("Stale", "Stale", "`Stale` is neither a number nor `stale`"),
        ("stalex2", "stalex2", "`stalex2` is neither a number nor `stale`"),
        ("1+NaNx2", "NaNx2", "`NaNx2` is neither a number nor `stale`"),
        ("1m", "1m", "`1m` is not a sample value"),
        ("1x-3", "-3", "`-3` is not a whole number"),
        ("1x3.5", "3.5", "`3.5` is not a whole number"),
        ("1,2", ",2", "`,2` does not belong here"),
        ("1.2.3", "1.2.3", "`1.2.3` is not a sample value"),
        ("--1", "-1", "`-1` is not a sample value"),
        ("1e400", "1e400", "`1e400` is larger than any number Prometheus can hold"),
        ("{{ schema:1}}", "{{ ", "no blank may follow `{{`"),
        ("{{foo:1}}", "foo", "`foo` is nothing a histogram has"),
        ("{{sum:1 sum:1}}", "sum", "`sum` is given twice"),
        ("{{schema:1.5}}", "1.5", "`1.5` is not a whole number"),
        ("{{buckets:[]}}", "[", "a list has at least one number, right after its `[`, and ends with `]`"),
        ("{{buckets:[1 -Inf]}}", "-Inf]}}", "a sign in a list must stand before a digit"),
        ("{{counter_reset_hint:foo}}", "foo", "`foo` is no hint about resets"),
        ("{{schema:1}}+{{schema:0}}x2", "{{schema:0}}", "a step of schema 0 is coarser than the start's schema 1"),
        ("{{sum:1", "sum:1", "a blank belongs between the parts of a histogram, or `}}` at its end"),
        ("{{sum:1 ", "{{sum:1 ", "this histogram is never closed with `}}`"),
    ] {
        let (values, complaints) = read(text);
        assert!(!values.complete, "{text}");
        let first = complaints.first().expect(text);
        assert_eq!((&text[first.span.range()], first.message.as_str()), (at, message), "{text}");
    }
}

#[test]
fn goes_on_after_a_fault() {
    let (values, complaints) = read("1 2+3 {{foo:1 sum:2}} 4x");
    assert_eq!((values.items.len(), complaints.len()), (1, 3));
}

proptest! {
    #[test]
    fn any_text_is_read(text in "[0-9x+\\-_. {}\\[\\]:a-zé]{0,40}") {
        let (values, complaints) = read(&text);
        prop_assert_eq!(values.complete, complaints.is_empty());
        let mut end = 0;
        for item in &values.items {
            prop_assert!(end <= item.span.start && item.span.range().end <= text.len());
            end = item.span.end;
        }
    }
}
