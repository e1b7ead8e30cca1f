//! Functions and syntax that the Prometheus of the project does not know yet.

use std::cell::OnceCell;

use crate::{
    check,
    facts::{Program, Running, may_know_versions, running},
    kit::*,
    promql::{Expr, since},
    vocab::{Version, came_later},
};

check! {
    /// An expression uses a part of PromQL that came after the release that runs.
    ///
    /// ## Why it matters
    /// An older Prometheus does not parse the expression, and refuses the whole rule file. Which release runs is said by
    /// `prometheus_version` in `.promcheck.yml`, else by the tag of the image in a compose file.
    ///
    /// ## Example
    /// ```yaml path=compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v2.45.0
    /// ```
    /// ```yaml
    /// - record: job:request_seconds:avg
    ///   expr: histogram_avg(rate(http_request_duration_seconds[5m]))
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v2.53.0
    /// ```
    /// ```yaml
    /// - record: job:request_seconds:avg
    ///   expr: histogram_avg(rate(http_request_duration_seconds[5m]))
    /// ```
    pub struct Newer {}
    id: "promql/newer", severity: Error,
}

impl Check for Newer {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(expr) = site.expr().filter(|_| may_know_versions(facts)) else { return };
        let known = OnceCell::new();
        let mut told = |what: &str, place: Span, came: Version| {
            let path = &facts.workspace.files.file(site.document.file).path;
            let running: &Option<Running> = known.get_or_init(|| running(facts, Program::Prometheus, path));
            let Some(running) = running.filter(|running| running.version < came) else { return };
            let Version { major, minor, .. } = came;
            out.report(place, came_later(what, "Prometheus", came, running.version))
                .label_if(running.proof, "this is what runs")
                .help(format!("upgrade to {major}.{minor} or later, or say it in another way"));
        };
        let named = expr.walk().filter_map(|node| match node {
            Expr::Call(call) => Some((call.function.value.as_str(), call.function.span)),
            Expr::Aggregation(one) => Some((one.op.value.text(), one.op.span)),
            _ => None,
        });
        for (name, place) in named {
            if let Some(came) = since(name) {
                told(&format!("`{name}`"), place, came);
            }
        }
        for used in site.query.features() {
            // Functions behind the flag are told of by their own release.
            let is_function = expr.calls().any(|call| call.function.span == used.span)
                || expr.aggregations().any(|one| one.op.span == used.span);
            if !is_function {
                told(&used.what, used.span, used.feature.since());
            }
        }
    }
}
