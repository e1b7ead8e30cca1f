//! Alerts that are grouped by labels they do not have, or all together.

use std::collections::BTreeSet;

use crate::{
    check,
    facts::routing::{Alert, Board, Carried, RouteTree, boards},
    kit::*,
    model::{
        Document,
        alertmanager::{self, DEFAULT_REPEAT_INTERVAL},
    },
    vocab::Duration,
};

check! {
    /// Alerts are grouped by a label that none of them has, or all of them make one incident.
    ///
    /// ## Why it matters
    /// A label that the aggregation of the rules dropped groups nothing: what should be one message for each cluster is one
    /// for all. And where an on-call tool gets all alerts as one group, the second problem of the night joins the incident
    /// of the first, and wakes nobody.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: ManyErrors
    ///   expr: sum by (job) (rate(http_errors_total[5m])) > 5
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   group_by: [alertname, cluster]
    /// receivers:
    ///   - name: mail
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: ManyErrors
    ///   expr: sum by (job, cluster) (rate(http_errors_total[5m])) > 5
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   group_by: [alertname, cluster]
    /// receivers:
    ///   - name: mail
    /// ```
    pub struct GroupBy {
        /// From which `repeat_interval` on it is said that `...` makes every alert a group of its own.
        pub long_repeat: Duration = Duration::minutes(24 * 60),
    }
    id: "alertmanager/group-by", severity: Warning,
}

/// Means of telling that keep one incident open for each group.
const INCIDENTS: [&str; 5] = ["pagerduty", "opsgenie", "victorops", "incidentio", "jira"];

impl Check for GroupBy {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let alerts = facts.routing.at(document).and_then(|dispatcher| dispatcher.alerts.as_deref()).unwrap_or_default();
        for board in boards(facts.workspace, document) {
            let arrivals = arrivals(&board.tree, alerts);
            for (place, node) in board.tree.nodes().iter().enumerate() {
                if let Some(group_by) = &node.route.group_by {
                    absent_labels(&board, place, group_by, &arrivals, out);
                    self.singles(&board, place, group_by, out);
                }
            }
            one_incident(&board, alerts, &arrivals, out);
        }
    }
}

/// For every route the alerts that it may notify of.
fn arrivals<'a, 'w>(tree: &RouteTree<'_>, alerts: &'a [Alert<'w>]) -> Vec<Vec<&'a Alert<'w>>> {
    let mut arrivals: Vec<Vec<&Alert<'_>>> = tree.nodes().iter().map(|_| Vec::new()).collect();
    for alert in alerts {
        for reached in tree.reached(&|label| alert.label(label)) {
            arrivals[reached.place].push(alert);
        }
    }
    arrivals
}

/// Whether a route groups by what another one says.
fn is_grouped_by(tree: &RouteTree<'_>, place: usize, group_by: &alertmanager::GroupBy) -> bool {
    let own = tree.inherited(place, |route| route.group_by.as_ref());
    own.is_some_and(|own| std::ptr::eq(own, group_by))
}

fn absent_labels(
    board: &Board<'_>,
    place: usize,
    group_by: &alertmanager::GroupBy,
    arrivals: &[Vec<&Alert<'_>>],
    out: &mut Sink<'_>,
) {
    let tree = &board.tree;
    let places = (place..tree.nodes().len()).filter(|other| is_grouped_by(tree, *other, group_by));
    let here: Vec<&Alert<'_>> = places.flat_map(|place| arrivals[place].iter().copied()).collect();
    let Some(first) = here.first() else { return };
    for label in group_by.labels.iter().filter(|label| label.value != "..." && !label.value.is_empty()) {
        if here.iter().all(|alert| alert.label(&label.value) == Carried::Exactly("")) {
            let count = here.iter().map(|alert| &alert.name.value).collect::<BTreeSet<_>>().len();
            let which = if count == 1 {
                "the alert that gets here".to_owned()
            } else {
                format!("the first of {count} alerts that get here")
            };
            out.report(
                label.span,
                format!("no alert that gets here has a label `{}`, so it groups nothing", label.value),
            )
            .label(first.name.span, which)
            .help(format!(
                "keep `{0}` in the expressions, set it in `external_labels`, or leave it out here",
                label.value
            ));
        }
    }
}

impl GroupBy {
    /// Every alert by itself, and a message that was missed stays missed for long.
    fn singles(&self, board: &Board<'_>, place: usize, group_by: &alertmanager::GroupBy, out: &mut Sink<'_>) {
        let repeat = board.tree.inherited(place, |route| route.repeat_interval);
        let every = repeat.map_or(DEFAULT_REPEAT_INTERVAL, |repeat| repeat.value);
        if group_by.is_all() && every >= self.long_repeat {
            out.report(group_by.span, format!("every alert is told of by itself, and again only after {every}"))
                .severity(Severity::Info)
                .label_if(repeat.map(|repeat| repeat.span), "so a message that is missed is missed for long")
                .help("group by a few labels: news of one alert then repeats what is known of the others");
        }
    }
}

/// Routes to a tool for incidents that put all alerts into one.
fn one_incident(board: &Board<'_>, alerts: &[Alert<'_>], arrivals: &[Vec<&Alert<'_>>], out: &mut Sink<'_>) {
    let tree = &board.tree;
    let mut said: Vec<&str> = Vec::new();
    for (place, here) in arrivals.iter().enumerate() {
        let Some(name) = tree.receiver(place).filter(|name| !said.contains(name)) else { continue };
        let group_by = tree.inherited(place, |route| route.group_by.as_ref());
        let is_one_group = group_by.is_none_or(|group_by| group_by.labels.is_empty());
        let Some(means) = incidents(board, name).filter(|_| is_one_group) else { continue };
        let names: BTreeSet<&str> = here.iter().map(|alert| alert.name.value.as_str()).collect();
        let is_of_one = tree.path(place).iter().any(|matcher| matcher.name.value == "alertname");
        let is_several = if alerts.is_empty() { !is_of_one } else { names.len() > 1 };
        if !is_several || tree.unreachable(place).is_some() || !ends_here(tree, place) {
            continue;
        }
        said.push(name);
        let route = tree.node(place).route;
        let at = group_by.map(|group_by| group_by.span).or(route.receiver.as_ref().map(|receiver| receiver.span));
        out.report(
            at.unwrap_or(route.anchor()),
            format!("all alerts here are one group, and `{means}` keeps one incident for it"),
        )
        .help("add `group_by`, at least `[alertname]`: else the second problem joins the incident of the first");
    }
}

/// Whether a route may notify by itself rather than hand all on.
fn ends_here(tree: &RouteTree<'_>, place: usize) -> bool {
    let children = &tree.node(place).children;
    !children.iter().any(|child| {
        let matchers = &tree.node(*child).route.matchers;
        matchers.all.is_empty() && matchers.complete
    })
}

fn incidents<'b>(board: &'b Board<'_>, receiver: &str) -> Option<&'b str> {
    let one = board.receivers.iter().find(|one| one.name.value == receiver)?;
    one.means.iter().copied().find(|means| INCIDENTS.contains(means))
}
