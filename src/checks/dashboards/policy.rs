//! What a house demands of each of its dashboards.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::{Dashboard, Wrapper},
    },
    vocab::listed,
};

check! {
    /// A dashboard lacks a description or a tag that the house demands.
    ///
    /// ## Why it matters
    /// Tags are how dashboards are found and how menus of links are made. What a house demands stands in its
    /// configuration; until then this is off.
    ///
    /// ## Example
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   dashboards/policy:
    ///     tags: [shop]
    /// ```
    /// ```json
    /// {"uid": "shop", "title": "Shop", "schemaVersion": 39, "description": "The shop at one glance.", "tags": ["overview"], "panels": []}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   dashboards/policy:
    ///     tags: [shop]
    /// ```
    /// ```json
    /// {"uid": "shop", "title": "Shop", "schemaVersion": 39, "description": "The shop at one glance.", "tags": ["overview", "shop"], "panels": []}
    /// ```
    pub struct Policy {
        /// Whether a dashboard needs a description.
        pub description: bool = true,
        /// Tags that every dashboard needs.
        pub tags: Vec<String> = Vec::new(),
        /// Whether a dashboard needs a uid.
        pub uid: bool = true,
    }
    id: "dashboards/policy", severity: Warning, opt_in: true,
}

impl Check for Policy {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard().filter(|one| one.wrapper != Wrapper::Library) else { return };
        if self.description && dashboard.description.is_none() {
            out.report(place(dashboard), "the dashboard has no description").help("say whom it is for");
        }
        if self.uid && dashboard.uid.is_none() {
            out.report(place(dashboard), "the dashboard has no uid").help("give it one, so that links to it hold");
        }
        let has = |tag: &&String| dashboard.tags.iter().any(|own| own.value == **tag);
        let missing: Vec<&String> = self.tags.iter().filter(|tag| !has(tag)).collect();
        if !missing.is_empty() {
            let what = if missing.len() == 1 { "tag" } else { "tags" };
            out.report(place(dashboard), format!("the dashboard lacks the {what} {}", listed(&missing, ", ")))
                .help("add it under `tags`");
        }
    }
}

/// Its title, else where it begins.
fn place(dashboard: &Dashboard) -> Span {
    let start = dashboard.span.start;
    dashboard.title.as_ref().map_or(Span::new(dashboard.span.file, start, start + 1), Excerpt::full_span)
}
