//! Labels and annotations of alerts that are no templates.

use crate::{
    check,
    kit::*,
    model::rules::{Dialect, RuleKind},
};

check! {
    /// A label or an annotation of an alert is a template that cannot be read or rendered.
    ///
    /// ## Why it matters
    /// Prometheus refuses the whole file for a template it cannot read. One that it reads and cannot render
    /// arrives as `<error expanding template>` when somebody needs it.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   annotations:
    ///     summary: '{{ $labels.instance } is down'
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   annotations:
    ///     summary: '{{ $labels.instance }} is down'
    /// ```
    pub struct TemplateSyntax {}
    id: "rules/template-syntax", severity: Error,
}

impl Check for TemplateSyntax {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        // vmalert has functions of its own; labels of recording rules are no templates.
        let foreign = site.document.rule_file().is_none_or(|file| file.dialect == Dialect::VictoriaMetrics);
        if foreign || !matches!(site.rule.kind(), RuleKind::Alerting | RuleKind::Both) {
            return;
        }
        for template in site.rule.labels.iter().chain(&site.rule.annotations).map(|pair| &pair.value) {
            for error in &template.errors {
                out.adopt(error.clone());
            }
            for failure in template.failures.iter().filter(|_| template.errors.is_empty()) {
                // The rule is loaded and fires, but its text is lost.
                out.adopt(failure.clone()).severity(Severity::Warning);
            }
        }
    }
}
