//! The story of a metric: where it comes from, who scrapes it, who reads it, with every place.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::{
    catalog::Provenance,
    census::{Census, Metric, Origin, Standing},
    report::{Ink, Paint, one_line},
    text::Files,
    vocab::nearest,
};

use super::{super::screen::Screen, place};

/// Writes the stories of some metrics.
pub fn write(census: &Census, names: &[&str], files: &Files, screen: Screen, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(screen.colour);
    for (number, name) in names.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        match census.metric(name) {
            Some((name, metric)) => tell(name, metric, files, paint, out)?,
            None => {
                writeln!(out, "no file here speaks of `{}`", one_line(name))?;
                if let Some(near) = nearest(name, census.metrics.keys().map(String::as_str)) {
                    writeln!(out, "  {}`{}` is spoken of", paint.ink(Ink::Lead, "help: "), one_line(near))?;
                }
            }
        }
    }
    Ok(())
}

/// A fact and its place; either may be empty.
type Row = (String, String);

fn tell(name: &str, metric: &Metric, files: &Files, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let kind = metric.kind.map_or_else(String::new, |kind| format!(", a {}", kind.word()));
    writeln!(out, "{}{kind}", paint.ink(Ink::Bold, one_line(name)))?;
    if !metric.labels.is_empty() {
        let labels: Vec<_> = metric.labels.iter().map(|label| one_line(label)).collect();
        writeln!(out, "  labels {}", labels.join(", "))?;
    }
    let jobs: Vec<Row> =
        metric.jobs.iter().map(|job| (format!("job {}", one_line(job)), place(files, job.span))).collect();
    let documented: Vec<Row> = metric.documented.iter().map(|span| (String::new(), place(files, *span))).collect();
    paragraph("comes from", &origins(metric, files), paint, out)?;
    paragraph("scraped by", &jobs, paint, out)?;
    paragraph("read by", &readers(metric, files), paint, out)?;
    paragraph("documented in", &documented, paint, out)?;
    if let Some(verdict) = verdict(metric.standing()) {
        writeln!(out, "  {}", paint.ink(Ink::Dim, verdict))?;
    }
    Ok(())
}

fn origins(metric: &Metric, files: &Files) -> Vec<Row> {
    let row = |origin: &Origin| match origin {
        Origin::Prometheus => ("Prometheus itself".to_owned(), String::new()),
        Origin::Rule(span) => ("a recording rule".to_owned(), place(files, *span)),
        Origin::Code(span) => ("source code".to_owned(), place(files, *span)),
        Origin::Page(span, source) => (format!("a page captured from {}", one_line(source)), place(files, *span)),
        Origin::Exporter(name, provenance) => (format!("the {name} exporter{}", certainty(*provenance)), String::new()),
        Origin::Server(address) => (format!("the server {}", one_line(address)), String::new()),
        Origin::Library(name) => (format!("the {name} client library"), String::new()),
        Origin::Unscraped(name, provenance) => {
            (format!("the {name} exporter{}, which no job scrapes", certainty(*provenance)), String::new())
        }
    };
    metric.origins.iter().map(row).collect()
}

fn certainty(provenance: Provenance) -> &'static str {
    match provenance {
        Provenance::Recorded => "",
        Provenance::Listed => " by its documentation",
    }
}

fn readers(metric: &Metric, files: &Files) -> Vec<Row> {
    let row =
        |one: &crate::census::Use| (format!("{} {}", one.by.word(), one_line(&one.by.name())), place(files, one.place));
    let mut rows: Vec<Row> = metric.uses.iter().map(row).collect();
    rows.dedup();
    rows
}

fn verdict(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Undefined => Some("nothing here says where it comes from"),
        Standing::NotScraped => Some("it is read, and no job scrapes what exports it"),
        Standing::DocumentedOnly => Some("docs speak of it, and nothing defines or reads it"),
        Standing::Unread => Some("nothing reads it"),
        Standing::Sound => None,
    }
}

fn paragraph(heading: &str, rows: &[Row], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "  {}", paint.ink(Ink::Lead, heading))?;
    let widest = rows.iter().map(|(fact, _)| fact.width()).filter(|width| *width <= 48).max().unwrap_or_default();
    for (fact, place) in rows {
        let space = if fact.is_empty() || place.is_empty() { 0 } else { 2 + widest.saturating_sub(fact.width()) };
        writeln!(out, "    {fact}{:space$}{}", "", paint.ink(Ink::Dim, place))?;
    }
    Ok(())
}
