//! The services whose settings a service takes over with `extends`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    model::{
        Document,
        compose::{Compose, Service},
    },
    text::FileId,
    workspace::{Workspace, normalised},
};

/// How many services may take over from one another.
const MOST: usize = 8;

/// What a service takes over.
pub struct Inherited<'w> {
    /// The services, the nearest first.
    pub services: Vec<&'w Service>,
    /// The folders that the relative paths of those in other folders start from, by file.
    pub folders: BTreeMap<FileId, PathBuf>,
    /// Whether these are all of them.
    pub is_whole: bool,
}

/// The services whose settings a service takes over, one from another.
pub fn inherited<'w>(
    workspace: &'w Workspace,
    document: &'w Document,
    compose: &'w Compose,
    service: &'w Service,
) -> Inherited<'w> {
    let mut inherited = Inherited { services: Vec::new(), folders: BTreeMap::new(), is_whole: true };
    let own = folder(workspace, document);
    let mut at = (document, compose, service);
    while at.2.extends.is_some() {
        let Some(base) = base(workspace, at).filter(|_| inherited.services.len() < MOST) else {
            inherited.is_whole = false;
            break;
        };
        if folder(workspace, base.0) != own {
            inherited.folders.insert(base.0.file, folder(workspace, base.0).to_owned());
        }
        inherited.services.push(base.2);
        at = base;
    }
    inherited
}

/// The folder that the file of a document lies in.
pub fn folder<'w>(workspace: &'w Workspace, document: &Document) -> &'w Path {
    workspace.files.file(document.file).path.parent().unwrap_or(Path::new(""))
}

/// A service, the compose file it stands in, and the document of that.
type Place<'w> = (&'w Document, &'w Compose, &'w Service);

/// The service that another takes over from.
fn base<'w>(workspace: &'w Workspace, (document, compose, service): Place<'w>) -> Option<Place<'w>> {
    let extends = service.extends.as_ref()?;
    let name = extends.service.as_ref()?.known()?;
    let (document, compose) = match &extends.file {
        None => (document, compose),
        Some(file) => {
            let found = workspace.file_at(&normalised(&folder(workspace, document).join(file.known()?)))?;
            workspace.documents_of(found).iter().find_map(|document| Some((document, document.compose()?)))?
        }
    };
    Some((document, compose, compose.service(&name)?))
}
