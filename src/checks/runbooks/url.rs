//! Runbook links that no browser can follow.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    check,
    facts::runbooks::Destination,
    kit::*,
    vocab::{PlaceholderKind, placeholder},
    workspace::Workspace,
};

check! {
    /// The runbook link of an alert is no address that somebody could follow.
    ///
    /// Found are addresses with a broken or missing scheme, with blanks, with the value of the alert in them, and
    /// hosts that are reserved for examples. A path of this repository is reported as a hint: it is right in an
    /// editor, but dead in a chat.
    ///
    /// ## Why it matters
    /// The link is in the notification, and whoever was woken up clicks on it.
    ///
    /// ## Example
    /// ```yaml path=alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    ///   annotations:
    ///     runbook_url: https:/wiki.shop.io/redis-down
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    ///   annotations:
    ///     runbook_url: https://wiki.shop.io/redis-down
    /// ```
    pub struct Url {}
    id: "runbooks/url", severity: Warning,
}

impl Check for Url {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut found: Vec<(Slip, &Excerpt, Range<usize>)> = Vec::new();
        let mut hosts = Hosts::new();
        for link in &facts.runbooks.links {
            let Some(site) = link.alert.filter(|_| link.leads_to != Destination::Placeholder) else { continue };
            let is_address = || {
                let is_url = |name: &str| name.to_lowercase().ends_with("url");
                let mut annotations = site.rule.annotations.iter().take(MOST_ANNOTATIONS);
                annotations.any(|pair| pair.value.text.full_span() == link.text.full_span() && is_url(&pair.name.value))
            };
            if let Some((slip, range)) = slip(link.text.text(), is_address, &mut hosts) {
                found.push((slip, &link.text, range));
            }
        }
        // The same slip in many links of a file has one cause: how its author writes links. Each rule may have one, so that
        // they are one finding, and accepted as one.
        found.sort_by_cached_key(|(slip, text, range)| (text.file(), *slip, text.span(range.clone())));
        for same in found.chunk_by(|one, other| one.1.file() == other.1.file() && one.0 == other.0) {
            let Some((slip, text, range)) = same.first() else { continue };
            let (message, help) = slip.words(&text.text()[range.clone()]);
            out.report(text.span(range.clone()), format!("{message}{}", here_and_more(same.len())))
                .severity(slip.severity())
                .help(help);
        }
    }
}

/// Behind so many annotations of a rule nobody has a link.
const MOST_ANNOTATIONS: usize = 100;

/// What is wrong with a link.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Slip {
    Scheme,
    NoScheme,
    Blank,
    ChangingValue,
    Reserved,
    Relative,
}

impl Slip {
    fn severity(self) -> Severity {
        match self {
            Self::Scheme => Severity::Error,
            Self::NoScheme | Self::Blank | Self::ChangingValue | Self::Reserved => Severity::Warning,
            Self::Relative => Severity::Info,
        }
    }

    fn words(self, said: &str) -> (String, String) {
        let (message, help) = match self {
            Self::Scheme => (format!("`{said}` begins no address"), "write `https://`"),
            Self::NoScheme => (format!("`{said}` has no scheme, so it is no link"), "write `https://` before it"),
            Self::Blank => ("the address ends at this blank".to_owned(), "write `%20`, or name the page otherwise"),
            Self::ChangingValue => {
                ("the address changes with the value of the alert".to_owned(), "leave the value out of the address")
            }
            Self::Reserved => (format!("`{said}` is reserved for examples"), "link to the runbook that is meant"),
            Self::Relative => (
                format!("`{said}` is a path, which nobody can follow from a notification"),
                "give the address under which the page is published",
            ),
        };
        (message, help.to_owned())
    }
}

/// Beginnings of links, up to the host, and whether it is reserved for examples: many links have the same.
type Hosts<'t> = BTreeMap<&'t str, bool>;

