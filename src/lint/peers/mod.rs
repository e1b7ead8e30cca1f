//! Comments that pint and promruval obey, understood: what they accept, promcheck accepts, too.
//!
//! Those that hide lines from pint altogether (`ignore/line`, `ignore/begin` …) are obeyed where files are read, in
//! [`workspace`](crate::workspace).

mod table;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    config::names,
    diag::Diagnostic,
    text::{SourceFile, Span},
    workspace::{Workspace, pint},
};

use super::Today;

pub use table::{Peer, TABLE, Translation};

/// What a comment accepts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Acceptance {
    covers: Span,
    checks: &'static [&'static str],
    /// The first day on which it is over.
    over: Option<Date>,
    /// A series, of which the finding must speak.
    series: Option<String>,
}

impl Acceptance {
    /// Whether it accepts a finding.
    pub fn takes(&self, workspace: &Workspace, finding: &Diagnostic, today: &Today) -> bool {
        let is_covered =
            finding.span.file == self.covers.file && (self.covers.start..self.covers.end).contains(&finding.span.start);
        let speaks_of = |series: &String| {
            workspace.files.slice(finding.span).contains(series.as_str()) || finding.message.contains(series.as_str())
        };
        is_covered
            && self.over.is_none_or(|over| today.date() < over)
            && self.checks.iter().any(|check| names(check, finding.check))
            && self.series.as_ref().is_none_or(speaks_of)
    }
}

/// What the comments for other linters accept, file by file.
pub fn acceptances(workspace: &Workspace) -> Vec<Vec<Acceptance>> {
    let of_file = |(id, file): (_, &SourceFile)| {
        if !file.text.contains("pint") && !file.text.contains("ignore_validations") {
            return Vec::new();
        }
        let places = Places::of(workspace, id, file);
        let lines = file.text.lines().zip(1..);
        lines.flat_map(|(line, number)| said(line, number, &places)).collect()
    };
    workspace.files.iter().map(of_file).collect()
}

/// What one line accepts.
fn said(line: &str, number: u32, places: &Places<'_>) -> Vec<Acceptance> {
    if let Some((verb, rest)) = pint(line) {
        return to_pint(verb, rest, number, places).into_iter().collect();
    }
    let Some((_, listed)) = line.split_once("# ignore_validations:") else { return Vec::new() };
    let Some(covers) = places.around(number).or_else(|| places.below(number)) else { return Vec::new() };
    let words = listed.split(',').map(str::trim).filter(|word| !word.is_empty());
    words.filter_map(|word| acceptance(Peer::Promruval, word, covers, None)).collect()
}

fn to_pint(verb: &str, rest: &str, number: u32, places: &Places<'_>) -> Option<Acceptance> {
    // What stands behind a second sign is a reason for people.
    let rest = rest.split(" #").next().unwrap_or_default().trim();
    let (verb, of_file) = verb.strip_prefix("file/").map_or((verb, false), |verb| (verb, true));
    let (check, over) = match verb {
        "disable" => (rest, None),
        "snooze" => {
            let (until, check) = rest.split_once([' ', '\t'])?;
            (check.trim(), Some(day(until)?))
        }
        _ => return None,
    };
    let covers = if of_file { places.file } else { places.rule_at(number)? };
    acceptance(Peer::Pint, check, covers, over)
}

/// The first day on which a snooze is over.
fn day(until: &str) -> Option<Date> {
    let moment = || Some(until.parse::<Timestamp>().ok()?.to_zoned(TimeZone::UTC).date());
    // pint takes a date for its first moment; a time in the day ends with its day.
    until.parse::<Date>().ok().filter(|_| until.len() == "2027-01-31".len()).or_else(|| moment()?.tomorrow().ok())
}

fn acceptance(peer: Peer, check: &str, covers: Span, over: Option<Date>) -> Option<Acceptance> {
    let (name, instance) = check.split_once('(').map_or((check, None), |(name, rest)| (name, Some(rest)));
    let translation = TABLE.iter().find(|row| row.peer == peer && row.theirs == name)?;
    let is_name = |text: &&str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':'));
    // Of `promql/series(up)` only the series can be understood; servers and tags are pint's own.
    let series = instance.map(|rest| rest.trim_end_matches(')')).filter(is_name).filter(|_| name == "promql/series");
    Some(Acceptance { covers, checks: translation.ours, over, series: series.map(str::to_owned) })
}

/// What of a file comments may stand by.
struct Places<'w> {
    text: &'w str,
    file: Span,
    /// Lines and spans of groups and of the rules in them, the inner behind the outer.
    parts: Vec<Part>,
}

struct Part {
    first: u32,
    last: u32,
    span: Span,
    is_rule: bool,
}

impl<'w> Places<'w> {
    fn of(workspace: &'w Workspace, id: crate::text::FileId, file: &'w SourceFile) -> Self {
        let mut parts = Vec::new();
        for document in workspace.documents_of(id) {
            let mut add = |span: Span, is_rule| {
                let last = file.position(span.end.saturating_sub(1).max(span.start)).line;
                parts.push(Part { first: file.position(span.start).line, last, span, is_rule });
            };
            let mut group_before = None;
            for (group, rule) in document.rules() {
                if group_before != Some(group.span) {
                    add(group.span, false);
                    group_before = Some(group.span);
                }
                add(rule.span, true);
            }
        }
        Self { text: &file.text, file: Span::new(id, 0, u32::MAX), parts }
    }

