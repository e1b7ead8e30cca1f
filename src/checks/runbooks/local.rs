//! Runbook links to files that are not there.

use std::{collections::BTreeSet, path::Path};

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
        let mut reported: BTreeSet<(FileId, &Path)> = BTreeSet::new();
        for link in &facts.runbooks.links {
            let Destination::Nowhere { path, proof, has_folder } = &link.leads_to else { continue };
            if is_planned(link, workspace) || !reported.insert((link.text.file(), path)) {
                continue;
            }
            let same =
                |other: &&RunbookLink<'_>| other.text.file() == link.text.file() && other.leads_to == link.leads_to;
            let count = facts.runbooks.links.iter().filter(same).count();
            let more = match (count, link.alert) {
                (..=1, _) => String::new(),
                (_, Some(_)) => format!(", to which {count} alerts link,"),
                (_, None) => format!(", to which {count} links of this page lead,"),
            };
            let length = link.text.text().trim_end().find('#').unwrap_or(link.text.text().len());
            let finding = out
                .report(link.text.span(0..length), format!("the runbook `{}`{more} does not exist", path.display()))
                .severity(if *has_folder { Severity::Error } else { Severity::Warning })
                .label_if(*proof, "this file of the same repository is here");
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let pages = workspace.documents.iter().filter(|document| document.docs().is_some());
            let names: Vec<&str> = pages.map(|page| workspace.files.file(page.file).name.as_str()).collect();
            let last = |page: &str| page.rsplit('/').next().unwrap_or_default().to_owned();
            let lasts: Vec<String> = names.iter().map(|page| last(page)).collect();
            let near = lasts.iter().position(|other| other == name).or_else(|| {
                let near = nearest(name, lasts.iter().map(String::as_str))?;
                lasts.iter().position(|other| other == near)
            });
            match near.and_then(|at| names.get(at)) {
                Some(near) => finding.help(format!("there is {near}")),
                None => finding.help("write it, or correct the link"),
            };
        }
    }
}

/// Whether the text that a page's link stands in says that the runbook has yet to be written.
fn is_planned(link: &RunbookLink<'_>, workspace: &Workspace) -> bool {
    let place = link.text.full_span();
    let pages = workspace.documents_of(place.file).iter().filter_map(|document| document.docs());
    let mut around = pages.flat_map(Markdown::prose).filter(|content| content.span().contains(place));
    around.any(|content| is_unfulfilled(content.text.text()))
}
