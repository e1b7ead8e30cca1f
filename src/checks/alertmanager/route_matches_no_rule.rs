//! Routes that no alert of the rules here can get to.

use std::collections::BTreeMap;

use crate::{
    check,
    facts::routing::{Alert, Dispatcher, RouteTree, Verdict},
    kit::*,
    model::{
        Document,
        alertmanager::{MatchOp, Matcher, Route},
    },
    vocab::nearest,
};

use super::severity::drift;

check! {
    /// A route waits for alerts that no rule produces.
    ///
    /// ## Why it matters
    /// A misspelt label or value in a matcher is no error to Alertmanager. The alerts go to the route above
    /// instead, often to a channel that nobody watches at night.
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
    ///     - matchers: [severity="critial"]
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
    pub struct RouteMatchesNoRule {}
    id: "alertmanager/route-matches-no-rule", severity: Warning,
}

impl Check for RouteMatchesNoRule {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dispatcher) = facts.routing.at(document) else { return };
        let (Some(tree), Some(alerts)) = (&dispatcher.tree, &dispatcher.alerts) else { return };
        if alerts.is_empty() {
            return;
        }
        let mut inside: Vec<Vec<&Alert<'_>>> = vec![Vec::new(); tree.nodes().len()];
        for alert in alerts {
            let entered = tree.entered(&|label| alert.label(label));
            entered.into_iter().for_each(|place| inside[place].push(alert));
        }
        let mut misspelt: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        let mut reported = vec![false; tree.nodes().len()];
        for (place, node) in tree.nodes().iter().enumerate() {
            reported[place] = node.parent.is_some_and(|parent| reported[parent]) || tree.unreachable(place).is_some();
            let Some(parent) = node.parent.filter(|_| !reported[place]) else { continue };
            let wrong = node.route.matchers.all.iter().find_map(|matcher| {
                let name = matcher.name.value.as_str();
                let meant = *misspelt.entry(name).or_insert_with(|| misspelt_label(name, dispatcher, facts));
                meant
                    .filter(|_| matcher.op == MatchOp::Equal && !matcher.value.text().is_empty())
                    .map(|meant| (matcher, meant))
            });
            if let Some((matcher, meant)) = wrong {
                reported[place] = true;
                unknown_label(matcher, meant, alerts, (facts, out));
            } else if inside[place].is_empty() {
                reported[place] = true;
                report(tree, place, &inside[parent], alerts, out);
            }
        }
    }
}

/// A label of a rule that a matcher's label was meant to be: its own name stands in no other file.
fn misspelt_label<'w>(name: &str, dispatcher: &Dispatcher<'w>, facts: &Facts<'w>) -> Option<&'w str> {
    let alerts = dispatcher.alerts.as_deref().unwrap_or_default();
    let labels: Vec<&str> =
        alerts.iter().flat_map(|alert| alert.set_labels().map(|(name, _)| name.value.as_str())).collect();
    let meant = nearest(name, labels.iter().copied().chain(["alertname"]))?;
    let mut others = facts.workspace.files.iter().filter(|(id, _)| *id != dispatcher.document.file);
    let is_known = labels.contains(&name) || name == "alertname" || others.any(|(_, file)| file.text.contains(name));
    (!is_known).then_some(meant)
}

