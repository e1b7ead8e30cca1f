//! Documented dashboards and panels that are not there.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::Path,
};

use crate::{
    check,
    facts::documented::{is_task, is_unfulfilled, is_wanted},
    kit::*,
    markdown::{Inline, Link, ListItem, Markdown},
    model::Document,
    vocab::{Phrases, nearest},
    workspace::Workspace,
};

use super::shown::{AllShown, Shown, words};

check! {
    /// The docs list dashboards or panels, and one of them does not exist, or one is not in the list.
    ///
    /// Lists, tables and headings count when most of what stands in them is found: dashboards by their titles or files,
    /// panels by their titles, under a heading that names their dashboard. That a dashboard is not listed is a hint.
    ///
    /// ## Why it matters
    /// Whoever looks for the panel in an incident believes to be in the wrong place.
    ///
    /// ## Example
    /// ```markdown path=README.md
    /// # Dashboards
    /// - **Shop Overview**: traffic and errors
    /// - **Shop Database**: queries
    /// - **Shop Queues**: backlog
    /// ```
    /// ```json path=dashboards/overview.json
    /// {"title": "Shop Overview", "uid": "a", "schemaVersion": 39, "panels": []}
    /// ```
    /// ```json path=dashboards/database.json
    /// {"title": "Shop Database", "uid": "b", "schemaVersion": 39, "panels": []}
    /// ```
    ///
    /// ## Instead
    /// ```markdown path=README.md
    /// # Dashboards
    /// - **Shop Overview**: traffic and errors
    /// - **Shop Database**: queries
    /// ```
    /// ```json path=dashboards/overview.json
    /// {"title": "Shop Overview", "uid": "a", "schemaVersion": 39, "panels": []}
    /// ```
    /// ```json path=dashboards/database.json
    /// {"title": "Shop Database", "uid": "b", "schemaVersion": 39, "panels": []}
    /// ```
    pub struct Dashboard {}
    id: "docs/dashboard", severity: Warning,
}

impl Check for Dashboard {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let shown = AllShown::of(workspace, facts);
        if !shown.is_empty() {
            let wanted = workspace.documents.iter().filter(|one| is_wanted(workspace, facts.config, one));
            wanted.filter_map(Document::docs).for_each(|page| compare(page, &shown, facts, out));
        }
    }
}

fn compare(page: &Markdown, shown: &AllShown<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let mut listed = BTreeSet::new();
    for roster in rosters(page) {
        if let Some(found) = missing(&roster, shown, facts, out) {
            listed.insert(found);
        }
    }
    if let Some((first, folder)) = listed.first() {
        unlisted(page, *first, folder, shown, out);
    }
    for heading in 0..page.headings.len() {
        panels(page, heading, shown, out);
    }
}

/// Names that stand together, and may all be of dashboards.
struct Roster {
    is_files: bool,
    /// Whether a heading or a column says that these are dashboards.
    is_announced: bool,
    names: Vec<Excerpt>,
}

/// The rosters of a page: items of one list, cells of one column, headings below one heading.
fn rosters(page: &Markdown) -> Vec<Roster> {
    let mut lists: Vec<((Option<usize>, u32), Roster, Roster)> = Vec::new();
    for item in
        page.items.iter().filter(|item| !is_promised(page, item.heading) && !is_unfulfilled(item.content.text.text()))
    {
        let key = (item.heading, item.depth);
        if lists.last().is_none_or(|(last, ..)| *last != key) {
            let is_announced = announces(page, item.heading);
            let of = |is_files| Roster { is_files, is_announced, names: Vec::new() };
            lists.push((key, of(false), of(true)));
        }
        let Some((_, titles, files)) = lists.last_mut() else { continue };
        let lead = item.content.bold_lead().or_else(|| announces(page, item.heading).then(|| lead(&item.content)));
        // A link to a page or a file says by itself what is meant.
        let is_local = |link: &&Link| item.span.contains(link.span) && leads_to_file(link.destination.text());
        let lead = lead.filter(|_| !page.links.iter().any(|link| is_local(&link)));
        let named: Vec<Excerpt> = files_in(&item.content).collect();
        // An item that names a file says more by it than by its words.
        titles.names.extend(lead.filter(|_| named.is_empty()));
        files.names.extend(named);
    }
    let lists = lists.into_iter().flat_map(|(_, titles, files)| [titles, files]);
    let tables = page.tables.iter().filter(|table| !is_promised(page, table.heading)).flat_map(|table| {
        let is_wanted = |cell: &Inline| cell.text.text().to_lowercase().contains("dashboard");
        let column = table.header.iter().position(is_wanted);
        let rows = table.rows.iter().filter(|row| !row.cells.iter().any(|cell| is_unfulfilled(cell.text.text())));
        // A row that names a file says more by it than by its words.
        let without_file = rows.clone().filter(|row| row.cells.iter().all(|cell| files_in(cell).next().is_none()));
        let titles = without_file.filter_map(|row| Some(&row.cells.get(column?)?.text)).flat_map(listed);
        let files = rows.flat_map(|row| &row.cells).flat_map(files_in);
        let is_announced = column.is_some() || announces(page, table.heading);
        let of = |is_files, names| Roster { is_files, is_announced, names };
        [of(false, titles.collect()), of(true, files.collect())]
    });
    lists.chain(tables).filter(|roster| roster.names.len() >= 2).collect()
}

