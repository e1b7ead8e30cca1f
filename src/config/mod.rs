//! `.promcheck.yml`: what a project tells promcheck about itself, with the place of everything it says.
//!
//! The keys are declared once, in `declaration`; the reader, the unknown-key complaints and the JSON
//! schema of `promcheck schema` all follow from that declaration.

mod declaration;
mod find;
mod keys;
mod preset;
mod reader;
mod scalars;
mod schema;

use std::path::{Path, PathBuf};

use crate::{
    diag::Severity,
    text::{Excerpt, FileId, SharedText, Span, Spanned},
    tree::{self, Complaints, Kind, Node, Tree},
    vocab::{AnchorStyle, Duration, Version},
};

pub use find::{NAMES, absolute, candidates, find, home, is_within, spelled_out};
pub use preset::Preset;
pub use scalars::{Date, FailOn, Glob, Level};
pub use schema::{CheckKeys, OptionKeys, schema};

/// A project's configuration; empty where there is no file.
#[derive(Debug, Default)]
pub struct Config {
    /// The folder that its paths and globs are relative to: the one it lies in.
    pub base: PathBuf,
    tree: Option<Tree>,
    /// Files to read; everything when empty.
    pub include: Vec<Spanned<Glob>>,
    /// Files to leave alone, such as vendored rules.
    pub exclude: Vec<Spanned<Glob>>,
    /// Files of others, which say what is there and of which nothing is told.
    pub vendored: Vec<Spanned<Glob>>,
    /// Whether comments for pint and promruval count.
    pub honour_pint: Option<Spanned<bool>>,
    /// The findings that are known, in a file.
    pub baseline: Option<Spanned<String>>,
    /// The folder that links and paths of docs start from, relative to `base`.
    pub root: Option<Spanned<String>>,
    /// The set of settings to begin with.
    pub preset: Option<Spanned<Preset>>,
    /// What the preset says.
    basis: Option<Box<Config>>,
    /// From which severity on a run fails.
    pub fail_on: Option<Spanned<FailOn>>,
    /// Findings below this are left out.
    pub min_severity: Option<Spanned<Severity>>,
    /// Levels of checks and groups, in the order of the file.
    pub checks: Vec<CheckEntry>,
    /// Accepted findings.
    pub ignore: Vec<Ignore>,
    /// Captured `/metrics` pages.
    pub metrics: Vec<Spanned<Glob>>,
    /// Folders and files of the source code of scraped programs.
    pub sources: Vec<Spanned<String>>,
    /// Documents whose claims are compared with the rules; all Markdown when empty.
    pub docs: Vec<Spanned<Glob>>,
    /// How the site that shows the docs gives anchors to headings.
    pub anchors: Option<Spanned<AnchorStyle>>,
    /// Which documented target belongs to which alert.
    pub targets: Vec<Target>,
    /// How links are asked for.
    pub links: LinkSettings,
    /// The Prometheus that runs the rules.
    pub prometheus_version: Option<Spanned<Version>>,
    /// The Alertmanager that routes the alerts.
    pub alertmanager_version: Option<Spanned<Version>>,
    /// Prometheus' `--enable-feature` flags.
    pub enable_features: Vec<Spanned<String>>,
}

/// One key of `checks`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckEntry {
    /// `group/what-is-wrong`, or a group.
    pub name: Spanned<String>,
    /// The level demanded; none when only options are set.
    pub level: Option<Spanned<Level>>,
}

/// One entry of `ignore`: findings that the project accepts, for files that cannot carry a comment.
#[derive(Clone, Debug)]
pub struct Ignore {
    /// The whole entry.
    pub span: Span,
    /// `group/what-is-wrong`, or a group.
    pub check: Spanned<String>,
    /// The files; all when absent.
    pub path: Option<Spanned<Glob>>,
    /// Why.
    pub reason: Spanned<String>,
    /// The last day on which it counts.
    pub until: Option<Spanned<Date>>,
}

/// `links`: how the pages that links lead to are asked for.
#[derive(Clone, Debug, Default)]
pub struct LinkSettings {
    /// Links that are not asked for, by how they begin; `*` stands for anything.
    pub except: Vec<Spanned<String>>,
    /// How long a server may take.
    pub timeout: Option<Spanned<Duration>>,
    /// How often a server is asked again.
    pub retries: Option<Spanned<u32>>,
    /// How many pages of one host are asked for at a time.
    pub per_host: Option<Spanned<u32>>,
    /// For how long what is known counts.
    pub max_age: Option<Spanned<Duration>>,
    /// Whether links to this machine are asked for.
    pub localhost: Option<Spanned<bool>>,
}

