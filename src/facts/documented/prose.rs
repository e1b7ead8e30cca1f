//! What list items, sections of a runbook and paragraphs say about alerts.

use std::ops::Range;

use crate::{
    markdown::{Inline, ListItem, Markdown},
    text::{Excerpt, Span},
    vocab::Phrases,
};

use super::{
    lesson::is_lesson,
    names::{Names, identifiers},
    statement::{
        Labelled, Role, Statement, is_task, is_unfulfilled, labelled, role, severity_in, severity_leading,
        severity_said,
    },
};

/// Reads the prose of a page, which has a name. `led_to` gives the alert whose runbook link leads to a heading.
pub fn read<'w>(
    markdown: &Markdown,
    name: &str,
    names: &Names<'w>,
    led_to: &dyn Fn(usize) -> Option<&'w str>,
) -> Vec<Statement<'w>> {
    // A page that is called like an alert is all about it.
    let is_title = |index: usize| index == 0 && markdown.headings.first().is_some_and(|first| first.level == 1);
    let of_title = names.exact(name).or_else(|| names.in_words(name));
    let sections = sections(markdown, names, &|index| led_to(index).or(of_title.filter(|_| is_title(index))));
    let mut found = Vec::new();
    for section in sections.iter().flatten() {
        found.extend(section.severity(markdown));
    }
    let shared = markdown.headings.iter().zip(&sections).filter(|(_, section)| section.is_none());
    for (heading, _) in shared.filter(|(heading, _)| !is_unfulfilled(heading.content.text.text())) {
        found.extend(graded_together(&heading.content, names));
    }
    let promised: Vec<bool> = (0..markdown.headings.len()).map(|heading| is_promise(markdown, heading)).collect();
    let is_promised = |heading: Option<usize>| heading.is_some_and(|heading| promised[heading]);
    read_items(markdown, names, &sections, &is_promised, &mut found);
    read_paragraphs(markdown, names, &sections, &is_promised, &mut found);
    found.retain(|statement| !statement.is_empty());
    found
}

/// A section about one alert.
#[derive(Copy, Clone, Debug)]
struct Section<'w> {
    alert: &'w str,
    heading: usize,
}

impl<'w> Section<'w> {
    /// The severity that the heading gives: "WebDown (critical)".
    fn severity(&self, markdown: &Markdown) -> Option<Statement<'w>> {
        let content = &markdown.headings.get(self.heading)?.content;
        let open = content.text.text().find('(')?;
        let rest = content.text.sub(open..content.text.text().len());
        Some(Statement::of(self.alert, content.span(), rest).read_severity())
    }
}

/// For each heading, the section about one alert that its text belongs to: its own, or the one it is a
/// part of, as "Condition" under "HighErrorRate".
fn sections<'w>(
    markdown: &Markdown,
    names: &Names<'w>,
    led_to: &dyn Fn(usize) -> Option<&'w str>,
) -> Vec<Option<Section<'w>>> {
    let mut sections: Vec<Option<Section<'w>>> = Vec::new();
    for (index, heading) in markdown.headings.iter().enumerate() {
        let text = heading.content.text.text();
        let own = match names.within(text).as_slice() {
            [(_, only)] => Some(*only),
            [] => names.in_words(text).or_else(|| labelled_alert(markdown, names, index)).or_else(|| led_to(index)),
            _ => None,
        };
        let own = own.filter(|_| !is_unfulfilled(text)).map(|alert| Section { alert, heading: index });
        let above = markdown.headings[..index].iter().rposition(|above| above.level < heading.level);
        let inherited = above
            .and_then(|above| sections[above])
            .filter(|section| markdown.headings[section.heading].level + 1 == heading.level && is_definition(text));
        sections.push(own.or(inherited));
    }
    sections
}

