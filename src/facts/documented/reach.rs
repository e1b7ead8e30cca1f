//! Which rule files a page speaks of.

use std::{
    collections::BTreeSet,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use crate::{
    facts::RuleSite,
    markdown::Markdown,
    model::Document,
    text::FileId,
    vocab::Phrases,
    workspace::{Workspace, normalised},
};

/// How a page is tied to a rule file.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Tie {
    /// The page names the file.
    Named,
    /// The file lies at or below the folder of the page.
    Near,
}

/// A rule file that a page speaks of.
#[derive(Debug)]
pub struct Reached<'w> {
    /// How it is known.
    pub tie: Tie,
    /// The file.
    pub file: FileId,
    /// Its alerting rules.
    pub alerts: Arc<[RuleSite<'w>]>,
    /// Whether its name says that it is for trying out: thresholds may differ on purpose.
    pub is_trial: bool,
}

impl Reached<'_> {
    /// Whether it has a rule for an alert.
    pub fn has(&self, alert: &str) -> bool {
        self.alerts.iter().any(|site| site.rule.alert.as_ref().is_some_and(|name| name.value == alert))
    }
}

/// The alerting rules of all documents, by file.
pub fn rule_files(workspace: &Workspace) -> Vec<(FileId, Arc<[RuleSite<'_>]>)> {
    let mut files: Vec<(FileId, Vec<RuleSite<'_>>)> = Vec::new();
    for document in &workspace.documents {
        let alerts = alerts_of(document);
        if alerts.is_empty() {
            continue;
        }
        match files.last_mut() {
            Some((file, known)) if *file == document.file => known.extend(alerts),
            _ => files.push((document.file, alerts)),
        }
    }
    files.into_iter().map(|(file, alerts)| (file, alerts.into())).collect()
}

fn alerts_of(document: &Document) -> Vec<RuleSite<'_>> {
    let sites = document.rules().filter(|(_, rule)| rule.is_alerting());
    sites.map(|(group, rule)| RuleSite { document, group, rule }).collect()
}

/// The rule files that a page speaks of: those it names, and those below its home. When there is
/// neither, and all rules of the workspace lie in one folder, those.
pub fn reach<'w>(
    workspace: &'w Workspace,
    page: &Path,
    markdown: &Markdown,
    files: &[(FileId, Arc<[RuleSite<'w>]>)],
) -> Vec<Reached<'w>> {
    let home = home(page);
    let path = |file: FileId| workspace.files.file(file).path.as_path();
    let named = named(page, markdown, &files.iter().map(|(file, _)| path(*file)).collect::<Vec<_>>());
    let folders: BTreeSet<&Path> = files.iter().filter_map(|(file, _)| path(*file).parent()).collect();
    let none_near = !files.iter().any(|(file, _)| path(*file).starts_with(&home)) && named.is_empty();
    let reached = files.iter().filter_map(|(file, alerts)| {
        let path = path(*file);
        let tie = if named.contains(path) {
            Tie::Named
        } else if path.starts_with(&home) || none_near && folders.len() == 1 {
            Tie::Near
        } else {
            return None;
        };
        Some(Reached { tie, file: *file, alerts: Arc::clone(alerts), is_trial: is_trial(path) })
    });
    reached.collect()
}

/// The folder that a page speaks for: its own, or the one that its `docs` folder stands in.
pub fn home(page: &Path) -> PathBuf {
    const DOCS: [&str; 6] = ["docs", "doc", "documentation", "runbooks", "runbook", "wiki"];
    let folder = page.parent().unwrap_or(Path::new(""));
    let is_docs = |part: &Component<'_>| {
        part.as_os_str().to_str().is_some_and(|name| DOCS.iter().any(|docs| name.eq_ignore_ascii_case(docs)))
    };
    folder.components().take_while(|part| !is_docs(part)).collect()
}

fn is_trial(path: &Path) -> bool {
    const TRIALS: [&str; 8] = ["dev", "development", "staging", "test", "tests", "testing", "example", "examples"];
    let text = path.to_string_lossy().to_lowercase();
    text.split(|letter: char| !letter.is_alphanumeric()).any(|word| TRIALS.contains(&word))
}

/// The rule files whose path, or the end of it, stands on the page.
fn named<'p>(page: &Path, markdown: &Markdown, paths: &[&'p Path]) -> BTreeSet<&'p Path> {
    mentions(markdown.source.text()).filter_map(|mention| meant(page, mention, paths.iter().copied())).collect()
}

