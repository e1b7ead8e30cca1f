//! Coverage for people: which states each rule was seen in, and in words what was never seen.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::{
    diag::Severity,
    harness::coverage::{Aim, Coverage, Goal, RuleCoverage, Seen, Share},
    report::{Ink, Paint, one_line},
    text::Files,
};

use super::{super::screen::Screen, percent, routing};

/// The states, with their headings.
const STATES: [(&str, Aim); 5] = [
    ("data", Aim::Data),
    ("inactive", Aim::Inactive),
    ("pending", Aim::Pending),
    ("firing", Aim::Firing),
    ("resolved", Aim::Resolved),
];
/// Digits of a distance that are shown.
const DIGITS: i32 = 4;

/// Writes the table, a paragraph for each rule file.
pub fn write(coverage: &Coverage, files: &Files, screen: Screen, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(screen.colour);
    let width = |rule: &RuleCoverage| rule.name.width().max(files.file(rule.place.file).name.width().saturating_sub(2));
    let widest = coverage.rules.iter().map(width).max().unwrap_or_default();
    let headings: Vec<&str> = STATES.iter().map(|(heading, _)| *heading).collect();
    for rules in coverage.rules.chunk_by(|one, other| one.place.file == other.place.file) {
        let name = one_line(&files.file(rules[0].place.file).name).to_string();
        let space = " ".repeat((widest + 2).saturating_sub(name.width()));
        writeln!(out, "{}{space}  {}", paint.ink(Ink::Bold, name), paint.ink(Ink::Dim, headings.join("  ")))?;
        for rule in rules {
            write_rule(rule, widest, paint, out)?;
        }
        writeln!(out)?;
    }
    for routes in coverage.routes.chunk_by(|one, other| one.line.place.file == other.line.place.file) {
        routing::write(routes, files, paint, out)?;
    }
    let share = coverage.share();
    let counted = format!("{} of {} goals covered", share.covered, share.goals);
    writeln!(out, "coverage: {}, {counted}", inked(share, paint))
}

fn write_rule(rule: &RuleCoverage, widest: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let name = one_line(&rule.name).to_string();
    let space = " ".repeat(widest.saturating_sub(name.width()));
    write!(out, "  {name}{space}  ")?;
    for (heading, aim) in &STATES {
        let (sign, ink) = match rule.hits(aim) {
            None => ("·", Ink::Dim),
            Some(0) => ("✗", Ink::Severity(Severity::Error)),
            Some(_) => ("✓", Ink::Good),
        };
        let (before, after) = ((heading.len() - 1) / 2, heading.len() / 2);
        write!(out, "{}{}{}  ", " ".repeat(before), paint.ink(ink, sign), " ".repeat(after))?;
    }
    writeln!(out, "{}", inked(rule.share(), paint))?;
    if rule.evaluations == 0 {
        return writeln!(out, "      no test evaluates this rule");
    }
    if rule.hits(&Aim::Data) == Some(0) {
        return writeln!(out, "      {}", Aim::Data.missing());
    }
    for (number, (goal, seen)) in rule.goals.iter().enumerate() {
        if seen.hits == 0 {
            writeln!(out, "      {}{}", one_line(&goal.aim.missing()), nearest(rule, number))?;
        } else if let Some(told) = both_sides(goal, *seen, rule.goals.get(number + 1)) {
            writeln!(out, "      {}", paint.ink(Ink::Dim, one_line(&told)))?;
        }
    }
    Ok(())
}

fn inked(share: Share, paint: Paint) -> String {
    let ink = if share.covered == share.goals { Ink::Good } else { Ink::Severity(Severity::Warning) };
    paint.ink(ink, percent(share.percent())).to_string()
}

/// How near a comparison came to the side on which it was never seen.
fn nearest(rule: &RuleCoverage, number: usize) -> String {
    let (goal, _) = &rule.goals[number];
    let other = rule.goals.iter().find(|(other, _)| other.branch == goal.branch && other.aim != goal.aim);
    match (&goal.aim, other.and_then(|(_, seen)| seen.nearest)) {
        (Aim::Holds { .. }, Some(distance)) => format!("; the nearest was {} away", shown(distance.abs())),
        _ => String::new(),
    }
}

/// How near a comparison was seen to its threshold on either side. Of one for equality, one side is always at it.
fn both_sides(goal: &Goal, held: Seen, next: Option<&(Goal, Seen)>) -> Option<String> {
    let Aim::Holds { threshold, holds: true } = &goal.aim else { return None };
    if threshold.contains("==") || threshold.contains("!=") {
        return None;
    }
    let (held, failed) = (held.nearest?, next?.1.nearest?);
    Some(format!("`{threshold}` was seen {} away where it held, {} where not", shown(held.abs()), shown(failed.abs())))
}

/// A distance with a few digits.
fn shown(distance: f64) -> String {
    if distance == 0.0 || !distance.is_finite() {
        return distance.to_string();
    }
    let decimals = usize::try_from(DIGITS - 1 - distance.log10().floor() as i32).unwrap_or_default();
    let text = format!("{distance:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
