//! The places that a run is about, where it tells of nothing else.

use std::{
    collections::BTreeMap,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use similar::{DiffTag, TextDiff};

use crate::{
    config::absolute,
    diag::Diagnostic,
    text::{Files, SourceFile, Span},
    workspace::Earlier,
};

/// The part of a file that a run is about.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    All,
    /// Lines, from 1.
    Lines(Vec<RangeInclusive<u32>>),
}

/// Places that a run is about, by the absolute paths of files.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Focus {
    parts: BTreeMap<PathBuf, Part>,
}

impl Focus {
    /// Whole files.
    pub fn files(paths: &[PathBuf]) -> Self {
        Self { parts: paths.iter().filter_map(|path| Some((absolute(path)?, Part::All))).collect() }
    }

    /// The lines that are not as they were.
    pub fn changes(earlier: &Earlier, files: &Files) -> Self {
        let mut focus = Self::default();
        for (_, file) in files.iter() {
            let part = match earlier.texts.get(&file.path) {
                None => continue,
                Some(None) => Part::All,
                Some(Some(before)) => Part::Lines(changed_lines(before, &file.text)),
            };
            focus.parts.extend(absolute(&file.path).map(|path| (path, part)));
        }
        focus
    }

    /// Whether a finding, or a second place that belongs to it, is in one of the places.
    pub fn concerns(&self, files: &Files, finding: &Diagnostic) -> bool {
        let mut spans = finding.labels.iter().map(|label| label.span).chain([finding.span]);
        spans.any(|span| self.touches(files.file(span.file), span))
    }

    fn touches(&self, file: &SourceFile, span: Span) -> bool {
        match self.part(&file.path) {
            None => false,
            Some(Part::All) => true,
            Some(Part::Lines(lines)) => {
                // The end is exclusive, and a span may end with its line's feed.
                let last = span.end.saturating_sub(1).max(span.start);
                let (first, last) = (file.position(span.start).line, file.position(last).line);
                lines.iter().any(|changed| *changed.start() <= last && first <= *changed.end())
            }
        }
    }

    /// A folder that is in focus has everything below it in focus.
    fn part(&self, path: &Path) -> Option<&Part> {
        let path = absolute(path)?;
        path.ancestors().find_map(|above| self.parts.get(above))
    }
}

/// The lines of a text that were not there before, and those on both sides of where some are gone.
fn changed_lines(before: &str, after: &str) -> Vec<RangeInclusive<u32>> {
    let diff = TextDiff::from_lines(before, after);
    let changed = diff.ops().iter().filter(|change| change.tag() != DiffTag::Equal);
    let lines = changed.map(|change| {
        let (start, end) = (change.new_range().start as u32, change.new_range().end as u32);
        if start == end { start..=start + 1 } else { start + 1..=end }
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_changed() {
        for (before, after, expected) in [
            ("a\nb\nc\n", "a\nb\nc\n", vec![]),
            ("a\nb\nc\n", "a\nX\nc\n", vec![2..=2]),
            ("a\nb\nc\n", "a\nb\nX\nY\nc\n", vec![3..=4]),
            ("a\nb\nc\n", "a\nc\n", vec![1..=2]),
            ("a\nb\n", "b\n", vec![0..=1]),
        ] {
            assert_eq!(changed_lines(before, after), expected, "{before:?} {after:?}");
        }
    }

    #[test]
    fn findings_and_their_second_places() {
        let mut files = Files::default();
        let [one, other] =
            ["a.yml", "b.yml"].map(|name| files.add(SourceFile::new(name.into(), name.into(), "a: 1\nb: 2\nc: 3\n")));
        let before = Some("a: 1\nb: 0\nc: 3\n".into());
        let earlier = Earlier { name: "main".to_owned(), texts: [("a.yml".into(), before)].into() };
        let focus = Focus::changes(&earlier, &files);
        let at = |file, start, end| Diagnostic::error(Span::new(file, start, end), "broken");
        for (finding, expected) in [
            (at(one, 0, 4), false),
            (at(one, 0, 5), false),
            (at(one, 0, 6), true),
            (at(one, 5, 9), true),
            (at(one, 10, 14), false),
            (at(other, 5, 9), false),
            (at(other, 5, 9).label(Span::new(one, 8, 9), "here"), true),
        ] {
            assert_eq!(focus.concerns(&files, &finding), expected, "{finding:?}");
        }
        let focus = Focus::files(&["b.yml".into()]);
        assert!(focus.concerns(&files, &at(other, 0, 1)) && !focus.concerns(&files, &at(one, 0, 1)));
        assert!(
            Focus::files(&["".into()]).concerns(&files, &at(one, 0, 1)),
            "everything lies in the working directory"
        );
    }
}
