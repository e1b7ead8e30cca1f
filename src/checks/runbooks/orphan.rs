//! Runbooks that no alert leads to.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::{
    check,
    facts::runbooks::Destination,
    kit::*,
    markdown::{LinkKind, Markdown},
    model::Document,
    vocab::percent_decoded,
    workspace::{Workspace, normalised},
};

check! {
    /// A runbook, or the section of one, that no alert links to, although the alerts beside it have theirs.
    ///
    /// A section counts when it is named like an alert, on a page to which at least two other alerts link; a page,
    /// when at least three others of its folder are linked by alerts, and no page links to it.
    ///
    /// ## Why it matters
    /// Somebody wrote down what to do, and nobody will find it; or the alert it was for is gone.
    ///
    /// ## Example
    /// ```yaml path=alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    ///   annotations: {runbook_url: "RUNBOOK.md#redisdown"}
    /// - alert: RedisSlow
    ///   expr: redis_latency_seconds > 1
    ///   annotations: {runbook_url: "RUNBOOK.md#redisslow"}
    /// - alert: RedisFull
    ///   expr: redis_memory_used_bytes / redis_memory_max_bytes > 0.9
    /// ```
    /// ```markdown path=RUNBOOK.md
    /// ### RedisDown
    /// ### RedisSlow
    /// ### RedisFull
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    ///   annotations: {runbook_url: "RUNBOOK.md#redisdown"}
    /// - alert: RedisSlow
    ///   expr: redis_latency_seconds > 1
    ///   annotations: {runbook_url: "RUNBOOK.md#redisslow"}
    /// - alert: RedisFull
    ///   expr: redis_memory_used_bytes / redis_memory_max_bytes > 0.9
    ///   annotations: {runbook_url: "RUNBOOK.md#redisfull"}
    /// ```
    /// ```markdown path=RUNBOOK.md
    /// ### RedisDown
    /// ### RedisSlow
    /// ### RedisFull
    /// ```
    pub struct Orphan {}
    id: "runbooks/orphan", severity: Info,
}

impl Check for Orphan {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut linked: BTreeMap<&Path, BTreeSet<String>> = BTreeMap::new();
        for link in facts.runbooks.links.iter().filter(|link| link.alert.is_some()) {
            if let Destination::File(path, fragment) = &link.leads_to {
                let fragment = fragment.clone().map(|range| percent_decoded(&link.text.text()[range]).to_lowercase());
                linked.entry(path).or_default().insert(fragment.unwrap_or_default());
            }
        }
        let pages = workspace.documents.iter().filter_map(|document| Some((document, document.docs()?)));
        for (document, page) in pages.clone() {
            if let Some(fragments) = linked.get(workspace.files.file(document.file).path.as_path()) {
                sections(page, fragments, facts, out);
            }
        }
        let mentioned: BTreeSet<_> =
            pages.clone().flat_map(|(document, page)| targets(workspace, document, page)).collect();
        let mut in_folders: BTreeMap<Option<&Path>, usize> = BTreeMap::new();
        linked.keys().for_each(|path| *in_folders.entry(path.parent()).or_default() += 1);
        for (document, page) in pages {
            let path = workspace.files.file(document.file).path.as_path();
            let beside = in_folders.get(&path.parent()).copied().unwrap_or_default();
            let is_index = path.file_stem().and_then(|name| name.to_str()).is_none_or(is_index);
            if beside >= 3 && !is_index && !linked.contains_key(path) && !mentioned.contains(path) {
                let place = page.headings.first().map_or(Span::start_of(document.file), |first| first.content.span());
                out.report(
                    place,
                    format!("no alert and no page links to this page, but {beside} alerts link beside it"),
                )
                .help("link to it from its alert, or from a page that people start at");
            }
        }
    }
}

fn is_index(name: &str) -> bool {
    let lower = name.to_lowercase();
    ["readme", "index", "_index", "template", "contributing", "changelog", "toc", "summary"]
        .iter()
        .any(|index| lower.trim_start_matches('_').starts_with(index.trim_start_matches('_')))
}

/// The files that the links of a page lead to.
fn targets<'w>(
    workspace: &'w Workspace,
    document: &'w Document,
    page: &'w Markdown,
) -> impl Iterator<Item = std::path::PathBuf> + 'w {
    let folder = workspace.files.file(document.file).path.parent().unwrap_or(Path::new(""));
    let links = page.links.iter().filter(|link| link.kind == LinkKind::Link);
    links.map(move |link| {
        let path = link.destination.text().split('#').next().unwrap_or_default();
        normalised(&folder.join(percent_decoded(path)))
    })
}

/// Reports the sections of a page that are named like alerts, and that no alert links to.
fn sections(page: &Markdown, fragments: &BTreeSet<String>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let is_linked = |slug: &str| fragments.contains(slug);
    let linked = || page.headings.iter().filter(|heading| is_linked(&heading.slug));
    if linked().count() < 2 {
        return;
    }
    let levels: BTreeSet<u8> = linked().map(|heading| heading.level).collect();
    for heading in page.headings.iter().filter(|heading| levels.contains(&heading.level) && !is_linked(&heading.slug)) {
        let text = heading.content.text.text();
        let within = |other: Span| heading.section.contains(other);
        let has_linked =
            page.anchors.iter().any(|anchor| is_linked(&anchor.value.to_lowercase()) && within(anchor.span));
        let about = facts.documented.alerts.named_in(text).into_iter().flat_map(|name| facts.rules.alerts(name));
        // An alert that links elsewhere has its runbook.
        let unlinked = about.filter(|site| facts.runbooks.of_rule(site.rule).is_none());
        let first = unlinked.min_by_key(|site| site.rule.span);
        if let Some(name) = first.and_then(|site| site.rule.alert.as_ref()).filter(|_| !has_linked) {
            out.report(heading.content.span(), format!("`{}` does not link to this section", name.value))
                .label(name.span, "the alert")
                .help(format!("add a link that ends in `#{}`", heading.slug));
        }
    }
}
