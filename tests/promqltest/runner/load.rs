//! Brings the series of a `load` command into the storage.

use std::collections::BTreeMap;

use promcheck::{
    engine::{Labels, Storage},
    input::{Run, labels_of, runs},
    tree::Complaints,
};

use super::{
    classic,
    script::{Load, LoadedSeries},
};

/// A sample to load.
#[derive(Clone)]
pub struct Timed {
    /// Milliseconds from time zero.
    pub at: i64,
    /// When its counter started; 0 when nothing is said.
    pub start: i64,
    /// Its value.
    pub value: promcheck::engine::Value,
}

/// Loads; what the storage refuses is a failure with its line.
pub fn load(load: &Load, storage: &mut Storage) -> Result<(), String> {
    // Of a series that is written twice, the second counts.
    let mut all: BTreeMap<Labels, (usize, Vec<Timed>)> = BTreeMap::new();
    for series in &load.series {
        let samples = samples(series, load.interval).map_err(|why| format!("{}: {why}", series.line))?;
        all.insert(labels_of(&series.described.series), (series.line, samples));
    }
    for (labels, (line, samples)) in &all {
        append(labels, samples, storage).map_err(|why| format!("{line}: {why}"))?;
    }
    if load.with_custom_buckets {
        let first = load.series.first().map_or(0, |series| series.line);
        let all = all.iter().map(|(labels, (_, samples))| (labels, samples.as_slice()));
        for (labels, samples) in classic::as_custom_buckets(all).map_err(|why| format!("{first}: {why}"))? {
            append(&labels, &samples, storage).map_err(|why| format!("{first}: {why}"))?;
        }
    }
    Ok(())
}

fn append(labels: &Labels, samples: &[Timed], storage: &mut Storage) -> Result<(), String> {
    samples.iter().try_for_each(|sample| {
        let appended = storage.append(labels, sample.at, sample.value.clone(), sample.start);
        appended.map_err(|error| format!("{labels} at {}ms: {error}", sample.at))
    })
}

fn samples(series: &LoadedSeries, interval: i64) -> Result<Vec<Timed>, String> {
    let mut complaints = Complaints::new();
    let runs = runs(&series.described.values, &mut complaints);
    if let Some(complaint) = complaints.into_iter().next() {
        return Err(complaint.message);
    }
    let moments = runs.iter().flat_map(Run::samples).enumerate();
    let timed = moments.filter_map(|(slot, sample)| {
        let at = slot as i64 * interval;
        let start = series.starts.get(slot).copied().flatten().map_or(0, |offset| at + offset);
        sample.map(|sample| Timed { at, start, value: sample.value })
    });
    Ok(timed.collect())
}
