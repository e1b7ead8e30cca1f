//! One box of an excerpt: a few lines of one file with text underlined, drawn by miette.
//!
//! miette is never given a file. It scans its source from the first byte for each label, which is
//! quadratic in a long report, and it would print whatever the file holds. It is given a [`Sheet`]: the
//! lines to show, already cut and made printable, with the real line numbers.

use std::{fmt, io, ops::Range};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents,
};

use crate::{
    diag::Severity,
    text::{Position, SourceFile, Span, floor},
};

use super::{
    Look, one_line, plain,
    window::{Window, columns, wrapped},
};

/// Lines shown before and after the underlined ones.
const CONTEXT: usize = 1;
/// A place over more lines than this is shown by its first.
const MOST_LINES: usize = 8;
/// Words beside a mark are not wrapped to fewer columns than this.
const FEWEST_COLUMNS: usize = 28;

/// A place to underline and what to say there.
#[derive(Clone, Debug)]
pub struct Mark<'a> {
    /// Where.
    pub span: Span,
    /// What; empty to underline only.
    pub words: &'a str,
    /// Whether this is the place of the finding itself.
    pub main: bool,
}

/// Marks of one file that are drawn in one box.
#[derive(Debug)]
pub struct Snippet<'a> {
    file: &'a SourceFile,
    marks: Vec<Drawn>,
}

/// A mark in terms of lines.
#[derive(Clone, Debug)]
struct Drawn {
    bytes: Range<usize>,
    /// From 0; the last is the line that holds the last byte.
    lines: Range<usize>,
    words: String,
    main: bool,
}

impl Drawn {
    fn is_whole_file(&self) -> bool {
        self.bytes == (0..0)
    }
}