/// The first thing that is wrong with a link, and where in it.
fn slip<'t>(text: &'t str, is_address: impl FnOnce() -> bool, hosts: &mut Hosts<'t>) -> Option<(Slip, Range<usize>)> {
    let start = text.len() - text.trim_start().len();
    let link = text.trim();
    let at = |range: Range<usize>| range.start + start..range.end + start;
    if let Some(scheme) = broken_scheme(link) {
        return Some((Slip::Scheme, at(0..scheme)));
    }
    let Some(address) = ["https://", "http://"].iter().find_map(|scheme| link.strip_prefix(scheme)) else {
        // A text, a template, or an anchor is no address; a sentence may well be what is meant by `runbook`.
        if link.contains(char::is_whitespace) || link.contains("{{") || link.contains("://") || !is_address() {
            return None;
        }
        let first = link.find(['/', '#']).unwrap_or(link.len());
        let is_page = [".md", ".markdown", ".adoc", ".rst", ".html"]
            .iter()
            .any(|ending| link.split('#').next().is_some_and(|path| path.ends_with(ending)));
        let is_host = link[..first].contains('.') && !link.starts_with('.') && first < link.len();
        return match (is_page || link.starts_with(['/', '.']), is_host) {
            (_, true) if !link[..first].ends_with(".md") => Some((Slip::NoScheme, at(0..first))),
            (true, _) => Some((Slip::Relative, at(0..link.len()))),
            _ => None,
        };
    };
    let template = link.find('{').and_then(|brace| Some(brace + link[brace..].find("{{")?));
    if template.is_some()
        && let Some(place) = ["{{ $value", "{{$value", "{{ .Value", "{{.Value"].iter().find_map(|text| link.find(text))
    {
        let end = link[place..].find("}}").map_or(link.len(), |end| place + end + 2);
        return Some((Slip::ChangingValue, at(place..end)));
    }
    let plain = template.map_or(link, |template| &link[..template]);
    if let Some(blank) = plain.find(char::is_whitespace) {
        // What follows a finished address is a remark on it.
        let is_inside = link[blank..].trim_start().contains('/') && !link[blank..].contains("://");
        return is_inside.then(|| (Slip::Blank, at(blank..blank + 1)));
    }
    let host_end = address.find(['/', ':', '#', '?']).unwrap_or(address.len());
    let host = link.len() - address.len()..link.len() - address.len() + host_end;
    let is_reserved = |link: &str| placeholder(link).is_some_and(|found| found.kind == PlaceholderKind::Reserved);
    let beginning = &link[..host.end];
    hosts.entry(beginning).or_insert_with(|| is_reserved(beginning)).then(|| (Slip::Reserved, at(host)))
}

/// The length of a beginning that is meant for `https://` and is not.
fn broken_scheme(link: &str) -> Option<usize> {
    let letters = link.bytes().take_while(u8::is_ascii_alphabetic).count();
    let marks = link[letters..].bytes().take_while(|byte| matches!(byte, b':' | b'/')).count();
    // What is right and what is no word at all are most links.
    if letters > 6 || &link[..letters + marks] == "https://" {
        return None;
    }
    let (word, marks) = (link[..letters].to_ascii_lowercase(), &link[letters..letters + marks]);
    let rest = &link[letters + marks.len()..];
    let host = rest.split(['/', ':', '#', ' ']).next().unwrap_or_default();
    let is_broken = match word.as_str() {
        "http" | "https" => marks == ":///" || marks != "://" && marks.contains('/') && host.contains('.'),
        "htp" | "htps" | "htttp" | "htttps" | "hhttp" | "hhttps" | "ttp" | "ttps" | "httpss" | "httos" => {
            marks == "://"
        }
        _ => false,
    };
    (is_broken && !rest.is_empty()).then_some(letters + marks.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judges_links() {
        for (link, is_address, expected) in [
            ("https://wiki.shop.io/redis", true, None),
            ("https:/wiki.shop.io/redis", false, Some((Slip::Scheme, "https:/"))),
            ("http//wiki.shop.io/redis", false, Some((Slip::Scheme, "http//"))),
            ("htps://wiki.shop.io/redis", false, Some((Slip::Scheme, "htps://"))),
            ("https:///wiki", false, Some((Slip::Scheme, "https:///"))),
            ("http/2 errors: see the wiki", false, None),
            ("aka.ms/redis", true, Some((Slip::NoScheme, "aka.ms"))),
            ("aka.ms/redis", false, None),
            ("RUNBOOK.md#redis", true, Some((Slip::Relative, "RUNBOOK.md#redis"))),
            (" docs/run.md", true, Some((Slip::Relative, "docs/run.md"))),
            ("../run.md", true, Some((Slip::Relative, "../run.md"))),
            ("RUNBOOK.md#redis", false, None),
            ("restart it", true, None),
            ("redis", true, None),
            ("https://wiki.shop.io/Run Book/redis", true, Some((Slip::Blank, " "))),
            ("https://wiki.shop.io/redis (or ask Ann)", true, None),
            ("https://wiki.shop.io/{{ $labels.alertname }}", true, None),
            ("https://wiki.shop.io/?v={{ $value }}", true, Some((Slip::ChangingValue, "{{ $value }}"))),
            ("{{ template \"runbook\" . }}", true, None),
            ("https://docs.example.com/redis", true, Some((Slip::Reserved, "docs.example.com"))),
            ("https://counterexample.com/redis", true, None),
        ] {
            let found = slip(link, || is_address, &mut Hosts::new()).map(|(slip, range)| (slip, &link[range]));
            assert_eq!(found, expected, "{link}");
        }
    }
}
