//! Addresses of Alertmanager's first API in the docs, which newer releases refuse.

use crate::{
    facts::{Program, documented::is_promised},
    kit::*,
    markdown::Markdown,
    vocab::{Phrases, Version},
};

use super::{arrow::is_replaced, near::Near};

/// The first release without `/api/v1/`.
const WITHOUT: Version = Version { major: 0, minor: 27, patch: 0 };

/// The port that Alertmanager listens on, and the beginning of every path of its first API.
const ADDRESS: &str = ":9093/api/v1/";

/// What people ask the first API for.
const PATHS: [&str; 5] = ["alerts", "silence", "status", "receivers", "groups"];

/// Words of a line that says that it is gone.
static KNOWING: Phrases = Phrases::of(&["removed", "deprecated", "no longer", "v2", "410"]);

/// Reports addresses of the first API where every Alertmanager that a page is about has none.
pub fn report(page: &Markdown, near: &Near<'_, '_>, out: &mut Sink<'_>) {
    let text = page.source.text();
    if !text.contains(ADDRESS) {
        return;
    }
    let running = || near.containers.iter().filter(|one| one.program == Some(Program::Alertmanager));
    let images: Option<Vec<_>> = running().map(|container| container.image()).collect();
    let Some(images) = images.filter(|images| !images.is_empty()) else { return };
    let is_without = |tag: Option<&str>| match tag {
        None | Some("latest") => true,
        Some(tag) => Version::of_tag(tag).is_some_and(|version| version >= WITHOUT),
    };
    if !images.iter().all(|image| !image.value.text.text().contains('$') && is_without(image.tag.as_deref())) {
        return;
    }
    // Another machine may run another release.
    let names: Vec<String> = running().flat_map(|container| container.service.host_names()).collect();
    let is_here = |before: &str| {
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
        let host = &before[before.trim_end_matches(is_name).len()..];
        matches!(host, "localhost" | "127.0.0.1") || names.iter().any(|name| name == host)
    };
    let places = text.match_indices(ADDRESS).filter_map(|(at, _)| {
        let path = &text[at + ADDRESS.len()..];
        let line =
            text[..at].rfind('\n').map_or(0, |end| end + 1)..at + text[at..].find('\n').unwrap_or(text.len() - at);
        let place = page.source.span(at + ":9093".len()..at + ADDRESS.len() - 1);
        let is_meant =
            PATHS.iter().any(|known| path.starts_with(known)) && is_here(&text[..at]) && !KNOWING.are_in(&text[line]);
        (is_meant && !is_promised(page, place) && !is_replaced(page, place)).then_some(place)
    });
    let places: Vec<Span> = places.collect();
    if !places.is_empty() {
        out.report_at(&places, "the Alertmanager that runs has no `/api/v1`".to_owned())
            .label(images[0].value.span(), "since 0.27 there is `/api/v2` only")
            .help("ask `/api/v2`: what it answers is the list itself, without `data` around it");
    }
}
