//! Complaints of what came to a configuration after the release that runs.

use crate::{
    diag::Diagnostic,
    model::Keys,
    text::Span,
    vocab::{Version, came_later},
};

use super::Settings;

/// A key and the release that brought it.
pub type Since = (&'static str, Version);

/// Gathers complaints of what a release does not know yet.
#[derive(Debug)]
pub struct Newer {
    program: &'static str,
    version: Version,
    complaints: Vec<Diagnostic>,
}

impl Newer {
    /// For a release of a program: "Prometheus", "Alertmanager".
    pub fn than(program: &'static str, version: Version) -> Self {
        Self { program, version, complaints: Vec::new() }
    }

    /// What there is to complain of.
    pub fn complaints(self) -> Vec<Diagnostic> {
        self.complaints
    }

    /// Whether what came with a release is newer than the one that runs.
    pub fn is_newer(&self, came: Version) -> bool {
        self.version < came
    }

    /// Complains of something at its place, where there is one, that came with a release.
    pub fn told(&mut self, place: Option<Span>, name: &str, came: Version) {
        let Some(place) = place.filter(|_| self.is_newer(came)) else { return };
        let Version { major, minor, .. } = came;
        let message = came_later(&format!("`{name}`"), self.program, came, self.version);
        let setting = format!("{}_version", self.program.to_lowercase());
        self.complaints.push(
            Diagnostic::error(place, message)
                .help(format!("upgrade to {major}.{minor} or later, and say so with `{setting}` in `.promcheck.yml`")),
        );
    }

    /// Complains of keys of a map.
    pub fn keys(&mut self, keys: &Keys, table: &[Since]) {
        for (name, came) in table {
            self.told(keys.span(name), name, *came);
        }
    }

    /// Complains of keys of a map of settings.
    pub fn settings(&mut self, settings: &Settings, table: &[Since]) {
        for (name, came) in table {
            self.told(settings.get(name).map(|setting| setting.key.span), name, *came);
        }
    }
}
