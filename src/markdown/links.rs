//! Where links lead and where that is written.

use std::{collections::BTreeMap, ops::Range};

use pulldown_cmark::{LinkType, RefDefs};

use crate::{
    text::{Excerpt, ExcerptBuilder},
    vocab::addresses,
};

use super::{Inline, Link, LinkKind, inline};

/// Where the labels of reference links are defined, by label in lower case.
pub(super) type Definitions = BTreeMap<String, Range<usize>>;

/// Collects the definitions of a page.
pub(super) fn definitions(defined: &RefDefs<'_>) -> Definitions {
    defined.iter().map(|(label, definition)| (label.to_lowercase(), definition.span.clone())).collect()
}

/// A link whose text is being read.
pub(super) struct OpenLink<'s> {
    pub(super) kind: LinkKind,
    pub(super) range: Range<usize>,
    pub(super) destination: Excerpt,
    /// Where its text begins in the plain text.
    pub(super) from: usize,
    /// An image's description, which is no part of the plain text.
    pub(super) description: Option<ExcerptBuilder<'s>>,
}

/// The destination as an excerpt: where it is spelt as it reads, its own bytes, else the whole link's.
pub(super) fn destination(
    source: &Excerpt,
    definitions: &Definitions,
    (kind, label): (LinkType, &str),
    decoded: &str,
    range: &Range<usize>,
) -> Excerpt {
    let by_reference = matches!(kind, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut);
    let defined = definitions.get(&label.to_lowercase()).filter(|_| by_reference);
    let searched = defined.unwrap_or(range).clone();
    let raw = source.text().get(searched.clone()).unwrap_or_default();
    let opening = if by_reference { raw.find("]:") } else { raw.rfind("](") }.unwrap_or(0);
    let from = searched.start + opening;
    match source.text().get(from..searched.end).and_then(|part| part.find(decoded)) {
        Some(offset) => source.sub(from + offset..from + offset + decoded.len()),
        None => {
            let mut out = ExcerptBuilder::new(source);
            out.replace(searched, decoded);
            out.finish()
        }
    }
}

/// Addresses that stand in the text without markup; GitHub links them.
pub(super) fn bare(content: &Inline, heading: Option<usize>) -> Vec<Link> {
    let text = content.text.text();
    let mut found = Vec::new();
    let mut taken: Vec<&Range<usize>> = content.links.iter().chain(&content.code).collect();
    taken.sort_unstable_by_key(|range| range.start);
    let mut taken = taken.into_iter().peekable();
    // How far the links and the code reach that begin before an address.
    let mut reach = 0;
    for range in addresses(text) {
        while let Some(before) = taken.next_if(|taken| taken.start <= range.start) {
            reach = reach.max(before.end);
        }
        if range.start < reach {
            continue;
        }
        let address = content.text.sub(range);
        let span = address.full_span();
        found.push(Link { kind: LinkKind::Bare, destination: address.clone(), text: address, span, heading });
    }
    found
}

/// The id in a trailing `{#id}` or `{: #id }` of a heading, and where that begins.
pub(super) fn heading_id(text: &str) -> Option<(Range<usize>, usize)> {
    let end = text.trim_end().strip_suffix('}')?.len();
    let open = text[..end].rfind('{')?;
    let inside = inline::trimmed(text, open + 1..end);
    let inside = match text[inside.clone()].starts_with(':') {
        true => inline::trimmed(text, inside.start + 1..inside.end),
        false => inside,
    };
    let id = text[inside.clone()].strip_prefix('#')?;
    let is_id = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.' | ':');
    (!id.is_empty() && id.chars().all(is_id)).then(|| (inside.start + 1..inside.end, text[..open].trim_end().len()))
}
