//! Dashboards that can be changed in the browser.

use crate::{check, kit::*, model::Document};

check! {
    /// A dashboard that is kept in a file may be edited in the browser.
    ///
    /// ## Why it matters
    /// What is changed there is lost at the next deployment, or never finds its way back into the file. This is a rule
    /// of some houses only, so it is off until it is asked for.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "editable": true, "panels": []}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "editable": false, "panels": []}
    /// ```
    pub struct Editable {}
    id: "dashboards/editable", severity: Warning, opt_in: true,
}

impl Check for Editable {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(editable) = document.dashboard().and_then(|dashboard| dashboard.editable) else { return };
        if editable.value {
            out.report(editable.span, "the dashboard may be edited in the browser")
                .help("say `\"editable\": false`")
                .fix(Fix::edit("forbid editing", Applicability::Safe, editable.span, "false"));
        }
    }
}