/// The only alert that a label right under a heading names: "**Alert**: `HighErrorRate`".
fn labelled_alert<'w>(markdown: &Markdown, names: &Names<'w>, heading: usize) -> Option<&'w str> {
    let paragraphs = markdown.paragraphs.iter().filter(|paragraph| paragraph.heading == Some(heading));
    let items = markdown.items.iter().filter(|item| item.heading == Some(heading));
    let contents = paragraphs.map(|paragraph| &paragraph.content).chain(items.map(|item| &item.content));
    let mut named = contents.flat_map(|content| {
        let labels = labelled(content).into_iter().filter(|part| role(&part.label) == Role::Name);
        let texts = labels.map(|part| content.text.text()[part.range].to_owned());
        texts.flat_map(|text| names.within(&text).into_iter().map(|(_, name)| name)).collect::<Vec<_>>()
    });
    let first = named.next()?;
    named.all(|other| other == first).then_some(first)
}

/// Whether the part of a section under this heading says when the alert fires, and not what to do then.
fn is_definition(heading: &str) -> bool {
    const WORDS: [&str; 12] = [
        "alert",
        "condition",
        "definition",
        "description",
        "details",
        "meaning",
        "overview",
        "summary",
        "symptom",
        "threshold",
        "trigger",
        "what it means",
    ];
    const OTHERS: [&str; 20] = [
        "action",
        "cause",
        "diagnos",
        "escalat",
        "example",
        "fix",
        "history",
        "impact",
        "incident",
        "investigat",
        "mitigat",
        "prevent",
        "recover",
        "related",
        "remediat",
        "resol",
        "respon",
        "rollback",
        "step",
        "verif",
    ];
    let lower = heading.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    has(&WORDS) && !has(&OTHERS)
}

/// The headings above a place, its own first.
fn headings_above(markdown: &Markdown, heading: Option<usize>) -> impl Iterator<Item = &Inline> {
    let mut level = u8::MAX;
    let last = heading.map_or(0, |heading| heading + 1);
    markdown.headings[..last.min(markdown.headings.len())].iter().rev().filter_map(move |heading| {
        let above = heading.level < level;
        level = level.min(heading.level);
        above.then_some(&heading.content)
    })
}

/// Whether a place stands under a heading that announces alerts.
fn is_about_alerts(markdown: &Markdown, heading: Option<usize>) -> bool {
    headings_above(markdown, heading).any(|content| content.text.text().to_lowercase().contains("alert"))
}

fn is_promise(markdown: &Markdown, heading: usize) -> bool {
    headings_above(markdown, Some(heading)).any(|content| is_unfulfilled(content.text.text()))
}

