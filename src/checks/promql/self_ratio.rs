//! Ratios of a series to itself.

use std::collections::BTreeSet;

use crate::{
    check,
    kit::*,
    promql::ast::{Aggregation, Binary, BinaryOp, Call, Expr, Grouping, Matcher, MatchingKind, VectorSelector},
    vocab::listed,
};

check! {
    /// Each series is divided by itself, so that the result is always 1.
    ///
    /// ## Why it matters
    /// Without aggregation, both sides of an operator are matched on all their labels. A filter on one side does
    /// not help: each series that passes it meets the very same series on the other side. An alert on the result
    /// fires as soon as there is one such series, whatever its share of the whole.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: HighErrorRate
    ///   expr: rate(http_requests_total{status=~"5.."}[5m]) / rate(http_requests_total[5m]) > 0.05
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: HighErrorRate
    ///   expr: |
    ///     sum by (job) (rate(http_requests_total{status=~"5.."}[5m]))
    ///       / sum by (job) (rate(http_requests_total[5m])) > 0.05
    /// ```
    pub struct SelfRatio {}
    id: "promql/self-ratio", severity: Error,
}

impl Check for SelfRatio {
    type Subject = EachBinary;

    fn check(&self, Part { site, part: binary }: Part<'_, &Binary>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if !matches!(binary.op.value, BinaryOp::Divide | BinaryOp::Subtract) || site.is_open(binary.op.span) {
            return;
        }
        let (left, right) = (Scaled::of(&binary.left), Scaled::of(&binary.right));
        let mut pair = Pair { site, facts, left: Vec::new(), right: Vec::new() };
        if pair.same(left.expr, right.expr) && !pair.is_empty() && meets_itself(binary, &pair) && pair.can_meet() {
            report(binary, left.factor, right.factor, &pair, out);
        }
    }
}

fn report(binary: &Binary, left: f64, right: f64, pair: &Pair<'_, '_>, out: &mut Sink<'_>) {
    let is_minus = binary.op.value == BinaryOp::Subtract;
    if is_minus && left != right {
        return;
    }
    let op = binary.op.value.text();
    let result = if is_minus { 0.0 } else { left / right };
    let filtered = pair.left.first().or(pair.right.first());
    let finding = out
        .report(
            binary.op.span,
            format!("both sides of this `{op}` are the same series, so the result is always {result}"),
        )
        .here("each series meets itself")
        .label_if(filtered.map(|matcher| matcher.span), "filters this side only");
    let labels: BTreeSet<&str> = pair.labels().collect();
    let labels = listed(labels, " and ");
    finding.help(format!("aggregate {labels} away on both sides, as in `sum by (job) (…) {op} sum by (job) (…)`"));
}

/// An operand without constant factors and filters on its value, which change nothing about whom it meets.
struct Scaled<'e> {
    expr: &'e Expr,
    factor: f64,
}

impl<'e> Scaled<'e> {
    fn of(expr: &'e Expr) -> Self {
        let mut scaled = Self { expr, factor: 1.0 };
        loop {
            scaled.expr = scaled.expr.unwrap_parens();
            let Expr::Binary(binary) = scaled.expr else { return scaled };
            let op = binary.op.value;
            (scaled.expr, scaled.factor) = match (op, binary.left.number(), binary.right.number()) {
                (BinaryOp::Multiply, Some(factor), None) => (&binary.right, scaled.factor * factor),
                (BinaryOp::Multiply, None, Some(factor)) => (&binary.left, scaled.factor * factor),
                (BinaryOp::Divide, None, Some(factor)) => (&binary.left, scaled.factor / factor),
                (_, None, Some(_)) if op.is_comparison() && binary.modifiers.bool_modifier.is_none() => {
                    (&binary.left, scaled.factor)
                }
                (_, Some(_), None) if op.is_comparison() && binary.modifiers.bool_modifier.is_none() => {
                    (&binary.right, scaled.factor)
                }
                _ => return scaled,
            };
        }
    }
}

/// Two expressions that are compared, and the matchers that only one of them has.
struct Pair<'e, 'f> {
    site: QuerySite<'e>,
    facts: &'f Facts<'e>,
    left: Vec<&'e Matcher>,
    right: Vec<&'e Matcher>,
}

