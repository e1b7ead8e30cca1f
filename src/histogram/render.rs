//! Histograms as text: `{count:3, sum:4, (1,2]:3}` in results, `{{count:3 sum:4 buckets:[3]}}` in tests of rules.

use std::fmt;

use crate::vocab::{FloatFormat, format_float};

use super::{Bucket, Buckets, FloatHistogram, ResetHint};

/// As results show it: buckets with observations, from the lowest to the highest.
impl fmt::Display for FloatHistogram {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{{count:{}, sum:{}", general(self.count), general(self.sum))?;
        let zero = self.zero_bucket();
        for bucket in self.negative_buckets().rev().chain(zero).chain(self.positive_buckets()) {
            if bucket.count != 0.0 {
                write!(out, ", {bucket}")?;
            }
        }
        out.write_str("}")
    }
}

/// `(1,2]:3`: a bracket where the bound belongs to the bucket.
impl fmt::Display for Bucket {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = (if self.includes_lower { '[' } else { '(' }, if self.includes_upper { ']' } else { ')' });
        let [lower, upper, count] = [self.lower, self.upper, self.count].map(general);
        write!(out, "{open}{lower},{upper}{close}:{count}")
    }
}

impl FloatHistogram {
    /// As test files of rules write it, in promtool's order of keys, with what is zero left out. This is also how
    /// promtool compares results with expectations.
    pub fn test_form(&self) -> String {
        let mut parts = Vec::new();
        let mut part = |name: &str, value: String| parts.push(format!("{name}:{value}"));
        let schema = self.schema.number();
        if schema != 0 {
            part("schema", schema.to_string());
        }
        for (name, value) in [
            ("count", self.count),
            ("sum", self.sum),
            ("z_bucket", self.zero_count),
            ("z_bucket_w", self.zero_threshold),
        ] {
            if value != 0.0 {
                part(name, general(value));
            }
        }
        if self.has_custom_buckets() {
            part("custom_values", list(self.schema.custom_bounds().iter().copied()));
        }
        match self.reset_hint {
            ResetHint::Unknown => {}
            ResetHint::Reset => part("counter_reset_hint", "reset".to_owned()),
            ResetHint::NotReset => part("counter_reset_hint", "not_reset".to_owned()),
            ResetHint::Gauge => part("counter_reset_hint", "gauge".to_owned()),
        }
        for (offset, name, side) in [("offset", "buckets", &self.positive), ("n_offset", "n_buckets", &self.negative)] {
            if let Some((first, counts)) = one_run(side) {
                if first != 0 {
                    part(offset, first.to_string());
                }
                part(name, counts);
            }
        }
        format!("{{{{{}}}}}", parts.join(" "))
    }
}

/// The index of the first bucket with observations, and the counts from there to the last.
fn one_run(side: &Buckets) -> Option<(i32, String)> {
    let mut side = side.clone();
    side.compact(usize::MAX);
    let first = side.iter().next().map(|(index, _)| index)?;
    Some((first, list(side.iter().map(|(_, count)| count))))
}

fn list(numbers: impl Iterator<Item = f64>) -> String {
    let numbers: Vec<_> = numbers.map(general).collect();
    format!("[{}]", numbers.join(" "))
}

/// As Go's `%g`.
fn general(number: f64) -> String {
    format_float(number, FloatFormat::G, None)
}
