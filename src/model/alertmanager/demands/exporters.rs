//! What Alertmanager demands of what it sends about itself: traces and recorded events.

use crate::{
    diag::Diagnostic,
    model::{
        Keys,
        settings::{Settings, Value, has, one_of, place, transport},
    },
    vocab::Duration,
};

use super::HIDDEN;

pub(super) fn tracing(tracing: &Settings, keys: &Keys, complaints: &mut Vec<Diagnostic>) {
    if !has(tracing, "endpoint") {
        let here = if tracing.iter().next().is_some() { None } else { keys.span("tracing") };
        let place = here.unwrap_or(place(tracing, "endpoint"));
        complaints.push(Diagnostic::error(place, "`tracing` has no `endpoint`"));
    }
    one_of(tracing, "client_type", &["grpc", "http"], complaints);
    one_of(tracing, "compression", &["", "gzip"], complaints);
    transport::judge(tracing, complaints);
}

pub(super) fn event_recorder(recorder: &Settings, complaints: &mut Vec<Diagnostic>) {
    for (list, needed) in [("file_outputs", "path"), ("webhook_outputs", "url")] {
        for output in recorder.list(list) {
            let usable = |text: &str| !text.is_empty() && text != HIDDEN;
            if !output.text(needed).is_some_and(|text| usable(text.text())) {
                let message = format!("this item of `{list}` has no `{needed}`");
                complaints.push(Diagnostic::error(place(output, needed), message));
            }
            transport::judge(output, complaints);
        }
    }
    recorder.list("webhook_outputs").iter().for_each(|output| batches(output, complaints));
    for output in recorder.list("kafka_outputs") {
        kafka(output, complaints);
        transport::judge(output, complaints);
    }
}

/// How events are sent together is said only where they are.
fn batches(output: &Settings, complaints: &mut Vec<Diagnostic>) {
    if output.boolean("batch") == Some(true) {
        return;
    }
    let is_set = |key: &&str| match output.value(key) {
        Some(Value::Integer(count)) => *count != 0,
        Some(Value::Duration(interval)) => *interval != Duration::ZERO,
        _ => false,
    };
    if let Some(key) = ["batch_max_events", "batch_max_bytes", "batch_flush_interval"].into_iter().find(is_set) {
        let complaint = Diagnostic::error(place(output, key), format!("`{key}` is set, but `batch` is off"));
        complaints.push(complaint.help("add `batch: true`"));
    }
}

/// The Alertmanager of Debian has no Kafka and takes anything here.
fn kafka(output: &Settings, complaints: &mut Vec<Diagnostic>) {
    let lacks = |key: &&str| match output.get(key) {
        None => !output.is_damaged(),
        Some(setting) => match &setting.value {
            Some(Value::Text(text)) => text.text().is_empty(),
            Some(Value::Texts(texts)) => texts.is_empty(),
            Some(_) => false,
            None => setting.is_null,
        },
    };
    for key in ["brokers", "topic"].into_iter().filter(lacks) {
        let message = format!("this item of `kafka_outputs` has no `{key}`");
        complaints.push(Diagnostic::error(place(output, key), message));
    }
    for broker in output.texts("brokers").iter().filter(|broker| broker.text().is_empty()) {
        complaints.push(Diagnostic::error(broker.full_span(), "this broker has no address"));
    }
    one_of(output, "format", &["", "json", "protobuf"], complaints);
    one_of(output, "acks", &["", "none", "leader", "all"], complaints);
    one_of(output, "compression", &["", "none", "gzip", "snappy", "lz4", "zstd"], complaints);
}
