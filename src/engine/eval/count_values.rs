//! `count_values`: how many series of a group have each value.

use rustc_hash::FxHashMap;

use crate::{
    engine::{Failure, Labels, Moments, Sample, Value, plan::Aggregation},
    text::Span,
    vocab::{FloatFormat, format_float},
};

use super::{Grid, Run, duplicate};

impl Run<'_> {
    /// The value of `count_values`, which writes each value into a label.
    pub(super) fn count_values(
        &mut self,
        aggregation: &Aggregation,
        label: &str,
        span: Span,
        moments: Moments,
    ) -> Result<Grid, Failure> {
        let grid = self.vector(&aggregation.operand, moments)?;
        let mut collector = self.collector(moments);
        for step in 0..moments.count() {
            let mut counts: Vec<(Labels, f64)> = Vec::new();
            let mut numbers: FxHashMap<Labels, usize> = FxHashMap::default();
            for sample in grid.column(step) {
                let mut builder = sample.labels.builder();
                builder.set(label, text(&sample.value));
                let labels = aggregation.grouping.of(&builder.build());
                let number = *numbers.entry(labels).or_insert_with_key(|labels| {
                    counts.push((labels.clone(), 0.0));
                    counts.len() - 1
                });
                counts[number].1 += 1.0;
            }
            for (labels, count) in counts {
                let sample = Sample { labels, value: Value::Float(count), drop_name: false };
                collector.add(step, sample).map_err(|collision| duplicate(collision, span))?;
            }
            self.check_size(collector.grid(), span)?;
        }
        Ok(collector.finish())
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Float(value) => format_float(*value, FloatFormat::F, None),
        Value::Histogram(histogram) => histogram.to_string(),
    }
}
