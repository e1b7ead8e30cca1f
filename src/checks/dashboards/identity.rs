//! Dashboards and panels that go by the same name.

use std::{collections::BTreeMap, path::Path};

use crate::{
    check,
    facts::Facts,
    kit::*,
    model::{
        Document,
        dashboard::{Dashboard, Wrapper},
    },
    workspace::Workspace,
};

use super::provisioned::provider_of;

check! {
    /// Two dashboards of a folder have the same uid, or two panels of a dashboard the same id.
    ///
    /// ## Why it matters
    /// Grafana loads one of two files with the same uid and from then on refuses to update any dashboard of
    /// that provider. Links to a panel, and alerts tied to it, go by its id.
    ///
    /// ## Example
    /// ```json path=dashboards/shop.json
    /// {"uid": "shop", "title": "Shop", "schemaVersion": 39, "panels": []}
    /// ```
    /// ```json path=dashboards/stock.json
    /// {"uid": "shop", "title": "Stock", "schemaVersion": 39, "panels": []}
    /// ```
    ///
    /// ## Instead
    /// ```json path=dashboards/shop.json
    /// {"uid": "shop", "title": "Shop", "schemaVersion": 39, "panels": []}
    /// ```
    /// ```json path=dashboards/stock.json
    /// {"uid": "stock", "title": "Stock", "schemaVersion": 39, "panels": []}
    /// ```
    pub struct Identity {}
    id: "dashboards/identity", severity: Error,
}

impl Check for Identity {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let dashboards = || workspace.documents.iter().filter_map(|one| Some((one, one.dashboard()?)));
        let mut seen: BTreeMap<(&Path, &str), Span> = BTreeMap::new();
        for (document, dashboard) in dashboards() {
            repeated_panels(dashboard, out);
            let folder = workspace.files.file(document.file).path.parent().unwrap_or(Path::new(""));
            match &dashboard.uid {
                // Of several resources the namespace may tell them apart.
                _ if document.in_manifest || matches!(dashboard.wrapper, Wrapper::Kubernetes | Wrapper::Library) => {}
                Some(uid) => match seen.get(&(folder, uid.value.as_str())) {
                    Some(first) => repeated_uid(uid, *first, provider_of(document, facts).is_some(), out),
                    None => {
                        seen.insert((folder, &uid.value), uid.span);
                    }
                },
                None => without_uid(document, dashboard, facts, out),
            }
        }
    }
}

fn repeated_uid(uid: &Spanned<String>, first: Span, is_loaded: bool, out: &mut Sink<'_>) {
    out.report(uid.span, format!("another dashboard of this folder has the uid `{}` too", uid.value))
        .severity(if is_loaded { Severity::Error } else { Severity::Warning })
        .label(first, "taken here")
        .help("give each dashboard a uid of its own");
}

fn without_uid(document: &Document, dashboard: &Dashboard, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(provider) = provider_of(document, facts) else { return };
    let Some(title) = &dashboard.title else { return };
    let finding = out
        .report(title.full_span(), "this dashboard has no uid, so Grafana makes one up")
        .severity(Severity::Info)
        .label(provider.path.as_ref().map_or(provider.span, |path| path.span()), "loaded by this provider")
        .help("give it a `uid`, so that links to it hold in every installation");
    let path = &facts.workspace.files.file(document.file).path;
    let Some(uid) = path.file_stem().map(|stem| uid_of(&stem.to_string_lossy())).filter(|uid| !uid.is_empty()) else {
        return;
    };
    let words = format!("call it `{uid}`");
    if let Some(blank) = dashboard.blank_uid {
        finding.fix(Fix::edit(words, Applicability::Unsafe, blank, format!("\"{uid}\"")));
    } else if path.extension().is_some_and(|extension| extension == "json") {
        let behind = title.full_span().end + 1;
        let place = Span::new(title.file(), behind, behind);
        finding.fix(Fix::edit(words, Applicability::Unsafe, place, format!(", \"uid\": \"{uid}\"")));
    }
}

/// A uid made of a file's name: at most 40 letters, digits and dashes.
fn uid_of(name: &str) -> String {
    let mut uid = String::new();
    for letter in name.chars().map(|letter| letter.to_ascii_lowercase()) {
        if letter.is_ascii_alphanumeric() || letter == '_' {
            uid.push(letter);
        } else if !uid.is_empty() && !uid.ends_with('-') {
            uid.push('-');
        }
    }
    uid.truncate(40);
    uid.trim_end_matches('-').to_owned()
}

fn repeated_panels(dashboard: &Dashboard, out: &mut Sink<'_>) {
    let mut seen: BTreeMap<i64, Span> = BTreeMap::new();
    let mut repeated: Vec<(&Spanned<i64>, Span)> = Vec::new();
    for id in dashboard.panels.iter().filter_map(|panel| panel.id.as_ref()) {
        match seen.get(&id.value) {
            Some(first) => repeated.push((id, *first)),
            None => {
                seen.insert(id.value, id.span);
            }
        }
    }
    let Some((id, first)) = repeated.first() else { return };
    let others = here_and_more(repeated.len());
    let next = seen.keys().next_back().map_or(1, |greatest| greatest.saturating_add(1));
    let edits = (next..).zip(&repeated).map(|(free, (id, _))| Edit { span: id.span, text: free.to_string() }).collect();
    let finding = out
        .report(id.span, format!("another panel has the id {} too{others}", id.value))
        .severity(Severity::Info)
        .label(*first, "taken here")
        .help("give each panel an id of its own; Grafana renumbers one of them at every load");
    finding.fix_if(Fix::edits_of("number the panels anew", Applicability::Unsafe, edits));
}
