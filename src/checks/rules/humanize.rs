//! Values that annotations print with all their digits.

use crate::{
    check,
    facts::documented::{Measure, Threshold, condition_of},
    kit::*,
};

check! {
    /// An annotation prints bytes, seconds, a share or a rate as a raw number.
    ///
    /// ## Why it matters
    /// Whoever is woken up reads `value is 0.9318271604938271` or `8.589934592e+09`. `humanizePercentage`, `humanizeDuration`
    /// and `humanize1024` say 93.18%, 1h 2m and 8Gi.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: MemoryHigh
    ///   expr: process_resident_memory_bytes > 8e9
    ///   annotations:
    ///     summary: "{{ $labels.instance }} uses {{ $value }} bytes"
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: MemoryHigh
    ///   expr: process_resident_memory_bytes > 8e9
    ///   annotations:
    ///     summary: "{{ $labels.instance }} uses {{ $value | humanize1024 }}B"
    /// ```
    pub struct Humanize {}
    id: "rules/humanize", severity: Info,
}

impl Check for Humanize {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let mut uses = site.rule.annotations.iter().flat_map(|pair| &pair.value.references().values);
        let Some(raw) = uses.find(|one| one.functions.is_empty()).filter(|_| site.rule.is_alerting()) else { return };
        let Some(condition) = site.document.promql_of(site.group, site.rule).and_then(condition_of) else { return };
        let [threshold] = condition.thresholds.as_slice() else { return };
        let Some((what, function)) = reader(threshold) else { return };
        out.report(raw.span, format!("this prints {what} with all digits"))
            .label(threshold.span, format!("compared as {what} here"))
            .help(format!("write `{{{{ $value | {function} }}}}`"));
    }
}

/// What a value is, and the function that makes it readable.
fn reader(threshold: &Threshold) -> Option<(&'static str, &'static str)> {
    let scale = threshold.dimension.scale;
    let is_base = scale == Some(1.0);
    match threshold.dimension.measure {
        // Nobody asks whether a share is above 300: then it is something else, as the cores that are busy.
        Measure::Share if is_base && threshold.value > 1.0 => None,
        Measure::Share if is_base => Some(("a share", "humanizePercentage")),
        Measure::Share if scale == Some(0.01) => Some(("a percentage", "printf \"%.1f\"")),
        Measure::Time if is_base => Some(("seconds", "humanizeDuration")),
        Measure::Bytes if is_base => Some(("bytes", "humanize1024")),
        Measure::BytesPerSecond if is_base => Some(("bytes per second", "humanize1024")),
        Measure::PerSecond => Some(("a rate", "humanize")),
        _ => None,
    }
}
