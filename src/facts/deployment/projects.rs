//! Compose files that make one project, since one includes the others.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    model::{Document, compose::Compose},
    text::FileId,
    workspace::{Workspace, normalised},
};

use super::inheritance::folder;

/// How many files may include one another.
const MOST: usize = 8;

/// Which file includes which.
#[derive(Debug, Default)]
pub struct Projects {
    /// By the file that is included.
    included: BTreeMap<FileId, Inclusion>,
    /// Whether a file is included that was not read, so that further services exist.
    pub includes_unread: bool,
}

#[derive(Debug)]
struct Inclusion {
    by: FileId,
    /// The folder that its relative paths start from, where that is not its own.
    folder: Option<PathBuf>,
}

impl Projects {
    /// Gathers what compose files include.
    pub fn of(workspace: &Workspace, files: &[(&Document, &Compose)]) -> Self {
        let mut projects = Self::default();
        for (document, compose) in files {
            let start = folder(workspace, document);
            for include in &compose.includes {
                let directory = include.project_directory.as_ref().map(|directory| directory.known());
                let first = include.paths.first().and_then(|path| path.known());
                let folder = match directory {
                    Some(directory) => directory.map(|directory| normalised(&start.join(directory))),
                    None => first.and_then(|first| Some(normalised(&start.join(first)).parent()?.to_owned())),
                };
                for path in &include.paths {
                    let found = path.known().and_then(|path| workspace.file_at(&start.join(path)));
                    let Some(found) = found.filter(|_| folder.is_some()) else {
                        projects.includes_unread = true;
                        continue;
                    };
                    projects.included.insert(found, Inclusion { by: document.file, folder: folder.clone() });
                }
            }
        }
        projects
    }

    /// The file that includes all others of the project that a file belongs to.
    pub fn root(&self, file: FileId) -> FileId {
        let mut at = file;
        for _ in 0..MOST {
            match self.included.get(&at) {
                Some(inclusion) => at = inclusion.by,
                None => break,
            }
        }
        at
    }

    /// The folder that the relative paths of an included file start from.
    pub fn folder(&self, file: FileId) -> Option<&Path> {
        self.included.get(&file)?.folder.as_deref()
    }
}
