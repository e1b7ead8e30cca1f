//! Runbook links to files that are not there.

use std::{cell::LazyCell, collections::BTreeMap, path::Path};

use crate::{
    check,
    facts::{
        documented::is_unfulfilled,
        runbooks::{Destination, RunbookLink},
    },
    kit::*,
    markdown::Markdown,
    text::FileId,
    vocab::nearest,
    workspace::Workspace,
};

check! {
    /// A runbook link leads to a file of this repository that does not exist.
    ///
    /// Relative links are looked for beside the rule file and in every folder above it. The address of a file on
    /// GitHub, GitLab and the like counts when another link to the same repository leads to a file that is here.
    ///
    /// ## Why it matters
    /// The link is followed at three in the morning.
    ///
    /// ## Example
    /// ```yaml path=rules/alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    ///   annotations:
    ///     runbook_url: docs/redis.md
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=rules/alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    ///   annotations:
    ///     runbook_url: docs/redis.md
    /// ```
    /// ```markdown path=docs/redis.md
    /// # Redis
    /// ```
    pub struct Local {}
    id: "runbooks/local", severity: Error,
}

impl Check for Local {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut planned: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        let mut broken: BTreeMap<(FileId, &Path), Vec<&RunbookLink<'_>>> = BTreeMap::new();
        for link in &facts.runbooks.links {
            let Destination::Nowhere { path, .. } = &link.leads_to else { continue };
            let place = link.text.full_span();
            let planned = planned.entry(place.file).or_insert_with(|| unfulfilled(place.file, workspace));
            if !planned.iter().any(|content| content.contains(place)) {
                broken.entry((place.file, path)).or_default().push(link);
            }
        }
        let pages = LazyCell::new(|| pages(workspace));
        for ((_, path), links) in broken {
            let [link, ..] = links.as_slice() else { continue };
            let Destination::Nowhere { proof, has_folder, .. } = &link.leads_to else { continue };
            let more = match (links.len(), link.alert) {
                (..=1, _) => String::new(),
                (count, Some(_)) => format!(", to which {count} alerts link,"),
                (count, None) => format!(", to which {count} links of this page lead,"),
            };
            let length = link.text.text().trim_end().find('#').unwrap_or(link.text.text().len());
            let finding = out
                .report(link.text.span(0..length), format!("the runbook `{}`{more} does not exist", path.display()))
                .severity(if *has_folder { Severity::Error } else { Severity::Warning })
                .label_if(*proof, "this file of the same repository is here");
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let named = |name: &str| pages.iter().find(|(own, _)| *own == name);
            let near = named(name).or_else(|| named(nearest(name, pages.iter().map(|(own, _)| *own))?));
            match near {
                Some((_, near)) => finding.help(format!("there is {near}")),
                None => finding.help("write it, or correct the link"),
            };
        }
    }
}

/// All pages: the names of their files, and their paths as shown.
fn pages(workspace: &Workspace) -> Vec<(&str, &str)> {
    let pages = workspace.documents.iter().filter(|document| document.docs().is_some());
    let paths = pages.map(|page| workspace.files.file(page.file).name.as_str());
    paths.map(|path| (path.rsplit('/').next().unwrap_or_default(), path)).collect()
}

/// The texts of a page that say that something has yet to be written.
fn unfulfilled(file: FileId, workspace: &Workspace) -> Vec<Span> {
    let pages = workspace.documents_of(file).iter().filter_map(|document| document.docs());
    let unfulfilled = pages.flat_map(Markdown::prose).filter(|content| is_unfulfilled(content.text.text()));
    unfulfilled.map(|content| content.span()).collect()
}
