//! Receivers and time intervals have names of their own.

use std::collections::BTreeMap;

use crate::{
    diag::Diagnostic,
    model::Keys,
    text::{Span, Spanned},
};

use super::super::Alertmanager;

pub(super) fn judge(config: &Alertmanager, complaints: &mut Vec<Diagnostic>) {
    let receivers = config.receivers.iter().map(|receiver| (receiver.name.as_ref(), &receiver.keys, receiver.span));
    unique("receiver", receivers, complaints);
    let intervals =
        config.time_intervals.iter().map(|interval| (interval.name.as_ref(), &interval.keys, interval.span));
    unique("time interval", intervals, complaints);
    for receiver in &config.receivers {
        let label = receiver.labels.iter().find(|label| label.name.value == "name");
        if let (Some(label), Some(name)) = (label, &receiver.name)
            && label.value.text() != name.value
        {
            let message =
                format!("the label `name` says `{}`, but the receiver is `{}`", label.value.text(), name.value);
            complaints.push(Diagnostic::error(label.value.full_span(), message).label(name.span, "its name"));
        }
    }
}

fn unique<'c>(
    what: &str,
    named: impl Iterator<Item = (Option<&'c Spanned<String>>, &'c Keys, Span)>,
    complaints: &mut Vec<Diagnostic>,
) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for (name, keys, span) in named {
        let Some(name) = name.filter(|name| !name.value.is_empty()) else {
            if !keys.is_damaged() {
                let place = keys.span("name").or(keys.iter().next().map(|key| key.span)).unwrap_or(span);
                complaints.push(Diagnostic::error(place, format!("this {what} has no name")));
            }
            continue;
        };
        if let Some(first) = seen.insert(&name.value, name.span) {
            let complaint = Diagnostic::error(name.span, format!("there are two {what}s named `{}`", name.value));
            complaints.push(complaint.label(first, "the first one"));
        }
    }
}
