//! Results in aligned columns: series and value, or for each series its values over time.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::{
    engine::{Answered, MatrixSeries, Moments, Value},
    report::{Ink, Paint, one_line},
    vocab::{FloatFormat, format_float},
};

use super::{super::screen::Screen, times::shown};

/// Series with longer names have their value on a line of its own.
const WIDEST: usize = 100;

/// Writes a result.
pub fn write(result: &Answered, moments: Moments, screen: Screen, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(screen.colour);
    let when = match moments.is_instant() {
        true => format!("at {}", shown(moments.start)),
        false => format!(
            "from {} to {}, every {}",
            shown(moments.start),
            shown(moments.end),
            crate::vocab::Duration::milliseconds(moments.step)
        ),
    };
    writeln!(out, "{}", paint.ink(Ink::Dim, when))?;
    match result {
        Answered::Scalar(value) => writeln!(out, "{}", number(*value)),
        Answered::String(text) => writeln!(out, "{text:?}"),
        Answered::Vector(samples) => {
            let rows =
                samples.iter().map(|(labels, value)| (one_line(&labels.to_string()).into_owned(), value_text(value)));
            vector(&rows.collect::<Vec<_>>(), paint, out)
        }
        Answered::Matrix(series) => matrix(series, paint, out),
    }
}

fn vector(rows: &[(String, String)], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if rows.is_empty() {
        return writeln!(out, "no series");
    }
    let widest = |texts: &mut dyn Iterator<Item = &String>| texts.map(|text| text.width()).max().unwrap_or_default();
    let names = widest(&mut rows.iter().map(|row| &row.0)).min(WIDEST);
    let values = widest(&mut rows.iter().map(|row| &row.1)).min(WIDEST);
    for (series, value) in rows {
        let gap = match series.width() > names {
            true => format!("\n{:names$}", ""),
            false => " ".repeat(names - series.width()),
        };
        let indent = " ".repeat(values.saturating_sub(value.width()));
        writeln!(out, "{series}{gap}  {indent}{}", paint.ink(Ink::Bold, value))?;
    }
    Ok(())
}

fn matrix(series: &[MatrixSeries], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if series.is_empty() {
        return writeln!(out, "no series");
    }
    for (position, one) in series.iter().enumerate() {
        if position > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", one_line(&one.labels.to_string()))?;
        let floats = one.floats.iter().map(|point| (point.at, number(point.value)));
        let histograms = one.histograms.iter().map(|point| (point.at, point.value.to_string()));
        let mut rows: Vec<(i64, String)> = floats.chain(histograms).collect();
        rows.sort_by_key(|row| row.0);
        let rows: Vec<(String, String)> = rows.into_iter().map(|(at, value)| (shown(at), value)).collect();
        let times = rows.iter().map(|row| row.0.width()).max().unwrap_or_default();
        let values = rows.iter().map(|row| row.1.width()).max().unwrap_or_default().min(WIDEST);
        for (time, value) in rows {
            writeln!(out, "  {time:>times$}  {}", paint.ink(Ink::Bold, format!("{value:>values$}")))?;
        }
    }
    Ok(())
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Float(value) => number(*value),
        Value::Histogram(histogram) => histogram.to_string(),
    }
}

/// A number with all its digits, and with an exponent only where they would be very many.
pub fn number(value: f64) -> String {
    let usual = value == 0.0 || (1e-6..1e15).contains(&value.abs());
    format_float(value, if usual { FloatFormat::F } else { FloatFormat::G }, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Labels, Point};

    const SCREEN: Screen = Screen { terminal: false, colour: false, width: 80 };

    fn written(result: &Answered, moments: Moments) -> String {
        let mut out = Vec::new();
        write(result, moments, SCREEN, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn values_stand_under_each_other() {
        let samples = [("api", 12.5), ("database", 1000.0)]
            .map(|(job, value)| (Labels::of([("__name__", "up"), ("job", job)]), Value::Float(value)));
        insta::assert_snapshot!(written(&Answered::Vector(samples.to_vec()), Moments::instant(600_000)), @r#"
        at 10m
        up{job="api"}       12.5
        up{job="database"}  1000
        "#);
        insta::assert_snapshot!(written(&Answered::Vector(Vec::new()), Moments::instant(0)), @r"
        at 0s
        no series
        ");
    }

    #[test]
    fn series_are_told_over_time() {
        let floats = vec![Point::new(60_000, 1.0), Point::new(120_000, 20.25)];
        let series = MatrixSeries { labels: Labels::of([("job", "api")]), floats, histograms: Vec::new() };
        insta::assert_snapshot!(written(&Answered::Matrix(vec![series]), Moments::range(0, 120_000, 60_000)), @r#"
        from 0s to 2m, every 1m
        {job="api"}
          1m      1
          2m  20.25
        "#);
    }

    #[test]
    fn numbers_are_written_out() {
        for (value, expected) in [
            (1_234_567.0, "1234567"),
            (0.1, "0.1"),
            (1e300, "1e+300"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (0.0, "0"),
        ] {
            assert_eq!(number(value), expected);
        }
    }
}
