//! Addresses in manifests against the ports of the services that they name.

use crate::{
    kit::*,
    model::{
        Document,
        manifest::{Manifest, Resource, Service},
    },
    vocab::listed,
};

use super::{connections::connections, reach::Address};

/// Reports the addresses of a document whose service has no such port.
pub fn ports(document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
    if facts.cluster.is_open() {
        return;
    }
    for address in addresses(document) {
        let services = facts.cluster.services_called(&address.host);
        if let Some((manifest, service)) =
            services.first().filter(|_| services.iter().all(|one| lacks(one.1, &address)))
        {
            report(manifest, service, &address, facts, out);
        }
    }
}

/// What is connected to: by a configuration in a manifest, by a probe, by what is scraped.
fn addresses(document: &Document) -> Vec<Address> {
    match document.manifest().map(|manifest| &manifest.resource) {
        Some(Resource::Probe(probe)) => {
            let scheme = probe.scheme.as_ref().map_or("http", |scheme| scheme.value.as_str());
            probe.prober.iter().filter_map(|prober| Address::parse(prober, scheme)).collect()
        }
        Some(Resource::ScrapeConfig(scraped)) => {
            let scheme = scraped.scheme.as_ref().map_or(String::new(), |scheme| scheme.value.to_lowercase());
            scraped.targets.iter().filter_map(|target| Address::parse(target, &scheme)).collect()
        }
        _ => connections(document).map(|made| made.addresses).unwrap_or_default(),
    }
}

/// Whether a service certainly has no such port.
fn lacks(service: &Service, address: &Address) -> bool {
    let numbers: Option<Vec<i64>> = service.ports.iter().map(|port| Some(port.port?.value)).collect();
    let is_known = !service.is_headless && !service.ports.is_empty();
    is_known && numbers.is_some_and(|numbers| !numbers.contains(&i64::from(address.port)))
}

fn report(manifest: &Manifest, service: &Service, address: &Address, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let (host, port) = (&address.host, address.port);
    let place = manifest.name.as_ref().map_or(manifest.kind.span, |name| name.span);
    let numbers = || service.ports.iter().filter_map(|port| port.port.map(|port| port.value));
    let behind = service
        .ports
        .iter()
        .find(|one| one.target_port.as_ref().is_some_and(|target| target.value == port.to_string()));
    let right = match (behind.and_then(|one| one.port), numbers().count()) {
        (Some(right), _) => Some(right.value),
        (None, 1) => numbers().next(),
        _ => None,
    };
    let label = match behind {
        Some(_) => format!("{port} is the port of its pods; its own is {}", listed(numbers(), ", ")),
        None => format!("its ports: {}", listed(numbers(), ", ")),
    };
    let finding = out.report(address.span, format!("the service `{host}` has no port {port}")).label(place, label);
    match right {
        Some(right) => finding.help(format!("say `{host}:{right}`")).instead(
            &facts.workspace.files,
            &format!(":{port}"),
            &format!(":{right}"),
        ),
        None => finding.help("say one of its ports, or give it this one"),
    };
}
