//! Lines cut to the columns there are: a finding in a minified file is shown with what stands around it,
//! and drawing it costs the same however long the line is.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::visible::{is_plain, stand_in};

/// Columns to the next tab stop are counted in these.
const TAB: usize = 4;

/// A line as it is shown, and where its bytes went.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Window {
    /// Printable text without tabs or controls, `…` where something was left off.
    pub text: String,
    /// What is shown, in stretches whose bytes are those of the line.
    stretches: Vec<Stretch>,
    /// Offset in the line up to which it is shown.
    shown_end: usize,
    /// Length of `text` without a last `…`.
    text_end: usize,
}

/// Bytes of the line that stand in the text as they are, or the first byte of a character that another stands in for.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Stretch {
    /// Where it begins in the line.
    of_line: usize,
    /// Where it begins in the text.
    of_text: usize,
    /// How many bytes there are.
    length: usize,
}

impl Window {
    /// The line with everything in `anchors` visible, as far as `width` columns allow; the beginning of the
    /// line when there are none. Anchors are sorted and do not overlap. The last of them ends at least
    /// `room` columns before the edge, so that there is room for words below it.
    pub fn of(line: &str, anchors: &[Range<usize>], width: usize, room: usize) -> Self {
        let width = width.max(20);
        let mut window = Self::default();
        for kept in kept(line, anchors, width, room.min(width / 2)) {
            if kept.start > window.shown_end {
                window.text.push('…');
            }
            window.show(line, kept);
        }
        window.text_end = window.text.len();
        if window.shown_end < line.len() {
            window.text.push('…');
        }
        window
    }

    /// Where an offset of the line stands in `text`; what is not shown stands at the next shown character.
    pub fn place(&self, offset: usize) -> usize {
        let next = self.stretches.partition_point(|stretch| stretch.of_line + stretch.length <= offset);
        let within = |stretch: &Stretch| stretch.of_text + offset.saturating_sub(stretch.of_line);
        self.stretches.get(next).map_or(self.text_end, within)
    }

    fn show(&mut self, line: &str, kept: Range<usize>) {
        if is_plain(&line[kept.clone()]) {
            self.stretches.push(Stretch { of_line: kept.start, of_text: self.text.len(), length: kept.len() });
            self.text.push_str(&line[kept.clone()]);
            self.shown_end = kept.end;
            return;
        }
        let mut column = self.text.width();
        for (at, character) in line[kept.clone()].char_indices() {
            self.stretches.push(Stretch { of_line: kept.start + at, of_text: self.text.len(), length: 1 });
            let before = self.text.len();
            match stand_in(character) {
                Some(_) if character == '\t' => {
                    self.text.extend(std::iter::repeat_n(' ', TAB - column % TAB));
                }
                Some(other) => self.text.push_str(&other),
                None => self.text.push(character),
            }
            column += self.text[before..].width();
        }
        self.shown_end = kept.end;
    }
}

/// The parts of a line to show.
fn kept(line: &str, anchors: &[Range<usize>], width: usize, room: usize) -> Vec<Range<usize>> {
    let last = anchors.last().map_or(0, |anchor| anchor.end);
    // One column is for the `…`.
    if last <= forward(line, 0, width - 1 - room) {
        let fits = forward(line, 0, width) == line.len();
        let whole = 0..if fits { line.len() } else { forward(line, 0, width - 1) };
        return vec![whole];
    }
    if let (Some(first), Some(last)) = (anchors.first(), anchors.last())
        && last.end <= forward(line, first.start, width - 2 - room)
    {
        let spare = width - 2 - room - columns(&line[first.start..last.end]);
        let start = backward(line, first.start, spare / 2);
        let around = start..forward(line, last.end, room + spare - spare / 2);
        return vec![around];
    }
    let share = ((width - room) / anchors.len().max(1)).max(8);
    let mut kept: Vec<Range<usize>> = Vec::new();
    for anchor in anchors {
        let end = anchor.end.min(forward(line, anchor.start, share * 3 / 4));
        let spare = share.saturating_sub(columns(&line[anchor.start..end]) + 2);
        let start = backward(line, anchor.start, spare / 2);
        let end = forward(line, end, spare - spare / 2);
        match kept.last_mut() {
            Some(before) if start <= before.end + 3 => before.end = before.end.max(end),
            _ => kept.push(start..end),
        }
    }
    kept
}

/// How many columns a text takes.
pub fn columns(text: &str) -> usize {
    if is_plain(text) { text.len() } else { text.width() }
}

