//! Names in pages that are a slip of a name that is known, and stand nowhere else.

use crate::{facts::Slips, text::Span, vocab::is_slip, workspace::Workspace};

/// Names that somebody may have meant.
#[derive(Debug, Default)]
pub struct Known<'n> {
    names: Vec<&'n str>,
    slips: Slips,
}

impl<'n> FromIterator<&'n str> for Known<'n> {
    fn from_iter<I: IntoIterator<Item = &'n str>>(names: I) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        let slips = Slips::of(names.iter().copied());
        Self { names, slips }
    }
}

impl<'n> Known<'n> {
    /// The name that one is a slip of.
    pub fn meant_by(&self, written: &str) -> Option<&'n str> {
        self.slips.near(written).map(|place| self.names[place]).find(|meant| is_slip(written, meant))
    }
}

/// Of more names than these on one page, no finger slipped: they are called so.
const MOST: usize = 30;

/// Those of the names on a page that are slips of known ones and stand nowhere else, each with its place and what is meant.
pub fn slips<'p, 'n>(
    named: impl Iterator<Item = (&'p str, Span)>,
    known: impl Fn(&str) -> Option<&'n str>,
    workspace: &Workspace,
) -> Vec<(&'p str, Span, &'n str)> {
    let mut found: Vec<_> =
        named.filter_map(|(name, place)| Some((name, place, known(name)?))).take(MOST + 1).collect();
    if found.len() > MOST {
        return Vec::new();
    }
    found.retain(|(name, ..)| stands_once(name, workspace));
    found
}

/// Whether a name stands only once in all files: what is written twice is hardly a slip.
fn stands_once(name: &str, workspace: &Workspace) -> bool {
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
