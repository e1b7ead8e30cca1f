//! Names in pages that are a slip of a name that is known, and stand nowhere else.

use std::collections::BTreeMap;

use crate::{vocab::slip_of, workspace::Workspace};

/// Names that somebody may have meant.
#[derive(Debug, Default)]
pub struct Known<'n> {
    /// By their length: a slip makes a name at most one letter longer or shorter.
    by_length: BTreeMap<usize, Vec<&'n str>>,
}

impl<'n> FromIterator<&'n str> for Known<'n> {
    fn from_iter<I: IntoIterator<Item = &'n str>>(names: I) -> Self {
        let mut by_length: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for name in names {
            by_length.entry(name.len()).or_default().push(name);
        }
        Self { by_length }
    }
}

impl<'n> Known<'n> {
    /// The name that one is a slip of.
    pub fn meant_by(&self, written: &str) -> Option<&'n str> {
        let length = written.len();
        let near = self.by_length.range(length.saturating_sub(1)..=length + 1).flat_map(|(_, names)| names);
        slip_of(written, near.copied())
    }
}

/// Whether a name stands only once in all files: what is written twice is hardly a slip.
pub fn stands_once(name: &str, workspace: &Workspace) -> bool {
    let is_part = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let texts = workspace.files.iter().map(|(_, file)| &*file.text);
    let places = texts.flat_map(|text: &str| text.match_indices(name).map(move |(at, _)| (text, at)));
    let mut alone = places.filter(|(text, at)| {
        !is_part(text[..*at].chars().next_back()) && !is_part(text[at + name.len()..].chars().next())
    });
    alone.next().is_some() && alone.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::load_texts;

    #[test]
    fn finds_what_is_meant() {
        let known: Known<'_> = ["HighErrorRate", "HighLatency"].into_iter().collect();
        assert_eq!(known.meant_by("HighErorrRate"), Some("HighErrorRate"));
        assert_eq!(known.meant_by("HighErrorRate"), None);
        assert_eq!(known.meant_by("LowLatency"), None);
    }

    #[test]
    fn counts_whole_names() {
        let texts = [("a.md", "QueueSlow, QueueSlower, QueueFull"), ("b.md", "QueueFull")];
        let workspace = load_texts(texts.map(|(path, text)| (path.to_owned(), text.to_owned())).to_vec());
        assert!(stands_once("QueueSlow", &workspace));
        assert!(!stands_once("QueueFull", &workspace) && !stands_once("Queue", &workspace));
    }
}
