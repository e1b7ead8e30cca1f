//! Timelines worked out by hand from what Alertmanager documents and does.

use proptest::prelude::*;

use crate::{
    engine::Labels,
    model::{
        alertmanager::{self, parse_matchers},
        specimen,
    },
    text::{Excerpt, FileId, Span},
};

use super::{Cause, Journal, Plan, Sender, SilencePlan, Simulation, Standing, Withheld, timeline};

const SECOND: i64 = 1000;
/// How long Prometheus remembers what is over, in seconds.
const REMEMBERED: i64 = 15 * 60;

/// An alert that fires from an evaluation to another, in seconds.
type Fire = (&'static str, i64, i64);

/// A world to be played.
struct World {
    config: String,
    silences: Vec<(&'static str, i64, i64)>,
    /// In seconds since 1970.
    start: i64,
    /// Between evaluations, in seconds.
    interval: i64,
}

impl World {
    fn new(config: &str) -> Self {
        Self { config: config.to_owned(), silences: Vec::new(), start: 0, interval: 15 }
    }

    /// Lets alerts fire and looks at what has happened after so many seconds.
    fn play<T>(&self, until: i64, fires: &[Fire], look: impl FnOnce(&Simulation<'_>) -> T) -> T {
        let (config, complaints) = specimen::read(&self.config, alertmanager::lower);
        assert_eq!(complaints, Vec::<String>::new());
        let silences = self.silences.iter().map(|(text, from, to)| SilencePlan {
            span: Span::new(FileId(0), 0, 0),
            matchers: parse_matchers(&Excerpt::whole(FileId(0), *text), &mut Vec::new()).0,
            from: (self.start + from) * SECOND,
            to: (self.start + to) * SECOND,
        });
        let plan = Plan::of(&config, silences.collect()).expect("the configuration has a route");
        let mut simulation = Simulation::new(&plan, self.start * SECOND);
        let mut sender = Sender::default();
        for after in (0..=until).step_by(usize::try_from(self.interval).expect("time goes on")) {
            let at = (self.start + after) * SECOND;
            let standing = fires.iter().filter_map(|fire| Some((labels(fire.0), standing(fires, fire, after, self)?)));
            let posted = sender.evaluated(0, self.interval * SECOND, at, standing);
            simulation.receive(at, &posted);
        }
        simulation.advance((self.start + until) * SECOND);
        look(&simulation)
    }

    /// Notifications as `seconds receiver +firing -over (reason)`.
    fn sent(&self, until: i64, fires: &[Fire]) -> Vec<String> {
        self.play(until, fires, |simulation| {
            let told = |journal: &Journal| -> Vec<String> {
                let mut told = Vec::new();
                for sent in &journal.sent {
                    let firing = sent.firing.iter().map(|alert| format!("+{} ", alert.value("alertname")));
                    let over = sent.resolved.iter().map(|alert| format!("-{} ", alert.value("alertname")));
                    let receiver = simulation.plan().routes[sent.route].receiver_name;
                    let alerts: String = firing.chain(over).collect();
                    let at = sent.at / SECOND - self.start;
                    told.push(format!("{at} {receiver} {alerts}({})", sent.reason.words()));
                }
                told
            };
            told(simulation.journal())
        })
    }

    /// Alerts held back as `from..to alert over?: cause`, by order of time.
    fn withheld(&self, until: i64, fires: &[Fire]) -> Vec<String> {
        let told = |withheld: &Withheld| {
            let (first, last) = (withheld.first / SECOND - self.start, withheld.last / SECOND - self.start);
            let over = if withheld.is_resolved { " over" } else { "" };
            let cause = match &withheld.cause {
                Cause::Inhibited { rule, source } => {
                    format!("inhibited by {} (rule {rule})", source.value("alertname"))
                }
                Cause::Known { until } => format!("known until {}", until / SECOND - self.start),
                Cause::HeldToKnow { until } => format!("held to know until {}", until / SECOND - self.start),
                other => format!("{other:?}"),
            };
            format!("{first}..{last} {}{over}: {cause}", withheld.alert.value("alertname"))
        };
        self.play(until, fires, |simulation| simulation.journal().withheld.iter().map(told).collect())
    }
}

fn labels(text: &str) -> Labels {
    let pair = |(place, text): (usize, &'static str)| {
        if place == 0 { ("alertname", text) } else { text.split_once('=').expect("a label") }
    };
    let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
    Labels::of(text.split(',').enumerate().map(pair))
}

/// What a rule says of an alert that may fire several times, by its latest fire; asked of the first of them only.
fn standing(fires: &[Fire], fire: &Fire, after: i64, world: &World) -> Option<Standing> {
    let own = || fires.iter().filter(|other| other.0 == fire.0);
    let latest = own().filter(|other| other.1 <= after).max_by_key(|other| other.1)?;
    if !own().next().is_some_and(|first| std::ptr::eq(first, fire)) {
        return None;
    }
    let grid = |seconds: i64| (seconds + world.interval - 1) / world.interval * world.interval;
    let ended = grid(latest.2);
    match after {
        _ if after < ended => Some(Standing::Firing),
        _ if after - ended <= REMEMBERED => Some(Standing::Resolved((world.start + ended) * SECOND)),
        _ => None,
    }
}

const USUAL: &str = "
route: {receiver: ops, group_by: [alertname]}
receivers: [{name: ops, webhook_configs: [{url: 'http://ops/'}]}]
";

/// One group of all alerts, with timers.
fn one_group(timers: &str) -> World {
    World::new(&format!(
        "route: {{receiver: ops, {timers}}}\nreceivers: [{{name: ops, webhook_configs: [{{url: 'http://ops/'}}]}}]\n"
    ))
}

#[test]
fn tells_of_a_fire_and_of_its_end() {
    // Fires at 60, waits 30; is looked at every 300 from then on, so its end at 1200 is told at 1290.
    assert_eq!(
        World::new(USUAL).sent(3600, &[("Down", 60, 1200)]),
        ["90 ops +Down (first notification)", "1290 ops -Down (all alerts resolved)"]
    );
}

#[test]
fn what_ends_while_the_group_waits_is_never_told() {
    let fires = [("Down", 60, 75)];
    assert_eq!(World::new(USUAL).sent(3600, &fires), Vec::<String>::new());
    assert_eq!(World::new(USUAL).withheld(100, &fires), ["90..90 Down over: NeverTold"]);
}

#[test]
fn a_gap_between_two_looks_is_not_seen() {
    assert_eq!(
        World::new(USUAL).sent(400, &[("Down", 60, 120), ("Down", 180, 9000)]),
        ["90 ops +Down (first notification)"]
    );
}

#[test]
fn repeats_after_more_than_the_interval() {
    let always = [("Down", 60, 9000)];
    let at = |timers: &str, until: i64| -> Vec<i64> {
        let sent = one_group(timers).sent(until, &always);
        sent.iter().map(|line| line.split(' ').next().and_then(|at| at.parse().ok()).expect("a time")).collect()
    };
    // At 690 exactly 600 are over, which is not more.
    assert_eq!(at("repeat_interval: 10m", 2000), [90, 990, 1890]);
    assert_eq!(at("repeat_interval: 9m59s", 2000), [90, 690, 1290, 1890]);
    // Less than the time between two looks: at every look.
    assert_eq!(at("repeat_interval: 1m", 1000), [90, 390, 690, 990]);
    assert_eq!(at("group_wait: 0s, group_interval: 1m, repeat_interval: 90s", 400), [60, 180, 300]);
}

#[test]
fn tells_of_what_joins_and_what_leaves() {
    // A is over at 510, and sent again as over for a quarter of an hour: it reappears when there is other news.
    let fires = [("A", 60, 500), ("B", 100, 5000), ("C", 700, 5000)];
    assert_eq!(
        one_group("repeat_interval: 4h").sent(1300, &fires),
        [
            "90 ops +A (first notification)",
            "390 ops +A +B (new alerts added)",
            "690 ops +B -A (some alerts resolved)",
            "990 ops +B +C -A (new alerts added)",
        ]
    );
}

#[test]
fn a_group_that_was_all_over_begins_anew() {
    // The end is told at 390, the group dissolves; 2000 rounds up to the evaluation at 2010, and 30 go by.
    let fires = [("A", 60, 200), ("A", 2010, 5000)];
    assert_eq!(
        one_group("repeat_interval: 4h").sent(3000, &fires),
        ["90 ops +A (first notification)", "390 ops -A (all alerts resolved)", "2040 ops +A (first notification)"]
    );
}

#[test]
fn groups_by_labels() {
    let fires = [("A,zone=x", 60, 9000), ("B,zone=x", 60, 9000), ("C,zone=y", 60, 9000), ("D", 60, 9000)];
    let grouped = |group_by: &str| -> Vec<String> {
        let sent = one_group(&format!("group_by: {group_by}")).sent(100, &fires);
        sent.iter().map(|line| line.replace(" (first notification)", "").replace("90 ops ", "")).collect()
    };
    assert_eq!(grouped("[]"), ["+A +B +C +D"]);
    assert_eq!(grouped("[zone]"), ["+A +B", "+C", "+D"]);
    assert_eq!(grouped("['...']"), ["+A", "+B", "+C", "+D"]);
    assert_eq!(grouped("[none]"), ["+A +B +C +D"]);
}

#[test]
fn each_means_knows_for_itself() {
    // Mail tells no ends by default, the webhook does.
    let config = "
global: {smtp_smarthost: 'mail:25', smtp_from: a@b.example}
route: {receiver: ops, group_by: []}
receivers:
  - name: ops
    email_configs: [{to: a@b.example}]
    webhook_configs: [{url: 'http://ops/'}]
  - name: unused
";
    let world = World::new(config);
    let fires = [("A", 60, 500), ("B", 60, 5000)];
    let through = world.play(1000, &fires, |simulation| -> Vec<(i64, Vec<String>)> {
        simulation.journal().sent.iter().map(|sent| (sent.at / SECOND, sent.through.clone())).collect()
    });
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(through, [(90, names(&["email[0]", "webhook[0]"])), (690, names(&["webhook[0]"]))]);
    // Alone, mail says nothing of ends, and the log forgets them all the same.
    let mail = World::new(&config.replace("    webhook_configs: [{url: 'http://ops/'}]\n", ""));
    let fires = [("A", 60, 500), ("A", 2010, 5000)];
    assert_eq!(mail.sent(3000, &fires), ["90 ops +A (first notification)", "2040 ops +A (first notification)"]);
    assert!(mail.withheld(700, &fires).contains(&"690..690 A over: EndNotSent".to_owned()));
}

#[test]
fn several_routes_tell_several_receivers() {
    let config = "
route:
  receiver: root
  group_wait: 10s
  routes:
    - {matchers: ['team=\"a\"'], receiver: first, continue: true, group_wait: 20s}
    - {matchers: ['team=~\"a|b\"'], receiver: second}
    - {matchers: ['team=\"b\"'], receiver: third}
receivers: [{name: root}, {name: first}, {name: second}, {name: third}]
";
    let fires = [("A,team=a", 0, 900), ("B,team=b", 0, 900), ("C", 0, 900)];
    assert_eq!(
        World::new(config).sent(30, &fires),
        ["10 root +C (first notification)", "10 second +A +B (first notification)", "20 first +A (first notification)",]
    );
}

const INHIBITING: &str = "
route: {receiver: ops, group_by: [alertname], repeat_interval: 4h}
inhibit_rules:
  - source_matchers: [severity=\"page\"]
    target_matchers: [severity=~\"warn|page\"]
    equal: [zone]
receivers: [{name: ops, webhook_configs: [{url: 'http://ops/'}]}]
";

#[test]
fn alerts_silence_others() {
    let world = World::new(INHIBITING);
    let (page, warn) = ("Page,severity=page,zone=x", "Warn,severity=warn,zone=x");
    // Looked at at 90, 390, 690; the source is over at 600.
    let fires = [(page, 60, 600), (warn, 60, 900), ("Other,severity=warn,zone=y", 60, 900)];
    assert_eq!(
        world.sent(700, &fires),
        [
            "90 ops +Page (first notification)",
            "90 ops +Other (first notification)",
            "690 ops -Page (all alerts resolved)",
            "690 ops +Warn (first notification)",
        ]
    );
    let withheld = world.withheld(700, &fires);
    assert_eq!(withheld[0], "90..390 Warn: inhibited by Page (rule 0)");
    // Two alerts that are both source and target do not silence each other.
    assert_eq!(world.sent(100, &[(page, 60, 600), ("Twin,severity=page,zone=x", 60, 600)]).len(), 2);
}

#[test]
fn a_target_that_comes_first_is_told_and_its_lost_end_keeps_it_silent() {
    let world = World::new(INHIBITING);
    let (page, warn) = ("Page,severity=page,zone=x", "Warn,severity=warn,zone=x");
    let fires = [(warn, 60, 200), (page, 120, 450), (warn, 500, 5000)];
    assert_eq!(
        world.sent(3000, &fires),
        [
            "90 ops +Warn (first notification)",
            "150 ops +Page (first notification)",
            "450 ops -Page (all alerts resolved)"
        ]
    );
    // Its end comes at 210 and is sent again at 285, 360 and 435; the last time alone in a new group, which does not
    // wait for what is so old. At 510 it fires again, but Alertmanager holds it for told: until 90 s and four hours.
    assert_eq!(
        world.withheld(1200, &fires).into_iter().filter(|line| line.contains("Warn")).collect::<Vec<_>>(),
        [
            "390..390 Warn over: inhibited by Page (rule 0)",
            "435..435 Warn over: inhibited by Page (rule 0)",
            "540..1140 Warn: held to know until 14490",
        ]
    );
    // Without that fire, the end is sent once more at 510 and is told, since nothing inhibits it any more.
    assert_eq!(world.sent(3000, &fires[..2]).last().map(String::as_str), Some("510 ops -Warn (all alerts resolved)"));
    let told = world.play(1200, &fires, |simulation| timeline(simulation, &labels(warn)));
    let words: Vec<String> =
        told.into_iter().map(|moment| format!("{}: {}", moment.at / SECOND, moment.words)).collect();
    assert_eq!(words[0], "90: `ops` is told that it fires (first notification)");
    assert!(words[1].starts_with("390: kept from `ops`: inhibited by {alertname=\"Page\""), "{words:?}");
    assert!(words[3].starts_with("540: `ops` is held to know"), "{words:?}");
}

#[test]
fn silences_hold_for_a_while() {
    let mut world = World::new(USUAL);
    world.silences = vec![("alertname=~\"D.*\"", 0, 390)];
    // At 390 the silence is over.
    assert_eq!(
        world.sent(1000, &[("Down", 60, 5000), ("Up", 60, 5000)]),
        ["90 ops +Up (first notification)", "390 ops +Down (first notification)"]
    );
    assert_eq!(world.withheld(200, &[("Down", 60, 5000)]), ["90..90 Down: Silenced { silence: 0 }"]);
}

#[test]
fn routes_keep_hours() {
    let config = "
route:
  receiver: root
  routes:
    - {matchers: ['team=\"a\"'], receiver: a, mute_time_intervals: [night]}
    - {matchers: ['team=\"b\"'], receiver: b, active_time_intervals: [office]}
time_intervals:
  - name: night
    time_intervals: [{times: [{start_time: '00:00', end_time: '06:00'}]}]
  - name: office
    time_intervals: [{weekdays: ['monday:friday'], times: [{start_time: '09:00', end_time: '17:00'}], location: Europe/Berlin}]
receivers: [{name: root}, {name: a}, {name: b}]
";
    let mut world = World::new(config);
    // Monday 2026-03-02T05:50:00Z; night is over after 600 s, the office opens at 08:00Z, after 7800 s.
    world.start = 1_772_430_600;
    let fires = [("A,team=a", 0, 90_000), ("B,team=b", 0, 90_000), ("C,team=c", 0, 90_000)];
    assert_eq!(
        world.sent(9000, &fires),
        ["30 root +C (first notification)", "630 a +A (first notification)", "7830 b +B (first notification)",]
    );
    assert_eq!(
        world.withheld(8000, &fires).into_iter().filter(|line| !line.contains("known")).collect::<Vec<_>>(),
        ["30..330 A: Muted { interval: 0 }", "30..7530 B: Inactive"]
    );
}

#[test]
fn routes_that_say_the_same_share_the_log() {
    let config = "
route:
  receiver: root
  routes:
    - {matchers: ['team=\"a\"'], receiver: a, continue: true}
    - {matchers: ['team=\"a\"'], receiver: a}
receivers: [{name: root}, {name: a}]
";
    assert_eq!(World::new(config).sent(200, &[("A,team=a", 0, 900)]), ["30 a +A (first notification)"]);
}

#[test]
fn what_nobody_sends_any_more_is_over() {
    let (config, _) = specimen::read(USUAL, alertmanager::lower);
    let plan = Plan::of(&config, Vec::new()).expect("the configuration has a route");
    let mut simulation = Simulation::new(&plan, 0);
    let posted = Sender::default().evaluated(0, 60 * SECOND, 0, [(labels("Down"), Standing::Firing)]);
    simulation.receive(0, &posted);
    assert!(simulation.waiting(&labels("Down"))[0].is_first);
    simulation.advance(1000 * SECOND);
    // Sent once, it holds for four minutes; it is looked at at 30 and 330.
    let sent: Vec<(i64, bool)> =
        simulation.journal().sent.iter().map(|sent| (sent.at / SECOND, sent.is_firing())).collect();
    assert_eq!(sent, [(30, true), (330, false)]);
    assert!(simulation.waiting(&labels("Down")).is_empty());
}

/// Alerts that fire now and then, with gaps, on a grid of 15 s.
fn some_fires() -> impl Strategy<Value = Vec<Fire>> {
    let name = prop::sample::select(vec!["A,zone=x", "B,zone=x", "C,zone=y"]);
    prop::collection::vec((name, 0_i64..200, 1_i64..100), 1..6).prop_map(|fires| {
        let mut kept: Vec<Fire> = Vec::new();
        for (name, from, length) in fires {
            let fire = (name, from * 15, (from + length) * 15);
            if kept.iter().all(|other| other.0 != name || fire.2 < other.1 || other.2 < fire.1) {
                kept.push(fire);
            }
        }
        kept
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_same_world_gives_the_same_journal(fires in some_fires()) {
        let world = World::new(INHIBITING);
        prop_assert_eq!(world.sent(4000, &fires), world.sent(4000, &fires));
        prop_assert_eq!(world.withheld(4000, &fires), world.withheld(4000, &fires));
    }

    #[test]
    fn what_fires_reaches_its_receiver_in_time(fires in some_fires(), wait in 0_i64..60, interval in 1_i64..200) {
        let world = one_group(&format!("group_by: [zone], group_wait: {wait}s, group_interval: {interval}s"));
        world.play(4500, &fires, |simulation| {
            for (name, from, to) in &fires {
                // A new group waits for one time, an old one is looked at after the other.
                let until = from + wait.max(interval);
                if until >= *to {
                    continue;
                }
                let mut sent = simulation.journal().sent.iter().filter(|sent| sent.at <= until * SECOND);
                let last = sent.rfind(|sent| sent.alerts().any(|alert| *alert == labels(name)));
                prop_assert!(last.is_some_and(|sent| sent.firing.contains(&labels(name))), "{} at {}", name, until);
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_group_is_not_told_of_twice_at_once(fires in some_fires(), wait in 0_i64..60, interval in 1_i64..200) {
        let world = one_group(&format!("group_by: [zone], group_wait: {wait}s, group_interval: {interval}s, repeat_interval: 1m"));
        world.play(4500, &fires, |simulation| {
            let sent = &simulation.journal().sent;
            for (place, one) in sent.iter().enumerate() {
                let next = sent[place + 1..].iter().find(|other| other.group_labels == one.group_labels);
                let Some(next) = next else { continue };
                let is_new = next.reason == super::Reason::First;
                prop_assert!(is_new || next.at - one.at >= interval * SECOND, "{:?} {:?}", one, next);
            }
            Ok(())
        })?;
    }
}
