//! Which alerts a page lists: in a table, a list, or one heading each.

use std::ops::Range;

use crate::{
    markdown::Markdown,
    text::{Span, Spanned},
    vocab::Phrases,
};

use super::{
    names::{identifiers, is_alert_like},
    statement::{Role, is_unfulfilled},
    tables::roles,
};

/// Names of alerts that stand together: the rows of a table, the items of a list, headings of one level.
#[derive(Debug, Default)]
pub struct Roster {
    /// The names as written; each looks like an alert's.
    pub names: Vec<Spanned<String>>,
    /// Whether its heading or its column says that these are alerts.
    pub is_announced: bool,
    /// Where lists with text between them make it up: each with whether all of its items are such names.
    pub lists: Vec<(Range<usize>, bool)>,
}

impl Roster {
    /// The names, but for those in a list of other things: one between texts that has none that is known, and items
    /// that are no names.
    pub fn meant(&self, is_known: impl Fn(&str) -> bool) -> impl Iterator<Item = &Spanned<String>> {
        let is_foreign = |range: &Range<usize>| !self.names[range.clone()].iter().any(|name| is_known(&name.value));
        let foreign: Vec<Range<usize>> = self
            .lists
            .iter()
            .filter(|(range, is_whole)| !is_whole && is_foreign(range))
            .map(|(range, _)| range.clone())
            .collect();
        let names = self.names.iter().enumerate();
        names.filter(move |(at, _)| !foreign.iter().any(|range| range.contains(at))).map(|(_, name)| name)
    }
}

/// The rosters of a page, without the headings that the runbook links of alerts lead to.
pub fn rosters(markdown: &Markdown, is_led_to: &dyn Fn(&str) -> bool) -> Vec<Roster> {
    let tables = markdown.tables.iter().map(|table| {
        let roles = roles(table);
        let column = roles.iter().position(|role| *role == Role::Name);
        let mut roster = Roster { is_announced: column.is_some(), ..Roster::default() };
        let promised = table.heading.is_some_and(|heading| is_promised(markdown, heading));
        for row in table.rows.iter().filter(|_| !promised) {
            let unfulfilled = row.cells.iter().any(|cell| is_unfulfilled(cell.text.text()));
            if let Some(cell) = row.cells.get(column.unwrap_or(0)).filter(|_| !unfulfilled) {
                roster.names.extend(only_name(cell.text.text(), |range| cell.text.span(range)));
            }
        }
        roster
    });
    tables
        .chain(lists(markdown))
        .chain(headings(markdown, is_led_to))
        .filter(|roster| !roster.names.is_empty())
        .collect()
}

fn is_promised(markdown: &Markdown, heading: usize) -> bool {
    markdown.headings.get(heading).is_some_and(|heading| is_unfulfilled(heading.content.text.text()))
}

/// The name that is all of a text, marks and parentheses aside.
fn only_name(text: &str, span: impl Fn(Range<usize>) -> Span) -> Option<Spanned<String>> {
    let end = text.find(['(', ':']).unwrap_or(text.len());
    let mut words = identifiers(&text[..end]).filter(|range| text[range.clone()].chars().any(char::is_alphabetic));
    let range = words.next()?;
    let name = &text[range.clone()];
    // `RedisSlow*` stands for all whose names begin so; a bold name has two stars.
    let behind = &text[range.end..];
    let is_pattern = behind.starts_with('*') && !behind.starts_with("**") && !text[..range.start].ends_with('*');
    (words.next().is_none() && is_alert_like(name) && !is_pattern).then(|| Spanned::new(span(range), name.to_owned()))
}

