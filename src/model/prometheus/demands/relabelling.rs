//! Demands on relabelling rules.

use crate::{
    model::prometheus::{RelabelAction, RelabelRule},
    text::Span,
    vocab::{Pattern, PatternUse},
};

use super::{Judge, NameScheme};

impl Judge<'_> {
    pub(super) fn relabelling(&mut self, rules: &[RelabelRule], scheme: NameScheme) {
        for rule in rules {
            self.rule(rule, scheme);
        }
    }

    fn rule(&mut self, rule: &RelabelRule, scheme: NameScheme) {
        for label in rule.source_labels.iter().filter(|label| label.value.is_empty() && is_quoted(label.span)) {
            self.refuse(label.span, "this label has an empty name");
        }
        if let Some(regex) = &rule.regex
            && let Err(error) = Pattern::of(regex.text(), PatternUse::Relabel)
        {
            self.refuse(regex.full_span(), format!("`{}` is no regular expression: {error}", regex.text()));
        }
        if let Some(modulus) = rule.modulus.filter(|modulus| modulus.value < 0) {
            self.refuse(modulus.span, format!("`modulus` takes a number from 0 on, but this is `{}`", modulus.value));
        }
        let Some(action) = self.action(rule) else { return };
        self.needs_of(rule, action, scheme);
        self.exclusions(rule, action);
    }

    fn action(&mut self, rule: &RelabelRule) -> Option<RelabelAction> {
        if rule.action.is_none() && rule.keys.span("action").is_some() {
            if !self.is_unreadable(&rule.keys, "action") {
                self.refuse(key(rule, "action"), "this rule has an empty `action`");
            }
            return None;
        }
        rule.action()
    }

    fn needs_of(&mut self, rule: &RelabelRule, action: RelabelAction, scheme: NameScheme) {
        use RelabelAction as Action;
        let word = rule.action.as_ref().map_or("replace", |word| &word.value).to_lowercase();
        if action == Action::HashMod
            && rule.modulus.is_none_or(|modulus| modulus.value == 0)
            && !self.is_unreadable(&rule.keys, "modulus")
        {
            self.refuse(key(rule, "modulus"), "`hashmod` has no `modulus`");
        }
        let writes = matches!(
            action,
            Action::Replace
                | Action::HashMod
                | Action::Lowercase
                | Action::Uppercase
                | Action::KeepEqual
                | Action::DropEqual
        );
        let target = rule.target_label.as_ref().map_or("", |target| &target.value);
        if writes && target.is_empty() {
            if !self.is_unreadable(&rule.keys, "target_label") {
                let help = "say which label is written with `target_label:`";
                self.refuse_with(key(rule, "target_label"), format!("`{word}` has no `target_label`"), help);
            }
            return;
        }
        let is_template = action == Action::Replace && target.contains('$');
        let is_name = if is_template { is_label_template(target, scheme) } else { scheme.is_label_name(target) };
        if writes && !is_name {
            let place = rule.target_label.as_ref().map_or(rule.span, |target| target.span);
            self.refuse(place, format!("`{target}` is no name of a label"));
        }
        if action == Action::LabelMap && !is_label_template(replacement(rule), scheme) {
            let place = rule.replacement.as_ref().map_or_else(|| key(rule, "replacement"), |text| text.full_span());
            self.refuse(place, format!("`{}` is no name of a label", replacement(rule)));
        }
    }

    /// Some actions read only some keys, and Prometheus refuses the others unless they say what they would say anyway.
    fn exclusions(&mut self, rule: &RelabelRule, action: RelabelAction) {
        use RelabelAction as Action;
        let others: &[&str] = match action {
            Action::Lowercase | Action::Uppercase => &["replacement"],
            Action::KeepEqual | Action::DropEqual => &["regex", "modulus", "separator", "replacement"],
            Action::LabelDrop | Action::LabelKeep => {
                &["source_labels", "target_label", "modulus", "separator", "replacement"]
            }
            _ => return,
        };
        let word = rule.action.as_ref().map_or("", |word| &word.value).to_lowercase();
        for other in others.iter().filter(|other| is_changed(rule, other)) {
            self.refuse(key(rule, other), format!("`{word}` does not take `{other}`"));
        }
    }
}

/// Whether a key is set to something else than what it is by default.
fn is_changed(rule: &RelabelRule, name: &str) -> bool {
    if rule.keys.span(name).is_none() {
        return false;
    }
    match name {
        "replacement" => replacement(rule) != "$1",
        "separator" => rule.separator.as_ref().is_none_or(|separator| separator.value != ";"),
        "modulus" => rule.modulus.is_some_and(|modulus| modulus.value != 0),
        "target_label" => rule.target_label.as_ref().is_some_and(|target| !target.value.is_empty()),
        "source_labels" => !rule.source_labels.is_empty(),
        // Prometheus compares the compiled expression itself, which is another one even if it is `(.*)`.
        _ => true,
    }
}

/// What is written; null is the empty text.
fn replacement(rule: &RelabelRule) -> &str {
    match &rule.replacement {
        Some(text) => text.text(),
        None if rule.keys.span("replacement").is_some() => "",
        None => "$1",
    }
}

/// Whether a text without anything in it is written as two quotes; null is taken where a text is not looked at.
fn is_quoted(place: Span) -> bool {
    place.end - place.start == 2
}

/// Where a key stands, else where the rule begins.
fn key(rule: &RelabelRule, name: &str) -> Span {
    let first = || rule.keys.iter().next().map_or(rule.span, |key| key.span);
    rule.keys.span(name).unwrap_or_else(first)
}

/// Whether a text gives the name of a label once its `$1` and `${name}` are filled in.
fn is_label_template(text: &str, scheme: NameScheme) -> bool {
    match scheme {
        NameScheme::Utf8 => !text.is_empty(),
        NameScheme::Legacy => is_legacy_template(text),
    }
}

/// Letters and underscores or references, each followed by word characters (`relabelTargetLegacy`).
fn is_legacy_template(text: &str) -> bool {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut rest = text;
    let mut may_be_digit = false;
    while let Some(letter) = rest.chars().next() {
        let taken = match letter {
            '$' => {
                let body = &rest[1..];
                let length = match body.strip_prefix('{') {
                    Some(inner) => match inner.find('}') {
                        Some(end) if end > 0 && inner[..end].chars().all(is_word) => end + 2,
                        _ => return false,
                    },
                    None => body.find(|letter: char| !is_word(letter)).unwrap_or(body.len()),
                };
                if length == 0 {
                    return false;
                }
                1 + length
            }
            letter if letter.is_ascii_alphabetic() || letter == '_' => 1,
            letter if letter.is_ascii_digit() && may_be_digit => 1,
            _ => return false,
        };
        may_be_digit = true;
        rest = &rest[taken..];
    }
    !text.is_empty()
}
