//! Test files and the rule files that they name, read from the disk.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use crate::{
    diag::Diagnostic,
    dispatch::{self, Loaded, USUAL_VERSION},
    model::{
        manifest::{self, Manifest, Resource},
        rules::{self, RuleFile, RuleReading},
        suite::{self, Suite},
    },
    text::{Excerpt, FileId, Files, SourceFile, Span},
    tree::{self, Complaints, Node, Tree},
    workspace::{self, Disk, normalised},
};

use super::{Request, Spelling};

/// Everything that a run reads.
#[derive(Debug)]
pub struct Sources {
    /// The files that spans point into: test files in the order they were given, then rule files.
    pub files: Files,
    /// The test files.
    pub suites: Vec<SuiteFile>,
    /// The rule files by path.
    pub rules: BTreeMap<PathBuf, RulesFile>,
    /// The configurations of Alertmanager by path.
    pub managers: BTreeMap<PathBuf, Loaded>,
}

/// A test file.
#[derive(Debug)]
pub struct SuiteFile {
    /// Its identity.
    pub file: FileId,
    /// What it says; `None` when it cannot be read at all.
    pub suite: Option<Suite>,
    /// What is wrong with it, in order of place.
    pub complaints: Vec<Diagnostic>,
    /// Paths of its rule files, each once, in the order of `rule_files`.
    pub rule_files: Vec<PathBuf>,
    /// Patterns of rule files that match nothing: where they stand, and with the folder put before them.
    pub unmatched: Vec<(Span, PathBuf)>,
    /// The configuration that notifications go through: where it is named, and its path.
    pub manager: Option<(Span, PathBuf)>,
    /// All files and folders that its outcome depends on.
    pub reads: Vec<PathBuf>,
}

/// A rule file.
#[derive(Debug)]
pub struct RulesFile {
    /// Its identity.
    pub file: FileId,
    /// Its rules; a manifest may hold several lists of groups.
    pub parts: Vec<RuleFile>,
    /// What keeps it from being loaded, in order of place.
    pub complaints: Vec<Diagnostic>,
}

/// Reads the test files and then the rule files, in parallel.
pub fn read(request: &Request) -> Sources {
    let suites: Vec<(SourceFile, SuiteFile)> = request
        .files
        .par_iter()
        .with_max_len(1)
        .enumerate()
        .map(|(rank, path)| read_suite(FileId(rank as u32), path, request))
        .collect();
    let paths: BTreeSet<&PathBuf> = suites.iter().flat_map(|(_, suite)| &suite.rule_files).collect();
    let paths: Vec<&PathBuf> = paths.into_iter().collect();
    let first = suites.len();
    let rules: Vec<(SourceFile, RulesFile)> = paths
        .into_par_iter()
        .with_max_len(1)
        .enumerate()
        .map(|(rank, path)| read_rules(FileId((first + rank) as u32), path, request))
        .collect();
    let mut sources =
        Sources { files: Files::default(), suites: Vec::new(), rules: BTreeMap::new(), managers: BTreeMap::new() };
    for (file, suite) in suites {
        sources.files.add(file);
        sources.suites.push(suite);
    }
    for (file, rules) in rules {
        sources.rules.insert(file.path.clone(), rules);
        sources.files.add(file);
    }
    let paths: BTreeSet<PathBuf> =
        sources.suites.iter().filter_map(|suite| Some(suite.manager.as_ref()?.1.clone())).collect();
    for path in paths {
        let bytes = workspace::read_bytes(&path);
        let loaded = dispatch::load(&mut sources.files, path.clone(), bytes, USUAL_VERSION);
        sources.managers.insert(path, loaded);
    }
    sources
}

fn read_suite(id: FileId, path: &Path, request: &Request) -> (SourceFile, SuiteFile) {
    let (file, mut complaints, suite) = first_document(id, path, suite::lower);
    let suite = suite.flatten().map(|suite| suite.with_features(&request.features, &mut complaints));
    let is_portable = request.spelling.is_portable();
    let (mut rule_files, mut unmatched, mut reads) = (Vec::new(), Vec::new(), Vec::new());
    for pattern in suite.iter().flat_map(|suite| &suite.rule_files) {
        let place = normalised(&path.parent().unwrap_or(Path::new("")).join(&pattern.value));
        reads.extend(place.parent().map(|folder| if folder == Path::new("") { ".".into() } else { folder.to_owned() }));
        match Disk::Real.matching(&place) {
            Some(found) if found.is_empty() || pattern.value.is_empty() => unmatched.push((pattern.span, place)),
            Some(found) => rule_files.extend(found),
            None => {
                let message = format!("`{}` is no pattern of file names", pattern.value);
                complaints
                    .push(Diagnostic::error(pattern.span, message).help("close its `[`, and end no name with `\\`"));
            }
        }
    }
    let mut seen = BTreeSet::new();
    rule_files.retain(|path| seen.insert(path.clone()));
    if is_portable {
        complaints.extend(suite.iter().flat_map(|suite| &suite.additions).map(|key| {
            Diagnostic::error(key.span, format!("promtool does not know the key `{}`", key.value))
                .help("leave out `--promtool`, or the key")
        }));
    }
    complaints.sort_by_key(|complaint| complaint.span);
    let manager = suite.as_ref().and_then(|suite| suite.alertmanager_config.as_ref()).filter(|_| !is_portable);
    let manager =
        manager.map(|named| (named.span, normalised(&path.parent().unwrap_or(Path::new("")).join(&named.value))));
    reads.extend(rule_files.iter().chain(manager.iter().map(|(_, path)| path)).cloned());
    (file, SuiteFile { file: id, suite, complaints, rule_files, unmatched, manager, reads })
}

fn read_rules(id: FileId, path: &Path, request: &Request) -> (SourceFile, RulesFile) {
    let is_promtool = request.spelling == Spelling::Promtool;
    let (file, mut complaints, parts) = first_document(id, path, |root, complaints| {
        if manifest::is_manifest(root) && !is_promtool {
            let manifests = manifest::lower(root, complaints).into_iter();
            return manifests.filter_map(rules_of).collect();
        }
        vec![rules::lower(root, complaints)]
    });
    let parts = parts.unwrap_or_default().into_iter().map(|part: RuleFile| part.with_features(&request.features));
    let parts: Vec<RuleFile> = parts.collect();
    let reading = RuleReading {
        ignores_unknown_keys: request.ignore_unknown_fields,
        knows_relatives: !is_promtool,
        features: request.features.clone(),
    };
    for part in &parts {
        complaints = part.refusals(complaints, &reading);
    }
    complaints.sort_by_key(|complaint| complaint.span);
    (file, RulesFile { file: id, parts, complaints })
}

fn rules_of(manifest: Manifest) -> Option<RuleFile> {
    match manifest.resource {
        Resource::Rules(rules) => Some(rules),
        _ => None,
    }
}

/// Reads the first document of a file with a reader; an empty file has none.
fn first_document<T>(
    id: FileId,
    path: &Path,
    lower: impl FnOnce(Node<'_>, &mut Complaints) -> T,
) -> (SourceFile, Vec<Diagnostic>, Option<T>) {
    let workspace::Text { file, mut complaints, is_text } = workspace::read_text(id, path);
    if !is_text {
        return (file, complaints, None);
    }
    let stream = tree::yaml(&Excerpt::whole(id, file.text.clone()));
    complaints.extend(stream.complaints.iter().cloned());
    let lowered = stream.first().and_then(Tree::root).map(|root| lower(root, &mut complaints));
    (file, complaints, lowered)
}
