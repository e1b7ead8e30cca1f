//! Where the relative links of a page lead.

use std::{
    ops::Range,
    path::{Component, Path, PathBuf},
};

use crate::{kit::*, vocab::percent_decoded, workspace::normalised};

/// Where a relative link leads.
pub struct Target {
    /// The file that is meant, the page itself where the link names none.
    pub path: PathBuf,
    /// The path as the link has it.
    pub down: PathBuf,
    /// The bytes of the link that are its path; none within the page.
    pub written: Range<usize>,
    /// The bytes of the link that name a section.
    pub fragment: Option<Range<usize>>,
}

impl Target {
    /// Reads a link of the page at `page`; none where it is an address, a path from the top of a site, or has to be
    /// filled in.
    pub fn of(page: &Path, link: &Excerpt) -> Option<Self> {
        let text = link.text();
        let is_of_template = |letter: char| matches!(letter, '{' | '<' | '$' | '*' | '|' | '\\' | '[' | ' ');
        if text.starts_with(['/', '~']) || text.contains(':') || text.contains(is_of_template) {
            return None;
        }
        let end = text.find(['#', '?']).unwrap_or(text.len());
        let fragment = text.find('#').map(|at| at + 1..text.len()).filter(|range| !range.is_empty());
        let down = normalised(Path::new(&*percent_decoded(&text[..end])));
        let path = match &text[..end] {
            "" => page.to_owned(),
            _ => normalised(&page.parent().unwrap_or(Path::new("")).join(&down)),
        };
        Some(Self { path, down, written: 0..end, fragment })
    }
}

/// The path of a file as a page in a folder writes it.
pub fn seen_from(folder: &Path, file: &Path) -> Option<String> {
    let same = folder.components().zip(file.components()).take_while(|(one, other)| one == other).count();
    let above = folder.components().skip(same).map(|_| Component::ParentDir);
    let path: PathBuf = above.chain(file.components().skip(same)).collect();
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '/' | '-');
    let text = path.to_str()?.replace('\\', "/");
    text.chars().all(is_plain).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    #[test]
    fn reads_links() {
        let page = Path::new("docs/ops/README.md");
        for (text, path, written, fragment) in [
            ("guide.md", "docs/ops/guide.md", "guide.md", None),
            ("../a%20b.md?raw=1#top", "docs/a b.md", "../a%20b.md", Some("top")),
            ("#top", "docs/ops/README.md", "", Some("top")),
            ("./#", "docs/ops", "./", None),
        ] {
            let link = Excerpt::whole(FileId(0), text);
            let target = Target::of(page, &link).expect("a relative link");
            assert_eq!(target.path, Path::new(path), "{text}");
            assert_eq!(&text[target.written], written);
            assert_eq!(target.fragment.map(|range| &text[range]), fragment);
        }
        for text in ["https://a.example/x.md", "mailto:a@b.example", "/docs/x.md", "{{ site }}/x.md", "<name>.md"] {
            assert!(Target::of(page, &Excerpt::whole(FileId(0), text)).is_none(), "{text}");
        }
    }

    #[test]
    fn writes_paths() {
        for (folder, file, expected) in [
            ("docs/ops", "docs/ops/x.md", "x.md"),
            ("docs/ops", "docs/y/x.md", "../y/x.md"),
            ("", "x.md", "x.md"),
            ("a/b", "x.md", "../../x.md"),
        ] {
            assert_eq!(seen_from(Path::new(folder), Path::new(file)).as_deref(), Some(expected));
        }
        assert_eq!(seen_from(Path::new(""), Path::new("a b.md")), None);
    }
}
