//! Native histograms in the notation for sample values: `{{schema:1 sum:3 count:4 buckets:[1 2 1]}}`.

use crate::{
    histogram::{FloatHistogram, HistogramError, HistogramParts, ResetHint},
    text::Span,
};

use super::cursor::{Cursor, Trouble};

/// A native histogram as written.
#[derive(Clone, PartialEq, Debug)]
pub struct HistogramText {
    /// From `{{` to `}}`.
    pub span: Span,
    /// Resolution: -4 to 8, or -53 for custom buckets.
    pub schema: i64,
    /// Index of the first positive bucket.
    pub offset: i64,
    /// Index of the first negative bucket.
    pub negative_offset: i64,
    /// Sum of observations.
    pub sum: f64,
    /// Number of observations.
    pub count: f64,
    /// Observations in the zero bucket.
    pub zero_count: f64,
    /// Width of the zero bucket.
    pub zero_threshold: f64,
    /// Observations in the positive buckets.
    pub buckets: Vec<f64>,
    /// Observations in the negative buckets.
    pub negative_buckets: Vec<f64>,
    /// Upper bounds of custom buckets.
    pub custom_values: Vec<f64>,
    /// Whether the counter was reset before this sample, when that is written.
    pub reset_hint: Option<ResetHint>,
}

const KEYS: [&str; 11] = [
    "schema",
    "sum",
    "count",
    "z_bucket",
    "z_bucket_w",
    "custom_values",
    "buckets",
    "offset",
    "n_buckets",
    "n_offset",
    "counter_reset_hint",
];

impl HistogramText {
    fn empty(span: Span) -> Self {
        Self {
            span,
            schema: 0,
            offset: 0,
            negative_offset: 0,
            sum: 0.0,
            count: 0.0,
            zero_count: 0.0,
            zero_threshold: 0.0,
            buckets: Vec::new(),
            negative_buckets: Vec::new(),
            custom_values: Vec::new(),
            reset_hint: None,
        }
    }

    /// The histogram it stands for.
    ///
    /// # Errors
    ///
    /// When it contradicts itself.
    pub fn value(&self) -> Result<FloatHistogram, HistogramError> {
        FloatHistogram::from_parts(&HistogramParts {
            schema: self.schema,
            count: self.count,
            sum: self.sum,
            zero_count: self.zero_count,
            zero_threshold: self.zero_threshold,
            offset: self.offset,
            buckets: self.buckets.clone(),
            negative_offset: self.negative_offset,
            negative_buckets: self.negative_buckets.clone(),
            custom_values: self.custom_values.clone(),
            reset_hint: self.reset_hint.unwrap_or_default(),
        })
    }

    /// Reads from `{{` to `}}`.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Trouble> {
        let start = cursor.at();
        if !cursor.take("{{") {
            return Err(cursor.trouble(start, "a histogram is written `{{schema:1 sum:3 count:4 buckets:[1 2 1]}}`"));
        }
        let mut histogram = Self::empty(cursor.span(start));
        let mut seen: Vec<&str> = Vec::new();
        if cursor.blanks() && !cursor.sees("}}") {
            return Err(cursor.trouble(start, "no blank may follow `{{`"));
        }
        while !cursor.take("}}") {
            let from = cursor.at();
            let key = cursor.word();
            if !KEYS.contains(&key) {
                let message = if cursor.at_end() {
                    "this histogram is never closed with `}}`".to_owned()
                } else {
                    format!("`{key}` is nothing a histogram has")
                };
                let help = "keys are `schema`, `sum`, `count`, `z_bucket`, `z_bucket_w`, `buckets`, `offset`, \
                            `n_buckets`, `n_offset`, `custom_values`, `counter_reset_hint`";
                return Err(cursor.trouble(if cursor.at_end() { start } else { from }, message).help(help));
            }
            cursor.take(key);
            if seen.contains(&key) {
                return Err(cursor.trouble(from, format!("`{key}` is given twice")));
            }
            seen.push(key);
            if !cursor.take(":") {
                return Err(cursor.trouble(from, format!("a `:` belongs right after `{key}`")));
            }
            histogram.field(key, cursor)?;
            if !cursor.blanks() && !cursor.sees("}}") {
                return Err(
                    cursor.trouble(from, "a blank belongs between the parts of a histogram, or `}}` at its end")
                );
            }
        }
        histogram.span = cursor.span(start);
        Ok(histogram)
    }

    fn field(&mut self, key: &str, cursor: &mut Cursor<'_>) -> Result<(), Trouble> {
        match key {
            "schema" => self.schema = signed_count(cursor)?,
            "offset" => self.offset = signed_count(cursor)?,
            "n_offset" => self.negative_offset = signed_count(cursor)?,
            "sum" => self.sum = cursor.signed_number()?,
            "count" => self.count = cursor.signed_number()?,
            "z_bucket" => self.zero_count = cursor.signed_number()?,
            "z_bucket_w" => self.zero_threshold = cursor.number()?,
            "buckets" => self.buckets = numbers(cursor)?,
            "n_buckets" => self.negative_buckets = numbers(cursor)?,
            "custom_values" => self.custom_values = numbers(cursor)?,
            _ => self.reset_hint = Some(reset_hint(cursor)?),
        }
        Ok(())
    }
}

fn signed_count(cursor: &mut Cursor<'_>) -> Result<i64, Trouble> {
    let start = cursor.at();
    let negative = cursor.take("-");
    if !negative {
        cursor.take("+");
    }
    let count = cursor.count()?;
    let count = i64::try_from(count).map_err(|_| cursor.trouble(start, "this number is too large"))?;
    Ok(if negative { -count } else { count })
}

/// `[1 2 3]`: at least one, no blank before the first.
fn numbers(cursor: &mut Cursor<'_>) -> Result<Vec<f64>, Trouble> {
    let start = cursor.at();
    if !cursor.take("[") {
        return Err(cursor.trouble(start, "a list such as `[1 2 1]` belongs here"));
    }
    let mut found = Vec::new();
    loop {
        let from = cursor.at();
        if !found.is_empty() && cursor.take("]") {
            return Ok(found);
        }
        let is_word = cursor.rest().trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_alphabetic());
        if is_word && cursor.rest().starts_with(['+', '-']) {
            return Err(cursor.trouble(from, "a sign in a list must stand before a digit"));
        }
        if cursor.rest().starts_with([' ', ']']) || cursor.at_end() {
            return Err(cursor.trouble(start, "a list has at least one number, right after its `[`, and ends with `]`"));
        }
        found.push(cursor.signed_number()?);
        if !cursor.blanks() && !cursor.sees("]") {
            return Err(cursor.trouble(from, "a blank belongs between the numbers of a list, or `]` at its end"));
        }
    }
}

fn reset_hint(cursor: &mut Cursor<'_>) -> Result<ResetHint, Trouble> {
    let word = cursor.word();
    let hint = match word {
        "unknown" => ResetHint::Unknown,
        "reset" => ResetHint::Reset,
        "not_reset" => ResetHint::NotReset,
        "gauge" => ResetHint::Gauge,
        _ => {
            let trouble = cursor.trouble(cursor.at(), format!("`{word}` is no hint about resets"));
            return Err(trouble.help("hints are `unknown`, `reset`, `not_reset` and `gauge`"));
        }
    };
    cursor.take(word);
    Ok(hint)
}
