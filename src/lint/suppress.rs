//! Findings that the project has accepted, by a comment or in the configuration, and acceptances that
//! have outlived their findings.

use jiff::civil::Date;

use crate::{
    config::{Config, Ignore, names},
    diag::Diagnostic,
    text::Spanned,
    tree::Directive,
    vocab::listed,
    workspace::Workspace,
};

use super::arm::Armed;

/// The check that speaks of suppressions themselves.
const ID: &str = "general/suppression";

/// Removes the findings that are accepted; complains of acceptances that are expired, accept nothing or
/// name no check. Gives the number of findings removed.
pub fn suppress(
    workspace: &Workspace,
    config: &Config,
    armed: &Armed,
    findings: &mut Vec<Diagnostic>,
    today: Date,
) -> usize {
    let mut comments: Vec<(&Directive, bool)> = Vec::new();
    let mut first_of_file = vec![0];
    for reading in &workspace.readings {
        comments.extend(reading.directives.iter().map(|directive| (directive, false)));
        first_of_file.push(comments.len());
    }
    let mut entries: Vec<(&Ignore, bool)> = config.ignore.iter().map(|entry| (entry, false)).collect();
    let before = findings.len();
    findings.retain(|finding| {
        let file = finding.span.file.0 as usize;
        let of_file = first_of_file.get(file).zip(first_of_file.get(file + 1)).map_or(0..0, |(from, to)| *from..*to);
        let comment = comments.get_mut(of_file).into_iter().flatten().find(|(one, _)| silences(one, finding, today));
        let used = match comment {
            Some((_, used)) => Some(used),
            None => {
                let accepting = |(one, _): &&mut (&Ignore, bool)| accepts(one, finding, workspace, config, today);
                entries.iter_mut().find(accepting).map(|(_, used)| used)
            }
        };
        used.is_none_or(|used| {
            *used = true;
            false
        })
    });
    let suppressed = before - findings.len();
    if armed.runs(ID) {
        let of_comments = comments.iter().flat_map(|(one, used)| about_comment(one, *used, armed, today));
        let of_entries = entries.iter().filter_map(|(one, used)| about_entry(one, *used, armed, today));
        findings.extend(of_comments.chain(of_entries).map(|complaint| Diagnostic { check: ID, ..complaint }));
    }
    suppressed
}

fn in_force(until: Option<Spanned<Date>>, today: Date) -> bool {
    until.is_none_or(|until| today <= until.value)
}

fn silences(comment: &Directive, finding: &Diagnostic, today: Date) -> bool {
    let start = finding.span.start;
    let covered = start >= comment.covers.start && (start < comment.covers.end || start == comment.covers.start);
    covered && in_force(comment.until, today) && comment.checks.iter().any(|word| names(word, finding.check))
}

fn accepts(entry: &Ignore, finding: &Diagnostic, workspace: &Workspace, config: &Config, today: Date) -> bool {
    let path = &workspace.files.file(finding.span.file).path;
    let path = config.relative(path).unwrap_or_else(|| path.to_string_lossy().replace('\\', "/"));
    in_force(entry.until, today) && entry.covers(finding.check, &path)
}

fn about_comment(comment: &Directive, used: bool, armed: &Armed, today: Date) -> Vec<Diagnostic> {
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

fn about_entry(entry: &Ignore, used: bool, armed: &Armed, today: Date) -> Option<Diagnostic> {
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
