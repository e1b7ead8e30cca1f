//! Files that Grafana does not load as dashboards, or not as they are meant.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::{Dashboard, Wrapper},
        provisioning::provider::Provider,
    },
};

use super::provisioned::provider_of;

check! {
    /// A dashboard is not in the form that Grafana loads from files.
    ///
    /// ## Why it matters
    /// Provisioning reads the dashboard itself. An answer of the HTTP API has it under `dashboard`; Grafana then
    /// finds no title at the top and skips the file, with a line in its log. The `id` is a number of one database:
    /// imported elsewhere over the API, it is "not found".
    ///
    /// ## Example
    /// ```yaml path=grafana/provider.yml
    /// apiVersion: 1
    /// providers:
    ///   - {name: default, type: file, options: {path: /var/lib/grafana/dashboards}}
    /// ```
    /// ```json path=grafana/dashboard.json
    /// {"meta": {"slug": "shop"}, "dashboard": {"uid": "shop", "title": "Shop", "schemaVersion": 39, "panels": []}}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=grafana/provider.yml
    /// apiVersion: 1
    /// providers:
    ///   - {name: default, type: file, options: {path: /var/lib/grafana/dashboards}}
    /// ```
    /// ```json path=grafana/dashboard.json
    /// {"uid": "shop", "title": "Shop", "schemaVersion": 39, "panels": []}
    /// ```
    pub struct Form {}
    id: "dashboards/form", severity: Error,
}

impl Check for Form {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        if let Some(provider) = provider_of(document, facts) {
            refused(dashboard, provider, out);
        }
        foreign_number(dashboard, out);
    }
}

/// What makes Grafana skip a file that it is told to load.
fn refused(dashboard: &Dashboard, provider: &Provider, out: &mut Sink<'_>) {
    let loader = provider.path.as_ref().map_or(provider.span, |path| path.span());
    if let Some(key) = dashboard.wrapped_in {
        out.report(key, "Grafana skips this file: the dashboard is inside `dashboard`, as its HTTP API gives it")
            .label(loader, "loaded by this provider")
            .help("keep what is inside `dashboard` only");
    } else if dashboard.title.is_none() && dashboard.wrapper == Wrapper::None {
        let start = dashboard.span.start;
        out.report(
            Span::new(dashboard.span.file, start, start + 1),
            "Grafana skips this file: the dashboard has no title",
        )
        .label(loader, "loaded by this provider")
        .help("give it a `title`");
    }
}

/// The number of the dashboard in the database it was exported from. What is posted to the API as it stands is
/// meant for that very database, perhaps.
fn foreign_number(dashboard: &Dashboard, out: &mut Sink<'_>) {
    let Some(id) = dashboard.id.filter(|id| id.value > 0 && dashboard.wrapper == Wrapper::None) else { return };
    let fix = Fix::edit("take the number out", Applicability::Safe, id.span, "null");
    out.report(id.span, format!("{} is a number of the database that the dashboard was exported from", id.value))
        .severity(Severity::Info)
        .help("say `null`; a dashboard is known by its `uid`")
        .fix(fix);
}
