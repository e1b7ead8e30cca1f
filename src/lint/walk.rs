//! Offers every site of the workspace to the checks on its shelf. The walker has never heard of a check.

use rayon::prelude::*;

use crate::{
    diag::Diagnostic,
    facts::Facts,
    kit::{RuleSite, Shelves, queries_of},
    model::Document,
    workspace::Workspace,
};

/// All findings, in no particular order.
pub fn walk<'w>(workspace: &'w Workspace, facts: &Facts<'w>, shelves: &Shelves) -> Vec<Diagnostic> {
    let mut findings: Vec<Diagnostic> = workspace
        .documents
        .par_iter()
        .flat_map_iter(|document| {
            let mut findings = Vec::new();
            visit(document, facts, shelves, &mut findings);
            findings
        })
        .collect();
    let whole: Vec<Vec<Diagnostic>> = shelves
        .whole
        .par_iter()
        .map(|run| {
            let mut findings = Vec::new();
            run(workspace, facts, &mut findings);
            findings
        })
        .collect();
    findings.extend(whole.into_iter().flatten());
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
