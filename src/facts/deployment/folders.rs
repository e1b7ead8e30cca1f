//! The folder that the relative paths of a compose file start from.

use std::path::{Path, PathBuf};

use crate::{
    model::{
        Document,
        compose::{Compose, Mount, MountKind, Value},
    },
    workspace::{Workspace, normalised},
};

use super::inheritance::folder;

/// How many folders above its own a compose file may be started from.
const MOST_ABOVE: usize = 4;

/// How many files a folder above may lack for each thing that it has of what is mounted.
const MOST_MISSING: usize = 3;

/// So many things that are mounted are not found in a folder by chance.
const MANY: usize = 3;

/// The folder that relative paths start from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Home {
    /// The folder.
    pub folder: PathBuf,
    /// Whether something that is mounted was found there, so that what was not found is missing. Of an example, or of
    /// what has yet to be filled in, nothing need be there; and a folder above that lacks most files of what is mounted may
    /// be another one than is meant.
    pub is_proven: bool,
}

/// Words in names of files that nobody runs as they are.
const EXAMPLES: [&str; 7] = ["example", "examples", "sample", "template", "tmpl", "tpl", "dist"];

/// Finds the folder that the relative paths of a compose file start from: its own; or, when the file is
/// used as a second `-f` or with `--project-directory`, a folder above it, where more of what it mounts is, unless what it
/// builds is found from its own, and what it mounts is not elsewhere.
pub fn home(workspace: &Workspace, document: &Document, compose: &Compose) -> Home {
    let own = folder(workspace, document);
    let mounts = compose.services.iter().flat_map(|service| &service.mounts);
    let sources: Vec<String> = mounts.filter_map(relative_source).collect();
    let found = |folder: &Path| {
        let is_there = |source: &&String| {
            let path = normalised(&folder.join(source));
            !folder.starts_with(&path) && workspace.disk.exists(&path)
        };
        sources.iter().filter(is_there).count()
    };
    let missing_files = |folder: &Path| {
        let is_file = |source: &&String| Path::new(source.as_str()).extension().is_some();
        sources
            .iter()
            .filter(is_file)
            .filter(|source| !workspace.disk.exists(&normalised(&folder.join(source))))
            .count()
    };
    let name =
        workspace.files.file(document.file).path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let is_example = name.split(['.', '-', '_']).any(|word| EXAMPLES.contains(&word));
    let mut best = Home { folder: own.to_owned(), is_proven: false };
    let mut most = 0;
    let is_built_here = builds_in(own, compose, workspace);
    // What was moved without its files is still started from where they all are.
    let has_all = |folder: &Path, count: usize| count >= MANY && missing_files(folder) * 2 < count && found(own) == 0;
    for folder in own.ancestors().take(MOST_ABOVE) {
        let count = found(folder);
        if count > most && (folder == own || !is_built_here || has_all(folder, count)) {
            most = count;
            let is_meant = folder == own || missing_files(folder) <= MOST_MISSING * count;
            best = Home { folder: folder.to_owned(), is_proven: !is_example && is_meant };
        }
    }
    best
}

/// Whether a service is built of a `Dockerfile`, or one of another name, that is found from a folder.
fn builds_in(folder: &Path, compose: &Compose, workspace: &Workspace) -> bool {
    let mut recipes = compose.services.iter().filter_map(|service| {
        let recipe = service.dockerfile.as_ref().map_or(Some("Dockerfile".to_owned()), Value::known)?;
        Some(Path::new(&service.context.as_ref()?.known()?).join(recipe))
    });
    recipes.any(|recipe| workspace.disk.exists(&normalised(&folder.join(recipe))))
}

/// The path of a bind mount, if it is relative and known.
pub fn relative_source(mount: &Mount) -> Option<String> {
    let source = mount.source.as_ref().filter(|_| mount.kind == MountKind::Bind)?.known()?;
    let is_relative = !source.starts_with(['/', '~', '\\', '$']) && !source.contains(":\\");
    is_relative.then_some(source)
}
