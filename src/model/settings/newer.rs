//! Complaints of what came to a configuration after the release that runs.

use crate::{diag::Diagnostic, model::Keys, text::Span, vocab::Version};

use super::Settings;

/// Keys and the releases that brought them.
pub type Table = [(&'static str, Version)];

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
        let (program, Version { major, minor, .. }, ours) = (self.program, came, self.version);
        let message =
            format!("`{name}` came with {program} {major}.{minor}, but {}.{} is what runs", ours.major, ours.minor);
        let setting = format!("{}_version", program.to_lowercase());
        self.complaints.push(
            Diagnostic::error(place, message)
                .help(format!("upgrade to {major}.{minor} or later, and say so with `{setting}` in `.promcheck.yml`")),
        );
    }

    /// Complains of keys of a map.
    pub fn keys(&mut self, keys: &Keys, table: &Table) {
        for (name, came) in table {
            self.told(keys.span(name), name, *came);
        }
    }

    /// Complains of keys of a map of settings.
    pub fn settings(&mut self, settings: &Settings, table: &Table) {
        for (name, came) in table {
            self.told(settings.get(name).map(|setting| setting.key.span), name, *came);
        }
    }
}
