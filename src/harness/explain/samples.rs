//! Samples that are not as expected.

use crate::{
    diag::Diagnostic,
    engine::Value,
    model::suite::{ExpectedSample, ExprTest},
    promql::Query,
    vocab::Duration,
};

use super::{
    super::{
        dump, operands,
        verdict::{Pairing, SampleFace},
    },
    Scene, counts, listed, rules,
    spots::Spots,
};

/// Values that differ by less than this share differ in their last digits.
const NEARLY: f64 = 1e-9;

/// Samples that are not as expected.
pub fn samples(
    scene: &Scene<'_>,
    test: &ExprTest,
    query: &Query,
    pairing: &Pairing,
    expected: &[SampleFace],
    found: &[SampleFace],
) -> Diagnostic {
    let after = test.eval_time.map_or(Duration::ZERO, |time| time.value);
    let mut spots = Spots::default();
    for &(e, f) in &pairing.differing {
        add_differences(&mut spots, &test.samples[e], &expected[e], &found[f]);
    }
    for &e in &pairing.missing {
        let place = test.samples[e].series.as_ref().map_or(test.samples[e].span, |series| series.span);
        spots.add(place, "there is no such sample".to_owned());
    }
    let surplus: Vec<String> =
        pairing.surplus.iter().map(|f| format!("{} {}", found[*f].labels, value_of(&found[*f]))).collect();
    let message = match (expected, found, spots.only()) {
        (_, [], _) => format!("this expression gives nothing at {after}"),
        ([], ..) => format!("this expression gives {} at {after}, and nothing is expected", listed(&surplus)),
        ([one], [other], _) if is_other_number(one, other) => {
            format!("`{}` is {} at {after}, not {}", other.labels, value_of(other), value_of(one))
        }
        (.., Some(words)) if surplus.is_empty() => format!("the sample is not as expected at {after}: {words}"),
        _ => format!("samples are not as expected at {after}: {}", counts(pairing)),
    };
    let whole = query.text.full_span();
    let mut finding = spots.place_all(message, whole);
    // What the whole gives is said already.
    let is_part = |operand: &operands::Operand| query.valid().is_none_or(|whole| whole.span() != operand.span);
    let operands: Vec<operands::Operand> = operands::of(query, None, scene).into_iter().filter(is_part).collect();
    if finding.span != whole && operands.is_empty() {
        let sum = operands::sum_of(query, scene).map(|sum| format!(": {sum}")).unwrap_or_default();
        finding = finding.label(whole, format!("what is tested{sum}"));
    }
    if !expected.is_empty() && !surplus.is_empty() {
        finding = finding.help(format!("not expected, but there: {}", listed(&surplus)));
    }
    if pairing.differing.iter().any(|(e, f)| is_nearly(&expected[*e], &found[*f])) {
        finding =
            finding.help("the last digits differ: give a `tolerance`, or allow neighbours with `fuzzy_compare: true`");
    }
    for operand in operands {
        finding = finding.label(operand.span, operand.words);
    }
    rules::with_recordings(scene.in_test(finding), scene, query)
}

fn add_differences(spots: &mut Spots, written: &ExpectedSample, expected: &SampleFace, found: &SampleFace) {
    if expected.labels != found.labels {
        let place = written.series.as_ref().map_or(written.span, |series| series.span);
        spots.add(place, format!("it is `{}`", found.labels));
    }
    if expected.histogram != found.histogram || expected.labels == found.labels {
        let histogram = written.histogram.as_ref().map(|(text, _)| text.full_span());
        let place = histogram.or(written.value.map(|value| value.span)).unwrap_or(written.span);
        let words = match (&expected.histogram, &found.histogram) {
            (Some(expected), Some(found)) => differing_parts(expected, found).join(", "),
            _ => format!("it is `{}`", value_of(found)),
        };
        spots.add(place, words);
    }
}

/// Whether two samples of the same labels are numbers, and not the same.
fn is_other_number(expected: &SampleFace, found: &SampleFace) -> bool {
    let are_numbers = expected.histogram.is_none() && found.histogram.is_none();
    expected.labels == found.labels && are_numbers
}

fn is_nearly(expected: &SampleFace, found: &SampleFace) -> bool {
    let difference = (expected.value - found.value).abs();
    is_other_number(expected, found) && difference > 0.0 && difference <= NEARLY * found.value.abs()
}

/// What tells a histogram from the expected one, both in the notation of tests.
fn differing_parts(expected: &str, found: &str) -> Vec<String> {
    let (expected, found) = (parts(expected), parts(found));
    let value_in =
        |parts: &[(&str, &str)], name: &str| parts.iter().find(|part| part.0 == name).map(|part| part.1.to_owned());
    let of_expected = expected.iter().filter_map(|(name, value)| match value_in(&found, name) {
        Some(there) if there == *value => None,
        Some(there) => Some(format!("its `{name}` is `{there}`")),
        None => Some(format!("it has no `{name}`")),
    });
    let others = found.iter().filter(|(name, _)| value_in(&expected, name).is_none());
    of_expected.chain(others.map(|(name, value)| format!("it also has `{name}:{value}`"))).collect()
}

/// The parts of a histogram in the notation of tests, name and value.
fn parts(histogram: &str) -> Vec<(&str, &str)> {
    let mut rest = histogram.trim_start_matches('{').trim_end_matches('}');
    let mut parts = Vec::new();
    while let Some((name, after)) = rest.split_once(':') {
        let end = if after.starts_with('[') { after.find(']').map(|at| at + 1) } else { after.find(' ') };
        let (value, behind) = after.split_at(end.unwrap_or(after.len()));
        parts.push((name.trim(), value));
        rest = behind;
    }
    parts
}

fn value_of(sample: &SampleFace) -> String {
    match &sample.histogram {
        Some(histogram) => histogram.clone(),
        None => dump::shown(&Value::Float(sample.value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histograms_differ_in_their_parts() {
        for (expected, found, told) in [
            (
                "{{count:7 sum:6 buckets:[6 1]}}",
                "{{count:6 sum:6 buckets:[6]}}",
                "its `count` is `6`, its `buckets` is `[6]`",
            ),
            (
                "{{count:6 buckets:[6 0]}}",
                "{{count:6 counter_reset_hint:not_reset buckets:[6 0]}}",
                "it also has `counter_reset_hint:not_reset`",
            ),
            ("{{schema:1 count:6}}", "{{count:6}}", "it has no `schema`"),
            ("{{}}", "{{}}", ""),
        ] {
            assert_eq!(differing_parts(expected, found).join(", "), told, "{expected} {found}");
        }
    }
}
