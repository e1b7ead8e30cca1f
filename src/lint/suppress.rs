//! Findings that the project has accepted, by a comment or in the configuration, and acceptances that
//! have outlived their findings.

use jiff::civil::Date;

use crate::{
    config::{Config, Ignore, names},
    diag::{Diagnostic, Severity},
    text::{FileId, Span, Spanned},
    tree::Directive,
    vocab::listed,
    workspace::Workspace,
};

use super::{
    arm::Armed,
    exemptions::{Exempted, Fate},
    today::Today,
};

/// The check that speaks of suppressions themselves.
const ID: &str = "general/suppression";

/// Removes the findings that are accepted; complains of acceptances that are expired, accept nothing or
/// name no check. Gives the number of findings removed.
pub fn suppress(
    workspace: &Workspace,
    config: &Config,
    armed: &Armed,
    findings: &mut Vec<Diagnostic>,
    today: &Today,
) -> usize {
    let mut comments: Vec<Comments<'_>> =
        workspace.readings.iter().map(|reading| Comments::of(&reading.directives)).collect();
    let mut entries: Vec<(&Ignore, bool)> = config.ignore.iter().map(|entry| (entry, false)).collect();
    let before = findings.len();
    let exempted = Exempted::of(workspace);
    findings.retain_mut(|finding| {
        match exempted.fate(finding) {
            Fate::Exempt => return false,
            Fate::Warned => finding.severity = Severity::Warning,
            Fate::Told => {}
        }
        let (check, place) = (finding.check, finding.span);
        let of_file = comments.get_mut(place.file.0 as usize);
        let accepted = match of_file.and_then(|comments| comments.silencing(check, place, today)) {
            Some(used) => Some(used),
            None => {
                let accepting =
                    |(one, _): &&mut (&Ignore, bool)| accepts(one, check, place.file, workspace, config, today);
                entries.iter_mut().find(accepting).map(|(_, used)| used)
            }
        };
        accepted.map(|used| *used = true).is_none()
    });
    let suppressed = before - findings.len();
    if armed.runs(ID) {
        let of_comments = comments.iter().flat_map(|of_file| of_file.directives.iter().zip(&of_file.used));
        let of_comments = of_comments.flat_map(|(one, used)| about_comment(one, *used, armed, today));
        let of_entries = entries.iter().filter_map(|(one, used)| about_entry(one, *used, armed, today));
        findings.extend(of_comments.chain(of_entries).map(|complaint| Diagnostic { check: ID, ..complaint }));
    }
    suppressed
}

/// The comments of one file, found by what they cover.
struct Comments<'w> {
    directives: &'w [Directive],
    /// Whether each silenced something.
    used: Vec<bool>,
    /// By where they begin to be in force.
    covering: Vec<Covering>,
}

/// What one comment covers, and those before it.
struct Covering {
    /// Where it begins to be in force.
    start: u32,
    /// One past the last place that it, or one before it, covers.
    reach: u32,
    /// Its rank among the comments.
    rank: usize,
}

impl<'w> Comments<'w> {
    fn of(directives: &'w [Directive]) -> Self {
        let reach = |one: &Directive| one.covers.end.max(one.covers.start + 1);
        let mut covering: Vec<Covering> = directives
            .iter()
            .enumerate()
            .map(|(rank, one)| Covering { start: one.covers.start, reach: reach(one), rank })
            .collect();
        covering.sort_by_key(|one| one.start);
        let mut farthest = 0;
        for one in &mut covering {
            farthest = one.reach.max(farthest);
            one.reach = farthest;
        }
        Self { directives, used: vec![false; directives.len()], covering }
    }

    /// The mark of the first comment that silences a check at a place.
    fn silencing(&mut self, check: &str, place: Span, today: &Today) -> Option<&mut bool> {
        let at = place.start;
        let begun = self.covering.partition_point(|one| one.start <= at);
        let over = self.covering[..begun].partition_point(|one| one.reach <= at);
        let ranks = self.covering[over..begun].iter().map(|one| one.rank);
        let rank = ranks.filter(|rank| silences(&self.directives[*rank], check, place, today)).min()?;
        self.used.get_mut(rank)
    }
}

fn in_force(until: Option<Spanned<Date>>, today: &Today) -> bool {
    until.is_none_or(|until| today.date() <= until.value)
}

fn silences(comment: &Directive, check: &str, place: Span, today: &Today) -> bool {
    let start = place.start;
    let covered = start >= comment.covers.start && (start < comment.covers.end || start == comment.covers.start);
    covered && in_force(comment.until, today) && comment.checks.iter().any(|word| names(word, check))
}

fn accepts(entry: &Ignore, check: &str, file: FileId, workspace: &Workspace, config: &Config, today: &Today) -> bool {
    let path = &workspace.files.file(file).path;
    let path = config.relative(path).unwrap_or_else(|| path.to_string_lossy().replace('\\', "/"));
    in_force(entry.until, today) && entry.covers(check, &path)
}

fn about_comment(comment: &Directive, used: bool, armed: &Armed, today: &Today) -> Vec<Diagnostic> {
    let mut complaints = Vec::new();
    for word in comment.checks.iter().filter(|word| !armed.is_known(word)) {
        let complaint = Diagnostic::warning(word.span, format!("there is no check `{}`", word.value));
        complaints.push(match armed.nearest(word) {
            Some(near) => complaint.help(format!("did you mean `{near}`?")),
            None => complaint.help("`promcheck checks` lists them all"),
        });
    }
    if let Some(until) = comment.until.filter(|_| !in_force(comment.until, today)) {
        complaints.push(expired(until));
    } else if complaints.is_empty() && !used && comment.checks.iter().all(|word| armed.runs_all(word)) {
        let words = listed(comment.checks.iter().map(|word| &word.value), ", ");
        let message = format!("nothing of {words} is found here, so this suppresses nothing");
        complaints.push(Diagnostic::warning(comment.span, message).help("remove the comment"));
    }
    complaints
}

fn about_entry(entry: &Ignore, used: bool, armed: &Armed, today: &Today) -> Option<Diagnostic> {
    if let Some(until) = entry.until.filter(|_| !in_force(entry.until, today)) {
        return Some(expired(until));
    }
    (!used && armed.runs_all(&entry.check)).then(|| {
        Diagnostic::warning(
            entry.check.span,
            format!("nothing of `{}` is found there, so this entry suppresses nothing", *entry.check),
        )
        .help("remove it")
    })
}

fn expired(until: Spanned<Date>) -> Diagnostic {
    Diagnostic::warning(until.span, format!("this suppression expired on {}", until.value))
        .help("cure the finding, or renew the date with its reason")
}
