//! Routing trees: whether Alertmanager loads them, and whom an alert reaches.

use super::{AMTOOL, Dice, Folder, judge, rounds};

const LABELS: [&str; 5] = ["severity", "team", "alertname", "\"a.b\"", "env"];
const VALUES: [&str; 11] = ["critical", "warning", "db", "web", "", "x y", "a\"b", "a\\b", "foo.bar", "1", "é"];
const PATTERNS: [&str; 12] =
    ["crit.*", ".*", ".+", "", "db|web", "^db$", "[a-d]b", "(?i)CRITICAL", "foo\\.bar", "\\d+", "(", "."];
/// Alerts are asked about for each tree.
const ALERTS: usize = 4;

fn in_yaml(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn matcher(dice: &mut Dice) -> String {
    let (label, op) = (dice.pick(&LABELS), dice.pick(&["=", "!=", "=~", "!~"]));
    let value = if op.contains('~') { dice.pick(&PATTERNS) } else { dice.pick(&VALUES) };
    let is_bare =
        !value.is_empty() && value.chars().all(|letter| letter.is_alphanumeric() || "|.^$+*".contains(letter));
    let blank = dice.pick(&["", " "]);
    match is_bare && dice.chance(30) {
        true => format!("{label}{blank}{op}{blank}{value}"),
        false => format!("{label}{blank}{op}{blank}\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// A route and what stands below it, as an item of a list.
fn route(dice: &mut Dice, depth: usize, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let mut text = format!("{pad}- receiver: r{}\n", dice.roll(5));
    text += &match dice.roll(10) {
        0..=5 => {
            let all: Vec<String> = (0..dice.roll(3)).map(|_| in_yaml(&matcher(dice))).collect();
            format!("{pad}  matchers: [{}]\n", all.join(", "))
        }
        6..=7 => format!("{pad}  match: {{{}: {}}}\n", dice.pick(&LABELS[..3]), in_yaml(dice.pick(&VALUES))),
        8 => format!("{pad}  match_re: {{{}: {}}}\n", dice.pick(&LABELS[..3]), in_yaml(dice.pick(&PATTERNS))),
        _ => String::new(),
    };
    if dice.chance(40) {
        text += &format!("{pad}  continue: {}\n", dice.pick(&["true", "false"]));
    }
    if depth > 0 && dice.chance(60) {
        text += &format!("{pad}  routes:\n");
        (0..=dice.roll(3)).for_each(|_| text += &route(dice, depth - 1, indent + 4));
    }
    text
}

fn config(dice: &mut Dice) -> String {
    let routes: String = (0..=dice.roll(4)).map(|_| route(dice, 2, 4)).collect();
    let receivers: String = (0..5).map(|number| format!("  - name: r{number}\n")).collect();
    format!("route:\n  receiver: r0\n  routes:\n{routes}receivers:\n{receivers}")
}

#[test]
fn alerts_reach_the_same_receivers() {
    let folder = Folder::of("routes");
    let (mut answers, mut unlike) = (0, Vec::new());
    for mut dice in rounds(AMTOOL, 12) {
        let config = config(&mut dice);
        let words = ["check-config", "alertmanager.yml"];
        let [ours, theirs] = folder.both("alertmanager.yml", &config, &words, (AMTOOL, &words));
        answers += 1;
        if ours.status != theirs.status {
            unlike.push(format!("{config}\namtool: {}{}\npromcheck: {}", theirs.out, theirs.error, ours.out));
        }
        if theirs.status != Some(0) || ours.status != Some(0) {
            continue;
        }
        for _ in 0..ALERTS {
            let labels: Vec<String> =
                ["severity", "team", "env"].iter().map(|label| format!("{label}={}", dice.pick(&VALUES))).collect();
            let labels: Vec<&str> = labels[..dice.roll(4)].iter().map(String::as_str).collect();
            let ours = [&["routes", "test", "alertmanager.yml"], labels.as_slice()].concat();
            let theirs = [&["config", "routes", "test", "--config.file=alertmanager.yml"], labels.as_slice()].concat();
            let [ours, theirs] = folder.both("alertmanager.yml", &config, &ours, (AMTOOL, &theirs));
            answers += 1;
            let named = theirs.out.lines().find(|line| !line.starts_with("time=")).unwrap_or_default();
            if ours.status != theirs.status || ours.out.lines().next().unwrap_or_default() != named {
                unlike.push(format!(
                    "{config}\n{labels:?}\namtool: {}{}\npromcheck: {}{}",
                    theirs.out, theirs.error, ours.out, ours.error
                ));
            }
        }
    }
    judge("routes", answers, &unlike);
}
