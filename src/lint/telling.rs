//! Which findings are told: not those in files of others, nor those that are known, nor those that a run is not about.

use std::{collections::BTreeMap, path::PathBuf};

use crate::{
    config::Config,
    diag::{self, Diagnostic},
    text::Files,
    workspace::{Earlier, Workspace},
};

use super::{
    baseline::{Baseline, Compared, Entry},
    focus::Focus,
};

/// Which of the findings are told; all of them by default.
#[derive(Clone, Debug, Default)]
pub struct Telling {
    /// Only those that it does not hold.
    pub baseline: Option<Baseline>,
    /// Only those of these places.
    pub scope: Scope,
    /// Each by itself, also those of one cause.
    pub apart: bool,
}

/// The places that a run is about.
#[derive(Clone, Debug, Default)]
pub enum Scope {
    /// All that is read.
    #[default]
    Everything,
    /// What stands in these files, or has a second place there.
    Files(Vec<PathBuf>),
    /// What stands in a line that is no longer as it was, or has a second place there, or was not found then.
    Since(Earlier),
    /// The same, with what was found then.
    Compared(Earlier, FoundThen),
}

/// How often each fingerprint was found in an earlier state.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FoundThen(BTreeMap<String, usize>);

/// How many findings are there and not told, and why.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub struct HeldBack {
    /// A comment or the configuration accepts them.
    pub suppressed: usize,
    /// They are in files of others.
    pub vendored: usize,
    /// The baseline holds them.
    pub known: usize,
    /// They are in places that the run is not about.
    pub elsewhere: usize,
}

/// What became of a baseline.
#[derive(Clone, Debug)]
pub struct Known {
    /// What it holds and is found no more.
    pub stale: Vec<Entry>,
    /// How many findings it does not hold.
    pub new: usize,
    /// What it would be if everything that is found were accepted.
    pub renewed: Baseline,
}

impl FoundThen {
    /// Counts findings.
    pub fn of(files: &Files, findings: &[Diagnostic]) -> Self {
        let mut counts = BTreeMap::new();
        for finding in findings {
            *counts.entry(fingerprint(files, finding)).or_default() += 1;
        }
        Self(counts)
    }

    /// Whether a finding was there, too; each counts once.
    fn takes(&mut self, files: &Files, finding: &Diagnostic) -> bool {
        let left = self.0.get_mut(&fingerprint(files, finding)).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_some()
    }
}

fn fingerprint(files: &Files, finding: &Diagnostic) -> String {
    let file = files.file(finding.span.file);
    diag::fingerprint(file, &file.name, finding)
}

/// Leaves out what is in files of others; says how much that is.
pub fn leave_out_vendored(workspace: &Workspace, config: &Config, findings: &mut Vec<Diagnostic>) -> usize {
    if config.vendored.is_empty() {
        return 0;
    }
    let vendored: Vec<bool> = workspace.files.iter().map(|(_, file)| config.is_vendored(&file.path)).collect();
    left_out(findings, |finding| vendored.get(finding.span.file.0 as usize) != Some(&true))
}

/// Leaves out what the baseline holds.
pub fn leave_out_known(
    workspace: &Workspace,
    checks: &[&str],
    telling: &Telling,
    findings: &mut Vec<Diagnostic>,
) -> (usize, Option<Known>) {
    let Some(baseline) = &telling.baseline else { return (0, None) };
    let Compared { new, known, stale, renewed } = baseline.compare(workspace, checks, std::mem::take(findings));
    *findings = new;
    (known, Some(Known { stale, new: findings.len(), renewed }))
}

/// Leaves out what the run is not about; says how much that is.
pub fn leave_out_elsewhere(workspace: &Workspace, telling: &Telling, findings: &mut Vec<Diagnostic>) -> usize {
    let files = &workspace.files;
    let (focus, mut then) = match &telling.scope {
        Scope::Everything => return 0,
        Scope::Files(paths) => (Focus::files(paths), None),
        Scope::Since(earlier) => (Focus::changes(earlier, files), None),
        Scope::Compared(earlier, then) => (Focus::changes(earlier, files), Some(then.clone())),
    };
    left_out(findings, |finding| {
        // What is told anyway leaves its place in the count to another that says the same.
        focus.concerns(files, finding) || then.as_mut().is_some_and(|then| !then.takes(files, finding))
    })
}

/// Keeps what is told; says how much is not.
pub fn left_out(findings: &mut Vec<Diagnostic>, told: impl FnMut(&Diagnostic) -> bool) -> usize {
    let before = findings.len();
    findings.retain(told);
    before - findings.len()
}