    /// The rule that a comment on a line touches: the one around it, or the one below with nothing but comments between.
    fn rule_at(&self, number: u32) -> Option<Span> {
        let of_rules = || self.parts.iter().filter(|part| part.is_rule);
        let around = of_rules().find(|part| (part.first..=part.last).contains(&number));
        let below = || {
            let next = of_rules().find(|part| part.first > number)?;
            (self.next_line(number)? == next.first).then_some(next)
        };
        around.or_else(below).map(|part| part.span)
    }

    /// The innermost part around a line.
    fn around(&self, number: u32) -> Option<Span> {
        let rules = self.parts.iter().filter(|part| part.is_rule);
        rules.filter(|part| (part.first..=part.last).contains(&number)).map(|part| part.span).next_back()
    }

    /// What begins below a comment: a rule, a group, or else the file.
    fn below(&self, number: u32) -> Option<Span> {
        let next = self.next_line(number)?;
        let part = self.parts.iter().find(|part| part.first == next);
        let is_top = || self.text.lines().nth(next as usize - 1).is_some_and(|line| line.starts_with("groups"));
        part.map(|part| part.span).or_else(|| is_top().then_some(self.file))
    }

    /// The next line that is no comment, unless a blank one comes before.
    fn next_line(&self, number: u32) -> Option<u32> {
        let after = self.text.lines().zip(1..).skip(number as usize);
        let mut after = after.skip_while(|(line, _)| line.trim_start().starts_with('#'));
        after.next().filter(|(line, _)| !line.trim().is_empty()).map(|(_, number)| number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks,
        config::Config,
        kit::Entry,
        lint::{Options, Selection, lint},
        workspace::load_texts,
    };

    #[test]
    fn names_are_of_checks_and_groups_that_exist() {
        let known: Vec<&str> = checks::TABLE.iter().map(|entry: &Entry| entry.meta.id).collect();
        for row in TABLE {
            for ours in row.ours {
                assert!(known.contains(ours), "{} -> {ours}", row.theirs);
            }
        }
        let order = |row: &Translation| (row.peer, row.theirs);
        assert!(TABLE.windows(2).all(|pair| order(&pair[0]) < order(&pair[1])), "sorted, and each once");
    }

    /// Lines of findings of two checks, after comments of others had their say.
    fn told(text: &str) -> Vec<u32> {
        let workspace = load_texts(vec![("rules.yml".to_owned(), text.to_owned())]);
        let selection = Selection::only(&["promql/irate-alert", "promql/regex"]);
        let options = Options { selection, honours_peers: true, ..Options::default() };
        let found = lint(&workspace, &Config::default(), options, jiff::civil::date(2026, 11, 21)).expect("they exist");
        let line = |finding: &Diagnostic| workspace.files.file(finding.span.file).position(finding.span.start).line;
        found.findings.iter().map(line).collect()
    }

    fn rules(first: &str, inside: &str) -> String {
        let rule = |name, before: &str, inside: &str| {
            format!(
                "{before}      - alert: {name}\n{inside}        expr: irate(a{{b=~\"c\"}}[5m]) > 1\n        for: 5m\n"
            )
        };
        let head = "groups:\n  - name: g\n    rules:\n";
        format!("{head}{}{}", rule("A", first, inside), rule("B", "", ""))
    }

    #[test]
    fn comments_reach_as_far_as_for_their_own_linter() {
        for (text, expected) in [
            (rules("", ""), vec![5, 5, 8, 8]),
            (rules("      # pint disable promql/regexp\n", ""), vec![6, 9, 9]),
            (rules("", "        # pint disable promql/regexp\n"), vec![6, 9, 9]),
            (rules("      # pint disable promql/regexp(prom)\n      # more\n", ""), vec![7, 10, 10]),
            (rules("      # pint disable promql/regexp\n\n", ""), vec![7, 7, 10, 10]),
            (rules("      # pint snooze 2027-01-01 promql/regexp\n", ""), vec![6, 9, 9]),
            (rules("      # pint snooze 2026-11-21 promql/regexp\n", ""), vec![6, 6, 9, 9]),
            (rules("      # pint snooze 2026-11-21T10:00:00Z promql/regexp\n", ""), vec![6, 9, 9]),
            (rules("      # pint disable promql/rate\n", ""), vec![6, 6, 9, 9]),
            (format!("# pint file/disable promql/regexp\n{}", rules("", "")), vec![6, 9]),
            (rules("      # ignore_validations: hasLabels, expressionDoesNotUseIrate\n", ""), vec![6, 9, 9]),
            (rules("", "        # ignore_validations: expressionDoesNotUseIrate\n"), vec![6, 9, 9]),
            (format!("# ignore_validations: expressionDoesNotUseIrate\n{}", rules("", "")), vec![6, 9]),
        ] {
            assert_eq!(told(&text), expected, "{text}");
        }
    }
}