fn read_items<'w>(
    markdown: &Markdown,
    names: &Names<'w>,
    sections: &[Option<Section<'w>>],
    is_promised: &dyn Fn(Option<usize>) -> bool,
    found: &mut Vec<Statement<'w>>,
) {
    let mut above: Vec<(u32, Option<(&'w str, Span)>)> = Vec::new();
    for item in &markdown.items {
        above.retain(|(depth, _)| *depth < item.depth);
        let text = item.content.text.text();
        let own = named_by_lead(markdown, item, names);
        let parent = above.last().and_then(|(_, named)| *named);
        above.push((item.depth, own));
        if is_unfulfilled(text)
            || is_promised(item.heading)
            || is_task(markdown, &item.content)
            || is_lesson(markdown, item.heading, item.span)
        {
            continue;
        }
        if let Some((alert, named)) = own {
            let until = names.within(text).into_iter().find(|(range, name)| *name != alert && range.start > 0);
            let end = until.map_or(text.len(), |(range, _)| range.start);
            let mut statement = Statement::of(alert, named, without_code(&item.content, 0..end)).read();
            let name = names.within(text).into_iter().find(|(_, name)| *name == alert);
            let behind = name.map_or_else(|| lead_end(text), |(range, _)| range.end);
            let about = item.content.text.sub(behind..end.max(behind));
            let said = severity_said(&about).or_else(|| severity_leading(&about));
            statement.severity = said.or_else(|| severity_above(markdown, item));
            found.push(statement);
            continue;
        }
        let section = item.heading.and_then(|heading| sections.get(heading).copied().flatten());
        let section = section.map(|section| (section.alert, markdown.headings[section.heading].content.span()));
        match parent.or(section) {
            Some((alert, named)) => found.extend(labelled_statements(&item.content, alert, named)),
            None => found.extend(compared(&item.content, names)),
        }
    }
}

/// The alert that the beginning of an item names.
fn named_by_lead<'w>(markdown: &Markdown, item: &ListItem, names: &Names<'w>) -> Option<(&'w str, Span)> {
    let content = &item.content;
    let text = content.text.text();
    let end = lead_end(text);
    if let [(range, name)] = names.within(&text[..end]).as_slice() {
        // The name leads: only marks and a number may stand before it.
        let before = &text[..range.start];
        let leads = before.split_whitespace().all(|word| !word.chars().any(char::is_alphabetic));
        return leads.then(|| (*name, content.text.span(range.clone())));
    }
    let words = content.bold_lead().filter(|bold| bold.text().len() <= end).unwrap_or_else(|| content.text.sub(0..end));
    if !is_about_alerts(markdown, item.heading) || role(words.text()) != Role::Other {
        return None;
    }
    Some((names.in_words(words.text())?, words.full_span()))
}

/// Where the subject of an item ends: at a colon, a dash, a parenthesis, a comparison.
pub(super) fn lead_end(text: &str) -> usize {
    static ENDS: Phrases = Phrases::of(&[" - ", " – ", " — ", " → ", ":", "(", ">", "<", "≥", "≤", "\n", ";"]);
    ENDS.first_in(text).unwrap_or(text.len())
}

/// The severity of the heading that a list stands under: "Critical (`severity: critical`)".
fn severity_above(markdown: &Markdown, item: &ListItem) -> Option<crate::text::Spanned<String>> {
    let heading = &markdown.headings.get(item.heading?)?.content;
    let text = heading.text.text().to_lowercase();
    let severity = severity_in(&heading.text)?;
    let mut words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.all(|word| [&severity.value, "alert", "alerts", "severity", "rules"].contains(&word)).then_some(severity)
}

fn read_paragraphs<'w>(
    markdown: &Markdown,
    names: &Names<'w>,
    sections: &[Option<Section<'w>>],
    is_promised: &dyn Fn(Option<usize>) -> bool,
    found: &mut Vec<Statement<'w>>,
) {
    let mut last_heading = None;
    for paragraph in &markdown.paragraphs {
        let first = paragraph.heading.is_some() && paragraph.heading != last_heading;
        last_heading = paragraph.heading;
        if is_promised(paragraph.heading) {
            continue;
        }
        let Some(section) = paragraph.heading.and_then(|heading| sections.get(heading).copied().flatten()) else {
            found.extend(firing_sentences(&paragraph.content, names).chain(compared(&paragraph.content, names)));
            found.extend(graded(&paragraph.content, names));
            continue;
        };
        let named = markdown.headings[section.heading].content.span();
        let labelled: Vec<_> = labelled_statements(&paragraph.content, section.alert, named).collect();
        let bare = labelled.is_empty() && !is_of_symptoms(markdown, section, &paragraph.content);
        found.extend(labelled);
        let sentences = paragraph.content.sentences().into_iter();
        let is_of_alert = |text: &str| !text.to_lowercase().contains("rollback");
        let firing = sentences
            .enumerate()
            .filter(|(at, sentence)| SAYING_WHEN.are_in(sentence.text()) || first && bare && *at == 0)
            .filter(|(_, sentence)| is_of_alert(sentence.text()));
        found.extend(firing.filter(|_| bare).map(|(_, sentence)| Statement::of(section.alert, named, sentence).read()));
    }
}

/// Whether a paragraph lists what people see, below a heading that says in words what may be an alert: then the heading
/// says what they see, too.
fn is_of_symptoms(markdown: &Markdown, section: Section<'_>, content: &Inline) -> bool {
    let heading = &markdown.headings[section.heading].content;
    let is_name = identifiers(heading.text.text()).any(|word| &heading.text.text()[word] == section.alert);
    !is_name && labelled(content).first().is_some_and(|first| first.label.starts_with("symptom"))
}

/// The statements in the labelled parts of a content.
fn labelled_statements<'s, 'w: 's>(
    content: &'s Inline,
    alert: &'w str,
    named: Span,
) -> impl Iterator<Item = Statement<'w>> + 's {
    labelled(content).into_iter().filter_map(move |Labelled { label, range }| {
        let statement = Statement::of(alert, named, without_code(content, range));
        Some(match role(&label) {
            Role::Condition => statement.read_limit(),
            Role::Hold => statement.read_hold(),
            Role::Severity => statement.read_severity(),
            _ => return None,
        })
    })
}

