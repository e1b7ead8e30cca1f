//! Queries for alerts that no rule defines.

use crate::{
    check,
    facts::LeadsTo,
    kit::*,
    model::Document,
    promql::{
        Selection,
        ast::{MatchOp, Matcher},
    },
    vocab::nearest,
};

check! {
    /// A query asks `ALERTS` for an alert that no rule defines.
    ///
    /// ## Why it matters
    /// The alert was renamed or never was: the panel stays empty, or the rule never fires.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// - alert: ManyTargetsDown
    ///   expr: count(ALERTS{alertname="TargetsDown", alertstate="firing"}) > 5
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// - alert: ManyTargetsDown
    ///   expr: count(ALERTS{alertname="TargetDown", alertstate="firing"}) > 5
    /// ```
    pub struct AlertsSeries {}
    id: "metrics/alerts-series", severity: Error,
}

impl Check for AlertsSeries {
    type Subject = EachSelection;

    fn check(&self, Part { site, part: selection }: Part<'_, Selection<'_>>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let is_of_alerts = |name: &&Spanned<Name>| matches!(name.value.as_str(), "ALERTS" | "ALERTS_FOR_STATE");
        if selection.selector.metric_name().filter(is_of_alerts).is_none() {
            return;
        }
        for matcher in selection.selector.matchers_of("alertname") {
            let is_literal = !site.is_open(matcher.value.span);
            if is_literal && is_never_met(matcher, facts) && knows_all_rules(site.document, facts) {
                report(matcher, facts, out);
            }
        }
    }
}

fn is_never_met(matcher: &Matcher, facts: &Facts<'_>) -> bool {
    match matcher.op.value {
        MatchOp::Equal => !matcher.matches("") && facts.rules.alerts(&matcher.value.value).is_empty(),
        MatchOp::Regex => !matcher.matches("") && !facts.rules.alert_names().any(|name| matcher.matches(name)),
        _ => false,
    }
}

/// Whether all rules of the servers that evaluate a document are here; of others an alert may come from elsewhere.
fn knows_all_rules(document: &Document, facts: &Facts<'_>) -> bool {
    let scraping = facts.servers.scraping(document);
    let mut entries = scraping.servers().iter().flat_map(|server| &server.rule_files);
    scraping.is_certain() && entries.all(|entry| matches!(entry.leads_to, LeadsTo::Files(_)))
}

fn report(matcher: &Matcher, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let value = &matcher.value.value;
    let finding = out.report(matcher.value.span, format!("no alert is called `{value}`"));
    if let Some(near) = nearest(value, facts.rules.alert_names()) {
        let place = facts.rules.alerts(near).first().map(|site| site.rule.anchor());
        finding.label_if(place, format!("`{near}` is defined here")).help(format!("did you mean `{near}`?")).instead(
            &facts.workspace.files,
            value,
            near,
        );
    }
}
