//! From a request to sorted findings: load, gather facts, arm the checks, walk, suppress.

mod arm;
mod walk;

use crate::{
    checks,
    diag::{Diagnostic, Severity},
    facts::Facts,
    workspace::Workspace,
};

pub use arm::{Selection, UnknownCheck};

/// What to do with a workspace that is loaded.
#[derive(Debug, Default)]
pub struct Options {
    /// Which checks to run, beyond what the configuration says.
    pub selection: Selection,
    /// Findings that claim less are left out.
    pub min_severity: Option<Severity>,
}

/// Lints a workspace: its findings, sorted by place. The result depends on the files and the options
/// alone, not on the number of threads or the order of reading.
///
/// # Errors
/// When the selection names a check that does not exist.
pub fn lint(workspace: &Workspace, options: &Options) -> Result<Vec<Diagnostic>, UnknownCheck> {
    let (shelves, complaints) = arm::arm(checks::TABLE, &options.selection)?;
    let facts = Facts::of(workspace);
    let mut findings = walk::walk(workspace, &facts, &shelves);
    findings.extend(complaints);
    findings.retain(|finding| finding.severity >= options.min_severity.unwrap_or(Severity::Info));
    findings.sort_by(|left, right| {
        let key = |finding: &Diagnostic| (finding.span, finding.check);
        key(left).cmp(&key(right)).then_with(|| left.message.cmp(&right.message))
    });
    findings.dedup();
    Ok(findings)
}
