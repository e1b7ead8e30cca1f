//! What became of one alert, in words.

use crate::engine::Labels;

use super::{
    journal::{Cause, Notification, Withheld},
    simulation::Simulation,
};

/// Something that became of an alert.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Moment {
    /// When, in milliseconds.
    pub at: i64,
    /// Until when, in milliseconds, for what lasts.
    pub until: Option<i64>,
    /// What, in words that go after a time.
    pub words: String,
}

/// What became of an alert at Alertmanager, in order of time: whom it reached, what held it back, what it waits for.
/// That a receiver knows already is said only where it is the last that is to be said.
pub fn timeline(simulation: &Simulation<'_>, labels: &Labels) -> Vec<Moment> {
    let journal = simulation.journal();
    let sent = journal.sent.iter().filter(|sent| sent.alerts().any(|alert| alert == labels));
    let withheld: Vec<&Withheld> = journal.withheld.iter().filter(|withheld| withheld.alert == *labels).collect();
    let is_last = |one: &Withheld| !withheld.iter().any(|other| other.route == one.route && other.first > one.first);
    let told = withheld.iter().filter(|one| match one.cause {
        Cause::EndKnown => false,
        Cause::Known { .. } => is_last(one),
        _ => true,
    });
    let waiting = simulation.waiting(labels).into_iter().filter(|waiting| waiting.is_first).map(|waiting| {
        let words = format!("will reach `{}` when `group_wait` is over", receiver(simulation, waiting.route));
        Moment { at: waiting.until, until: None, words }
    });
    let mut moments: Vec<Moment> = sent.map(|sent| of_sent(simulation, sent, labels)).collect();
    moments.extend(told.map(|withheld| of_withheld(simulation, withheld)));
    moments.extend(waiting);
    moments.sort();
    moments
}

fn of_sent(simulation: &Simulation<'_>, sent: &Notification, labels: &Labels) -> Moment {
    let what = if sent.firing.contains(labels) { "fires" } else { "is over" };
    let words = format!("`{}` is told that it {what} ({})", receiver(simulation, sent.route), sent.reason.words());
    Moment { at: sent.at, until: None, words }
}

fn of_withheld(simulation: &Simulation<'_>, withheld: &Withheld) -> Moment {
    let end = if withheld.is_resolved { ", so that its end is not told" } else { "" };
    let words = format!("{}{end}", reason(simulation, withheld));
    let until = (withheld.last > withheld.first).then_some(withheld.last);
    Moment { at: withheld.first, until, words }
}

fn reason(simulation: &Simulation<'_>, withheld: &Withheld) -> String {
    let route = &simulation.plan().routes[withheld.route];
    let receiver = receiver(simulation, withheld.route);
    match &withheld.cause {
        Cause::Inhibited { source, .. } => format!("kept from `{receiver}`: inhibited by {source}"),
        Cause::Muted { interval } => {
            let name = route.mute.get(*interval).map_or("", |timetable| &timetable.name.value);
            format!("kept from `{receiver}`: the route is mute during `{name}`")
        }
        Cause::Inactive => {
            let names: Vec<String> =
                route.active.iter().map(|timetable| format!("`{}`", timetable.name.value)).collect();
            format!("kept from `{receiver}`: the route is active only during {}", names.join(", "))
        }
        Cause::Silenced { .. } => format!("kept from `{receiver}`: silenced"),
        Cause::Known { .. } => format!("`{receiver}` knows, and is told again only after `repeat_interval`"),
        Cause::HeldToKnow { .. } => {
            format!(
                "`{receiver}` is held to know, since it never heard of the last end, and `repeat_interval` is not over"
            )
        }
        Cause::EndNotSent => format!("`{receiver}` is not told of ends (`send_resolved`)"),
        Cause::NeverTold => format!("`{receiver}` is told nothing: it was over before the group was looked at"),
        Cause::EndKnown => format!("`{receiver}` knows that it is over"),
    }
}

fn receiver<'p>(simulation: &Simulation<'p>, route: usize) -> &'p str {
    simulation.plan().routes[route].receiver_name
}
