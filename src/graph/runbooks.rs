//! Runbooks: the pages, or their sections, that say what to do about an alert.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    facts::runbooks::{Destination, RunbookLink},
    markdown::{Heading, Markdown},
    text::Span,
    vocab::percent_decoded,
};

use super::{About, Concern, Kind, drawing::Drawing};

/// Draws what the alerts link to; for an alert without a link, the section that has its name for a heading.
pub(super) fn draw(drawing: &mut Drawing<'_, '_>) {
    let facts = drawing.facts;
    let alerts: BTreeMap<Span, usize> = drawing
        .nodes()
        .filter(|(_, node)| node.kind() == Kind::Alert)
        .flat_map(|(at, node)| node.extents.iter().map(move |extent| (*extent, at)))
        .collect();
    let mut drawn = Drawn::default();
    for site in facts.rules.all().iter().filter(|site| site.rule.is_alerting()) {
        let Some(alert) = alerts.get(&site.rule.span).copied() else { continue };
        match facts.runbooks.of_rule(site.rule) {
            Some(link) => {
                if let Some(page) = drawn.linked(drawing, link) {
                    drawing.join(alert, page, true, Some(link.text.full_span()));
                }
            }
            None => {
                let name = site.rule.alert.as_ref().map_or("", |name| name.value.as_str());
                if let Some(section) = drawn.named(drawing, name) {
                    drawing.join(alert, section, true, None);
                }
            }
        }
    }
}

/// The runbooks that are drawn, by where they are: the file or address, and the section.
#[derive(Default)]
struct Drawn {
    pages: BTreeMap<(PathBuf, String), usize>,
}

impl Drawn {
    /// The runbook that a link leads to; none where it says nothing yet.
    fn linked(&mut self, drawing: &mut Drawing<'_, '_>, link: &RunbookLink<'_>) -> Option<usize> {
        let text = link.text.text().trim();
        match &link.leads_to {
            Destination::Placeholder => None,
            Destination::File(path, fragment) => {
                let fragment =
                    fragment.clone().map(|range| percent_decoded(&link.text.text()[range])).unwrap_or_default();
                Some(self.section(drawing, path, &fragment, text))
            }
            Destination::Nowhere { path, .. } => {
                let node = self.page(drawing, path, text, text, text);
                drawing.concern(node, Concern::Missing);
                Some(node)
            }
            Destination::Elsewhere => {
                let host = text.split_once("://").map_or(text, |(_, rest)| rest);
                let host = host.split(['/', '?', '#']).next().unwrap_or(host);
                Some(self.page(drawing, Path::new(host), text, text, text))
            }
        }
    }

    /// The section of a page that a fragment names.
    fn section(&mut self, drawing: &mut Drawing<'_, '_>, path: &Path, fragment: &str, link: &str) -> usize {
        let page = page_at(drawing, path);
        let heading = page.and_then(|page| heading(page, fragment));
        let anchor = page.and_then(|page| page.anchor(fragment).or_else(|| page.anchor(&fragment.to_lowercase())));
        let file = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
        let name = match (heading, fragment) {
            (Some(heading), _) => heading.content.text.text().to_owned(),
            (None, "") => file.into_owned(),
            (None, fragment) => format!("{file}#{fragment}"),
        };
        let node = self.page(drawing, path, &fragment.to_lowercase(), &name, link);
        let place = heading.map(|heading| (heading.content.span(), heading.section)).or(anchor.map(|at| (at, at)));
        match place {
            Some((name, section)) if drawing.node(node).places.is_empty() => drawing.place(node, name, section),
            None if page.is_some() && !fragment.is_empty() => drawing.concern(node, Concern::Missing),
            _ => {}
        }
        node
    }

    /// The section of a page whose heading is the name of an alert and nothing else.
    fn named(&mut self, drawing: &mut Drawing<'_, '_>, alert: &str) -> Option<usize> {
        let facts = drawing.facts;
        let found = facts.documented.pages.iter().find_map(|page| {
            let names = page.rosters.iter().flat_map(|roster| &roster.names).filter(|name| name.value == alert);
            let of_heading = |heading: &&Heading| names.clone().any(|name| heading.content.span().contains(name.span));
            Some((page.document, page.markdown.headings.iter().find(of_heading)?.slug.clone()))
        });
        let (document, slug) = found?;
        let path = &facts.workspace.files.file(document.file).path;
        let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
        Some(self.section(drawing, path, &slug, &format!("{name}#{slug}")))
    }

    fn page(&mut self, drawing: &mut Drawing<'_, '_>, path: &Path, part: &str, name: &str, link: &str) -> usize {
        let within = drawing.facts.workspace.file_at(path).map_or_else(
            || path.to_string_lossy().into_owned(),
            |file| drawing.facts.workspace.files.file(file).name.clone(),
        );
        let about = || About::Runbook { link: link.to_owned() };
        let key = (path.to_path_buf(), part.to_owned());
        *self.pages.entry(key).or_insert_with(|| drawing.add(name, vec![within], about()))
    }
}

/// The page that lies at a path, if it was read.
fn page_at<'w>(drawing: &Drawing<'_, 'w>, path: &Path) -> Option<&'w Markdown> {
    let workspace = drawing.facts.workspace;
    let file = workspace.file_at(path)?;
    workspace.documents_of(file).iter().find_map(|document| document.docs())
}

/// The heading that a fragment leads to, or under which its anchor stands; of a page as a whole the first.
fn heading<'m>(page: &'m Markdown, fragment: &str) -> Option<&'m Heading> {
    if fragment.is_empty() {
        return page.headings.first();
    }
    let slug = fragment.to_lowercase();
    page.headings.iter().find(|heading| heading.slug == fragment || heading.slug == slug)
}
