//! Thresholds that no value of the panel can reach, or that others hide.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::panel::{FieldConfig, Panel, Step, ThresholdForm, Thresholds},
    },
};

check! {
    /// A threshold of a panel can never be reached.
    ///
    /// ## Why it matters
    /// The panel stays green whatever happens. Grafana starts each panel with a threshold of 80, which means 8000 %
    /// where the unit is a share between 0 and 1. Of steps out of order, the later one hides the one before it.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "stat", "title": "Error share",
    ///   "datasource": {"type": "prometheus", "uid": "prom"}, "fieldConfig": {"defaults": {"unit": "percentunit",
    ///    "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": null}, {"color": "red", "value": 80}]}}},
    ///   "targets": [{"refId": "A", "expr": "sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m]))"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "stat", "title": "Error share",
    ///   "datasource": {"type": "prometheus", "uid": "prom"}, "fieldConfig": {"defaults": {"unit": "percentunit",
    ///    "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": null}, {"color": "red", "value": 0.05}]}}},
    ///   "targets": [{"refId": "A", "expr": "sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m]))"}]}]}
    /// ```
    pub struct Threshold {}
    id: "dashboards/threshold", severity: Warning,
}

/// The share from which on a threshold is taken for a percentage: 500 % of a CPU is possible, 5000 % is not meant.
const SHARE: f64 = 20.0;

impl Check for Threshold {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        for panel in dashboard.panels.iter().filter(|panel| panel.library.is_none()) {
            for config in std::iter::once(&panel.defaults).chain(&panel.overrides) {
                for thresholds in config.thresholds.iter().filter(|_| panel.shows_thresholds()) {
                    look_at(panel, config, thresholds, out);
                }
            }
        }
    }
}

fn look_at(panel: &Panel, config: &FieldConfig, thresholds: &Thresholds, out: &mut Sink<'_>) {
    if thresholds.form == ThresholdForm::Steps && out_of_order(thresholds, out) {
        return;
    }
    let Some((step, value)) = least(thresholds) else { return };
    if thresholds.percentage {
        if value > 100.0 {
            out.report(
                step.value.map_or(step.span, |value| value.span),
                format!("{value} % of the scale is never reached"),
            )
            .help("say a number between 0 and 100, or make the thresholds absolute");
        }
        return;
    }
    let unit = config.unit.as_ref().or(panel.defaults.unit.as_ref());
    let place = step.value.map_or(step.span, |value| value.span);
    if let Some(unit) = unit.filter(|unit| unit.value == "percentunit" && value >= SHARE) {
        let untouched = value == 80.0 && thresholds.steps.len() == 2;
        let what =
            if untouched { "the threshold that Grafana starts with, 80," } else { &format!("the threshold {value}") };
        out.report(place, format!("{what} means {} %, which is never reached", value * 100.0))
            .label(unit.span, "the values are shares between 0 and 1")
            .help(format!("say `{}`", value / 100.0));
    } else if let Some(max) = config.max.filter(|max| value > max.value) {
        out.report(place, format!("the threshold {value} is beyond the scale, which ends at {}", max.value))
            .severity(Severity::Info)
            .label(max.span, "the scale ends here")
            .help("lower the threshold, or raise the end of the scale");
    }
}

/// The least threshold with a value, if the panel has another colour before it.
fn least(thresholds: &Thresholds) -> Option<(&Step, f64)> {
    let first = usize::from(thresholds.form == ThresholdForm::Steps);
    thresholds.steps.iter().skip(first).find_map(|step| Some((step, step.value?.value)))
}

/// Reports the first step that stands behind a greater one: Grafana goes through the steps as long as the value has
/// reached them (`getActiveThreshold`), so it begins at the greater one's number, and that one's colour is never seen.
/// The first step begins below all numbers, whatever is written there.
fn out_of_order(thresholds: &Thresholds, out: &mut Sink<'_>) -> bool {
    let mut steps = thresholds.steps.windows(2).enumerate();
    let Some((_, [before, step])) = steps.find(|(nth, pair)| match (pair[0].value, pair[1].value) {
        (Some(before), Some(value)) => *nth > 0 && value.value < before.value,
        (Some(_), None) => true,
        (None, _) => false,
    }) else {
        return false;
    };
    let before_value = before.value.map_or(f64::NEG_INFINITY, |value| value.value);
    let (place, message) = match step.value {
        Some(value) => (
            value.span,
            format!("the step at {} comes after the one at {before_value}, so it begins only there", value.value),
        ),
        None => (step.span, "only the first step may be without a value".to_owned()),
    };
    out.report(place, message)
        .label(before.value.map_or(before.span, |value| value.span), "the step before it")
        .help("sort the steps by their value");
    true
}
