//! Keys of Alertmanager that newer ones have replaced.

use crate::{
    check,
    facts::{Program, running},
    kit::*,
    model::{
        Document, Keys,
        alertmanager::{Matcher, MatcherStyle, Matchers},
    },
    text::Files,
    vocab::Version,
};

check! {
    /// A configuration uses keys that Alertmanager has deprecated.
    ///
    /// ## Why it matters
    /// `match` and `match_re` say less than `matchers` (no `!=`, no UTF-8 names), and a later release drops them. A route
    /// with other matchers has another key: groups that are open when the new file is loaded are told of once more.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - match: {severity: critical}
    ///       match_re: {team: db|web}
    ///       receiver: pager
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: ['severity="critical"', 'team=~"db|web"']
    ///       receiver: pager
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    /// ```
    pub struct Deprecated {}
    id: "alertmanager/deprecated", severity: Info,
}

/// The first release that knows `matchers`.
const MATCHERS: Version = Version::new(0, 22);

/// The first release that knows `time_intervals`.
const TIME_INTERVALS: Version = Version::new(0, 24);

/// What all fixes do.
const TITLE: &str = "write the newer keys";

/// The old keys of matchers and the new one.
const KEYS: [([&str; 2], &str); 3] = [
    (["match", "match_re"], "matchers"),
    (["source_match", "source_match_re"], "source_matchers"),
    (["target_match", "target_match_re"], "target_matchers"),
];

impl Check for Deprecated {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(config) = document.alertmanager() else { return };
        let path = &facts.workspace.files.file(document.file).path;
        let version = running(facts, Program::Alertmanager, path).map(|running| running.version);
        let mut found = Vec::new();
        if version.is_none_or(|version| version >= MATCHERS) {
            let [of_routes, of_sources, of_targets] = KEYS;
            for route in config.routes() {
                found.extend(old_matchers(&route.keys, of_routes, &route.matchers, facts));
            }
            for rule in &config.inhibit_rules {
                found.extend(old_matchers(&rule.keys, of_sources, &rule.source, facts));
                found.extend(old_matchers(&rule.keys, of_targets, &rule.target, facts));
            }
        }
        if let Some(place) = config.keys.span("mute_time_intervals")
            && version.is_none_or(|version| version >= TIME_INTERVALS)
        {
            let new = "time_intervals";
            let is_free = config.keys.span(new).is_none();
            let fix = is_free.then(|| Fix::edit(TITLE, Applicability::Safe, place, new));
            found.push(Old { place, name: "mute_time_intervals", new, fix });
        }
        for Old { place, name, new, fix } in &found {
            out.report(*place, format!("`{name}` is deprecated: `{new}` says the same"))
                .help("write `matchers: ['label=\"value\"', 'label=~\"regex\"']`, and `time_intervals` for `mute_time_intervals` at the top")
                .shared(found[0].place)
                .fix_if(fix.clone());
        }
    }
}

/// A key that a newer one takes the place of.
struct Old {
    place: Span,
    name: &'static str,
    new: &'static str,
    /// Writes the newer one, where nothing is lost by it.
    fix: Option<Fix>,
}

/// The old keys of one list of matchers. They are written anew together.
fn old_matchers(
    keys: &Keys,
    (old, new): ([&'static str; 2], &'static str),
    matchers: &Matchers,
    facts: &Facts<'_>,
) -> Vec<Old> {
    let files = &facts.workspace.files;
    let entries: Vec<(&'static str, Span, Span)> = keys
        .iter()
        .filter_map(|key| Some((*old.iter().find(|name| **name == key.name)?, key.span, key.entry)))
        .collect();
    if entries.is_empty() {
        return Vec::new();
    }
    let has_comment = |entry: Span| files.file(entry.file).slice(entry).contains('#');
    // Of a key that is there twice it is not known which one was meant.
    let is_once = entries.len() <= old.len();
    let is_whole =
        is_once && matchers.complete && keys.span(new).is_none() && !entries.iter().any(|(_, _, at)| has_comment(*at));
    let is_old = |matcher: &&Matcher| matches!(matcher.style, MatcherStyle::Match | MatcherStyle::MatchRe);
    let written =
        matchers.all.iter().filter(is_old).map(|matcher| format!("'{}'", matcher.to_string().replace('\'', "''")));
    let list = written.collect::<Vec<_>>().join(", ");
    let edits: Option<Vec<Edit>> = entries
        .iter()
        .enumerate()
        .map(|(rank, (_, _, entry))| match rank {
            0 => Some(Edit { span: *entry, text: format!("{new}: [{list}]") }),
            _ => Some(Edit { span: lines_of(*entry, files)?, text: String::new() }),
        })
        .collect();
    let fix = edits.filter(|_| is_whole).and_then(|edits| Fix::edits_of(TITLE, Applicability::Safe, edits));
    entries.iter().map(|(name, place, _)| Old { place: *place, name, new, fix: fix.clone() }).collect()
}

/// The lines of an entry with nothing else on them.
fn lines_of(entry: Span, files: &Files) -> Option<Span> {
    let text = &files.file(entry.file).text;
    let start = text[..entry.start as usize].rfind('\n')? + 1;
    let end = text[entry.end as usize..].find('\n').map_or(text.len(), |length| entry.end as usize + length + 1);
    let is_alone =
        text[start..entry.start as usize].trim().is_empty() && text[entry.end as usize..end].trim().is_empty();
    is_alone.then(|| Span::new(entry.file, start as u32, end as u32))
}
