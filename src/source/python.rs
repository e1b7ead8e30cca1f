//! client_python, and the instrumentators of FastAPI, Starlette and Flask.

use crate::{exposition::MetricKind, text::Spanned};

use super::{Call, Labels, Reading, Value, kind_of};

/// Adds what a call defines.
pub fn read(call: &Call, text: &str, reading: &mut Reading) {
    let is_client = text.contains("prometheus_client");
    match call.last() {
        kind @ ("Counter" | "Gauge" | "Histogram" | "Summary") if is_client => metric(call, kind_of(kind), "", reading),
        "Info" if is_client => metric(call, Some(MetricKind::Gauge), "_info", reading),
        "Enum" if is_client => metric(call, Some(MetricKind::Gauge), "", reading),
        "Instrumentator" if text.contains("prometheus_fastapi_instrumentator") => {
            for defined in reading.bundle(call, &FASTAPI, "") {
                let end = FASTAPI_ENDS.iter().find(|(name, _)| *name == defined.name.value);
                defined.highest = end.map(|(_, end)| Spanned::new(defined.name.span, *end));
            }
        }
        "instrument" if call.named.iter().any(|(name, _)| name.starts_with("latency_")) => {
            reading.found.defined.iter_mut().for_each(|defined| defined.highest = None);
        }
        // Further metrics, or a prefix.
        "add" | "instrument"
            if text.contains("prometheus_fastapi_instrumentator")
                && (call
                    .value(0, &[])
                    .is_some_and(|one| matches!(one, Value::Call(made) if made.callee.contains("metrics.")))
                    || call.named.iter().any(|(name, _)| name.starts_with("metric_"))) =>
        {
            let span = reading.span(call);
            reading.found.open.push(span);
            reading.found.defined.iter_mut().for_each(|defined| defined.highest = None);
        }
        "PrometheusMetrics" | "GunicornPrometheusMetrics" if text.contains("prometheus_flask_exporter") => {
            reading.bundle(call, &FLASK, "").iter_mut().for_each(|one| one.with_buckets(call.value(9, &["buckets"])));
        }
        "make_asgi_app" | "start_http_server" | "generate_latest"
            if is_client && !reading.found.libraries.contains(&"python") =>
        {
            reading.found.libraries.push("python");
        }
        _ => {}
    }
}

type Bundled = (&'static str, MetricKind, &'static [&'static str]);

const FASTAPI: [Bundled; 5] = [
    ("http_requests_total", MetricKind::Counter, &["handler", "method", "status"]),
    ("http_request_size_bytes", MetricKind::Summary, &["handler"]),
    ("http_response_size_bytes", MetricKind::Summary, &["handler"]),
    ("http_request_duration_seconds", MetricKind::Histogram, &["handler", "method"]),
    ("http_request_duration_highr_seconds", MetricKind::Histogram, &[]),
];

/// Where the buckets of its histograms end, unless it is told otherwise.
const FASTAPI_ENDS: [(&str, f64); 2] =
    [("http_request_duration_seconds", 1.0), ("http_request_duration_highr_seconds", 60.0)];

const FLASK: [Bundled; 4] = [
    ("flask_http_request_duration_seconds", MetricKind::Histogram, &["method", "path", "status"]),
    ("flask_http_request_total", MetricKind::Counter, &["method", "status"]),
    ("flask_http_request_exceptions_total", MetricKind::Counter, &["method", "status"]),
    ("flask_exporter_info", MetricKind::Gauge, &["version"]),
];

fn metric(call: &Call, kind: Option<MetricKind>, ending: &str, reading: &mut Reading) {
    if call.arguments.len() + call.named.len() < 2 {
        return;
    }
    let part = |name: &str, index: usize| match call.value(index, &[name]) {
        None => Some(String::new()),
        Some(Value::Text(text, _)) => Some(text.clone()),
        Some(_) => None,
    };
    let labels = Labels::of(call.value(2, &["labelnames"]));
    // Positions behind the labels: namespace, subsystem, unit.
    let parts = (part("namespace", 3), part("subsystem", 4), part("unit", 5));
    let (Some(namespace), Some(subsystem), Some(unit)) = parts else {
        reading.define(call, None, kind, labels, str::to_owned);
        return;
    };
    let defined = reading.define(call, call.value(0, &["name"]), kind, labels, |name| {
        let mut full = String::new();
        for part in [&namespace, &subsystem] {
            if !part.is_empty() {
                full.push_str(part);
                full.push('_');
            }
        }
        full.push_str(name);
        let is_counter = kind == Some(MetricKind::Counter);
        if is_counter && let Some(short) = full.strip_suffix("_total") {
            full = short.to_owned();
        }
        if !unit.is_empty() && !full.ends_with(&format!("_{unit}")) {
            full = format!("{full}_{unit}");
        }
        if is_counter { format!("{full}_total") } else { format!("{full}{ending}") }
    });
    // `**options` may be anything, and stands where the labels may.
    let has_options = call.arguments.iter().skip(2).any(|one| matches!(one, Value::Name(_) | Value::Open));
    if let Some(defined) = defined.filter(|_| !has_options) {
        defined.with_buckets(call.value(8, &["buckets"]));
    }
}
