//! `load_with_nhcb`: classic histograms also as native ones whose buckets have the same bounds.

use std::collections::BTreeMap;

use promcheck::{
    engine::{Labels, METRIC_NAME, Value},
    histogram::{ClassicBucket, custom_from_classic},
};

use super::load::Timed;

/// A classic histogram at one time.
#[derive(Default)]
struct Classic {
    buckets: Vec<ClassicBucket>,
    count: Option<f64>,
    sum: f64,
}

/// The histograms that are spread over series `…_bucket`, `…_count` and `…_sum`, put together.
pub fn as_custom_buckets<'a>(
    series: impl Iterator<Item = (&'a Labels, &'a [Timed])>,
) -> Result<Vec<(Labels, Vec<Timed>)>, String> {
    let mut found: BTreeMap<Labels, BTreeMap<i64, Classic>> = BTreeMap::new();
    for (labels, samples) in series {
        let name = labels.metric_name();
        let Some((base, part)) =
            ["_bucket", "_count", "_sum"].into_iter().find_map(|suffix| Some((name.strip_suffix(suffix)?, suffix)))
        else {
            continue;
        };
        let bound = labels.value("le").parse::<f64>().ok().filter(|bound| !bound.is_nan());
        if part == "_bucket" && bound.is_none() {
            continue;
        }
        let mut builder = labels.builder();
        builder.set(METRIC_NAME, base).remove("le");
        let by_time = found.entry(builder.build()).or_default();
        for sample in samples {
            let Some(value) = sample.value.float() else { continue };
            let classic = by_time.entry(sample.at).or_default();
            match (part, bound) {
                ("_bucket", Some(upper_bound)) => classic.buckets.push(ClassicBucket { upper_bound, count: value }),
                ("_count", _) => classic.count = Some(value),
                _ => classic.sum = value,
            }
        }
    }
    let native = |(labels, by_time): (Labels, BTreeMap<i64, Classic>)| {
        let samples = by_time.into_iter().map(|(at, classic)| {
            let histogram = custom_from_classic(classic.buckets, classic.count, classic.sum)
                .map_err(|why| format!("{labels} at {at}ms: {why}"))?;
            Ok(Timed { at, start: 0, value: Value::Histogram(histogram.into()) })
        });
        let samples = samples.collect::<Result<Vec<_>, String>>()?;
        Ok((labels, samples))
    };
    found.into_iter().map(native).collect()
}
