//! Variables of templates that Grafana takes for its environment, and variables that its environment lacks.

use std::collections::BTreeSet;

use crate::{
    check,
    facts::{Container, Program},
    kit::*,
    model::{
        Document,
        provisioning::{
            AlertingFile, Provisioning,
            setting::{Expansion, ExpansionSource, Setting},
        },
    },
};

check! {
    /// Grafana takes a template's variable for one of its environment, or expands one that is not set.
    ///
    /// ## Why it matters
    /// In provisioning files Grafana expands `$name` before anything else reads it. A label `{{ $labels.instance }}`
    /// becomes `{{ .instance }}`, which is empty; `$$` stands for the sign itself. Annotations and queries are left alone. A
    /// variable that is not set becomes nothing, without a word.
    ///
    /// ## Example
    /// ```yaml path=grafana/rules.yml
    /// apiVersion: 1
    /// groups:
    ///   - name: shop
    ///     folder: Shop
    ///     interval: 1m
    ///     rules:
    ///       - uid: down
    ///         title: Down
    ///         condition: A
    ///         for: 5m
    ///         data:
    ///           - {refId: A, datasourceUid: prometheus, model: {expr: up == 0}}
    ///         labels: {instance: "{{ $labels.instance }}"}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=grafana/rules.yml
    /// apiVersion: 1
    /// groups:
    ///   - name: shop
    ///     folder: Shop
    ///     interval: 1m
    ///     rules:
    ///       - uid: down
    ///         title: Down
    ///         condition: A
    ///         for: 5m
    ///         data:
    ///           - {refId: A, datasourceUid: prometheus, model: {expr: up == 0}}
    ///         labels: {instance: "{{ $$labels.instance }}"}
    /// ```
    pub struct Env {}
    id: "provisioning/env", severity: Error,
}

impl Check for Env {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(provisioning) = document.provisioning() else { return };
        let settings = expanded(provisioning);
        for setting in settings.iter().filter(|setting| setting.text.text().contains("{{")) {
            eaten(setting, out);
        }
        let path = &facts.workspace.files.file(document.file).path;
        let seeing: Vec<_> = facts.deployment.seeing(Program::Grafana, path).collect();
        let known: Option<Vec<_>> = seeing
            .iter()
            .filter(|(_, path)| path.starts_with("/etc/grafana/provisioning"))
            .map(|(container, _)| Some((*container, environment(container)?)))
            .collect();
        let Some(known) = known.filter(|known| !known.is_empty() && !document.in_manifest) else { return };
        let mut seen = BTreeSet::new();
        for expansion in settings.iter().flat_map(of_environment) {
            let Some((container, _)) = known.iter().find(|(_, names)| !names.contains(expansion.name.as_str())) else {
                continue;
            };
            if seen.insert(expansion.name.clone()) {
                out.report(expansion.span, format!("`{}` is not set, so that this is empty", expansion.name))
                    .label(
                        container.place_of_name(),
                        format!("the environment of `{}` is written here", container.name()),
                    )
                    .help(format!("add `{}` to its `environment`, or write the value", expansion.name));
            }
        }
    }
}

/// Every value that Grafana expands and that is read here.
fn expanded(provisioning: &Provisioning) -> Vec<Setting> {
    match provisioning {
        Provisioning::Datasources(file) => {
            let of = file.datasources.iter().flat_map(|one| {
                let own = [&one.name, &one.uid, &one.url, &one.database].into_iter().flatten();
                own.chain(one.secrets.iter().map(|(_, value)| value)).cloned().collect::<Vec<_>>()
            });
            of.collect()
        }
        Provisioning::Dashboards(file) => {
            let of = file.providers.iter().flat_map(|one| [&one.name, &one.folder, &one.path].into_iter().flatten());
            of.cloned().collect()
        }
        Provisioning::Alerting(file) => of_alerting(file),
    }
}

fn of_alerting(file: &AlertingFile) -> Vec<Setting> {
    let rules = file.groups.iter().flat_map(|group| &group.rules);
    let labels = rules.flat_map(|rule| &rule.labels).map(|label| Setting { text: label.value.clone() });
    let receivers = file.contact_points.iter().flat_map(|point| &point.receivers);
    let of_receivers = receivers.flat_map(|receiver| &receiver.settings).map(|(_, value)| value.clone());
    let templates = file.templates.iter().filter_map(|template| Some(Setting { text: template.template.clone()? }));
    labels.chain(of_receivers).chain(templates).collect()
}

/// Reports the variables of the templates in a value.
fn eaten(setting: &Setting, out: &mut Sink<'_>) {
    let text = setting.text.text();
    let is_inside = |expansion: &&Expansion| {
        setting.text.offset_of(expansion.span.start).is_some_and(|at| {
            let (before, rest) = text.split_at(at);
            before.rfind("{{").is_some_and(|open| before.rfind("}}").is_none_or(|close| close < open))
                && !rest.starts_with("${")
        })
    };
    let is_of_template = |expansion: &&Expansion| {
        let first = expansion.name.chars().next().unwrap_or_default();
        first.is_ascii_lowercase() || first.is_ascii_digit()
    };
    let all = setting.expansions();
    let eaten: Vec<&Expansion> = all.iter().filter(is_inside).filter(is_of_template).collect();
    for Expansion { name, span, .. } in &eaten {
        out.report(*span, format!("Grafana replaces `${name}` by an environment variable before the template sees it"))
            .help(format!("write `$${name}`"))
            .shared(eaten[0].span);
    }
}

fn of_environment(setting: &Setting) -> Vec<Expansion> {
    let is_template = setting.text.text().contains("{{");
    let is_ours = |expansion: &Expansion| {
        expansion.source == ExpansionSource::Environment
            && expansion.name.len() > 1
            && !expansion.name.starts_with("GF_PATHS_")
            && expansion.name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    setting.expansions().into_iter().filter(|expansion| !is_template && is_ours(expansion)).collect()
}

/// The names in the environment of a container, if the files show all of them, and that it is the one that reads the
/// file.
fn environment<'w>(container: &Container<'w>) -> Option<BTreeSet<&'w str>> {
    let is_whole = container.is_stock() && container.overlays.is_empty() && container.home.is_proven;
    let mut names: BTreeSet<&str> = container.environment()?.iter().map(|variable| variable.name.as_str()).collect();
    names.extend(["HOSTNAME", "HOME", "PATH"]);
    is_whole.then_some(names)
}
