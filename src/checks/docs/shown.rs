//! The dashboards of a workspace, found by what a page calls them.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    path::Path,
};

use crate::{
    kit::*,
    model::{Document, dashboard},
    text::Excerpt,
    workspace::Workspace,
};

/// A dashboard as a page may speak of it.
pub struct Shown<'w> {
    /// The dashboard.
    pub dashboard: &'w dashboard::Dashboard,
    /// Its title.
    pub title: &'w Excerpt,
    /// Its file.
    pub path: &'w Path,
    words: BTreeSet<String>,
}

/// All of them, in the order of files.
pub struct AllShown<'w> {
    all: Vec<Shown<'w>>,
    /// The first with exactly these words in its title.
    by_words: BTreeMap<BTreeSet<String>, usize>,
    /// Those with a word in their titles.
    by_word: BTreeMap<String, Vec<usize>>,
    /// The first with a uid or a file, without its ending, of this name in lower case.
    by_slug: BTreeMap<String, usize>,
    /// Those whose files have this name.
    by_file: BTreeMap<&'w OsStr, Vec<usize>>,
}

impl<'w> Shown<'w> {
    fn of(document: &'w Document, facts: &Facts<'w>) -> Option<Self> {
        let dashboard = document.dashboard()?;
        let title = dashboard.title.as_ref()?;
        let path = &facts.workspace.files.file(document.file).path;
        Some(Self { dashboard, title, words: words(title.text()), path })
    }

    /// What links and files call it.
    fn slugs(&self) -> impl Iterator<Item = &str> {
        let uid = self.dashboard.uid.as_ref().map(|uid| uid.value.as_str());
        uid.into_iter().chain(self.path.file_stem().and_then(|stem| stem.to_str()))
    }

    /// The folder of its file.
    pub fn folder(&self) -> &'w Path {
        self.path.parent().unwrap_or(Path::new(""))
    }
}

impl<'w> AllShown<'w> {
    /// Gathers the dashboards with titles.
    pub fn of(workspace: &'w Workspace, facts: &Facts<'w>) -> Self {
        let all: Vec<Shown<'_>> = workspace.documents.iter().filter_map(|one| Shown::of(one, facts)).collect();
        let mut by_words = BTreeMap::new();
        let mut by_word: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut by_slug = BTreeMap::new();
        let mut by_file: BTreeMap<&OsStr, Vec<usize>> = BTreeMap::new();
        for (at, shown) in all.iter().enumerate() {
            by_words.entry(shown.words.clone()).or_insert(at);
            for word in &shown.words {
                by_word.entry(word.clone()).or_default().push(at);
            }
            for slug in shown.slugs() {
                by_slug.entry(slug.to_ascii_lowercase()).or_insert(at);
            }
            by_file.entry(shown.path.file_name().unwrap_or_default()).or_default().push(at);
        }
        Self { all, by_words, by_word, by_slug, by_file }
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Shown<'w>> {
        self.all.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The one with exactly the words of a text in its title.
    pub fn exactly(&self, text: &str) -> Option<&Shown<'w>> {
        Some(&self.all[*self.by_words.get(&words(text))?])
    }

    /// The only one with all words of a text in its title, or the one with exactly these.
    pub fn by_title(&self, text: &str) -> Option<&Shown<'w>> {
        self.exactly(text).or_else(|| {
            let mut wider = self.with_words(text);
            let first = wider.next()?;
            wider.all(|other| other.title.text() == first.title.text()).then_some(first)
        })
    }

    /// Those with all words of a text, and maybe more, in their titles; none for a text without words.
    pub fn with_words(&self, text: &str) -> impl Iterator<Item = &Shown<'w>> {
        let wanted = words(text);
        let with = |word: &String| self.by_word.get(word).map_or(&[][..], Vec::as_slice);
        let fewest = wanted.iter().map(with).min_by_key(|with| with.len()).unwrap_or_default();
        fewest.iter().map(|at| &self.all[*at]).filter(move |shown| wanted.is_subset(&shown.words))
    }

    /// The one whose uid or file, without its ending, is the whole text.
    pub fn by_slug(&self, text: &str) -> Option<&Shown<'w>> {
        Some(&self.all[*self.by_slug.get(&text.trim().to_ascii_lowercase())?])
    }

    /// The one whose file ends in this path.
    pub fn by_file(&self, name: &str) -> Option<&Shown<'w>> {
        let name = Path::new(name.trim_start_matches(['.', '/']));
        let named = self.by_file.get(name.file_name()?)?;
        named.iter().map(|at| &self.all[*at]).find(|shown| shown.path.ends_with(name))
    }
}

/// The words of a title, but for those that many titles have.
pub fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase);
    words
        .filter(|word| !word.is_empty() && !matches!(word.as_str(), "dashboard" | "dashboards" | "the" | "and"))
        .collect()
}
