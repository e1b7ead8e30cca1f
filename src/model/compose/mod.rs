//! Docker Compose files: which services run, what they listen on, what they see.

pub mod env_file;
pub mod mount;
pub mod port;
mod read;
pub mod value;
mod words;

use crate::{
    text::{Span, Spanned},
    tree::{Complaints, Kind, Node},
};

pub use env_file::EnvFile;
pub use mount::{Mount, MountKind};
pub use port::{Port, PortRange};
pub use value::{Value, Variables};

use read::Reader;

/// A compose file.
#[derive(Clone, Debug)]
pub struct Compose {
    /// The whole document.
    pub span: Span,
    /// The project's name.
    pub name: Option<Value>,
    /// Services, in order.
    pub services: Vec<Service>,
    /// Networks it declares.
    pub networks: Vec<Resource>,
    /// Volumes it declares.
    pub volumes: Vec<Resource>,
    /// Configuration files it declares.
    pub configs: Vec<Resource>,
    /// Secrets it declares.
    pub secrets: Vec<Resource>,
    /// Further compose files it includes.
    pub includes: Vec<Include>,
}

/// Compose files whose services belong to the project of the one that includes them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Include {
    /// Where they lie.
    pub paths: Vec<Value>,
    /// The folder that their relative paths start from; that of the first when absent.
    pub project_directory: Option<Value>,
}

/// A file of environment variables that a service is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnvFileUse {
    /// Where it lies.
    pub path: Value,
    /// Whether it is read in another way than `.env` files are.
    pub is_raw: bool,
}

/// Something declared at the top level by name.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The name by which services use it.
    pub name: Spanned<String>,
    /// The name it has in Docker.
    pub real_name: Option<Value>,
    /// Whether it exists already and is not made.
    pub external: bool,
    /// The file a config or secret is read from.
    pub file: Option<Value>,
}

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its settings.
    pub span: Span,
    /// Its name, by which other containers of its networks reach it.
    pub name: Spanned<String>,
    /// The image it runs.
    pub image: Option<Image>,
    /// Where its image is built.
    pub build: Option<Span>,
    /// The folder that the image is built of.
    pub context: Option<Value>,
    /// The file in that folder that says how, where it is not `Dockerfile`.
    pub dockerfile: Option<Value>,
    /// The container's name, by which it is reachable too.
    pub container_name: Option<Value>,
    /// The container's own idea of its name.
    pub hostname: Option<Value>,
    /// Ports published to the host.
    pub ports: Vec<Port>,
    /// Whether these are all of them: none hangs on a variable without default.
    pub knows_ports: bool,
    /// Ports named as open to other containers.
    pub expose: Vec<Spanned<PortRange>>,
    /// Networks it is on; the default one when there are none.
    pub networks: Vec<NetworkUse>,
    /// `host`, `none`, `service:…`.
    pub network_mode: Option<Value>,
    /// What is mounted into it.
    pub mounts: Vec<Mount>,
    /// Environment variables; without a value they come from outside.
    pub environment: Vec<(Spanned<String>, Option<Value>)>,
    /// Files with environment variables.
    pub env_files: Vec<EnvFileUse>,
    /// The program and its first arguments.
    pub entrypoint: Vec<Value>,
    /// The arguments.
    pub command: Vec<Value>,
    /// Profiles that start it; it always starts when there are none.
    pub profiles: Vec<Value>,
    /// Services that start before it.
    pub depends_on: Vec<Spanned<String>>,
    /// The service whose settings it takes over.
    pub extends: Option<Extends>,
    /// Hosts known to it, as `name:address`.
    pub extra_hosts: Vec<Value>,
    /// The most memory it may use.
    pub memory: Option<Value>,
}

/// An image reference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Image {
    /// The text as written.
    pub value: Value,
    /// Registry and repository, with variables at their defaults: `prom/prometheus`.
    pub name: Option<String>,
    /// The tag, with variables at their defaults; `None` also when it hangs on a variable without one.
    pub tag: Option<String>,
}

/// A network a service is on.
#[derive(Clone, Debug)]
pub struct NetworkUse {
    /// The network.
    pub name: Spanned<String>,
    /// Names by which it is reachable there, beside its own.
    pub aliases: Vec<Value>,
}

