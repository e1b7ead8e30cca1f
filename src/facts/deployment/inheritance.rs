//! The services whose settings a service takes over with `extends`.

use std::path::Path;

use crate::{
    model::{
        Document,
        compose::{Compose, Service},
    },
    workspace::Workspace,
};

/// How many services may take over from one another.
const MOST: usize = 8;

/// What a service takes over.
pub struct Inherited<'w> {
    /// The services, the nearest first.
    pub services: Vec<&'w Service>,
    /// Whether these are all of them.
    pub is_whole: bool,
}

/// The services whose settings a service takes over, one from another. Those in other folders are not followed: their
/// relative paths count from there.
pub fn inherited<'w>(
    workspace: &'w Workspace,
    document: &'w Document,
    compose: &'w Compose,
    service: &'w Service,
) -> Inherited<'w> {
    let mut services = Vec::new();
    let mut at = (document, compose, service);
    while at.2.extends.is_some() && services.len() < MOST {
        let Some(base) = base(workspace, at) else { return Inherited { services, is_whole: false } };
        services.push(base.2);
        at = base;
    }
    Inherited { services, is_whole: at.2.extends.is_none() }
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
            let folder = workspace.files.file(document.file).path.parent().unwrap_or(Path::new(""));
            let file = file.known()?;
            let file = file.strip_prefix("./").unwrap_or(&file);
            let found = workspace.file_at(&folder.join(file)).filter(|_| !file.contains('/'))?;
            workspace.documents_of(found).iter().find_map(|document| Some((document, document.compose()?)))?
        }
    };
    Some((document, compose, compose.service(&name)?))
}
