//! Everything for which Prometheus refuses a rule file, put together.

use crate::{
    diag::Diagnostic,
    promql::{Feature, Query},
    tree,
};

use super::{Rule, RuleFile};

/// How a rule file is to be read.
#[derive(Clone, Debug, Default)]
pub struct RuleReading {
    /// Whether keys that Prometheus does not know are passed over (`--ignore-unknown-fields`).
    pub ignores_unknown_keys: bool,
    /// Whether keys that a relative of Prometheus added are known.
    pub knows_relatives: bool,
    /// Parts of PromQL that are switched on (`--enable-feature`).
    pub features: Vec<Feature>,
}

impl RuleFile {
    /// Everything that keeps Prometheus from loading the file. `complaints` are those of the file's reader.
    pub fn refusals(&self, mut complaints: Vec<Diagnostic>, reading: &RuleReading) -> Vec<Diagnostic> {
        if reading.ignores_unknown_keys {
            complaints.retain(|complaint| !tree::is_unknown_key(complaint));
        } else if !reading.knows_relatives {
            complaints.extend(
                self.foreign_keys.iter().map(|key| {
                    Diagnostic::error(key.span, format!("Prometheus does not know the key `{}`", key.value))
                }),
            );
        }
        let flaws = self.flaws(&complaints);
        complaints.extend(flaws);
        complaints.extend(self.rules().flat_map(|(_, rule)| rule.unreadable(&reading.features)));
        complaints
    }
}

impl Rule {
    /// What is wrong with its expression and its templates.
    fn unreadable(&self, features: &[Feature]) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if let Some(query) = self.expr.as_ref().filter(|query| !query.text.text().trim().is_empty()) {
            found.extend(query.errors().iter().cloned());
            found.extend(unavailable(query, features));
        }
        // Labels of recording rules are no templates.
        if self.alert.as_ref().is_some_and(|name| !name.value.is_empty()) {
            let templates = self.labels.iter().chain(&self.annotations).map(|pair| &pair.value);
            found.extend(templates.flat_map(|template| template.errors().iter().cloned()));
        }
        found
    }
}

/// Why a query cannot be evaluated with these features.
pub fn unavailable(query: &Query, features: &[Feature]) -> Vec<Diagnostic> {
    let off =
        query.features().iter().filter(|used| used.feature.on_since().is_none() && !features.contains(&used.feature));
    off.map(|used| {
        Diagnostic::error(used.span, format!("{} is experimental and switched off", used.what))
            .help(format!("switch it on with `--enable-feature={}`, here and in Prometheus", used.feature))
    })
    .collect()
}
