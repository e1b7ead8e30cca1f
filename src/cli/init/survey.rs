//! What lies in a folder, as far as a configuration would speak of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Component, Path},
};

use crate::{
    lint::Session,
    model::{Body, Document, compose::Service},
    vocab::Version,
    workspace::{Disk, normalised, pint, shown},
};

/// Folders whose files others maintain, by their usual names.
const VENDORED: [&str; 4] = ["external", "node_modules", "third_party", "vendor"];

/// What was found.
#[derive(Debug, Default)]
pub struct Survey {
    /// How many documents of each kind there are: what one is called, and several, in the order of these names.
    pub kinds: BTreeMap<(&'static str, &'static str), usize>,
    /// Folders that others maintain.
    pub vendored: BTreeSet<String>,
    /// Folders with captured pages.
    pub pages: BTreeSet<String>,
    /// Folders with test files.
    pub tests: BTreeSet<String>,
    /// The Prometheus that compose files run.
    pub prometheus: Option<Version>,
    /// The Alertmanager that they run.
    pub alertmanager: Option<Version>,
    /// What Prometheus is started with in `--enable-feature`.
    pub features: BTreeSet<String>,
    /// Whether pint or promruval are at home here.
    pub peers: bool,
}

impl Survey {
    /// Looks at what was read below a folder.
    pub fn of(session: &Session, root: &Path) -> Self {
        let root = normalised(root);
        let mut survey = Self { peers: Disk::Real.exists(&root.join(".pint.hcl")), ..Self::default() };
        let files = &session.workspace.files;
        for document in &session.workspace.documents {
            let path = &files.file(document.file).path;
            survey.note(document, path.strip_prefix(&root).unwrap_or(path));
        }
        let is_for_peers = |line: &str| pint(line).is_some() || line.contains("# ignore_validations:");
        survey.peers |= files.iter().any(|(_, file)| file.text.lines().any(is_for_peers));
        survey
    }

    fn note(&mut self, document: &Document, path: &Path) {
        *self.kinds.entry(kind(&document.body)).or_default() += 1;
        let folder = path.parent().map(shown).unwrap_or_default();
        if folder.chars().any(char::is_control) {
            return;
        }
        self.vendored.extend(vendored(path));
        match &document.body {
            Body::Exposition(_) => {
                self.pages.insert(folder);
            }
            Body::Suite(_) => {
                self.tests.insert(folder);
            }
            Body::Compose(compose) => compose.services.iter().for_each(|service| self.note_service(service)),
            _ => {}
        }
    }

    fn note_service(&mut self, service: &Service) {
        let Some(image) = &service.image else { return };
        let name = image.name.as_deref().and_then(|name| name.rsplit('/').next()).unwrap_or_default();
        let version = image.tag.as_deref().and_then(Version::parse);
        match name {
            "prometheus" => {
                self.prometheus = self.prometheus.or(version);
                let words = service.command.iter().filter_map(|word| word.known());
                let flags = words.filter_map(|word| Some(word.strip_prefix("--enable-feature=")?.to_owned()));
                let features = flags.flat_map(|flag| flag.split(',').map(str::to_owned).collect::<Vec<_>>());
                self.features.extend(features.filter(|feature| !feature.is_empty()));
            }
            "alertmanager" => self.alertmanager = self.alertmanager.or(version),
            _ => {}
        }
    }
}

/// What one document of a kind is called, and several.
fn kind(body: &Body) -> (&'static str, &'static str) {
    match body {
        Body::Rules(_) => ("rule file", "rule files"),
        Body::Prometheus(_) => ("configuration of Prometheus", "configurations of Prometheus"),
        Body::Alertmanager(_) => ("configuration of Alertmanager", "configurations of Alertmanager"),
        Body::Dashboard(_) => ("dashboard", "dashboards"),
        Body::Provisioning(_) => ("provisioning file", "provisioning files"),
        Body::Manifest(_) => ("manifest", "manifests"),
        Body::Suite(_) => ("test file", "test files"),
        Body::Compose(_) => ("compose file", "compose files"),
        Body::Environment(_) => ("file of environment variables", "files of environment variables"),
        Body::Exposition(_) => ("captured page of metrics", "captured pages of metrics"),
        Body::Templates(_) => ("file of notification templates", "files of notification templates"),
        Body::Proxy(_) => ("configuration of nginx", "configurations of nginx"),
        Body::Loki(_) => ("configuration of Loki", "configurations of Loki"),
        Body::Exemptions(_) => ("list of exemptions", "lists of exemptions"),
        Body::Docs(_) => ("page of docs", "pages of docs"),
    }
}

/// The part of a path up to a folder that others maintain.
fn vendored(path: &Path) -> Option<String> {
    let folders: Vec<&str> = path.parent()?.components().filter_map(text).collect();
    let at = folders.iter().position(|folder| VENDORED.contains(folder))?;
    Some(format!("/{}/", folders[..=at].join("/")))
}

fn text(component: Component<'_>) -> Option<&str> {
    match component {
        Component::Normal(text) => text.to_str(),
        _ => None,
    }
}
