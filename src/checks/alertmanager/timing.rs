//! Routes whose intervals do not go together.

use crate::{
    check,
    facts::routing::{RouteTree, boards},
    kit::*,
    model::{
        Document,
        alertmanager::{DEFAULT_GROUP_INTERVAL, DEFAULT_GROUP_WAIT, DEFAULT_REPEAT_INTERVAL, Route},
    },
    vocab::Duration,
};

/// For how long Alertmanager remembers notifications unless `--data.retention` says otherwise.
const DEFAULT_RETENTION: Duration = Duration::minutes(120 * 60);

check! {
    /// The intervals of a route do not go together, or group nothing.
    ///
    /// ## Why it matters
    /// Alertmanager looks at a group once in every `group_interval`, and only then may it repeat a notification.
    /// A shorter `repeat_interval` has no effect, and one between two looks waits for the next. An interval of a few
    /// seconds tells of every change by itself, as if there were no groups.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   group_interval: 10m
    ///   repeat_interval: 5m
    /// receivers:
    ///   - name: mail
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   group_interval: 5m
    ///   repeat_interval: 10m
    /// receivers:
    ///   - name: mail
    /// ```
    pub struct Timing {
        /// The shortest `group_interval` that still gathers what belongs together.
        pub least_group_interval: Duration = Duration::seconds(10),
    }
    id: "alertmanager/timing", severity: Warning,
}

impl Check for Timing {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let boards = boards(facts.workspace, document);
        if boards.is_empty() {
            return;
        }
        let keeps_longer = || facts.workspace.files.iter().any(|(_, file)| file.text.contains("data.retention"));
        for tree in boards.iter().map(|board| &board.tree) {
            let mut waits: Vec<Option<Span>> = Vec::new();
            for place in 0..tree.nodes().len() {
                if let Some(tiny) = self.tiny(tree.node(place).route, out) {
                    waits.push(Some(tiny));
                }
                repeat(tree, place, out);
                wait(tree, place, &mut waits, out);
                retention(tree.node(place).route, keeps_longer, out);
            }
        }
    }
}

impl Timing {
    /// Reports an interval that is too short, and says where it stands: it is the cause of whatever does not go with it.
    fn tiny(&self, route: &Route, out: &mut Sink<'_>) -> Option<Span> {
        let interval = route.group_interval?;
        if !(1..self.least_group_interval.as_milliseconds()).contains(&interval.value.as_milliseconds()) {
            return None;
        }
        out.report(
            interval.span,
            format!("every {} is too often to gather anything: each change is told by itself", interval.value),
        )
        .severity(Severity::Info)
        .help("write a minute or more, such as the default `5m`");
        Some(interval.span)
    }
}

/// What applies at a route, with its place when the configuration says it.
fn setting(
    tree: &RouteTree<'_>,
    place: usize,
    of: impl Fn(&Route) -> Option<Spanned<Duration>>,
    default: Duration,
) -> (Duration, Option<Span>) {
    let said = tree.inherited(place, of);
    said.map_or((default, None), |said| (said.value, Some(said.span)))
}

fn repeat(tree: &RouteTree<'_>, place: usize, out: &mut Sink<'_>) {
    let route = tree.node(place).route;
    let Some(here) = route.repeat_interval.as_ref().or(route.group_interval.as_ref()) else { return };
    let (repeat, repeat_at) = setting(tree, place, |route| route.repeat_interval, DEFAULT_REPEAT_INTERVAL);
    let (look, look_at) = setting(tree, place, |route| route.group_interval, DEFAULT_GROUP_INTERVAL);
    let (every, step) = (repeat.as_milliseconds(), look.as_milliseconds());
    if every <= 0 || step <= 0 || every % step == 0 {
        return;
    }
    let effective = Duration::milliseconds((every / step + 1) * step);
    let message = if every < step {
        format!("`repeat_interval` {repeat} is shorter than `group_interval` {look}, so it repeats every {effective}")
    } else {
        format!("`repeat_interval` {repeat} is no multiple of `group_interval` {look}, so it repeats every {effective}")
    };
    let severity = if every < step { Severity::Warning } else { Severity::Info };
    let other = [repeat_at, look_at].into_iter().flatten().find(|at| *at != here.span);
    let finding = out
        .report(here.span, message)
        .severity(severity)
        .label_if(other, "does not go with this")
        .help(format!("write `repeat_interval: {effective}`, or another multiple of {look}"));
    if let Some(own) = route.repeat_interval {
        // Routes below that look more often inherit it, too.
        finding.fix(Fix::edit(format!("write `{effective}`"), Applicability::Unsafe, own.span, effective.to_string()));
    }
}

/// `said` holds the intervals that have been spoken of: one that many routes inherit is one cause.
fn wait(tree: &RouteTree<'_>, place: usize, said: &mut Vec<Option<Span>>, out: &mut Sink<'_>) {
    let route = tree.node(place).route;
    let Some(here) = route.group_wait.as_ref().or(route.group_interval.as_ref()) else { return };
    let (wait, wait_at) = setting(tree, place, |route| route.group_wait, DEFAULT_GROUP_WAIT);
    let (look, look_at) = setting(tree, place, |route| route.group_interval, DEFAULT_GROUP_INTERVAL);
    // An interval of zero is refused, which is another finding.
    let is_shorter = wait.as_milliseconds() <= look.as_milliseconds();
    if is_shorter || look.as_milliseconds() <= 0 || said.contains(&look_at) {
        return;
    }
    said.push(look_at);
    let other = [wait_at, look_at].into_iter().flatten().find(|at| *at != here.span);
    out.report(
        here.span,
        format!("the first alert of a group waits {wait} (`group_wait`), later ones only {look} (`group_interval`)"),
    )
    .severity(Severity::Info)
    .label_if(other, "longer and shorter than this")
    .help("let `group_wait` be the shorter one, so that an incident is told of at once and its news less often");
}

fn retention(route: &Route, keeps_longer: impl Fn() -> bool, out: &mut Sink<'_>) {
    let Some(repeat) = &route.repeat_interval else { return };
    if repeat.value.as_milliseconds() > DEFAULT_RETENTION.as_milliseconds() && !keeps_longer() {
        out.report(
            repeat.span,
            format!("Alertmanager forgets notifications after {DEFAULT_RETENTION}, and repeats them then"),
        )
        .severity(Severity::Info)
        .help("start it with a longer `--data.retention`");
    }
}
