//! One container: what it runs and which files it sees.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
};

use crate::{
    catalog::{Scraped, recognised},
    model::{
        Document,
        compose::{Compose, Image, Mount, MountKind, Service, Value},
    },
    text::{FileId, Span, Spanned},
    vocab::FileGlob,
    workspace::{Workspace, normalised},
};

use super::{
    environment::{self, Variable},
    folders::{Home, relative_source},
    inheritance::Inherited,
};

/// A service of a compose file, with what other files add to it.
#[derive(Debug)]
pub struct Container<'w> {
    /// The document of the compose file.
    pub document: &'w Document,
    /// The compose file.
    pub compose: &'w Compose,
    /// The service.
    pub service: &'w Service,
    /// What other files add to the service, and the services whose settings it takes over (`extends`).
    pub overlays: Vec<&'w Service>,
    /// Whether it takes over settings that are not at hand.
    pub inherits_unread: bool,
    /// What it runs, if that is one of ours.
    pub program: Option<Program>,
    /// The exporter that the image its own file names is known to be.
    pub exporter: Option<&'static str>,
    /// The folder that its relative paths start from.
    pub home: Home,
    /// The file that includes all others of its project.
    pub(super) project: FileId,
    /// The folders that relative paths start from in files of other folders.
    folders: BTreeMap<FileId, PathBuf>,
    environment: Option<Vec<Variable<'w>>>,
    /// What is mounted into it.
    mounts: Vec<Mounted<'w>>,
}

/// A mount, with the paths that it joins as far as they are known.
#[derive(Debug)]
struct Mounted<'w> {
    mount: &'w Mount,
    source: Option<PathBuf>,
    target: Option<PathBuf>,
}

/// A program that reads our files.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Program {
    /// Prometheus.
    Prometheus,
    /// Alertmanager.
    Alertmanager,
    /// Grafana.
    Grafana,
    /// Loki.
    Loki,
}

/// What lies at a path of a container.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place<'w> {
    /// This path of the host, brought there by a mount.
    Host(PathBuf, &'w Mount),
    /// What the image holds there, which is nothing of ours.
    Image,
    /// It can't be told: a volume, a path from the environment, an image built for the purpose.
    Unknown,
}

impl Program {
    fn of_image(name: &str) -> Option<Self> {
        match name.rsplit('/').next()? {
            "prometheus" => Some(Self::Prometheus),
            "alertmanager" => Some(Self::Alertmanager),
            "grafana" | "grafana-oss" | "grafana-enterprise" => Some(Self::Grafana),
            "loki" => Some(Self::Loki),
            _ => None,
        }
    }

    /// Its folder in `/etc`, where its configuration usually is.
    pub fn folder(self) -> &'static Path {
        Path::new(match self {
            Self::Prometheus => "/etc/prometheus",
            Self::Alertmanager => "/etc/alertmanager",
            Self::Grafana => "/etc/grafana",
            Self::Loki => "/etc/loki",
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prometheus => "Prometheus",
            Self::Alertmanager => "Alertmanager",
            Self::Grafana => "Grafana",
            Self::Loki => "Loki",
        }
    }

    /// The configuration it reads unless told otherwise, by its path in the images of its makers.
    pub fn default_config(self) -> PathBuf {
        self.folder().join(match self {
            Self::Prometheus => "prometheus.yml",
            Self::Alertmanager => "alertmanager.yml",
            Self::Grafana => "grafana.ini",
            Self::Loki => "local-config.yaml",
        })
    }

    fn of_mounts(service: &Service) -> Option<Self> {
        let targets = || service.mounts.iter().filter_map(|mount| mount.target.as_ref()?.known());
        [Self::Prometheus, Self::Alertmanager, Self::Grafana, Self::Loki]
            .into_iter()
            .find(|program| targets().any(|target| Path::new(&target).starts_with(program.folder())))
    }
}

