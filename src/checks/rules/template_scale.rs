//! Texts that show a share, a percentage or a rate per second as what it is not.

use crate::{
    check,
    facts::documented::{Measure, Threshold, condition_of},
    kit::*,
    template::{Template, ValueUse},
};

check! {
    /// A text shows a share as percent, or takes percent, or a rate per second, for a share.
    ///
    /// ## Why it matters
    /// Whoever is woken up reads "0.93% of the disk is used", or "9300%", and judges by it.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: DiskAlmostFull
    ///   expr: disk_used_bytes / disk_size_bytes > 0.9
    ///   annotations:
    ///     summary: "{{ $value }}% of the disk is used"
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: DiskAlmostFull
    ///   expr: disk_used_bytes / disk_size_bytes > 0.9
    ///   annotations:
    ///     summary: "{{ $value | humanizePercentage }} of the disk is used"
    /// ```
    pub struct TemplateScale {}
    id: "rules/template-scale", severity: Warning,
}

/// How the values of an expression stand for a share.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Scale {
    /// Between 0 and 1.
    Share,
    /// Between 0 and 100.
    Percent,
    /// They are no share, but so many per second.
    PerSecond,
}

impl Check for TemplateScale {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let texts = site.rule.annotations.iter().map(|pair| &pair.value);
        let uses = texts.flat_map(|text| text.references().values.iter().map(move |value| (text, value)));
        let shown: Vec<Shown> = uses.filter_map(|(text, value)| shows(text, value)).collect();
        if shown.is_empty() || !site.rule.is_alerting() {
            return;
        }
        let Some(condition) = site.document.promql_of(site.group, site.rule).and_then(condition_of) else { return };
        let [threshold] = condition.thresholds.as_slice() else { return };
        let Some(scale) = scale_of(threshold).filter(|_| !condition.is_open) else { return };
        shown.iter().for_each(|shown| look_at(shown, scale, threshold, out));
    }
}

/// The scale of what is compared, if the threshold fits it: not all names and divisions are what they seem.
fn scale_of(threshold: &Threshold) -> Option<Scale> {
    let dimension = threshold.dimension;
    let value = threshold.value.abs();
    match (dimension.measure, dimension.scale) {
        (Measure::Share, Some(1.0)) if value > 0.0 && value < 1.0 => Some(Scale::Share),
        (Measure::Share, Some(0.01)) if value > 1.0 && value <= 100.0 => Some(Scale::Percent),
        (Measure::PerSecond, Some(1.0)) => Some(Scale::PerSecond),
        _ => None,
    }
}

/// How a text shows a value as percent.
enum Shown {
    /// By this function, which multiplies.
    Multiplied(Span),
    /// By this sign behind the value as it is.
    Signed(Span),
}

fn shows(template: &Template, value: &ValueUse) -> Option<Shown> {
    if let Some(function) = value.functions.iter().find(|function| function.value == "humanizePercentage") {
        return Some(Shown::Multiplied(function.span));
    }
    let only_shows =
        value.functions.iter().all(|function| matches!(function.value.as_str(), "humanize" | "printf" | "print"));
    percent_sign(template, value).filter(|_| only_shows).map(Shown::Signed)
}

fn look_at(shown: &Shown, scale: Scale, threshold: &Threshold, out: &mut Sink<'_>) {
    match (scale, shown) {
        (Scale::Percent, Shown::Multiplied(function)) => {
            out.report(
                *function,
                format!("the value is in percent already, so {} becomes {}%", threshold.value, threshold.value * 100.0),
            )
            .label(threshold.span, "compared in percent here")
            .help("show it as it is: `{{ $value | printf \"%.1f\" }}%`");
        }
        (Scale::Share, Shown::Signed(sign)) => {
            out.report(
                *sign,
                format!("the value is a share, so {}% is shown as {}%", threshold.value * 100.0, threshold.value),
            )
            .label(threshold.span, "compared as a share here")
            .help("show it with `humanizePercentage`, which multiplies by 100 and adds the sign");
        }
        (Scale::PerSecond, Shown::Multiplied(place) | Shown::Signed(place)) => {
            out.report(*place, "the value is a rate per second, not a share, so this is no percentage")
                .label(threshold.span, "so many per second")
                .help("divide by the rate of all of them, or say how many per second");
        }
        _ => {}
    }
}

/// The percent sign behind a value: in its format, or after the action that prints it.
fn percent_sign(template: &Template, value: &ValueUse) -> Option<Span> {
    if let Some(format) = &value.format {
        let at = format.text().rfind("%%").filter(|at| *at > 0);
        if let Some(at) = at {
            return Some(format.span(at..at + 2));
        }
    }
    let text = template.text.text();
    let closing = template.behind(value.span)?;
    let blanks = text.get(closing..)?.len() - text.get(closing..)?.trim_start_matches(' ').len();
    let sign = closing + blanks;
    (blanks <= 1 && text.get(sign..)?.starts_with('%')).then(|| template.text.span(sign..sign + 1))
}
