//! Applies the fixes that findings offer, round after round, until none is left; the disk is not touched.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
};

use crate::{
    diag::{Applicability, Diagnostic, Edit, Fix, edited},
    text::{FileId, Files, SharedText, Span},
    workspace::{Drafts, Fate, Workspace},
};

use super::session::{Failure, Request, Session, run, run_on};

/// More rounds than any chain of fixes needs; fixes that bring one another forth end here.
const MOST_ROUNDS: usize = 16;

/// One fix that was applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mending {
    /// The check whose finding it cures.
    pub check: &'static str,
    /// What it did, in the imperative.
    pub title: String,
    /// The file, as it is shown.
    pub name: String,
    /// The line, from 1, where it stood before this round.
    pub line: u32,
}

/// A file with another text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// Where it lies.
    pub path: PathBuf,
    /// How it is shown.
    pub name: String,
    /// Its text on the disk.
    pub before: SharedText,
    /// Its text with all fixes.
    pub after: Arc<str>,
}

/// What fixing gave.
#[derive(Debug)]
pub struct Mended {
    /// What is found in the fixed texts.
    pub session: Session,
    /// The files that fixes changed, by path.
    pub drafts: Vec<Draft>,
    /// The fixes, in the order in which they were applied.
    pub mendings: Vec<Mending>,
}

/// Lints, applies the fixes that claim at least as much as `boldest` allows, and lints again, until no fix is left. A
/// finding's first fix that is allowed counts; where the edits of two overlap, the first in the file wins and the next
/// round judges the other anew. A file that would be read worse than before keeps its text.
///
/// # Errors
/// As [`run`].
pub fn mend(request: &Request, boldest: Applicability) -> Result<Mended, Failure> {
    let mut session = run(request)?;
    let mut texts = Drafts::new();
    let mut drafts: BTreeMap<PathBuf, Draft> = BTreeMap::new();
    let mut mendings = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let (round, fixed) = drafted(&session.workspace.files, &session.findings, boldest);
        if round.is_empty() {
            break;
        }
        let mut tried = texts.clone();
        tried.extend(round.iter().map(|draft| (draft.path.clone(), Arc::clone(&draft.after))));
        let next = run_on(request, &tried)?;
        if round.iter().any(|draft| is_worse(draft, &session.workspace, &next.workspace)) {
            break;
        }
        for draft in round {
            let after = Arc::clone(&draft.after);
            drafts.entry(draft.path.clone()).or_insert(draft).after = after;
        }
        (texts, session) = (tried, next);
        mendings.extend(fixed);
    }
    let drafts = drafts.into_values().filter(|draft| *draft.before != *draft.after).collect();
    Ok(Mended { session, drafts, mendings })
}

/// One round: the files as the fixes of findings would have them, and those fixes.
pub fn drafted(files: &Files, findings: &[Diagnostic], boldest: Applicability) -> (Vec<Draft>, Vec<Mending>) {
    let mut chosen = Chosen::new();
    let mut mendings = Vec::new();
    for finding in findings {
        let Some(fix) = finding.fixes.iter().find(|fix| fix.applicability <= boldest) else { continue };
        if !fits(fix, &chosen) {
            continue;
        }
        for edit in fix.edits() {
            chosen.entry(edit.span.file).or_default().insert(edit.clone());
        }
        let file = files.file(finding.span.file);
        let line = file.position(finding.span.start).line;
        mendings.push(Mending { check: finding.check, title: fix.title.clone(), name: file.name.clone(), line });
    }
    let drafts = chosen.into_iter().filter_map(|(id, edits)| {
        let file = files.file(id);
        let after = edited(&file.text, &edits, 0)?.into();
        Some(Draft { path: file.path.clone(), name: file.name.clone(), before: file.text.clone(), after })
    });
    (drafts.collect(), mendings)
}

/// The edits chosen for each file, sorted, none touching another.
type Chosen = BTreeMap<FileId, BTreeSet<Edit>>;

