//! "All" that stands for nothing.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::{
            Dashboard,
            interpolation::{MatchOperator, Slot},
            reference,
            variable::{Variable, VariableKind},
        },
    },
    vocab::Pattern,
};

check! {
    /// Choosing "All" for a variable gives queries that are broken, or that nobody can choose.
    ///
    /// ## Why it matters
    /// Grafana puts the `allValue` into the queries as it stands. `*` is no regular expression: every panel fails as
    /// soon as somebody chooses "All". Without an `allValue` it writes all known values, which is nothing at all
    /// while none is known.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39,
    ///  "templating": {"list": [{"name": "job", "type": "query", "query": "label_values(up, job)", "includeAll": true, "allValue": "*"}]},
    ///  "panels": [{"type": "timeseries", "title": "Up", "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "up{job=~\"$job\"}"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39,
    ///  "templating": {"list": [{"name": "job", "type": "query", "query": "label_values(up, job)", "includeAll": true, "allValue": ".+"}]},
    ///  "panels": [{"type": "timeseries", "title": "Up", "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "up{job=~\"$job\"}"}]}]}
    /// ```
    pub struct VarAll {
        /// Whether to tell of every "All" that has no value of its own.
        pub without_value: bool = false,
    }
    id: "dashboards/var-all", severity: Error,
}

impl Check for VarAll {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        for variable in &dashboard.variables {
            let Some(name) = &variable.name else { continue };
            if !variable.include_all {
                not_offered(variable, out);
            } else if let Some(all) = &variable.all_value {
                broken(dashboard, &name.value, all, out);
            } else if self.without_value && variable.kind == VariableKind::Query {
                out.report(name.span, format!("\"All\" of `${}` is nothing while no value is known", name.value))
                    .severity(Severity::Info)
                    .help("give it an `allValue`, such as `.+`");
            }
        }
    }
}

/// "All" is chosen, but is no choice; Grafana then takes the first value.
fn not_offered(variable: &Variable, out: &mut Sink<'_>) {
    let is_query = matches!(variable.kind, VariableKind::Query | VariableKind::Custom);
    let all = variable.current.iter().find(|value| value.value == "$__all");
    if let Some(all) = all.filter(|_| is_query) {
        out.report(all.span, "\"All\" is chosen, but the variable does not offer it, so the first value is taken")
            .severity(Severity::Info)
            .help("say `\"includeAll\": true`, or choose a value");
    }
}

/// The value of "All", where it stands in a matcher by regular expression and is none.
fn broken(dashboard: &Dashboard, name: &str, all: &Excerpt, out: &mut Sink<'_>) {
    if !reference::references(all.text()).is_empty() {
        return;
    }
    let Err(error) = Pattern::anchored(all.text()) else { return };
    let matched = dashboard.queries().filter(|query| query.certain).find_map(|query| {
        query.interpolated.uses.iter().find_map(|used| match used.slot {
            Slot::LabelValue { operator: MatchOperator::Matches | MatchOperator::MatchesNot, whole: true, .. } => {
                (used.variable.name == name).then_some(used.variable.span)
            }
            _ => None,
        })
    });
    let Some(matched) = matched else { return };
    let fix = Fix::edit("match every value", Applicability::Unsafe, all.full_span(), ".+");
    out.report(
        all.full_span(),
        format!("`{}` stands in matchers by regular expression, but is none: {error}", all.text()),
    )
    .label(matched, "here, for one")
    .help("say `.+`, or `.*` to take in series without the label")
    .fix(fix);
}