/// Whose settings a service takes over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Extends {
    /// The other service.
    pub service: Option<Value>,
    /// The file it is in; this one when absent.
    pub file: Option<Value>,
}

impl Compose {
    /// The service of a name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name.value == name)
    }
}

impl Service {
    /// The value of a command line flag, as `--name=value` or `--name value`; of a flag without a
    /// value, the flag itself.
    pub fn flag(&self, name: &str) -> Option<Spanned<String>> {
        let words: Vec<&Value> = self.entrypoint.iter().chain(&self.command).collect();
        for (at, word) in words.iter().enumerate() {
            let text = word.text.text();
            let Some(rest) = text.trim_start_matches('-').strip_prefix(name).filter(|_| text.starts_with('-')) else {
                continue;
            };
            if rest.starts_with('=') {
                return word.part(text.len() - rest.len() + 1..text.len()).located();
            }
            if rest.is_empty() {
                let next = words.get(at + 1).filter(|next| !next.text.text().starts_with('-'));
                return next.copied().unwrap_or(word).located();
            }
        }
        None
    }

    /// Every name by which other containers reach it on a network.
    pub fn host_names(&self) -> Vec<String> {
        let own = [&self.container_name, &self.hostname].into_iter().flatten().filter_map(Value::known);
        let aliases = self.networks.iter().flat_map(|network| &network.aliases).filter_map(Value::known);
        std::iter::once(self.name.value.clone()).chain(own).chain(aliases).collect()
    }

    fn lower(read: Reader<'_>, key: Node<'_>, node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let name = Spanned::new(key.span(), key.text()?.to_owned());
        let expose = read.values(node, "expose").into_iter().filter_map(|port| {
            let range = PortRange::parse(port.known()?.split('/').next()?)?;
            Some(Spanned::new(port.span(), range))
        });
        let listed = read::list(node, "ports");
        let count = listed.len();
        let ports: Vec<Port> = listed.into_iter().filter_map(|port| Port::lower(read, port, complaints)).collect();
        Some(Self {
            span: node.span(),
            name,
            knows_ports: ports.len() == count,
            ports,
            image: read.value(node, "image").map(Image::of),
            build: node.get("build").filter(|build| !build.is_null()).map(Node::span),
            context: context(read, node),
            dockerfile: node.get("build").and_then(|build| read.value(build, "dockerfile")),
            container_name: read.value(node, "container_name"),
            hostname: read.value(node, "hostname"),
            expose: expose.collect(),
            networks: networks(read, node),
            network_mode: read.value(node, "network_mode"),
            mounts: mounts(read, node),
            environment: read.environment(node),
            env_files: env_files(read, node),
            entrypoint: read.command(node, "entrypoint"),
            command: read.command(node, "command"),
            profiles: read.values(node, "profiles"),
            depends_on: read::names(node, "depends_on").into_iter().map(|(name, _)| name).collect(),
            extends: extends(read, node),
            extra_hosts: read.values(node, "extra_hosts"),
            memory: node
                .at(&["deploy", "resources", "limits"])
                .and_then(|limits| read.value(limits, "memory"))
                .or_else(|| read.value(node, "mem_limit")),
        })
    }
}

impl Image {
    fn of(value: Value) -> Self {
        let Some(text) = value.known() else {
            // The name may be known even if the tag is not.
            let parts = value.colon_parts();
            let name = parts.first().filter(|_| parts.len() == 2).and_then(Value::known);
            return Self { value, name, tag: None };
        };
        let plain = text.split('@').next().unwrap_or_default();
        // A colon before the last `/` belongs to the registry's port.
        let tag = plain.rfind(':').filter(|colon| !plain[*colon..].contains('/'));
        let name = plain[..tag.unwrap_or(plain.len())].to_owned();
        let tag = tag.map(|colon| plain[colon + 1..].to_owned());
        Self { value, name: Some(name), tag }
    }
}

fn networks(read: Reader<'_>, node: Node<'_>) -> Vec<NetworkUse> {
    let found = read::names(node, "networks").into_iter();
    found
        .map(|(name, settings)| NetworkUse {
            name,
            aliases: settings.map(|settings| read.values(settings, "aliases")).unwrap_or_default(),
        })
        .collect()
}

