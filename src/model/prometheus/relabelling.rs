//! What relabelling rules make of a set of labels (Prometheus 3.16, package `relabel`).

use std::collections::BTreeMap;

use md5::{Digest as _, Md5};

use crate::vocab::{Pattern, PatternUse};

use super::{NameScheme, RelabelAction, RelabelRule};

/// Relabelling rules, ready to be applied again and again.
#[derive(Clone, Debug)]
pub struct Relabelling<'r> {
    steps: Vec<Step<'r>>,
    scheme: NameScheme,
}

#[derive(Clone, Debug)]
struct Step<'r> {
    rule: &'r RelabelRule,
    action: RelabelAction,
    pattern: Pattern,
}

/// What became of a set of labels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Relabelled {
    /// It is kept, with these labels.
    Kept(BTreeMap<String, String>),
    /// The rule of this rank drops it.
    Dropped(usize),
}

impl<'r> Relabelling<'r> {
    /// Makes rules ready; `None` when Prometheus would refuse one of them.
    pub fn of(rules: &'r [RelabelRule], scheme: NameScheme) -> Option<Self> {
        let step = |rule: &'r RelabelRule| {
            let regex = if rule.regex.is_none() && rule.keys.span("regex").is_some() { "" } else { rule.regex() };
            let pattern = Pattern::of(regex, PatternUse::Relabel).ok()?;
            Some(Step { rule, action: rule.action()?, pattern })
        };
        Some(Self { steps: rules.iter().map(step).collect::<Option<_>>()?, scheme })
    }

    /// Applies the rules in order. A label without a value is none.
    pub fn apply(&self, mut labels: BTreeMap<String, String>) -> Relabelled {
        labels.retain(|_, value| !value.is_empty());
        for (rank, step) in self.steps.iter().enumerate() {
            if !step.apply(&mut labels, self.scheme) {
                return Relabelled::Dropped(rank);
            }
        }
        Relabelled::Kept(labels)
    }
}

impl Step<'_> {
    /// Applies one rule; false when it drops the labels.
    fn apply(&self, labels: &mut BTreeMap<String, String>, scheme: NameScheme) -> bool {
        let value_of = |name: &str| labels.get(name).map_or("", String::as_str);
        let target = self.rule.target_label.as_ref().map_or("", |target| &target.value);
        let values: Vec<&str> = self.rule.source_labels.iter().map(|label| value_of(&label.value)).collect();
        let joined = values.join(self.separator());
        match self.action {
            RelabelAction::Drop => return !self.pattern.is_match(&joined),
            RelabelAction::Keep => return self.pattern.is_match(&joined),
            RelabelAction::DropEqual => return value_of(target) != joined,
            RelabelAction::KeepEqual => return value_of(target) == joined,
            RelabelAction::Replace => self.replace(labels, &joined, scheme),
            RelabelAction::Lowercase => set(labels, target, joined.to_lowercase()),
            RelabelAction::Uppercase => set(labels, target, joined.to_uppercase()),
            RelabelAction::HashMod => {
                let modulus = self.rule.modulus.map_or(0, |modulus| modulus.value.unsigned_abs());
                set(labels, target, hash(&joined).checked_rem(modulus).unwrap_or_default().to_string());
            }
            RelabelAction::LabelMap => {
                for (name, value) in labels.clone() {
                    if self.pattern.is_match(&name) {
                        set(labels, &self.pattern.replace_all(&name, self.replacement()), value);
                    }
                }
            }
            RelabelAction::LabelDrop => labels.retain(|name, _| !self.pattern.is_match(name)),
            RelabelAction::LabelKeep => labels.retain(|name, _| self.pattern.is_match(name)),
        }
        true
    }

    fn replace(&self, labels: &mut BTreeMap<String, String>, joined: &str, scheme: NameScheme) {
        let target = self.rule.target_label.as_ref().map_or("", |target| &target.value);
        let Some(target) = self.pattern.expand(joined, target).filter(|name| scheme.is_label_name(name)) else {
            return;
        };
        let value = self.pattern.expand(joined, self.replacement()).unwrap_or_default();
        set(labels, &target, value);
    }

    /// What stands between the joined values; null is nothing.
    fn separator(&self) -> &str {
        match self.rule.separator {
            None if self.rule.keys.span("separator").is_some() => "",
            _ => self.rule.separator(),
        }
    }

    /// What is written; null is nothing.
    fn replacement(&self) -> &str {
        match self.rule.replacement {
            None if self.rule.keys.span("replacement").is_some() => "",
            _ => self.rule.replacement(),
        }
    }
}

