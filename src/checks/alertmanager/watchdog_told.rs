//! Alerts that always fire, and whom they annoy.

use crate::{
    check,
    facts::routing::{Addressee, Alert, Board, Verdict, boards},
    kit::*,
    model::{Document, alertmanager::DEFAULT_REPEAT_INTERVAL},
};

check! {
    /// An alert that always fires is sent to people.
    ///
    /// ## Why it matters
    /// A watchdog is meant for a service that complains when it stops coming. People get used to it, and nobody
    /// notices when it does stop; or they mute the channel, and with it whatever else comes there.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: Watchdog
    ///   expr: vector(1)
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: chat}
    /// receivers:
    ///   - name: chat
    ///     slack_configs: [{api_url_file: /run/secrets/slack}]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: Watchdog
    ///   expr: vector(1)
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: chat
    ///   routes:
    ///     - matchers: [alertname="Watchdog"]
    ///       receiver: heartbeat
    ///       repeat_interval: 5m
    /// receivers:
    ///   - name: chat
    ///     slack_configs: [{api_url_file: /run/secrets/slack}]
    ///   - name: heartbeat
    ///     webhook_configs: [{url_file: /run/secrets/heartbeat}]
    /// ```
    pub struct WatchdogTold {}
    id: "alertmanager/watchdog-told", severity: Info,
}

/// Means of telling people rather than programs.
const PEOPLE: [&str; 11] = [
    "discord",
    "email",
    "mattermost",
    "msteams",
    "msteamsv2",
    "pushover",
    "rocketchat",
    "slack",
    "telegram",
    "webex",
    "wechat",
];

impl Check for WatchdogTold {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let alerts = facts.routing.at(document).and_then(|dispatcher| dispatcher.alerts.as_deref()).unwrap_or_default();
        for board in boards(facts.workspace, document) {
            alerts.iter().filter(|alert| alert.is_constant()).for_each(|alert| judge(alert, &board, out));
        }
    }
}

fn judge(alert: &Alert<'_>, board: &Board<'_>, out: &mut Sink<'_>) {
    let tree = &board.tree;
    let of_people =
        |one: &&Addressee<'_>| !one.means.is_empty() && one.means.iter().all(|means| PEOPLE.contains(means));
    for reached in tree.reached(&|label| alert.label(label)).iter().filter(|reached| reached.verdict == Verdict::Yes) {
        let Some(name) = tree.receiver(reached.place) else { continue };
        let Some(told) = board.receivers.iter().filter(|one| one.name.value == name).find(of_people) else { continue };
        let every = tree.inherited(reached.place, |route| route.repeat_interval);
        let every = every.map_or(DEFAULT_REPEAT_INTERVAL, |every| every.value);
        out.report(alert.name.span, format!("this always fires, and `{name}` is told so every {every}"))
            .label(tree.node(reached.place).route.anchor(), format!("this route tells it, by {}", told.means[0]))
            .help("give it a route of its own, to a service that complains when it stops coming");
        return;
    }
}
