//! The files of a workspace and their texts.

use std::{path::PathBuf, sync::OnceLock};

use super::{FileId, LineIndex, Position, SharedText, Span};

/// A file as it was read.
#[derive(Debug)]
pub struct SourceFile {
    /// Where it lies, as given on the command line or found below it.
    pub path: PathBuf,
    /// How it is shown: relative to the working directory where possible, with `/`.
    pub name: String,
    /// Its text; bytes that are not UTF-8 were replaced and reported by the reader.
    pub text: SharedText,
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    /// A file with this text.
    pub fn new(path: PathBuf, name: String, text: impl Into<SharedText>) -> Self {
        Self { path, name, text: text.into(), lines: OnceLock::new() }
    }

    /// The line index, built when first asked for.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::of(&self.text))
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset)
    }

    /// The text of a span; what does not lie on character boundaries of this file is empty.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

/// All files, by [`FileId`].
#[derive(Debug, Default)]
pub struct Files {
    files: Vec<SourceFile>,
}

impl Files {
    /// Adds a file; ids count up from 0.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(file);
        FileId(self.files.len() as u32 - 1)
    }

    /// A file by id.
    ///
    /// # Panics
    /// When the id was made by another `Files`.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The text of a span.
    pub fn slice(&self, span: Span) -> &str {
        self.file(span.file).slice(span)
    }

    /// All files with their ids, in order.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(at, file)| (FileId(at as u32), file))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}
