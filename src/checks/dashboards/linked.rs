//! Addresses of dashboards in the annotations of rules and in the docs, whose uid no dashboard has.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use crate::{
    facts::{
        Container, Program,
        documented::{is_promised, is_wanted},
    },
    kit::*,
    model::dashboard::Dashboard,
    vocab::{nearest, placeholder},
};

use super::{link::is_slip, provisioned::provider_of};

/// Reports addresses of the Grafana of these files that lead to no dashboard.
pub fn report(all: &[&Dashboard], facts: &Facts<'_>, out: &mut Sink<'_>) {
    let hosts = Hosts::of(facts);
    let uids: BTreeSet<&str> = all.iter().filter_map(|one| one.uid.as_ref()).map(|uid| uid.value.as_str()).collect();
    let dashboards = facts.workspace.documents.iter().filter(|document| document.dashboard().is_some());
    let loaded: Vec<_> = dashboards.filter(|document| provider_of(document, facts).is_some()).collect();
    if uids.is_empty() || loaded.is_empty() {
        return;
    }
    // To a dashboard without one, Grafana gives a uid that nobody knows.
    let all_have_uids = loaded.iter().filter_map(|one| one.dashboard()).all(|one| one.uid.is_some());
    let mut lost: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    let mut look_at = |text: &Excerpt, is_wanted: &dyn Fn(Span) -> bool| {
        for range in hosts.uids(text.text()) {
            let place = text.span(range.clone());
            if !uids.contains(&text.text()[range]) && is_wanted(place) {
                lost.entry(facts.workspace.files.slice(place)).or_default().push(place);
            }
        }
    };
    for annotation in facts.rules.all().iter().flat_map(|site| &site.rule.annotations) {
        look_at(&annotation.value.text, &|_| true);
    }
    for document in &facts.workspace.documents {
        let Some(page) = document.docs().filter(|_| is_wanted(facts.workspace, facts.config, document)) else {
            continue;
        };
        look_at(&page.source, &|place| !is_promised(page, place));
    }
    for (uid, places) in lost {
        let mut within = uids.iter().filter(|known| is_part(uid, known) || is_part(known, uid));
        let only = within.next().filter(|_| within.next().is_none()).copied();
        let slip = nearest(uid, uids.iter().copied()).filter(|near| is_slip(uid, near));
        match slip.or(only) {
            Some(near) => {
                out.report_at(&places, format!("no dashboard has the uid `{uid}`"))
                    .help(format!("did you mean `{near}`?"))
                    .instead(&facts.workspace.files, uid, near);
            }
            // Somebody may have made it in the browser.
            None if all_have_uids => {
                out.report_at(&places, format!("no dashboard in these files has the uid `{uid}`"))
                    .severity(Severity::Info)
                    .help("correct the uid, or keep that dashboard with the others");
            }
            None => {}
        }
    }
}

/// Whether one uid is words of another: `zones` of `shop-zones`.
fn is_part(part: &str, whole: &str) -> bool {
    let is_end = |letter: Option<u8>| letter.is_none_or(|letter| matches!(letter, b'-' | b'_'));
    part.len() >= SHORTEST
        && whole.match_indices(part).any(|(at, _)| {
            let bytes = whole.as_bytes();
            is_end(at.checked_sub(1).map(|before| bytes[before])) && is_end(bytes.get(at + part.len()).copied())
        })
}

/// Shorter words say nothing.
const SHORTEST: usize = 4;

/// The Grafana of these files, and how people reach it.
struct Hosts<'f, 'w> {
    containers: Vec<&'f Container<'w>>,
    names: Vec<String>,
}

impl<'f, 'w> Hosts<'f, 'w> {
    fn of(facts: &'f Facts<'w>) -> Self {
        let all = facts.deployment.containers().iter();
        let containers: Vec<_> = all.filter(|one| one.program == Some(Program::Grafana)).collect();
        let names = containers.iter().flat_map(|container| container.service.host_names()).collect();
        Self { containers, names }
    }

    /// What follows the host of an address, its scheme taken off, that is one of this Grafana.
    fn path<'t>(&self, address: &'t str) -> Option<&'t str> {
        let end = address.find('/')?;
        let (host, port) = address[..end].split_once(':').unwrap_or((&address[..end], "80"));
        let is_published = |port: u16| self.containers.iter().any(|one| one.publishes(port).is_some());
        let is_local = matches!(host, "localhost" | "127.0.0.1") && port.parse().is_ok_and(is_published);
        (is_local || self.names.iter().any(|name| name == host)).then_some(&address[end..])
    }

    /// Where uids stand in the addresses of dashboards in a text.
    fn uids(&self, text: &str) -> Vec<Range<usize>> {
        let addresses = text.match_indices("://").filter_map(|(at, mark)| {
            let is_web = text[..at].ends_with("http") || text[..at].ends_with("https");
            let path = self.path(&text[at + mark.len()..]).filter(|_| is_web)?;
            let rest = ["/d/", "/grafana/d/"].iter().find_map(|mark| path.strip_prefix(mark))?;
            uid_at(text, text.len() - path.len() + (path.len() - rest.len()))
        });
        addresses.collect()
    }
}

/// The uid that begins at a byte of a text, where it is none that somebody has yet to fill in.
fn uid_at(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = &text[start..];
    let length = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '_'));
    let uid = &rest[..length.unwrap_or(rest.len())];
    let after = &rest[uid.len()..];
    let is_open = after.starts_with(['<', '{', '[', '*', '$', '%', '…', '(']) || after.starts_with("..");
    let lower = uid.to_lowercase();
    let is_blank = ["uid", "your", "xxx", "abc", "example", "dashboard-id"].iter().any(|word| lower.contains(word));
    let is_written = !uid.is_empty() && uid != "new" && !is_open && !is_blank && placeholder(uid).is_none();
    is_written.then(|| start..start + uid.len())
}
