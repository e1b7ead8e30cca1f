//! What Alertmanager demands of what it sends about itself: traces and recorded events.

use crate::{
    diag::Diagnostic,
    model::{
        Keys,
        settings::{Settings, has, one_of, place, transport},
    },
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
    for output in recorder.list("kafka_outputs") {
        transport::judge(output, complaints);
    }
}
