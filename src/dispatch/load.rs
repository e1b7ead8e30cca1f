//! Whether Alertmanager loads a configuration, as `amtool check-config` says, with every reason and its place.

use std::path::{Path, PathBuf};

use crate::{
    diag::{Diagnostic, Severity},
    model::alertmanager::{self, Alertmanager, demands, newer_than},
    template::{Dialect, Template},
    text::{Excerpt, FileId, Files, Spanned},
    tree::{self, Stream, Tree},
    vocab::Version,
    workspace::{Disk, Text, read_bytes, text},
};

/// A configuration as Alertmanager loads it.
#[derive(Debug)]
pub struct Loaded {
    /// Its file.
    pub file: FileId,
    /// What it says; nothing when it is empty or no YAML at all.
    pub config: Option<Alertmanager>,
    /// Why Alertmanager refuses it, in the order of the file; nothing when it does not.
    pub refusals: Vec<Diagnostic>,
}

/// What the template files of a configuration gave.
#[derive(Debug)]
pub struct Templates {
    /// The files that were found.
    pub files: Vec<FileId>,
    /// Why Alertmanager refuses them.
    pub refusals: Vec<Diagnostic>,
}

/// Loads a configuration from its bytes, or complains of the reason why there are none. Unlike Alertmanager,
/// which stops at the first reason, it finds them all.
pub fn load(files: &mut Files, path: PathBuf, bytes: Result<Vec<u8>, String>, version: Version) -> Loaded {
    let id = FileId(files.len() as u32);
    let Text { file, mut complaints, is_text } = text(id, path, bytes);
    let text = file.text.clone();
    let file = files.add(file);
    let mut config = None;
    if is_text {
        let stream = tree::yaml(&Excerpt::whole(file, text));
        complaints.extend(about_first(&stream));
        config = lowered(&stream, &mut complaints);
        match &config {
            Some(config) => {
                complaints.extend(demands(config, &|_| false));
                complaints.extend(newer_than(config, version));
            }
            None if complaints.is_empty() => complaints.push(alertmanager::no_route(file)),
            None => {}
        }
    }
    complaints.retain(|complaint| complaint.severity == Severity::Error);
    Loaded { file, config, refusals: adopted(complaints, "alertmanager/invalid") }
}

/// Complaints of the first document of a stream, the only one that Alertmanager reads.
fn about_first(stream: &Stream) -> impl Iterator<Item = Diagnostic> {
    let second = stream.documents.get(1).and_then(Tree::root).map(|root| root.span().start);
    stream.complaints.iter().filter(move |complaint| second.is_none_or(|at| complaint.span.start < at)).cloned()
}

fn lowered(stream: &Stream, complaints: &mut Vec<Diagnostic>) -> Option<Alertmanager> {
    let root = stream.first().and_then(Tree::root).filter(|root| !root.is_null())?;
    Some(alertmanager::lower(root, complaints))
}

/// Reads the template files that a configuration names, relative to its folder.
pub fn templates(files: &mut Files, config: &Alertmanager, folder: &Path) -> Templates {
    let mut found = Templates { files: Vec::new(), refusals: Vec::new() };
    for glob in config.templates.iter().filter(|glob| !glob.value.is_empty()) {
        let Some(paths) = Disk::Real.matching(&folder.join(&glob.value)) else {
            let complaint = Diagnostic::error(glob.span, format!("`{}` is a malformed pattern", glob.value));
            found.refusals.push(complaint.help("close the bracket, or write `\\[` for the letter"));
            continue;
        };
        for path in paths {
            found.read(files, path, glob);
        }
    }
    found.refusals = adopted(std::mem::take(&mut found.refusals), "alertmanager/template-syntax");
    found
}

impl Templates {
    fn read(&mut self, files: &mut Files, path: PathBuf, glob: &Spanned<String>) {
        let bytes = match read_bytes(&path) {
            Ok(bytes) => bytes,
            Err(reason) => {
                let complaint =
                    format!("`{}` leads to `{}`, which cannot be read: {reason}", glob.value, path.display());
                self.refusals.push(Diagnostic::error(glob.span, complaint));
                return;
            }
        };
        let id = FileId(files.len() as u32);
        let opened = text(id, path, Ok(bytes));
        let text = Excerpt::whole(id, opened.file.text.clone());
        self.files.push(files.add(opened.file));
        if opened.is_text {
            self.refusals.extend_from_slice(Template::parse(text, Dialect::Alertmanager).errors());
        }
    }
}

fn adopted(mut complaints: Vec<Diagnostic>, check: &'static str) -> Vec<Diagnostic> {
    complaints.iter_mut().for_each(|complaint| complaint.check = check);
    complaints.sort_by(|left, right| left.span.cmp(&right.span).then_with(|| left.message.cmp(&right.message)));
    complaints.dedup();
    complaints
}
