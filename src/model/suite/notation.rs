//! Prometheus' notation for sample values: `1 2 _ 3+2x10 stale {{schema:1 sum:2}}`.

mod cursor;
mod histogram;

use crate::{
    text::{Excerpt, Span, Spanned},
    tree::Complaints,
};

use cursor::{Cursor, Trouble};

pub use histogram::HistogramText;

/// The samples of one series, one item after the other.
#[derive(Clone, PartialEq, Debug)]
pub struct Values {
    /// The text as written.
    pub text: Excerpt,
    /// Its items, in order; those that could not be read are left out.
    pub items: Vec<Item>,
    /// Whether every item could be read.
    pub complete: bool,
}

/// A run of samples written as one item.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// The whole item.
    pub span: Span,
    /// What it stands for.
    pub samples: Samples,
    /// The number after `x`. Values are there once more than that, omissions exactly as often.
    pub times: Option<Spanned<u64>>,
}

/// What an item stands for.
#[derive(Clone, PartialEq, Debug)]
pub enum Samples {
    /// `_`: no sample.
    Omitted,
    /// `stale`: the mark that a series has ended.
    Stale,
    /// `1`, `1+2x3`.
    Float {
        /// The first value.
        first: f64,
        /// What is added each time, to the last sum.
        step: Option<f64>,
    },
    /// `{{…}}`, `{{…}}+{{…}}x3`.
    Histogram {
        /// The first value.
        first: Box<HistogramText>,
        /// What is added or taken away each time.
        step: Option<(Sign, Box<HistogramText>)>,
    },
}

/// Whether a step adds or takes away.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Sign {
    /// `+`.
    Plus,
    /// `-`.
    Minus,
}

impl Item {
    /// How many moments it covers, omitted ones included.
    pub fn moments(&self) -> u64 {
        match (&self.samples, self.times) {
            (Samples::Omitted, Some(times)) => times.value,
            (_, Some(times)) => times.value.saturating_add(1),
            (_, None) => 1,
        }
    }
}

impl Values {
    /// Reads values; what cannot be read becomes a complaint, and reading goes on after the next blank.
    pub fn read(text: Excerpt, complaints: &mut Complaints) -> Self {
        let mut cursor = Cursor::new(&text);
        let mut items = Vec::new();
        let mut complete = true;
        loop {
            cursor.blanks();
            if cursor.at_end() {
                break;
            }
            let start = cursor.at();
            match item(&mut cursor) {
                Ok(item) => items.push(item),
                Err(trouble) => {
                    complete = false;
                    complaints.push(trouble.complaint(&text));
                    cursor.skip_item(start);
                }
            }
        }
        Self { text, items, complete }
    }

    /// How many moments they cover, omitted ones included.
    pub fn moments(&self) -> u64 {
        self.items.iter().fold(0, |sum, item| sum.saturating_add(item.moments()))
    }
}

fn item(cursor: &mut Cursor<'_>) -> Result<Item, Trouble> {
    let start = cursor.at();
    let samples = if cursor.take("_") {
        Samples::Omitted
    } else if cursor.sees("{{") {
        histograms(cursor)?
    } else {
        floats(cursor)?
    };
    let from = cursor.at();
    let times = match cursor.take("x") {
        true => Some(cursor.count()?).map(|times| Spanned::new(cursor.span(from + 1), times)),
        false => None,
    };
    let steps = match &samples {
        Samples::Float { step, .. } => step.is_some(),
        Samples::Histogram { step, .. } => step.is_some(),
        Samples::Omitted | Samples::Stale => false,
    };
    if steps && times.is_none() {
        let trouble = cursor.trouble(start, "a step needs a count, as in `1+2x10`");
        return Err(trouble.help("write `x` and how often the step is taken"));
    }
    if !cursor.at_item_end() {
        let rest = cursor.rest_of_item();
        return Err(cursor
            .trouble_at(rest.clone(), format!("`{}` does not belong here", cursor.slice(rest)))
            .help("items are separated by blanks and have none inside: `1`, `_`, `stale`, `1x5`, `1+2x5`"));
    }
    Ok(Item { span: cursor.span(start), samples, times })
}

fn floats(cursor: &mut Cursor<'_>) -> Result<Samples, Trouble> {
    if cursor.word() == "stale" {
        cursor.take("stale");
        return Ok(Samples::Stale);
    }
    let first = cursor.signed_number()?;
    let step = if cursor.sees("+") || cursor.sees("-") { Some(cursor.signed_number()?) } else { None };
    Ok(Samples::Float { first, step })
}

fn histograms(cursor: &mut Cursor<'_>) -> Result<Samples, Trouble> {
    let first = Box::new(HistogramText::read(cursor)?);
    let sign = match () {
        () if cursor.sees("+{{") => Sign::Plus,
        () if cursor.sees("-{{") => Sign::Minus,
        () => return Ok(Samples::Histogram { first, step: None }),
    };
    cursor.step();
    let step = Box::new(HistogramText::read(cursor)?);
    if step.schema < first.schema {
        let message = format!("a step of schema {} is coarser than the start's schema {}", step.schema, first.schema);
        return Err(Trouble::at(step.span, message));
    }
    Ok(Samples::Histogram { first, step: Some((sign, step)) })
}

/// Reads the one histogram that an expected sample holds.
pub fn histogram(text: &Excerpt, complaints: &mut Complaints) -> Option<HistogramText> {
    let mut cursor = Cursor::new(text);
    cursor.blanks();
    let read = HistogramText::read(&mut cursor).and_then(|histogram| {
        cursor.blanks();
        if cursor.at_end() {
            Ok(histogram)
        } else {
            Err(cursor.trouble(cursor.at(), "one histogram is expected here, and nothing else"))
        }
    });
    read.map_err(|trouble| complaints.push(trouble.complaint(text))).ok()
}

#[cfg(test)]
mod tests;
