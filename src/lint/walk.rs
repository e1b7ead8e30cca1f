//! Offers every site of the workspace to the checks on its shelf. The walker has never heard of a check.

use rayon::prelude::*;

use crate::{
    diag::Diagnostic,
    facts::Facts,
    kit::{RuleSite, Shelves, queries_of},
    model::Document,
    workspace::{Progress, Workspace},
};

/// All findings, in no particular order.
pub fn walk<'w>(
    workspace: &'w Workspace,
    facts: &Facts<'w>,
    shelves: &Shelves,
    progress: &Progress,
) -> Vec<Diagnostic> {
    progress.begin("checking", workspace.documents.len() + shelves.whole.len());
    let of_documents = || -> Vec<Diagnostic> {
        let found_in = |document| {
            let mut findings = Vec::new();
            visit(document, facts, shelves, &mut findings);
            progress.one_more();
            findings
        };
        workspace.documents.par_iter().flat_map_iter(found_in).collect()
    };
    let of_the_whole = || -> Vec<Diagnostic> {
        let found_by = shelves.whole.par_iter().flat_map_iter(|run| {
            let mut findings = Vec::new();
            run(workspace, facts, &mut findings);
            progress.one_more();
            findings
        });
        found_by.collect()
    };
    let (mut findings, more) = rayon::join(of_documents, of_the_whole);
    findings.extend(more);
    findings
}

fn visit<'w>(document: &'w Document, facts: &Facts<'w>, shelves: &Shelves, findings: &mut Vec<Diagnostic>) {
    for run in &shelves.documents {
        run(document, facts, findings);
    }
    for (group, rule) in document.rules() {
        let site = RuleSite { document, group, rule };
        for run in &shelves.rules {
            run(site, facts, findings);
        }
    }
    for site in queries_of(document) {
        for run in &shelves.queries {
            run(site, facts, findings);
        }
    }
}
