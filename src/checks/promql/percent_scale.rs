//! Ratios that are compared with a number of percent.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{Binary, BinaryOp, VectorSelector},
    },
};

check! {
    /// A share between 0 and 1 is compared with a number of percent.
    ///
    /// ## Why it matters
    /// `used / size` is 0.93 when a disk is 93 % full. Compared with 90, it never fires.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: DiskAlmostFull
    ///   expr: disk_used_bytes / disk_size_bytes > 90
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: DiskAlmostFull
    ///   expr: disk_used_bytes / disk_size_bytes > 0.9
    /// ```
    pub struct PercentScale {}
    id: "promql/percent-scale", severity: Warning,
}

/// Words for the whole of something.
const WHOLES: [&str; 8] = ["size", "limit", "limits", "max", "capacity", "quota", "total", "maximum"];

/// Words for a part of it.
const PARTS: [&str; 9] = ["used", "usage", "free", "avail", "available", "usable", "working", "remaining", "current"];

impl Check for PercentScale {
    type Subject = EachBinary;

    fn check(&self, Part { site, part: comparison }: Part<'_, &Binary>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(number) = comparison.right.number() else { return };
        if !comparison.op.value.is_comparison() || !(5.0..=100.0).contains(&number) {
            return;
        }
        let Some((division, why)) = share(&comparison.left, facts) else { return };
        if site.is_open(comparison.right.span()) || site.is_open(division) {
            return;
        }
        out.report(comparison.right.span(), format!("a share is at most 1, and this compares it with {number}"))
            .label(division, why)
            .help(format!("compare with {}, or multiply the share by 100", number / 100.0));
    }
}

/// The division of a part by its whole that an expression is, and why it is one.
fn share(expr: &Expr, facts: &Facts<'_>) -> Option<(Span, String)> {
    match expr.unwrap_parens() {
        Expr::Selector(selector) => {
            let [only] = facts.rules.records(&selector.metric_name()?.value) else { return None };
            share_by_itself(only.rule.expr.as_ref()?.valid()?)
        }
        other => share_by_itself(other),
    }
}

/// The same of an expression that reads no recorded share.
fn share_by_itself(expr: &Expr) -> Option<(Span, String)> {
    match expr.unwrap_parens() {
        Expr::Aggregation(aggregation) if aggregation.parameter.is_none() => match aggregation.op.value.text() {
            "avg" | "max" | "min" => share_by_itself(&aggregation.operand),
            _ => None,
        },
        Expr::Binary(binary) if binary.op.value == BinaryOp::Divide => {
            let (part, whole) = (only_name(&binary.left)?, only_name(&binary.right)?);
            let is_share = is_part_of_whole(&part.value, &whole.value);
            is_share.then(|| (binary.op.span, format!("`{}` of `{}`", part.value, whole.value)))
        }
        _ => None,
    }
}

/// The metric of an expression that changes nothing about its scale.
fn only_name(expr: &Expr) -> Option<&Spanned<Name>> {
    match expr.unwrap_parens() {
        Expr::Selector(selector) => VectorSelector::metric_name(selector),
        Expr::Aggregation(aggregation) if matches!(aggregation.op.value.text(), "sum" | "avg" | "max" | "min") => {
            only_name(&aggregation.operand)
        }
        _ => None,
    }
}

/// Whether two names are alike up to the words for part and whole, as `disk_used_bytes` and `disk_size_bytes`.
fn is_part_of_whole(part: &str, whole: &str) -> bool {
    let words = |name: &str, known: &[&str]| {
        let (marks, others): (Vec<String>, Vec<String>) =
            name.split('_').map(str::to_lowercase).partition(|word| known.contains(&word.as_str()));
        (!marks.is_empty(), others)
    };
    let ((is_part, of_part), (is_whole, of_whole)) = (words(part, &PARTS), words(whole, &WHOLES));
    is_part && is_whole && of_part == of_whole
}
