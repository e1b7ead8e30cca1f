//! Labels that aggregations have to keep, or to drop.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{self, GroupingKind},
    },
};

use super::demands::is_excepted;

check! {
    /// An aggregation drops a label that the project wants kept, or keeps one that it wants dropped.
    ///
    /// ## Why it matters
    /// Where all series carry `cluster`, a rule that adds them up over clusters by mistake mixes what does not belong
    /// together. The check is silent until the configuration names labels.
    ///
    /// ## Example
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/aggregation:
    ///     keep: [cluster]
    /// ```
    /// ```yaml
    /// - record: job:errors:rate5m
    ///   expr: sum by (job) (rate(errors_total[5m]))
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/aggregation:
    ///     keep: [cluster]
    /// ```
    /// ```yaml
    /// - record: job:errors:rate5m
    ///   expr: sum by (cluster, job) (rate(errors_total[5m]))
    /// ```
    pub struct Aggregation {
        /// Labels that every aggregation has to keep.
        pub keep: Vec<String> = Vec::new(),
        /// Labels that the result of a rule must not have.
        pub strip: Vec<String> = Vec::new(),
        /// Patterns of the names of rules that need not follow.
        pub except: Vec<String> = Vec::new(),
    }
    id: "policy/aggregation", severity: Warning, needs_options: true,
}

impl Check for Aggregation {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let (Some(rule), Some(expr)) = (site.rule(), site.expr()) else { return };
        if self.keep.is_empty() && self.strip.is_empty() || is_excepted(rule, &self.except) {
            return;
        }
        for aggregation in expr.aggregations().filter(|aggregation| !aggregation.op.value.selects()) {
            for label in self.keep.iter().filter(|label| !keeps(aggregation, label)) {
                // Every series has the one value that a matcher asks for: nothing is mixed.
                if is_fixed(&aggregation.operand, label) {
                    continue;
                }
                let place = aggregation.grouping.as_ref().map_or(aggregation.op.span, |grouping| grouping.span);
                out.report(place, format!("`{label}` is dropped, which is to be kept"))
                    .help(format!("keep it: `{} by ({label}, …)`", aggregation.op.value.text()));
            }
        }
        let Some(outermost) = outermost(expr) else { return };
        let Some(grouping) = outermost.grouping.as_ref() else { return };
        for label in &self.strip {
            let place = grouping.labels.names.iter().find(|name| name.value == *label);
            match (grouping.kind.value, place) {
                (GroupingKind::By, Some(name)) => {
                    out.report(name.span, format!("`{label}` is kept, which is to be dropped")).help("take it out");
                }
                (GroupingKind::Without, None) => {
                    out.report(grouping.span, format!("`{label}` is kept, which is to be dropped"))
                        .help(format!("add `{label}` to `without (…)`"));
                }
                _ => {}
            }
        }
    }
}

fn keeps(aggregation: &ast::Aggregation, label: &str) -> bool {
    aggregation.grouping.as_ref().is_some_and(|grouping| grouping.keeps(label))
}

fn is_fixed(operand: &Expr, label: &str) -> bool {
    operand.selections().all(|selection| {
        let mut matchers = selection.selector.matchers_of(label);
        matchers.any(|matcher| matcher.values().is_some_and(|values| values.len() == 1))
    })
}

/// The aggregation that gives the result, up to comparisons and arithmetic with numbers.
fn outermost(expr: &Expr) -> Option<&ast::Aggregation> {
    match expr.unwrap_parens() {
        Expr::Aggregation(aggregation) => Some(aggregation),
        Expr::Binary(binary) if binary.right.number().is_some() => outermost(&binary.left),
        Expr::Binary(binary) if binary.left.number().is_some() => outermost(&binary.right),
        _ => None,
    }
}
