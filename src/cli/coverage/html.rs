//! Coverage as one page that needs nothing else: every rule with its source, marked by what tests showed of it.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, Write},
};

use crate::{
    harness::coverage::{Aim, Coverage, Goal, RouteCoverage, RuleCoverage, Seen},
    report::visible,
    text::{Files, SourceFile},
};

use super::percent;

/// How the page looks.
const STYLE: &str = include_str!("page.css");

/// Writes the page.
pub fn write(coverage: &Coverage, files: &Files, out: &mut dyn Write) -> io::Result<()> {
    let share = coverage.share();
    let whole = percent(share.percent());
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>Coverage of rules: {whole}</title>\n<style>\n{STYLE}</style>")?;
    writeln!(out, "<h1>{whole} of what the rules can do was tested</h1>")?;
    let counted = format!("{} of {} goals covered", share.covered, share.goals);
    writeln!(out, "<div class=\"soft\">{counted}</div>")?;
    writeln!(out, "<div class=\"bar\"><div style=\"width:{:.1}%\"></div></div>", share.percent())?;
    for rules in coverage.rules.chunk_by(|one, other| one.place.file == other.place.file) {
        let file = files.file(rules[0].place.file);
        writeln!(out, "<h2><code>{}</code></h2>", escaped(&file.name))?;
        rules.iter().try_for_each(|rule| write_rule(rule, file, out))?;
    }
    for routes in coverage.routes.chunk_by(|one, other| one.line.place.file == other.line.place.file) {
        write_routes(routes, files.file(routes[0].line.place.file), out)?;
    }
    writeln!(out, "</html>")
}

fn write_rule(rule: &RuleCoverage, file: &SourceFile, out: &mut dyn Write) -> io::Result<()> {
    let share = rule.share();
    let is_covered = share.covered == share.goals;
    writeln!(out, "<details{}>", if is_covered { "" } else { " open" })?;
    let states: String = rule.goals.iter().filter_map(|(goal, seen)| state(goal, *seen)).collect();
    writeln!(
        out,
        "<summary><span class=\"name\">{}</span>{states}<span class=\"share {}\">{}</span></summary>\n<div class=\"body\">",
        escaped(&rule.name),
        if is_covered {
            "hit"
        } else if share.covered > 0 {
            "part"
        } else {
            "miss"
        },
        percent(share.percent()),
    )?;
    let missing: Vec<String> = missing(rule);
    if !missing.is_empty() {
        let items: String = missing.iter().map(|item| format!("<li>{}</li>", escaped(item))).collect();
        writeln!(out, "<ul class=\"miss\">{items}</ul>")?;
    }
    writeln!(out, "<pre>{}</pre>\n</div>\n</details>", source(rule, file))
}

/// What was never seen of a rule, in words. Of one that never saw data, that says it all.
fn missing(rule: &RuleCoverage) -> Vec<String> {
    if rule.evaluations == 0 {
        return vec!["no test evaluates this rule".to_owned()];
    }
    let unseen = rule.goals.iter().filter(|(_, seen)| seen.hits == 0);
    let all = if rule.hits(&Aim::Data) == Some(0) { 1 } else { usize::MAX };
    unseen.take(all).map(|(goal, _)| goal.aim.missing()).collect()
}

/// A state that an alert can be in, and whether it was seen.
fn state(goal: &Goal, seen: Seen) -> Option<String> {
    let word = match goal.aim {
        Aim::Inactive => "inactive",
        Aim::Pending => "pending",
        Aim::Firing => "firing",
        Aim::Resolved => "resolved",
        _ => return None,
    };
    Some(format!("<span class=\"state {}\">{word}</span>", class(seen.hits > 0, seen.hits == 0)))
}

fn class(hit: bool, missed: bool) -> &'static str {
    match (hit, missed) {
        (true, true) => "part",
        (true, false) => "hit",
        _ => "miss",
    }
}

/// The lines of a rule with their numbers, its parts marked by what was seen of them.
fn source(rule: &RuleCoverage, file: &SourceFile) -> String {
    let mut marks: BTreeMap<(u32, u32), Vec<&(Goal, Seen)>> = BTreeMap::new();
    for goal in &rule.goals {
        marks.entry((goal.0.place.start, goal.0.place.end)).or_default().push(goal);
    }
    let lines = file.lines();
    let start = lines.start_of(lines.line_of(rule.whole.start));
    let mut html = String::new();
    let mut number = file.position(start).line;
    let mut put = |text: &str, html: &mut String| {
        for (place, line) in text.split('\n').enumerate() {
            if place > 0 {
                number += 1;
                let _ = write!(html, "\n<b>{number:>5}</b>  ");
            }
            html.push_str(&escaped(line));
        }
    };
    let _ = write!(html, "<b>{:>5}</b>  ", file.position(start).line);
    let end = start + slice(file, start, rule.whole.end).trim_end().len() as u32;
    let mut at = start;
    for ((from, to), goals) in marks {
        // What overlaps a mark that is there already stays unmarked.
        if from < at || to > end {
            continue;
        }
        put(slice(file, at, from), &mut html);
        let (hit, missed) = (goals.iter().any(|goal| goal.1.hits > 0), goals.iter().any(|goal| goal.1.hits == 0));
        let told: Vec<String> = goals.iter().map(|(goal, seen)| told(goal, *seen)).collect();
        let _ = write!(html, "<mark class=\"{}\" title=\"{}\">", class(hit, missed), escaped(&told.join("\n")));
        put(slice(file, from, to), &mut html);
        html.push_str("</mark>");
        at = to;
    }
    put(slice(file, at, end), &mut html);
    html
}

/// What was seen of a goal, in words.
fn told(goal: &Goal, seen: Seen) -> String {
    if seen.hits == 0 {
        return goal.aim.missing();
    }
    let what = match &goal.aim {
        Aim::Data => "evaluated with data".to_owned(),
        Aim::Inactive => "inactive".to_owned(),
        Aim::Pending => "pending".to_owned(),
        Aim::Firing => "firing".to_owned(),
        Aim::Resolved => "resolved".to_owned(),
        Aim::HoldElapsed => "`for` elapsed".to_owned(),
        Aim::HoldCutShort => "gone before `for` had elapsed".to_owned(),
        Aim::Decides { op, side } => format!("the {} operand of `{}` decided", side.word(), op.text()),
        Aim::Holds { threshold, holds: true } => format!("`{threshold}` held"),
        Aim::Holds { threshold, holds: false } => format!("`{threshold}` did not hold"),
    };
    format!("{what}: {}", seen.hits)
}

fn slice(file: &SourceFile, start: u32, end: u32) -> &str {
    file.text.get(start as usize..end.max(start) as usize).unwrap_or_default()
}

fn write_routes(routes: &[RouteCoverage], file: &SourceFile, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<h2><code>{}</code></h2>\n<table>", escaped(&file.name))?;
    for route in routes {
        let reached = route.reached;
        let came = format!("{} alerts, {} notifications", reached.alerts, reached.notifications);
        writeln!(
            out,
            "<tr><td style=\"padding-left:{}rem\"><code>{}</code></td><td>{}</td><td class=\"{}\">{came}</td></tr>",
            2 * route.line.depth,
            escaped(&route.line.slug()),
            escaped(&route.line.receiver),
            class(reached.alerts > 0, reached.alerts == 0),
        )?;
    }
    writeln!(out, "</table>")
}

/// Text that can stand in an element or an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escaped("a < b & \"c\"\u{1b}"), "a &lt; b &amp; &quot;c&quot;␛");
        assert_eq!((class(true, false), class(false, true), class(true, true)), ("hit", "miss", "part"));
    }
}
