//! From a request to sorted findings: load, gather facts, arm the checks, walk, suppress.

mod arm;
mod baseline;
mod exemptions;
mod focus;
mod mend;
pub mod peers;
mod session;
mod suppress;
mod telling;
mod today;
mod together;
mod walk;

use std::sync::Arc;

use crate::{
    checks,
    config::Config,
    diag::{Diagnostic, Severity},
    facts::Facts,
    workspace::{Progress, Workspace},
};

pub use arm::{Selection, UnknownCheck};
pub use baseline::{Baseline, Entry};
pub use exemptions::RULES;
pub use focus::Focus;
pub use mend::{Draft, Mended, Mending, drafted, mend};
pub use session::{BaselineFrom, ConfigFrom, Failure, Opened, Request, Session, context_of, followed, open, run};
pub use telling::{HeldBack, Known, Scope, Telling};
pub use today::Today;

/// What to do with a workspace that is loaded.
#[derive(Debug, Default)]
pub struct Options {
    /// Which checks to run, beyond what the configuration says.
    pub selection: Selection,
    /// Findings that claim less are left out.
    pub min_severity: Option<Severity>,
    /// What the configuration's reader complained of.
    pub complaints: Vec<Diagnostic>,
    /// Whether comments for pint and promruval accept findings, too.
    pub honours_peers: bool,
    /// Which of the findings are told.
    pub telling: Telling,
    /// Where it is told how far the checks are.
    pub progress: Arc<Progress>,
}

/// What linting found.
#[derive(Debug)]
pub struct Findings {
    /// The findings, sorted by place.
    pub findings: Vec<Diagnostic>,
    /// How many are there and not told.
    pub held_back: HeldBack,
    /// What became of the baseline, if there is one.
    pub known: Option<Known>,
    /// Ids of the checks that ran, sorted.
    pub checks: Vec<&'static str>,
}

/// Lints a workspace. The result depends on the files, the options and, for suppressions that expire,
/// on `today`; not on the number of threads or the order of reading.
///
/// # Errors
/// When the selection names a check that does not exist.
pub fn lint(
    workspace: &Workspace,
    config: &Config,
    options: Options,
    today: impl Into<Today>,
) -> Result<Findings, UnknownCheck> {
    let today = &today.into();
    let armed = arm::arm(checks::TABLE, config, &options.selection, &workspace.live)?;
    options.progress.begin("gathering facts", 0);
    let facts = Facts::of(workspace, config);
    let mut findings = walk::walk(workspace, &facts, &armed.shelves, &options.progress);
    findings.extend(armed.about_config(options.complaints));
    let mut suppressed = suppress::suppress(workspace, config, &armed, &mut findings, today);
    if options.honours_peers {
        let accepted = peers::acceptances(workspace);
        suppressed += telling::left_out(&mut findings, |finding| {
            let of_file = accepted.get(finding.span.file.0 as usize).map_or(&[][..], Vec::as_slice);
            !of_file.iter().any(|acceptance| acceptance.takes(workspace, finding, today))
        });
    }
    findings.sort_by(|left, right| {
        let key = |finding: &Diagnostic| (finding.span, finding.check);
        key(left).cmp(&key(right)).then_with(|| left.message.cmp(&right.message))
    });
    findings.dedup();
    let vendored = telling::leave_out_vendored(workspace, config, &mut findings);
    let (known, of_baseline) = telling::leave_out_known(workspace, &armed.ids, &options.telling, &mut findings);
    let elsewhere = telling::leave_out_elsewhere(workspace, &options.telling, &mut findings);
    let least = options.min_severity.or(config.min_severity.map(|least| least.value)).unwrap_or(Severity::Info);
    findings.retain(|finding| finding.severity >= least);
    if !options.telling.apart {
        together::tell_together(&mut findings);
    }
    let held_back = HeldBack { suppressed, vendored, known, elsewhere };
    Ok(Findings { findings, held_back, known: of_baseline, checks: armed.ids })
}
