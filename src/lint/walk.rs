//! Offers every site of the workspace to the checks on its shelf. The walker has never heard of a check.

use rayon::prelude::*;

use crate::{
    diag::Diagnostic,
    facts::Facts,
    kit::{Origin, QuerySite, RuleSite, Shelves},
    model::{Document, dashboard::Dashboard},
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
        if let Some(query) = document.promql_of(group, rule) {
            let query = QuerySite { document, query, origin: Origin::Rule(site) };
            for run in &shelves.queries {
                run(query, facts, findings);
            }
        }
    }
    let queries = document.dashboard().into_iter().flat_map(Dashboard::queries);
    for of_dashboard in queries {
        let Some(query) = &of_dashboard.interpolated.query else { continue };
        if !of_dashboard.certain && query.valid().is_none() {
            continue;
        }
        let site = QuerySite { document, query, origin: Origin::Dashboard(of_dashboard) };
        for run in &shelves.queries {
            run(site, facts, findings);
        }
    }
}
