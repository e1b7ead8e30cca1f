//! What the Prometheus of a compose file connects to.

use crate::{
    model::{
        prometheus::{Prometheus, RelabelAction, RelabelRule, StaticConfig},
        settings::Settings,
    },
    text::Spanned,
};

use super::reach::Address;

/// Every address that Prometheus connects to and that is written down.
pub fn addresses(config: &Prometheus) -> Vec<Address> {
    all_texts(config)
        .filter_map(|(scheme, texts)| Some((scheme, texts?)))
        .flat_map(|(scheme, texts)| {
            texts.into_iter().filter_map(|text| Address::parse(&text, scheme)).collect::<Vec<_>>()
        })
        .collect()
}

/// Every address that Prometheus scrapes; `None` when some are not written down, or rewritten.
pub fn all_targets(config: &Prometheus) -> Option<Vec<Spanned<String>>> {
    let is_closed = config.scrape_config_files.is_empty() && config.scrape_configs.iter().all(|job| job.is_static());
    let mut all = Vec::new();
    for job in config.scrape_configs.iter().filter(|_| is_closed) {
        let is_direct = !has_proxy(&job.settings) && !job.asks_sockets();
        all.extend(texts(&job.relabel_configs, &job.static_configs).filter(|_| is_direct)?);
    }
    (is_closed && !all.iter().any(|target| target.value.contains('$'))).then_some(all)
}

/// The addresses of each job and of each set of Alertmanagers, with the scheme.
fn all_texts(config: &Prometheus) -> impl Iterator<Item = (&str, Option<Vec<Spanned<String>>>)> {
    let jobs = config
        .scrape_configs
        .iter()
        .filter(|job| !job.asks_sockets())
        .map(|job| (job.scheme(), &job.relabel_configs, &job.static_configs, &job.settings));
    let alertmanagers = config.alerting.alertmanagers.iter().map(|one| {
        let scheme = one.scheme.as_ref().map_or("http", |scheme| scheme.value.as_str());
        (scheme, &one.relabel_configs, &one.static_configs, &one.settings)
    });
    let all = jobs.chain(alertmanagers).filter(|(_, _, _, settings)| !has_proxy(settings));
    all.map(|(scheme, rules, targets, _)| (scheme, texts(rules, targets)))
}

fn has_proxy(settings: &Settings) -> bool {
    settings.is_set("proxy_url") || settings.is_set("proxy_from_environment")
}

/// The targets as relabelling leaves them: as written, or the one address that all are replaced with; `None` when
/// that can't be told.
fn texts(rules: &[RelabelRule], targets: &[StaticConfig]) -> Option<Vec<Spanned<String>>> {
    let writes = |rule: &&RelabelRule| {
        rule.target_label.as_ref().is_some_and(|label| label.value == "__address__" || label.value.contains('$'))
    };
    let harmless = |rule: &RelabelRule| {
        matches!(rule.action(), Some(RelabelAction::Replace | RelabelAction::Lowercase | RelabelAction::Uppercase))
    };
    let mut writing = rules.iter().filter(writes);
    match (writing.next(), writing.next()) {
        _ if !rules.iter().all(harmless) => None,
        (None, _) => Some(targets.iter().flat_map(|config| config.targets.clone()).collect()),
        (Some(_), None) if targets.is_empty() => Some(Vec::new()),
        (Some(rule), None) if rule.regex.is_none() && !rule.replacement().contains('$') => {
            let replacement = rule.replacement.as_ref();
            Some(replacement.map(|text| Spanned::new(text.full_span(), text.text().to_owned())).into_iter().collect())
        }
        _ => None,
    }
}
