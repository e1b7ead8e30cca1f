//! The notation `1 2 _ 3+2x10 {{count:1}}x3` spelled out, one sample for each moment.

use std::sync::Arc;

use crate::{
    diag::Diagnostic,
    engine::{Labels, Value},
    histogram::{FloatHistogram, HistogramError, STALE_MARKER},
    model::suite::{
        notation::{HistogramText, Item, Samples, Sign, Values},
        series::Series,
    },
    tree::Complaints,
};

/// One item of the notation, ready to be spelled out. It may stand for any number of moments, so they are made only
/// when they are asked for.
#[derive(Clone, Debug)]
pub struct Run {
    moments: u64,
    first: Option<WrittenSample>,
    step: Step,
}

/// A sample that a text spells.
#[derive(Clone, PartialEq, Debug)]
pub struct WrittenSample {
    /// Its value.
    pub value: Value,
    /// Whether the text says what a histogram knows about resets. Where it does not, nothing is expected of it.
    pub says_hint: bool,
}

/// What leads from one sample of a run to the next.
#[derive(Clone, Debug)]
enum Step {
    Same,
    Float(f64),
    Histogram(Sign, Arc<FloatHistogram>),
}

/// The labels of a series, its name among them.
pub fn labels_of(series: &Series) -> Labels {
    let name = series.metric.iter().map(|name| ("__name__", name.value.as_str()));
    Labels::of(name.chain(series.labels.iter().map(|(name, value)| (name.value.as_str(), value.value.as_str()))))
}

/// Makes the items of a series ready. One that means nothing as a histogram becomes a complaint and is left out.
pub fn runs(values: &Values, complaints: &mut Complaints) -> Vec<Run> {
    let run = |item: &Item| Run::of(item).map_err(|complaint| complaints.push(*complaint)).ok();
    values.items.iter().filter_map(run).collect()
}

impl Run {
    fn of(item: &Item) -> Result<Self, Box<Diagnostic>> {
        let float = |value| Some(WrittenSample { value: Value::Float(value), says_hint: false });
        let (first, step) = match &item.samples {
            Samples::Omitted => (None, Step::Same),
            Samples::Stale => (float(STALE_MARKER), Step::Same),
            Samples::Float { first, step } => (float(*first), step.map_or(Step::Same, Step::Float)),
            Samples::Histogram { first, step } => {
                let says_hint = step.as_ref().map_or(first, |(_, step)| step).reset_hint.is_some();
                let first = histogram_of(first)?;
                let next = match step {
                    None => Step::Same,
                    Some((sign, text)) => {
                        let step = histogram_of(text)?;
                        if stepped(&first, *sign, &step).is_none() {
                            let message = "a step of other buckets cannot be added to these";
                            return Err(Box::new(Diagnostic::error(text.span, message)));
                        }
                        Step::Histogram(*sign, step)
                    }
                };
                (Some(WrittenSample { value: Value::Histogram(first), says_hint }), next)
            }
        };
        Ok(Self { moments: item.moments(), first, step })
    }

    /// How many moments it covers, omitted ones included.
    pub fn moments(&self) -> u64 {
        self.moments
    }

    /// The sample of its first moment; `None` when all its moments are omitted.
    pub fn first(&self) -> Option<&WrittenSample> {
        self.first.as_ref()
    }

    /// The value that follows a value.
    pub fn after(&self, value: &Value) -> Value {
        match (value, &self.step) {
            (Value::Float(value), Step::Float(step)) => Value::Float(value + step),
            (Value::Histogram(histogram), Step::Histogram(sign, step)) => {
                stepped(histogram, *sign, step).map_or_else(|| value.clone(), Value::Histogram)
            }
            _ => value.clone(),
        }
    }

    /// The samples, one for each moment; `None` where it is omitted.
    pub fn samples(&self) -> impl Iterator<Item = Option<WrittenSample>> + '_ {
        let mut next = self.first.clone();
        (0..self.moments).map(move |_| {
            let here = next.clone()?;
            next = Some(WrittenSample { value: self.after(&here.value), says_hint: here.says_hint });
            Some(here)
        })
    }
}

/// A histogram with the step added or taken away; `None` when their buckets do not go together.
fn stepped(value: &Arc<FloatHistogram>, sign: Sign, step: &FloatHistogram) -> Option<Arc<FloatHistogram>> {
    let mut sum = FloatHistogram::clone(value);
    match sign {
        Sign::Plus => sum.add(step).ok()?,
        Sign::Minus => sum.subtract(step).ok()?,
    };
    Some(Arc::new(sum))
}

/// The histogram that a text spells.
///
/// # Errors
/// When there can be no such histogram.
pub fn histogram_of(text: &HistogramText) -> Result<Arc<FloatHistogram>, Box<Diagnostic>> {
    let complaint = |error: HistogramError| Box::new(Diagnostic::error(text.span, error.to_string()));
    text.value().map(Arc::new).map_err(complaint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Excerpt, FileId};

    fn ready(text: &str) -> (Vec<Run>, Complaints) {
        let mut complaints = Complaints::new();
        let values = Values::read(Excerpt::whole(FileId(0), text), &mut complaints);
        (runs(&values, &mut complaints), complaints)
    }

    #[test]
    fn numbers_are_spelled_out() {
        for (text, expected) in [
            ("1 _ 2", "1 _ 2"),
            ("1x2", "1 1 1"),
            ("_x2 4", "_ _ 4"),
            ("1+2x2 5-1x1", "1 3 5 5 4"),
            ("stale", "stale"),
            // By adding, not by multiplying.
            ("0+0.1x3", "0 0.1 0.2 0.30000000000000004"),
        ] {
            let (runs, _) = ready(text);
            let shown = runs.iter().flat_map(Run::samples).map(|sample| match sample.map(|sample| sample.value) {
                None => "_".to_owned(),
                Some(value) if value.is_stale() => "stale".to_owned(),
                Some(value) => value.float().expect("all are numbers").to_string(),
            });
            assert_eq!(shown.collect::<Vec<_>>().join(" "), expected);
        }
    }

    #[test]
    fn histograms_grow_by_steps() {
        let (runs, complaints) = ready("{{count:1 sum:2 buckets:[1]}}+{{count:3 sum:1 buckets:[3]}}x2");
        assert!(complaints.is_empty());
        let counts = runs.iter().flat_map(Run::samples).flatten().map(|sample| {
            let histogram = sample.value.histogram().cloned().expect("all are histograms");
            (histogram.count, histogram.sum)
        });
        assert_eq!(counts.collect::<Vec<_>>(), [(1.0, 2.0), (4.0, 3.0), (7.0, 4.0)]);
    }

    #[test]
    fn long_runs_cost_nothing_until_asked() {
        let (runs, _) = ready("1x1000000000000");
        assert_eq!(runs[0].moments(), 1_000_000_000_001);
        assert_eq!(runs[0].samples().take(3).count(), 3);
    }

    #[test]
    fn impossible_histograms_are_complained_of() {
        let text = "1 {{schema:-53 buckets:[1 2 3] custom_values:[5]}}";
        let (runs, complaints) = ready(text);
        assert_eq!((runs.len(), complaints.len()), (1, 1));
        assert_eq!(&text[complaints[0].span.range()], &text[2..]);
    }
}
