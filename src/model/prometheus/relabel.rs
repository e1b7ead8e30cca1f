//! Relabelling rules: what happens to the labels of targets, samples and alerts on their way.

use crate::{
    diag::Diagnostic,
    model::{Keys, settings::empty_item},
    text::{Excerpt, Span, Spanned},
    tree::{Complaints, Fields, Node},
    vocab::{listed, nearest},
};

/// One step of relabelling.
#[derive(Clone, Debug)]
pub struct RelabelRule {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Labels whose values are joined.
    pub source_labels: Vec<Spanned<String>>,
    /// What stands between the joined values; unset means `;`.
    pub separator: Option<Spanned<String>>,
    /// What the joined values are matched with, anchored at both ends; unset means `(.*)`.
    pub regex: Option<Excerpt>,
    /// By what the hash of the joined values is divided.
    pub modulus: Option<Spanned<i64>>,
    /// The label that is written.
    pub target_label: Option<Spanned<String>>,
    /// What is written; unset means `$1`.
    pub replacement: Option<Excerpt>,
    /// What is done, as written.
    pub action: Option<Spanned<String>>,
}

/// What a relabelling rule does.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum RelabelAction {
    /// Writes a label when the expression matches.
    Replace,
    /// Drops what the expression does not match.
    Keep,
    /// Drops what the expression matches.
    Drop,
    /// Drops what has a target label that differs from the joined values.
    KeepEqual,
    /// Drops what has a target label that equals the joined values.
    DropEqual,
    /// Writes the hash of the joined values.
    HashMod,
    /// Copies every label whose name matches to another name.
    LabelMap,
    /// Removes every label whose name matches.
    LabelDrop,
    /// Removes every label whose name does not match.
    LabelKeep,
    /// Writes the joined values in lower case.
    Lowercase,
    /// Writes the joined values in upper case.
    Uppercase,
}

const ACTIONS: [(&str, RelabelAction); 11] = [
    ("replace", RelabelAction::Replace),
    ("keep", RelabelAction::Keep),
    ("drop", RelabelAction::Drop),
    ("keepequal", RelabelAction::KeepEqual),
    ("dropequal", RelabelAction::DropEqual),
    ("hashmod", RelabelAction::HashMod),
    ("labelmap", RelabelAction::LabelMap),
    ("labeldrop", RelabelAction::LabelDrop),
    ("labelkeep", RelabelAction::LabelKeep),
    ("lowercase", RelabelAction::Lowercase),
    ("uppercase", RelabelAction::Uppercase),
];

impl RelabelAction {
    /// The action a word stands for, in whatever case.
    pub fn of(word: &str) -> Option<Self> {
        let word = word.to_lowercase();
        ACTIONS.iter().find(|(name, _)| *name == word).map(|(_, action)| *action)
    }
}

impl RelabelRule {
    /// What it does: `replace` when it does not say; `None` when it names an action that does not exist.
    pub fn action(&self) -> Option<RelabelAction> {
        self.action.as_ref().map_or(Some(RelabelAction::Replace), |word| RelabelAction::of(word))
    }

    /// What stands between the joined values.
    pub fn separator(&self) -> &str {
        self.separator.as_ref().map_or(";", |separator| &separator.value)
    }

    /// What the joined values are matched with.
    pub fn regex(&self) -> &str {
        self.regex.as_ref().map_or("(.*)", Excerpt::text)
    }

    /// What is written.
    pub fn replacement(&self) -> &str {
        self.replacement.as_ref().map_or("$1", Excerpt::text)
    }
}

/// How a format spells the keys of relabelling rules that have more than one word.
#[derive(Copy, Clone, Debug)]
pub struct RelabelKeys {
    /// `source_labels`
    pub source_labels: &'static str,
    /// `target_label`
    pub target_label: &'static str,
}

/// As Prometheus spells them.
const KEYS: RelabelKeys = RelabelKeys { source_labels: "source_labels", target_label: "target_label" };

/// The relabelling rules of a field of `prometheus.yml`.
pub(super) fn lower_rules(fields: &mut Fields<'_>, key: &'static str, complaints: &mut Complaints) -> Vec<RelabelRule> {
    lower_relabel_rules(fields, key, KEYS, complaints)
}

/// The relabelling rules of a field; complains of empty items.
pub fn lower_relabel_rules(
    fields: &mut Fields<'_>,
    key: &'static str,
    keys: RelabelKeys,
    complaints: &mut Complaints,
) -> Vec<RelabelRule> {
    let mut rules = Vec::new();
    for item in fields.list(key, complaints) {
        if item.is_null() {
            complaints.push(empty_item(item, key));
        } else {
            rules.extend(lower_rule(item, keys, complaints));
        }
    }
    rules
}

fn lower_rule(node: Node<'_>, keys: RelabelKeys, complaints: &mut Complaints) -> Option<RelabelRule> {
    let mut fields = Fields::of(node, "relabelling rule", complaints)?;
    let rule = RelabelRule {
        span: node.span(),
        keys: Keys::of(node),
        source_labels: fields.strings(keys.source_labels, complaints),
        separator: fields.string("separator", complaints),
        regex: fields.excerpt("regex", complaints),
        modulus: fields.integer("modulus", complaints),
        target_label: fields.string(keys.target_label, complaints),
        replacement: fields.excerpt("replacement", complaints),
        action: fields.string("action", complaints),
    };
    fields.finish(complaints);
    if let Some(word) = rule.action.as_ref().filter(|word| RelabelAction::of(word).is_none()) {
        let names = ACTIONS.iter().map(|(name, _)| *name);
        let complaint = Diagnostic::error(word.span, format!("`{}` is no relabelling action", word.value));
        let all = || format!("actions are {}", listed(ACTIONS.map(|(name, _)| name), ", "));
        let near = nearest(&word.value, names).map(|near| format!("did you mean `{near}`?"));
        complaints.push(complaint.help(near.unwrap_or_else(all)));
    }
    Some(rule)
}
