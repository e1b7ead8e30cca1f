//! Templates that read an external label which the server does not have.

use crate::{check, kit::*, template::LabelSource, vocab::nearest};

check! {
    /// A text reads an external label that the server which loads the rule does not have.
    ///
    /// ## Why it matters
    /// The text is rendered with nothing in that place: "Disk full in ".
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// global:
    ///   external_labels: {region: eu}
    /// rule_files: [rules.yml]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   annotations:
    ///     summary: "{{ $labels.instance }} is down in {{ $externalLabels.cluster }}"
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// global:
    ///   external_labels: {region: eu, cluster: main}
    /// rule_files: [rules.yml]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   annotations:
    ///     summary: "{{ $labels.instance }} is down in {{ $externalLabels.cluster }}"
    /// ```
    pub struct TemplateExternal {}
    id: "rules/template-external", severity: Warning,
}

impl Check for TemplateExternal {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if !site.rule.is_alerting() {
            return;
        }
        let texts = site.rule.labels.iter().chain(&site.rule.annotations).map(|pair| &pair.value);
        let references = texts.flat_map(|text| &text.references().labels);
        for reference in references.filter(|reference| reference.source == LabelSource::External) {
            let scraping = facts.servers.scraping(site.document);
            let sets = |name: &str| {
                let mut all = scraping.servers().iter().flat_map(|server| &server.config.global.external_labels);
                all.any(|label| label.name.value == name)
            };
            if !scraping.is_certain() || sets(&reference.name.value) {
                continue;
            }
            let Some(server) = scraping.servers().first().filter(|server| !server.only_names_rules()) else { continue };
            let global = &server.config.global;
            let place = global.keys.span("external_labels").or(global.span).unwrap_or(server.config.span);
            let labels = global.external_labels.iter().map(|label| label.name.value.as_str());
            let finding = out
                .report(
                    reference.span,
                    format!("no external label `{}` is set, so this renders as nothing", reference.name.value),
                )
                .label(place, "it would stand here");
            match nearest(&reference.name.value, labels) {
                Some(near) => finding.help(format!("did you mean `{near}`?")).instead(
                    &facts.workspace.files,
                    &reference.name.value,
                    near,
                ),
                None => finding.help(format!("set `{}` under `global.external_labels`", reference.name.value)),
            };
        }
    }
}
