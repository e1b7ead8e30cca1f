//! `and`, `or` and `unless`.

use crate::{
    engine::{Failure, Moments, plan::Join},
    promql::ast::BinaryOp,
    text::Span,
};

use super::{Grid, Run, duplicate, join::Keys};

impl Run<'_> {
    /// The value of a set operator between two vectors.
    pub(super) fn set(&mut self, join: &Join, span: Span, moments: Moments) -> Result<Grid, Failure> {
        let left = self.vector(&join.left, moments)?;
        let right = self.vector(&join.right, moments)?;
        let keys = Keys::of(&join.matching, &left, &right);
        let mut collector = self.collector(moments);
        // When a key was last seen on the deciding side, as moment + 1.
        let mut seen = vec![0; keys.count];
        let (asked, asked_keys) = if join.op == BinaryOp::Or { (&left, &keys.left) } else { (&right, &keys.right) };
        for step in 0..moments.count() {
            for (row, key) in asked_keys.iter().enumerate() {
                if asked.cell(row, step).is_some() {
                    seen[*key] = step + 1;
                }
            }
            let is_seen = |key: usize| seen[key] == step + 1;
            let from_left = (0..left.rows().len()).filter(|row| match join.op {
                BinaryOp::And => is_seen(keys.left[*row]),
                BinaryOp::Unless => !is_seen(keys.left[*row]),
                _ => true,
            });
            let is_union = join.op == BinaryOp::Or;
            let from_right = (0..right.rows().len()).filter(|row| is_union && !is_seen(keys.right[*row]));
            let samples = from_left
                .filter_map(|row| left.sample(row, step))
                .chain(from_right.filter_map(|row| right.sample(row, step)));
            for sample in samples {
                collector.add(step, sample).map_err(|collision| duplicate(collision, span))?;
            }
        }
        Ok(collector.finish())
    }
}
