//! Labels and annotations of alerts that are no templates.

use crate::{
    check,
    kit::*,
    model::rules::{RuleKind, Ruler},
    promql::Query,
    template::{QueryText, Template, UnknownField},
    vocab::nearest,
};

check! {
    /// A label or an annotation of an alert is a template that cannot be read or rendered.
    ///
    /// ## Why it matters
    /// Prometheus refuses the whole file for a template it cannot read. One that it reads and cannot render
    /// arrives as `<error expanding template>` when somebody needs it.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   annotations:
    ///     summary: '{{ $labels.instance } is down'
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   annotations:
    ///     summary: '{{ $labels.instance }} is down'
    /// ```
    pub struct TemplateSyntax {}
    id: "rules/template-syntax", severity: Error,
}

impl Check for TemplateSyntax {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        // Labels of recording rules are no templates.
        if !matches!(site.rule.kind(), RuleKind::Alerting | RuleKind::Both) {
            return;
        }
        let templates = site.rule.labels.iter().chain(&site.rule.annotations).map(|pair| &pair.value);
        let flawed: Vec<&Template> =
            templates.filter(|template| is_flawed(template) && !is_escaped(template, site, facts)).collect();
        if flawed.is_empty() || is_for_vmalert(site, facts) {
            return;
        }
        for template in flawed {
            for error in template.errors() {
                out.adopt(error.clone());
            }
            for failure in template.failures().iter().filter(|_| template.errors().is_empty()) {
                // The rule is loaded and fires, but its text is lost.
                out.adopt(failure.clone()).severity(Severity::Warning);
            }
            for query in template.references().queries().iter().filter(|_| template.errors().is_empty()) {
                nested(query, out);
            }
            for field in template.references().unknown_fields().iter().filter(|_| template.errors().is_empty()) {
                unknown_field(field, out);
            }
        }
    }
}

fn is_flawed(template: &Template) -> bool {
    let references = template.references();
    !(template.errors().is_empty()
        && template.failures().is_empty()
        && references.unknown_fields().is_empty()
        && references.queries().is_empty())
}

/// Whether `$$labels` will be `$labels` before the rule is loaded: Flux fills variables into what it applies, and this
/// is how a dollar is written that it is to leave alone.
fn is_escaped(template: &Template, site: RuleSite<'_>, facts: &Facts<'_>) -> bool {
    let mut files = facts.workspace.files.iter();
    site.document.in_manifest
        && template.text.text().contains("$$")
        && files.any(|(_, file)| file.text.contains("postBuild"))
}

/// Reports PromQL within a template that Prometheus cannot read; rendering stops there.
fn nested(query: &QueryText, out: &mut Sink<'_>) {
    if !query.formatted
        && let Some(error) = Query::parse(query.text.clone()).errors().first()
    {
        out.adopt(error.clone()).help("where this is rendered, the whole text is lost");
    }
}

/// Reports a field that the data of a rule's template does not have; rendering stops there.
fn unknown_field(field: &UnknownField, out: &mut Sink<'_>) {
    let name = &field.name.value;
    let finding = out
        .report(field.name.span, format!("there is no field `.{name}`, so the text is lost when the alert fires"))
        .severity(Severity::Warning);
    match nearest(name, field.known.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `.{near}`?")),
        None => finding.help(format!("there are `.{}`", field.known.join("`, `."))),
    };
}

/// What only vmalert's templates know.
const OF_VMALERT: [&str; 10] = [
    "queryEscape",
    "pathEscape",
    "quotesEscape",
    "jsonEscape",
    "crlfEscape",
    "htmlEscape",
    "$expr",
    "$alertID",
    "$groupID",
    "$activeAt",
];

/// Whether a rule is meant for vmalert, which has functions of its own.
fn is_for_vmalert(site: RuleSite<'_>, facts: &Facts<'_>) -> bool {
    if site.document.rule_file().is_none_or(|file| file.ruler == Ruler::VictoriaMetrics) {
        return true;
    }
    let texts = site.rule.labels.iter().chain(&site.rule.annotations).map(|pair| pair.value.text.text());
    let speaks = texts.into_iter().any(|text| OF_VMALERT.iter().any(|word| text.contains(word)));
    let path = &facts.workspace.files.file(site.document.file).path;
    speaks && facts.servers.loading(path).next().is_none()
}
