//! Names of rules that do not follow the convention.

use crate::{check, kit::*, vocab::Pattern};

check! {
    /// The name of a rule or a group does not have the form that the project wants.
    ///
    /// ## Why it matters
    /// By convention alerts are written `LikeThis` and recorded series `level:metric:operations`, so that everybody sees
    /// what a name is, and that a series is recorded rather than scraped.
    ///
    /// ## Example
    /// ```yaml
    /// - record: errors_per_second
    ///   expr: sum by (job) (rate(errors_total[5m]))
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - record: job:errors:rate5m
    ///   expr: sum by (job) (rate(errors_total[5m]))
    /// ```
    pub struct NameStyle {
        /// What the names of alerts have to match, as a whole.
        pub alert: String = "[A-Z][a-zA-Z0-9]*".to_owned(),
        /// What the names of recorded series have to match, as a whole.
        pub record: String = "[a-z_][a-zA-Z0-9_]*(:[a-zA-Z0-9_]+)+".to_owned(),
    }
    id: "rules/name-style", severity: Info, opt_in: true,
}

impl Check for NameStyle {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(name) = site.rule.name() else { return };
        let (what, pattern, remedy) = if site.rule.is_alerting() {
            ("alert", &self.alert, "alerts are written `LikeThis`")
        } else {
            ("record", &self.record, "recorded series are written `level:metric:operations`")
        };
        if Pattern::anchored(pattern).is_ok_and(|pattern| !pattern.is_match(&name.value)) {
            out.report(name.span, format!("the {what} `{}` does not match `{pattern}`", name.value)).help(remedy);
        }
    }
}
