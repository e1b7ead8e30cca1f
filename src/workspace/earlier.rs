//! An earlier state of the files: what differs from now, and what rules recorded then.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::model::Document;

use super::{Discovered, Drafts, Workspace};

/// An earlier state of the files, by what differs from now.
#[derive(Clone, Debug, Default)]
pub struct Earlier {
    /// How it is called: `main`.
    pub name: String,
    /// The former text of each file that has another now; `None` for one that was not there.
    pub texts: BTreeMap<PathBuf, Option<Arc<str>>>,
}

impl Earlier {
    /// What would have been discovered then; `takes` says whether a file that is gone counts.
    pub fn discovered(&self, mut now: Discovered, takes: impl Fn(&Path) -> bool) -> Discovered {
        now.files.retain(|path| !matches!(self.texts.get(path), Some(None)));
        now.add(self.present().filter(|path| takes(path)).cloned().collect());
        now
    }

    /// The former texts.
    pub fn drafts(&self) -> Drafts {
        let texts = self.texts.iter().filter_map(|(path, text)| Some((path.clone(), Arc::clone(text.as_ref()?))));
        texts.collect()
    }

    /// How the paths of then differ from those on the disk.
    pub fn paths(&self) -> PathsThen {
        let absent = self.texts.iter().filter(|(_, text)| text.is_none()).map(|(path, _)| path.clone());
        PathsThen { absent: absent.collect(), present: self.present().cloned().collect() }
    }

    fn present(&self) -> impl Iterator<Item = &PathBuf> {
        self.texts.iter().filter(|(_, text)| text.is_some()).map(|(path, _)| path)
    }
}

/// Paths that were not there, and paths that were; all others are as on the disk.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PathsThen {
    /// Files that were not there.
    pub absent: BTreeSet<PathBuf>,
    /// Files that were there, and may be gone.
    pub present: BTreeSet<PathBuf>,
}

/// What rules recorded in an earlier state.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RecordsThen {
    /// How the state is called.
    pub state: String,
    /// The recorded names, each with the first file that recorded it, as it is shown.
    pub names: BTreeMap<String, String>,
}

impl RecordsThen {
    /// Reads the names out of a workspace of that state.
    pub fn of(workspace: &Workspace, state: &str) -> Self {
        let mut names = BTreeMap::new();
        for document in &workspace.documents {
            for name in document.rules().filter_map(|(_, rule)| rule.record.as_ref()) {
                names.entry(name.value.clone()).or_insert_with(|| shown(workspace, document));
            }
        }
        Self { state: state.to_owned(), names }
    }
}

fn shown(workspace: &Workspace, document: &Document) -> String {
    workspace.files.file(document.file).name.clone()
}
