//! Rules that promtool takes for duplicates: the same name and the same labels in one file.

use std::collections::BTreeMap;

use crate::{
    diag::Diagnostic,
    model::{
        Pair,
        rules::{Group, Rule, RuleFile},
    },
};

/// One warning for each name and set of labels that several rules of a file share, at the second of them
/// (`checkDuplicates` in promtool). Two rules with different expressions are duplicates, too.
pub fn duplicates(file: &RuleFile) -> Vec<Diagnostic> {
    let mut sharing: BTreeMap<_, Vec<&Rule>> = BTreeMap::new();
    for (group, rule) in file.rules() {
        let name = rule.name().map_or("", |name| &name.value);
        sharing.entry((name, labels(group, rule))).or_default().push(rule);
    }
    let mut warnings: Vec<Diagnostic> = sharing
        .into_iter()
        .filter_map(|((name, labels), rules)| {
            let [first, second, others @ ..] = rules.as_slice() else { return None };
            let with = if labels.is_empty() { "no labels" } else { "the same labels" };
            let message = match others.len() {
                0 => format!("`{name}` stands twice in this file, with {with}"),
                more => format!("`{name}` stands {} times in this file, with {with}", more + 2),
            };
            let warning = Diagnostic::warning(second.anchor(), message)
                .label(first.anchor(), "first defined here")
                .help("give them different labels, or remove one: their series cannot be told apart");
            Some(Diagnostic { check: "rules/duplicate", ..warning })
        })
        .collect();
    warnings.sort_by_key(|warning| warning.span);
    warnings
}

/// The labels that a rule's series or alerts get, those of its group included.
fn labels<'r>(group: &'r Group, rule: &'r Rule) -> BTreeMap<&'r str, &'r str> {
    let of_group = Pair::texts(&group.labels);
    let of_rule = rule.labels.iter().map(|pair| (pair.name.value.as_str(), pair.value.text.text()));
    of_group.chain(of_rule).collect()
}
