//! `promcheck routes test`: whom an alert with some labels reaches, and why.

use std::io::Write;

use crate::{
    diag::Diagnostic,
    dispatch::{self, Notified, outline},
    facts::routing::RouteTree,
    report::{Summary, one_line},
    text::Files,
};

use super::{
    super::{Verdict, error::CliError, screen::Screen},
    arguments::TestArguments,
    draw, missing, place, refused, shown, source,
};

/// Answers, and compares with what was expected.
pub fn run(request: &TestArguments, screen: Screen, out: &mut dyn Write) -> Result<Verdict, CliError> {
    if let Some(path) = missing([&request.config]) {
        return refused(&format!("`{}` does not exist", path.display()));
    }
    let labels = match dispatch::labels(&request.labels) {
        Ok(labels) => labels,
        Err(why) => return refused(&format!("cannot read the labels: {why}; write them as `NAME=VALUE`")),
    };
    let Some(source) = source(&request.config, screen, out)? else { return Ok(Verdict::Findings) };
    let tree = RouteTree::of(&source.route);
    let notified = dispatch::notified(&tree, &labels);
    let receivers = dispatch::receivers(&notified);
    writeln!(out, "{}", one_line(&receivers)).map_err(CliError::Output)?;
    let expected = request.verify_receivers.as_deref().unwrap_or_default();
    let failed = !expected.is_empty() && expected != receivers;
    if failed {
        let warning = format!("the alert reaches `{receivers}`, but `{expected}` was expected");
        writeln!(out, "WARNING: {}", one_line(&warning)).map_err(CliError::Output)?;
    }
    if screen.terminal {
        let why: Vec<Diagnostic> = notified.iter().map(|one| excerpt(one, &tree)).collect();
        writeln!(out).map_err(CliError::Output)?;
        draw(&source.files, &why, Summary::default(), screen, out)?;
    } else {
        out.write_all(explained(&notified, &tree, &source.files).as_bytes()).map_err(CliError::Output)?;
    }
    Ok(if failed { Verdict::Findings } else { Verdict::Clean })
}

/// The way to a receiver, with the matchers underlined.
fn excerpt(notified: &Notified<'_>, tree: &RouteTree<'_>) -> Diagnostic {
    let last = notified.hops.last().map_or(0, |hop| hop.place);
    let finding = shown(tree.node(last).route.anchor(), format!("`{}` is told", notified.receiver));
    let matched = notified.hops.iter().flat_map(|hop| hop.matchers.iter().copied());
    let finding = match notified.hops.iter().any(|hop| !hop.matchers.is_empty()) {
        true => finding,
        false => finding.here("no route below takes it"),
    };
    let finding = matched.fold(finding, |finding, matcher| finding.label(matcher.span, "matches"));
    let route = tree.node(last).route;
    let finding =
        route.mute_time_intervals.iter().fold(finding, |finding, name| finding.label(name.span, "but not during this"));
    let active = route.active_time_intervals.iter();
    active.fold(finding, |finding, name| finding.label(name.span, "and only during this"))
}

/// The way to each receiver, a line for each route on it.
fn explained(notified: &[Notified<'_>], tree: &RouteTree<'_>, files: &Files) -> String {
    let lines = outline(tree);
    let mut text = String::new();
    for one in notified {
        text.push_str(&format!("\n{}\n", one_line(one.receiver)));
        for hop in &one.hops {
            let line = &lines[hop.place];
            text.push_str(&format!("  {}  {}", place(files, line.place), one_line(&line.slug())));
            // Routes do not inherit the times at which their parents are mute or active.
            let times = line.changes.iter().filter(|(key, _)| matches!(*key, "mute" | "active"));
            for (key, names) in times.filter(|_| one.hops.last().is_some_and(|last| last.place == hop.place)) {
                text.push_str(&format!("  {key}: {}", one_line(names)));
            }
            text.push('\n');
        }
    }
    text
}
