//! Templates that read a label which the alert certainly has not.

use std::collections::BTreeMap;

use crate::{
    check,
    kit::*,
    promql::{
        Query,
        flow::{Cause, Flow, Origin, keeps_labels},
    },
    template::{LabelReference, LabelSource, Template},
    vocab::{listed, nearest},
};

check! {
    /// A label or annotation reads a label that the result of the expression does not have.
    ///
    /// ## Why it matters
    /// The text is rendered with nothing in that place: "Disk full on ". Aggregations drop all labels but
    /// those they are told to keep, and `absent` knows only what its matchers say.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: HighErrorRate
    ///   expr: sum by (job) (rate(http_errors_total[5m])) > 5
    ///   annotations:
    ///     summary: "Many errors on {{ $labels.instance }}"
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: HighErrorRate
    ///   expr: sum by (job, instance) (rate(http_errors_total[5m])) > 5
    ///   annotations:
    ///     summary: "Many errors on {{ $labels.instance }}"
    /// ```
    pub struct TemplateLabel {}
    id: "rules/template-label", severity: Error,
}

impl Check for TemplateLabel {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let query = site.document.promql_of(site.group, site.rule).filter(|_| site.rule.is_alerting());
        let Some((query, expr)) = query.and_then(|query| Some((query, query.valid()?))) else { return };
        nested(site, facts, out);
        let mut read: Vec<&str> = templates(site).flat_map(of_series).map(|one| one.name.value.as_str()).collect();
        if read.is_empty() {
            return;
        }
        read.sort_unstable();
        read.dedup();
        let known = facts.series.at(&facts.servers, site.document);
        if keeps_labels(expr, &read, &known) {
            return;
        }
        let flow = Flow::of(expr, &known);
        // What one aggregation drops is one mistake, however many labels the texts miss.
        let mut missing: BTreeMap<Span, Missing<'_>> = BTreeMap::new();
        for (name, places) in references(site, |name| flow.label(name).is_absent()) {
            let label = flow.label(&name);
            if let Some(cause) = label.cause.as_ref().filter(|_| label.is_absent()) {
                let missing =
                    missing.entry(cause.span).or_insert(Missing { cause, labels: Vec::new(), places: Vec::new() });
                missing.labels.push(name);
                missing.places.extend(places);
            }
        }
        for mut missing in missing.into_values() {
            missing.places.sort();
            let is_proven = query.text.full_span().contains(missing.cause.span) || known.scraping.is_certain();
            let severity = if is_proven { Severity::Error } else { Severity::Warning };
            let near = near(&missing, &flow);
            let finding = report(&missing, severity, remedy(&missing, near, site), out);
            if let ([label], Some(near)) = (missing.labels.as_slice(), near) {
                finding.instead(&facts.workspace.files, label, near);
            }
        }
    }
}

/// Labels that texts read of the result of a query of their own, which drops them.
fn nested(site: RuleSite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    for template in templates(site) {
        let references = template.references();
        // Of several queries it is not known which one a label is read of.
        let [asked] = references.queries() else { continue };
        let query = Query::parse(asked.text.clone());
        let Some(expr) = query.valid().filter(|_| !asked.formatted) else { continue };
        let flow = Flow::of(expr, &facts.series.at(&facts.servers, site.document));
        for reference in references.labels.iter().filter(|one| one.source == LabelSource::QueryResult) {
            let name = &reference.name;
            let known = flow.label(&name.value);
            if let Some(cause) = known.cause.as_ref().filter(|_| known.is_absent()) {
                out.report(name.span, format!("the result of this query has no `{}`, so this is empty", name.value))
                    .severity(Severity::Warning)
                    .label(cause.span, cause.drops(&name.value))
                    .help(format!("keep `{}` in the query", name.value));
            }
        }
    }
}

/// Labels that the texts of a rule read and that are missing for one cause.
struct Missing<'f> {
    cause: &'f Cause,
    labels: Vec<String>,
    places: Vec<Span>,
}

impl Missing<'_> {
    /// The labels, as in "`job` and `instance`".
    fn listed(&self) -> String {
        listed(&self.labels, " and ")
    }
}

fn report<'o>(missing: &Missing<'_>, severity: Severity, remedy: String, out: &'o mut Sink<'_>) -> Finding<'o> {
    let (labels, render) =
        if missing.labels.len() == 1 { ("a label", "this renders") } else { ("labels", "they render") };
    out.report_at(&missing.places, format!("the alert never has {labels} {}, so {render} as nothing", missing.listed()))
        .severity(severity)
        .label(missing.cause.span, missing.cause.drops_all(&missing.listed()))
        .help(remedy)
}

/// The labels that the result has.
fn kept(flow: &Flow) -> impl Iterator<Item = &str> {
    flow.names().filter(|label| *label != "__name__" && !flow.label(label).is_absent())
}

/// The label that is probably meant, unless one of the rule's own is.
fn near<'f>(missing: &Missing<'_>, flow: &'f Flow) -> Option<&'f str> {
    missing.labels.iter().find_map(|label| nearest(label, kept(flow)))
}

/// The templates of a rule that say more than text.
fn templates(site: RuleSite<'_>) -> impl Iterator<Item = &Template> {
    let pairs = site.rule.labels.iter().chain(&site.rule.annotations);
    pairs.map(|pair| &pair.value).filter(|template| !template.is_plain())
}

/// The labels that a template reads of the alert's series.
fn of_series(template: &Template) -> impl Iterator<Item = &LabelReference> {
    template.references().labels.iter().filter(|reference| reference.source == LabelSource::Series)
}

/// The labels that templates of a rule read and that are missing, each with all its places. A label that a template asks
/// for before it uses it (`{{ with $labels.x }}`) may well be missing.
fn references(site: RuleSite<'_>, is_missing: impl Fn(&str) -> bool) -> BTreeMap<String, Vec<Span>> {
    let mut places: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for template in templates(site) {
        let missing: Vec<&LabelReference> =
            of_series(template).filter(|reference| is_missing(&reference.name.value)).collect();
        if missing.is_empty() {
            continue;
        }
        let conditions = template.conditions();
        let is_asked_for = |name: &str| {
            let asks = |reference: &&LabelReference| {
                reference.name.value == name && conditions.iter().any(|condition| condition.contains(reference.span))
            };
            missing.iter().any(asks)
        };
        for reference in missing.iter().filter(|reference| !is_asked_for(&reference.name.value)) {
            places.entry(reference.name.value.to_string()).or_default().push(reference.span);
        }
    }
    places
}

fn remedy(missing: &Missing<'_>, near: Option<&str>, site: RuleSite<'_>) -> String {
    let is_missing = |label: &Spanned<Name>| missing.labels.iter().any(|missing| *missing == label.value);
    let of_rule = site.rule.labels.iter().map(|label| &label.name);
    if of_rule.chain(site.group.labels.iter().map(|label| &label.name)).any(is_missing) {
        return "`$labels` holds the labels of the expression's result, not those that the rule sets".to_owned();
    }
    let listed = missing.listed();
    match (&missing.cause.origin, near) {
        (_, Some(near)) => format!("did you mean `{near}`?"),
        (Origin::Aggregation(_), _) => format!("keep {listed} there, or leave it out of the text"),
        (Origin::Matching, _) => format!("take {listed} over with `group_left (…)`, or leave it out of the text"),
        (Origin::Function(function), _) if function.starts_with("absent") => {
            format!("`{function}` has only the labels that its selector fixes with `=`")
        }
        _ => format!("leave {listed} out of the text"),
    }
}