/// Whether a link leads to a page or another file of the repository.
fn leads_to_file(destination: &str) -> bool {
    let path = destination.split('#').next().unwrap_or_default();
    !destination.contains("://") && [".json", ".md"].iter().any(|end| path.ends_with(end))
}

/// The names of a cell, between commas.
fn listed(cell: &Excerpt) -> impl Iterator<Item = Excerpt> {
    let text = cell.text();
    let names = text.split(", ").map(move |name| {
        let start = name.as_ptr() as usize - text.as_ptr() as usize;
        cell.sub(start..start + name.len())
    });
    names.filter(|name| !name.text().trim().is_empty())
}

/// Whether a heading says that what stands below are dashboards.
fn announces(page: &Markdown, heading: Option<usize>) -> bool {
    let heading = heading.and_then(|heading| page.headings.get(heading));
    heading.is_some_and(|heading| heading.content.text.text().to_lowercase().contains("dashboards"))
}

fn is_promised(page: &Markdown, heading: Option<usize>) -> bool {
    heading
        .and_then(|heading| page.headings.get(heading))
        .is_some_and(|heading| is_unfulfilled(heading.content.text.text()))
}

/// What an item is about: its text up to a colon, a dash or a parenthesis.
fn lead(content: &Inline) -> Excerpt {
    let text = content.text.text();
    static ENDS: Phrases = Phrases::of(&[": ", " - ", " – ", " — ", " ("]);
    content.text.sub(0..ENDS.first_in(text).unwrap_or(text.trim_end_matches(':').len()))
}

/// The names of JSON files in code style; a name behind "like" is one that somebody may choose.
fn files_in(content: &Inline) -> impl Iterator<Item = Excerpt> {
    let is_example = |code: &Excerpt| {
        let start = content.text.offset_of(code.full_span().start).unwrap_or_default();
        content.text.text().get(..start).is_some_and(|before| before.trim_end_matches([' ', '`']).ends_with(" like"))
    };
    let is_file = move |code: &Excerpt| {
        let text = code.text();
        text.ends_with(".json")
            && !text.contains([' ', '*', '<', '{', '$'])
            && text.len() > ".json".len()
            && !is_example(code)
    };
    content.code_spans().filter(is_file)
}

/// Reports the names of a roster that no dashboard has, if most are found. Returns where the roster stands and the
/// folder of its dashboards, when all are of one and the roster says that it lists dashboards.
fn missing<'w>(
    roster: &Roster,
    shown: &AllShown<'w>,
    facts: &Facts<'w>,
    out: &mut Sink<'_>,
) -> Option<(Span, &'w Path)> {
    let find = |name: &Excerpt| match (roster.is_files, roster.is_announced) {
        (true, _) => shown.by_file(name.text()),
        (false, true) => shown.by_title(name.text()).or_else(|| shown.by_slug(name.text())),
        // Words that titles have, too, may stand in any list.
        (false, false) => shown.exactly(name.text()),
    };
    let is_file = |name: &str| {
        let path = Path::new(name.trim_start_matches(['.', '/']));
        facts.workspace.files.iter().any(|(_, file)| file.path.ends_with(path))
    };
    let (there, lost): (Vec<_>, Vec<_>) = roster.names.iter().partition(|name| find(name).is_some());
    let by_slugs = lost.iter().filter(|name| shown.by_slug(name.text()).is_some()).count();
    if there.len() < 2 || (there.len() + by_slugs) * 3 < roster.names.len() * 2 {
        return None;
    }
    // Of several that may be meant, one certainly is there.
    let is_vague = |name: &str| shown.with_words(name).next().is_some();
    let is_there = |name: &str| {
        if roster.is_files {
            is_file(name)
        } else {
            shown.by_slug(name).is_some() || roster.is_announced && is_vague(name)
        }
    };
    // Beside names in code style or in bold, what is neither is no name.
    let are_marked = !roster.is_files && there.iter().all(|name| is_marked(name, facts));
    let is_meant = |name: &Excerpt| !is_general(name.text()) && (!are_marked || is_marked(name, facts));
    for name in lost.into_iter().filter(|name| is_meant(name) && !is_there(name.text())) {
        let text = name.text().trim();
        let (message, near) = if roster.is_files {
            let names = shown.iter().filter_map(|shown| shown.path.file_name()?.to_str());
            (format!("there is no dashboard file `{text}`"), nearest(text.rsplit('/').next().unwrap_or(text), names))
        } else {
            (format!("no dashboard is called `{text}`"), nearest(text, shown.iter().map(|shown| shown.title.text())))
        };
        let finding = out.report(name.full_span(), message);
        match near {
            Some(near) => finding.help(format!("there is `{near}`")),
            None => finding.help("add the dashboard, or take it out of the docs"),
        };
    }
    let first = there.first()?;
    let folders: BTreeSet<&Path> = there.iter().filter_map(|name| Some(find(name)?.folder())).collect();
    folders.first().filter(|_| roster.is_announced && folders.len() == 1).map(|folder| (first.full_span(), *folder))
}

