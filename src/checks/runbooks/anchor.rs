//! Runbook links to sections that are not there.

use std::{cell::OnceCell, collections::BTreeMap, ops::Range, path::Path};

use crate::{
    check,
    checks::docs::sections::is_line,
    facts::{
        documented::{identifiers, letters},
        runbooks::{Destination, RunbookLink},
    },
    kit::*,
    markdown::Markdown,
    vocab::{nearest, percent_decoded},
    workspace::Workspace,
};

check! {
    /// A runbook link leads to a page that has no such section.
    ///
    /// Anchors are those that GitHub gives to headings, and those set by hand. For pages that GitLab, Hugo, MkDocs or
    /// Docusaurus shows, say so under `anchors:` in the configuration.
    ///
    /// ## Why it matters
    /// The browser shows the top of a long page, and whoever was woken up has to search.
    ///
    /// ## Example
    /// ```yaml path=alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    ///   annotations:
    ///     runbook_url: RUNBOOK.md#redis-is-down
    /// ```
    /// ```markdown path=RUNBOOK.md
    /// # RedisDown
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    ///   annotations:
    ///     runbook_url: RUNBOOK.md#redisdown
    /// ```
    /// ```markdown path=RUNBOOK.md
    /// # RedisDown
    /// ```
    pub struct Anchor {}
    id: "runbooks/anchor", severity: Error,
}

impl Check for Anchor {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut pages: BTreeMap<&Path, Option<Page<'_>>> = BTreeMap::new();
        for link in &facts.runbooks.links {
            let Destination::File(path, Some(fragment)) = &link.leads_to else { continue };
            let Some(page) = pages.entry(path).or_insert_with(|| Page::of(path, workspace)) else { continue };
            let wanted = percent_decoded(&link.text.text()[fragment.clone()]);
            if !leads(page.text, &wanted) && !is_line(&wanted) && page.is_meant_by(link, facts) {
                report(link, fragment.clone(), &wanted, page, facts, out);
            }
        }
    }
}

/// A page that links lead to.
struct Page<'w> {
    path: &'w Path,
    text: &'w Markdown,
    /// The headings that name something, by that name and by its letters alone; nothing before somebody asks.
    sections: OnceCell<Sections<'w>>,
    /// Whether some link to it leads to a section that is there.
    is_led_to: OnceCell<bool>,
}

struct Sections<'w> {
    by_name: BTreeMap<&'w str, usize>,
    by_letters: BTreeMap<String, usize>,
}

impl<'w> Page<'w> {
    fn of(path: &'w Path, workspace: &'w Workspace) -> Option<Self> {
        let documents = workspace.documents_of(workspace.file_at(path)?);
        let text = documents.iter().find_map(|document| document.docs())?;
        Some(Self { path, text, sections: OnceCell::new(), is_led_to: OnceCell::new() })
    }

    /// Whether the page here is the page that is meant. The address of a repository may be that of another one
    /// with a file of the same name; then no link to it fits.
    fn is_meant_by(&self, link: &RunbookLink<'_>, facts: &Facts<'_>) -> bool {
        let fits = |other: &RunbookLink<'_>| match &other.leads_to {
            Destination::File(file, Some(fragment)) => {
                file == self.path && leads(self.text, &percent_decoded(&other.text.text()[fragment.clone()]))
            }
            _ => false,
        };
        !link.text.text().contains("://") || *self.is_led_to.get_or_init(|| facts.runbooks.links.iter().any(fits))
    }

    /// The section that is about an alert: one that names it, or spells its name in words.
    fn section_of(&self, alert: &str) -> Option<&'w str> {
        let sections = self.sections.get_or_init(|| Sections::of(self.text));
        let places = [sections.by_name.get(alert), sections.by_letters.get(&letters(alert))];
        let first = places.into_iter().flatten().min()?;
        self.text.headings.get(*first).map(|heading| heading.slug.as_str())
    }
}

impl<'w> Sections<'w> {
    fn of(page: &'w Markdown) -> Self {
        let mut sections = Self { by_name: BTreeMap::new(), by_letters: BTreeMap::new() };
        for (place, heading) in page.headings.iter().enumerate() {
            let text = heading.content.text.text();
            let mut names: BTreeMap<&str, usize> = BTreeMap::new();
            identifiers(text).for_each(|range| *names.entry(&text[range]).or_default() += 1);
            for (name, _) in names.into_iter().filter(|(_, count)| *count == 1) {
                sections.by_name.entry(name).or_insert(place);
            }
            sections.by_letters.entry(letters(text)).or_insert(place);
        }
        sections
    }
}

/// Whether a fragment leads somewhere; browsers and forges are lenient about case.
fn leads(page: &Markdown, fragment: &str) -> bool {
    page.anchor(fragment).is_some()
        || page.anchor(&fragment.to_lowercase()).is_some()
        || page.anchors.iter().any(|anchor| anchor.value.eq_ignore_ascii_case(fragment))
}

fn report(
    link: &RunbookLink<'_>,
    fragment: Range<usize>,
    wanted: &str,
    page: &Page<'_>,
    facts: &Facts<'_>,
    out: &mut Sink<'_>,
) {
    let slugs = page.text.headings.iter().map(|heading| heading.slug.as_str());
    let anchors = slugs.chain(page.text.anchors.iter().map(|anchor| anchor.value.as_str()));
    let alert = link.alert.and_then(|site| site.rule.alert.as_ref());
    let meant = alert.and_then(|alert| page.section_of(&alert.value));
    let near = meant.or_else(|| nearest(wanted, anchors));
    let name = page.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let place = link.text.span(fragment);
    let finding = out.report(place, format!("{name} has no section `#{wanted}`"));
    match near {
        Some(near) => finding
            .label_if(page.text.anchor(near), "this section is probably meant")
            .help(format!("link to `#{near}`"))
            .instead(&facts.workspace.files, wanted, near),
        None => finding.help("link to a section that is there, or write it"),
    };
}