fn lists(markdown: &Markdown) -> Vec<Roster> {
    let mut found: Vec<(Option<usize>, u32, Roster)> = Vec::new();
    let between = free_paragraphs(markdown);
    // How many texts stand before the list that was last added to each roster.
    let mut before: Vec<usize> = Vec::new();
    for item in &markdown.items {
        let text = item.content.text.text();
        if is_unfulfilled(text) || item.heading.is_some_and(|heading| is_promised(markdown, heading)) {
            continue;
        }
        static ENDS: Phrases = Phrases::of(&[" - ", " – ", " — ", ": ", " ("]);
        let end = ENDS.first_in(text).unwrap_or(text.len());
        let name = only_name(&text[..end], |range| item.content.text.span(range));
        let key = (item.heading, item.depth);
        let at = found.iter().position(|(heading, depth, _)| (*heading, *depth) == key).unwrap_or_else(|| {
            found.push((item.heading, item.depth, Roster::default()));
            before.push(usize::MAX);
            found.len() - 1
        });
        let roster = &mut found[at].2;
        let texts = between.partition_point(|start| *start < item.span.start);
        if std::mem::replace(&mut before[at], texts) != texts {
            roster.lists.push((roster.names.len()..roster.names.len(), true));
        }
        if let Some((range, is_whole)) = roster.lists.last_mut() {
            range.end += usize::from(name.is_some());
            *is_whole &= name.is_some();
        }
        roster.names.extend(name);
    }
    let announced = |heading: Option<usize>| {
        let heading = heading.and_then(|heading| markdown.headings.get(heading));
        heading.is_some_and(|heading| heading.content.text.text().to_lowercase().contains("alert"))
    };
    found.into_iter().map(|(heading, _, roster)| Roster { is_announced: announced(heading), ..roster }).collect()
}

/// Where the paragraphs begin that stand in no list.
fn free_paragraphs(markdown: &Markdown) -> Vec<u32> {
    let mut items = markdown.items.iter().filter(|item| item.depth == 1).peekable();
    let starts = markdown.paragraphs.iter().map(|paragraph| paragraph.content.span().start);
    let is_free = |start: &u32| {
        while items.next_if(|item| item.span.end <= *start).is_some() {}
        items.peek().is_none_or(|item| *start < item.span.start)
    };
    starts.filter(is_free).collect()
}

fn headings(markdown: &Markdown, is_led_to: &dyn Fn(&str) -> bool) -> Vec<Roster> {
    let mut found: Vec<(u8, Roster)> = Vec::new();
    for heading in &markdown.headings {
        let text = heading.content.text.text();
        if is_unfulfilled(text) || is_led_to(&heading.slug) {
            continue;
        }
        let Some(name) = only_name(text, |range| heading.content.text.span(range)) else { continue };
        match found.iter_mut().find(|(level, _)| *level == heading.level) {
            Some((_, roster)) => roster.names.push(name),
            None => found.push((heading.level, Roster { names: vec![name], ..Roster::default() })),
        }
    }
    found.into_iter().map(|(_, roster)| roster).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Excerpt, FileId};

    #[test]
    fn lists_names() {
        let text = "# Runbook\n\n## HighErrorRate\n\n## RedisDown (critical)\n\n## Getting Started\n\n### Alerts\n\n\
            - **DiskFull**: full\n- `QueueStuck` - stuck\n- Grafana: no alert\n- see HighErrorRate\n\n\
            | Alert | For |\n|---|---|\n| `HighLatency` | 5m |\n| A / B | 1m |\n| OldAlert (removed) | 1m |\n\
            | `RedisSlow*` | 1m |\n| *DiskSlow* | 1m |\n| KafkaLag | not deployed |\n\n## KafkaTrouble\n";
        let page = Markdown::parse(&Excerpt::whole(FileId(0), text));
        let shown: Vec<(bool, Vec<String>)> = rosters(&page, &|slug| slug == "kafkatrouble")
            .into_iter()
            .map(|roster| (roster.is_announced, roster.names.into_iter().map(|name| name.value).collect()))
            .collect();
        assert_eq!(
            shown,
            [
                (true, vec!["HighLatency".to_owned(), "DiskSlow".to_owned()]),
                (true, vec!["DiskFull".to_owned(), "QueueStuck".to_owned()]),
                (false, vec!["HighErrorRate".to_owned(), "RedisDown".to_owned()]),
            ]
        );
    }

    #[test]
    fn a_list_of_other_things_is_told_apart() {
        let text = "## Alerts\n\n- DiskFull: full\n\n  Really full.\n- DiskGone: gone\n- OldAlert: of old\n\n\
            They go to:\n\n- MailServer: port 25\n- its queue\n\nBeside them:\n\n- QueueStuck\n- QueueLost\n";
        let page = Markdown::parse(&Excerpt::whole(FileId(0), text));
        let rosters = rosters(&page, &|_| false);
        let meant: Vec<&str> = rosters[0].meant(|name| name.starts_with("Disk")).map(|name| &*name.value).collect();
        assert_eq!(meant, ["DiskFull", "DiskGone", "OldAlert", "QueueStuck", "QueueLost"]);
    }
}
