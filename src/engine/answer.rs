//! The result of a query.

use std::sync::Arc;

use crate::histogram::FloatHistogram;

use super::{Labels, Notes, Point, Value};

/// The result of a query, and what there is to say about it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The result.
    pub value: Answered,
    /// Warnings and infos.
    pub notes: Notes,
}

/// The result of a query.
#[derive(Clone, PartialEq, Debug)]
pub enum Answered {
    /// A number, of an instant query.
    Scalar(f64),
    /// A text, of an instant query.
    String(String),
    /// One sample for each series, of an instant query, in the engine's order: that of `sort` and `topk`, else by
    /// labels where nothing changed the order.
    Vector(Vec<(Labels, Value)>),
    /// Samples over time, by labels: of a range query, or of an instant query for a range vector.
    Matrix(Vec<MatrixSeries>),
}

/// A series of a matrix.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct MatrixSeries {
    /// Its labels.
    pub labels: Labels,
    /// Its numbers, by time.
    pub floats: Vec<Point<f64>>,
    /// Its native histograms, by time.
    pub histograms: Vec<Point<Arc<FloatHistogram>>>,
}
