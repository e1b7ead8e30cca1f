//! Who is told what, and when: Prometheus and Alertmanager in virtual time, to the millisecond.
//!
//! Prometheus' side sends what rules say of alerts, again and again ([`Sender`]). Alertmanager's side keeps what it
//! was sent ([`Simulation`]), gathers alerts in groups, route by route ([`Plan`]), and looks at each group when it is
//! due: what is inhibited, muted or silenced is left out, the notification log says whether the rest is news, and the
//! receiver is told. The result is a [`Journal`]: every notification with its reason, and for every alert of which
//! nobody was told, why not.
//!
//! Behaviour is that of Alertmanager 0.34.2 (`dispatch`, `inhibit`, `notify`, `nflog`) where it is alone and its
//! receivers answer at once. Where the real one depends on the moment, this one does not: alerts that arrive when a
//! group is due are seen, and groups that are due together follow the order of their routes. A source of inhibition counts
//! whatever other sources came after it, as documented; releases from 0.28.1 to 0.34.0 remember the latest only.

mod alerts;
mod calendar;
mod group;
mod inhibition;
mod journal;
mod log;
mod pipeline;
mod plan;
mod sender;
mod simulation;
#[cfg(test)]
mod tests;
mod timeline;

pub use journal::{Cause, Journal, Notification, Reason, Withheld};
pub use plan::{Plan, PlannedRoute, SilencePlan, Timetable, holds};
pub use sender::{Posted, Sender, Standing};
pub use simulation::{Simulation, Waiting};
pub use timeline::{Moment, timeline};
