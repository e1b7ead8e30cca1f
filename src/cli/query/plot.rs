//! Results over time, drawn with the dots of braille characters; without colours, series of several have a sign each.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::{
    engine::{Answered, MatrixSeries, Moments},
    report::{Ink, Paint, one_line},
    vocab::{FloatFormat, format_float, shortened},
};

use super::{
    super::screen::Screen,
    table::{self, number},
    times::shown,
};

/// Lines of characters that a drawing has.
const ROWS: usize = 16;
/// Columns where no terminal says how many there are.
const USUAL_COLUMNS: usize = 80;
/// Series that the legend names.
const MOST_NAMED: usize = 20;
/// The signs of series, where colours cannot tell them apart.
const SIGNS: [char; 8] = ['●', '○', '■', '□', '▲', '△', '◆', '◇'];

/// A canvas of dots, two across and four down in each character.
struct Canvas {
    columns: usize,
    /// The dots of each character, and the series that drew there last.
    cells: Vec<(u8, usize)>,
}

/// What is shown, from corner to corner.
struct Frame {
    start: i64,
    end: i64,
    low: f64,
    high: f64,
}

/// Writes a result; one that has no course over time is written as a table.
pub fn write(result: &Answered, moments: Moments, screen: Screen, out: &mut dyn Write) -> io::Result<()> {
    let Answered::Matrix(series) = result else { return table::write(result, moments, screen, out) };
    let Some(frame) = Frame::around(series, moments) else {
        writeln!(out, "nothing to draw from {} to {}", shown(moments.start), shown(moments.end))?;
        return Ok(());
    };
    let width = if screen.terminal { screen.width } else { USUAL_COLUMNS };
    let marks = [frame.high, f64::midpoint(frame.high, frame.low), frame.low].map(axis_number);
    let margin = marks.iter().map(|mark| mark.width()).max().unwrap_or_default();
    let mut canvas = Canvas::of(width.saturating_sub(margin + 3).max(20));
    for (index, one) in series.iter().enumerate() {
        canvas.draw(one, index, &frame, moments.step);
    }
    let paint = Paint::new(screen.colour);
    let by_sign = !screen.colour && series.len() > 1;
    for row in 0..ROWS {
        let mark = match row {
            0 => &marks[0],
            _ if row == ROWS / 2 => &marks[1],
            _ if row == ROWS - 1 => &marks[2],
            _ => "",
        };
        let tick = if mark.is_empty() { '│' } else { '┤' };
        writeln!(out, "{mark:>margin$} {tick}{}", canvas.row(row, by_sign, paint).trim_end())?;
    }
    time_axis(&frame, margin, canvas.columns, out)?;
    legend(series, by_sign, width, paint, out)
}

/// The line below, and the times at its ends.
fn time_axis(frame: &Frame, margin: usize, columns: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{:margin$} └{}", "", "─".repeat(columns))?;
    let (start, end) = (shown(frame.start), shown(frame.end));
    let middle = shown(frame.start + (frame.end - frame.start) / 2);
    let inner = columns.saturating_sub(start.width() + end.width());
    let middle = if middle.width() + 2 <= inner { middle } else { String::new() };
    writeln!(out, "{:margin$}  {start}{middle:^inner$}{end}", "")
}

fn legend(series: &[MatrixSeries], by_sign: bool, width: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for (index, one) in series.iter().take(MOST_NAMED).enumerate() {
        let last =
            one.floats.last().map_or_else(|| "histograms".to_owned(), |point| format!("last {}", number(point.value)));
        let sign = if by_sign { SIGNS[index % SIGNS.len()] } else { '━' };
        let room = width.saturating_sub(last.width() + 5).max(20);
        let name = shortened(&one_line(&one.labels.to_string()), room);
        writeln!(out, "{} {name}  {}", paint.ink(Ink::Series(index), sign), paint.ink(Ink::Dim, last))?;
    }
    match series.len().saturating_sub(MOST_NAMED) {
        0 => Ok(()),
        more => writeln!(out, "and {more} more series"),
    }
}

/// A number for the axis: few digits.
fn axis_number(value: f64) -> String {
    let rounded: f64 = format_float(value, FloatFormat::E, Some(3)).parse().unwrap_or(value);
    number(rounded)
}

