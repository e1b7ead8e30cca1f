//! Notifications that read labels which are never there.

use crate::{
    check,
    facts::routing::{Alert, Board, Carried, boards},
    kit::*,
    model::{Document, alertmanager::Receiver},
    template::{Dialect, LabelReference, LabelSource, Template},
};

check! {
    /// A notification reads a label that its alerts are not grouped by, or that none of them has.
    ///
    /// ## Why it matters
    /// `.GroupLabels` holds only the labels of `group_by`, and any other one renders as nothing: "[FIRING] on ". The message
    /// comes, and says not what it is about.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: chat
    ///   group_by: [cluster]
    /// receivers:
    ///   - name: chat
    ///     slack_configs:
    ///       - api_url_file: /run/secrets/slack
    ///         title: '{{ .GroupLabels.alertname }} in {{ .GroupLabels.cluster }}'
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: chat
    ///   group_by: [alertname, cluster]
    /// receivers:
    ///   - name: chat
    ///     slack_configs:
    ///       - api_url_file: /run/secrets/slack
    ///         title: '{{ .GroupLabels.alertname }} in {{ .GroupLabels.cluster }}'
    /// ```
    pub struct TemplateLabel {}
    id: "alertmanager/template-label", severity: Warning,
}

impl Check for TemplateLabel {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dispatcher) = facts.routing.at(document) else { return };
        let alerts = dispatcher.alerts.as_deref().unwrap_or_default();
        for board in boards(facts.workspace, document) {
            for receiver in &dispatcher.config.receivers {
                judge(receiver, &board, alerts, out);
            }
        }
    }
}

fn judge(receiver: &Receiver, board: &Board<'_>, alerts: &[Alert<'_>], out: &mut Sink<'_>) {
    let Some(name) = &receiver.name else { return };
    let tree = &board.tree;
    let told = |place: &usize| tree.receiver(*place) == Some(name.value.as_str()) && tree.unreachable(*place).is_none();
    let places: Vec<usize> = (0..tree.nodes().len()).filter(told).collect();
    if places.is_empty() {
        return;
    }
    let arriving = |alert: &&Alert<'_>| {
        tree.reached(&|label| alert.label(label)).iter().any(|reached| places.contains(&reached.place))
    };
    let arrivals: Vec<&Alert<'_>> = alerts.iter().filter(arriving).collect();
    // What reads the same missing label several times is one mistake.
    let mut said: Vec<(LabelSource, String)> = Vec::new();
    for text in receiver.integrations.iter().flat_map(|integration| integration.templates()) {
        let template = Template::parse(text.clone(), Dialect::Alertmanager);
        if !template.errors().is_empty() || template.is_plain() {
            continue;
        }
        let conditions = template.conditions();
        let asks = |one: &LabelReference| conditions.iter().any(|condition| condition.contains(one.span));
        let labels = &template.references().labels;
        let asked: Vec<&str> = labels.iter().filter(|one| asks(one)).map(|one| one.name.value.as_str()).collect();
        for reference in labels.iter().filter(|one| !asked.contains(&one.name.value.as_str())) {
            let key = (reference.source, reference.name.value.clone());
            if said.contains(&key) {
                continue;
            }
            let is_said = match reference.source {
                LabelSource::Group => ungrouped(reference, board, &places, out),
                LabelSource::Common | LabelSource::Alert => missing(reference, &arrivals, out),
                _ => false,
            };
            if is_said {
                said.push(key);
            }
        }
    }
}

/// A label that no route to the receiver groups by.
fn ungrouped(reference: &LabelReference, board: &Board<'_>, places: &[usize], out: &mut Sink<'_>) -> bool {
    let tree = &board.tree;
    let name = &reference.name.value;
    let group_by = |place: &usize| tree.inherited(*place, |route| route.group_by.as_ref());
    let has = |place: &usize| {
        group_by(place).is_some_and(|by| by.is_all() || by.labels.iter().any(|label| label.value == *name))
    };
    if places.iter().any(has) {
        return false;
    }
    let place = places.iter().find_map(group_by).map(|by| by.span);
    let finding = out
        .report(reference.span, format!("the alerts here are not grouped by `{name}`, so this renders as nothing"))
        .label_if(place, "they are grouped by these");
    match place {
        Some(_) => finding.help(format!("add `{name}` to `group_by`, or read `.CommonLabels.{name}`")),
        None => finding.help(format!("say `group_by: [{name}]` in the route, or read `.CommonLabels.{name}`")),
    };
    true
}

/// A label that none of the alerts has that reach the receiver.
fn missing(reference: &LabelReference, arrivals: &[&Alert<'_>], out: &mut Sink<'_>) -> bool {
    let name = &reference.name.value;
    let Some(first) = arrivals.first() else { return false };
    if !arrivals.iter().all(|alert| alert.label(name) == Carried::Exactly("")) {
        return false;
    }
    out.report(reference.span, format!("no alert that gets here has a label `{name}`, so this renders as nothing"))
        .label(first.name.span, format!("the first of {}", arrivals.len()))
        .help(format!("keep `{name}` in the expressions, or leave it out of the text"));
    true
}
