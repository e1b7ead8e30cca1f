//! Incidents that stay open because their end falls into silent times.

use crate::{
    check,
    facts::routing::{Addressee, Alert, Board, Verdict, boards},
    kit::*,
    model::Document,
};

check! {
    /// A tool that keeps incidents open is told nothing at times, so that it misses their end.
    ///
    /// ## Why it matters
    /// Silent times hold back "resolved", too, and it is not sent later. The incident stays open, and as Alertmanager
    /// believes that the tool knows of the alert, the next outage is told of only after `repeat_interval`.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="warning"]
    ///       receiver: pager
    ///       mute_time_intervals: [nights]
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    ///     pagerduty_configs:
    ///       - routing_key_file: /run/secrets/pager
    /// time_intervals:
    ///   - name: nights
    ///     time_intervals:
    ///       - times: [{start_time: '00:00', end_time: '06:00'}]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="warning"]
    ///       receiver: chat
    ///       mute_time_intervals: [nights]
    /// receivers:
    ///   - name: mail
    ///   - name: chat
    ///     webhook_configs:
    ///       - url: http://chat:8080/
    /// time_intervals:
    ///   - name: nights
    ///     time_intervals:
    ///       - times: [{start_time: '00:00', end_time: '06:00'}]
    /// ```
    pub struct ResolveLost {
        /// Whether to speak of inhibition as well, which holds back the end of an incident in the same way.
        pub of_inhibition: bool = false,
    }
    id: "alertmanager/resolve-lost", severity: Info,
}

/// Means of telling that keep an incident open until they are told of its end.
const INCIDENTS: [&str; 5] = ["pagerduty", "opsgenie", "victorops", "incidentio", "jira"];

impl Check for ResolveLost {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let alerts = facts.routing.at(document).and_then(|dispatcher| dispatcher.alerts.as_deref()).unwrap_or_default();
        for board in boards(facts.workspace, document) {
            silent_times(&board, out);
            if self.of_inhibition {
                inhibited(&board, alerts, out);
            }
        }
    }
}

fn silent_times(board: &Board<'_>, out: &mut Sink<'_>) {
    let tree = &board.tree;
    let mut said: Vec<&str> = Vec::new();
    for (place, node) in tree.nodes().iter().enumerate() {
        let times = node.route.mute_time_intervals.iter().chain(&node.route.active_time_intervals).next();
        let Some((name, means)) = tree.receiver(place).and_then(|name| Some((name, keeps_open(board, name)?))) else {
            continue;
        };
        let Some(time) = times.filter(|_| !said.contains(&name) && tree.unreachable(place).is_none()) else { continue };
        said.push(name);
        out.report(time.span, format!("what ends in silent times stays open in {means}: `{name}` is not told later"))
            .label_if(node.route.receiver.as_ref().map(|receiver| receiver.span), "told here")
            .help(format!("let {means} itself keep quiet at these times, or send what may wait to a chat"));
    }
}

/// Alerts that another one silences and that keep an incident open.
fn inhibited(board: &Board<'_>, alerts: &[Alert<'_>], out: &mut Sink<'_>) {
    for rule in board.inhibit_rules.iter().filter(|rule| rule.target.complete) {
        let mut targets = alerts.iter().filter(|alert| alert.satisfies(&rule.target.all) == Verdict::Yes);
        let told = |alert: &Alert<'_>| {
            let reached = board.tree.reached(&|label| alert.label(label));
            reached
                .iter()
                .filter_map(|reached| board.tree.receiver(reached.place))
                .find_map(|name| keeps_open(board, name))
        };
        let Some((alert, means)) = targets.find_map(|alert| Some((alert, told(alert)?))) else { continue };
        let place = rule.target.all.first().map_or(rule.span, |matcher| matcher.span);
        out.report(place, format!("what ends while it is inhibited stays open in {means}"))
            .label(alert.name.span, "this alert, for one")
            .help("close such incidents by hand, or let the target go to a chat");
    }
}

/// By which means a receiver keeps incidents open.
fn keeps_open<'b>(board: &'b Board<'_>, receiver: &str) -> Option<&'b str> {
    let one: &Addressee<'_> = board.receivers.iter().find(|one| one.name.value == receiver)?;
    one.means.iter().copied().find(|means| INCIDENTS.contains(means))
}