impl Frame {
    /// Around all finite numbers; `None` when there are none.
    fn around(series: &[MatrixSeries], moments: Moments) -> Option<Self> {
        let values =
            series.iter().flat_map(|one| &one.floats).map(|point| point.value).filter(|value| value.is_finite());
        let (low, high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if low > high {
            return None;
        }
        let times = || series.iter().flat_map(|one| &one.floats).map(|point| point.at);
        let (start, end) = match moments.is_instant() {
            true => (times().min()?, times().max()?),
            false => (moments.start, moments.end),
        };
        // A line that is level lies in the middle.
        let room = if high > low { 0.0 } else { f64::max(high.abs() / 2.0, 1.0) };
        Some(Self { start, end, low: low - room, high: high + room })
    }

    /// The dot of a point, from the top left.
    fn dot(&self, at: i64, value: f64, columns: usize) -> (i64, i64) {
        let (across, down) = ((columns * 2 - 1) as f64, (ROWS * 4 - 1) as f64);
        let length = (self.end - self.start).max(1) as f64;
        // Halves, because the difference of two numbers may be larger than any.
        let height = (self.high / 2.0 - self.low / 2.0) / (value / 2.0 - self.low / 2.0);
        let x = (at - self.start) as f64 / length * across;
        let y = down - down / height;
        (x.round() as i64, y.round() as i64)
    }
}

impl Canvas {
    fn of(columns: usize) -> Self {
        Self { columns, cells: vec![(0, 0); columns * ROWS] }
    }

    /// Draws a series: lines between neighbours in time, points where one is missing.
    fn draw(&mut self, series: &MatrixSeries, index: usize, frame: &Frame, step: i64) {
        let mut before: Option<(i64, (i64, i64))> = None;
        for point in series.floats.iter().filter(|point| point.value.is_finite()) {
            let dot = frame.dot(point.at, point.value, self.columns);
            match before {
                Some((at, from)) if step == 0 || point.at - at <= step => self.line(from, dot, index),
                _ => self.line(dot, dot, index),
            }
            before = Some((point.at, dot));
        }
    }

    fn line(&mut self, from: (i64, i64), to: (i64, i64), index: usize) {
        let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs()).max(1);
        for step in 0..=steps {
            let between = |from: i64, to: i64| from + ((to - from) * step + (to - from).signum() * steps / 2) / steps;
            self.set(between(from.0, to.0), between(from.1, to.1), index);
        }
    }

    fn set(&mut self, x: i64, y: i64, index: usize) {
        // Braille counts its dots down the left column, then the right one; the fourth row came later.
        const DOTS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x / 2 < self.columns && y / 4 < ROWS {
            let cell = &mut self.cells[y / 4 * self.columns + x / 2];
            *cell = (cell.0 | DOTS[y % 4][x % 2], index);
        }
    }

    fn row(&self, row: usize, by_sign: bool, paint: Paint) -> String {
        let cells = &self.cells[row * self.columns..(row + 1) * self.columns];
        let shown = cells.iter().map(|&(dots, index)| match dots {
            0 => " ".to_owned(),
            _ if by_sign => SIGNS[index % SIGNS.len()].to_string(),
            dots => {
                let dots = char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' ');
                paint.ink(Ink::Series(index), dots).to_string()
            }
        });
        shown.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Labels, Point};

    fn series(job: &str, values: &[f64]) -> MatrixSeries {
        let floats = values.iter().enumerate().map(|(slot, value)| Point::new(slot as i64 * 60_000, *value));
        MatrixSeries { labels: Labels::of([("job", job)]), floats: floats.collect(), histograms: Vec::new() }
    }

    fn drawn(series: Vec<MatrixSeries>, colour: bool) -> String {
        let mut out = Vec::new();
        let screen = Screen { terminal: false, colour, width: 100 };
        let moments = Moments::range(0, 600_000, 60_000);
        write(&Answered::Matrix(series), moments, screen, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_rising_line() {
        insta::assert_snapshot!(drawn(
            vec![series("api", &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0])],
            false
        ));
    }

    #[test]
    fn two_series_have_signs() {
        let rises = series("rises", &[0.0, 100.0, 200.0]);
        let level = series("level", &[120.0; 11]);
        insta::assert_snapshot!(drawn(vec![rises, level], false));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_odd_numbers_are_left_out() {
        let odd = series(&"long".repeat(50), &[f64::NAN, 1e300, -1e300, f64::INFINITY, f64::MIN, f64::MAX, 0.0]);
        let text = drawn(vec![odd], false);
        assert!(text.lines().all(|line| line.width() <= 80), "{text}");
        assert!(drawn(vec![series("a", &[f64::NAN])], false).starts_with("nothing to draw from 0s to 10m"));
    }

    #[test]
    fn colours_only_where_wanted() {
        let two = || vec![series("a", &[1.0, 2.0]), series("b", &[2.0, 1.0])];
        assert!(drawn(two(), true).contains('\u{1b}') && !drawn(two(), false).contains('\u{1b}'));
    }
}
