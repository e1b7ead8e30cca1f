//! Expressions that are a number at each moment.

use crate::{
    engine::{
        Failure, Moments, ScalarCall,
        plan::{Scalar, ScalarKind},
    },
    promql::ast::BinaryOp,
    text::Span,
};

use super::Run;

impl Run<'_> {
    /// The value of a scalar expression at each moment.
    pub(super) fn scalar(&mut self, scalar: &Scalar, moments: Moments) -> Result<Vec<f64>, Failure> {
        let width = moments.count();
        if scalar.is_invariant && width > 1 {
            let values = self.scalar(scalar, Moments { end: moments.start, ..moments })?;
            return Ok(vec![values[0]; width]);
        }
        match &scalar.kind {
            ScalarKind::Number(value) => Ok(vec![*value; width]),
            ScalarKind::Negation(operand) => {
                Ok(self.scalar(operand, moments)?.into_iter().map(|value| -value).collect())
            }
            ScalarKind::Binary { span, op, operands } => {
                let left = self.scalar(&operands[0], moments)?;
                let right = self.scalar(&operands[1], moments)?;
                left.into_iter().zip(right).map(|(left, right)| of_numbers(*op, left, right, *span)).collect()
            }
            ScalarKind::Call { function, arguments } => {
                let arguments = self.scalars(arguments, moments)?;
                let at_step = |(step, at)| {
                    let parameters: Vec<f64> = arguments.iter().map(|values| values[step]).collect();
                    function(&ScalarCall { parameters: &parameters, at, query: self.query })
                };
                Ok(moments.iter().enumerate().map(at_step).collect())
            }
            ScalarKind::OfVector(vector) => {
                let grid = self.vector(vector, moments)?;
                let only = |step| {
                    let mut floats = (0..grid.rows().len()).filter_map(|row| grid.cell(row, step)?.float());
                    floats.next().filter(|_| floats.next().is_none()).unwrap_or(f64::NAN)
                };
                Ok((0..width).map(only).collect())
            }
        }
    }

    /// The values of several scalar expressions, each at each moment.
    pub(super) fn scalars(&mut self, scalars: &[Scalar], moments: Moments) -> Result<Vec<Vec<f64>>, Failure> {
        scalars.iter().map(|scalar| self.scalar(scalar, moments)).collect()
    }
}

fn of_numbers(op: BinaryOp, left: f64, right: f64, span: Span) -> Result<f64, Failure> {
    let held = |holds| if holds { 1.0 } else { 0.0 };
    op.arithmetic(left, right)
        .or_else(|| op.compare(left, right).map(held))
        .ok_or_else(|| Failure::new(span, format!("operator \"{}\" not allowed for Scalar operations", op.text())))
}
