//! Which routes and receivers tests came to, for people.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::{
    diag::Severity,
    harness::coverage::{Reached, RouteCoverage, receivers},
    report::{Ink, Paint, one_line},
    text::Files,
    vocab::listed,
};

/// Writes the routing tree of a configuration, each route with what came to it, and then who was never told.
pub fn write(routes: &[RouteCoverage], files: &Files, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let name = one_line(&files.file(routes[0].line.place.file).name).to_string();
    writeln!(out, "{}", paint.ink(Ink::Bold, name))?;
    let drawn = |route: &RouteCoverage| {
        let taken = format!("{}{}", "  ".repeat(route.line.depth + 1), route.line.slug());
        (one_line(&taken).trim_end().to_owned(), one_line(&route.line.receiver).to_string())
    };
    let drawn: Vec<(String, String)> = routes.iter().map(drawn).collect();
    let widest =
        |column: fn(&(String, String)) -> &str| drawn.iter().map(|row| column(row).width()).max().unwrap_or_default();
    let (first, second) = (widest(|row| &row.0), widest(|row| &row.1));
    for (route, (taken, receiver)) in routes.iter().zip(&drawn) {
        let gap = " ".repeat(first - taken.width());
        let space = " ".repeat(second - receiver.width());
        writeln!(out, "{taken}{gap}  {receiver}{space}  {}", told(route.reached, paint))?;
    }
    let silent = receivers(routes).into_iter().filter(|(_, reached)| reached.notifications == 0).map(|(name, _)| name);
    let silent = listed(silent, ", ");
    if !silent.is_empty() {
        writeln!(out, "  never told: {}", one_line(&silent))?;
    }
    writeln!(out)
}

fn told(reached: Reached, paint: Paint) -> String {
    if reached.alerts == 0 {
        return format!("{} no alert came here", paint.ink(Ink::Severity(Severity::Error), "✗"));
    }
    let counted = |count: u64, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let words = format!("{}, {}", counted(reached.alerts, "alert"), counted(reached.notifications, "notification"));
    format!("{} {}", paint.ink(Ink::Good, "✓"), paint.ink(Ink::Dim, words))
}
