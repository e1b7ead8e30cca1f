//! Words and phrases of which a text may have any: all are looked for at once.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// A list of words and phrases, found whatever the case of their ASCII letters.
///
/// Every line of all docs is asked for several such lists; asking for one word after the other took most of the time.
pub struct Phrases {
    all: &'static [&'static str],
    searcher: OnceLock<AhoCorasick>,
}

impl Phrases {
    /// The list of these.
    pub const fn of(all: &'static [&'static str]) -> Self {
        Self { all, searcher: OnceLock::new() }
    }

    /// Whether a text has one of them anywhere, be it within a longer word.
    pub fn are_in(&self, text: &str) -> bool {
        self.searcher().is_match(text)
    }

    /// The byte at which the first of them in a text begins.
    pub fn first_in(&self, text: &str) -> Option<usize> {
        self.searcher().find(text).map(|found| found.start())
    }

    fn searcher(&self) -> &AhoCorasick {
        self.searcher.get_or_init(|| {
            let builder = &mut AhoCorasick::builder();
            let built = builder.ascii_case_insensitive(true).match_kind(MatchKind::LeftmostFirst).build(self.all);
            built.expect("lists are far shorter than what can be searched for")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_of_them_is_found() {
        static SOME: Phrases = Phrases::of(&["not yet", "~~", "예정"]);
        for (text, at) in [("Not Yet there", 0), ("a ~~b~~, not yet", 2), ("배포 예정", 7)] {
            assert!(SOME.are_in(text), "{text}");
            assert_eq!(SOME.first_in(text), Some(at), "{text}");
        }
        assert!(!SOME.are_in("not, yet") && SOME.first_in("").is_none());
    }
}
