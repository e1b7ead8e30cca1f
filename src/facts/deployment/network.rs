//! The names by which containers reach each other.

use std::collections::BTreeSet;

use crate::{model::compose::Service, vocab::slip_of};

use super::{Container, Deployment};

/// What a host name stands for, seen from a container.
#[derive(Clone, Debug)]
pub enum Hosts<'f, 'w> {
    /// These containers; which of them depends on the files that are used together.
    These(Vec<&'f Container<'w>>),
    /// Nobody that the files know, and nobody else is expected on the container's networks.
    Nobody,
    /// It can't be told.
    Unknown,
}

impl<'w> Deployment<'w> {
    /// What a host name stands for, seen from a container.
    pub fn host<'f>(&'f self, from: &Container<'w>, name: &str) -> Hosts<'f, 'w> {
        if from.inherits_unread || from.services().any(|service| service.network_mode.is_some()) {
            return Hosts::Unknown;
        }
        let Some(named) = self.by_host_name.get(&name.to_ascii_lowercase()) else {
            return if self.is_foreign(from, name) { Hosts::Unknown } else { Hosts::Nobody };
        };
        let near = named
            .iter()
            .map(|at| &self.containers[*at])
            .filter(|one| one.project == from.project || one.home.folder == from.home.folder);
        let near: Vec<&Container<'w>> = near.collect();
        if near.is_empty() || near.iter().any(|one| one.networks().is_none()) {
            return Hosts::Unknown;
        }
        Hosts::These(near)
    }

    /// The containers that a host name, letter by letter, stands for on any network.
    pub fn called<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f Container<'w>> {
        let named = self.by_host_name.get(&name.to_ascii_lowercase()).into_iter().flatten();
        let all = named.map(|at| &self.containers[*at]);
        all.filter(move |one| one.host_names().iter().any(|known| known == name))
    }

    /// The container whose name a host has but for a slip of the finger, where nothing here has the host's own name. Even
    /// where others may be on the network, nobody calls them so.
    pub fn nearly_called(&self, name: &str) -> Option<&Container<'w>> {
        let name = name.to_ascii_lowercase();
        let is_named = |service: &Service| {
            let mut hosts = service.extra_hosts.iter();
            hosts.any(|host| host.known().is_none_or(|host| host.starts_with(&name)))
                || service.depends_on.iter().any(|other| other.value == name)
        };
        let is_known = self.by_host_name.contains_key(&name) || self.overlaid.contains(&name.as_str());
        let mut services = self.containers.iter().flat_map(Container::services);
        if is_known || services.any(is_named) {
            return None;
        }
        let meant = slip_of(&name, self.by_host_name.keys().map(String::as_str))?;
        self.by_host_name[meant].first().map(|at| &self.containers[*at])
    }

    /// Whether a name may belong to something that the files do not show.
    fn is_foreign(&self, from: &Container<'w>, name: &str) -> bool {
        let maps = |service: &Service| {
            service.extra_hosts.iter().any(|host| host.known().is_none_or(|host| host.starts_with(name)))
        };
        let of_project = |one: &Container<'w>| {
            one.names().is_none()
                || name.contains(one.name()) && name.ends_with(|last: char| last.is_ascii_digit())
                || one.service.depends_on.iter().any(|other| other.value == name)
        };
        name.contains('.')
            || name.parse::<std::net::IpAddr>().is_ok()
            || self.includes_unread
            || self.overlaid.contains(&name)
            || from.is_open_to_others()
            || from.services().any(maps)
            || self.containers.iter().any(of_project)
    }

    /// The service beside a container that publishes a port on the host, and its own port behind it.
    pub fn published_by(&self, beside: &Container<'w>, port: u16) -> Option<(&'w str, u16)> {
        let others = self.containers.iter().filter(|one| std::ptr::eq(one.document, beside.document));
        others.flat_map(|one| one.service.ports.iter().map(move |mapping| (one, mapping))).find_map(|(one, mapping)| {
            let published = mapping.published.filter(|range| range.contains(port))?;
            Some((one.name(), mapping.container.first + (port - published.first)))
        })
    }

    /// Whether another container shares the network of this one, and with it `localhost`.
    pub fn shares_localhost(&self, container: &Container<'w>) -> bool {
        let modes = self.containers.iter().flat_map(Container::services).filter_map(|one| one.network_mode.as_ref());
        let (service, name) = (format!("service:{}", container.name()), "container:");
        modes.into_iter().any(|mode| mode.known().is_none_or(|mode| mode == service || mode.starts_with(name)))
    }
}

impl<'w> Container<'w> {
    /// All its names; `None` when one hangs on a variable.
    fn names(&self) -> Option<Vec<String>> {
        let values = |service: &'w Service| {
            let own = [&service.container_name, &service.hostname].into_iter().flatten();
            own.chain(service.networks.iter().flat_map(|network| &network.aliases))
        };
        let mut names = vec![self.name().to_owned()];
        for value in self.services().flat_map(values) {
            names.push(value.known()?);
        }
        Some(names)
    }

    /// Every name by which other containers reach it, as far as they are known.
    pub fn host_names(&self) -> Vec<String> {
        self.services().flat_map(Service::host_names).collect()
    }

    /// The networks it is on, by their names in the compose file; `None` when it is on none of its own.
    pub fn networks(&self) -> Option<BTreeSet<&'w str>> {
        if self.inherits_unread || self.services().any(|service| service.network_mode.is_some()) {
            return None;
        }
        let names: BTreeSet<&str> =
            self.services().flat_map(|service| &service.networks).map(|network| network.name.value.as_str()).collect();
        Some(if names.is_empty() { BTreeSet::from(["default"]) } else { names })
    }

    /// Whether a network of another container's is one of its own.
    pub fn shares_network(&self, other: &Container<'_>) -> bool {
        match (self.networks(), other.networks()) {
            (Some(own), Some(theirs)) => !own.is_disjoint(&theirs),
            _ => true,
        }
    }

    /// Whether containers of other projects may be on its networks: one is external, or has a name of
    /// its own by which others can join.
    pub fn is_open_to_others(&self) -> bool {
        let Some(names) = self.networks() else { return true };
        let declared = self.compose.networks.iter().filter(|network| names.contains(network.name.value.as_str()));
        let mut declared = declared.peekable();
        let missing = names
            .iter()
            .any(|name| *name != "default" && !self.compose.networks.iter().any(|network| network.name.value == *name));
        missing || declared.any(|network| network.external || network.real_name.is_some())
    }
}
