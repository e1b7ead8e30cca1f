//! From a request to sorted findings: load, gather facts, arm the checks, walk, suppress.

mod arm;
mod mend;
mod session;
mod suppress;
mod walk;

use jiff::civil::Date;

use crate::{
    checks,
    config::Config,
    diag::{Diagnostic, Severity},
    facts::Facts,
    workspace::Workspace,
};

pub use arm::{Selection, UnknownCheck};
pub use mend::{Draft, Mended, Mending, drafted, mend};
pub use session::{ConfigFrom, Failure, Opened, Request, Session, open, run};

/// What to do with a workspace that is loaded.
#[derive(Debug, Default)]
pub struct Options {
    /// Which checks to run, beyond what the configuration says.
    pub selection: Selection,
    /// Findings that claim less are left out.
    pub min_severity: Option<Severity>,
    /// What the configuration's reader complained of.
    pub complaints: Vec<Diagnostic>,
}

/// What linting found.
#[derive(Debug)]
pub struct Findings {
    /// The findings, sorted by place.
    pub findings: Vec<Diagnostic>,
    /// How many were suppressed.
    pub suppressed: usize,
    /// Ids of the checks that ran, sorted.
    pub checks: Vec<&'static str>,
}

/// Lints a workspace. The result depends on the files, the options and, for suppressions that expire,
/// on `today`; not on the number of threads or the order of reading.
///
/// # Errors
/// When the selection names a check that does not exist.
pub fn lint(workspace: &Workspace, config: &Config, options: Options, today: Date) -> Result<Findings, UnknownCheck> {
    let armed = arm::arm(checks::TABLE, config, &options.selection)?;
    let facts = Facts::of(workspace, config);
    let mut findings = walk::walk(workspace, &facts, &armed.shelves);
    findings.extend(armed.about_config(options.complaints));
    let suppressed = suppress::suppress(workspace, config, &armed, &mut findings, today);
    let least = options.min_severity.or(config.min_severity.map(|least| least.value)).unwrap_or(Severity::Info);
    findings.retain(|finding| finding.severity >= least);
    findings.sort_by(|left, right| {
        let key = |finding: &Diagnostic| (finding.span, finding.check);
        key(left).cmp(&key(right)).then_with(|| left.message.cmp(&right.message))
    });
    findings.dedup();
    Ok(Findings { findings, suppressed, checks: armed.ids })
}
