//! Operators between a vector and a scalar.

use crate::{
    engine::{Failure, Moments, Value, plan::WithScalar},
    promql::ast::Side,
    text::Span,
};

use super::{Grid, Run, element::combine};

impl Run<'_> {
    /// The value of an operator between a vector and a scalar.
    pub(super) fn with_scalar(&mut self, with: &WithScalar, span: Span, moments: Moments) -> Result<Grid, Failure> {
        // Prometheus evaluates the left operand first, which decides what fails first.
        let (grid, numbers) = match with.scalar_side {
            Side::Left => {
                let numbers = self.scalar(&with.scalar, moments)?;
                (self.vector(&with.vector, moments)?, numbers)
            }
            Side::Right => {
                let grid = self.vector(&with.vector, moments)?;
                (grid, self.scalar(&with.scalar, moments)?)
            }
        };
        // Of what there is to say at a moment, the last word counts.
        let mut notes = vec![None; grid.width()];
        let grid = grid.map(|step, value| {
            let number = Value::Float(numbers[step]);
            let combined = match with.scalar_side {
                Side::Left => combine(with.op, &number, &value),
                Side::Right => combine(with.op, &value, &number),
            };
            let element = combined.map_err(|note| notes[step] = Some(note)).ok()?;
            if with.gives_bool {
                return Some(Value::Float(if element.holds { 1.0 } else { 0.0 }));
            }
            // A comparison keeps the sample of the vector, also when it stands on the right.
            element.holds.then(|| if with.op.is_comparison() { value } else { element.value })
        });
        notes.into_iter().flatten().for_each(|note| self.notes.add(note, span));
        if with.op.is_arithmetic() || with.gives_bool {
            return self.settled(self.without_names(grid), moments, span);
        }
        self.settled(grid, moments, span)
    }
}
