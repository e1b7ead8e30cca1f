//! Which names of metrics and labels a server takes, and how it asks for others.

use crate::{
    model::{
        prometheus::{Prometheus, ScrapeConfig},
        settings::Settings,
    },
    vocab::is_label_name,
};

use super::{Judge, text_or};

/// Which names are names.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum NameScheme {
    /// Every text but the empty one.
    #[default]
    Utf8,
    /// Letters, digits and underscores.
    Legacy,
}

impl NameScheme {
    /// What a word stands for; nothing for the empty one.
    fn of(word: &str) -> Option<Self> {
        match word {
            "utf8" => Some(Self::Utf8),
            "legacy" => Some(Self::Legacy),
            _ => None,
        }
    }

    /// Whether a text is the name of a label.
    pub fn is_label_name(self, name: &str) -> bool {
        match self {
            Self::Utf8 => !name.is_empty(),
            Self::Legacy => is_label_name(name),
        }
    }
}

impl Prometheus {
    /// Which names a job takes: what it says, else what `global` says.
    pub fn name_scheme(&self, job: Option<&ScrapeConfig>) -> NameScheme {
        let said = |settings: &Settings| NameScheme::of(text_or(settings, SCHEME, ""));
        let global = self.global.settings.as_ref().and_then(said);
        job.and_then(|job| said(&job.settings)).or(global).unwrap_or_default()
    }
}

const SCHEME: &str = "metric_name_validation_scheme";
const ESCAPING: &str = "metric_name_escaping_scheme";
const ESCAPINGS: [&str; 5] = ["", "allow-utf-8", "underscores", "dots", "values"];

/// What `global` says of names.
#[derive(Debug)]
pub(super) struct Naming {
    pub(super) scheme: NameScheme,
    /// Whether names in UTF-8 are asked for.
    allows_utf8: bool,
}

impl Naming {
    pub(super) fn of(config: &Prometheus) -> Self {
        let scheme = config.name_scheme(None);
        let escaping = config.global.settings.as_ref().map_or("", |global| text_or(global, ESCAPING, ""));
        let allows_utf8 = escaping == "allow-utf-8" || escaping.is_empty() && scheme == NameScheme::Utf8;
        Self { scheme, allows_utf8 }
    }
}

impl Judge<'_> {
    pub(super) fn global_names(&mut self, global: &Settings, has_jobs: bool) {
        self.one_of(global, SCHEME, "", &["", "utf8", "legacy"]);
        // Prometheus looks at it when it reads a job.
        if has_jobs {
            self.one_of(global, ESCAPING, "", &ESCAPINGS);
        }
    }

    pub(super) fn job_names(&mut self, job: &ScrapeConfig) {
        let settings = &job.settings;
        self.one_of(settings, SCHEME, "", &["", "utf8", "legacy"]);
        self.one_of(settings, ESCAPING, "", &ESCAPINGS);
        let own = NameScheme::of(text_or(settings, SCHEME, ""));
        let scheme = own.unwrap_or(self.naming.scheme);
        let allows_utf8 = match text_or(settings, ESCAPING, "") {
            "" => own.map_or(self.naming.allows_utf8, |own| own == NameScheme::Utf8),
            escaping => escaping == "allow-utf-8",
        };
        if allows_utf8 && scheme == NameScheme::Legacy {
            let keys = [(settings, ESCAPING), (settings, SCHEME)];
            let own = keys.into_iter().find_map(|(settings, key)| settings.get(key)).map(|setting| setting.key.span);
            let place = own.or(job.job_name.as_ref().map(|name| name.span)).unwrap_or(job.span);
            self.refuse_with(
                place,
                "names in UTF-8 are asked for by `allow-utf-8`, but taken to be legacy ones",
                "set `metric_name_validation_scheme: utf8`, or another `metric_name_escaping_scheme`",
            );
        }
    }
}
