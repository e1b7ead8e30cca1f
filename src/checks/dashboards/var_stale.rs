//! Variables whose values are those of another time.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::{
            Style,
            variable::{Refresh, VariableKind},
        },
    },
};

check! {
    /// The values of a variable are not asked for anew when the time range changes.
    ///
    /// ## Why it matters
    /// Looking at last week, the list offers the instances of today. This is a rule of some houses only, since it costs
    /// a query at every change, so it is off until it is asked for.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "templating": {"list": [
    ///   {"name": "instance", "type": "query", "refresh": 1, "query": "label_values(up, instance)"}]}, "panels": []}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "templating": {"list": [
    ///   {"name": "instance", "type": "query", "refresh": 2, "query": "label_values(up, instance)"}]}, "panels": []}
    /// ```
    pub struct VarStale {}
    id: "dashboards/var-stale", severity: Warning, opt_in: true,
}

impl Check for VarStale {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        let wanted = if dashboard.style == Style::V2 { "\"onTimeRangeChanged\"" } else { "2" };
        for variable in dashboard.variables.iter().filter(|variable| variable.kind == VariableKind::Query) {
            let Some(name) = &variable.name else { continue };
            if variable.refresh.is_some_and(|refresh| refresh.value == Refresh::OnTimeRange) {
                continue;
            }
            let place = variable.refresh.map_or(name.span, |refresh| refresh.span);
            let message = format!("the values of `${}` do not follow the time range", name.value);
            let finding = out.report(place, message).help(format!("say `\"refresh\": {wanted}`"));
            if let Some(refresh) = variable.refresh {
                finding.fix(Fix::edit(
                    "ask whenever the time range changes",
                    Applicability::Safe,
                    refresh.span,
                    wanted,
                ));
            }
        }
    }
}
