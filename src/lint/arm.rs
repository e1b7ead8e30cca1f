//! Which checks run, how severe they are, and on which shelf each stands.

use crate::{
    config::{Config, Level, names},
    diag::Diagnostic,
    kit::{Arming, Entry, Shelves},
    live::Live,
    text::Spanned,
    vocab::nearest,
};

/// Which checks to run. A word is an id (`promql/syntax`) or a group (`promql`).
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these, even those that are off by default; empty means all that are on.
    pub select: Vec<String>,
    /// Not these.
    pub ignore: Vec<String>,
}

impl Selection {
    /// Only these checks.
    pub fn only(ids: &[&str]) -> Self {
        Self { select: ids.iter().map(|id| (*id).to_owned()).collect(), ignore: Vec::new() }
    }

    fn takes(&self, entry: &Entry, on: bool) -> bool {
        let names = |words: &[String]| words.iter().any(|word| word == entry.meta.id || word == entry.meta.group());
        let wanted = if self.select.is_empty() { on } else { names(&self.select) };
        wanted && !names(&self.ignore)
    }
}

/// A word that names no check and no group.
#[derive(Debug, thiserror::Error)]
#[error("there is no check `{word}`{}", .near.map_or(String::new(), |near| format!("; did you mean `{near}`?")))]
pub struct UnknownCheck {
    /// The word.
    pub word: String,
    /// What it may have meant.
    pub near: Option<&'static str>,
}

/// The checks that run.
#[derive(Debug)]
pub struct Armed {
    /// The checks, by what they look at.
    pub shelves: Shelves,
    /// Their ids, sorted.
    pub ids: Vec<&'static str>,
    /// The ids of all checks that exist, sorted.
    all: Vec<&'static str>,
    /// The ids of those that look at what the network said, when it was not asked.
    unasked: Vec<&'static str>,
    /// Complaints about their settings.
    complaints: Vec<Diagnostic>,
}

impl Armed {
    /// Whether a check runs.
    pub fn runs(&self, id: &str) -> bool {
        self.ids.binary_search(&id).is_ok()
    }

    /// Whether a word is the id of a check or a group of checks.
    pub fn is_known(&self, word: &str) -> bool {
        self.all.iter().any(|id| names(word, id))
    }

    /// What a word may have meant.
    pub fn nearest(&self, word: &str) -> Option<&'static str> {
        nearest(word, self.all.iter().flat_map(|id| [*id, id.split('/').next().unwrap_or_default()]))
    }

    /// Whether every check that a word names runs.
    pub fn runs_all(&self, word: &str) -> bool {
        self.is_known(word) && {
            let mut named =
                self.all.iter().filter(|id| names(word, id) && (*id == &word || !self.unasked.contains(id)));
            named.all(|id| self.runs(id))
        }
    }

    /// What is wrong with the configuration, as findings of `general/parse`, if that runs.
    pub fn about_config(&self, of_reader: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let id = "general/parse";
        let all = of_reader.into_iter().chain(self.complaints.iter().cloned());
        all.filter(|_| self.runs(id)).map(|complaint| Diagnostic { check: id, ..complaint }).collect()
    }
}

/// Puts the wanted checks on their shelves.
pub fn arm(table: &[Entry], config: &Config, selection: &Selection, live: &Live) -> Result<Armed, UnknownCheck> {
    let words = || table.iter().flat_map(|entry| [entry.meta.id, entry.meta.group()]);
    for word in selection.select.iter().chain(&selection.ignore) {
        if !words().any(|known| known == word) {
            return Err(UnknownCheck { word: word.clone(), near: nearest(word, words()) });
        }
    }
    let mut armed = Armed {
        shelves: Shelves::default(),
        ids: Vec::new(),
        all: table.iter().map(|entry| entry.meta.id).collect(),
        unasked: Vec::new(),
        complaints: Vec::new(),
    };
    for name in config.checks.iter().map(|entry| &entry.name).chain(config.ignore.iter().map(|entry| &entry.check)) {
        if !armed.is_known(&name.value) {
            armed.complaints.push(unknown(name, armed.nearest(&name.value)));
        }
    }
    for entry in table {
        let setting = config.setting(entry.meta.id);
        let on = match setting.level {
            // Who sets options of a check wants it to run.
            None => !entry.meta.opt_in || !setting.options.is_empty(),
            Some(level) => level != Level::Off,
        };
        if entry.meta.flag.is_some() && live.pages.is_none() {
            armed.unasked.push(entry.meta.id);
        } else if selection.takes(entry, on) {
            let severity =
                setting.level.and_then(|level| if let Level::At(severity) = level { Some(severity) } else { None });
            let arming = Arming { severity, options: setting.options };
            entry.arm(&arming, &mut armed.shelves, &mut armed.complaints);
            armed.ids.push(entry.meta.id);
        }
    }
    Ok(armed)
}

fn unknown(name: &Spanned<String>, near: Option<&'static str>) -> Diagnostic {
    let complaint = Diagnostic::error(name.span, format!("there is no check `{}`", name.value));
    match near {
        Some(near) => complaint.help(format!("did you mean `{near}`?")),
        None => complaint.help("`promcheck checks` lists them all"),
    }
}
