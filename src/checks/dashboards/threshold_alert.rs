//! Panels that change their colour elsewhere than the alert fires.

use std::collections::BTreeMap;

use crate::{
    check,
    facts::documented::{Relation, Threshold, condition_of},
    kit::*,
    model::dashboard::panel::{Panel, ThresholdForm, Thresholds},
    workspace::Workspace,
};

use super::likeness::{Likeness, compared};

check! {
    /// A panel shows what an alert watches, but changes its colour at another number.
    ///
    /// ## Why it matters
    /// The panel is still green when the alert fires, or red for hours without one: whoever looks at both does not
    /// know which to believe. Usually the one was changed and the other forgotten.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: ManyErrors
    ///   expr: sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m])) > 0.05
    /// ```
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "stat", "title": "Error share",
    ///   "datasource": {"type": "prometheus", "uid": "prom"}, "fieldConfig": {"defaults": {"unit": "percent",
    ///    "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": null}, {"color": "red", "value": 10}]}}},
    ///   "targets": [{"refId": "A", "expr": "100 * sum(rate(http_errors_total[$__rate_interval])) / sum(rate(http_requests_total[$__rate_interval]))"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: ManyErrors
    ///   expr: sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m])) > 0.05
    /// ```
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "stat", "title": "Error share",
    ///   "datasource": {"type": "prometheus", "uid": "prom"}, "fieldConfig": {"defaults": {"unit": "percent",
    ///    "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": null}, {"color": "red", "value": 5}]}}},
    ///   "targets": [{"refId": "A", "expr": "100 * sum(rate(http_errors_total[$__rate_interval])) / sum(rate(http_requests_total[$__rate_interval]))"}]}]}
    /// ```
    pub struct ThresholdAlert {}
    id: "dashboards/threshold-alert", severity: Warning,
}

/// A number that an alert compares with, for one unit of the watched expression.
struct Watched<'w> {
    alert: &'w str,
    threshold: Threshold,
    value: f64,
}

/// Alerts by what they watch.
type Watching<'w> = BTreeMap<String, Vec<Watched<'w>>>;

impl Check for ThresholdAlert {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let dashboards = workspace.documents.iter().filter_map(|document| document.dashboard());
        let mut panels =
            dashboards.flat_map(|dashboard| &dashboard.panels).filter(|panel| panel.shows_thresholds()).peekable();
        if panels.peek().is_none() {
            return;
        }
        let watching = watching(facts);
        panels.for_each(|panel| look_at(panel, &watching, out));
    }
}

fn watching<'w>(facts: &Facts<'w>) -> Watching<'w> {
    let mut watching = Watching::new();
    for site in facts.rules.all() {
        let Some(name) = site.rule.name().filter(|_| site.rule.is_alerting()) else { continue };
        let Some(query) = site.document.promql_of(site.group, site.rule) else { continue };
        let (Some(condition), Some(expr)) = (condition_of(query), query.valid()) else { continue };
        let Some((operand, number)) = compared(expr) else { continue };
        let Some(threshold) = condition.thresholds.iter().find(|one| one.span == number) else { continue };
        let Some(likeness) = Likeness::of(operand, &|_| false) else { continue };
        let value = threshold.value / likeness.factor;
        if threshold.relation != Relation::Either && value.is_finite() {
            let watched = Watched { alert: &name.value, threshold: threshold.clone(), value };
            watching.entry(likeness.shape).or_default().push(watched);
        }
    }
    watching
}

fn look_at(panel: &Panel, watching: &Watching<'_>, out: &mut Sink<'_>) {
    let [thresholds] = panel.defaults.thresholds.as_slice() else { return };
    if thresholds.percentage || thresholds.form != ThresholdForm::Steps {
        return;
    }
    // Of several values only one may be what the colours are for.
    let mut shown = panel.targets.iter().filter(|target| !target.hidden);
    let (Some(target), None) = (shown.next(), shown.next()) else { return };
    let Some(interpolated) = &target.query else { return };
    let Some(expr) = interpolated.query.as_ref().and_then(|query| query.valid()) else { return };
    let Some(likeness) = Likeness::of(expr.unwrap_parens(), &|span| interpolated.is_open(span)) else { return };
    let Some(alerts) = watching.get(&likeness.shape) else { return };
    report(thresholds, alerts, likeness.factor, out);
}

fn report(thresholds: &Thresholds, alerts: &[Watched<'_>], factor: f64, out: &mut Sink<'_>) {
    // The first step holds from minus infinity, whatever its value says: it changes nothing.
    let steps: Vec<_> = thresholds.steps.iter().skip(1).filter_map(|step| step.value).collect();
    let Some(first) = steps.first() else { return };
    if alerts.iter().any(|alert| steps.iter().any(|step| agree(step.value, alert.value * factor, alert))) {
        return;
    }
    let Some(alert) = alerts.first() else { return };
    let fires = rounded(alert.value * factor);
    let side = if alert.threshold.relation == Relation::Above { "above" } else { "below" };
    let numbers: Vec<String> = steps.iter().map(|step| rounded(step.value)).collect();
    let numbers = numbers.join(", ");
    // Whoever colours earlier than the alert fires may mean it.
    let is_late = |one: &Watched<'_>| {
        let fires = one.value * factor;
        let above = one.threshold.relation == Relation::Above;
        steps.iter().all(|step| if above { step.value > fires } else { step.value < fires })
    };
    let (severity, message) = if alerts.iter().all(is_late) {
        let message = format!(
            "the colour has not changed yet when `{}` fires {side} {fires}: it changes at {numbers}",
            alert.alert
        );
        (Severity::Warning, message)
    } else {
        (Severity::Info, format!("the colour changes at {numbers}, but `{}` fires {side} {fires}", alert.alert))
    };
    out.report(first.span, message)
        .severity(severity)
        .label(alert.threshold.span, "the alert's number")
        .help("change whichever of the two is out of date");
}

/// Whether a step is where an alert fires; of whole things, one more than 5 is 6.
fn agree(step: f64, fires: f64, alert: &Watched<'_>) -> bool {
    let near = (step - fires).abs() <= 0.011 * fires.abs().max(step.abs());
    let whole = fires.fract() == 0.0 && fires.abs() < 100.0;
    let beside = match alert.threshold.relation {
        Relation::Above => step > fires && step <= fires + 1.0,
        _ => step < fires && step >= fires - 1.0,
    };
    near || (whole && beside)
}

/// A number without the noise of computing with it.
fn rounded(value: f64) -> String {
    let scale = 10f64.powi(6 - value.abs().max(1e-9).log10().ceil() as i32);
    ((value * scale).round() / scale).to_string()
}