/// The boxes that show these marks of one file: marks on near lines share one, marks that overlap do not.
/// The box of the finding itself comes first, the others in the order of the marks.
pub fn snippets<'a>(file: &'a SourceFile, marks: &[Mark<'_>]) -> Vec<Snippet<'a>> {
    let mut snippets: Vec<Snippet<'a>> = Vec::new();
    for mark in marks {
        let drawn = drawn(file, mark);
        match snippets.iter_mut().find(|snippet| snippet.takes(&drawn)) {
            Some(snippet) => snippet.marks.push(drawn),
            None => snippets.push(Snippet { file, marks: vec![drawn] }),
        }
    }
    for snippet in &mut snippets {
        snippet.marks.sort_by_key(|mark| (mark.bytes.start, mark.bytes.end));
    }
    snippets
}

/// Finds the lines of a mark. Line breaks at its end are not part of it, and of many lines only the first
/// is kept.
fn drawn(file: &SourceFile, mark: &Mark<'_>) -> Drawn {
    let text = &*file.text;
    let start = floor(text, mark.span.start as usize);
    let mut end = floor(text, mark.span.end as usize).max(start);
    end = start + text[start..end].trim_end_matches(['\n', '\r']).len();
    let line_of = |at: usize| file.lines().line_of(at as u32);
    let first = line_of(start);
    let mut last = if end > start { line_of(end - 1) } else { first };
    let mut words = one_line(mark.words).into_owned();
    if last - first >= MOST_LINES {
        let note = format!("to line {}", last + 1);
        words = if words.is_empty() { note } else { format!("{words} ({note})") };
        last = first;
        end = line_range(file, first).end.max(start);
    }
    Drawn { bytes: start..end, lines: first..last, words, main: mark.main }
}

/// The bytes of a line (from 0) without its line break.
fn line_range(file: &SourceFile, line: usize) -> Range<usize> {
    let start = file.lines().start_of(line) as usize;
    let end = if line + 1 < file.lines().len() { file.lines().start_of(line + 1) as usize } else { file.text.len() };
    start..start + file.text[start..end].trim_end_matches(['\n', '\r']).len()
}

impl Snippet<'_> {
    /// Whether this is about the file as a whole, so that no line of it is worth showing.
    fn is_whole_file(&self) -> bool {
        self.marks.iter().all(Drawn::is_whole_file)
    }

    fn takes(&self, other: &Drawn) -> bool {
        let near = |mark: &Drawn| {
            mark.lines.start <= other.lines.end + 2 * CONTEXT + 1
                && other.lines.start <= mark.lines.end + 2 * CONTEXT + 1
        };
        let apart = |mark: &Drawn| {
            let multi = |drawn: &Drawn| drawn.lines.start != drawn.lines.end;
            let lines_meet = mark.lines.start <= other.lines.end && other.lines.start <= mark.lines.end;
            let bytes_meet = mark.bytes.start < other.bytes.end.max(other.bytes.start + 1)
                && other.bytes.start < mark.bytes.end.max(mark.bytes.start + 1);
            !bytes_meet
                && !mark.is_whole_file()
                && !other.is_whole_file()
                && !(lines_meet && (multi(mark) || multi(other)))
        };
        self.marks.iter().any(near) && self.marks.iter().all(apart)
    }

    /// Digits of the last line number.
    pub fn number_width(&self) -> usize {
        if self.is_whole_file() {
            return 1;
        }
        (self.lines().end + 1).to_string().len()
    }

    /// The lines to show, from 0, the last included.
    fn lines(&self) -> Range<usize> {
        let blank = |line: usize| {
            self.file.text[line_range(self.file, line)].len() < 200 && {
                self.file.text[line_range(self.file, line)].trim().is_empty()
            }
        };
        let first = self.marks.iter().map(|mark| mark.lines.start).min().unwrap_or_default();
        let last = self.marks.iter().map(|mark| mark.lines.end).max().unwrap_or_default();
        let start = first.checked_sub(CONTEXT).filter(|&line| !blank(line)).unwrap_or(first);
        let after = last + CONTEXT;
        let end = if after < self.file.lines().len() && !blank(after) { after } else { last };
        start..end
    }

    /// Draws the box with its line numbers right-aligned in `number_width` columns.
    pub fn draw(&self, severity: Severity, look: Look, number_width: usize) -> io::Result<String> {
        let indent = " ".repeat(number_width - self.number_width().min(number_width));
        if self.is_whole_file() {
            let words: String = self
                .marks
                .iter()
                .filter(|mark| !mark.words.is_empty())
                .map(|mark| format!("{indent}   │ {}\n", mark.words))
                .collect();
            return Ok(format!("{indent}   ╭─[{}]\n{words}{indent}   ╰────\n", one_line(&self.file.name)));
        }
        let gutter = if self.marks.iter().any(|mark| mark.lines.start != mark.lines.end) { 4 } else { 0 };
        let sheet = self.sheet(look.width.saturating_sub(number_width + 4 + gutter));
        if !look.colour
            && gutter == 0
            && let Some(drawn) = plain::drawn(&sheet, &indent)
        {
            return Ok(drawn);
        }
        self.draw_by_miette(&sheet, severity, look, &indent)
    }

    fn draw_by_miette(&self, sheet: &Sheet, severity: Severity, look: Look, indent: &str) -> io::Result<String> {
        let handler = GraphicalReportHandler::new_themed(self.theme(severity, look))
            .with_context_lines(CONTEXT)
            .without_syntax_highlighting();
        let mut drawn = String::new();
        handler.render_report(&mut drawn, sheet).map_err(io::Error::other)?;
        // The first line would be the message.
        let lines = drawn.lines().skip(1).map(str::trim_end);
        Ok(lines.flat_map(|line| [indent, line, "\n"]).collect())
    }

    /// The finding's own mark in the colour of its severity, the others in that of links.
    fn theme(&self, severity: Severity, look: Look) -> GraphicalTheme {
        let mut theme = if look.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let own = match severity {
            Severity::Error => theme.styles.error,
            Severity::Warning => theme.styles.warning,
            Severity::Info => theme.styles.advice,
        };
        let other = if severity == Severity::Info { theme.styles.warning } else { theme.styles.advice };
        theme.styles.highlights = self.marks.iter().map(|mark| if mark.main { own } else { other }).collect();
        theme.styles.link = theme.styles.linum;
        theme
    }

    /// Columns that the words of the last mark of a line need to the right of the mark.
    fn room(&self, line: usize) -> usize {
        let on_line = |mark: &&Drawn| mark.lines == (line..line);
        self.marks.iter().rfind(on_line).map_or(0, |mark| {
            let needed = if mark.words.is_empty() { 0 } else { columns(&mark.words).min(FEWEST_COLUMNS) + 4 };
            needed.saturating_sub(mark.bytes.len() / 2)
        })
    }

    fn sheet(&self, width: usize) -> Sheet {
        let lines = self.lines();
        let mut text = String::new();
        let mut labels: Vec<(Range<usize>, &Drawn)> = self.marks.iter().map(|mark| (0..0, mark)).collect();
        for line in lines.start..=lines.end {
            let range = line_range(self.file, line);
            let shown = &self.file.text[range.clone()];
            let window = Window::of(shown, &anchors(&self.marks, line, &range), width, self.room(line));
            let place = |at: usize| text.len() + window.place(at.clamp(range.start, range.end) - range.start);
            for (label, mark) in &mut labels {
                if mark.lines.start == line {
                    label.start = place(mark.bytes.start);
                }
                if mark.lines.end == line {
                    label.end = place(mark.bytes.end).max(label.start);
                }
            }
            text.push_str(&window.text);
            text.push('\n');
        }
        let shown = self.marks.iter().find(|mark| mark.main).or_else(|| self.marks.first());
        let labels = labels.into_iter().map(|(label, mark)| labelled(&text, label, mark, width)).collect();
        Sheet {
            labels,
            first_line: lines.start,
            line_count: lines.end - lines.start + 1,
            name: one_line(&self.file.name).into_owned(),
            place: self.file.position(shown.map_or(0, |mark| mark.bytes.start as u32)),
            text,
        }
    }
}

