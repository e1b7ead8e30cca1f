//! The census for programs.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::{
    census::{Census, Exporter, Metric, Origin, Reader, Use},
    exposition::MetricKind,
    text::{Files, Span},
};

/// Writes one JSON object: `metrics` by name, and the `exporters` that are scraped.
pub fn write(census: &Census, files: &Files, out: &mut dyn Write) -> io::Result<()> {
    let metrics: Vec<Value> = census.metrics.iter().map(|(name, metric)| of_metric(name, metric, files)).collect();
    let exporters: Vec<Value> = census.exporters.iter().map(of_exporter).collect();
    serde_json::to_writer_pretty(&mut *out, &json!({ "metrics": metrics, "exporters": exporters }))?;
    writeln!(out)
}

fn of_metric(name: &str, metric: &Metric, files: &Files) -> Value {
    json!({
        "name": name,
        "standing": metric.standing().word(),
        "type": metric.kind.map(MetricKind::word),
        "labels": metric.labels,
        "series": metric.parts,
        "origins": metric.origins.iter().map(|origin| of_origin(origin, files)).collect::<Vec<_>>(),
        "jobs": metric.jobs.iter().map(|job| at(json!({ "name": job.value }), job.span, files)).collect::<Vec<_>>(),
        "read_by": metric.uses.iter().map(|one| of_use(one, files)).collect::<Vec<_>>(),
        "documented": metric.documented.iter().map(|span| at(json!({}), *span, files)).collect::<Vec<_>>(),
    })
}

/// An object with its place.
pub fn at(mut object: Value, span: Span, files: &Files) -> Value {
    let file = files.file(span.file);
    object["path"] = json!(file.name);
    object["line"] = json!(file.position(span.start).line);
    object
}

/// Where a metric comes from.
pub fn of_origin(origin: &Origin, files: &Files) -> Value {
    match origin {
        Origin::Prometheus => json!({ "kind": "prometheus" }),
        Origin::Rule(span) => at(json!({ "kind": "rule" }), *span, files),
        Origin::Code(span) => at(json!({ "kind": "code" }), *span, files),
        Origin::Page(span, source) => at(json!({ "kind": "page", "name": source }), *span, files),
        Origin::Exporter(name, provenance) => {
            json!({ "kind": "exporter", "name": name, "provenance": provenance.word(), "scraped": true })
        }
        Origin::Unscraped(name, provenance) => {
            json!({ "kind": "exporter", "name": name, "provenance": provenance.word(), "scraped": false })
        }
        Origin::Server(address) => json!({ "kind": "server", "name": address }),
        Origin::Library(name) => json!({ "kind": "library", "name": name }),
    }
}

fn of_use(one: &Use, files: &Files) -> Value {
    let object = match &one.by {
        Reader::Dashboard { title, panel } => json!({ "kind": "panel", "dashboard": title, "name": panel }),
        by => json!({ "kind": by.word(), "name": by.name() }),
    };
    at(object, one.place, files)
}

fn of_exporter(exporter: &Exporter) -> Value {
    json!({
        "name": exporter.name,
        "provenance": exporter.provenance.word(),
        "jobs": exporter.jobs.iter().map(|job| job.value.as_str()).collect::<Vec<_>>(),
        "known": exporter.known,
        "read": exporter.read,
    })
}