/// The offset some columns on.
fn forward(line: &str, from: usize, columns: usize) -> usize {
    let end = line.len().min(from + columns);
    // A character without width that follows belongs to the one before it.
    if line.get(from..line.len().min(end + 1)).is_some_and(is_plain) {
        return end;
    }
    let mut left = columns;
    for (at, character) in line[from..].char_indices() {
        match left.checked_sub(shown_width(character)) {
            Some(rest) => left = rest,
            None => return from + at,
        }
    }
    line.len()
}

/// The offset some columns back.
fn backward(line: &str, from: usize, columns: usize) -> usize {
    let start = from.saturating_sub(columns);
    if line.get(start.saturating_sub(1)..from).is_some_and(is_plain) {
        return start;
    }
    let mut left = columns;
    let mut start = from;
    for (at, character) in line[..from].char_indices().rev() {
        match left.checked_sub(shown_width(character)) {
            Some(rest) => left = rest,
            None => break,
        }
        start = at;
    }
    start
}

/// Columns that a character takes when shown; a tab counts as the most it can take.
fn shown_width(character: char) -> usize {
    match (character, stand_in(character)) {
        ('\t', _) => TAB,
        (_, Some(other)) => other.width(),
        (_, None) => character.width().unwrap_or(0),
    }
}

/// Text broken at blanks into lines of at most `width` columns; longer words stand alone and whole, so
/// that paths and expressions can be copied. Line feeds of the text are kept.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        if paragraph.len() <= width {
            lines.push(paragraph.trim_start_matches(' ').to_owned());
            continue;
        }
        let (mut line, mut used) = (String::new(), 0);
        for word in paragraph.split(' ') {
            let wide = columns(word);
            if !line.is_empty() && used + 1 + wide > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            } else if !line.is_empty() {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += wide;
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn window(line: &str, anchor: Range<usize>, width: usize, room: usize) -> Window {
        Window::of(line, std::slice::from_ref(&anchor), width, room)
    }

    #[test]
    fn short_lines_are_whole() {
        let window = window("\texpr: up", 7..9, 40, 8);
        assert_eq!(window.text, "    expr: up");
        assert_eq!((window.place(7), window.place(9)), (10, 12));
    }

    #[test]
    fn long_lines_show_their_anchor() {
        let line = format!("{}NEEDLE{}", "a".repeat(10_000), "b".repeat(10_000));
        let window = window(&line, 10_000..10_006, 40, 0);
        assert_eq!(window.text, "…aaaaaaaaaaaaaaaaNEEDLEbbbbbbbbbbbbbbbb…");
        assert_eq!(&window.text[window.place(10_000)..window.place(10_006)], "NEEDLE");
    }

    #[test]
    fn words_below_have_room() {
        let line = format!("{}NEEDLE", "a".repeat(30));
        assert_eq!(window(&line, 30..36, 40, 0).text, line);
        assert_eq!(window(&line, 30..36, 40, 12).text, format!("…{}NEEDLE", "a".repeat(10)));
    }

    #[test]
    fn two_anchors_share_the_width() {
        let line = format!("{}ONE{}TWO{}", "a".repeat(100), "b".repeat(100), "c".repeat(100));
        let window = Window::of(&line, &[100..103, 203..206], 40, 0);
        assert_eq!(window.text, "…aaaaaaaONEbbbbbbbb…bbbbbbbTWOcccccccc…");
    }

    #[test]
    fn wraps_at_blanks() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("a/very/long/path is\nwhole", 8), ["a/very/long/path", "is", "whole"]);
        assert_eq!(wrapped("", 8), [""]);
    }

    proptest! {
        #[test]
        fn places_lie_in_the_text(line in "[a-z\t\u{1b}漢ü🙂 ]{0,120}", from in 0usize..120, len in 0usize..60, width in 0usize..80, room in 0usize..40) {
            let floor = |at: usize| (0..=at.min(line.len())).rev().find(|&at| line.is_char_boundary(at)).unwrap();
            let anchor = floor(from)..floor(from + len);
            let window = window(&line, anchor.clone(), width, room);
            let (start, end) = (window.place(anchor.start), window.place(anchor.end));
            prop_assert!(start <= end);
            prop_assert!(window.text.is_char_boundary(start) && window.text.is_char_boundary(end));
            prop_assert!(!window.text.chars().any(char::is_control));
            prop_assert!(start < end || anchor.is_empty());
        }
    }
}
