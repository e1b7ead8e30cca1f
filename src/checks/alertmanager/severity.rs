//! Spellings of severities that mean the same: `crit` and `critical`.

use crate::{
    facts::routing::Alert,
    model::alertmanager::{MatchOp, Matcher},
    vocab::{Pattern, PatternUse},
};

/// Labels whose values are severities.
const LABELS: [&str; 4] = ["severity", "level", "priority", "sev"];

/// Words for one severity, in small letters.
const FAMILIES: [&[&str]; 8] = [
    &["critical", "crit", "criticals"],
    &["warning", "warn", "warnings"],
    &["info", "information", "informational"],
    &["error", "err", "errors"],
    &["emergency", "emerg"],
    &["page", "pager", "paging"],
    &["high", "hi"],
    &["none", "null", "no"],
];

/// Whether a label holds a severity.
pub(super) fn is_severity(label: &str) -> bool {
    LABELS.contains(&label)
}

/// Whether two values are spellings of one severity.
pub(super) fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim().to_lowercase(), other.trim().to_lowercase());
    one == other || FAMILIES.iter().any(|family| family.contains(&one.as_str()) && family.contains(&other.as_str()))
}

/// The values that a matcher asks for, where it names them.
pub(super) fn values(matcher: &Matcher) -> Vec<String> {
    let text = matcher.value.text();
    match matcher.op {
        MatchOp::Equal if !text.is_empty() => vec![text.to_owned()],
        MatchOp::Regex => {
            let pattern = Pattern::of(text, PatternUse::Alertmanager).ok();
            pattern.and_then(|pattern| Some(pattern.literals()?.to_vec())).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// A value that a matcher asks for and no alert has, and the spelling of it that an alert has instead, with that alert.
/// `None` too when the matcher asks for that spelling as well.
pub(super) fn drift<'a, 'w>(matcher: &Matcher, alerts: &'a [Alert<'w>]) -> Option<(String, &'w str, &'a Alert<'w>)> {
    if !is_severity(&matcher.name.value) {
        return None;
    }
    let wanted = values(matcher);
    let label = matcher.name.value.as_str();
    let set = || alerts.iter().filter_map(move |alert| Some((value_of(alert, label)?, alert)));
    wanted.iter().find_map(|value| {
        if set().any(|(own, _)| own == value) {
            return None;
        }
        let (own, alert) = set().find(|(own, _)| same(own, value) && !wanted.iter().any(|other| other == own))?;
        Some((value.clone(), own, alert))
    })
}

/// The value that a rule sets a label to.
pub(super) fn value_of<'w>(alert: &Alert<'w>, label: &str) -> Option<&'w str> {
    alert.set_labels().find(|(name, _)| name.value == label).map(|(_, value)| value)
}
