//! Findings that were there when a project began to look, kept in a file so that only new ones are told.
//!
//! ```text
//! version   1
//! findings  [ path (from the folder of this file, with `/`), check, count, fingerprint, message ]
//! ```
//! An entry stands on a line of its own and entries are sorted, so that two branches that renew the file merge. What
//! counts are fingerprint and count: the check, the path, the underlined text and its line, but not where the line
//! stands. The message is for people.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    config::absolute,
    diag::{self, Diagnostic},
    workspace::{self, Workspace},
};

/// The version that is written and read.
const VERSION: u32 = 1;

/// Findings that are known, and how often each may occur.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baseline {
    /// The folder that its paths start from.
    folder: PathBuf,
    entries: Vec<Entry>,
}

/// Findings that agree in everything that a fingerprint holds.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The file, from the folder of the baseline.
    pub path: String,
    /// The check.
    pub check: String,
    /// How many there are.
    pub count: usize,
    /// Their fingerprint.
    pub fingerprint: String,
    /// What the first of them says.
    pub message: String,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    findings: Vec<Entry>,
}

/// What a baseline makes of findings.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Those that it does not hold.
    pub new: Vec<Diagnostic>,
    /// How many it holds.
    pub known: usize,
    /// What it holds and is found no more, with the number of findings that are gone.
    pub stale: Vec<Entry>,
    /// What it would be if all of them were accepted.
    pub renewed: Baseline,
}

impl Baseline {
    /// One that holds nothing, to lie at `path`.
    pub fn empty(path: &Path) -> Self {
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Self { folder, entries: Vec::new() }
    }

    /// Reads the file at `path`.
    ///
    /// # Errors
    /// When it cannot be read or is no baseline, with the reason in words.
    pub fn read(path: &Path) -> Result<Self, String> {
        let bytes = workspace::read_bytes(path)?;
        let stored: Stored = serde_json::from_slice(&bytes).map_err(|error| format!("this is no baseline: {error}"))?;
        if stored.version != VERSION {
            return Err(format!("this is a baseline of version {}, and {VERSION} is known", stored.version));
        }
        Ok(Self { entries: stored.findings, ..Self::empty(path) })
    }

    /// Its text.
    pub fn render(&self) -> String {
        let mut text = format!("{{\n  \"version\": {VERSION},\n  \"findings\": [");
        for (rank, entry) in self.entries.iter().enumerate() {
            let line = serde_json::to_string(entry).unwrap_or_default();
            text.push_str(if rank == 0 { "\n    " } else { ",\n    " });
            text.push_str(&line);
        }
        text.push_str(if self.entries.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        text
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.entries.iter().map(|entry| entry.count).sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes out of findings, which are those of `checks` in a workspace, what is known. What was not looked at, because
    /// its check did not run or its file was not read, is neither stale nor forgotten; a file that is gone is.
    pub fn compare(&self, workspace: &Workspace, checks: &[&str], findings: Vec<Diagnostic>) -> Compared {
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in &self.entries {
            *left.entry(&entry.fingerprint).or_default() += entry.count;
        }
        let mut compared = Compared {
            new: Vec::new(),
            known: 0,
            stale: Vec::new(),
            renewed: Self { entries: Vec::new(), ..self.clone() },
        };
        let mut found: BTreeMap<String, Entry> = BTreeMap::new();
        for finding in findings {
            let entry = self.entry(workspace, &finding);
            match left.get_mut(entry.fingerprint.as_str()).filter(|count| **count > 0) {
                Some(count) => {
                    *count -= 1;
                    compared.known += 1;
                }
                None => compared.new.push(finding),
            }
            found.entry(entry.fingerprint.clone()).and_modify(|known| known.count += 1).or_insert(entry);
        }
        let read = self.read_paths(workspace);
        for entry in &self.entries {
            let was_looked_at = checks.contains(&entry.check.as_str())
                && (read.contains(&entry.path) || !workspace.disk.exists(&self.folder.join(&entry.path)));
            let gone = left.get_mut(entry.fingerprint.as_str()).map(std::mem::take).unwrap_or_default();
            if gone == 0 {
                continue;
            }
            let entry = Entry { count: gone.min(entry.count), ..entry.clone() };
            if was_looked_at {
                compared.stale.push(entry);
            } else {
                found.insert(entry.fingerprint.clone(), entry);
            }
        }
        compared.renewed.entries = found.into_values().collect();
        compared.renewed.entries.sort();
        compared
    }

    fn entry(&self, workspace: &Workspace, finding: &Diagnostic) -> Entry {
        let file = workspace.files.file(finding.span.file);
        let path = self.relative(&file.path);
        Entry {
            fingerprint: diag::fingerprint(file, &path, finding),
            path,
            check: finding.check.to_owned(),
            count: 1,
            message: finding.message.clone(),
        }
    }

    fn read_paths(&self, workspace: &Workspace) -> BTreeSet<String> {
        workspace.files.iter().map(|(_, file)| self.relative(&file.path)).collect()
    }

    /// A path from the folder of the baseline on; as it is shown when it lies elsewhere.
    fn relative(&self, path: &Path) -> String {
        let inside = || absolute(path)?.strip_prefix(absolute(&self.folder)?).ok().map(Path::to_path_buf);
        workspace::shown(&inside().unwrap_or_else(|| path.to_path_buf()))
    }
}