impl<'e> Pair<'e, '_> {
    /// Whether two expressions give the same values under the same labels, matchers of selectors aside.
    fn same(&mut self, left: &'e Expr, right: &'e Expr) -> bool {
        match (left.unwrap_parens(), right.unwrap_parens()) {
            (Expr::Selector(left), Expr::Selector(right)) => self.same_selector(left, right),
            (Expr::Range(left), Expr::Range(right)) => {
                self.written_alike(left.brackets, right.brackets)
                    && left.modifiers.is_empty()
                    && right.modifiers.is_empty()
                    && self.same_selector(&left.selector, &right.selector)
            }
            (Expr::Aggregation(left), Expr::Aggregation(right)) => self.same_aggregation(left, right),
            (Expr::Call(left), Expr::Call(right)) => self.same_call(left, right),
            (Expr::Binary(left), Expr::Binary(right)) => {
                let is_plain = |binary: &Binary| binary.modifiers.matching.is_none() && binary.op.value.is_arithmetic();
                is_plain(left)
                    && is_plain(right)
                    && self.written_alike(left.op.span, right.op.span)
                    && self.same(&left.left, &right.left)
                    && self.same(&left.right, &right.right)
            }
            (Expr::Number(left), Expr::Number(right)) => self.written_alike(left.span, right.span),
            _ => false,
        }
    }

    fn same_selector(&mut self, left: &'e VectorSelector, right: &'e VectorSelector) -> bool {
        let same_name = match (left.metric_name(), right.metric_name()) {
            (Some(left), Some(right)) => left.value == right.value && self.written_alike_unless_literal(left, right),
            _ => false,
        };
        let only = |own: &'e VectorSelector, other: &'e VectorSelector| {
            own.matchers.iter().filter(move |matcher| !other.matchers.iter().any(|matching| alike(matcher, matching)))
        };
        self.left.extend(only(left, right));
        self.right.extend(only(right, left));
        let is_named = |matcher: &&Matcher| matcher.label.value != "__name__";
        same_name
            && left.modifiers.is_empty()
            && right.modifiers.is_empty()
            && self.left.iter().chain(&self.right).all(is_named)
    }

    fn same_aggregation(&mut self, left: &'e Aggregation, right: &'e Aggregation) -> bool {
        let (Some(by_left), Some(by_right)) = (&left.grouping, &right.grouping) else { return false };
        let names_all =
            |one: &Grouping, of: &Grouping| of.labels.names.iter().all(|label| one.labels.has(&label.value));
        let is_same = left.op.value == right.op.value
            && !left.op.value.selects()
            && left.parameter.is_none()
            && right.parameter.is_none()
            && by_left.kind.value == by_right.kind.value
            && names_all(by_left, by_right)
            && names_all(by_right, by_left)
            && ![left.op.span, right.op.span, by_left.span, by_right.span]
                .into_iter()
                .any(|span| self.site.is_open(span));
        is_same && self.same(&left.operand, &right.operand) && self.labels().all(|label| by_left.keeps(label))
    }

    fn same_call(&mut self, left: &'e Call, right: &'e Call) -> bool {
        let name = left.function.value.as_str();
        let keeps_labels = !name.starts_with("absent")
            && !name.starts_with("histogram_")
            && !matches!(name, "scalar" | "vector" | "label_replace" | "label_join" | "info" | "time");
        keeps_labels
            && self.written_alike(left.function.span, right.function.span)
            && left.arguments.len() == right.arguments.len()
            && left.arguments.iter().zip(&right.arguments).all(|(left, right)| self.same(left, right))
    }

    fn is_empty(&self) -> bool {
        self.left.is_empty() && self.right.is_empty()
    }

    fn labels(&self) -> impl Iterator<Item = &'e str> {
        self.left.iter().chain(&self.right).map(|matcher| matcher.label.value.as_str())
    }

    /// Whether the file says the same in two places, spaces aside.
    fn written_alike(&self, left: Span, right: Span) -> bool {
        let files = &self.facts.workspace.files;
        let words = |span: Span| {
            let text = files.file(span.file).slice(span);
            text.chars().filter(|character| !character.is_whitespace())
        };
        words(left).eq(words(right))
    }

    fn written_alike_unless_literal(&self, left: &Spanned<Name>, right: &Spanned<Name>) -> bool {
        self.site.is_literal(left.span) && self.site.is_literal(right.span) || self.written_alike(left.span, right.span)
    }

    /// Whether some series surely passes the matchers of both sides, as far as they tell.
    fn can_meet(&self) -> bool {
        self.labels().all(|label| {
            let of = |side: &[&'e Matcher]| -> Vec<&'e Matcher> {
                side.iter().copied().filter(|matcher| matcher.label.value == label).collect()
            };
            let (left, right) = (of(&self.left), of(&self.right));
            let values = left.iter().chain(&right).find_map(|matcher| matcher.values()).unwrap_or_default();
            let takes = |value: &String| left.iter().chain(&right).all(|matcher| matcher.matches(value));
            left.is_empty() || right.is_empty() || values.iter().any(takes)
        })
    }
}

fn alike(left: &Matcher, right: &Matcher) -> bool {
    left.label.value == right.label.value && left.op.value == right.op.value && left.value.value == right.value.value
}

/// Whether a series on one side can be matched with nothing but itself.
fn meets_itself(binary: &Binary, pair: &Pair<'_, '_>) -> bool {
    let Some(matching) = &binary.modifiers.matching else { return true };
    let is_compared = |label: &str| match matching.kind.value {
        MatchingKind::On => matching.labels.has(label),
        MatchingKind::Ignoring => !matching.labels.has(label),
    };
    // Labels that are not compared differ between series of one side: it must hold all of the other's, to
    // be sure that the only one that may be there is the same one.
    let is_part_of_the_other = pair.left.is_empty() || pair.right.is_empty();
    let is_open = matching.labels.names.iter().any(|label| pair.site.is_open(label.span));
    is_part_of_the_other && !is_open && pair.labels().all(is_compared)
}
