//! Findings that the project has accepted, and acceptances that have outlived their findings.

use jiff::civil::Date;

use crate::{
    config::{Config, Ignore},
    diag::Diagnostic,
    workspace::Workspace,
};

use super::arm::Armed;

/// The check that speaks of suppressions themselves.
const ID: &str = "general/suppression";

/// Removes the findings that the configuration accepts; complains of entries that are expired or accept
/// nothing. Gives the number of findings removed.
pub fn suppress(
    workspace: &Workspace,
    config: &Config,
    armed: &Armed,
    findings: &mut Vec<Diagnostic>,
    today: Date,
) -> usize {
    let before = findings.len();
    let mut used = vec![false; config.ignore.len()];
    findings.retain(|finding| {
        let path = relative(workspace, config, finding);
        let accepted =
            config.ignore.iter().position(|entry| in_force(entry, today) && entry.covers(finding.check, &path));
        if let Some(at) = accepted {
            used[at] = true;
        }
        accepted.is_none()
    });
    let suppressed = before - findings.len();
    if armed.runs(ID) {
        let stale = config.ignore.iter().zip(used).filter_map(|(entry, used)| stale(entry, used, armed, today));
        findings.extend(stale.map(|complaint| Diagnostic { check: ID, ..complaint }));
    }
    suppressed
}

fn in_force(entry: &Ignore, today: Date) -> bool {
    entry.until.is_none_or(|until| today <= until.value)
}

/// The path of a finding's file, as the globs of the configuration see it.
fn relative(workspace: &Workspace, config: &Config, finding: &Diagnostic) -> String {
    let path = &workspace.files.file(finding.span.file).path;
    config.relative(path).unwrap_or_else(|| path.to_string_lossy().replace('\\', "/"))
}

fn stale(entry: &Ignore, used: bool, armed: &Armed, today: Date) -> Option<Diagnostic> {
    if let Some(until) = entry.until.filter(|_| !in_force(entry, today)) {
        let message = format!("this suppression expired on {}", until.value);
        return Some(
            Diagnostic::warning(until.span, message).help("cure the finding, or renew the date with its reason"),
        );
    }
    let group = format!("{}/", *entry.check);
    let runs = armed.ids.iter().any(|id| *id == entry.check.value || id.starts_with(&group));
    (!used && runs).then(|| {
        Diagnostic::warning(entry.check.span, format!("nothing of `{}` is suppressed by this entry", *entry.check))
            .help("remove it")
    })
}
