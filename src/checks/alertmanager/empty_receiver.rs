//! Receivers that alerts are routed to and that tell nobody.

use std::{
    cell::LazyCell,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    check,
    facts::routing::{Alert, RouteTree},
    kit::*,
    model::{Document, alertmanager::Receiver},
};

/// Words in the name of a receiver that is meant to tell nobody.
const SILENT: &[&str] = &[
    "null",
    "nil",
    "none",
    "void",
    "blackhole",
    "devnull",
    "nowhere",
    "nobody",
    "noop",
    "drop",
    "discard",
    "ignore",
    "silent",
    "silence",
    "empty",
    "mute",
    "trash",
    "sink",
    "dummy",
    "disabled",
    "notify",
    "hole",
    "nothing",
    "noalert",
    "quiet",
];

check! {
    /// Alerts are routed to a receiver that tells nobody.
    ///
    /// ## Why it matters
    /// A receiver without integrations is no error: Alertmanager drops what comes to it without a word.
    /// Often the integrations were commented out, or never filled in.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    /// receivers:
    ///   - name: mail
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    /// receivers:
    ///   - name: mail
    ///     email_configs:
    ///       - to: oncall@shop.test
    ///         from: alertmanager@shop.test
    ///         smarthost: smtp.shop.test:587
    /// ```
    pub struct EmptyReceiver {}
    id: "alertmanager/empty-receiver", severity: Warning,
}

impl Check for EmptyReceiver {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dispatcher) = facts.routing.at(document) else { return };
        let Some(tree) = &dispatcher.tree else { return };
        let mut namesakes: BTreeMap<&str, usize> = BTreeMap::new();
        for name in dispatcher.config.receivers.iter().filter_map(|receiver| receiver.name.as_ref()) {
            *namesakes.entry(&name.value).or_default() += 1;
        }
        let routes = LazyCell::new(|| routes(tree));
        let alerts = dispatcher.alerts.as_deref();
        let reached = LazyCell::new(|| reached(tree, alerts.unwrap_or_default()));
        for receiver in &dispatcher.config.receivers {
            let Some(name) = receiver.name.as_ref().filter(|name| !is_meant_silent(&name.value)) else { continue };
            if !receiver.integrations.is_empty() || !is_plainly_empty(receiver, facts) {
                continue;
            }
            if namesakes[name.value.as_str()] > 1 {
                continue;
            }
            let told = routes.get(name.value.as_str()).map(Vec::as_slice).unwrap_or_default();
            let Some(first) = told.first().map(|place| tree.node(*place).route) else { continue };
            // What no other route takes may be meant to go to nobody, unless there is no other route.
            let is_rest = told == [0] && !first.routes.is_empty();
            let severity = match alerts {
                Some([]) | None if is_rest => Severity::Info,
                Some([_, ..]) if !told.iter().any(|place| reached.contains(place)) => continue,
                _ => Severity::Warning,
            };
            let from = first.receiver.as_ref().map_or(first.anchor(), |receiver| receiver.span);
            let which = if told.len() == 1 { "the route to it" } else { "the first of its routes" };
            out.report(
                name.span,
                format!("alerts are routed to `{}`, which has no integration and tells nobody", name.value),
            )
            .severity(severity)
            .label(from, which)
            .help(
                "give it an integration, such as `email_configs`, or call it `null` when its alerts are to be dropped",
            );
        }
    }
}

/// The routes that an alert may get to, by the receivers that they notify.
fn routes<'w>(tree: &RouteTree<'w>) -> BTreeMap<&'w str, Vec<usize>> {
    let mut routes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for place in 0..tree.nodes().len() {
        if let Some(name) = tree.receiver(place)
            && tree.ancestry(place).all(|above| tree.unreachable(above).is_none())
        {
            routes.entry(name).or_default().push(place);
        }
    }
    routes
}

/// The routes that some of the alerts may come to.
fn reached(tree: &RouteTree<'_>, alerts: &[Alert<'_>]) -> BTreeSet<usize> {
    let all = alerts.iter().flat_map(|alert| tree.reached(&|label| alert.label(label)));
    all.map(|reached| reached.place).collect()
}

/// Whether a name says that nobody is to be told.
pub(super) fn is_meant_silent(name: &str) -> bool {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    SILENT.iter().any(|word| letters.contains(word))
}

/// Whether nothing stands under the keys of its integrations, rather than something that could not be read.
fn is_plainly_empty(receiver: &Receiver, facts: &Facts<'_>) -> bool {
    receiver.keys.iter().all(|key| {
        if matches!(key.name, "name" | "labels") {
            return true;
        }
        let entry = facts.workspace.files.file(key.entry.file).slice(key.entry);
        let Some((_, value)) = entry.split_once(':') else { return true };
        let lines = value.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        matches!(lines.collect::<String>().as_str(), "" | "[]" | "null" | "~")
    })
}
