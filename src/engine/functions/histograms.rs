//! Quantiles and fractions of histograms, native and classic: `histogram_quantile`, `histogram_quantiles`,
//! `histogram_fraction`.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
    sync::Arc,
};

use rustc_hash::FxBuildHasher;

use crate::{
    engine::{Failure, Label, Labels, METRIC_NAME, Note, Notes, Repair, Sample, Value, VectorCall},
    histogram::{ClassicBucket, Estimate, FloatHistogram, NanObservations, classic_fraction, classic_quantile},
    text::Span,
    vocab::{FloatFormat, format_float, parse_float},
};

/// The label that holds the upper bound of a classic bucket.
const BOUND: &str = "le";

/// `histogram_quantile(q, v)`.
pub fn histogram_quantile(call: VectorCall<'_>, notes: &mut Notes) -> Result<Vec<Sample>, Failure> {
    let share = parameter(&call, 0);
    check_quantile(share, place(&call, 0), notes);
    let asked = Asked::about(&call, 1);
    let histograms = Histograms::of(&call.vector, asked, notes);
    Ok(histograms.quantiles(share, asked, notes))
}

/// `histogram_quantiles(v, label, q…)`: several quantiles, told apart by a label.
pub fn histogram_quantiles(call: VectorCall<'_>, notes: &mut Notes) -> Result<Vec<Sample>, Failure> {
    for (index, share) in call.parameters.iter().enumerate() {
        check_quantile(*share, place(&call, index + 2), notes);
    }
    let asked = Asked::about(&call, 0);
    let label: Arc<str> = call.texts.first().copied().unwrap_or_default().into();
    let histograms = Histograms::of(&call.vector, asked, notes);
    let mut samples = Vec::new();
    for share in call.parameters {
        let named: Arc<str> = open_metrics(*share).into();
        for mut sample in histograms.quantiles(*share, asked, notes) {
            let mut builder = sample.labels.builder();
            builder.set(Arc::clone(&label), Arc::clone(&named));
            sample.labels = builder.build();
            samples.push(sample);
        }
    }
    Ok(samples)
}

/// `histogram_fraction(lower, upper, v)`.
pub fn histogram_fraction(call: VectorCall<'_>, notes: &mut Notes) -> Result<Vec<Sample>, Failure> {
    let (lower, upper) = (parameter(&call, 0), parameter(&call, 1));
    let asked = Asked::about(&call, 2);
    let histograms = Histograms::of(&call.vector, asked, notes);
    let native = histograms.native.into_iter().map(|(labels, histogram)| {
        let estimate = histogram.fraction(lower, upper);
        asked.note_nan(&labels, estimate, notes);
        asked.answer(&labels, estimate.value)
    });
    let mut samples: Vec<Sample> = native.collect();
    let classic = histograms.classic.into_iter();
    samples.extend(classic.map(|group| asked.answer(&group.labels, classic_fraction(lower, upper, group.buckets))));
    Ok(samples)
}

fn parameter(call: &VectorCall<'_>, index: usize) -> f64 {
    call.parameters.get(index).copied().unwrap_or(f64::NAN)
}

fn place(call: &VectorCall<'_>, argument: usize) -> Span {
    call.arguments.get(argument).copied().unwrap_or(call.call)
}

fn check_quantile(share: f64, span: Span, notes: &mut Notes) {
    if !(0.0..=1.0).contains(&share) {
        notes.add(Note::InvalidQuantile(share), span);
    }
}

/// A number as OpenMetrics writes the values of `quantile` and `le`: `0.5`, `1.0`, `+Inf`.
fn open_metrics(number: f64) -> String {
    let mut text = format_float(number, FloatFormat::G, None);
    if number.is_finite() && !text.contains(['e', '.']) {
        text += ".0";
    }
    text
}

/// What is common to all answers of a call.
#[derive(Copy, Clone)]
struct Asked {
    /// Where the vector stands.
    vector: Span,
    at: i64,
    delayed_name_removal: bool,
}

impl Asked {
    fn about(call: &VectorCall<'_>, argument: usize) -> Self {
        Self { vector: place(call, argument), at: call.at, delayed_name_removal: call.delayed_name_removal }
    }

