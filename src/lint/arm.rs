//! Which checks run, how severe they are, and on which shelf each stands.

use crate::{
    diag::Diagnostic,
    kit::{Entry, Setting, Shelves},
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

    /// Whether every check is wanted that is on by default.
    pub fn is_everything(&self) -> bool {
        self.select.is_empty() && self.ignore.is_empty()
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

/// Puts the wanted checks on their shelves. Complaints are about their options in the configuration.
pub fn arm(table: &[Entry], selection: &Selection) -> Result<(Shelves, Vec<Diagnostic>), UnknownCheck> {
    for word in selection.select.iter().chain(&selection.ignore) {
        let words = || table.iter().flat_map(|entry| [entry.meta.id, entry.meta.group()]);
        if !words().any(|known| known == word) {
            return Err(UnknownCheck { word: word.clone(), near: nearest(word, words()) });
        }
    }
    let mut shelves = Shelves::default();
    let mut complaints = Vec::new();
    for entry in table {
        if selection.takes(entry, !entry.meta.opt_in) {
            entry.arm(&Setting::default(), &mut shelves, &mut complaints);
        }
    }
    Ok((shelves, complaints))
}
