//! Keys and template functions of rules that the Prometheus of the project does not know yet.

use crate::{
    check,
    facts::{Program, may_know_versions, running},
    kit::*,
    model::Document,
    template::Template,
    vocab::{Version, came_later},
};

check! {
    /// A rule uses a key or a template function that came after the release that runs.
    ///
    /// ## Why it matters
    /// An older Prometheus refuses the whole rule file, so that none of its alerts exists. Which release runs is said by
    /// `prometheus_version` in `.promcheck.yml`, else by the tag of the image in a compose file.
    ///
    /// ## Example
    /// ```yaml path=compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v2.37.0
    /// ```
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   for: 5m
    ///   keep_firing_for: 10m
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v2.42.0
    /// ```
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   for: 5m
    ///   keep_firing_for: 10m
    /// ```
    pub struct Newer {}
    id: "rules/newer", severity: Error,
}

/// Template functions and the releases that brought them (Prometheus' `CHANGELOG.md`).
const FUNCTIONS: [(&str, Version); 8] = [
    ("humanizePercentage", Version::new(2, 11)),
    ("now", Version::new(3, 6)),
    ("parseDuration", Version::new(2, 32)),
    ("stripDomain", Version::new(2, 36)),
    ("stripPort", Version::new(2, 33)),
    ("toDuration", Version::new(3, 6)),
    ("toTime", Version::new(2, 38)),
    ("urlQueryEscape", Version::new(3, 8)),
];

/// Whether a template may call one of the functions.
fn may_call(template: &Template) -> bool {
    !template.is_plain() && FUNCTIONS.iter().any(|(name, _)| template.text.text().contains(name))
}

/// Something that came with a release.
type Used = (Span, String, Version);

impl Check for Newer {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(file) = document.rule_file().filter(|_| may_know_versions(facts)) else { return };
        let mut used: Vec<Used> = Vec::new();
        for group in &file.groups {
            for (key, came) in [("labels", Version::new(3, 0)), ("query_offset", Version::new(2, 53))] {
                used.extend(group.keys.span(key).map(|at| (at, key.to_owned(), came)));
            }
            for rule in &group.rules {
                let keep = rule.keys.span("keep_firing_for");
                used.extend(keep.map(|at| (at, "keep_firing_for".to_owned(), Version::new(2, 42))));
                let texts = rule.labels.iter().chain(&rule.annotations).map(|pair| &pair.value);
                for function in texts.filter(|text| may_call(text)).flat_map(Template::functions) {
                    let known = FUNCTIONS.iter().find(|(name, _)| *name == function.value);
                    used.extend(known.map(|(_, came)| (function.span, function.value.to_string(), *came)));
                }
            }
        }
        if used.is_empty() {
            return;
        }
        let path = &facts.workspace.files.file(document.file).path;
        let Some(running) = running(facts, Program::Prometheus, path) else { return };
        for (place, name, came) in used.into_iter().filter(|(_, _, came)| running.version < *came) {
            out.report(place, came_later(&format!("`{name}`"), "Prometheus", came, running.version))
                .label_if(running.proof, "this is what runs")
                .help(format!("upgrade to {}.{} or later", came.major, came.minor));
        }
    }
}
