//! What type a metric has, and who says so.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::{
    catalog,
    exposition::MetricKind,
    promql::{Expr, Query, functions::Takes},
    text::Span,
    workspace::Workspace,
};

use super::Facts;

/// Who says what type a metric has, the surest first.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum TypedBy {
    /// A captured page.
    Page(Span),
    /// The code that defines it.
    Code(Span),
    /// A live server that was asked.
    Server,
    /// The exporter of this name, as it was recorded or listed.
    Exporter(&'static str),
    /// An expression that takes its rate.
    Rate(Span),
    /// Its own name, which may be wrong: gauges are called `_total`, too.
    Name,
}

/// Metrics that some expression takes for counters.
#[derive(Debug)]
pub struct Kinds<'w> {
    workspace: &'w Workspace,
    /// The first place of each, gathered when first asked for. The names are copies, so that the lifetime of all facts may be
    /// shortened.
    rates: OnceLock<FxHashMap<String, Span>>,
}

impl<'w> Kinds<'w> {
    /// Those of a workspace.
    pub fn of(workspace: &'w Workspace) -> Self {
        Self { workspace, rates: OnceLock::new() }
    }

    /// Where the rate of a metric is taken, if it is anywhere.
    fn rate_of(&self, name: &str) -> Option<Span> {
        self.rates.get_or_init(|| rates(self.workspace)).get(name).copied()
    }
}

/// The type of a metric; `None` where nobody says, where those who say differ, and for what a rule records.
pub fn kind_of(name: &str, facts: &Facts<'_>) -> Option<(MetricKind, TypedBy)> {
    told_of(name, facts).unwrap_or_else(|| {
        let is_named_so = name.ends_with("_total") && !name.split('_').any(|word| LEVELS.contains(&word));
        is_named_so.then(|| (MetricKind::Counter, facts.kinds.rate_of(name).map_or(TypedBy::Name, TypedBy::Rate)))
    })
}

/// Who says that a metric is a gauge. A name alone never does.
pub fn gauge_by(name: &str, facts: &Facts<'_>) -> Option<TypedBy> {
    told_of(name, facts).flatten().filter(|(kind, _)| *kind == MetricKind::Gauge).map(|(_, by)| by)
}

/// What is said of the type of a metric; `None` where only its name may tell, and `Some(None)` where nothing can.
fn told_of(name: &str, facts: &Facts<'_>) -> Option<Option<(MetricKind, TypedBy)>> {
    if let Some((kind, place)) = facts.inventory.kind(name) {
        return Some(Some((kind, TypedBy::Page(place))));
    }
    if !facts.rules.records(name).is_empty() {
        return Some(None);
    }
    let defining = facts.instrumented.defining(name);
    if let Some(first) = defining.first() {
        let agreed = first.kind.filter(|_| defining.iter().all(|other| other.kind == first.kind));
        let own = agreed.filter(|_| first.name.value == name);
        return Some(own.map(|kind| (kind, TypedBy::Code(first.name.span))));
    }
    if let Some(kind) = facts.inventory.server().and_then(|server| server.kind(name)) {
        return Some(Some((kind, TypedBy::Server)));
    }
    catalog::kind_of(name).map(|(kind, exporter)| Some((kind, TypedBy::Exporter(exporter))))
}

/// Words for what is there now: a name with one of them may end in `_total` and be a gauge all the same.
const LEVELS: [&str; 14] = [
    "active",
    "capacity",
    "connected",
    "current",
    "free",
    "limit",
    "memory",
    "open",
    "pending",
    "queue",
    "queued",
    "running",
    "used",
    "waiting",
];

/// Where the rate of each metric is taken first.
fn rates(workspace: &Workspace) -> FxHashMap<String, Span> {
    let mut rates = FxHashMap::default();
    for document in &workspace.documents {
        let of_rules = document.rules().filter_map(|(group, rule)| document.promql_of(group, rule));
        let of_dashboard = document.dashboard().into_iter().flat_map(|dashboard| dashboard.queries());
        let queries = of_rules.chain(of_dashboard.filter_map(|query| query.interpolated.query.as_ref()));
        for (name, place) in queries.filter_map(Query::valid).flat_map(rated) {
            if !rates.contains_key(name) {
                rates.insert(name.to_owned(), place);
            }
        }
    }
    rates
}

/// The metrics that an expression asks for by functions of counters.
fn rated(expr: &Expr) -> impl Iterator<Item = (&str, Span)> {
    let calls = expr.calls().filter(|call| call.signature().is_some_and(|one| one.takes == Takes::Counters));
    calls.flat_map(|call| &call.arguments).filter_map(|argument| match argument.unwrap_parens() {
        Expr::Range(range) => range.selector.metric_name().map(|name| (name.value.as_str(), name.span)),
        _ => None,
    })
}
