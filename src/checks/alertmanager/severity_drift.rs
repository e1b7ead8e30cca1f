//! Severities that rules, routes and inhibition spell differently.

use std::collections::BTreeSet;

use crate::{
    check,
    facts::routing::{Alert, Dispatcher},
    kit::*,
    model::{
        Document,
        alertmanager::{Matcher, Matchers},
    },
};

use super::severity::{drift, is_severity, same, value_of, values};

check! {
    /// Rules, routes and inhibition rules spell a severity differently.
    ///
    /// ## Why it matters
    /// Matchers compare letter by letter. Where the rules say `critical` and the routes wait for `crit` or `Critical`, the
    /// pager is never told: such alerts go to the route above.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   labels:
    ///     severity: critical
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="crit"]
    ///       receiver: pager
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   labels:
    ///     severity: critical
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="critical"]
    ///       receiver: pager
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    /// ```
    pub struct SeverityDrift {}
    id: "alertmanager/severity-drift", severity: Warning,
}

impl Check for SeverityDrift {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dispatcher) = facts.routing.at(document) else { return };
        let of_routes: Vec<&Matcher> = severities(dispatcher.config.routes().into_iter().map(|route| &route.matchers));
        let sides = dispatcher.config.inhibit_rules.iter().flat_map(|rule| [&rule.source, &rule.target]);
        let of_sides: Vec<&Matcher> = severities(sides);
        match dispatcher.alerts.as_deref() {
            Some(alerts) if !alerts.is_empty() => {
                of_routes.iter().chain(&of_sides).for_each(|matcher| against_rules(matcher, alerts, out));
                against_routes(dispatcher, &of_routes, alerts, out);
            }
            _ => of_sides.iter().for_each(|side| between(side, &of_routes, out)),
        }
    }
}

fn severities<'m>(all: impl Iterator<Item = &'m Matchers>) -> Vec<&'m Matcher> {
    all.flat_map(|matchers| &matchers.all).filter(|matcher| is_severity(&matcher.name.value)).collect()
}

/// A matcher asks for what no rule says in these letters.
fn against_rules(matcher: &Matcher, alerts: &[Alert<'_>], out: &mut Sink<'_>) {
    let Some((wanted, said, alert)) = drift(matcher, alerts) else { return };
    let label = matcher.name.value.as_str();
    let place = alert.set_labels().find(|(name, _)| name.value == label).map(|(name, _)| name.span);
    out.report(matcher.span, format!("no alert has the {label} `{wanted}`: the rules spell it `{said}`"))
        .label_if(place, format!("`{}` says `{said}`", alert.name.value))
        .help(format!("write `{said}`"));
}

/// A rule says in other letters what a route asks for, and other rules say as the route does.
fn against_routes(dispatcher: &Dispatcher<'_>, of_routes: &[&Matcher], alerts: &[Alert<'_>], out: &mut Sink<'_>) {
    let mut said: Vec<&str> = Vec::new();
    let mut judged: BTreeSet<(&str, &str)> = BTreeSet::new();
    for alert in alerts {
        for (name, value) in alert.set_labels().filter(|(name, _)| is_severity(&name.value)) {
            if !judged.insert((&name.value, value)) {
                continue;
            }
            let asked = || of_routes.iter().filter(|matcher| matcher.name.value == name.value);
            let is_asked = |word: &str| asked().any(|matcher| values(matcher).iter().any(|wanted| wanted == word));
            // Negative matchers and patterns may well take the other spelling.
            let is_open = asked().any(|matcher| values(matcher).is_empty());
            if said.contains(&value) || is_open || is_asked(value) || dispatcher.tree.is_none() {
                continue;
            }
            let others = alerts.iter().filter_map(|other| value_of(other, &name.value));
            let other = others.into_iter().find(|other| *other != value && same(other, value) && is_asked(other));
            let Some(other) = other else { continue };
            said.push(value);
            let route = asked().find(|matcher| values(matcher).iter().any(|wanted| wanted == other));
            out.report(
                name.span,
                format!("`{}` spells `{value}` what other rules and the routes spell `{other}`", alert.name.value),
            )
            .label_if(route.map(|matcher| matcher.span), "this route does not take it")
            .help(format!("write `{other}`"));
        }
    }
}

/// A side of an inhibition rule asks for what the routes spell otherwise, where the rules are not known.
fn between(side: &Matcher, of_routes: &[&Matcher], out: &mut Sink<'_>) {
    let of_label = || of_routes.iter().filter(|matcher| matcher.name.value == side.name.value);
    let own = values(side);
    for value in &own {
        if of_label().any(|matcher| values(matcher).contains(value)) {
            continue;
        }
        let other = of_label().find_map(|matcher| {
            let word = values(matcher).into_iter().find(|word| same(word, value) && !own.contains(word))?;
            Some((matcher.span, word))
        });
        if let Some((place, word)) = other {
            out.report(side.span, format!("this inhibition rule spells `{value}` what the routes spell `{word}`"))
                .label(place, "as here")
                .help("spell it in one way everywhere, as the rules do");
            return;
        }
    }
}