fn unknown_label(matcher: &Matcher, meant: &str, alerts: &[Alert<'_>], (facts, out): (&Facts<'_>, &mut Sink<'_>)) {
    let proof = alerts.iter().flat_map(Alert::set_labels).find(|(name, _)| name.value == meant);
    out.report(matcher.name.span, format!("no alert has a label `{}`", matcher.name.value))
        .label_if(proof.map(|(name, _)| name.span), format!("this rule sets `{meant}`"))
        .help(format!("did you mean `{meant}`?"))
        .instead(&facts.workspace.files, &matcher.name.value, meant);
}

fn report(tree: &RouteTree<'_>, place: usize, here: &[&Alert<'_>], alerts: &[Alert<'_>], out: &mut Sink<'_>) {
    let route = tree.node(place).route;
    let never = |matcher: &&Matcher| {
        here.iter().all(|alert| alert.label(&matcher.name.value).satisfies(matcher) == Verdict::No)
    };
    let which = if here.len() == alerts.len() { "no alert" } else { "no alert that gets here" };
    if let Some(matcher) = route.matchers.all.iter().find(never) {
        if matcher.looks_like_regex() || drift(matcher, alerts).is_some() {
            // The wrong sign, or another spelling, is the cause, and is reported.
            return;
        }
        let finding = out.report(matcher.span, format!("{which} has {}", wanted(matcher)));
        let near = nearest_value(matcher, here);
        let first = here.first().map_or(alerts[0].name.span, |alert| alert.name.span);
        match near {
            Some((span, value)) => {
                finding.label(span, format!("this rule says `{value}`")).help(format!("did you mean `{value}`?"))
            }
            None => finding.label(first, what_rules_say(matcher, here)),
        };
        return;
    }
    if here.iter().all(|alert| alert.satisfies(&route.matchers.all) == Verdict::No) {
        out.report(route.anchor(), format!("{which} satisfies all matchers of this route"))
            .label(alerts[0].name.span, format!("the first of {} alerts", alerts.len()));
        return;
    }
    let place_of = route.receiver.as_ref().map_or(route.anchor(), |receiver| receiver.span);
    let takes =
        |taker: &usize| here.iter().any(|alert| alert.satisfies(&tree.node(*taker).route.matchers.all) != Verdict::No);
    let takers: Vec<usize> = tree.takers(place).into_iter().filter(takes).collect();
    if !takers.is_empty() && takers.iter().all(|taker| is_part_of(route, tree.node(*taker).route)) {
        // The special cases of today stand before the general one.
        return;
    }
    let mut finding = out.report(place_of, "no alert gets to this route: earlier ones take all of them");
    for taker in takers.iter().take(3) {
        finding = finding.label(tree.node(*taker).route.anchor(), "takes some, and has no `continue`");
    }
    let is_set = |matcher: &&Matcher| {
        alerts.iter().flat_map(Alert::set_labels).any(|(name, _)| name.value == matcher.name.value)
    };
    let unset = route.matchers.all.iter().find(|matcher| matcher.name.value != "alertname" && !is_set(matcher));
    if let Some(matcher) = unset.filter(|matcher| matcher.op == MatchOp::Equal) {
        finding = finding.help(format!("no rule sets `{}`: set it on the alerts that belong here", matcher.name.value));
    }
    finding.help("put this route before them, or give them `continue: true`");
}

/// Whether all that a route asks for is asked for by another one too.
fn is_part_of(route: &Route, other: &Route) -> bool {
    route.matchers.all.iter().all(|matcher| other.matchers.all.iter().any(|theirs| theirs.says_same(matcher)))
}

fn wanted(matcher: &Matcher) -> String {
    let (name, value) = (&matcher.name.value, matcher.value.text());
    match matcher.op {
        MatchOp::Equal if name == "alertname" => format!("the name `{value}`"),
        MatchOp::Equal => format!("`{name}` set to `{value}`"),
        _ => format!("a `{name}` that satisfies `{matcher}`"),
    }
}

/// The value of a rule that the value of a matcher was meant to be, and where the rule says it.
fn nearest_value<'w>(matcher: &Matcher, alerts: &[&Alert<'w>]) -> Option<(Span, &'w str)> {
    if matcher.op != MatchOp::Equal {
        return None;
    }
    let of_alert = |alert: &&Alert<'w>| -> Vec<(Span, &'w str)> {
        let set = alert
            .set_labels()
            .filter(|(name, _)| name.value == matcher.name.value)
            .map(|(name, value)| (name.span, value));
        let named = (matcher.name.value == "alertname").then_some((alert.name.span, alert.name.value.as_str()));
        set.chain(named).collect()
    };
    let values: Vec<_> = alerts.iter().flat_map(of_alert).collect();
    let near = nearest(matcher.value.text(), values.iter().map(|(_, value)| *value))?;
    values.into_iter().find(|(_, value)| *value == near)
}

/// What the rules say about the label of a matcher.
fn what_rules_say(matcher: &Matcher, alerts: &[&Alert<'_>]) -> String {
    let name = matcher.name.value.as_str();
    let mut values: Vec<&str> = alerts
        .iter()
        .flat_map(|alert| alert.set_labels())
        .filter(|(own, _)| own.value == name)
        .map(|(_, value)| value)
        .collect();
    values.sort_unstable();
    values.dedup();
    match values.as_slice() {
        _ if name == "alertname" => format!("the first of {} alerts", alerts.len()),
        [] => format!("no rule sets `{name}`"),
        [only] => format!("the rules say only `{only}`"),
        [first, .., last] if values.len() == 2 => format!("the rules say `{first}` and `{last}`"),
        _ => format!("the rules say {} other values", values.len()),
    }
}
