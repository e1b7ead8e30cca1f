//! Metrics, what delivers them, and who reads them, as the census knows.

use std::collections::BTreeMap;

use crate::{
    census::{Census, Metric, Origin, Reader, Standing},
    text::Span,
};

use super::{About, Concern, Kind, Measured, drawing::Drawing};

/// Draws the jobs, then all metrics that somebody reads, and those that nobody reads though something here makes them.
/// What well-known exporters have beside these is only counted.
pub(super) fn draw(drawing: &mut Drawing<'_, '_>) {
    let census = Census::of(drawing.facts);
    let jobs = jobs(drawing);
    let records: BTreeMap<String, usize> = drawing
        .nodes()
        .filter(|(_, node)| node.kind() == Kind::Record)
        .map(|(at, node)| (node.name.clone(), at))
        .collect();
    let mut sources = BTreeMap::new();
    for (name, metric) in &census.metrics {
        let is_read = metric.uses.iter().any(|one| !matches!(one.by, Reader::Test(_)));
        let is_own = metric.origins.iter().all(is_own) && !metric.origins.is_empty();
        let record = records.get(name.as_str()).copied();
        if !is_read && !is_own && record.is_none() {
            for job in metric.jobs.iter().filter_map(|job| jobs.get(&job.span)) {
                if let About::Job { left_out, .. } = &mut drawing.node(*job).about {
                    *left_out += 1;
                }
            }
            continue;
        }
        let node = record.unwrap_or_else(|| drawing.add(name, Vec::new(), About::Metric(measured(metric))));
        deliver(drawing, node, metric, &jobs, &mut sources);
        for one in &metric.uses {
            if let Some(reader) = drawing.reader(one.place) {
                drawing.join(node, reader, true, Some(one.place));
            }
        }
        let concern = match metric.standing() {
            _ if !is_read => Some(Concern::Unread),
            Standing::Undefined => Some(Concern::Undefined),
            Standing::NotScraped => Some(Concern::NotScraped),
            _ => None,
        };
        concern.into_iter().for_each(|concern| drawing.concern(node, concern));
    }
}

/// Whether something is made here, and not by a program that many use.
fn is_own(origin: &Origin) -> bool {
    matches!(origin, Origin::Rule(_) | Origin::Page(..) | Origin::Code(_))
}

/// Draws the jobs; they are found by the places of their names.
fn jobs(drawing: &mut Drawing<'_, '_>) -> BTreeMap<Span, usize> {
    let mut jobs = BTreeMap::new();
    for server in drawing.facts.servers.all() {
        for job in &server.config.scrape_configs {
            let Some(name) = &job.job_name else { continue };
            let targets = job.targets().map(|(target, _)| target.value.clone()).collect();
            let file = drawing.file(server.document);
            let node = drawing.add(&name.value, vec![file], About::Job { targets, left_out: 0 });
            drawing.place(node, name.span, job.span);
            jobs.insert(name.span, node);
        }
    }
    jobs
}

fn measured(metric: &Metric) -> Measured {
    Measured {
        kind: metric.kind,
        labels: metric.labels.iter().cloned().collect(),
        series: metric.parts.iter().cloned().collect(),
        origins: metric.origins.clone(),
    }
}

/// Draws the arrows from what delivers a metric: the jobs, or where no job is known to, what it comes from.
fn deliver(
    drawing: &mut Drawing<'_, '_>,
    node: usize,
    metric: &Metric,
    jobs: &BTreeMap<Span, usize>,
    sources: &mut BTreeMap<String, usize>,
) {
    let first_place = metric.origins.iter().find_map(place);
    if drawing.node(node).kind() == Kind::Metric {
        drawing.node(node).places.extend(first_place);
    }
    let of_jobs: Vec<usize> = metric.jobs.iter().filter_map(|job| jobs.get(&job.span).copied()).collect();
    for job in &of_jobs {
        drawing.join(*job, node, true, first_place);
    }
    let others = metric.origins.iter().filter(|origin| of_jobs.is_empty() && !matches!(origin, Origin::Rule(_)));
    for origin in others {
        let name = source(origin);
        let from = *sources
            .entry(name.clone())
            .or_insert_with(|| drawing.add(name, vec![word(origin).to_owned()], About::Source));
        drawing.join(from, node, !matches!(origin, Origin::Unscraped(..)), place(origin));
        if matches!(origin, Origin::Unscraped(..)) {
            drawing.concern(from, Concern::NotScraped);
        }
    }
}

/// Where an origin stands.
fn place(origin: &Origin) -> Option<Span> {
    match origin {
        Origin::Page(span, _) | Origin::Code(span) => Some(*span),
        _ => None,
    }
}

/// What a source is called.
fn source(origin: &Origin) -> String {
    match origin {
        Origin::Prometheus => "Prometheus".to_owned(),
        Origin::Rule(_) => "rules".to_owned(),
        Origin::Page(_, source) => format!("{source} page"),
        Origin::Code(_) => "source code".to_owned(),
        Origin::Exporter(name, _) | Origin::Unscraped(name, _) => format!("{name} exporter"),
        Origin::Server(address) => address.clone(),
        Origin::Library(name) => format!("{name} library"),
    }
}

/// The kind of a source.
fn word(origin: &Origin) -> &'static str {
    match origin {
        Origin::Prometheus => "Prometheus",
        Origin::Rule(_) => "rules",
        Origin::Page(..) => "captured pages",
        Origin::Code(_) => "source code",
        Origin::Exporter(..) | Origin::Unscraped(..) => "exporters",
        Origin::Server(_) => "servers",
        Origin::Library(_) => "libraries",
    }
}
