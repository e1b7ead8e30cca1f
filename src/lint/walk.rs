//! Offers every site of the workspace to the checks on its shelf. The walker has never heard of a check.

use rayon::prelude::*;

use crate::{
    diag::Diagnostic,
    facts::Facts,
    kit::{
        EachAggregation, EachBinary, EachCall, EachSelection, Part, Query, QuerySite, Rule, RuleSite, Run, Shelves,
        Subject, queries_beside_rules,
    },
    model::Document,
    promql::Expr,
    workspace::{Progress, Workspace},
};

/// So many rules or expressions of one document are looked at by one thread at a time.
const MOST_AT_ONCE: usize = 256;

/// So many documents are looked at by one thread before another may take over the rest, so that none is idle at the end.
const DOCUMENTS_AT_ONCE: usize = 8;

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
        workspace.documents.par_iter().with_max_len(DOCUMENTS_AT_ONCE).flat_map_iter(found_in).collect()
    };
    let of_the_whole = || -> Vec<Diagnostic> {
        let found_by = shelves.whole.par_iter().with_max_len(1).flat_map_iter(|run| {
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
    let offer_query = |site: QuerySite<'w>, findings: &mut Vec<Diagnostic>| {
        offer::<Query>(site, &shelves.queries, facts, findings);
        offer_parts(site, facts, shelves, findings);
    };
    // A rule with its expression, so that what one check has read of it lies at hand for the next.
    let rules: Vec<RuleSite<'w>> = document.rules().map(|(group, rule)| RuleSite { document, group, rule }).collect();
    findings.extend(shared(&rules, |site, findings| {
        offer::<Rule>(site, &shelves.rules, facts, findings);
        if let Some(query) = site.query() {
            offer_query(query, findings);
        }
    }));
    let queries: Vec<QuerySite<'w>> = queries_beside_rules(document).collect();
    findings.extend(shared(&queries, offer_query));
}

/// Offers every part of an expression to the checks that look at such parts, in one walk for all of them.
fn offer_parts<'w>(site: QuerySite<'w>, facts: &Facts<'w>, shelves: &Shelves, findings: &mut Vec<Diagnostic>) {
    for node in site.expr().into_iter().flat_map(Expr::walk) {
        match node {
            Expr::Call(call) => offer::<EachCall>(Part { site, part: &**call }, &shelves.calls, facts, findings),
            Expr::Aggregation(aggregation) => {
                offer::<EachAggregation>(Part { site, part: &**aggregation }, &shelves.aggregations, facts, findings);
            }
            // A check looks down from it, and from each operator of a long chain that would take ever longer.
            Expr::Binary(binary) if binary.is_long() => {}
            Expr::Binary(binary) => {
                offer::<EachBinary>(Part { site, part: &**binary }, &shelves.binaries, facts, findings)
            }
            _ => {
                if let Some(part) = node.selection() {
                    offer::<EachSelection>(Part { site, part }, &shelves.selections, facts, findings);
                }
            }
        }
    }
}

/// Shows one site to all checks of its shelf.
fn offer<'w, S: Subject>(site: S::Site<'w>, shelf: &[Run<S>], facts: &Facts<'w>, findings: &mut Vec<Diagnostic>) {
    for run in shelf {
        run(site, facts, findings);
    }
}

/// What is found at sites of one document. Those of a large one are shared among threads.
fn shared<S: Copy + Sync>(sites: &[S], look_at: impl Fn(S, &mut Vec<Diagnostic>) + Sync) -> Vec<Diagnostic> {
    let found_in = |sites: &[S]| {
        let mut findings = Vec::new();
        sites.iter().for_each(|site| look_at(*site, &mut findings));
        findings
    };
    if sites.len() <= MOST_AT_ONCE {
        return found_in(sites);
    }
    sites.par_chunks(MOST_AT_ONCE).with_max_len(1).flat_map_iter(found_in).collect()
}
