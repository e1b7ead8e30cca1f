//! `load_with_nhcb`: classic histograms also as native ones whose buckets have the same bounds.

use std::collections::BTreeMap;

use promcheck::{
    engine::{Labels, METRIC_NAME, Value},
    histogram::{FloatHistogram, HistogramParts},
};

use super::load::Timed;

/// A classic histogram at one time.
#[derive(Default)]
struct Classic {
    /// Cumulative counts by upper bound, in the order of the bounds.
    buckets: Vec<(f64, f64)>,
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
                ("_bucket", Some(bound)) => classic.buckets.push((bound, value)),
                ("_count", _) => classic.count = Some(value),
                _ => classic.sum = value,
            }
        }
    }
    let native = |(labels, by_time): (Labels, BTreeMap<i64, Classic>)| {
        let samples = by_time.into_iter().map(|(at, classic)| {
            let histogram = classic.native().map_err(|why| format!("{labels} at {at}ms: {why}"))?;
            Ok(Timed { at, start: 0, value: Value::Histogram(histogram.into()) })
        });
        let samples = samples.collect::<Result<Vec<_>, String>>()?;
        Ok((labels, samples))
    };
    found.into_iter().map(native).collect()
}

impl Classic {
    fn native(mut self) -> Result<FloatHistogram, String> {
        self.buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
        self.buckets.dedup_by_key(|bucket| bucket.0);
        let count = self.count.or(self.buckets.last().map(|last| last.1)).unwrap_or_default();
        if self.buckets.last().is_none_or(|last| last.0 != f64::INFINITY) {
            self.buckets.push((f64::INFINITY, count));
        }
        let mut below = 0.0;
        let mut buckets = Vec::new();
        for (bound, upto) in &self.buckets {
            if *upto < below {
                return Err(format!("the bucket up to {bound} counts less than the one before it"));
            }
            buckets.push(upto - below);
            below = *upto;
        }
        if count != below {
            return Err(format!("it counts {count} observations, but {below} in its buckets"));
        }
        let custom_values =
            self.buckets.iter().map(|(bound, _)| *bound).filter(|bound| *bound != f64::INFINITY).collect();
        let parts = HistogramParts { schema: -53, count, sum: self.sum, buckets, custom_values, ..Default::default() };
        let mut histogram = FloatHistogram::from_parts(&parts).map_err(|error| error.to_string())?;
        histogram.compact(0);
        Ok(histogram)
    }
}
