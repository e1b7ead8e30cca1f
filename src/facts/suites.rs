//! Test files and the rule files that they test.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    model::{
        Document,
        rules::{Group, Rule},
        suite::{Suite, TestCase},
    },
    text::{FileId, Spanned},
    workspace::{Workspace, normalised},
};

/// All test files of a workspace that lie in files of their own.
#[derive(Debug)]
pub struct Suites<'w> {
    /// In the order of documents.
    pub all: Vec<TestedRules<'w>>,
}

/// A test file with its rules.
#[derive(Debug)]
pub struct TestedRules<'w> {
    /// Its document.
    pub document: &'w Document,
    /// What it says.
    pub suite: &'w Suite,
    /// The documents of its rule files that were read.
    pub rules: Vec<&'w Document>,
    /// Patterns of rule files that match nothing on the disk, and where they look.
    pub unmatched: Vec<(&'w Spanned<String>, PathBuf)>,
    /// Whether all of its rule files were read, without doubt about what they hold.
    pub is_complete: bool,
}

impl<'w> Suites<'w> {
    /// Gathers test files.
    pub fn of(workspace: &'w Workspace) -> Self {
        let documents = || workspace.documents.iter().filter(|document| !document.in_manifest);
        let mut suites = documents().filter_map(|document| Some((document, document.suite()?))).peekable();
        if suites.peek().is_none() {
            return Self { all: Vec::new() };
        }
        let by_path = workspace.files.iter().map(|(id, file)| (file.path.as_path(), id)).collect();
        Self { all: suites.map(|(document, suite)| TestedRules::of(document, suite, workspace, &by_path)).collect() }
    }

    /// The test file that a document is.
    pub fn of_document(&self, document: &Document) -> Option<&TestedRules<'w>> {
        self.all.iter().find(|tested| std::ptr::eq(tested.document, document))
    }

    /// All tests of all files.
    pub fn cases(&self) -> impl Iterator<Item = &'w TestCase> {
        self.all.iter().flat_map(|tested| &tested.suite.tests)
    }
}

impl<'w> TestedRules<'w> {
    fn of(
        document: &'w Document,
        suite: &'w Suite,
        workspace: &'w Workspace,
        by_path: &BTreeMap<&Path, FileId>,
    ) -> Self {
        let mut tested = Self { document, suite, rules: Vec::new(), unmatched: Vec::new(), is_complete: true };
        let folder = workspace.files.file(document.file).path.parent().unwrap_or(Path::new(""));
        let mut seen = Vec::new();
        for pattern in &suite.rule_files {
            let place = normalised(&folder.join(&pattern.value));
            match workspace.disk.matching(&place) {
                Some(found) if found.is_empty() || pattern.value.is_empty() => tested.unmatched.push((pattern, place)),
                Some(found) => seen.extend(found),
                None => tested.is_complete = false,
            }
        }
        seen.sort();
        seen.dedup();
        for path in seen {
            let read = by_path.get(path.as_path()).map(|id| workspace.documents_of(*id)).unwrap_or_default();
            // The rules of a manifest are a document of their own.
            let (rules, others): (Vec<&Document>, Vec<&Document>) = read
                .iter()
                .filter(|document| document.manifest().is_none())
                .partition(|document| document.rule_file().is_some() && document.complaints.is_empty());
            tested.is_complete &= others.is_empty() && !rules.is_empty();
            tested.rules.extend(rules);
        }
        tested
    }

    /// The rules under test, file by file.
    pub fn all_rules(&self) -> impl Iterator<Item = (&'w Group, &'w Rule)> {
        self.rules.iter().flat_map(|document| document.rules())
    }

    /// The rules that raise an alert of a name.
    pub fn raising(&self, name: &str) -> impl Iterator<Item = &'w Rule> {
        let rules = self.all_rules().map(|(_, rule)| rule);
        rules.filter(move |rule| rule.is_alerting() && rule.alert.as_ref().is_some_and(|alert| alert.value == name))
    }
}
