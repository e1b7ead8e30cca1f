//! Labels and annotations whose names are those of well-known ones but for a letter.

use crate::{
    check,
    kit::*,
    model::Pair,
    template::Template,
    vocab::{distance, nearest},
};

check! {
    /// A label or annotation is spelt nearly, but not quite, like one that everything else relies on.
    ///
    /// ## Why it matters
    /// Alertmanager routes by `severity`; an alert with `serverity` goes wherever the rest goes. A `sumary` is shown by
    /// no template. Nothing complains: to Prometheus one name is as good as another.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   labels:
    ///     serverity: critical
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   labels:
    ///     severity: critical
    /// ```
    pub struct MisspeltKey {}
    id: "rules/misspelt-key", severity: Warning,
}

/// Labels that routes and inhibitions commonly rely on.
const LABELS: [&str; 5] = ["severity", "priority", "environment", "component", "namespace"];

/// Annotations that templates of notifications commonly show.
const ANNOTATIONS: [&str; 6] = ["summary", "description", "message", "runbook_url", "dashboard_url", "runbook"];

/// Values of `severity` that are commonly used.
const SEVERITIES: [&str; 8] = ["critical", "warning", "info", "none", "page", "error", "high", "emergency"];

/// A word that differs in more letters than these is another word.
const MOST_SLIPS: usize = 2;

impl Check for MisspeltKey {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        if !site.rule.is_alerting() {
            return;
        }
        look_at("label", &site.rule.labels, &LABELS, out);
        look_at("annotation", &site.rule.annotations, &ANNOTATIONS, out);
        for label in site.rule.labels.iter().filter(|label| label.name.value == "severity" && label.value.is_plain()) {
            let value = label.value.text.text();
            if let Some(meant) = slip(value, &SEVERITIES) {
                out.report(label.value.text.full_span(), format!("the severity `{value}` looks like `{meant}`"))
                    .help(format!("write `{meant}`"))
                    .fix(Fix::edit(
                        format!("write `{meant}`"),
                        Applicability::Unsafe,
                        label.value.text.full_span(),
                        meant,
                    ));
            }
        }
    }
}

fn look_at(what: &str, pairs: &[Pair<Template>], known: &[&'static str], out: &mut Sink<'_>) {
    for name in pairs.iter().map(|pair| &pair.name) {
        // Who has the well-known one beside it means something else.
        let meant = slip(&name.value, known).filter(|meant| !is_of_other_end(&name.value, meant));
        let Some(meant) = meant.filter(|meant| Pair::find(pairs, meant).is_none()) else {
            continue;
        };
        out.report(name.span, format!("the {what} `{}` looks like `{meant}`", name.value))
            .help(format!("write `{meant}`"))
            .fix(Fix::edit(format!("write `{meant}`"), Applicability::Unsafe, name.span, meant));
    }
}

/// Whether a name has a word of its own where a well-known one ends otherwise: `dashboard_uid` is no `dashboard_url`.
fn is_of_other_end(name: &str, known: &str) -> bool {
    const ENDS: [&str; 7] = ["id", "uid", "uri", "url", "urls", "link", "ref"];
    let ends = name.rsplit_once('_').zip(known.rsplit_once('_'));
    ends.is_some_and(|((stem, end), (known, other))| stem == known && end != other && ENDS.contains(&end))
}

/// The well-known word that a word of five letters or more is but for one or two of them.
fn slip(word: &str, known: &[&'static str]) -> Option<&'static str> {
    // Nearly every word is one of them.
    if word.len() < 5 || known.contains(&word) {
        return None;
    }
    let mut near = known.iter().filter(|known| known.len().abs_diff(word.len()) <= MOST_SLIPS);
    // "descriptions" and "summaries" are other words.
    let singular = word.strip_suffix('s').unwrap_or(word);
    if near.any(|known| known.eq_ignore_ascii_case(word) || singular == *known) {
        return None;
    }
    let meant = nearest(word, known.iter().copied())?;
    let meant = known.iter().find(|known| **known == meant)?;
    (distance(word, meant) <= if word.len() >= 8 { MOST_SLIPS } else { 1 }).then_some(meant)
}