/// One entry of `targets`: binds a documented number to the alert that guards it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The whole entry.
    pub span: Span,
    /// `path#heading` of the document.
    pub doc: Spanned<String>,
    /// Text that picks out the row, item or sentence; the whole section when absent.
    pub row: Option<Spanned<String>>,
    /// The alert.
    pub alert: Spanned<String>,
}

/// What the configuration says of one check.
#[derive(Debug, Default)]
pub struct Setting<'c> {
    /// The level of the check itself or else of its group.
    pub level: Option<Level>,
    /// Options of the check, as they stand in the file.
    pub options: Vec<(Node<'c>, Node<'c>)>,
}

impl Config {
    /// The configuration of a folder without a file.
    pub fn none(base: PathBuf) -> Self {
        Self { base, ..Self::default() }
    }

    /// Reads a configuration. What is wrong with it becomes a complaint, and the rest still counts.
    pub fn read(file: FileId, text: impl Into<SharedText>, base: PathBuf) -> (Self, Complaints) {
        let stream = tree::yaml(&Excerpt::whole(file, text));
        let mut complaints = stream.complaints;
        let tree = stream.documents.into_iter().next();
        let mut config = match tree.as_ref().and_then(Tree::root) {
            Some(root) => reader::read(root, &mut complaints).unwrap_or_default(),
            None => Self::default(),
        };
        config.base = base;
        config.tree = tree;
        if let Some(preset) = &config.preset {
            config.basis = Some(Box::new(Self::read(file, preset.value.text(), PathBuf::new()).0));
        }
        (config, complaints)
    }

    /// Whether a file is to be read: named by `include` if there is one, and not by `exclude`.
    pub fn takes(&self, path: &Path) -> bool {
        if self.include.is_empty() && self.exclude.is_empty() {
            return true;
        }
        let Some(path) = self.relative(path) else { return self.include.is_empty() };
        let named = |globs: &[Spanned<Glob>]| globs.iter().any(|glob| glob.matches(&path));
        (self.include.is_empty() || named(&self.include)) && !named(&self.exclude)
    }

    /// Whether a file is somebody else's, so that its findings are not for this project to cure.
    pub fn is_vendored(&self, path: &Path) -> bool {
        !self.vendored.is_empty()
            && self.relative(path).is_some_and(|path| self.vendored.iter().any(|glob| glob.matches(&path)))
    }

    /// A path as globs see it: relative to [`Config::base`], with `/`. `None` when it lies elsewhere.
    pub fn relative(&self, path: &Path) -> Option<String> {
        let relative = find::absolute(path)?.strip_prefix(find::absolute(&self.base)?).ok()?.to_path_buf();
        Some(relative.to_string_lossy().replace('\\', "/"))
    }

    /// What it says of a check: its own key before that of its group, and both before the preset.
    pub fn setting(&self, id: &str) -> Setting<'_> {
        let own = self.own_setting(id);
        let Some(basis) = &self.basis else { return own };
        let below = basis.setting(id);
        let is_new = |(key, _): &(Node<'_>, Node<'_>)| !own.options.iter().any(|(known, _)| known.text() == key.text());
        let added: Vec<_> = below.options.into_iter().filter(is_new).collect();
        Setting { level: own.level.or(below.level), options: own.options.into_iter().chain(added).collect() }
    }

    fn own_setting(&self, id: &str) -> Setting<'_> {
        let group = id.split('/').next().unwrap_or_default();
        let level = |name: &str| {
            let mut entries = self.checks.iter().filter(|entry| *entry.name == name);
            entries.find_map(|entry| entry.level.map(|level| level.value))
        };
        Setting { level: level(id).or_else(|| level(group)), options: self.options_of(id) }
    }

    fn options_of(&self, id: &str) -> Vec<(Node<'_>, Node<'_>)> {
        let node = self.tree.as_ref().and_then(Tree::root).and_then(|root| root.at(&["checks", id]));
        let Some(node) = node.filter(|node| node.kind() == Kind::Mapping) else { return Vec::new() };
        node.entries().into_iter().filter(|(key, _)| key.text() != Some(keys::SEVERITY)).collect()
    }
}

/// Whether a word, an id or a group, names a check.
pub fn names(word: &str, id: &str) -> bool {
    word == id || id.split_once('/').is_some_and(|(group, _)| group == word)
}

impl Ignore {
    /// Whether it accepts a finding of `check` in a file, given by its path relative to [`Config::base`].
    pub fn covers(&self, check: &str, path: &str) -> bool {
        names(&self.check, check) && self.path.as_ref().is_none_or(|glob| glob.matches(path))
    }
}

#[cfg(test)]
mod tests;