fn mounts(read: Reader<'_>, node: Node<'_>) -> Vec<Mount> {
    let volumes = read::list(node, "volumes").into_iter().filter_map(|mount| Mount::lower(read, mount));
    let of = |key: &str, kind: MountKind| {
        read::list(node, key).into_iter().filter_map(move |item| Mount::of_resource(read, item, kind))
    };
    volumes.chain(of("configs", MountKind::Config)).chain(of("secrets", MountKind::Secret)).collect()
}

fn extends(read: Reader<'_>, node: Node<'_>) -> Option<Extends> {
    let extends = node.get("extends").filter(|extends| !extends.is_null())?;
    match extends.excerpt() {
        Some(text) => Some(Extends { service: Some(read.scalar(text)), file: None }),
        None => Some(Extends { service: read.value(extends, "service"), file: read.value(extends, "file") }),
    }
}

fn resources(read: Reader<'_>, root: Node<'_>, key: &str) -> Vec<Resource> {
    let found = read::names(root, key).into_iter();
    found
        .map(|(name, settings)| Resource {
            name,
            real_name: settings.and_then(|settings| read.value(settings, "name")),
            external: settings.is_some_and(|settings| {
                read.is_set(settings, "external") || settings.at(&["external", "name"]).is_some()
            }),
            file: settings.and_then(|settings| read.value(settings, "file")),
        })
        .collect()
}

fn includes(read: Reader<'_>, root: Node<'_>) -> Vec<Include> {
    let items = read::list(root, "include").into_iter();
    let include = |item: Node<'_>| match item.kind() {
        Kind::Mapping => {
            Include { paths: read.values(item, "path"), project_directory: read.value(item, "project_directory") }
        }
        _ => Include {
            paths: item.excerpt().into_iter().map(|text| read.scalar(text)).collect(),
            project_directory: None,
        },
    };
    items.map(include).collect()
}

/// `env_file:` as one path, or as a list of paths and of maps.
fn env_files(read: Reader<'_>, node: Node<'_>) -> Vec<EnvFileUse> {
    let Some(field) = node.get("env_file").filter(|field| !field.is_null()) else { return Vec::new() };
    let items = if field.kind() == Kind::Sequence { field.items().collect() } else { vec![field] };
    let of = |item: Node<'_>| {
        let path = match item.kind() {
            Kind::Mapping => read.value(item, "path")?,
            _ => read.scalar(item.excerpt()?),
        };
        Some(EnvFileUse { path, is_raw: item.get("format").is_some_and(|format| !format.is_null()) })
    };
    items.into_iter().filter_map(of).collect()
}

/// `build: FOLDER` or `build: {context: FOLDER}`.
fn context(read: Reader<'_>, node: Node<'_>) -> Option<Value> {
    let build = node.get("build")?;
    if build.kind() == Kind::Mapping { read.value(build, "context") } else { read.value(node, "build") }
}

/// Whether a document is a compose file: its services are maps, and at least one has what only
/// services have.
pub fn looks_like(root: Node<'_>) -> bool {
    if root.get("apiVersion").is_some() || root.get("jobs").is_some() {
        return false;
    }
    let Some(services) = root.get("services").filter(|services| services.kind() == Kind::Mapping) else {
        return false;
    };
    let marks = ["image", "build", "extends", "ports", "command", "volumes", "environment", "depends_on", "networks"];
    let entries = services.entries();
    entries.iter().all(|(_, service)| service.kind() == Kind::Mapping || service.is_null())
        && entries.iter().any(|(_, service)| marks.iter().any(|mark| service.get(mark).is_some()))
}

/// Reads a compose file. It complains only of ports that are none; of what else it does not understand
/// it says nothing: `docker compose config` is there to judge the file as such.
/// Variables are replaced with what is given.
pub fn lower(root: Node<'_>, variables: &Variables, complaints: &mut Complaints) -> Compose {
    let read = Reader { variables };
    let services = root.get("services").map(Node::entries).unwrap_or_default();
    Compose {
        span: root.span(),
        name: read.value(root, "name"),
        services: services.into_iter().filter_map(|(key, node)| Service::lower(read, key, node, complaints)).collect(),
        networks: resources(read, root, "networks"),
        volumes: resources(read, root, "volumes"),
        configs: resources(read, root, "configs"),
        secrets: resources(read, root, "secrets"),
        includes: includes(read, root),
    }
}

#[cfg(test)]
mod tests;