/// Whether a name begins in code style, in bold or as a link.
fn is_marked(name: &Excerpt, facts: &Facts<'_>) -> bool {
    let (place, marks) = (name.full_span(), ['`', '*', '_', '[']);
    let before = facts.workspace.files.file(place.file).text.get(..place.start as usize);
    name.text().starts_with(marks) || before.is_some_and(|before| before.ends_with(marks))
}

/// Whether a name is one of dashboards that somebody may add, "Custom Dashboards", or of the rest: "and others…".
fn is_general(name: &str) -> bool {
    const WORDS: [&str; 7] = ["additional", "community", "custom", "more", "other", "own", "your"];
    name.trim_end().ends_with(['…', '.']) || words(name).iter().all(|word| WORDS.contains(&word.as_str()))
}

/// Hints at the dashboards of a folder that a page lists all but some of.
fn unlisted(page: &Markdown, roster: Span, folder: &Path, shown: &AllShown<'_>, out: &mut Sink<'_>) {
    let text = page.source.text().to_lowercase();
    let is_mentioned = |shown: &Shown<'_>| {
        let file = shown.path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_lowercase();
        text.contains(&shown.title.text().to_lowercase()) || text.contains(&file)
    };
    let beside = shown.iter().filter(|shown| shown.folder() == folder);
    let (there, absent): (Vec<_>, Vec<_>) = beside.partition(|shown| is_mentioned(shown));
    // A page that speaks of a few of many dashboards chose them.
    if absent.len() * 2 > there.len() {
        return;
    }
    for shown in absent {
        out.report(roster, format!("the dashboard `{}` is not in this list", shown.title.text()))
            .severity(Severity::Info)
            .label(shown.title.full_span(), "it lies beside those that are")
            .help("add it to the list");
    }
}

/// Reports the items of a list below a heading that name no panel of the dashboard that the heading names, if most do.
fn panels(page: &Markdown, heading: usize, shown: &AllShown<'_>, out: &mut Sink<'_>) {
    let Some(about) = dashboard_of(page, heading, shown) else { return };
    let paragraphs = page.paragraphs.iter().filter(|paragraph| paragraph.heading == Some(heading));
    let above: Vec<&Inline> = paragraphs.map(|paragraph| &paragraph.content).collect();
    let mut lists: BTreeMap<usize, Vec<&ListItem>> = BTreeMap::new();
    for item in page.items.iter().filter(|item| item.heading == Some(heading)) {
        let paragraphs = above.partition_point(|paragraph| paragraph.span().start < item.span.start);
        lists.entry(paragraphs).or_default().push(item);
    }
    for (paragraphs, items) in lists {
        let intro = paragraphs.checked_sub(1).map(|last| above[last].text.text());
        if !intro.is_some_and(tells_what_for) {
            panels_of(page, about, &items, out);
        }
    }
}

/// Whether what stands above a list leads to something else than panels, as "Monitors:" does.
fn tells_what_for(intro: &str) -> bool {
    const WORDS: [&str; 8] = ["panel", "chart", "graph", "contain", "includ", "display", "widget", "row"];
    let lower = intro.to_lowercase();
    lower.trim_end_matches([' ', '*']).ends_with(':') && !WORDS.iter().any(|word| lower.contains(word))
}

