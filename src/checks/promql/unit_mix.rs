//! Sums, differences and comparisons of values in different units.

use crate::{
    check,
    facts::documented::{Dimension, Measure, dimension},
    kit::*,
    promql::{
        Expr,
        ast::{Binary, BinaryOp},
        functions::ValueType,
    },
};

check! {
    /// Values of different units are added, subtracted or compared.
    ///
    /// ## Why it matters
    /// Seconds and bytes have no sum, and 300 milliseconds are not more than 2 seconds. By their names, the metrics on the
    /// two sides are measured in different units: one of them is the wrong one, or has to be converted first.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: SlowerThanAllowed
    ///   expr: request_duration_milliseconds > request_timeout_seconds
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: SlowerThanAllowed
    ///   expr: request_duration_milliseconds > request_timeout_seconds * 1000
    /// ```
    pub struct UnitMix {}
    id: "promql/unit-mix", severity: Warning,
}

impl Check for UnitMix {
    type Subject = EachBinary;

    fn check(&self, Part { site, part: binary }: Part<'_, &Binary>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let op = binary.op.value;
        let mixes = matches!(op, BinaryOp::Add | BinaryOp::Subtract) || op.is_comparison();
        if mixes && are_vectors(binary) && site.is_literal(binary.span) {
            compare(binary, out);
        }
    }
}

fn are_vectors(binary: &Binary) -> bool {
    let is_vector = |expr: &Expr| expr.value_type() == Some(ValueType::InstantVector);
    is_vector(&binary.left) && is_vector(&binary.right)
}

fn compare(binary: &Binary, out: &mut Sink<'_>) {
    let (left, right) = (dimension(&binary.left), dimension(&binary.right));
    let (Some(one), Some(other)) = (words(left), words(right)) else { return };
    if one == other || !differ(left, right) {
        return;
    }
    let verb = match binary.op.value {
        BinaryOp::Add => "adds",
        BinaryOp::Subtract => "subtracts",
        _ => "compares",
    };
    out.report(binary.op.span, format!("this {verb} {one} and {other}"))
        .label(binary.left.span(), one)
        .label(binary.right.span(), other)
        .help("convert one of them first, or take the metric that is meant");
}

/// Whether two measures have no common unit: kinds that metric names tell apart with certainty.
fn differ(left: Dimension, right: Dimension) -> bool {
    let is_telling = |one: Dimension| matches!(one.measure, Measure::Time | Measure::Bytes | Measure::BytesPerSecond);
    if !is_telling(left) || !is_telling(right) {
        return false;
    }
    match (left.scale, right.scale) {
        (Some(one), Some(other)) if left.measure == right.measure => !(0.9..1.1).contains(&(one / other)),
        _ => left.measure != right.measure,
    }
}

/// A measure in words, if it is one of those.
fn words(dimension: Dimension) -> Option<&'static str> {
    let scale = dimension.scale?;
    let is = |factor: f64| (0.95..1.05).contains(&(scale / factor));
    Some(match dimension.measure {
        Measure::Time if is(1.0) => "seconds",
        Measure::Time if is(1e-3) => "milliseconds",
        Measure::Time if is(1e-6) => "microseconds",
        Measure::Time if is(1e-9) => "nanoseconds",
        Measure::Time if is(60.0) => "minutes",
        Measure::Time if is(3600.0) => "hours",
        Measure::Time if is(86_400.0) => "days",
        Measure::Bytes if is(1.0) => "bytes",
        Measure::Bytes if is(1024.0) => "kilobytes",
        Measure::Bytes if is(1_048_576.0) => "megabytes",
        Measure::Bytes if is(1_073_741_824.0) => "gigabytes",
        Measure::BytesPerSecond if is(1.0) => "bytes per second",
        _ => return None,
    })
}
