//! `info`: which info series are looked at, and when.

use crate::engine::{
    Failure, Moments, Reader, Series,
    functions::{InfoQuery, InfoSample},
    plan::{InfoCall, Shift, Vector},
};

use super::{Grid, Run, duplicate};

impl Run<'_> {
    /// The series of a vector with labels of the info series that belong to them.
    pub(super) fn info(&mut self, vector: &Vector, call: &InfoCall, moments: Moments) -> Result<Grid, Failure> {
        let base = self.vector(&call.operand, moments)?;
        let query = InfoQuery::of(call.matchers.iter().cloned());
        let mut readers: Vec<Reader<'_>> =
            self.storage.select(&query.matchers()).into_iter().map(Series::reader).collect();
        let (pinned, offset) = self.moment_of_infos(call)?;
        let lookback = self.options.lookback_delta;
        let mut collector = self.collector(moments);
        for (step, at) in moments.iter().enumerate() {
            let until = pinned.unwrap_or(at).saturating_sub(offset);
            let newest = readers.iter_mut().filter_map(|reader| {
                let point = reader.latest(until.saturating_sub(lookback), until)?;
                Some(InfoSample {
                    labels: &reader.series().labels,
                    at: point.at,
                    is_float: point.value.float().is_some(),
                })
            });
            let infos: Vec<InfoSample<'_>> = newest.collect();
            let enriched = query.enrich(base.column(step), &infos);
            for sample in enriched.map_err(|message| Failure::new(vector.span, message))? {
                collector.add(step, sample).map_err(|collision| duplicate(collision, vector.span))?;
            }
        }
        Ok(collector.finish())
    }

    /// When info series are looked at: the time that is the same for all selectors of the operand, and how far offsets
    /// go back from there; else the time of the evaluation.
    fn moment_of_infos(&self, call: &InfoCall) -> Result<(Option<i64>, i64), Failure> {
        let moments = call.references.iter().map(|shifts| self.moment_of_selector(shifts));
        let mut moments = moments.collect::<Result<Vec<_>, _>>()?.into_iter();
        let Some(first) = moments.next() else { return Ok((None, 0)) };
        let time = |(at, offset): (Option<i64>, i64)| match at {
            Some(at) => (true, at.saturating_sub(offset)),
            None => (false, offset),
        };
        Ok(if moments.all(|moment| time(moment) == time(first)) { first } else { (None, 0) })
    }

    /// The innermost `@` around a selector, and how far the offsets up to there go back.
    fn moment_of_selector(&self, shifts: &[Shift]) -> Result<(Option<i64>, i64), Failure> {
        let mut offset = 0_i64;
        for shift in shifts {
            let reference = self.reference(shift)?;
            offset = offset.saturating_add(reference.offset);
            if reference.at.is_some() {
                return Ok((reference.at, offset));
            }
        }
        Ok((None, offset))
    }
}
