//! Input series, spelled out sample by sample as time goes on.

use crate::{
    diag::Diagnostic,
    engine::{Labels, SeriesId, Storage, Value},
    input::{Run, labels_of, runs},
    model::suite::TestCase,
    text::Span,
    tree::Complaints,
};

use super::{case::Clock, foresight::Foresight};

/// The most samples of one test that are loaded.
const MOST_SAMPLES: u64 = 5_000_000;

/// The series of a test, of which samples up to some time are in the storage.
#[derive(Debug)]
pub struct Feed {
    rows: Vec<Row>,
    gap: i64,
}

/// A series, and how far it is spelled out.
#[derive(Debug)]
struct Row {
    span: Span,
    labels: Labels,
    series: Option<SeriesId>,
    runs: std::vec::IntoIter<Run>,
    /// What is being spelled out: the run, its next value, how many moments are left.
    current: Option<(Run, Value, u64)>,
    /// Whether it may be loaded before its time.
    is_foreseen: bool,
    /// The next moment, in milliseconds since 1970.
    next_at: i64,
}

/// A sample that cannot be loaded.
#[derive(Debug)]
pub struct Unloadable {
    /// Its series.
    pub span: Span,
    /// Why.
    pub message: String,
}

impl Feed {
    /// The series of a test; of one written twice the last one counts. Samples after the end do not matter.
    ///
    /// # Errors
    /// When there are too many samples, or histograms that are none.
    pub fn of(test: &TestCase, clock: Clock, foresight: Option<&Foresight<'_>>) -> Result<Self, Vec<Diagnostic>> {
        let Clock { start, gap, end, .. } = clock;
        let mut rows: Vec<Row> = Vec::new();
        let mut complaints = Complaints::new();
        let moments = u64::try_from((end - start) / gap + 1).unwrap_or(0);
        let mut budget = MOST_SAMPLES;
        for input in &test.input_series {
            let (Some(series), Some(values)) = (&input.series, &input.values) else { continue };
            let runs = runs(values, &mut complaints);
            let loaded = loaded(&runs, moments);
            if loaded > budget {
                let message = format!("with this series, the test has more than {MOST_SAMPLES} samples");
                let help = "repeat less, or test at an earlier time: samples after the last `eval_time` do not count";
                complaints.push(Diagnostic::error(input.span, message).help(help));
                break;
            }
            budget -= loaded;
            let labels = labels_of(series);
            // Numbers are always stored; a histogram may be refused, which is told at its time.
            let is_float = |run: &Run| run.first().is_none_or(|first| first.value.float().is_some());
            let is_foreseen = foresight.is_some_and(|foresight| foresight.knows(&labels)) && runs.iter().all(is_float);
            let row = Row {
                span: series.span,
                labels,
                series: None,
                runs: runs.into_iter(),
                current: None,
                is_foreseen,
                next_at: start,
            };
            match rows.iter_mut().find(|known| known.labels == row.labels) {
                Some(known) => *known = row,
                None => rows.push(row),
            }
        }
        if complaints.is_empty() { Ok(Self { rows, gap }) } else { Err(complaints) }
    }

    /// Loads the samples up to a time that are not yet loaded, and of series that no rule writes those up to the
    /// horizon.
    ///
    /// # Errors
    /// At the first sample that cannot be stored.
    pub fn load_till(&mut self, till: i64, horizon: i64, storage: &mut Storage) -> Result<(), Unloadable> {
        let gap = self.gap;
        self.rows
            .iter_mut()
            .try_for_each(|row| row.load_till(if row.is_foreseen { horizon } else { till }, gap, storage))
    }
}

impl Row {
    fn load_till(&mut self, till: i64, gap: i64, storage: &mut Storage) -> Result<(), Unloadable> {
        while self.next_at <= till {
            let Some((run, value, left)) = &mut self.current else {
                let Some(run) = self.runs.next() else { return Ok(()) };
                match run.first().map(|first| first.value.clone()) {
                    Some(value) => self.current = Some((run.clone(), value, run.moments())),
                    None => {
                        let omitted = i64::try_from(run.moments()).unwrap_or(i64::MAX).saturating_mul(gap);
                        self.next_at = self.next_at.saturating_add(omitted);
                    }
                }
                continue;
            };
            let series = *self.series.get_or_insert_with(|| storage.series_of(&self.labels));
            let stored = storage.append_to(series, self.next_at, value.clone(), 0);
            stored.map_err(|error| Unloadable { span: self.span, message: error.to_string() })?;
            *left -= 1;
            *value = run.after(value);
            if *left == 0 {
                self.current = None;
            }
            self.next_at = self.next_at.saturating_add(gap);
        }
        Ok(())
    }
}

/// How many samples of these runs lie in so many moments.
fn loaded(runs: &[Run], moments: u64) -> u64 {
    let mut left = moments;
    let mut samples: u64 = 0;
    for run in runs {
        let taken = run.moments().min(left);
        left -= taken;
        if run.first().is_some() {
            samples = samples.saturating_add(taken);
        }
    }
    samples
}
