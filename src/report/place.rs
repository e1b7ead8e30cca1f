//! A span in the terms of machine-readable reports.

use serde::Serialize;

use crate::text::{Files, Span};

/// Where something is: lines and columns count from 1 and columns count characters; the end is one past
/// the last character; bytes count from 0.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Place<'a> {
    /// The file, as it is shown.
    pub path: &'a str,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Column of the end.
    pub end_column: u32,
    /// First byte.
    pub start_byte: u32,
    /// One past the last byte.
    pub end_byte: u32,
}

impl<'a> Place<'a> {
    /// The place of a span; what lies beyond the file is cut off.
    pub fn of(files: &'a Files, span: Span) -> Self {
        let file = files.file(span.file);
        let length = u32::try_from(file.text.len()).unwrap_or(u32::MAX);
        let (start_byte, end_byte) = (span.start.min(length), span.end.min(length));
        let start = file.position(start_byte);
        let end = if end_byte == start_byte { start } else { file.position(end_byte) };
        let (line, column) = (start.line, start.column);
        Self { path: &file.name, line, column, end_line: end.line, end_column: end.column, start_byte, end_byte }
    }
}
