//! Whether Prometheus loads a rule file, as `promtool check rules` says: whatever else the file may be meant for.

use std::path::PathBuf;

use crate::{
    diag::Diagnostic,
    model::rules::{self, RuleFile, RuleReading},
    text::{Excerpt, FileId, Files},
    tree::{self, Tree},
    workspace::{Text, text},
};

use super::{about_first, refusals};

/// A rule file as Prometheus loads it.
#[derive(Debug)]
pub struct LoadedRules {
    /// Its file.
    pub file: FileId,
    /// What it says; nothing when it is empty or cannot be read.
    pub rules: Option<RuleFile>,
    /// Why Prometheus refuses it, in the order of the file; nothing when it does not.
    pub refusals: Vec<Diagnostic>,
}

impl LoadedRules {
    /// How many rules it has.
    pub fn count(&self) -> usize {
        self.rules.iter().flat_map(|file| &file.groups).map(|group| group.rules.len()).sum()
    }
}

/// Loads a rule file from its bytes, or complains of the reason why there are none. Unlike Prometheus, which stops
/// after the keys and types when one of them is wrong, it finds all reasons.
pub fn load_rules(
    files: &mut Files,
    path: PathBuf,
    bytes: Result<Vec<u8>, String>,
    reading: &RuleReading,
) -> LoadedRules {
    let id = FileId(files.len() as u32);
    let Text { file, mut complaints, is_text } = text(id, path, bytes);
    let text = file.text.clone();
    let file = files.add(file);
    let mut found = None;
    if is_text {
        let stream = tree::yaml(&Excerpt::whole(file, text));
        complaints.extend(about_first(&stream));
        let root = stream.first().and_then(Tree::root);
        found = root.map(|root| rules::lower(root, &mut complaints).with_features(&reading.features));
    }
    if let Some(rules) = &found {
        complaints = rules.refusals(complaints, reading);
    }
    LoadedRules { file, rules: found, refusals: refusals(complaints, "") }
}