/// The parts of a line that must be seen, by offset in the line.
fn anchors(marks: &[Drawn], line: usize, range: &Range<usize>) -> Vec<Range<usize>> {
    let touching = marks.iter().filter(|mark| mark.lines.start == line || mark.lines.end == line);
    let mut anchors: Vec<Range<usize>> = touching
        .map(|mark| {
            let start = mark.bytes.start.clamp(range.start, range.end) - range.start;
            let end = mark.bytes.end.clamp(range.start, range.end) - range.start;
            match mark.lines.end == line {
                // Of what began on an earlier line, its end.
                true if mark.lines.start < line => end..end,
                _ => start..end.max(start),
            }
        })
        .collect();
    anchors.sort_by_key(|anchor| anchor.start);
    anchors.dedup();
    anchors
}

/// The label of a mark, its words wrapped to the columns that are left beside it.
fn labelled(text: &str, label: Range<usize>, mark: &Drawn, width: usize) -> Label {
    let line_start = text[..label.start].rfind('\n').map_or(0, |newline| newline + 1);
    let middle = columns(&text[line_start..label.start]) + columns(&text[label.clone()]).min(width) / 2;
    let left = width.saturating_sub(middle + 4).max(FEWEST_COLUMNS);
    let words = if mark.words.is_empty() { Vec::new() } else { wrapped(&mark.words, left) };
    Label { range: label, words, main: mark.main }
}

/// What is drawn: some lines, made printable, and their labels.
#[derive(Debug)]
pub struct Sheet {
    /// The lines, each with its end.
    pub text: String,
    /// Marks by place.
    pub labels: Vec<Label>,
    /// The line of the file that stands first, from 0.
    pub first_line: usize,
    /// How many lines there are.
    pub line_count: usize,
    /// The name of the file.
    pub name: String,
    /// The place that the box is about.
    pub place: Position,
}

/// A mark on a sheet.
#[derive(Debug)]
pub struct Label {
    /// Bytes of the sheet's text.
    pub range: Range<usize>,
    /// What is said there, line by line.
    pub words: Vec<String>,
    /// Whether this is the place of the finding itself.
    pub main: bool,
}

impl fmt::Display for Sheet {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Sheet {}

impl miette::Diagnostic for Sheet {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().map(|label| {
            let words = (!label.words.is_empty()).then(|| label.words.join("\n"));
            let span = SourceSpan::from((label.range.start, label.range.len()));
            match label.main {
                true => LabeledSpan::new_primary_with_span(words, span),
                false => LabeledSpan::new_with_span(words, span),
            }
        })))
    }
}

impl SourceCode for Sheet {
    /// The whole sheet, whatever is asked for. miette asks with lines of context for the text to draw and
    /// without for the place in the header.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (line, column, span) = if before == 0 {
            (self.place.line as usize - 1, self.place.column as usize - 1, *span)
        } else {
            (self.first_line, 0, SourceSpan::from((0, self.text.len())))
        };
        let (name, data) = (self.name.clone(), self.text.as_bytes());
        Ok(Box::new(MietteSpanContents::new_named(name, data, span, line, column, self.line_count)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::FileId;

    proptest! {
        #[test]
        fn what_is_drawn_at_once_is_what_miette_draws(
            text in "([a-z{}=~|. ]{0,30}\n){1,6}",
            width in 30_usize..120,
            marks in prop::collection::vec((0_usize..150, 0_usize..20, "([a-z]{1,9} ){0,9}", any::<bool>()), 1..5),
        ) {
            let file = SourceFile::new("rules.yml".into(), "rules.yml".to_owned(), text.as_str());
            let marks: Vec<Mark<'_>> = marks
                .iter()
                .map(|(start, len, words, main)| {
                    let start = *start % text.len();
                    let end = text[start..].find('\n').map_or(text.len(), |end| start + end).min(start + len);
                    Mark { span: Span::new(FileId(0), start as u32, end as u32), words: words.trim(), main: *main }
                })
                .collect();
            let look = Look { colour: false, width, elapsed: false, summary: false };
            for snippet in snippets(&file, &marks).iter().filter(|snippet| !snippet.is_whole_file()) {
                let sheet = snippet.sheet(width);
                let by_miette = snippet.draw_by_miette(&sheet, Severity::Error, look, "  ").unwrap();
                let Some(at_once) = plain::drawn(&sheet, "  ") else { continue };
                prop_assert_eq!(at_once, by_miette);
            }
        }
    }
}