/// Reports the items of a list that name no panel of a dashboard, if most do.
fn panels_of(page: &Markdown, about: &Shown<'_>, items: &[&ListItem], out: &mut Sink<'_>) {
    let titles: Vec<&str> =
        about.dashboard.panels.iter().filter_map(|panel| panel.title.as_ref().map(Excerpt::text)).collect();
    let known: Vec<BTreeSet<String>> = titles.iter().map(|title| words(title)).collect();
    let in_short: Vec<BTreeSet<String>> = titles.iter().map(|title| &words(title) | &acronyms(title)).collect();
    // A page may say less than the title, or more.
    let is_known = |lead: &Excerpt| {
        let said = words(lead.text());
        let is_less = in_short.iter().any(|title| said.is_subset(title));
        !said.is_empty() && (is_less || known.iter().any(|title| title.is_subset(&said)))
    };
    let is_of_others = |item: &ListItem| is_unfulfilled(item.content.text.text()) || is_task(page, &item.content);
    // At each depth of the list, how many are known, and which are not: what a list of panels stands below is none.
    let mut levels: BTreeMap<u32, (usize, Vec<Excerpt>)> = BTreeMap::new();
    let mut known_until = 0;
    for item in items {
        let lead = lead(&item.content);
        // What stands below a panel tells of it.
        let is_detail = item.span.start < known_until;
        let is_known = is_known(&lead);
        if is_known {
            known_until = item.span.end.max(known_until);
        }
        let (there, lost) = levels.entry(item.depth).or_default();
        let is_of_facts =
            items.iter().any(|above| above.depth < item.depth && lists_facts(above) && above.span.contains(item.span));
        match is_known {
            _ if is_detail || is_of_facts || is_of_others(item) || is_step(lead.text()) => {}
            true => *there += 1,
            false => lost.push(lead),
        }
    }
    let is_of_panels = |(there, lost): &(usize, Vec<Excerpt>)| *there >= 3 && there * 4 >= (there + lost.len()) * 3;
    let lost = levels.into_values().filter(is_of_panels).flat_map(|(_, lost)| lost);
    // What is compared with something is a limit.
    for lead in lost.filter(|lead| !lead.text().contains(['<', '>', '≥', '≤'])) {
        let range: Range<usize> = 0..lead.text().trim_end().len();
        let finding = out
            .report(lead.span(range), format!("`{}` has no panel called `{}`", about.title.text(), lead.text().trim()))
            .label(about.title.full_span(), "this dashboard");
        match nearest(lead.text(), titles.iter().copied()) {
            Some(near) => finding.help(format!("there is `{near}`")),
            None => finding.help("add the panel, or take it out of the docs"),
        };
    }
}

/// Whether an item leads to a list of what the dashboard tells, which no panel need be called: "Key metrics:".
fn lists_facts(item: &ListItem) -> bool {
    const WORDS: [&str; 9] =
        ["alerts", "data", "features", "filters", "highlights", "insights", "metrics", "questions", "variables"];
    let text = item.content.text.text().trim_end_matches([' ', '*']).to_lowercase();
    text.ends_with(':') && text.split(|letter: char| !letter.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// What words that stand together may be called in short: "DLQ" for "dead letter queue".
fn acronyms(title: &str) -> BTreeSet<String> {
    let words: Vec<&str> =
        title.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let initials =
        |words: &[&str]| words.iter().filter_map(|word| word.chars().next()).collect::<String>().to_lowercase();
    (3..=4).flat_map(|count| words.windows(count)).map(initials).collect()
}

/// Whether a text says what to do rather than what there is.
fn is_step(text: &str) -> bool {
    const VERBS: [&str; 12] =
        ["add", "choose", "click", "copy", "create", "go", "import", "navigate", "open", "paste", "select", "upload"];
    let first = text.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    VERBS.contains(&first.as_str())
}

/// The dashboard that a heading names, or the only one whose file is named right below it.
fn dashboard_of<'s, 'w>(page: &Markdown, heading: usize, shown: &'s AllShown<'w>) -> Option<&'s Shown<'w>> {
    let text = page.headings.get(heading)?.content.text.text();
    let below = page.paragraphs.iter().filter(|paragraph| paragraph.heading == Some(heading));
    let mut files =
        below.flat_map(|paragraph| files_in(&paragraph.content)).filter_map(|file| shown.by_file(file.text()));
    match (files.next(), files.next()) {
        (Some(only), None) => Some(only),
        _ => shown.by_title(text).filter(|_| words(text).len() >= 2 || text.to_lowercase().contains("dashboard")),
    }
}
