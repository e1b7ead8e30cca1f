//! The sections of a page that links lead to.

use std::collections::BTreeSet;

use crate::{
    facts::documented::letters,
    markdown::{Markdown, slug},
    vocab::AnchorStyle,
};

/// `L10` and `L10-L20` are lines of a file on a forge.
pub fn is_line(fragment: &str) -> bool {
    let is_number =
        |text: &str| text.strip_prefix('L').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    fragment.split('-').all(is_number)
}

/// The anchors that a page may have, whoever shows it.
///
/// Every site has its own rules of what becomes of blanks, marks and emoji, so that only letters and digits are compared;
/// and some give anchors to headings of HTML, and to what only looks like a heading.
#[derive(Debug)]
pub struct Sections {
    /// The letters and digits of each.
    known: BTreeSet<String>,
    /// Whether some of the page is not here: it is put together of others.
    pub is_open: bool,
}

impl Sections {
    /// Gathers the sections of a page.
    pub fn of(page: &Markdown) -> Self {
        let headings = page.headings.iter();
        let texts = headings.flat_map(|heading| [heading.content.text.text(), heading.slug.as_str()]);
        let anchors = page.anchors.iter().map(|anchor| anchor.value.as_str());
        let mut known: BTreeSet<String> = texts.chain(anchors).map(letters).collect();
        let source = page.source.text();
        for line in source.lines().map(str::trim_start) {
            let is_of_html = ["<h", "<H"].iter().any(|start| line.contains(start));
            if line.starts_with('#') || is_of_html {
                known.insert(letters(&untagged(line)));
            }
        }
        let others = known.iter().filter(|known| !known.is_ascii());
        let in_ascii: Vec<String> = others.flat_map(|known| [plain(known), slug(known, AnchorStyle::MkDocs)]).collect();
        known.extend(in_ascii);
        known.remove("");
        Self { known, is_open: INCLUDING.iter().any(|mark| source.contains(mark)) }
    }

    /// Whether there may be a section of this anchor, alone or as one of several of a name.
    pub fn may_have(&self, anchor: &str) -> bool {
        // GitBook has an anchor begin with a letter.
        let numbered = anchor.strip_prefix("id-").filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let wanted = letters(numbered.unwrap_or_else(|| anchor.trim_start_matches("user-content-")));
        let of_several = wanted.trim_end_matches(|letter: char| letter.is_ascii_digit());
        self.known.contains(&wanted) || self.known.contains(of_several) || self.known.contains(&plain(&wanted))
    }
}

/// What tells that a page takes text from elsewhere.
const INCLUDING: [&str; 7] = ["{%", "{{<", "{{%", "{{#include", "--8<--", "<!--#include", "::: {"];

/// The ASCII letters alone: some sites leave out the others.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii).collect()
}

/// A line without what stands between `<` and `>`.
fn untagged(line: &str) -> String {
    let mut is_inside = false;
    let outside = line.chars().filter(|letter| {
        let was_inside = is_inside;
        is_inside = *letter == '<' || is_inside && *letter != '>';
        !was_inside && !is_inside
    });
    outside.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Excerpt, FileId};

    #[test]
    fn knows_what_may_be_an_anchor() {
        let text = "# 🚀 Quick start\n\n## Setup & *more*\n\n## Überblick\n\n<h2 align=\"center\">In HTML</h2>\n\n\
                    <a name=\"by-hand\"></a>\n\n## API (v2) {#api}\n\n## 1. First steps\n";
        let page = Markdown::parse(&Excerpt::whole(FileId(0), text));
        let sections = Sections::of(&page);
        for anchor in [
            "-quick-start",
            "quick-start",
            "setup--more",
            "setup-more-1",
            "%C3%BCberblick",
            "überblick",
            "berblick",
            "uberblick",
            "in-html",
            "by-hand",
            "api",
            "user-content-api",
            "id-1.-first-steps",
        ] {
            assert!(sections.may_have(&crate::vocab::percent_decoded(anchor)), "{anchor}");
        }
        for anchor in ["quick-strat", "overview", "html", "1"] {
            assert!(!sections.may_have(anchor), "{anchor}");
        }
    }
}
