//! The census for people: a paragraph for each standing, a line for each metric.

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use unicode_width::UnicodeWidthStr;

use crate::{
    census::{Census, Metric, Reader, Standing},
    diag::Severity,
    exposition::MetricKind,
    report::{Ink, Paint, one_line},
    text::{Files, Span},
};

use super::{super::screen::Screen, counted, place, short};

/// Writes the table.
pub fn write(census: &Census, files: &Files, screen: Screen, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(screen.colour);
    if census.metrics.is_empty() {
        writeln!(out, "no file here speaks of a metric")?;
    }
    for standing in Standing::ALL {
        let metrics: Vec<(&str, &Metric)> = census
            .metrics
            .iter()
            .filter(|(_, metric)| metric.standing() == standing && !is_nobodys(metric))
            .map(|(name, metric)| (name.as_str(), metric))
            .collect();
        if metrics.is_empty() {
            continue;
        }
        let head = format!("{} ({})", heading(standing), metrics.len());
        writeln!(out, "{}", paint.ink(ink(standing), head))?;
        let width = columns(&metrics, screen.width);
        for (name, metric) in metrics {
            line(name, metric, standing, files, width, paint, out)?;
        }
        writeln!(out)?;
    }
    exporters(census, paint, out)
}

/// Of metrics that exporters export, those that nobody reads are not listed.
fn is_nobodys(metric: &Metric) -> bool {
    metric.uses.is_empty() && metric.standing() == Standing::Sound
}

fn heading(standing: Standing) -> &'static str {
    match standing {
        Standing::Undefined => "read, but defined by nothing here",
        Standing::NotScraped => "read, but no job scrapes what exports it",
        Standing::DocumentedOnly => "documented, but neither defined nor read",
        Standing::Unread => "defined, but read by nothing",
        Standing::Sound => "defined and read",
    }
}

fn ink(standing: Standing) -> Ink {
    match standing {
        Standing::Undefined | Standing::NotScraped => Ink::Severity(Severity::Warning),
        Standing::DocumentedOnly | Standing::Unread => Ink::Severity(Severity::Info),
        Standing::Sound => Ink::Good,
    }
}

/// How wide the column of names is: longer names get a line of their own.
fn columns(metrics: &[(&str, &Metric)], width: usize) -> usize {
    let most = width.saturating_sub(38).clamp(24, 60);
    metrics.iter().map(|(name, _)| name.width()).filter(|name| *name <= most).max().unwrap_or(most)
}

fn line(
    name: &str,
    metric: &Metric,
    standing: Standing,
    files: &Files,
    width: usize,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let name = one_line(name).to_string();
    let told = told(metric, standing, files);
    if name.width() > width {
        writeln!(out, "  {name}")?;
        write!(out, "  {:width$}", "")?;
    } else {
        write!(out, "  {name}{:gap$}", "", gap = width - name.width())?;
    }
    if standing == Standing::Undefined || standing == Standing::DocumentedOnly {
        return writeln!(out, "  {told}");
    }
    let kind = metric.kind.map_or("", MetricKind::word);
    writeln!(out, "  {}  {told}", paint.ink(Ink::Dim, format!("{kind:9}")))
}

/// Where it comes from and who reads it, in few words.
fn told(metric: &Metric, standing: Standing, files: &Files) -> String {
    let mut origins: Vec<String> = metric.origins.iter().map(short).collect();
    origins.dedup();
    let origins = origins.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(", ");
    let near = |span: Span| {
        let place = place(files, span);
        place.rsplit('/').next().map_or_else(String::new, str::to_owned)
    };
    match standing {
        Standing::Undefined => {
            let first = metric.uses.first().map_or_else(String::new, |one| near(one.place));
            format!("{}: {first}{}", readers(metric), if metric.uses.len() > 1 { ", …" } else { "" })
        }
        Standing::DocumentedOnly => metric.documented.first().map_or_else(String::new, |span| near(*span)),
        Standing::Unread => origins,
        Standing::NotScraped | Standing::Sound => format!("{origins}: {}", readers(metric)),
    }
}

/// `2 alerts, 1 panel`: each reader counts once, however often it reads.
fn readers(metric: &Metric) -> String {
    let readers: BTreeSet<&Reader> = metric.uses.iter().map(|one| &one.by).collect();
    let readers: Vec<&Reader> = readers.into_iter().collect();
    let same = readers.chunk_by(|one, other| one.rank() == other.rank());
    same.map(|same| counted(same.len(), same[0].word())).collect::<Vec<_>>().join(", ")
}

fn exporters(census: &Census, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if census.exporters.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", paint.ink(Ink::Bold, "exporters that are scraped"))?;
    let longest = census.exporters.iter().map(|exporter| exporter.name.len()).max().unwrap_or_default();
    for exporter in &census.exporters {
        let jobs = exporter.jobs.iter().map(|job| one_line(job)).collect::<Vec<_>>().join(", ");
        let word = exporter.provenance.word();
        let (name, read, known) = (exporter.name, exporter.read, exporter.known);
        writeln!(out, "  {name:longest$}  {read} of {known} {word} metrics are read, by job {jobs}")?;
    }
    Ok(())
}
