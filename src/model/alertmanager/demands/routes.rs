//! What Alertmanager demands of the routing tree.

use std::collections::BTreeMap;

use crate::{
    diag::Diagnostic,
    text::{Span, Spanned},
    vocab::{Duration, is_label_name, nearest},
};

use super::super::{Alertmanager, GroupBy, MatcherStyle, Matchers, Route};

pub(super) fn judge(config: &Alertmanager, complaints: &mut Vec<Diagnostic>) {
    for rule in &config.inhibit_rules {
        classic_names(&rule.source, complaints);
        classic_names(&rule.target, complaints);
        for label in rule.equal.iter().filter(|label| label.value.is_empty()) {
            complaints.push(Diagnostic::error(label.span, "a label of `equal` has no name"));
        }
    }
    let Some(root) = &config.route else {
        if !config.keys.is_damaged() {
            let first = config.keys.iter().next().map_or(config.span, |key| key.span);
            let place = config.keys.span("route").unwrap_or(first);
            complaints.push(missing_route(place));
        }
        return;
    };
    of_root(root, config, complaints);
    for route in root.all() {
        receiver(route, config, complaints);
        intervals(route, config, complaints);
        for label in route.group_by.iter().flat_map(|group_by| &group_by.labels).filter(|label| label.value.is_empty())
        {
            complaints.push(Diagnostic::error(label.span, "a label to group by has no name"));
        }
        classic_names(&route.matchers, complaints);
        of_each(route, complaints);
    }
}

/// What everybody who reads routes demands of each of them: Alertmanager, its operator, Grafana.
pub(super) fn of_each(route: &Route, complaints: &mut Vec<Diagnostic>) {
    group_by(route.group_by.as_ref(), complaints);
    for (key, interval) in [("group_interval", route.group_interval), ("repeat_interval", route.repeat_interval)] {
        if let Some(interval) = interval.filter(|interval| interval.value == Duration::ZERO) {
            complaints.push(Diagnostic::error(interval.span, format!("`{key}` is zero")));
        }
    }
}

/// The complaint about a configuration that routes nothing.
pub(super) fn missing_route(place: Span) -> Diagnostic {
    Diagnostic::error(place, "there is no route").help("say who is told with `route: {receiver: NAME}`")
}

/// The root takes every alert at every time.
fn of_root(root: &Route, config: &Alertmanager, complaints: &mut Vec<Diagnostic>) {
    let named = root.receiver.as_ref().is_some_and(|receiver| !receiver.value.is_empty());
    if !named && !root.keys.is_damaged() {
        let place = root.keys.span("receiver").or(config.keys.span("route")).unwrap_or(root.span);
        let complaint = Diagnostic::error(place, "the root route has no receiver");
        complaints.push(complaint.help("name one with `receiver:`; it gets what no other route takes"));
    }
    let below = "put it on a route below, under `routes:`";
    if let Some(matcher) = root.matchers.all.first() {
        let complaint = Diagnostic::error(matcher.span, "the root route has matchers, but it must take every alert");
        complaints.push(complaint.help(below));
    }
    for names in [&root.mute_time_intervals, &root.active_time_intervals] {
        if let Some(name) = names.first() {
            let complaint =
                Diagnostic::error(name.span, "the root route has a time interval, but it must always notify");
            complaints.push(complaint.help(below));
        }
    }
    if let Some(goes_on) = root.goes_on.filter(|goes_on| goes_on.value) {
        complaints.push(Diagnostic::error(goes_on.span, "the root route has `continue`, but nothing comes after it"));
    }
}

fn receiver(route: &Route, config: &Alertmanager, complaints: &mut Vec<Diagnostic>) {
    let Some(name) = route.receiver.as_ref().filter(|name| !name.value.is_empty()) else { return };
    if config.receiver(&name.value).is_some() || config.keys.is_damaged() {
        return;
    }
    let known = config.receivers.iter().filter_map(|receiver| receiver.name.as_ref());
    complaints.push(undefined("receiver", name, known, "define it under `receivers:`"));
}

fn intervals(route: &Route, config: &Alertmanager, complaints: &mut Vec<Diagnostic>) {
    for name in route.mute_time_intervals.iter().chain(&route.active_time_intervals) {
        if config.time_interval(&name.value).is_none() {
            let known = config.time_intervals.iter().filter_map(|interval| interval.name.as_ref());
            complaints.push(undefined("time interval", name, known, "define it under `time_intervals:`"));
        }
    }
}

fn undefined<'c>(
    what: &str,
    name: &Spanned<String>,
    known: impl Iterator<Item = &'c Spanned<String>> + Clone,
    remedy: &str,
) -> Diagnostic {
    let complaint = Diagnostic::error(name.span, format!("there is no {what} `{}`", name.value));
    match nearest(&name.value, known.clone().map(|known| known.value.as_str())) {
        Some(near) => {
            let place = known.into_iter().find(|known| known.value == near).map(|known| known.span);
            let complaint = complaint.help(format!("did you mean `{near}`?"));
            place.into_iter().fold(complaint, |complaint, place| complaint.label(place, "defined here"))
        }
        None => complaint.help(remedy),
    }
}

fn group_by(group_by: Option<&GroupBy>, complaints: &mut Vec<Diagnostic>) {
    let Some(group_by) = group_by else { return };
    let mut seen: BTreeMap<&str, &Spanned<String>> = BTreeMap::new();
    for label in &group_by.labels {
        if label.value != "..."
            && !label.value.is_empty()
            && let Some(first) = seen.insert(&label.value, label)
        {
            let complaint = Diagnostic::error(label.span, format!("`{}` stands in `group_by` twice", label.value));
            complaints.push(complaint.label(first.span, "the first time"));
        }
    }
    let all = group_by.labels.iter().find(|label| label.value == "...");
    if let Some(all) = all.filter(|_| group_by.labels.iter().any(|label| label.value != "...")) {
        let complaint = Diagnostic::error(all.span, "`...` groups by all labels, but other labels stand beside it");
        complaints.push(complaint.help("keep either `...` or the labels"));
    }
}

/// `match` and its like know only the classic names of labels.
fn classic_names(matchers: &Matchers, complaints: &mut Vec<Diagnostic>) {
    let classic = [MatcherStyle::Match, MatcherStyle::MatchRe];
    for matcher in matchers.all.iter().filter(|matcher| classic.contains(&matcher.style)) {
        if !is_label_name(&matcher.name.value) {
            let message = format!("`{}` is no name of a label", matcher.name.value);
            complaints.push(Diagnostic::error(matcher.name.span, message));
        }
    }
}
