//! Keys of Alertmanager that newer ones have replaced.

use crate::{
    check,
    facts::{Program, running},
    kit::*,
    model::{
        Document, Keys,
        alertmanager::{Matcher, MatcherStyle, Matchers},
    },
    vocab::{Version, listed},
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
        let mut rewriting = Rewriting { facts, places: Vec::new(), names: Vec::new(), edits: Vec::new(), whole: true };
        if version.is_none_or(|version| version >= MATCHERS) {
            let [of_routes, of_sources, of_targets] = KEYS;
            for route in config.routes() {
                rewriting.matchers(&route.keys, of_routes, &route.matchers);
            }
            for rule in &config.inhibit_rules {
                rewriting.matchers(&rule.keys, of_sources, &rule.source);
                rewriting.matchers(&rule.keys, of_targets, &rule.target);
            }
        }
        if let Some(old) = config.keys.span("mute_time_intervals")
            && version.is_none_or(|version| version >= TIME_INTERVALS)
        {
            rewriting.old(old, "mute_time_intervals");
            rewriting.whole &= config.keys.span("time_intervals").is_none();
            rewriting.edits.push(Edit { span: old, text: "time_intervals".to_owned() });
        }
        rewriting.report(out);
    }
}

/// What is to be written anew.
struct Rewriting<'f, 'w> {
    facts: &'f Facts<'w>,
    places: Vec<Span>,
    names: Vec<&'static str>,
    edits: Vec<Edit>,
    /// Whether all of it can be written anew without a loss.
    whole: bool,
}

impl Rewriting<'_, '_> {
    fn old(&mut self, place: Span, name: &'static str) {
        self.places.push(place);
        if !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    fn matchers(&mut self, keys: &Keys, (old, new): ([&'static str; 2], &str), matchers: &Matchers) {
        let entries: Vec<(&'static str, Span, Span)> = keys
            .iter()
            .filter_map(|key| Some((*old.iter().find(|name| **name == key.name)?, key.span, key.entry)))
            .collect();
        let Some(((_, _, first), others)) = entries.split_first() else { return };
        entries.iter().for_each(|(name, place, _)| self.old(*place, name));
        let files = &self.facts.workspace.files;
        let has_comment = |entry: Span| files.file(entry.file).slice(entry).contains('#');
        self.whole &=
            matchers.complete && keys.span(new).is_none() && !entries.iter().any(|(_, _, at)| has_comment(*at));
        let is_old = |matcher: &&Matcher| matches!(matcher.style, MatcherStyle::Match | MatcherStyle::MatchRe);
        let written =
            matchers.all.iter().filter(is_old).map(|matcher| format!("'{}'", matcher.to_string().replace('\'', "''")));
        let list = written.collect::<Vec<_>>().join(", ");
        self.edits.push(Edit { span: *first, text: format!("{new}: [{list}]") });
        for (_, _, entry) in others {
            match self.line_of(*entry) {
                Some(span) => self.edits.push(Edit { span, text: String::new() }),
                None => self.whole = false,
            }
        }
    }

    /// The lines of an entry with nothing else on them.
    fn line_of(&self, entry: Span) -> Option<Span> {
        let text = &self.facts.workspace.files.file(entry.file).text;
        let start = text[..entry.start as usize].rfind('\n')? + 1;
        let end = text[entry.end as usize..].find('\n').map_or(text.len(), |length| entry.end as usize + length + 1);
        let is_alone =
            text[start..entry.start as usize].trim().is_empty() && text[entry.end as usize..end].trim().is_empty();
        is_alone.then(|| Span::new(entry.file, start as u32, end as u32))
    }

    fn report(self, out: &mut Sink<'_>) {
        let Some(first) = self.places.first() else { return };
        let more = here_and_more(self.places.len());
        let (are, one) = if self.names.len() == 1 { ("is", "a newer key says") } else { ("are", "newer keys say") };
        let finding = out
            .report(*first, format!("{} {are} deprecated{more}: {one} the same", listed(&self.names, ", ")))
            .help("write `matchers: ['label=\"value\"', 'label=~\"regex\"']`, and `time_intervals` for `mute_time_intervals` at the top");
        let fix = Fix::edits_of("write the newer keys", Applicability::Safe, self.edits).filter(|_| self.whole);
        if let Some(fix) = fix {
            finding.fix(fix);
        }
    }
}