/// Names with a comparison right behind them: "see HighLatency >1s".
fn compared<'s, 'w: 's>(content: &'s Inline, names: &'s Names<'w>) -> impl Iterator<Item = Statement<'w>> + 's {
    let text = content.text.text();
    names.within(text).into_iter().filter_map(move |(range, alert)| {
        let behind = &text[range.end..];
        behind.trim_start_matches([' ', '(', '`']).starts_with(['>', '<', '≥', '≤']).then_some(())?;
        let length = behind.find([')', ',', ';', '/', '\n', '|']).unwrap_or(behind.len());
        let said = content.text.sub(range.end..range.end + length);
        Some(Statement::of(alert, content.text.span(range), said).read())
    })
}

/// Names with their severity in brackets right behind them: "we page on HighLatency (critical)".
fn graded<'s, 'w: 's>(content: &'s Inline, names: &'s Names<'w>) -> impl Iterator<Item = Statement<'w>> + 's {
    let text = content.text.text();
    names.within(text).into_iter().filter_map(move |(range, alert)| {
        let behind = &text[range.end..];
        let length = behind.find(')').filter(|_| behind.trim_start_matches([' ', '*', '`']).starts_with('('))?;
        let said = content.text.sub(range.end..range.end + length + 1);
        let severity = severity_said(&said);
        Some(Statement { severity, ..Statement::of(alert, content.text.span(range), said) })
    })
}

/// Several names with one severity in brackets behind them all: "DiskSlow / DiskFull (critical)".
fn graded_together<'w>(content: &Inline, names: &Names<'w>) -> Vec<Statement<'w>> {
    let text = content.text.text();
    let within = names.within(text);
    let (Some((first, _)), Some((last, _))) = (within.first(), within.last()) else { return Vec::new() };
    let mut between = within.windows(2).map(|pair| text[pair[0].0.end..pair[1].0.start].trim_matches([' ', '`', '*']));
    let are_joined = between.all(|mark| matches!(mark, "/" | "," | "&" | "and" | "+" | "|"));
    let behind = text[last.end..].trim_start_matches([' ', '*', '`']);
    if within.len() < 2 || !are_joined || !behind.starts_with('(') || text[..first.start].contains('(') {
        return Vec::new();
    }
    let said = content.text.sub(last.end..text.len());
    let Some(severity) = severity_said(&said) else { return Vec::new() };
    let statements = within.into_iter().map(|(range, alert)| Statement {
        severity: Some(severity.clone()),
        ..Statement::of(alert, content.text.span(range), said.clone())
    });
    statements.collect()
}

/// What a sentence has that says when an alert fires.
static SAYING_WHEN: Phrases = Phrases::of(&[
    "fires when",
    "fires if",
    "triggers when",
    "triggers if",
    "triggered when",
    "is raised when",
    "alerts when",
    "fires once",
    "fires as soon",
]);

/// Sentences that name one alert and say when it fires.
fn firing_sentences<'s, 'w: 's>(content: &'s Inline, names: &'s Names<'w>) -> impl Iterator<Item = Statement<'w>> + 's {
    content.sentences().into_iter().filter(|sentence| SAYING_WHEN.are_in(sentence.text())).filter_map(|sentence| {
        let within = names.within(sentence.text());
        let [(range, alert)] = within.as_slice() else { return None };
        Some(Statement::of(alert, sentence.span(range.clone()), sentence).read())
    })
}

/// A part of a content, expressions in code made unreadable.
fn without_code(content: &Inline, range: Range<usize>) -> Excerpt {
    let part = content.text.sub(range.clone());
    let text = content.text.text();
    let inside = |code: &&Range<usize>| code.start >= range.start && code.end <= range.end;
    let expressions = content.code.iter().filter(inside).filter(|code| text[(*code).clone()].contains(['(', '{', '[']));
    let mut out = crate::text::ExcerptBuilder::new(&part);
    let mut at = 0;
    for code in expressions {
        out.copy(at..code.start - range.start);
        out.replace(code.start - range.start..code.end - range.start, "…");
        at = code.end - range.start;
    }
    out.copy(at..part.text().len());
    out.finish()
}
