//! The environment of a container: what its service sets, and what the files say that it is given.

use std::path::Path;

use crate::{
    model::compose::{EnvFile, Value, Variables, env_file::is_env_file},
    text::{Span, Spanned},
    workspace::{Workspace, is_sample, normalised},
};

use super::Container;

/// A variable in the environment of a container.
#[derive(Clone, Debug)]
pub struct Variable<'w> {
    /// The variable.
    pub name: &'w Spanned<String>,
    /// What the compose file sets it to; `None` when a file of variables does, or what is outside.
    pub written: Option<&'w Value>,
    /// Its value, as far as that is known.
    pub known: Option<String>,
}

/// What a value is by one file of variables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Supplied {
    /// The value.
    pub value: String,
    /// Where the file sets a variable of it.
    pub place: Span,
}

/// The variables of a container, each once; `None` where some are in files that are not at hand.
pub fn environment<'w>(workspace: &'w Workspace, container: &Container<'w>) -> Option<Vec<Variable<'w>>> {
    if container.inherits_unread {
        return None;
    }
    let mut all: Vec<Variable<'w>> = Vec::new();
    for (name, value) in container.services().flat_map(|service| &service.environment) {
        let known = value.as_ref().and_then(Value::known);
        add(&mut all, Variable { name, written: value.as_ref(), known });
    }
    let mut files: Vec<_> = container.services().flat_map(|service| &service.env_files).collect();
    files.reverse();
    for given in files {
        let folder = container.folder_of(given.path.span().file);
        let path = given.path.known().filter(|_| !given.is_raw)?;
        let file = env_file(workspace, &folder.join(path)).filter(|file| file.is_whole)?;
        let values = file.variables(&given.path.variables);
        for assignment in &file.assignments {
            let known = values.get(&assignment.name.value).flatten().map(str::to_owned);
            add(&mut all, Variable { name: &assignment.name, written: None, known });
        }
    }
    Some(all)
}

fn add<'w>(all: &mut Vec<Variable<'w>>, variable: Variable<'w>) {
    if !all.iter().any(|one| one.name.value == variable.name.value) {
        all.push(variable);
    }
}

fn env_file<'w>(workspace: &'w Workspace, path: &Path) -> Option<&'w EnvFile> {
    let found = workspace.file_at(&normalised(path))?;
    workspace.documents_of(found).first()?.env_file()
}

impl Container<'_> {
    /// What the `.env` file beside the compose file makes of a value, and where it does.
    pub fn supplied(&self, workspace: &Workspace, value: &Value) -> Option<Supplied> {
        let folder = workspace.files.file(value.span().file).path.parent()?;
        let file = env_file(workspace, &folder.join(".env"))?;
        let place = value.asks().iter().find_map(|variable| file.place(&variable.value))?;
        Some(Supplied { value: value.known()?, place })
    }

    /// What a value is by each sample of a `.env` file beside the compose file, such as `.env.example`, that sets a
    /// variable of it: people make their own by it.
    pub fn documented(&self, workspace: &Workspace, value: &Value) -> Vec<Supplied> {
        let is_beside = |path: &Path| path.parent() == Some(self.home.folder.as_path());
        let samples = workspace.documents.iter().filter_map(|document| {
            let path = workspace.files.file(document.file).path.as_path();
            document.env_file().filter(|_| is_beside(path) && is_env_file(path) && is_sample(path))
        });
        samples
            .filter_map(|file| {
                let place = value.asks().iter().find_map(|variable| file.place(&variable.value))?;
                let variables = file.variables(&Variables::default());
                Some(Supplied { value: variables.expand(value.text.text())?, place })
            })
            .collect()
    }
}