/// The one rule file that a text of a page names, if it names no other.
pub fn only_named(page: &Path, text: &str, files: &[(FileId, &Path)]) -> Option<FileId> {
    let mut mentions = mentions(text);
    let path = |mention| meant(page, mention, files.iter().map(|(_, path)| *path));
    let first = path(mentions.next()?)?;
    let is_only = mentions.all(|mention| path(mention) == Some(first));
    files.iter().find(|(_, path)| is_only && *path == first).map(|(file, _)| *file)
}

/// The only file whose path a mention on a page is: seen from the page, or by its end.
fn meant<'p>(page: &Path, mention: &str, paths: impl Iterator<Item = &'p Path> + Clone) -> Option<&'p Path> {
    let beside = normalised(&page.parent().unwrap_or(Path::new("")).join(mention));
    if let Some(path) = paths.clone().find(|path| **path == *beside) {
        return Some(path);
    }
    let end: PathBuf = Path::new(mention).components().filter(|part| matches!(part, Component::Normal(_))).collect();
    let mut fitting = paths.filter(|path| path.ends_with(&end));
    fitting.next().filter(|_| fitting.next().is_none())
}

/// Whether a page names a file of rules by a name that no file near it has, so that it may speak of alerts
/// that are not there to look at.
pub fn names_unseen(workspace: &Workspace, page: &Path, markdown: &Markdown) -> bool {
    let home = home(page);
    let folder = page.parent().unwrap_or(Path::new(""));
    let is_known = |mention: &str| {
        let path = Path::new(mention);
        let end: PathBuf = path.components().filter(|part| matches!(part, Component::Normal(_))).collect();
        let (beside, has_folder) = (normalised(&folder.join(path)), end.components().count() > 1);
        workspace.files.iter().map(|(_, file)| &file.path).any(|known| {
            let near = known.starts_with(&home) && known.file_name() == path.file_name();
            near || *known == beside || has_folder && known.ends_with(&end)
        })
    };
    mentions(markdown.source.text()).any(|mention| {
        let name = mention.rsplit('/').next().unwrap_or_default().to_lowercase();
        let holds_rules = (name.contains("alert") || name.contains("rule")) && !name.contains("test");
        let is_manager = name.contains("alertmanager");
        holds_rules && !is_manager && !is_known(mention)
    })
}

/// The paths of YAML files in a text.
fn mentions(text: &str) -> impl Iterator<Item = &str> {
    const ENDS: &[&str] = &[".yml", ".yaml", ".rules"];
    static NAMING: Phrases = Phrases::of(ENDS);
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '/');
    // Most lines name no file.
    let words = text
        .lines()
        .filter(|line| NAMING.are_in(line))
        .flat_map(move |line| line.split(move |letter: char| !is_part(letter)));
    words.filter(|word| {
        let word = word.trim_end_matches('.');
        ENDS.iter().any(|end| word.ends_with(end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Excerpt;

    #[test]
    fn knows_the_home_of_a_page() {
        for (page, expected) in [
            ("README.md", ""),
            ("a/README.md", "a"),
            ("a/docs/ops/alerts.md", "a"),
            ("docs/alerts.md", ""),
            ("a/Runbooks/x.md", "a"),
        ] {
            assert_eq!(home(Path::new(page)), Path::new(expected), "{page}");
        }
    }

    #[test]
    fn finds_named_files() {
        let text = "See [rules](../prometheus/alerts.yml), `k8s/rule.yaml` and `same.yml`, also http://x/y.yml.";
        let markdown = Markdown::parse(&Excerpt::whole(FileId(0), text));
        let paths = ["s/prometheus/alerts.yml", "s/k8s/rule.yaml", "a/same.yml", "b/same.yml"].map(Path::new);
        let found = named(Path::new("s/docs/x.md"), &markdown, &paths);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [paths[1], paths[0]]);
        assert!(is_trial(Path::new("rules/alerts-staging.yml")) && !is_trial(Path::new("latest/device.yml")));
    }
}
