//! What the project demands of groups of rules.

use crate::{
    check,
    kit::*,
    model::{Document, rules::Group},
    vocab::Duration,
};

use super::demands::is_match;

check! {
    /// A group of rules has an interval, a size or a name that the project does not allow.
    ///
    /// ## Why it matters
    /// One group is evaluated rule by rule: a hundred of them in one take long, and those that are evaluated every second
    /// cost sixty times as much as every minute. The check is silent until the configuration gives limits.
    ///
    /// ## Example
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/groups:
    ///     least_interval: 15s
    /// ```
    /// ```yaml path=rules.yml
    /// groups:
    ///   - name: shop
    ///     interval: 1s
    ///     rules:
    ///       - alert: TargetDown
    ///         expr: up == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/groups:
    ///     least_interval: 15s
    /// ```
    /// ```yaml path=rules.yml
    /// groups:
    ///   - name: shop
    ///     interval: 30s
    ///     rules:
    ///       - alert: TargetDown
    ///         expr: up == 0
    /// ```
    pub struct Groups {
        /// The shortest interval.
        pub least_interval: Option<Duration> = None,
        /// The longest interval.
        pub most_interval: Option<Duration> = None,
        /// Whether every group has to say its interval.
        pub needs_interval: bool = false,
        /// The greatest number of rules.
        pub most_rules: Option<f64> = None,
        /// The greatest `limit`; every group then has to have one.
        pub most_limit: Option<f64> = None,
        /// The longest `query_offset`.
        pub most_query_offset: Option<Duration> = None,
        /// What the name has to match as a whole.
        pub name: Option<String> = None,
    }
    id: "policy/groups", severity: Error, needs_options: true,
}

impl Check for Groups {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        for group in document.rule_file().into_iter().flat_map(|file| &file.groups) {
            let anchor = group.name.as_ref().map_or(group.span, |name| name.span);
            self.interval(group, anchor, out);
            self.size(group, anchor, out);
            if let (Some(pattern), Some(name)) = (&self.name, &group.name)
                && !is_match(pattern, &name.value)
            {
                out.report(name.span, format!("the group `{}` does not match `{pattern}`", name.value))
                    .help("name it as is agreed on");
            }
            if let (Some(most), Some(offset)) = (self.most_query_offset, group.query_offset)
                && offset.value > most
            {
                out.report(offset.span, format!("`query_offset` is {}, and at most {most} is allowed", offset.value))
                    .help(format!("write `query_offset: {most}`"));
            }
        }
    }
}

impl Groups {
    fn interval(&self, group: &Group, anchor: Span, out: &mut Sink<'_>) {
        let Some(interval) = group.interval else {
            if self.needs_interval {
                out.report(anchor, "the group does not say its `interval`").help("say how often it is evaluated");
            }
            return;
        };
        if let Some(least) = self.least_interval.filter(|least| interval.value < *least) {
            out.report(interval.span, format!("`interval` is {}, and at least {least} is demanded", interval.value))
                .help(format!("write `interval: {least}`"));
        }
        if let Some(most) = self.most_interval.filter(|most| interval.value > *most) {
            out.report(interval.span, format!("`interval` is {}, and at most {most} is allowed", interval.value))
                .help(format!("write `interval: {most}`"));
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "no group has 2^53 rules")]
    fn size(&self, group: &Group, anchor: Span, out: &mut Sink<'_>) {
        let rules = group.rules.len();
        if let Some(most) = self.most_rules.filter(|most| rules as f64 > *most) {
            out.report(anchor, format!("the group has {rules} rules, and at most {most} are allowed"))
                .help("make two groups of it: they are evaluated side by side");
        }
        match (self.most_limit, group.limit) {
            (Some(most), None) => {
                out.report(anchor, "the group has no `limit`").help(format!("write `limit: {most}` or less"));
            }
            (Some(most), Some(limit)) if limit.value == 0 || limit.value as f64 > most => {
                out.report(limit.span, format!("`limit` is {}, and at most {most} is allowed", limit.value))
                    .help("0 is no limit");
            }
            _ => {}
        }
    }
}