    fn answer(self, labels: &Labels, value: f64) -> Sample {
        let labels = if self.delayed_name_removal { labels.clone() } else { labels.without_metadata() };
        Sample { labels, value: Value::Float(value), drop_name: true }
    }

    /// The name of the metric, which Prometheus has forgotten by then unless names go only at the end.
    fn metric(self, labels: &Labels) -> Arc<str> {
        labels.get(METRIC_NAME).filter(|_| self.delayed_name_removal).cloned().unwrap_or_default()
    }

    fn note_nan(self, labels: &Labels, estimate: Estimate, notes: &mut Notes) {
        let Some(observations) = estimate.note else { return };
        let metric = self.metric(labels);
        let note = match observations {
            NanObservations::ResultIsNan => Note::QuantileNanResult { metric },
            NanObservations::Skewed => Note::QuantileNanSkew { metric },
            NanObservations::Excluded => Note::FractionNans { metric },
        };
        notes.add(note, self.vector);
    }
}

/// A vector taken apart into histograms.
struct Histograms {
    native: Vec<(Labels, Arc<FloatHistogram>)>,
    classic: Vec<Classic>,
}

struct Classic {
    /// Without `le`.
    labels: Labels,
    buckets: Vec<ClassicBucket>,
}

/// Labels with which the buckets of one classic histogram are told from those of others.
#[derive(Copy, Clone)]
struct Identity<'a>(&'a Labels);

impl Identity<'_> {
    fn iter(&self) -> impl Iterator<Item = &Label> {
        self.0.iter().filter(|label| &*label.name != BOUND)
    }
}

impl PartialEq for Identity<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Identity<'_> {}

impl Hash for Identity<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.iter().for_each(|label| label.hash(state));
    }
}

impl Histograms {
    /// Puts classic buckets together. Where a classic and a native histogram have the same labels, neither counts.
    fn of(vector: &[Sample], asked: Asked, notes: &mut Notes) -> Self {
        let mut native = Vec::new();
        let mut classic = Vec::<Classic>::new();
        let mut places = HashMap::<Identity<'_>, usize, FxBuildHasher>::default();
        for sample in vector {
            let count = match &sample.value {
                Value::Float(count) => *count,
                Value::Histogram(histogram) => {
                    native.push((sample.labels.clone(), Arc::clone(histogram)));
                    continue;
                }
            };
            let bound = sample.labels.value(BOUND);
            let Some(upper_bound) = parse_float(bound).ok().filter(|bound| !bound.is_nan()) else {
                let metric = asked.metric(&sample.labels);
                notes.add(Note::BadBucketLabel { metric, label: bound.into() }, asked.vector);
                continue;
            };
            let place = *places.entry(Identity(&sample.labels)).or_insert_with(|| {
                let labels = sample.labels.filtered(|name| name != BOUND);
                classic.push(Classic { labels, buckets: Vec::new() });
                classic.len() - 1
            });
            classic[place].buckets.push(ClassicBucket { upper_bound, count });
        }
        native.retain(|(labels, _)| {
            let rival = places.get(&Identity(labels)).filter(|_| labels.get(BOUND).is_none());
            if let Some(place) = rival {
                notes.add(Note::MixedClassicNativeHistograms { metric: asked.metric(labels) }, asked.vector);
                classic[*place].buckets.clear();
            }
            rival.is_none()
        });
        classic.retain(|group| !group.buckets.is_empty());
        Self { native, classic }
    }

    fn quantiles(&self, share: f64, asked: Asked, notes: &mut Notes) -> Vec<Sample> {
        let mut samples = Vec::with_capacity(self.native.len() + self.classic.len());
        for (labels, histogram) in &self.native {
            let estimate = histogram.quantile(share);
            asked.note_nan(labels, estimate, notes);
            samples.push(asked.answer(labels, estimate.value));
        }
        for group in &self.classic {
            let quantile = classic_quantile(share, group.buckets.clone());
            if let Some(repair) = quantile.repair {
                let repair = Repair {
                    first_at: asked.at,
                    last_at: asked.at,
                    lowest_bucket: repair.lowest,
                    highest_bucket: repair.highest,
                    most: repair.largest_difference,
                };
                notes.add(Note::ForcedMonotonicity { metric: asked.metric(&group.labels), repair }, asked.vector);
            }
            samples.push(asked.answer(&group.labels, quantile.value));
        }
        samples
    }
}
