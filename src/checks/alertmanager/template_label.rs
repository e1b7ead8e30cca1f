//! Notifications that read labels which are never there.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check,
    facts::routing::{Alert, Board, Carried, Dispatcher, Origin, boards},
    kit::*,
    model::{
        Document,
        alertmanager::{Integration, Receiver},
        manifest::Resource,
    },
    template::{Dialect, LabelReference, LabelSource, Template, ast::Definition},
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
        let dispatcher = facts.routing.at(document);
        let alerts = dispatcher.and_then(|dispatcher| dispatcher.alerts.as_deref()).unwrap_or_default();
        let mut reader = Reader::of(dispatcher);
        for board in boards(facts.workspace, document) {
            for (name, texts) in texts_of(document) {
                let templates = texts.into_iter().map(|text| Template::parse(text.clone(), Dialect::Alertmanager));
                let templates: Vec<Template> =
                    templates.filter(|template| !template.is_plain() && template.errors().is_empty()).collect();
                let told = (!templates.is_empty()).then(|| Told::of(name, &board, alerts)).flatten();
                if let Some(told) = told {
                    reader.judge(&templates, &told, out);
                }
            }
        }
    }
}

/// The texts of every receiver of a document that may be templates.
fn texts_of(document: &Document) -> Vec<(&str, Vec<&Excerpt>)> {
    if let Some(config) = document.alertmanager() {
        return config.receivers.iter().filter_map(named_texts).collect();
    }
    match document.manifest().map(|manifest| &manifest.resource) {
        Some(Resource::AlertmanagerConfig(config)) => {
            let receivers = config.receivers.iter();
            receivers
                .filter_map(|one| Some((one.name.as_ref()?.value.as_str(), one.templates.iter().collect())))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn named_texts(receiver: &Receiver) -> Option<(&str, Vec<&Excerpt>)> {
    let texts = receiver.integrations.iter().flat_map(Integration::templates);
    Some((&receiver.name.as_ref()?.value, texts.collect()))
}

/// What a receiver is told of.
struct Told<'b, 'w> {
    board: &'b Board<'w>,
    /// The routes that tell it.
    places: Vec<usize>,
    /// The alerts that get to it.
    arrivals: Vec<&'b Alert<'w>>,
}

impl<'b, 'w> Told<'b, 'w> {
    /// `None` when no route tells it.
    fn of(receiver: &str, board: &'b Board<'w>, alerts: &'b [Alert<'w>]) -> Option<Self> {
        let tree = &board.tree;
        let told = |place: &usize| tree.receiver(*place) == Some(receiver) && tree.unreachable(*place).is_none();
        let places: Vec<usize> = (0..tree.nodes().len()).filter(told).collect();
        let arriving = |alert: &&Alert<'_>| {
            tree.reached(&|label| alert.label(label)).iter().any(|reached| places.contains(&reached.place))
        };
        let arrivals = alerts.iter().filter(arriving).collect();
        (!places.is_empty()).then_some(Self { board, places, arrivals })
    }
}

/// Reads the texts of receivers together with the templates that they call.
struct Reader<'w> {
    library: BTreeMap<&'w str, &'w Definition>,
    /// Where files of templates ask for something before they use it.
    conditions: Vec<Span>,
    /// Places in files of templates that were spoken of, which several receivers may call.
    said: BTreeSet<Span>,
}

impl<'w> Reader<'w> {
    fn of(dispatcher: Option<&Dispatcher<'w>>) -> Self {
        let files = dispatcher.into_iter().flat_map(|one| &one.templates).flat_map(|entry| &entry.templates);
        Self {
            library: dispatcher.map(Dispatcher::definitions).unwrap_or_default(),
            conditions: files.flat_map(|template| template.conditions()).collect(),
            said: BTreeSet::new(),
        }
    }

    fn judge(&mut self, templates: &[Template], told: &Told<'_, '_>, out: &mut Sink<'_>) {
        // What reads the same missing label several times is one mistake.
        let mut said: Vec<(LabelSource, String)> = Vec::new();
        for template in templates {
            let own = template.conditions();
            let asks =
                |one: &LabelReference| own.iter().chain(&self.conditions).any(|condition| condition.contains(one.span));
            let labels = template.references_with(&self.library).labels;
            let asked: Vec<&str> = labels.iter().filter(|one| asks(one)).map(|one| one.name.value.as_str()).collect();
            let caller = template.references().calls().first().map(|call| call.span);
            for reference in labels.iter().filter(|one| !asked.contains(&one.name.value.as_str())) {
                let key = (reference.source, reference.name.value.to_string());
                if said.contains(&key) || self.said.contains(&reference.span) {
                    continue;
                }
                let finding = match reference.source {
                    LabelSource::Group => ungrouped(reference, told, out),
                    LabelSource::Common | LabelSource::Alert => missing(reference, &told.arrivals, out),
                    _ => None,
                };
                let Some(finding) = finding else { continue };
                said.push(key);
                if reference.span.file != template.text.file() {
                    self.said.insert(reference.span);
                    finding.label_if(caller, "called by this receiver");
                }
            }
        }
    }
}

/// A label that no route to the receiver groups by.
fn ungrouped<'o>(reference: &LabelReference, told: &Told<'_, '_>, out: &'o mut Sink<'_>) -> Option<Finding<'o>> {
    let tree = &told.board.tree;
    let name = &reference.name.value;
    let group_by = |place: &usize| tree.inherited(*place, |route| route.group_by.as_ref());
    let may_have = |place: &usize| match group_by(place) {
        Some(by) => by.is_all() || by.labels.iter().any(|label| label.value == *name),
        // The root of the operator's own configuration may say something.
        None => told.board.origin == Origin::Manifest,
    };
    if told.places.iter().any(may_have) {
        return None;
    }
    let place = told.places.iter().find_map(group_by).map(|by| by.span);
    let finding = out
        .report(reference.span, format!("the alerts here are not grouped by `{name}`, so this renders as nothing"))
        .label_if(place, "they are grouped by these");
    Some(match place {
        Some(_) => finding.help(format!("add `{name}` to `group_by`, or read `.CommonLabels.{name}`")),
        None => finding.help(format!("say `group_by: [{name}]` in the route, or read `.CommonLabels.{name}`")),
    })
}

/// A label that none of the alerts has that reach the receiver.
fn missing<'o>(reference: &LabelReference, arrivals: &[&Alert<'_>], out: &'o mut Sink<'_>) -> Option<Finding<'o>> {
    let name = &reference.name.value;
    let first = arrivals.first()?;
    if !arrivals.iter().all(|alert| alert.label(name) == Carried::Exactly("")) {
        return None;
    }
    let finding = out
        .report(reference.span, format!("no alert that gets here has a label `{name}`, so this renders as nothing"))
        .label(first.name.span, format!("the first of {}", arrivals.len()))
        .help(format!("keep `{name}` in the expressions, or leave it out of the text"));
    Some(finding)
}