fn set(labels: &mut BTreeMap<String, String>, name: &str, value: String) {
    if value.is_empty() {
        labels.remove(name);
    } else {
        labels.insert(name.to_owned(), value);
    }
}

/// The last eight bytes of the MD5 sum.
fn hash(text: &str) -> u64 {
    let sum = Md5::digest(text.as_bytes());
    sum[8..].iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{prometheus::lower, specimen::read};

    /// What rules, written in YAML's flow style, make of `a=1`, `b=x.y` and `__meta_k8s_app=Shop`.
    fn relabelled(rules: &str) -> String {
        let text = format!("scrape_configs: [{{job_name: j, relabel_configs: {rules}}}]");
        let (config, complaints) = read(&text, lower);
        assert_eq!(complaints, [""; 0], "{rules}");
        let chain = Relabelling::of(&config.scrape_configs[0].relabel_configs, NameScheme::Utf8).expect("it is valid");
        let labels = [("a", "1"), ("b", "x.y"), ("__meta_k8s_app", "Shop")];
        match chain.apply(labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into()) {
            Relabelled::Dropped(rank) => format!("dropped by {rank}"),
            Relabelled::Kept(labels) => {
                labels.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
            }
        }
    }

    #[test]
    fn does_what_prometheus_does() {
        let meta = "__meta_k8s_app=Shop";
        for (rules, expected) in [
            ("[]", format!("{meta} a=1 b=x.y")),
            ("[{source_labels: [a, b], target_label: c}]", format!("{meta} a=1 b=x.y c=1;x.y")),
            (
                "[{source_labels: [b], regex: (.*)\\.(.*), target_label: l_$1, replacement: $2}]",
                format!("{meta} a=1 b=x.y l_x=y"),
            ),
            ("[{source_labels: [b], regex: x, target_label: c}]", format!("{meta} a=1 b=x.y")),
            ("[{target_label: a, replacement: ''}]", format!("{meta} b=x.y")),
            ("[{source_labels: [a], target_label: '$2'}]", format!("{meta} a=1 b=x.y")),
            (
                "[{action: keep, source_labels: [a], regex: '1'}, {action: drop, source_labels: [b], regex: x.y}]",
                "dropped by 1".to_owned(),
            ),
            ("[{action: keep, source_labels: [missing], regex: .+}]", "dropped by 0".to_owned()),
            ("[{action: labelmap, regex: __meta_k8s_(.+)}]", format!("{meta} a=1 app=Shop b=x.y")),
            ("[{action: labeldrop, regex: a|__meta.*}]", "b=x.y".to_owned()),
            ("[{action: labelkeep, regex: a}]", "a=1".to_owned()),
            (
                "[{action: Lowercase, source_labels: [__meta_k8s_app], target_label: c}]",
                format!("{meta} a=1 b=x.y c=shop"),
            ),
            ("[{action: keepequal, source_labels: [a], target_label: b}]", "dropped by 0".to_owned()),
            ("[{action: dropequal, source_labels: [a], target_label: b}]", format!("{meta} a=1 b=x.y")),
            // `printf 1 | md5sum` ends in 0dcc509a6f75849b.
            (
                "[{action: hashmod, source_labels: [a], modulus: 1000, target_label: c}]",
                format!("{meta} a=1 b=x.y c={}", 0x0dcc_509a_6f75_849b_u64 % 1000),
            ),
        ] {
            let rules = rules.replace("\\.", "\\\\.");
            let rules = if rules.contains("\\\\") { rules.replace("(.*)\\\\.(.*)", "'(.*)\\.(.*)'") } else { rules };
            assert_eq!(relabelled(&rules), expected, "{rules}");
        }
    }
}
