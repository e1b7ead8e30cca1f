//! Replacements that name a capture group which `regex` does not have.

use crate::{
    kit::*,
    model::{
        Document,
        manifest::Resource,
        prometheus::{Prometheus, RelabelAction, RelabelRule},
    },
    vocab::{Pattern, PatternUse, ReplacementPart, replacement_parts},
};

/// Reports what relabelling rules of a document fill in and nothing is found for.
pub fn report(document: &Document, out: &mut Sink<'_>) {
    let of_config = document.prometheus().into_iter().flat_map(rules_of);
    let endpoints = document.manifest().into_iter().flat_map(|manifest| match &manifest.resource {
        Resource::ServiceMonitor(monitor) | Resource::PodMonitor(monitor) => monitor.endpoints.as_slice(),
        _ => &[],
    });
    let of_monitors = endpoints.flat_map(|one| one.relabelings.iter().chain(&one.metric_relabelings));
    for rule in of_config.chain(of_monitors) {
        of_rule(rule, out);
    }
}

/// Every relabelling rule of a configuration.
fn rules_of(config: &Prometheus) -> impl Iterator<Item = &RelabelRule> {
    let of_jobs =
        config.scrape_configs.iter().flat_map(|job| job.relabel_configs.iter().chain(&job.metric_relabel_configs));
    let endpoints = config.alerting.alertmanagers.iter();
    let of_endpoints = endpoints.flat_map(|one| one.relabel_configs.iter().chain(&one.alert_relabel_configs));
    let of_remotes = config.remote_write.iter().flat_map(|remote| &remote.write_relabel_configs);
    of_jobs.chain(&config.alerting.alert_relabel_configs).chain(of_endpoints).chain(of_remotes)
}

fn of_rule(rule: &RelabelRule, out: &mut Sink<'_>) {
    let Some(replacement) = &rule.replacement else { return };
    let is_expanded = matches!(rule.action(), Some(RelabelAction::Replace | RelabelAction::LabelMap));
    // A key without a value is a pattern of nothing.
    if !is_expanded || rule.regex.is_none() && rule.keys.span("regex").is_some() {
        return;
    }
    let Ok(pattern) = Pattern::of(rule.regex(), PatternUse::Relabel) else { return };
    for part in replacement_parts(replacement.text()) {
        let ReplacementPart::Group { name, range } = part else { continue };
        // Other names may be variables that something fills in before the file is read.
        if !name.starts_with(|first: char| first.is_ascii_digit()) || pattern.group(&name).is_some() {
            continue;
        }
        let said = &replacement.text()[range.clone()];
        let message = format!("`{said}` is always empty: `regex` has no group `{name}`");
        let number: String = name.chars().take_while(char::is_ascii_digit).collect();
        let groups = match pattern.groups().len() {
            0 => "there is no group here".to_owned(),
            1 => "there is one group here".to_owned(),
            count => format!("there are {count} groups here"),
        };
        let finding = out.report(replacement.span(range), message);
        let finding = match &rule.regex {
            Some(regex) => finding.label(regex.full_span(), groups),
            None => finding.label(rule.span, "without `regex` there is one group, which holds everything"),
        };
        if number.len() < name.len() && pattern.group(&number).is_some() {
            let braced = format!("${{{number}}}{}", &name[number.len()..]);
            finding
                .help(format!("the name goes on until something else than a letter, digit or `_`: write `{braced}`"));
        } else {
            finding.help("put into parentheses what it stands for in `regex`, or leave it out");
        }
    }
}
