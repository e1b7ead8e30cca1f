//! Groups that are evaluated so seldom that what they record vanishes in between.

use crate::{
    check,
    facts::Asked,
    kit::*,
    model::{Document, rules::Group},
    promql::Expr,
    vocab::Duration,
};

check! {
    /// A group records series more seldom than they can be seen.
    ///
    /// ## Why it matters
    /// A query at some moment sees samples of the last five minutes (the lookback delta). What is recorded every ten
    /// minutes is there for five and gone for five: graphs have gaps, and alerts on it resolve and fire again.
    ///
    /// ## Example
    /// ```yaml path=rules.yml
    /// groups:
    ///   - name: capacity
    ///     interval: 10m
    ///     rules:
    ///       - record: cluster:disk_free:sum
    ///         expr: sum(disk_free_bytes)
    ///   - name: alerts
    ///     rules:
    ///       - alert: DiskAlmostFull
    ///         expr: cluster:disk_free:sum < 1e9
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=rules.yml
    /// groups:
    ///   - name: capacity
    ///     interval: 10m
    ///     rules:
    ///       - record: cluster:disk_free:sum
    ///         expr: sum(disk_free_bytes)
    ///   - name: alerts
    ///     rules:
    ///       - alert: DiskAlmostFull
    ///         expr: last_over_time(cluster:disk_free:sum[20m]) < 1e9
    /// ```
    pub struct GroupInterval {
        /// How far back a query looks for a sample (`--query.lookback-delta`).
        pub lookback_delta: Duration = Duration::minutes(5),
    }
    id: "rules/group-interval", severity: Warning,
}

impl Check for GroupInterval {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        for group in document.rule_file().into_iter().flat_map(|file| &file.groups) {
            let Some(interval) = group.interval.filter(|interval| interval.value > self.lookback_delta) else {
                continue;
            };
            if facts.deployment.sets_lookback() {
                return;
            }
            let Some(reader) = reader_at_an_instant(group, facts) else { continue };
            out.report(
                interval.span,
                format!(
                    "`{}` is recorded every {}, but a query looks back only {}",
                    reader.value, interval.value, self.lookback_delta
                ),
            )
            .label(reader.span, "most of the time nothing is found here")
            .help("record more often, or read it with `last_over_time (…)` over a longer range");
        }
    }
}

/// Where a rule or dashboard reads what a group records without a range.
fn reader_at_an_instant<'w>(group: &Group, facts: &Facts<'w>) -> Option<&'w Spanned<Name>> {
    // Rules of the same group read right after it was recorded.
    let is_own = |site: &QuerySite<'_>| matches!(site.owner, Owner::Rule(rule) if std::ptr::eq(rule.group, group));
    let at_an_instant = |asked: &Asked<'_>| {
        let expr = asked.site.expr();
        let mut nodes = expr.into_iter().flat_map(Expr::walk);
        !nodes.any(|node| match node {
            Expr::Subquery(_) => true,
            Expr::Range(range) => std::ptr::eq(&range.selector, asked.selector),
            _ => false,
        })
    };
    let records = group.rules.iter().filter_map(|rule| rule.record.as_ref());
    let readers = records.flat_map(|name| facts.asked.of_metric(&name.value));
    readers.filter(|asked| !is_own(&asked.site)).find(at_an_instant).map(|asked| asked.name)
}
