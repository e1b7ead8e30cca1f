//! Labels that selectors have to name.

use crate::{check, kit::*, promql::ast::Expr};

use super::demands::{is_excepted, is_match};

check! {
    /// A selector has no matcher for a label that the project wants every selector to name.
    ///
    /// ## Why it matters
    /// Two teams may export `requests_total`. Where every selector says `job`, one does not read the other's by accident.
    /// The check is silent until the configuration names labels.
    ///
    /// ## Example
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/selectors:
    ///     required: [job]
    /// ```
    /// ```yaml
    /// - alert: ManyErrors
    ///   expr: rate(errors_total[5m]) > 5
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/selectors:
    ///     required: [job]
    /// ```
    /// ```yaml
    /// - alert: ManyErrors
    ///   expr: rate(errors_total{job="shop"}[5m]) > 5
    /// ```
    pub struct Selectors {
        /// Labels that every selector has to have a matcher for.
        pub required: Vec<String> = Vec::new(),
        /// Only within calls of these functions, such as `absent`; everywhere when empty.
        pub within: Vec<String> = Vec::new(),
        /// Patterns of metrics that need not follow; recorded ones never need to.
        pub except_metrics: Vec<String> = Vec::new(),
        /// Patterns of the names of rules that need not follow.
        pub except: Vec<String> = Vec::new(),
    }
    id: "policy/selectors", severity: Warning, needs_options: true,
}

impl Check for Selectors {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let (Some(rule), Some(expr)) = (site.rule(), site.expr()) else { return };
        if self.required.is_empty() || is_excepted(rule, &self.except) {
            return;
        }
        expr.visit(|visited| {
            let Some(selection) = visited.expr.selection() else { return };
            let is_called = || {
                visited.ancestors.iter().any(|above| match above {
                    Expr::Call(call) => self.within.iter().any(|name| *name == call.function.value),
                    _ => false,
                })
            };
            if !self.within.is_empty() && !is_called() {
                return;
            }
            let selector = selection.selector;
            let name = selector.metric_name().map_or("", |name| name.value.as_str());
            let is_free = self.except_metrics.iter().any(|pattern| is_match(pattern, name));
            if is_free || name.contains(':') || !facts.rules.records(name).is_empty() {
                return;
            }
            for label in self.required.iter().filter(|label| selector.matchers_of(label).next().is_none()) {
                out.report(selector.span, format!("`{selector}` has no matcher for `{label}`"))
                    .help(format!("say which `{label}` is meant"));
            }
        });
    }
}
