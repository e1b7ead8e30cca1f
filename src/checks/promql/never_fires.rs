//! Alerts whose conditions exclude each other.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::BinaryOp,
        flow::Source,
        values::{Culprit, Outcome, culprit},
    },
};

check! {
    /// The conditions of an alert exclude each other, so that it can never fire.
    ///
    /// ## Why it matters
    /// Nobody notices an alert that is silent. `x > 5 and x < 3` holds for no number, `x unless x` leaves nothing over,
    /// and an alert on a recorded series that is never recorded waits for ever.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: QueueOutOfBounds
    ///   expr: queue_length < 5 and queue_length > 100
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: QueueOutOfBounds
    ///   expr: queue_length < 5 or queue_length > 100
    /// ```
    pub struct NeverFires {}
    id: "promql/never-fires", severity: Error,
}

impl Check for NeverFires {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let (Some(rule), Some(expr)) = (site.rule(), site.expr()) else { return };
        // A comparison that never holds by itself is a finding of `promql/domain`.
        let source = site.values(facts);
        let decides = |node: &Expr| match node {
            Expr::Binary(binary) => matches!(binary.op.value, BinaryOp::And | BinaryOp::Unless),
            Expr::Call(call) => call.function.value.starts_with("absent"),
            _ => node.selection().is_some_and(|selection| source.outcome(selection.selector).is_some()),
        };
        if !expr.walk().any(decides) || Outcome::of(expr, &source) != Outcome::Never {
            return;
        }
        let Some(culprit) = culprit(expr, &source) else { return };
        let consequence = match &rule.rule.alert {
            Some(name) => (name.span, "so this alert never fires"),
            None => (rule.rule.anchor(), "so nothing is recorded"),
        };
        let finding = match culprit {
            Culprit::Contradiction(first, second) => out
                .report(second.span, "no value meets both conditions")
                .label(first.span, "the other condition")
                .help("for one or the other, write `or`"),
            Culprit::UnlessItself(binary) => out
                .report(binary.op.span, "both sides are the same, so that nothing is left over")
                .label(binary.left.span(), "each of these is on the right side, too")
                .help("take something else away"),
            Culprit::NeverAbsent(call) => out
                .report(call.function.span, format!("`{}` of what is always there is empty", call.function.value))
                .help("ask for the series themselves"),
            Culprit::Recorded(selection) => {
                let name = selection.selection().and_then(|one| one.selector.metric_name());
                let recording = name.and_then(|name| facts.recordings.get(&name.value)?.expr);
                let is_here = recording.is_some_and(|place| place.file == expr.span().file);
                out.report(selection.span(), "the rule that records this never records anything")
                    .severity(if is_here { Severity::Error } else { Severity::Warning })
                    .label_if(recording, "this gives nothing, whatever the data")
                    .help("repair the recording rule first")
            }
            Culprit::Comparison(_) | Culprit::Exhaustion(..) => return,
        };
        finding.label(consequence.0, consequence.1);
    }
}
