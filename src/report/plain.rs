//! Boxes without colours in which every mark stands on one line, drawn at once: the very bytes that miette draws of them,
//! in a small part of its time.

use std::{fmt::Write as _, ops::Range};

use super::snippet::{Label, Sheet};

/// The box of a sheet, every line behind an indent; `None` where it holds what is left to miette: wide characters, or
/// labels that begin at one place.
pub fn drawn(sheet: &Sheet, indent: &str) -> Option<String> {
    let is_narrow = |text: &str| text.is_ascii() || text.chars().all(|letter| letter.is_ascii() || letter == '…');
    let begin_apart = sheet.labels.is_sorted_by(|one, next| one.range.start < next.range.start);
    if !is_narrow(&sheet.text) || !begin_apart {
        return None;
    }
    let width = (sheet.first_line + sheet.line_count).to_string().len();
    let mut drawing = Drawing { out: String::with_capacity(2 * sheet.text.len() + 200), indent, width };
    let margin = width + 2;
    let (line, column) = (sheet.place.line, sheet.place.column);
    drawing.line(format_args!("{:margin$}╭─[{}:{line}:{column}]", "", sheet.name));
    let (mut start, mut labels) = (0, sheet.labels.as_slice());
    for (number, text) in (sheet.first_line + 1..).zip(sheet.text.split_terminator('\n')) {
        drawing.line(format_args!(" {number:width$} │ {text}"));
        let end = start + text.len() + 1;
        let (own, rest) = labels.split_at(labels.partition_point(|label| label.range.start < end));
        if !own.is_empty() {
            drawing.marks(text, start, own);
        }
        (start, labels) = (end, rest);
    }
    drawing.line(format_args!("{:margin$}╰────", ""));
    Some(drawing.out)
}

struct Drawing<'i> {
    out: String,
    indent: &'i str,
    /// Digits of the last line number.
    width: usize,
}

impl Drawing<'_> {
    /// A line, without blanks at its end.
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        self.out.push_str(self.indent);
        // Writing to a string never fails.
        let _ = self.out.write_fmt(line);
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
    }

    /// What stands below a line that begins at this place of the sheet: underlines, then the words, the last first.
    fn marks(&mut self, text: &str, start: usize, labels: &[Label]) {
        let mut underlines = String::new();
        let mut middles = Vec::with_capacity(labels.len());
        let mut column = 0;
        for label in labels {
            let columns = columns(text, label.range.start - start..label.range.end - start, column);
            let middle = usize::midpoint(columns.start, columns.end);
            let sign = match label.words.is_empty() {
                _ if label.range.is_empty() => '▲',
                true => '─',
                false => '┬',
            };
            fill(&mut underlines, BLANKS, columns.start - column);
            fill(&mut underlines, RULE, middle - columns.start);
            underlines.push(sign);
            fill(&mut underlines, RULE, columns.end - middle - 1);
            middles.push(middle);
            column = columns.end;
        }
        let width = self.width;
        self.line(format_args!(" {:width$} · {underlines}", ""));
        for (rank, label) in labels.iter().enumerate().rev() {
            let mut lead = String::new();
            let mut column = 0;
            for (other, middle) in middles[..=rank].iter().enumerate() {
                fill(&mut lead, BLANKS, middle.saturating_sub(column));
                column = column.max(*middle);
                if other < rank {
                    lead.push('│');
                    column += 1;
                }
            }
            for (number, words) in label.words.iter().enumerate() {
                let elbow = match (label.words.len(), number) {
                    (1, _) => "╰──",
                    (_, 0) => "╰─┤",
                    _ => "  │",
                };
                self.line(format_args!(" {:width$} · {lead}{elbow} {words}", ""));
            }
        }
    }
}

const BLANKS: &str = "                                ";
const RULE: &str = "────────────────────────────────";

/// Appends the first of many equal signs, so many of them.
fn fill(out: &mut String, signs: &str, mut count: usize) {
    let most = BLANKS.len();
    while count > 0 {
        let part = count.min(most);
        out.push_str(&signs[..signs.len() / most * part]);
        count -= part;
    }
}

/// The columns that bytes of a line take, at least one, from `least` on.
fn columns(text: &str, range: Range<usize>, least: usize) -> Range<usize> {
    let column = |at: usize| text.get(..at).map_or(at, |before| before.chars().count());
    let start = column(range.start).max(least);
    let end = if range.is_empty() { start + 1 } else { column(range.end).max(start + 1) };
    start..end
}
