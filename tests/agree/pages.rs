//! Pages of metrics, given to `check metrics`: whether they can be read, and what the lints say.

use super::{Dice, Folder, PROMTOOL, judge, rounds};

const NAMES: [&str; 16] = [
    "m_seconds",
    "m_seconds_total",
    "m_total",
    "m",
    "m_bytes",
    "m_ms",
    "m_ratio",
    "a:b",
    "aB",
    "m_bucket",
    "m_count",
    "m_sum",
    "m_info",
    "m_gauge",
    "m_celsius",
    "m_milliseconds",
];
const TYPES: [&str; 9] =
    ["counter", "gauge", "histogram", "summary", "untyped", "Counter", "GAUGE_HISTOGRAM", "info", ""];
const LABELS: [&str; 14] = [
    "",
    "",
    "{a=\"b\"}",
    "{a=\"c\"}",
    "{le=\"1\"}",
    "{quantile=\"0.5\"}",
    "{aB=\"x\"}",
    "{a=\"b\",}",
    "{a=\"\\\"\"}",
    "{a=\"b\",a=\"c\"}",
    "{a=b}",
    " {a=\"b\"}",
    "{a=\"\\d\"}",
    "{a=\"\\\\d\"}",
];
const VALUES: [&str; 16] =
    ["1", "2.5", "3", "0", "-1", "NaN", "+Inf", "1e3", "-0.5", ".5", "5.", "0x1p3", "1_0", "-nan", "1e400", "x"];
const ENDS: [&str; 6] = ["", " 1700000000000", " 5 ", "  ", " 1.5", " x"];

/// Mostly one of the first few, which are right.
fn mostly(dice: &mut Dice, of: &[&'static str], right: usize) -> &'static str {
    let few = if dice.chance(96) { &of[..right] } else { of };
    dice.pick(few)
}

fn page(dice: &mut Dice) -> String {
    let mut lines = Vec::new();
    for _ in 0..1 + dice.roll(4) {
        let (name, kind) = (dice.pick(&NAMES), mostly(dice, &TYPES, 5));
        if dice.chance(80) {
            lines.push(format!("# HELP {name} {}", mostly(dice, &["Some help.", "a\\n", "", "\\d"], 1)));
        }
        if dice.chance(85) {
            lines.push(format!("# TYPE {name} {kind}"));
        }
        let mut sample = |dice: &mut Dice, ending: &str, labels: &str| {
            let (value, end) = (mostly(dice, &VALUES, 3), mostly(dice, &ENDS, 2));
            lines.push(format!("{name}{ending}{labels} {value}{end}"));
        };
        match kind {
            "histogram" => {
                ["{le=\"1\"}", "{le=\"+Inf\"}"].iter().for_each(|le| sample(dice, "_bucket", le));
                ["_sum", "_count"].iter().for_each(|ending| sample(dice, ending, ""));
            }
            "summary" => {
                sample(dice, "", "{quantile=\"0.5\"}");
                ["_sum", "_count"].iter().for_each(|ending| sample(dice, ending, ""));
            }
            _ => (0..=dice.roll(2)).for_each(|_| {
                let labels = mostly(dice, &LABELS, 7);
                sample(dice, "", labels);
            }),
        }
    }
    if dice.chance(8) {
        lines.push(dice.pick(&["# EOF", "x", "{}", "# HELP", "# TYPE m", "#", " ", "# HELP m "]).to_owned());
    }
    if dice.chance(8) {
        let (from, to) = (dice.roll(lines.len()), dice.roll(lines.len()));
        lines.swap(from, to);
    }
    let end = if dice.chance(98) { "\n" } else { "" };
    lines.join("\n") + end
}

#[test]
fn pages_get_the_same_lints() {
    let folder = Folder::of("pages");
    let (mut answers, mut unlike) = (0, Vec::new());
    for mut dice in rounds(PROMTOOL, 40) {
        let page = page(&mut dice);
        let words = ["check", "metrics"];
        let [ours, theirs] = folder.both("page", &page, &words, (PROMTOOL, &words));
        answers += 1;
        let said = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        // Why a page cannot be read each says in its own words.
        let is_alike =
            ours.status == theirs.status && (ours.status == Some(1) || said(&ours.error) == said(&theirs.error));
        if !is_alike {
            unlike.push(format!(
                "{page}\npromtool: {:?} {}\npromcheck: {:?} {}{}",
                theirs.status, theirs.error, ours.status, ours.out, ours.error
            ));
        }
    }
    judge("pages", answers, &unlike);
}