impl<'w> Container<'w> {
    pub(super) fn new(
        workspace: &'w Workspace,
        (document, compose, service): (&'w Document, &'w Compose, &'w Service),
        inherited: Inherited<'w>,
        home: Home,
        project: FileId,
    ) -> Self {
        let Inherited { services: overlays, folders, is_whole } = inherited;
        let mut container = Self {
            document,
            compose,
            service,
            overlays,
            inherits_unread: !is_whole,
            program: None,
            exporter: exporter(service),
            home,
            project,
            folders,
            environment: None,
            mounts: Vec::new(),
        };
        let mounts = container.services().flat_map(|service| &service.mounts);
        let mounted = |mount| Mounted { mount, source: container.source(mount), target: target(mount) };
        container.mounts = mounts.map(mounted).collect();
        container.environment = environment::environment(workspace, &container);
        container.program = match container.image().and_then(|image| image.name.as_deref()) {
            Some(name) => Program::of_image(name),
            None => Program::of_mounts(service),
        };
        container
    }

    /// The image it runs, unless one is built.
    pub fn image(&self) -> Option<&'w Image> {
        let is_built = self.services().any(|service| service.build.is_some());
        self.services().find_map(|service| service.image.as_ref()).filter(|_| !is_built)
    }

    /// Its service's name.
    pub fn name(&self) -> &'w str {
        &self.service.name.value
    }

    /// Where its service's name stands.
    pub fn place_of_name(&self) -> Span {
        self.service.name.span
    }

    /// Its service, and what is added to it.
    pub fn services(&self) -> impl Iterator<Item = &'w Service> {
        std::iter::once(self.service).chain(self.overlays.iter().copied())
    }

    /// Whether it runs an image of the program's makers, as the command line in the files says: no
    /// entry point of its own, nothing taken over from elsewhere.
    pub fn is_stock(&self) -> bool {
        let image = self.image().and_then(|image| image.name.as_deref()).unwrap_or_default();
        let plain = super::port::without_registry(image);
        let makers = ["prom/", "prometheus/", "grafana/"];
        let ordinary =
            |service: &Service| service.entrypoint.is_empty() && service.command.iter().all(is_flag_or_value);
        makers.iter().any(|maker| plain.starts_with(maker)) && !self.inherits_unread && self.services().all(ordinary)
    }

    /// The value of a flag, when the command line stands in one place.
    pub fn flag(&self, name: &str) -> Option<Spanned<String>> {
        let mut commands = self.services().filter(|service| !service.command.is_empty());
        let service = commands.next().filter(|_| commands.next().is_none())?;
        service.flag(name)
    }

    /// The most memory it may use, when that stands in one place.
    pub fn memory(&self) -> Option<&'w Value> {
        let mut limits = self.services().filter_map(|service| service.memory.as_ref());
        limits.next().filter(|_| limits.next().is_none() && !self.inherits_unread)
    }

    /// Whether a command line is written down.
    pub fn has_command(&self) -> bool {
        self.services().any(|service| !service.command.is_empty())
    }

    /// The variables of its environment; `None` where files that are not at hand may set others.
    pub fn environment(&self) -> Option<&[Variable<'w>]> {
        self.environment.as_deref()
    }

    /// The folder that the relative paths in a compose file start from, as far as this container takes settings from it.
    pub(super) fn folder_of(&self, file: FileId) -> &Path {
        self.folders.get(&file).unwrap_or(&self.home.folder)
    }

    /// What lies at a path of the container.
    pub fn look_at(&self, path: &Path) -> Place<'w> {
        let mut best: Option<(&Path, &Mounted<'w>)> = None;
        for mounted in &self.mounts {
            let Some(target) = mounted.target.as_deref() else { return Place::Unknown };
            let longer = || best.is_none_or(|(so_far, _)| target.components().count() >= so_far.components().count());
            if path.starts_with(target) && longer() {
                best = Some((target, mounted));
            }
        }
        match best {
            Some((target, mounted)) => match (&mounted.source, path.strip_prefix(target)) {
                (Some(source), Ok(rest)) => Place::Host(normalised(&source.join(rest)), mounted.mount),
                _ => Place::Unknown,
            },
            None if self.is_stock() => Place::Image,
            None => Place::Unknown,
        }
    }

    /// Whether a volume of it lies where a pattern with wildcards leads, or may lead.
    pub fn mounts_below(&self, pattern: &Path) -> bool {
        self.mounts.iter().any(|mounted| {
            let Some(target) = &mounted.target else { return true };
            let is_deeper = target.components().count() > pattern.components().count();
            !is_deeper && target.components().zip(pattern.components()).all(|(name, pattern)| fits(name, pattern))
        })
    }

    /// Whether a volume of it lies somewhere below a folder, which is there for that alone.
    pub fn mounts_in(&self, folder: &Path) -> bool {
        self.mounts.iter().filter_map(|mounted| mounted.target.as_ref()).any(|target| target.starts_with(folder))
    }

    /// The paths at which it finds a file of the host.
    pub fn paths_of(&self, file: &Path) -> Vec<PathBuf> {
        let mounts = self.mounts.iter();
        let mut found: Vec<PathBuf> = mounts
            .filter_map(|mounted| {
                let rest = file.strip_prefix(mounted.source.as_ref()?).ok()?;
                let target = mounted.target.clone()?;
                Some(if rest.as_os_str().is_empty() { target } else { target.join(rest) })
            })
            .filter(|path| matches!(self.look_at(path), Place::Host(seen, _) if seen == file))
            .collect();
        found.sort();
        found.dedup();
        found
    }

    /// The paths of the host that are mounted into it, as far as they are known.
    pub(super) fn sources(&self) -> impl Iterator<Item = &Path> {
        self.mounts.iter().filter_map(|mounted| mounted.source.as_deref())
    }

    /// The path of the host that a mount brings in, if it belongs to the project.
    pub fn source(&self, mount: &Mount) -> Option<PathBuf> {
        match mount.kind {
            MountKind::Bind => Some(normalised(&self.folder_of(mount.span.file).join(relative_source(mount)?))),
            MountKind::Config => {
                let name = mount.source.as_ref()?.known()?;
                let config = self.compose.configs.iter().find(|config| config.name.value == name)?;
                let file = config.file.as_ref()?.known().filter(|file| !file.starts_with('/'))?;
                Some(normalised(&self.home.folder.join(file)))
            }
            MountKind::Volume | MountKind::Secret | MountKind::Other => None,
        }
    }

    /// The file that Prometheus, Alertmanager or Loki is started with, by its path in the container.
    pub fn config_path(&self) -> Option<PathBuf> {
        let program = self.program?;
        match self.flag("config.file") {
            Some(flag) => Some(PathBuf::from(flag.value)),
            None if self.has_command() => None,
            None => Some(program.default_config()),
        }
    }

    /// Whether it may be started with a configuration at this path: the command says so, or leaves it to
    /// a variable.
    pub fn may_run(&self, config: &Path) -> bool {
        let mut words = self.services().flat_map(|service| &service.command).map(|word| word.text.text());
        self.config_path().is_none_or(|path| path == config) || words.any(|word| word.contains('$'))
    }
}