/// Whether no edit of a fix touches one that was chosen before; two edits that meet do, since their order would matter.
fn fits(fix: &Fix, chosen: &Chosen) -> bool {
    fix.edits().iter().all(|edit| {
        let Span { file, start, end } = edit.span;
        let behind = Edit { span: Span::new(file, end, u32::MAX), text: String::new() };
        // They are apart, so the last that starts before the end also ends last.
        let nearest = chosen.get(&file).and_then(|of_file| of_file.range(..behind).next_back());
        nearest.is_none_or(|nearest| nearest.span.end < start)
    })
}

/// Whether a changed file is understood less than before.
fn is_worse(draft: &Draft, before: &Workspace, after: &Workspace) -> bool {
    let reading = |workspace: &Workspace| {
        let (file, _) = workspace.files.iter().find(|(_, file)| file.path == draft.path)?;
        let reading = workspace.reading(file);
        let is_understood = matches!(reading.fate, Fate::Read | Fate::Config);
        Some((!is_understood, reading.complaints.len()))
    };
    reading(after) > reading(before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceFile;

    /// What one round makes of `abcdef` by fixes that put `X` in the place of these bytes.
    fn round(fixes: &[&[(u32, u32)]]) -> (String, usize) {
        let mut files = Files::default();
        let file = files.add(SourceFile::new("a.yml".into(), "a.yml".into(), "abcdef"));
        let place = |&(start, end): &(u32, u32)| Edit { span: Span::new(file, start, end), text: "X".to_owned() };
        let finding = |places: &&[(u32, u32)]| {
            let edits: Vec<Edit> = places.iter().map(place).collect();
            let fix = Fix::edits_of("Write X", Applicability::Safe, edits).unwrap();
            Diagnostic::error(fix.edits()[0].span, "broken").fix(fix)
        };
        let findings: Vec<Diagnostic> = fixes.iter().map(finding).collect();
        let (drafts, mendings) = drafted(&files, &findings, Applicability::Safe);
        (drafts.first().map_or("abcdef".to_owned(), |draft| draft.after.to_string()), mendings.len())
    }

    #[test]
    fn the_first_of_two_that_touch_wins() {
        for (fixes, expected, applied) in [
            (&[&[(0, 1)][..], &[(3, 5)][..]][..], "XbcXf", 2),
            (&[&[(0, 2)][..], &[(1, 3)][..]][..], "Xcdef", 1),
            (&[&[(0, 2)][..], &[(2, 3)][..]][..], "Xcdef", 1),
            (&[&[(2, 2)][..], &[(2, 2)][..]][..], "abXcdef", 1),
            (&[&[(0, 1), (4, 5)][..], &[(2, 3)][..], &[(3, 6)][..]][..], "XbXdXf", 2),
            (&[&[(4, 5)][..], &[(0, 6)][..], &[(0, 2)][..]][..], "XcdXf", 2),
        ] {
            assert_eq!(round(fixes), (expected.to_owned(), applied), "{fixes:?}");
        }
    }

    #[test]
    fn only_what_is_allowed_is_applied() {
        let mut files = Files::default();
        let file = files.add(SourceFile::new("a.yml".into(), "a.yml".into(), "abc"));
        let fix = |applicability, text| Fix::edit("write it", applicability, Span::new(file, 0, 1), text);
        let finding = Diagnostic::error(Span::new(file, 0, 1), "broken")
            .fix(fix(Applicability::Shown, "1"))
            .fix(fix(Applicability::Unsafe, "2"));
        assert_eq!(drafted(&files, std::slice::from_ref(&finding), Applicability::Safe).0, Vec::new());
        let (drafts, mendings) = drafted(&files, &[finding], Applicability::Unsafe);
        assert_eq!((&*drafts[0].before, &*drafts[0].after, mendings.len()), ("abc", "2bc", 1));
    }
}
