//! Runbook links to sections that are not there.

use std::{ops::Range, path::Path};

use crate::{
    check,
    facts::{
        documented::{Names, Watched},
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
        for link in &facts.runbooks.links {
            let Destination::File(path, Some(fragment)) = &link.leads_to else { continue };
            let page = workspace.file_at(path).map(|file| workspace.documents_of(file));
            let Some(page) = page.and_then(|documents| documents.iter().find_map(|document| document.docs())) else {
                continue;
            };
            let wanted = percent_decoded(&link.text.text()[fragment.clone()]);
            if !leads(page, &wanted) && !is_line(&wanted) && believed(facts, link, path, page) {
                report(link, fragment.clone(), &wanted, (path, page), facts, out);
            }
        }
    }
}

/// Whether a fragment leads somewhere; browsers and forges are lenient about case.
fn leads(page: &Markdown, fragment: &str) -> bool {
    page.anchor(fragment).is_some()
        || page.anchor(&fragment.to_lowercase()).is_some()
        || page.anchors.iter().any(|anchor| anchor.value.eq_ignore_ascii_case(fragment))
}

/// `L10` and `L10-L20` are lines of a file on a forge.
fn is_line(fragment: &str) -> bool {
    let is_number =
        |text: &str| text.strip_prefix('L').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    fragment.split('-').all(is_number)
}

/// Whether the page here is the page that is meant. The address of a repository may be that of another one
/// with a file of the same name; then no link to it fits.
fn believed(facts: &Facts<'_>, link: &RunbookLink<'_>, path: &std::path::Path, page: &Markdown) -> bool {
    let fits = |other: &RunbookLink<'_>| match &other.leads_to {
        Destination::File(file, Some(fragment)) => {
            file == path && leads(page, &percent_decoded(&other.text.text()[fragment.clone()]))
        }
        _ => false,
    };
    !link.text.text().contains("://") || facts.runbooks.links.iter().any(fits)
}

fn report(
    link: &RunbookLink<'_>,
    fragment: Range<usize>,
    wanted: &str,
    (path, page): (&Path, &Markdown),
    facts: &Facts<'_>,
    out: &mut Sink<'_>,
) {
    let slugs = page.headings.iter().map(|heading| heading.slug.as_str());
    let anchors = slugs.chain(page.anchors.iter().map(|anchor| anchor.value.as_str()));
    let alert = link.alert.and_then(|site| site.rule.alert.as_ref());
    let meant = alert.and_then(|alert| {
        let names = Names::of([Watched { name: &alert.value, ..Watched::default() }]);
        let fits = |text: &str| names.within(text).len() == 1 || names.in_words(text).is_some();
        page.headings.iter().find(|heading| fits(heading.content.text.text())).map(|heading| heading.slug.as_str())
    });
    let near = meant.or_else(|| nearest(wanted, anchors));
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let place = link.text.span(fragment);
    let finding = out.report(place, format!("{name} has no section `#{wanted}`"));
    match near {
        Some(near) => finding
            .label_if(page.anchor(near), "this section is probably meant")
            .help(format!("link to `#{near}`"))
            .instead(&facts.workspace.files, &[place], wanted, near),
        None => finding.help("link to a section that is there, or write it"),
    };
}
