//! Who fills in the variables of a configuration: scripts, `envsubst`, `sed`.

use std::{collections::BTreeMap, path::Path};

use crate::{
    model::{Document, compose::Service},
    workspace::Workspace,
};

use super::Program;

/// Who may fill in the variables of a configuration before a program reads it that expands none itself.
#[derive(Debug)]
pub struct Fillers<'w> {
    workspace: &'w Workspace,
    program: Program,
    /// Whether a container of the program runs a script of its own, or a file speaks of `envsubst`.
    scripts: Option<bool>,
    /// Whether some file replaces a variable.
    replaced: BTreeMap<&'w str, bool>,
}

impl<'w> Fillers<'w> {
    /// Asks the files of a workspace, when somebody wants to know.
    pub fn of(workspace: &'w Workspace, program: Program) -> Self {
        Self { workspace, program, scripts: None, replaced: BTreeMap::new() }
    }

    /// Whether somebody seems to fill in a variable of the configuration at this path.
    pub fn fill_in(&mut self, said: &'w str, path: &Path) -> bool {
        let (workspace, program) = (self.workspace, self.program);
        is_template(path, workspace)
            || *self.scripts.get_or_insert_with(|| runs_scripts(workspace, program))
            || *self.replaced.entry(said).or_insert_with(|| is_replaced(said, workspace))
    }
}

/// Whether the name of a configuration, or what lies beside it, says that it is made into another file.
fn is_template(path: &Path, workspace: &Workspace) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = path.parent().unwrap_or(Path::new(""));
    let has = |pattern: &&str| !workspace.disk.glob(&folder.join(pattern)).is_empty();
    [".tmpl", ".tpl", ".j2", ".in"].iter().any(|end| name.contains(end)) || ["Dockerfile*", "*.sh"].iter().any(has)
}

fn runs_scripts(workspace: &Workspace, program: Program) -> bool {
    let is_prose = |path: &Path| path.extension().is_some_and(|extension| extension == "md" || extension == "markdown");
    let mut files = workspace.files.iter().filter(|(_, file)| !is_prose(&file.path));
    let mut services = workspace.documents.iter().filter_map(Document::compose).flat_map(|compose| &compose.services);
    services.any(|service| runs_script(service, program))
        || files.any(|(_, file)| ["envsubst", "gomplate"].iter().any(|word| file.text.contains(word)))
}

/// Whether some file replaces a placeholder by `sed`, as in `sed "s/__CHAT__/$CHAT/"`.
fn is_replaced(said: &str, workspace: &Workspace) -> bool {
    let is_command = |before: &str| {
        before.ends_with(['/', '|', '#', ',', '@']) && {
            let before = before[..before.len() - 1].strip_suffix('s');
            before.is_some_and(|before| !before.ends_with(char::is_alphanumeric))
        }
    };
    let mut files = workspace.files.iter().map(|(_, file)| &*file.text);
    files.any(|text| text.match_indices(said).any(|(at, _)| is_command(&text[..at])))
}

fn runs_script(service: &Service, program: Program) -> bool {
    let called = program.name().to_lowercase();
    let image = service.image.as_ref().and_then(|image| image.name.as_deref()).unwrap_or_default();
    let is_meant = image.contains(&called) || service.name.value.contains(&called);
    let mut words = service.command.iter().map(|word| word.text.text());
    is_meant
        && (service.build.is_some()
            || !service.entrypoint.is_empty()
            || words.any(|word| ["sed ", "sh ", "/bin/sh", "/bin/bash"].iter().any(|script| word.contains(script))))
}
