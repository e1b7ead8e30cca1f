//! What a fix would change, as removed and added lines.

use std::ops::Range;

use crate::{
    diag::{Edit, Fix, edited},
    text::{Files, SourceFile, floor},
};

use super::window::Window;

/// Of longer lines only the part around the edit is compared.
const AROUND: usize = 1_000;
/// Fixes that touch more lines than this are told by their title alone.
const MOST_LINES: usize = 12;

/// Lines that a fix changes together.
#[derive(PartialEq, Eq, Debug)]
pub struct Change<'a> {
    /// The file, as it is shown.
    pub path: &'a str,
    /// Line of the first change, from 1.
    pub line: u32,
    /// Lines that go, ready to print.
    pub removed: Vec<String>,
    /// Lines that come, ready to print.
    pub added: Vec<String>,
}

/// The changes of a fix, in order; none when there are too many to show.
pub fn changes<'a>(files: &'a Files, fix: &Fix, width: usize) -> Vec<Change<'a>> {
    let together = |left: &Edit, right: &Edit| {
        let file = files.file(left.span.file);
        left.span.file == right.span.file
            && file.lines().line_of(left.span.end) == file.lines().line_of(right.span.start)
    };
    let changes: Vec<Change<'_>> =
        fix.edits().chunk_by(together).filter_map(|edits| change(files, edits, width)).collect();
    let lines: usize = changes.iter().map(|change| change.removed.len() + change.added.len()).sum();
    if lines > MOST_LINES { Vec::new() } else { changes }
}

fn change<'a>(files: &'a Files, edits: &[Edit], width: usize) -> Option<Change<'a>> {
    let (first, last) = (edits.first()?, edits.last()?);
    let file = files.file(first.span.file);
    let part = lines_around(file, first.span.start as usize..last.span.end as usize);
    let old = file.text.get(part.clone())?;
    let new = edited(old, edits, part.start)?;
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (&old[same..], &new[same..]);
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
    let (removed, added) = (&old_rest[..old_rest.len() - tail], &new_rest[..new_rest.len() - tail]);
    let line = file.lines().line_of(part.start as u32) + same + 1;
    let anchors = match (removed, added) {
        ([old], [new]) => difference(old, new),
        _ => (0..0, 0..0),
    };
    let shown = |lines: &[&str], anchor: &Range<usize>| -> Vec<String> {
        lines.iter().map(|line| Window::of(line, std::slice::from_ref(anchor), width, 0).text).collect()
    };
    let (removed, added) = (shown(removed, &anchors.0), shown(added, &anchors.1));
    Some(Change { path: &file.name, line: u32::try_from(line).unwrap_or(u32::MAX), removed, added })
}

/// The whole lines that a range touches, cut where they are very long.
fn lines_around(file: &SourceFile, range: Range<usize>) -> Range<usize> {
    let text = &*file.text;
    let (start, end) = (range.start.min(text.len()), range.end.min(text.len()));
    let line_start = file.lines().start_of(file.lines().line_of(start as u32)) as usize;
    let next = file.lines().line_of(end as u32) + 1;
    let line_end = if next < file.lines().len() { file.lines().start_of(next) as usize } else { text.len() };
    floor(text, line_start.max(start.saturating_sub(AROUND)))..floor(text, line_end.min(end + AROUND).max(end))
}

/// Where two lines differ.
fn difference(old: &str, new: &str) -> (Range<usize>, Range<usize>) {
    let head: usize =
        old.chars().zip(new.chars()).take_while(|(old, new)| old == new).map(|(same, _)| same.len_utf8()).sum();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail: usize = old_rest
        .chars()
        .rev()
        .zip(new_rest.chars().rev())
        .take_while(|(old, new)| old == new)
        .map(|(same, _)| same.len_utf8())
        .sum();
    (head..old.len() - tail, head..new.len() - tail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        diag::Applicability,
        text::{FileId, Span},
    };

    /// The changes of edits of `text`, one string each: line, `-removed`, `+added`.
    fn shown(text: &str, edits: &[(Range<u32>, &str)]) -> Vec<String> {
        let mut files = Files::default();
        files.add(SourceFile::new("a.yml".into(), "a.yml".into(), text));
        let edits = edits
            .iter()
            .map(|(range, text)| Edit { span: Span::new(FileId(0), range.start, range.end), text: (*text).to_owned() });
        let fix = Fix::edits_of("mend", Applicability::Safe, edits.collect()).unwrap();
        let lines =
            |sign: &str, lines: &[String]| lines.iter().map(|line| format!(" {sign}{line}")).collect::<String>();
        changes(&files, &fix, 40)
            .iter()
            .map(|change| format!("{}{}{}", change.line, lines("-", &change.removed), lines("+", &change.added)))
            .collect()
    }

    #[test]
    fn shows_changed_lines_only() {
        let text = "one: 1\ntwo: 2\nthree: 3\n";
        assert_eq!(shown(text, &[(5..6, "9")]), ["1 -one: 1 +one: 9"]);
        assert_eq!(shown(text, &[(13..13, "\nmore: x")]), ["3 +more: x"]);
        assert_eq!(shown(text, &[(7..14, "")]), ["2 -two: 2"]);
        assert_eq!(shown(text, &[(0..3, "eins"), (5..6, "9")]), ["1 -one: 1 +eins: 9"]);
        assert_eq!(shown(text, &[(5..6, "9"), (21..22, "8")]), ["1 -one: 1 +one: 9", "3 -three: 3 +three: 8"]);
    }

    #[test]
    fn long_lines_show_the_difference() {
        let text = format!("{}old{}", "a".repeat(5_000), "b".repeat(5_000));
        let expected = format!("1 -…{0}old{1}… +…{0}new{1}…", "a".repeat(17), "b".repeat(18));
        assert_eq!(shown(&text, &[(5_000..5_003, "new")]), [expected]);
    }

    #[test]
    fn many_lines_are_not_shown() {
        let text = "line\n".repeat(20);
        assert_eq!(shown(&text, &[(0..100, "")]), Vec::<String>::new());
    }
}
