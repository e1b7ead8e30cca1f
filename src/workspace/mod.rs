//! The files of a monitoring folder and what each of them means. A workspace holds, and answers
//! look-ups; it has no opinion.

mod blank;
mod code;
mod decode;
mod discover;
mod disk;
mod earlier;
mod interpolate;
mod load;
mod progress;
mod recognise;
mod sample;
mod watch;

use std::{path::PathBuf, sync::Arc};

use crate::{
    diag::Diagnostic,
    live::Live,
    model::Document,
    text::{FileId, Files, SourceFile},
    tree::{Directive, Templated},
};

pub use blank::{Comments, pint};
pub use code::{Code, code_paths};
pub use decode::decode;
pub use discover::{Discovered, Stray, discover, is_readable_kind, is_variant};
pub use disk::{Disk, normalised, shared_folders};
pub use earlier::{Earlier, PathsThen, RecordsThen};
pub use load::{Drafts, Text, add_code, load, load_drafts, load_texts, read_bytes, read_text, shown, text};
pub use progress::{Progress, Stand};
pub use sample::is_sample;
pub use watch::Watch;

/// The name of the files in which users of dashboard-linter say what it is not to tell.
pub const EXEMPTIONS: &str = ".lint";

/// What became of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It holds documents that were understood.
    Read,
    /// It holds nothing that promcheck knows.
    Unrelated,
    /// It is a template, so it says nothing until rendered.
    Templated(Templated),
    /// It could not be read at all; the complaints say why.
    Unreadable,
    /// It is promcheck's own configuration.
    Config,
}

/// What reading one file gave beside its documents.
#[derive(Debug)]
pub struct Reading {
    /// What became of it.
    pub fate: Fate,
    /// What is wrong with it as a file: not UTF-8, no YAML, templated.
    pub complaints: Vec<Diagnostic>,
    /// Comments that suppress findings.
    pub directives: Vec<Directive>,
    /// What is wrong with such comments.
    pub about_directives: Vec<Diagnostic>,
}

impl Reading {
    /// Nothing is known yet but what became of the file.
    pub fn new(fate: Fate) -> Self {
        Self { fate, complaints: Vec::new(), directives: Vec::new(), about_directives: Vec::new() }
    }
}

/// A monitoring folder, read.
#[derive(Debug)]
pub struct Workspace {
    /// All files, sorted by path.
    pub files: Files,
    /// What became of each, by [`FileId`].
    pub readings: Vec<Reading>,
    /// The documents in them, in the order of files.
    pub documents: Vec<Document>,
    /// The source code that defines metrics, in the order of files.
    pub code: Vec<Code>,
    /// The paths that were given.
    pub roots: Vec<PathBuf>,
    /// The folders that were searched.
    pub folders: Vec<PathBuf>,
    /// How many files were passed by unread for their kind.
    pub passed_by: usize,
    /// What lies beside the files.
    pub disk: Disk,
    /// What the network said, as far as it was asked.
    pub live: Arc<Live>,
    /// What rules recorded in an earlier state, where one is compared with.
    pub recorded_then: Option<RecordsThen>,
}

impl Workspace {
    /// What became of a file.
    pub fn reading(&self, file: FileId) -> &Reading {
        &self.readings[file.0 as usize]
    }

    /// Adds the configuration as the last file, so that findings can point into it.
    pub fn add_config(&mut self, file: SourceFile) {
        self.files.add(file);
        self.readings.push(Reading::new(Fate::Config));
    }

    /// The file that lies at a path, if it was read.
    pub fn file_at(&self, path: &std::path::Path) -> Option<FileId> {
        let path = normalised(path);
        self.files.iter().find(|(_, file)| file.path == path).map(|(id, _)| id)
    }

    /// The documents of a file.
    pub fn documents_of(&self, file: FileId) -> &[Document] {
        let start = self.documents.partition_point(|document| document.file < file);
        let end = self.documents.partition_point(|document| document.file <= file);
        &self.documents[start..end]
    }
}
