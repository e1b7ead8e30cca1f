//! What the Prometheus, the Alertmanager or the Loki of a compose file connects to.

use crate::{
    facts::{Container, Facts, Listening, Program},
    model::{
        Document,
        alertmanager::Alertmanager,
        loki::Loki,
        settings::{Settings, Shape, Value},
    },
    text::{Excerpt, Span, Spanned},
    vocab::placeholder,
};

use super::{
    reach::{Address, Fault, fault},
    scraped,
};

/// What the program of a configuration connects to.
pub struct Connections {
    /// The program.
    pub program: Program,
    /// Every address.
    pub addresses: Vec<Address>,
    /// Where the program listens itself, when the configuration says so.
    pub listening: Option<Listening>,
}

/// What the program of a configuration connects to.
pub fn connections(document: &Document) -> Option<Connections> {
    if let Some(loki) = document.loki() {
        let addresses = loki.alertmanagers.iter().filter_map(of_url).collect();
        return Some(Connections {
            program: Program::Loki,
            addresses,
            listening: Some(listening(loki, document.span)),
        });
    }
    let (program, addresses) = match document.prometheus() {
        Some(config) => (Program::Prometheus, scraped::addresses(config)),
        None => (Program::Alertmanager, told(document.alertmanager()?)),
    };
    Some(Connections { program, addresses, listening: None })
}

/// The ports that Loki listens on: for HTTP, for gRPC, and for the members of its ring.
fn listening(loki: &Loki, document: Span) -> Listening {
    let port = |said: Option<Spanned<u16>>, usual| said.map_or(usual, |said| said.value);
    Listening {
        ports: vec![port(loki.http_port, 3100), port(loki.grpc_port, 9095), 7946],
        proof: loki.http_port.map_or(document, |port| port.span),
        is_set: loki.http_port.is_some(),
    }
}

/// Whether a program connects to this port of a service, which does not listen there.
pub fn is_wanted_in_vain(facts: &Facts<'_>, service: &str, port: u16) -> bool {
    facts.workspace.documents.iter().filter(|document| !document.in_manifest).any(|document| {
        let Some(made) = connections(document) else { return false };
        let running = running(document, made.program, facts);
        let is_wrong = |from: &&Container<'_>, address: &Address| {
            let fault = fault(facts, from, address, made.listening.as_ref());
            matches!(fault, Some(Fault::OtherPort(_) | Fault::PortOfHost(_)))
        };
        let mut wanted = made.addresses.iter().filter(|address| address.host == service && address.port == port);
        !running.is_empty() && wanted.any(|address| running.iter().all(|from| is_wrong(from, address)))
    })
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
        // Of what has yet to be filled in, `alertmanager/placeholder` speaks.
        .filter(|setting| !matches!(&setting.value, Some(Value::Text(text)) if placeholder(text.text()).is_some()))
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
