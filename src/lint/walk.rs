//! Offers every site of the workspace to the checks on its shelf. The walker has never heard of a check.

use rayon::prelude::*;

use crate::{
    diag::Diagnostic,
    facts::Facts,
    kit::{Query, QuerySite, Rule, RuleSite, Run, Shelves, Subject, queries_of},
    model::Document,
    workspace::{Progress, Workspace},
};

/// So many rules or expressions of one document are looked at by one thread at a time.
const MOST_AT_ONCE: usize = 256;

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
    let rules: Vec<RuleSite<'w>> = document.rules().map(|(group, rule)| RuleSite { document, group, rule }).collect();
    findings.extend(of_sites::<Rule>(&rules, &shelves.rules, facts));
    let queries: Vec<QuerySite<'w>> = queries_of(document).collect();
    findings.extend(of_sites::<Query>(&queries, &shelves.queries, facts));
}

/// What the checks of a shelf find at its sites. Those of a large document are shared among threads.
fn of_sites<'w, S: Subject>(sites: &[S::Site<'w>], shelf: &[Run<S>], facts: &Facts<'w>) -> Vec<Diagnostic>
where
    S::Site<'w>: Sync,
{
    let found_in = |sites: &[S::Site<'w>]| {
        let mut findings = Vec::new();
        for site in sites {
            for run in shelf {
                run(*site, facts, &mut findings);
            }
        }
        findings
    };
    if sites.len() <= MOST_AT_ONCE {
        return found_in(sites);
    }
    sites.par_chunks(MOST_AT_ONCE).flat_map_iter(found_in).collect()
}
