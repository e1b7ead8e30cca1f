//! The order of an instant query's result: `sort`, `sort_by_label` and their descending kin.

use std::cmp::Ordering;

use crate::engine::{Failure, Note, Notes, Sample, VectorCall};

use super::natural::natural_order;

/// `sort`: floats by value, NaN last; histograms are left out.
pub fn sort(call: VectorCall<'_>, notes: &mut Notes) -> Result<Vec<Sample>, Failure> {
    Ok(by_value(call, notes, |left, right| left.partial_cmp(&right)))
}

/// `sort_desc`: floats by value, the greatest first, NaN last; histograms are left out.
pub fn sort_desc(call: VectorCall<'_>, notes: &mut Notes) -> Result<Vec<Sample>, Failure> {
    Ok(by_value(call, notes, |left, right| right.partial_cmp(&left)))
}

/// `sort_by_label`: by the values of the labels named, as people sort, then by all labels.
pub fn sort_by_label(call: VectorCall<'_>, notes: &mut Notes) -> Result<Vec<Sample>, Failure> {
    Ok(by_labels(call, notes, |order| order))
}

/// `sort_by_label_desc`: the other way around.
pub fn sort_by_label_desc(call: VectorCall<'_>, notes: &mut Notes) -> Result<Vec<Sample>, Failure> {
    Ok(by_labels(call, notes, Ordering::reverse))
}

fn by_value(call: VectorCall<'_>, notes: &mut Notes, compare: fn(f64, f64) -> Option<Ordering>) -> Vec<Sample> {
    note_range_query(&call, notes);
    let floats = call.vector.into_iter().filter_map(|sample| Some((sample.value.float()?, sample)));
    let mut floats: Vec<(f64, Sample)> = floats.collect();
    let nan_last = |left: f64, right: f64| left.is_nan().cmp(&right.is_nan());
    floats.sort_by(|(left, _), (right, _)| compare(*left, *right).unwrap_or_else(|| nan_last(*left, *right)));
    floats.into_iter().map(|(_, sample)| sample).collect()
}

fn by_labels(call: VectorCall<'_>, notes: &mut Notes, direction: fn(Ordering) -> Ordering) -> Vec<Sample> {
    note_range_query(&call, notes);
    let mut vector = call.vector;
    vector.sort_by(|left, right| {
        let by_name = |name: &&str| natural_order(left.labels.value(name), right.labels.value(name));
        let named = call.texts.iter().map(by_name).find(|order| order.is_ne());
        direction(named.unwrap_or_else(|| left.labels.cmp(&right.labels)))
    });
    vector
}

/// The result of a range query is in the order of labels, whatever the expression sorts by.
fn note_range_query(call: &VectorCall<'_>, notes: &mut Notes) {
    if call.query.start != call.query.end {
        notes.add(Note::SortInRangeQuery, call.call);
    }
}
