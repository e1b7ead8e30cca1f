//! Rules that look into the future.

use crate::{
    check,
    kit::*,
    promql::{Selection, ast::Shift},
};

check! {
    /// A rule reads samples of the future.
    ///
    /// ## Why it matters
    /// A negative offset is for looking back from a graph of the past. A rule is evaluated now, and of what comes later there
    /// is nothing yet.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: Growing
    ///   expr: queue_length offset -1h > queue_length
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: Growing
    ///   expr: queue_length > queue_length offset 1h
    /// ```
    pub struct FutureOffset {}
    id: "promql/future-offset", severity: Warning,
}

impl Check for FutureOffset {
    type Subject = EachSelection;

    fn check(&self, Part { site, part: selection }: Part<'_, Selection<'_>>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Shift { offset: Some(offset), at: None, .. } = &**selection.modifiers else { return };
        if site.rule().is_some() && offset.duration.seconds().is_some_and(|seconds| seconds < 0.0) {
            out.report(offset.span, "a rule is evaluated now, and this asks for later")
                .help("a positive `offset` looks back");
        }
    }
}
