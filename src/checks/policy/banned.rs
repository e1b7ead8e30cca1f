//! Metrics, labels and functions that the project does not want in its rules.

use crate::{check, kit::*, promql::ast::Expr};

use super::demands::{is_excepted, is_match};

check! {
    /// A rule uses a metric, a label or a function that the project has banned.
    ///
    /// ## Why it matters
    /// A metric is about to go away, a label has too many values, a function is experimental: where everybody has agreed
    /// not to use it, nobody has to find out anew. The check is silent until the configuration bans something.
    ///
    /// ## Example
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/banned:
    ///     functions: [irate]
    /// ```
    /// ```yaml
    /// - record: job:errors:irate5m
    ///   expr: sum by (job) (irate(errors_total[5m]))
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/banned:
    ///     functions: [irate]
    /// ```
    /// ```yaml
    /// - record: job:errors:rate5m
    ///   expr: sum by (job) (rate(errors_total[5m]))
    /// ```
    pub struct Banned {
        /// Patterns of metrics.
        pub metrics: Vec<String> = Vec::new(),
        /// Patterns of labels, in matchers and groupings.
        pub labels: Vec<String> = Vec::new(),
        /// Functions and aggregations.
        pub functions: Vec<String> = Vec::new(),
        /// Patterns of the names of rules that may use them.
        pub except: Vec<String> = Vec::new(),
    }
    id: "policy/banned", severity: Error, needs_options: true,
}

impl Check for Banned {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let (Some(rule), Some(expr)) = (site.rule(), site.expr()) else { return };
        if is_excepted(rule, &self.except) {
            return;
        }
        for node in expr.walk() {
            if let Some(selection) = node.selection() {
                let selector = selection.selector;
                if let Some(name) = selector.metric_name().filter(|name| matches(&self.metrics, &name.value)) {
                    report("metric", &name.value, name.span, out);
                }
                for matcher in selector.matchers.iter().filter(|one| matches(&self.labels, &one.label.value)) {
                    report("label", &matcher.label.value, matcher.label.span, out);
                }
            }
            match node {
                Expr::Call(call) if self.functions.iter().any(|name| *name == call.function.value) => {
                    report("function", &call.function.value, call.function.span, out);
                }
                Expr::Aggregation(aggregation) => {
                    let op = aggregation.op.value.text();
                    if self.functions.iter().any(|name| name == op) {
                        report("aggregation", op, aggregation.op.span, out);
                    }
                    let labels = aggregation.grouping.iter().flat_map(|grouping| &grouping.labels.names);
                    for label in labels.into_iter().filter(|label| matches(&self.labels, &label.value)) {
                        report("label", &label.value, label.span, out);
                    }
                }
                _ => {}
            }
        }
    }
}

fn matches(patterns: &[String], name: &str) -> bool {
    patterns.iter().any(|pattern| is_match(pattern, name))
}

fn report(what: &str, name: &str, place: Span, out: &mut Sink<'_>) {
    out.report(place, format!("the {what} `{name}` is banned here"))
        .help("the configuration says so, under `policy/banned`");
}
