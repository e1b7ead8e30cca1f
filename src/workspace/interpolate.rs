//! Compose files read anew with the variables of the `.env` file beside them.

use std::path::Path;

use crate::{
    model::{
        Body, Document,
        compose::{self, Variables},
    },
    text::{Excerpt, FileId},
    tree::{self, Complaints},
};

use super::Workspace;

/// Gives each compose file that stands beside a `.env` file what that says.
pub fn interpolate(workspace: &mut Workspace) {
    let beside = |workspace: &Workspace, document: &Document| {
        document.compose()?;
        let variables = variables_beside(workspace, document.file)?;
        lowered(workspace, document, &variables)
    };
    for at in 0..workspace.documents.len() {
        let Some((body, complaints)) = beside(workspace, &workspace.documents[at]) else { continue };
        let document = &mut workspace.documents[at];
        (document.body, document.complaints) = (body, complaints);
    }
}

/// What the `.env` file in the folder of a file says.
fn variables_beside(workspace: &Workspace, file: FileId) -> Option<Variables> {
    let folder = workspace.files.file(file).path.parent().unwrap_or(Path::new(""));
    let found = workspace.file_at(&folder.join(".env"))?;
    let env_file = workspace.documents_of(found).first()?.env_file()?;
    Some(env_file.variables(&Variables::default()))
}

fn lowered(workspace: &Workspace, document: &Document, variables: &Variables) -> Option<(Body, Complaints)> {
    let text = workspace.files.file(document.file).text.clone();
    let stream = tree::yaml(&Excerpt::whole(document.file, text));
    let mut roots = stream.documents.iter().filter_map(tree::Tree::root);
    let root = roots.find(|root| root.span() == document.span)?;
    let mut complaints = Complaints::new();
    let compose = compose::lower(root, variables, &mut complaints);
    Some((Body::Compose(Box::new(compose)), complaints))
}
