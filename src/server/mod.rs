//! What a Prometheus server would do with its files: whether it loads them, as `promtool check` says, with every reason
//! at its place.

mod configuration;
mod duplicates;
mod metrics;
mod page;
mod rules;
#[cfg(test)]
mod tests;

use crate::{
    diag::{Diagnostic, Severity},
    tree::{Stream, Tree},
};

pub use configuration::{ConfigReading, LoadedConfig, load_config};
pub use duplicates::duplicates;
pub use metrics::{Cardinality, MetricProblem, as_findings, cardinalities, metric_problems};
pub use page::page_faults;
pub use rules::{LoadedRules, load_rules};

/// Complaints of the first document of a stream, the only one that Prometheus reads.
fn about_first(stream: &Stream) -> impl Iterator<Item = Diagnostic> {
    let second = stream.documents.get(1).and_then(Tree::root).map(|root| root.span().start);
    stream.complaints.iter().filter(move |complaint| second.is_none_or(|at| complaint.span.start < at)).cloned()
}

/// The errors among some complaints, each once, in the order of the files; those that no check claims go by `check`.
fn refusals(mut complaints: Vec<Diagnostic>, check: &'static str) -> Vec<Diagnostic> {
    complaints.retain(|complaint| complaint.severity == Severity::Error);
    complaints.iter_mut().filter(|complaint| complaint.check.is_empty()).for_each(|complaint| complaint.check = check);
    complaints.sort_by(|left, right| left.span.cmp(&right.span).then_with(|| left.message.cmp(&right.message)));
    complaints.dedup();
    complaints
}
