//! Links of the web that lead nowhere, as their servers said.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check,
    facts::{LinkPlace, runbooks::Destination},
    http::reason,
    kit::*,
    live::Standing,
    workspace::Workspace,
};

check! {
    /// A link leads to a page that its server does not have.
    ///
    /// Nothing is asked unless `promcheck lint --links` says so: then the links of runbooks, annotations, dashboards and
    /// docs are asked for, each once. Found are pages that are gone, servers that fail, redirects that lead in a circle,
    /// certificates that every browser refuses, and pages without the anchor that the link names. What cannot be reached
    /// from here, needs a login or is too busy is no finding; it is counted in the summary.
    ///
    /// ## Why it matters
    /// Whoever was woken up follows the runbook link first, and an error page is all the help there is.
    ///
    /// ## Example
    /// ```yaml path=alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    ///   annotations:
    ///     runbook_url: https://wiki.shop.io/redis-donw
    /// ```
    /// ```http path=https://wiki.shop.io/redis-donw
    /// HTTP/1.1 404 Not Found
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    ///   annotations:
    ///     runbook_url: https://wiki.shop.io/redis-down
    /// ```
    /// ```http path=https://wiki.shop.io/redis-down
    /// HTTP/1.1 200 OK
    /// ```
    pub struct Dead {
        /// Whether links that could not be checked are findings, too: hosts that are not found, servers that do not
        /// answer, pages behind a login.
        pub unreachable: bool = false,
    }
    id: "runbooks/dead", severity: Warning, flag: "--links",
}

impl Check for Dead {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(pages) = &workspace.live.pages else { return };
        let mut places: BTreeMap<&str, Vec<(LinkPlace, Span)>> = BTreeMap::new();
        // What the repository shows, `runbooks/local` and `runbooks/anchor` tell.
        let shown = facts.runbooks.links.iter().filter(|link| link.leads_to != Destination::Elsewhere);
        let shown: BTreeSet<Span> = shown.map(|link| link.text.full_span()).collect();
        for link in facts.links.links.iter().filter(|link| !shown.contains(&link.span)) {
            places.entry(link.text.as_str()).or_default().push((link.place, link.span));
        }
        for (link, places) in places {
            let Some(standing) = pages.of(link) else { continue };
            let Some((message, help)) = self.words(link, standing) else { continue };
            let all: Vec<Span> = places.iter().map(|(_, place)| *place).collect();
            out.report_at(&all, message).help(match (help, places.first()) {
                (Some(help), _) => help.to_owned(),
                (None, Some((LinkPlace::Runbook, _))) => "link to where the runbook is now, or write it".to_owned(),
                (None, _) => "link to where the page is now, or remove the link".to_owned(),
            });
        }
    }
}

impl Dead {
    /// What is wrong with where a link leads, and what to do if that is not to link to another page.
    fn words(&self, link: &str, standing: &Standing) -> Option<(String, Option<&'static str>)> {
        let link = link.split_once('#').map_or(link, |(page, _)| page);
        match standing {
            Standing::Alive | Standing::Remembered | Standing::Skipped(_) => None,
            Standing::Answers(status, via) => {
                let answer = format!("{status} {}", reason(*status));
                let answer = answer.trim_end();
                Some(match via {
                    Some(via) => (format!("`{link}` leads to `{via}`, which answers {answer}"), None),
                    None => (format!("`{link}` answers {answer}"), None),
                })
            }
            Standing::Circle(to) => {
                Some((format!("the redirects of `{link}` never end: they come to `{to}` again"), None))
            }
            Standing::Astray(to) => Some((format!("`{link}` leads to `{to}`, which is no page"), None)),
            Standing::Certificate(fault) => Some((
                format!("browsers refuse `{link}`: {fault}"),
                Some("renew the certificate, or link to the host it is for"),
            )),
            Standing::NoAnchor => {
                Some((format!("the page `{link}` has no such anchor"), Some("link to a heading that the page has")))
            }
            Standing::Unchecked { why, .. } => self.unreachable.then(|| {
                (
                    format!("`{link}` cannot be checked: {why}"),
                    Some("correct the link, or leave it out of `links` in .promcheck.yml"),
                )
            }),
        }
    }
}
