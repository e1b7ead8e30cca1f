//! prom-client, the providers of nestjs-prometheus, and express-prom-bundle.

use crate::exposition::MetricKind;

use super::{Call, Labels, Reading, Value, kind_of, value::SPREAD};

/// Adds what a call defines.
pub fn read(call: &Call, reading: &mut Reading) {
    let last = call.last();
    match last {
        "Counter" | "Gauge" | "Histogram" | "Summary" => constructor(call, kind_of(last), reading),
        "makeCounterProvider" | "makeGaugeProvider" | "makeHistogramProvider" | "makeSummaryProvider" => {
            constructor(call, kind_of(last.trim_end_matches("Provider")), reading);
        }
        "collectDefaultMetrics" => defaults(call, call.arguments.first(), reading),
        "register" if call.callee.ends_with("PrometheusModule.register") => module(call, reading),
        // What Prisma and BullMQ make of themselves, under names of their own.
        "exportPrometheusMetrics" => reading.found.open.push(reading.span(call)),
        "prometheus" if call.callee.ends_with("metrics.prometheus") => reading.found.open.push(reading.span(call)),
        "setDefaultLabels" => reading.found.adds_labels = true,
        "promBundle" => bundle(call, reading),
        _ => {}
    }
}

/// `{name, help, labelNames}`, or the same three in a row.
fn constructor(call: &Call, kind: Option<MetricKind>, reading: &mut Reading) {
    match call.arguments.first() {
        Some(options @ Value::Map(_)) => {
            let labels = Labels::of(options.get("labelNames"));
            // Many classes are called so; one of metrics has a help beside the name.
            if options.get("name").is_some() && options.get("help").is_some() {
                let defined = reading.define(call, options.get("name"), kind, labels, str::to_owned);
                if let Some(defined) = defined.filter(|_| options.get(SPREAD).is_none()) {
                    defined.with_buckets(options.get("buckets"));
                }
            }
        }
        Some(name @ Value::Text(..)) if call.arguments.len() > 1 => {
            let labels = match call.arguments.get(2) {
                Some(options @ Value::Map(_)) => Labels::of(options.get("labelNames")),
                labels => Labels::of(labels),
            };
            reading.define(call, Some(name), kind, labels, str::to_owned);
        }
        Some(Value::Name(_) | Value::Open) => {
            reading.define(call, None, kind, Labels::Open, str::to_owned);
        }
        _ => {}
    }
}

/// The default metrics. A prefix makes names of one's own of them.
fn defaults(call: &Call, options: Option<&Value>, reading: &mut Reading) {
    let prefix = options.and_then(|options| options.get("prefix"));
    match prefix {
        None => reading.found.libraries.push("nodejs"),
        Some(_) => {
            let span = reading.span(call);
            reading.found.open.push(span);
        }
    }
}

/// The module of NestJS, which turns the default metrics on unless it is told not to.
fn module(call: &Call, reading: &mut Reading) {
    let options = call.arguments.first();
    let value = |key: &str| options.and_then(|options| options.get(key));
    reading.found.adds_labels |= value("defaultLabels").is_some();
    defaults(call, value("defaultMetrics").and_then(|metrics| metrics.get("config")), reading);
}

fn bundle(call: &Call, reading: &mut Reading) {
    let options = call.arguments.first();
    let is_on =
        |key: &str| !matches!(options.and_then(|options| options.get(key)), Some(Value::Name(no)) if no == "false");
    let mut labels = vec!["status_code"];
    let is_asked =
        |key: &str| matches!(options.and_then(|options| options.get(key)), Some(Value::Name(yes)) if yes == "true");
    labels.extend(["includeMethod"].iter().filter(|key| is_asked(key)).map(|_| "method"));
    labels.extend(["includePath"].iter().filter(|key| is_asked(key)).map(|_| "path"));
    let custom =
        options.is_some_and(|options| options.get("metricType").is_some() || options.get("customLabels").is_some());
    if is_on("includeUp") {
        reading.bundle(call, &[("up", MetricKind::Gauge, &[])], "");
    }
    if custom || options.is_some_and(|options| options.get("httpDurationMetricName").is_some()) {
        let span = reading.span(call);
        reading.found.open.push(span);
    } else {
        let buckets = options.and_then(|options| options.get("buckets"));
        let made = reading.bundle(call, &[("http_request_duration_seconds", MetricKind::Histogram, &labels)], "");
        if options.is_none_or(|options| options.get(SPREAD).is_none()) {
            made.iter_mut().for_each(|one| one.with_buckets(buckets));
        }
    }
}
