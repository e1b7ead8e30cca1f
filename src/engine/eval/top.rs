//! Aggregations that choose some samples of each group: `topk`, `bottomk`, `limitk`, `limit_ratio`.

use std::cmp::Ordering;

use crate::{
    engine::{Failure, Note, plan::Aggregation},
    promql::ast::AggregationOp,
    text::Span,
    vocab::{FloatFormat, format_float},
};

use super::{Grid, Row, Run, aggregate::groups};

/// Powers of two between which a float can be made an integer of 64 bits.
const INTEGERS: std::ops::Range<f64> = -9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0;

impl Run<'_> {
    /// The samples that an aggregation chooses. At a single moment they come group by group, the best first.
    pub(super) fn select_of_groups(
        &mut self,
        op: AggregationOp,
        aggregation: &Aggregation,
        parameters: &[f64],
        place: Span,
        span: Span,
        grid: Grid,
    ) -> Result<Grid, Failure> {
        let mut selected = Grid::new(grid.width());
        if !self.check_parameters(op, parameters, place, span)? {
            return Ok(selected);
        }
        let groups = groups(&aggregation.grouping, &grid);
        // The row of `selected` that holds a series, as far as it has one.
        let mut rows = vec![None; grid.rows().len()];
        for (step, &parameter) in parameters.iter().enumerate() {
            for group in &groups {
                for row in self.chosen(op, &grid, group, step, parameter, span) {
                    let Some(value) = grid.cell(row, step) else { continue };
                    let target = *rows[row].get_or_insert_with(|| {
                        let Row { labels, drop_name } = grid.rows()[row].clone();
                        selected.add_row(Row { labels, drop_name });
                        selected.rows().len() - 1
                    });
                    selected.put(target, step, value.clone());
                }
            }
        }
        Ok(selected)
    }

    /// Whether anything can be chosen at all; complains of parameters that are out of bounds.
    fn check_parameters(
        &mut self,
        op: AggregationOp,
        parameters: &[f64],
        place: Span,
        span: Span,
    ) -> Result<bool, Failure> {
        let least = parameters.iter().copied().fold(f64::INFINITY, f64::min);
        let most = parameters.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let has_nan = parameters.iter().any(|parameter| parameter.is_nan());
        let failure = |message: String| Err(Failure::new(span, message));
        if op == AggregationOp::LimitRatio {
            return match () {
                () if has_nan => failure("Ratio value is NaN".to_owned()),
                () if most == 0.0 && least == 0.0 => Ok(false),
                () => {
                    for (ratio, used) in [(most, 1.0), (least, -1.0)] {
                        if ratio.abs() > 1.0 && ratio.signum() == used {
                            self.notes.add(Note::InvalidRatio { ratio, used }, place);
                        }
                    }
                    Ok(true)
                }
            };
        }
        let general = |value| format_float(value, FloatFormat::G, None);
        match () {
            () if has_nan => failure("Parameter value is NaN".to_owned()),
            () if most < 1.0 => Ok(false),
            () if least <= INTEGERS.start => failure(format!("Scalar value {} underflows int64", general(least))),
            () if most >= INTEGERS.end => failure(format!("Scalar value {} overflows int64", general(most))),
            () => Ok(true),
        }
    }

    fn chosen(
        &mut self,
        op: AggregationOp,
        grid: &Grid,
        group: &[usize],
        step: usize,
        parameter: f64,
        span: Span,
    ) -> Vec<usize> {
        let present = group.iter().copied().filter(|row| grid.cell(*row, step).is_some());
        match op {
            AggregationOp::LimitRatio => {
                let ratio = parameter.clamp(-1.0, 1.0);
                present.filter(|row| is_within(ratio, grid.rows()[*row].labels.xxhash())).collect()
            }
            AggregationOp::Limitk => present.take(parameter.max(0.0) as usize).collect(),
            _ => {
                let mut best = Best { rows: Vec::new(), most: parameter.max(0.0) as usize, op };
                for row in present {
                    match grid.cell(row, step).and_then(|value| value.float()) {
                        Some(value) => best.offer(row, value),
                        None if best.most == 0 => {}
                        None => self.notes.add(Note::HistogramIgnoredInAggregation(op), span),
                    }
                }
                best.finish()
            }
        }
    }
}

/// Whether a series is among the share that `limit_ratio` takes: from the bottom of the hashes, or with a negative
/// ratio from the top.
fn is_within(ratio: f64, hash: u64) -> bool {
    let offset = hash as f64 / u64::MAX as f64;
    if ratio >= 0.0 { offset < ratio } else { offset >= 1.0 + ratio }
}

/// The best of the samples offered, kept in a heap whose top is the worst of them.
///
/// The heap is Go's, so that of equal samples the same ones stay.
struct Best {
    rows: Vec<(usize, f64)>,
    most: usize,
    op: AggregationOp,
}

impl Best {
    /// Whether one value is worse than another; NaN is worse than all.
    fn is_worse(&self, one: f64, other: f64) -> bool {
        one.is_nan() || if self.op == AggregationOp::Topk { one < other } else { one > other }
    }

    fn offer(&mut self, row: usize, value: f64) {
        if self.rows.len() < self.most {
            self.rows.push((row, value));
            self.rise(self.rows.len() - 1);
        } else if let Some(&(_, worst)) = self.rows.first()
            && !value.is_nan()
            && self.is_worse(worst, value)
        {
            self.rows[0] = (row, value);
            self.sink(0);
        }
    }

    fn rise(&mut self, mut at: usize) {
        while at > 0 {
            let above = (at - 1) / 2;
            if !self.is_worse(self.rows[at].1, self.rows[above].1) {
                break;
            }
            self.rows.swap(at, above);
            at = above;
        }
    }

    fn sink(&mut self, mut at: usize) {
        loop {
            let below = 2 * at + 1;
            let Some(&(_, left)) = self.rows.get(below) else { break };
            let right = self.rows.get(below + 1).filter(|right| self.is_worse(right.1, left));
            let worst = if right.is_some() { below + 1 } else { below };
            if !self.is_worse(self.rows[worst].1, self.rows[at].1) {
                break;
            }
            self.rows.swap(at, worst);
            at = worst;
        }
    }

    /// The rows, the best first.
    fn finish(mut self) -> Vec<usize> {
        let is_top = self.op == AggregationOp::Topk;
        self.rows.sort_by(|(_, one), (_, other)| match (one.is_nan(), other.is_nan()) {
            (false, false) if is_top => other.partial_cmp(one).unwrap_or(Ordering::Equal),
            (false, false) => one.partial_cmp(other).unwrap_or(Ordering::Equal),
            (one, other) => one.cmp(&other),
        });
        self.rows.into_iter().map(|(row, _)| row).collect()
    }
}
