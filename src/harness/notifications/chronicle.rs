//! What became of one alert, from its rule to the receivers, line by line.

use std::fmt::Write;

use crate::{engine::Labels, notify::timeline};

use super::Scene;

/// The most lines that are told.
const MOST_TOLD: usize = 12;

/// What became of an alert until the expectation is looked at, with times since the start of the test.
pub(super) fn told(scene: &Scene<'_>, alert: &Labels) -> String {
    let mut lines: Vec<(i64, String)> = Vec::new();
    for (labels, turn) in scene.turns() {
        if labels != *alert {
            continue;
        }
        // Of several changes at one time, only the last can be seen.
        let word = turn.state.word().to_owned();
        match lines.last_mut().filter(|(at, _)| *at == turn.at) {
            Some(last) => last.1 = word,
            None => lines.push((turn.at, word)),
        }
    }
    for moment in timeline(&scene.watch.simulation, alert) {
        let until = moment.until.map(|until| format!(" (until {})", scene.time(until.min(scene.until))));
        lines.push((moment.at, format!("{}{}", moment.words, until.unwrap_or_default())));
    }
    // What happened at the same time stays in the order of its way.
    lines.sort_by_key(|(at, _)| *at);
    let later = lines.iter().filter(|(at, _)| *at > scene.until).count();
    lines.truncate(lines.len() - later);
    let mut lines: Vec<(String, String)> =
        lines.into_iter().map(|(at, words)| (scene.time(at).to_string(), words)).collect();
    let more = lines.len().saturating_sub(MOST_TOLD);
    if more > 0 {
        lines.splice(MOST_TOLD / 2..MOST_TOLD / 2 + more, [("…".to_owned(), format!("{more} more"))]);
    }
    let width = lines.iter().map(|(time, _)| time.chars().count()).max().unwrap_or_default();
    let mut text = format!("what became of {alert}:");
    for (time, words) in lines {
        let _ = write!(text, "\n{time:width$}  {words}");
    }
    text
}
