//! What the Prometheus or the Alertmanager of a compose file connects to.

use crate::{
    facts::{Container, Facts, Program},
    model::{
        Document,
        alertmanager::Alertmanager,
        settings::{Settings, Shape, Value},
    },
    text::{Excerpt, Spanned},
};

use super::{reach::Address, scraped};

/// Every address in a configuration that its program connects to, and the program.
pub fn connections(document: &Document) -> Option<(Program, Vec<Address>)> {
    let prometheus = document.prometheus().map(|config| (Program::Prometheus, scraped::addresses(config)));
    prometheus.or_else(|| Some((Program::Alertmanager, told(document.alertmanager()?))))
}

/// The containers of a program that run with a configuration.
pub fn running<'f, 'w>(document: &Document, program: Program, facts: &'f Facts<'w>) -> Vec<&'f Container<'w>> {
    let path = &facts.workspace.files.file(document.file).path;
    let seeing = facts.deployment.seeing(program, path);
    seeing.filter(|(one, path)| one.may_run(path)).map(|(container, _)| container).collect()
}

/// Where Alertmanager sends its notifications.
fn told(config: &Alertmanager) -> Vec<Address> {
    let integrations = config.receivers.iter().flat_map(|receiver| &receiver.integrations);
    let maps = config.global.iter().chain(integrations.map(|integration| &integration.settings));
    let by_proxy = config.global.as_ref().is_some_and(has_proxy);
    let direct = maps.filter(|settings| !by_proxy && !has_proxy(settings));
    direct
        .flat_map(Settings::iter)
        .filter_map(|setting| match (setting.shape, &setting.value) {
            (Shape::Address, Some(Value::Text(text))) => Address::parse(&spanned(text), ""),
            (Shape::Url | Shape::SecretUrl | Shape::UrlTemplate, Some(Value::Text(text))) => of_url(text),
            _ => None,
        })
        .collect()
}

fn has_proxy(settings: &Settings) -> bool {
    let http = settings.map("http_config");
    http.is_some_and(|http| http.is_set("proxy_url") || http.is_set("proxy_from_environment"))
}

fn spanned(text: &Excerpt) -> Spanned<String> {
    Spanned::new(text.full_span(), text.text().to_owned())
}

/// Host and port of a URL that is no template.
fn of_url(url: &Excerpt) -> Option<Address> {
    let text = url.text();
    let (scheme, rest) = text.split_once("://").filter(|_| !text.contains("{{"))?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let user = authority.rfind('@').map_or(0, |at| at + 1);
    let start = scheme.len() + 3 + user;
    let place = url.sub(start..scheme.len() + 3 + authority.len());
    Address::parse(&spanned(&place), scheme)
}
