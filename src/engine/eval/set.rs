//! `and`, `or` and `unless`.

use rustc_hash::FxHashMap;

use crate::{
    engine::{
        Failure, Moments, Projection, Sample,
        plan::{Join, Vector, VectorKind},
        projection::Key,
    },
    promql::ast::BinaryOp,
    text::Span,
};

use super::{Grid, Run, duplicate};

impl Run<'_> {
    /// The value of a set operator between two vectors. A chain of `or` is computed at once: one operator after the other
    /// would take what came before in hand again and again.
    pub(super) fn set(&mut self, join: &Join, span: Span, moments: Moments) -> Result<Grid, Failure> {
        let grids: Vec<Grid> =
            operands(join).into_iter().map(|operand| self.vector(operand, moments)).collect::<Result<_, _>>()?;
        let mut sides = Sides::of(&join.matching, &grids);
        let mut collector = self.collector(moments);
        for step in 0..moments.count() {
            let samples = match join.op {
                BinaryOp::Or => sides.union(step),
                op => sides.filtered(step, op == BinaryOp::And),
            };
            for sample in samples {
                collector.add(step, sample).map_err(|collision| duplicate(collision, span))?;
            }
        }
        Ok(collector.finish())
    }
}

/// Both operands; of a chain of `or` that matches by the same labels throughout, all of them.
fn operands(join: &Join) -> Vec<&Vector> {
    let (mut operands, mut first) = (vec![&join.right], &join.left);
    while let VectorKind::Join(inner) = &first.kind
        && (join.op, inner.op) == (BinaryOp::Or, BinaryOp::Or)
        && inner.matching == join.matching
    {
        operands.push(&inner.right);
        first = &inner.left;
    }
    operands.push(first);
    operands.reverse();
    operands
}

/// Operands with the numbers of their series: those with the same number match.
struct Sides<'g> {
    sides: Vec<(&'g Grid, Vec<usize>)>,
    /// When a number was last seen, as moment + 1.
    seen: Vec<usize>,
}

impl<'g> Sides<'g> {
    fn of(matching: &'g Projection, grids: &'g [Grid]) -> Self {
        let mut numbers: FxHashMap<Key<'_>, usize> = FxHashMap::default();
        let mut numbered = |grid: &'g Grid| {
            let number = |row: &'g super::Row| {
                let next = numbers.len();
                *numbers.entry(matching.key(&row.labels)).or_insert(next)
            };
            (grid, grid.rows().iter().map(number).collect())
        };
        let sides = grids.iter().map(&mut numbered).collect();
        Self { sides, seen: vec![0; numbers.len()] }
    }

    /// The samples of each operand that match none of the operands before it.
    fn union(&mut self, step: usize) -> Vec<Sample> {
        let mut samples = Vec::new();
        for (grid, numbers) in &self.sides {
            let is_new = |row: &usize| self.seen[numbers[*row]] != step + 1;
            let rows = (0..grid.rows().len()).filter(is_new);
            let found: Vec<(usize, Sample)> =
                rows.filter_map(|row| Some((numbers[row], grid.sample(row, step)?))).collect();
            for (number, sample) in found {
                self.seen[number] = step + 1;
                samples.push(sample);
            }
        }
        samples
    }

    /// The samples of the first operand that match one of the others, or none.
    fn filtered(&mut self, step: usize, matching: bool) -> Vec<Sample> {
        let [(left, numbers), deciding @ ..] = &self.sides[..] else { return Vec::new() };
        for (grid, numbers) in deciding {
            for (row, number) in numbers.iter().enumerate() {
                if grid.cell(row, step).is_some() {
                    self.seen[*number] = step + 1;
                }
            }
        }
        let is_wanted = |row: &usize| (self.seen[numbers[*row]] == step + 1) == matching;
        (0..left.rows().len()).filter(is_wanted).filter_map(|row| left.sample(row, step)).collect()
    }
}
