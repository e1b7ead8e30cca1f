//! Which rule file a part of a page tells of: the one that its heading names, or the line right above a list or a table.

use std::{cmp::Reverse, path::Path};

use crate::{
    markdown::Markdown,
    text::{FileId, Span},
};

use super::reach::only_named;

/// A page with more parts is written by a machine.
const MOST_PARTS: usize = 1000;

/// Among more rule files none is looked for by every name that a page mentions.
const MOST_FILES: usize = 2000;

/// The parts of a page that tell of one rule file each.
#[derive(Debug, Default)]
pub struct Scopes {
    /// Those within others come behind them.
    parts: Vec<(Span, FileId)>,
}

impl Scopes {
    /// Reads a page, which lies at a path, among the rule files there are.
    pub fn of(markdown: &Markdown, page: &Path, files: &[(FileId, &Path)]) -> Self {
        if files.is_empty() || files.len() > MOST_FILES {
            return Self::default();
        }
        let only_named = |text: &str| only_named(page, text, files);
        let headings = markdown.headings.iter();
        let sections = headings.filter_map(|heading| Some((heading.section, only_named(heading.content.text.text())?)));
        let items = markdown.items.iter();
        let items = items.filter_map(|item| Some((item.span, only_named(item.content.text.text())?)));
        let mut parts: Vec<(Span, FileId)> = sections.chain(items).collect();
        for (at, paragraph) in markdown.paragraphs.iter().enumerate() {
            let (heading, span) = (paragraph.heading, paragraph.content.span());
            let Some(file) = only_named(paragraph.content.text.text()) else { continue };
            let section = heading.and_then(|heading| markdown.headings.get(heading)).map(|heading| heading.section);
            let below = markdown.headings.get(heading.map_or(0, |heading| heading + 1)).map(|next| next.content.span());
            let next = markdown.paragraphs.get(at + 1).map(|next| next.content.span());
            let ends = [below, next].into_iter().flatten().map(|next| next.start);
            let end = ends.chain(section.map(|section| section.end)).min().unwrap_or(markdown.source.full_span().end);
            if end > span.end {
                parts.push((Span { end, ..span }, file));
            }
        }
        parts.sort_by_key(|(span, _)| (span.start, Reverse(span.end)));
        parts.truncate(MOST_PARTS);
        Self { parts }
    }

    /// The rule file that a place tells of.
    pub fn at(&self, place: Span) -> Option<FileId> {
        self.parts.iter().rev().find(|(part, _)| part.contains(place)).map(|(_, file)| *file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Excerpt;

    #[test]
    fn knows_what_a_part_tells_of() {
        let text = "# All of `rules/a.yml` and `rules/b.yml`\n\nnone\n\n## A (`a.yml`)\n\nfirst\n\n### More\n\nsecond\n\n\
            - third (`b.yml`)\n  - fourth\n- fifth\n\n## Others\n\nOf `b.yml`:\n\n- sixth\n\nseventh\n";
        let page = Markdown::parse(&Excerpt::whole(FileId(0), text));
        let files = [(FileId(1), Path::new("rules/a.yml")), (FileId(2), Path::new("rules/b.yml"))];
        let scopes = Scopes::of(&page, Path::new("README.md"), &files);
        for (word, file) in [
            ("none", None),
            ("first", Some(1)),
            ("second", Some(1)),
            ("third", Some(2)),
            ("fourth", Some(2)),
            ("fifth", Some(1)),
            ("sixth", Some(2)),
            ("seventh", None),
        ] {
            let start = text.find(word).expect("a word of the text");
            let place = page.source.span(start..start + word.len());
            assert_eq!(scopes.at(place), file.map(FileId), "{word}");
        }
    }
}
