//! How far rules may look back.

use crate::{
    check,
    kit::*,
    promql::ast::{DurationExpr, Expr, Modifiers},
    vocab::Duration,
};

use super::demands::is_excepted;

check! {
    /// A rule looks back over a shorter or longer range than the project allows.
    ///
    /// ## Why it matters
    /// A range of a month is read anew at every evaluation, and beyond the retention there is nothing. The check is silent
    /// until the configuration gives limits.
    ///
    /// ## Example
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/ranges:
    ///     most: 1d
    /// ```
    /// ```yaml
    /// - record: job:errors:rate30d
    ///   expr: sum by (job) (rate(errors_total[30d]))
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/ranges:
    ///     most: 1d
    /// ```
    /// ```yaml
    /// - record: job:errors:rate6h
    ///   expr: sum by (job) (rate(errors_total[6h]))
    /// ```
    pub struct Ranges {
        /// The shortest range.
        pub least: Option<Duration> = None,
        /// The longest range.
        pub most: Option<Duration> = None,
        /// The oldest data, range and offset together.
        pub oldest: Option<Duration> = None,
        /// Patterns of the names of rules that need not follow.
        pub except: Vec<String> = Vec::new(),
    }
    id: "policy/ranges", severity: Error, needs_options: true,
}

impl Check for Ranges {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let (Some(rule), Some(expr)) = (site.rule(), site.expr()) else { return };
        if is_excepted(rule, &self.except) {
            return;
        }
        for node in expr.walk() {
            match node {
                Expr::Range(range) => self.look_at(Some(&range.range), &range.modifiers, range.span, out),
                Expr::Subquery(subquery) => {
                    self.look_at(Some(&subquery.range), &subquery.modifiers, subquery.brackets, out);
                }
                Expr::Selector(selector) => self.look_at(None, &selector.modifiers, selector.span, out),
                _ => {}
            }
        }
    }
}

impl Ranges {
    fn look_at(&self, range: Option<&DurationExpr>, modifiers: &Modifiers, whole: Span, out: &mut Sink<'_>) {
        let length = range.and_then(DurationExpr::duration);
        if let (Some(range), Some(length)) = (range, length) {
            if let Some(least) = self.least.filter(|least| length < *least) {
                out.report(range.span(), format!("the range is {length}, and at least {least} is demanded"))
                    .help(format!("take `[{least}]`"));
            }
            if let Some(most) = self.most.filter(|most| length > *most) {
                out.report(range.span(), format!("the range is {length}, and at most {most} is allowed"))
                    .help("record a shorter range, and read what was recorded");
            }
        }
        let offset = modifiers.offset.as_ref().and_then(|offset| offset.duration.duration());
        let back = |duration: Option<Duration>| duration.map_or(0, Duration::as_milliseconds);
        let reach = Duration::milliseconds(back(length) + back(offset));
        if let Some(oldest) = self.oldest.filter(|oldest| reach > *oldest) {
            out.report(whole, format!("this looks back {reach}, and at most {oldest} is allowed"))
                .help("look back less far, or record what is needed of it");
        }
    }
}
