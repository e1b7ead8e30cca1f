//! Which rules one server evaluates together.

use std::collections::BTreeMap;

use crate::{
    kit::{Facts, RuleSite},
    text::Span,
};

/// Rules of which it is asked, one by one, which of those before is evaluated together with it.
#[derive(Default)]
pub struct Company {
    /// The first rule of each document.
    by_document: BTreeMap<Span, usize>,
    /// The first rule that each server loads.
    by_server: BTreeMap<Span, usize>,
}

impl Company {
    /// The first of the rules before that one server certainly evaluates together with this one, which is the `at`th.
    pub fn join(&mut self, site: RuleSite<'_>, at: usize, facts: &Facts<'_>) -> Option<usize> {
        let document = site.document;
        let mut first = *self.by_document.entry(document.span).or_insert(at);
        if !document.in_manifest {
            for server in facts.servers.loading(&facts.workspace.files.file(document.file).path) {
                first = first.min(*self.by_server.entry(server.document.span).or_insert(at));
            }
        }
        (first < at).then_some(first)
    }
}

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
