//! Inhibition rules by which one alert silences all others.

use crate::{
    check,
    facts::routing::{Carried, Dispatcher, contradiction},
    kit::*,
    model::{
        Document,
        alertmanager::{InhibitRule, MatchOp, Matcher, Matchers},
        manifest::Resource,
    },
};

check! {
    /// An inhibition rule silences alerts that have nothing to do with each other.
    ///
    /// ## Why it matters
    /// Without `equal`, one alert of the source anywhere silences every alert of the target everywhere: a full disk
    /// hides the warnings of all other machines and services, for as long as it stays full.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: mail}
    /// receivers: [{name: mail}]
    /// inhibit_rules:
    ///   - source_matchers: [severity="critical"]
    ///     target_matchers: [severity="warning"]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: mail}
    /// receivers: [{name: mail}]
    /// inhibit_rules:
    ///   - source_matchers: [severity="critical"]
    ///     target_matchers: [severity="warning"]
    ///     equal: [instance]
    /// ```
    pub struct InhibitWide {}
    id: "alertmanager/inhibit-wide", severity: Warning,
}

impl Check for InhibitWide {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if let Some(dispatcher) = facts.routing.at(document) {
            dispatcher.config.inhibit_rules.iter().for_each(|rule| judge(rule, Some(dispatcher), out));
        } else if let Some(Resource::AlertmanagerConfig(config)) =
            document.manifest().map(|manifest| &manifest.resource)
        {
            config.inhibit_rules.iter().for_each(|rule| judge(rule, None, out));
        }
    }
}

fn judge(rule: &InhibitRule, dispatcher: Option<&Dispatcher<'_>>, out: &mut Sink<'_>) {
    let (source, target) = (&rule.source, &rule.target);
    let is_readable = source.complete && target.complete;
    if !is_readable || [source, target].into_iter().any(|side| contradiction(side).is_some()) {
        return;
    }
    for (side, what) in [(source, "source"), (target, "target")] {
        if side.all.is_empty() && side.texts.is_empty() {
            out.report(rule.span, format!("this rule has no {what} matchers, so every alert is a {what} of it"))
                .help(format!("say in `{what}_matchers` which alerts are meant"));
            return;
        }
    }
    if is_about_one_thing(source, target) {
        return;
    }
    if rule.equal.is_empty() {
        let place = source.all.first().map_or(rule.span, |matcher| matcher.span);
        out.report(place, "one such alert silences every alert of the target, whatever it is about: no `equal`")
            .label_if(target.all.first().map(|matcher| matcher.span), "all of these")
            .help("add `equal` with the labels that say what an alert is about, such as `equal: [instance]`");
    } else if let Some(absent) = dispatcher.and_then(|dispatcher| absent_labels(rule, dispatcher)) {
        out.report(absent.span, "no source and no target has any of these labels, and what both lack is equal")
            .here("so this holds for any two")
            .help("name a label that the alerts have");
    }
}

/// Whether the alerts of a side are named one by one, or both sides ask for the same of some label.
fn is_about_one_thing(source: &Matchers, target: &Matchers) -> bool {
    let names_alerts = |side: &Matchers| side.all.iter().any(|matcher| matcher.name.value == "alertname");
    let narrows = |matcher: &&Matcher| matches!(matcher.op, MatchOp::Equal | MatchOp::Regex);
    let is_shared = |matcher: &Matcher| target.all.iter().any(|other| other.says_same(matcher));
    names_alerts(source) || names_alerts(target) || source.all.iter().filter(narrows).any(is_shared)
}

/// The first label of `equal` when no alert on either side can have any of them.
fn absent_labels<'r>(rule: &'r InhibitRule, dispatcher: &Dispatcher<'_>) -> Option<&'r Spanned<String>> {
    let (sources, targets) = (dispatcher.alerts_taken(&rule.source.all), dispatcher.alerts_taken(&rule.target.all));
    let lacks = |label: &Spanned<String>| {
        sources.iter().chain(&targets).all(|alert| alert.label(&label.value) == Carried::Exactly(""))
    };
    let is_known = !sources.is_empty() && !targets.is_empty();
    rule.equal.first().filter(|_| is_known && rule.equal.iter().all(lacks))
}
