//! Which rules one server evaluates together.

use crate::kit::{Facts, RuleSite};

/// Whether one server certainly evaluates both rules: they stand in one document, or in files that it loads.
pub fn are_loaded_together(left: RuleSite<'_>, right: RuleSite<'_>, facts: &Facts<'_>) -> bool {
    if std::ptr::eq(left.document, right.document) {
        return true;
    }
    if left.document.in_manifest || right.document.in_manifest {
        return false;
    }
    let path = |site: RuleSite<'_>| &facts.workspace.files.file(site.document.file).path;
    facts.servers.loading(path(left)).any(|server| server.loads(path(right)))
}