fn exporter(service: &Service) -> Option<&'static str> {
    let image = Some(service.image.as_ref()?.name.as_deref()?);
    recognised(Scraped { image, ..Scraped::default() }).map(|catalogue| catalogue.exporter)
}

/// The path in the container; a config without one lies in the root folder.
fn target(mount: &Mount) -> Option<PathBuf> {
    let known = |value: &Value| value.known().map(|path| normalised(Path::new(&path)));
    match (&mount.target, mount.kind) {
        (Some(target), MountKind::Config) if !target.text.text().starts_with('/') => {
            known(target).map(|name| Path::new("/").join(name))
        }
        (Some(target), _) => known(target),
        (None, MountKind::Config) => Some(Path::new("/").join(mount.source.as_ref()?.known()?)),
        (None, MountKind::Secret) => Some(Path::new("/run/secrets").join(mount.source.as_ref()?.known()?)),
        (None, _) => None,
    }
}

/// Whether a word of a command line belongs to the program's own flags, and is no shell or script.
fn is_flag_or_value(word: &Value) -> bool {
    let word = word.text.text();
    word.starts_with('-') && word != "-c"
        || !word.contains(['/', ' ', ';', '|']) && !matches!(word, "sh" | "bash" | "-c")
}

/// Whether a component of a path fits that of a pattern.
fn fits(name: Component<'_>, pattern: Component<'_>) -> bool {
    let glob = || FileGlob::parse(pattern.as_os_str().to_str()?);
    name == pattern || glob().is_some_and(|glob| glob.matches(&name.as_os_str().to_string_lossy()))
}
