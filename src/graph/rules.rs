//! Recording rules and alerting rules, Grafana's own among them.

use std::collections::BTreeMap;

use crate::{
    facts::RuleSite,
    model::{
        Document, Pair,
        provisioning::{
            Provisioning,
            alerting::{AlertGroup, AlertRule},
        },
        rules::Rule,
    },
    template::Template,
};

use super::{About, Alerting, Recording, drawing::Drawing};

/// Draws all rules. The rules that record the same metric are one node.
pub(super) fn draw(drawing: &mut Drawing<'_, '_>) {
    let facts = drawing.facts;
    let mut records: BTreeMap<&str, usize> = BTreeMap::new();
    for site in facts.rules.all() {
        let Some(name) = site.rule.name() else { continue };
        if site.rule.is_recording() {
            let node = *records
                .entry(&name.value)
                .or_insert_with(|| drawing.add(&name.value, within(drawing, site), About::Record(Vec::new())));
            drawing.place(node, name.span, site.rule.span);
            if let About::Record(rules) = &mut drawing.node(node).about {
                rules.push(Recording { place: name.span, expr: expr(site.rule), labels: labels(site) });
            }
            drawing.reads(node, site.rule.span);
        } else if site.rule.is_alerting() {
            let node = drawing.add(&name.value, within(drawing, site), About::Alert(alerting(site)));
            drawing.place(node, name.span, site.rule.span);
            drawing.reads(node, site.rule.span);
        }
    }
    for document in &facts.workspace.documents {
        let Some(Provisioning::Alerting(file)) = document.provisioning() else { continue };
        for group in &file.groups {
            group.rules.iter().for_each(|rule| provisioned(drawing, document, group, rule));
        }
    }
}

fn within(drawing: &Drawing<'_, '_>, site: &RuleSite<'_>) -> Vec<String> {
    let group = site.group.name.as_ref().map(|name| name.value.clone());
    std::iter::once(drawing.file(site.document)).chain(group).collect()
}

fn expr(rule: &Rule) -> String {
    rule.expr.as_ref().map_or("", |query| query.text.text()).trim_end().to_owned()
}

fn texts(pairs: &[Pair<Template>]) -> impl Iterator<Item = (String, String)> + '_ {
    pairs.iter().map(|pair| (pair.name.value.to_string(), pair.value.text.text().to_owned()))
}

/// The labels of a rule, with those of its group that it does not set anew.
fn labels(site: &RuleSite<'_>) -> Vec<(String, String)> {
    let of_group = site.group.labels.iter().filter(|pair| site.rule.label(&pair.name.value).is_none());
    let of_group = of_group.map(|pair| (pair.name.value.to_string(), pair.value.text().to_owned()));
    of_group.chain(texts(&site.rule.labels)).collect()
}

fn alerting(site: &RuleSite<'_>) -> Alerting {
    let rule = site.rule;
    Alerting {
        exprs: vec![expr(rule)],
        hold: rule.hold_duration.map(|hold| hold.value.to_string()),
        keep_firing: rule.keep_firing_for.as_ref().map(|keep| keep.value.to_string()),
        labels: labels(site),
        annotations: texts(&rule.annotations).collect(),
    }
}

/// A rule of Grafana's ruler that alerts.
fn provisioned(drawing: &mut Drawing<'_, '_>, document: &Document, group: &AlertGroup, rule: &AlertRule) {
    let Some(title) = rule.title.as_ref().or(rule.uid.as_ref()).filter(|_| rule.record.is_none()) else { return };
    let text = |pair: &Pair| (pair.name.value.to_string(), pair.value.text().to_owned());
    let alerting = Alerting {
        exprs: rule.data.iter().filter_map(|query| Some(query.expr.as_ref()?.text().to_owned())).collect(),
        hold: rule.hold_duration.map(|hold| hold.value.to_string()),
        keep_firing: rule.keep_firing.map(|keep| keep.value.to_string()),
        labels: rule.labels.iter().map(text).collect(),
        annotations: rule.annotations.iter().map(text).collect(),
    };
    let group = group.name.as_ref().map(|name| name.text.text().to_owned());
    let within = std::iter::once(drawing.file(document)).chain(group).collect();
    let node = drawing.add(title.text.text(), within, About::Alert(alerting));
    drawing.place(node, title.span(), rule.span);
    drawing.reads(node, rule.span);
}
