//! Whether an address is reached from a container, and how to say that it is not.

use crate::{
    facts::{Container, Hosts, Listening, Program},
    kit::*,
    model::compose::Port,
    vocab::{is_slip, listed, nearest},
};

/// What a program connects to.
pub struct Address {
    /// Where it is written.
    pub span: Span,
    /// Where else the same is written.
    pub also: Vec<Span>,
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// What every machine calls itself.
const LOOPBACK: &str = "localhost";

impl Address {
    /// Reads `host:port`; `None` for what is neither that nor a host alone.
    pub fn parse(text: &Spanned<String>, scheme: &str) -> Option<Self> {
        let (host, port) = match text.value.split_once(':') {
            Some((host, port)) => (host, port.parse().ok()?),
            None => (text.value.as_str(), if scheme == "https" { 443 } else { 80 }),
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let is_host = !host.is_empty() && host.chars().all(is_name);
        is_host.then(|| Self { span: text.span, also: Vec::new(), host: host.to_owned(), port })
    }

    /// Whether it is the machine, or the container, itself.
    pub fn is_loopback(&self) -> bool {
        self.host == LOOPBACK || self.host.starts_with("127.")
    }
}

/// Why an address is not reached from a container.
pub enum Fault<'f, 'w> {
    /// It is the container itself, which listens elsewhere.
    Itself(&'f Container<'w>, Listening),
    /// Nobody has the name.
    Nobody(&'f Container<'w>),
    /// Nobody here has the name, and this one nearly has.
    Misspelt(&'f Container<'w>),
    /// The machine itself is meant.
    NearlyLoopback,
    /// The service is on other networks.
    Apart(&'f Container<'w>, &'f Container<'w>),
    /// The service listens elsewhere.
    OtherPort(Listening),
    /// The port is the host's.
    PortOfHost(&'f Port),
    /// The service runs only when somebody asks for its profile.
    OnDemand(&'f Container<'w>, Spanned<String>),
}

/// Why an address is not reached from a container, if that is certain. `listening` is where the program in the container
/// listens by its configuration, where that is known.
pub fn fault<'f, 'w>(
    facts: &'f Facts<'w>,
    from: &'f Container<'w>,
    address: &Address,
    listening: Option<&Listening>,
) -> Option<Fault<'f, 'w>> {
    if address.is_loopback() {
        from.networks().filter(|_| from.is_stock() && !facts.deployment.shares_localhost(from))?;
        let listening = listening
            .cloned()
            .or_else(|| from.listening())
            .filter(|listening| !listening.ports.contains(&address.port))?;
        return Some(Fault::Itself(from, listening));
    }
    // In capitals stands what somebody is to put a name for.
    if is_blank(&address.host) {
        return None;
    }
    let near = match facts.deployment.host(from, &address.host) {
        Hosts::Nobody => return Some(Fault::Nobody(from)),
        Hosts::Unknown => return None,
        Hosts::These(near) => near,
    };
    let apart = |one: &&Container<'_>| std::ptr::eq(one.document, from.document) && !from.shares_network(one);
    if near.iter().all(apart) && !near.iter().any(|one| one.is_open_to_others()) {
        return Some(Fault::Apart(from, near.first()?));
    }
    let faults: Option<Vec<_>> = near.iter().map(|one| wrong_port(one, address.port)).collect();
    match faults {
        Some(faults) => faults.into_iter().next(),
        None => near.iter().map(|one| on_demand(one, from)).collect::<Option<Vec<_>>>()?.into_iter().next(),
    }
}

/// That a host is the name of a service, or the machine's own, but for a slip of the finger, wherever the address is asked
/// from.
pub fn misspelt<'f, 'w>(facts: &'f Facts<'w>, address: &Address) -> Option<Fault<'f, 'w>> {
    if is_slip(&address.host, LOOPBACK) {
        return Some(Fault::NearlyLoopback);
    }
    facts.deployment.nearly_called(&address.host).map(Fault::Misspelt)
}

/// Whether a host is written as variables are: `FIRST_NODE_IP`.
fn is_blank(host: &str) -> bool {
    let is_of_variable = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    host.contains('_') && host.chars().all(is_of_variable)
}

/// The profile without which a service does not run, while another does.
fn on_demand<'f, 'w>(one: &'f Container<'w>, from: &Container<'_>) -> Option<Fault<'f, 'w>> {
    let is_needed = from.service.depends_on.iter().any(|other| other.value == one.name());
    let always = |container: &Container<'_>| {
        container.service.profiles.is_empty() && container.overlays.iter().all(|service| service.profiles.is_empty())
    };
    let profile = one.service.profiles.first().filter(|_| always(from) && !is_needed)?;
    let profile = profile.located()?;
    let chosen = one.service.profiles.first().and_then(|written| written.variables.get("COMPOSE_PROFILES"));
    let is_chosen = |chosen: Option<&str>| {
        chosen.is_none_or(|list| list.split(',').map(str::trim).any(|one| one == "*" || one == profile.value))
    };
    (!chosen.is_some_and(is_chosen)).then_some(Fault::OnDemand(one, profile))
}

fn wrong_port<'f, 'w>(container: &'f Container<'w>, port: u16) -> Option<Fault<'f, 'w>> {
    match container.listening() {
        Some(listening) if listening.ports.contains(&port) => None,
        Some(listening) => Some(Fault::OtherPort(listening)),
        None => Some(Fault::PortOfHost(container.published_as(port)?)),
    }
}

/// Reports an address that is not reached, at all its places.
pub fn report<'o>(facts: &Facts<'_>, address: &Address, fault: &Fault<'_, '_>, out: &'o mut Sink<'_>) -> Finding<'o> {
    let (host, port) = (&address.host, address.port);
    let places = [&[address.span], address.also.as_slice()].concat();
    match fault {
        Fault::Itself(from, listening) => {
            let message = format!("`{host}` is the container itself, where nothing listens on port {port}");
            let name = from.name();
            // Loki's ruler tells nobody anything as long as it has no rules, which lie elsewhere.
            let severity = if from.program == Some(Program::Loki) { Severity::Warning } else { Severity::Error };
            let finding = out.report_at(&places, message).severity(severity).label(
                from.place_of_name(),
                format!("`{name}` runs here, and listens on port {} only", listening.ports[0]),
            );
            // Loki talks to no program but Alertmanager.
            let is_wanted = |(service, _): &(&str, u16)| {
                let mut containers = facts.deployment.containers().iter();
                from.program != Some(Program::Loki)
                    || containers.any(|one| one.name() == *service && one.program == Some(Program::Alertmanager))
            };
            match facts.deployment.published_by(from, port).filter(is_wanted) {
                Some((service, port)) => finding.help(format!("say `{service}:{port}`")),
                None => finding.help("name the service, or `host.docker.internal` for the host itself"),
            }
        }
        Fault::Nobody(from) => nobody(facts, address, from, &places, out),
        Fault::Misspelt(other) => {
            let meant = other.name();
            out.report_at(&places, format!("no service is called `{host}`, but one is called `{meant}`"))
                .severity(Severity::Warning)
                .label(other.place_of_name(), "probably meant")
                .help(format!("say `{meant}`"))
                .instead(&facts.workspace.files, host, meant)
        }
        Fault::NearlyLoopback => out
            .report_at(&places, format!("no host is called `{host}`"))
            .severity(Severity::Warning)
            .help(format!("did you mean `{LOOPBACK}`?"))
            .instead(&facts.workspace.files, host, LOOPBACK),
        Fault::Apart(from, other) => {
            let message = format!("`{}` cannot reach `{host}`: they share no network", from.name());
            out.report_at(&places, message)
                .label(from.place_of_name(), format!("on {}", networks(from)))
                .label(other.place_of_name(), format!("on {}", networks(other)))
                .help("put both on one network")
        }
        Fault::OtherPort(listening) => {
            let right = listening.ports[0];
            let words = if listening.is_set { "it listens on" } else { "the program of this image listens on" };
            out.report_at(&places, format!("`{host}` does not listen on port {port}"))
                .label(listening.proof, format!("{words} {right}"))
                .help(format!("say `{host}:{right}`"))
                .instead(&facts.workspace.files, &format!(":{port}"), &format!(":{right}"))
        }
        Fault::OnDemand(one, profile) => {
            let message = format!("`{}` runs only with the profile `{}`", one.name(), profile.value);
            out.report_at(&places, message)
                .severity(Severity::Info)
                .label(profile.span, "without it, the target is down")
                .help(format!("start the file with `--profile {}`, or remove the profile", profile.value))
        }
        Fault::PortOfHost(mapping) => {
            let right = mapping.container.first;
            out.report_at(&places, format!("port {port} of `{host}` is the one published on the host"))
                .severity(Severity::Warning)
                .label(mapping.span, format!("other containers reach it on port {right}"))
                .help(format!("say `{host}:{right}`"))
                .instead(&facts.workspace.files, &format!(":{port}"), &format!(":{right}"))
        }
    }
}

fn nobody<'o>(
    facts: &Facts<'_>,
    address: &Address,
    from: &Container<'_>,
    places: &[Span],
    out: &'o mut Sink<'_>,
) -> Finding<'o> {
    let host = &address.host;
    let finding = out
        .report_at(places, format!("no service is called `{host}`"))
        .severity(Severity::Warning)
        .label(from.place_of_name(), format!("`{}` runs here, on networks of this file alone", from.name()));
    let here = facts.deployment.containers().iter().filter(|one| std::ptr::eq(one.document, from.document));
    let names: Vec<&str> = here.map(Container::name).collect();
    match nearest(host, names.iter().copied()) {
        Some(near) => finding.help(format!("there is `{near}`")).instead(&facts.workspace.files, host, near),
        None => finding.help("name a service of the compose file, or join the network that it is on"),
    }
}

fn networks(container: &Container<'_>) -> String {
    listed(container.networks().unwrap_or_default(), ", ")
}
