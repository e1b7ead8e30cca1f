//! Expressions over series, evaluated by `test rules`.

use super::{Dice, Folder, PROMTOOL, judge, rounds};

/// Expressions of one file.
const EXPRESSIONS: usize = 60;

const METRICS: [&str; 5] = ["g", "k", "c_total", "g", "b_bucket"];
const LABELS: [(&str, [&str; 3]); 3] =
    [("job", ["a", "b", "c"]), ("inst", ["1", "2", "3"]), ("code", ["200", "404", "500"])];
const NUMBERS: [&str; 14] =
    ["0", "1", "-1", "2", "0.5", "1e3", "3.7", "NaN", "Inf", "-Inf", "1e-7", "100", "0x1F", "5m"];
const OVER_TIME: [&str; 18] = [
    "avg_over_time",
    "min_over_time",
    "max_over_time",
    "sum_over_time",
    "count_over_time",
    "stddev_over_time",
    "stdvar_over_time",
    "last_over_time",
    "present_over_time",
    "rate",
    "increase",
    "delta",
    "irate",
    "idelta",
    "deriv",
    "changes",
    "resets",
    "absent_over_time",
];
const OF_VECTORS: [&str; 26] = [
    "abs",
    "ceil",
    "floor",
    "exp",
    "ln",
    "log2",
    "log10",
    "sqrt",
    "sgn",
    "sort",
    "absent",
    "timestamp",
    "sin",
    "cos",
    "tanh",
    "acosh",
    "deg",
    "rad",
    "day_of_week",
    "hour",
    "minute",
    "month",
    "days_in_month",
    "year",
    "day_of_year",
    "round",
];

/// The values of a series: constant, rising, broken off, gone.
fn values(dice: &mut Dice) -> String {
    let mut parts = Vec::new();
    for _ in 0..3 + dice.roll(6) {
        let count = 1 + dice.roll(6);
        parts.push(match dice.roll(12) {
            0 => format!("_x{count}"),
            1 => "stale".to_owned(),
            2 => dice.pick(&["NaN", "Inf", "-Inf", "1e300", "-0"]).to_owned(),
            3..=7 => format!("{}+{}x{count}", dice.pick(&["0", "1", "10", "2.5"]), dice.pick(&["1", "0", "3", "0.5"])),
            8 => format!("{}-{}x{count}", dice.pick(&["10", "5", "-2"]), dice.pick(&["1", "2.5"])),
            _ => dice.roll(20).to_string(),
        });
    }
    parts.join(" ")
}

fn series(dice: &mut Dice) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut add = |name: String, values: String| {
        if all.iter().all(|(other, _)| *other != name) {
            all.push((name, values));
        }
    };
    for metric in &METRICS[..3] {
        for _ in 0..2 + dice.roll(4) {
            let mut labels = Vec::new();
            for (label, values) in LABELS {
                if dice.chance(80) {
                    labels.push(format!("{label}=\"{}\"", dice.pick(&values)));
                }
            }
            add(format!("{metric}{{{}}}", labels.join(",")), values(dice));
        }
    }
    for le in ["0.1", "1", "5", "+Inf"] {
        let (first, step) = (dice.roll(9), dice.roll(9));
        add(format!("b_bucket{{job=\"a\",le=\"{le}\"}}"), format!("{first}+{step}x30"));
    }
    all
}

fn offset(dice: &mut Dice) -> &'static str {
    let far = [" offset 1m", " offset -1m", " offset 90s", " offset 5m", " @ 60", " @ start()", " @ end()", " @ -10"];
    if dice.chance(15) { dice.pick(&far) } else { "" }
}

fn selector(dice: &mut Dice) -> String {
    let (label, values) = dice.pick(&LABELS);
    let value = if dice.chance(60) { dice.pick(&values) } else { dice.pick(&["", "a|b", ".+", ".*", "[ab]", "4.."]) };
    let op = dice.pick(&["=", "!=", "=~", "!~"]);
    let metric = dice.pick(&METRICS);
    if dice.chance(30) { format!("{metric}{{{label}{op}\"{value}\"}}") } else { metric.to_owned() }
}

fn range(dice: &mut Dice, depth: usize) -> String {
    if depth > 0 && dice.chance(15) {
        let (wide, step) = (dice.pick(&["5m", "3m", "90s"]), dice.pick(&["1m", "30s", "", "45s"]));
        return format!("({})[{wide}:{step}]{}", vector(dice, depth - 1), offset(dice));
    }
    format!("{}[{}]{}", selector(dice), dice.pick(&["1m", "2m", "5m", "3m30s", "61s", "15m"]), offset(dice))
}

fn scalar(dice: &mut Dice, depth: usize) -> String {
    match if depth == 0 { 0 } else { dice.roll(8) } {
        0..=4 => dice.pick(&NUMBERS).to_owned(),
        5 => "time()".to_owned(),
        6 => format!("scalar({})", vector(dice, depth - 1)),
        _ => {
            let op = dice.pick(&["+", "-", "*", "/", "%", "^", "> bool"]);
            format!("({} {op} {})", scalar(dice, depth - 1), scalar(dice, depth - 1))
        }
    }
}

fn some_labels(dice: &mut Dice) -> String {
    LABELS.iter().filter(|_| dice.chance(50)).map(|(label, _)| *label).collect::<Vec<_>>().join(", ")
}

fn vector(dice: &mut Dice, depth: usize) -> String {
    let Some(below) = depth.checked_sub(1) else { return format!("{}{}", selector(dice), offset(dice)) };
    match dice.roll(20) {
        0..=4 => format!("{}({})", dice.pick(&OVER_TIME), range(dice, depth)),
        5 => format!("quantile_over_time({}, {})", scalar(dice, below), range(dice, depth)),
        6 => format!("predict_linear({}, {})", range(dice, depth), scalar(dice, below)),
        7..=9 => {
            let name = dice.pick(&["sum", "avg", "min", "max", "count", "stddev", "stdvar", "group", "quantile"]);
            let grouping = match dice.roll(3) {
                0 => String::new(),
                1 => format!(" by ({})", some_labels(dice)),
                _ => format!(" without ({})", some_labels(dice)),
            };
            let parameter = if name == "quantile" { format!("{}, ", scalar(dice, below)) } else { String::new() };
            format!("{name}{grouping} ({parameter}{})", vector(dice, below))
        }
        10..=11 => format!("{}({})", dice.pick(&OF_VECTORS), vector(dice, below)),
        12 => format!("clamp_max({}, {})", vector(dice, below), scalar(dice, below)),
        13 => {
            let to = dice.pick(&["job", "new", "inst"]);
            let pattern = dice.pick(&["(.*)", "(a|b)", "([0-9]).*", "", "c"]);
            format!("label_replace({}, \"{to}\", \"x$1\", \"job\", \"{pattern}\")", vector(dice, below))
        }
        14 => format!("histogram_quantile({}, rate(b_bucket[5m]))", scalar(dice, below)),
        15 => format!("-{}", vector(dice, below)),
        16 => {
            let op = dice.pick(&["+", "-", "*", "/", "%", "^", "==", "!=", ">", "<=", "atan2", "< bool"]);
            format!("{} {op} {}", vector(dice, below), scalar(dice, below))
        }
        _ => {
            let op = dice.pick(&["+", "-", "*", "/", "and", "or", "unless", "> bool", "== bool"]);
            let is_of_sets = matches!(op, "and" | "or" | "unless");
            let mut matching = match dice.roll(3) {
                0 => String::new(),
                one => format!(" {} ({})", if one == 1 { "on" } else { "ignoring" }, some_labels(dice)),
            };
            if !is_of_sets && !matching.is_empty() && dice.chance(50) {
                matching += dice.pick(&[" group_left ()", " group_right ()"]);
            }
            format!("{} {op}{matching} {}", vector(dice, below), vector(dice, below))
        }
    }
}

fn in_yaml(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A test of expressions that all fail, so that what they give is told.
fn test_file(dice: &mut Dice) -> String {
    let mut text = "tests:\n- interval: 1m\n  input_series:\n".to_owned();
    for (name, values) in series(dice) {
        text += &format!("  - {{series: {}, values: {}}}\n", in_yaml(&name), in_yaml(&values));
    }
    text += "  promql_expr_test:\n";
    for _ in 0..EXPRESSIONS {
        let depth = 1 + dice.roll(3);
        let (expr, at) = (vector(dice, depth), dice.pick(&["0", "1m", "5m", "10m", "12m30s", "29m", "40m", "7m1s"]));
        text +=
            &format!("  - {{expr: {}, eval_time: {at}, exp_samples: [{{labels: no, value: 1}}]}}\n", in_yaml(&expr));
    }
    text
}

/// What is said of each expression.
fn items(said: &str) -> Vec<&str> {
    let starts: Vec<usize> = said.match_indices("    expr: ").map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([said.len()]);
    starts.iter().zip(ends).map(|(start, end)| said[*start..end].trim()).collect()
}

/// Whether the same is said: numbers but for rounding, errors in whatever words.
fn is_alike(ours: &str, theirs: &str) -> bool {
    let (ours, ours_err) = ours.split_once(", err: ").map_or((ours, false), |(expr, _)| (expr, true));
    let (theirs, theirs_err) = theirs.split_once(", err: ").map_or((theirs, false), |(expr, _)| (expr, true));
    let words = |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    let is_near = |one: &str, other: &str| {
        let number = |text: &str| text.trim_end_matches(',').parse::<f64>();
        one == other
            || matches!((number(one), number(other)), (Ok(one), Ok(other)) if (one - other).abs() <= 1e-9 * one.abs().max(other.abs()))
    };
    let (one, other) = (words(ours), words(theirs));
    ours_err == theirs_err && one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| is_near(one, other))
}

#[test]
fn expressions_give_the_same() {
    let folder = Folder::of("expressions");
    let (mut answers, mut unlike) = (0, Vec::new());
    for mut dice in rounds(PROMTOOL, 4) {
        let test = test_file(&mut dice);
        let words = ["test", "rules", "test.yml"];
        let [ours, theirs] = folder.both("test.yml", &test, &words, (PROMTOOL, &words));
        let (ours, theirs) = (items(&ours.error), items(&theirs.error));
        assert_eq!((ours.len(), theirs.len()), (EXPRESSIONS, EXPRESSIONS), "{test}\n{ours:?}\n{theirs:?}");
        answers += EXPRESSIONS;
        let series = test.split("  promql_expr_test").next().unwrap_or_default();
        let pairs = ours.iter().zip(&theirs).filter(|(ours, theirs)| !is_alike(ours, theirs));
        unlike.extend(pairs.map(|(ours, theirs)| format!("{series}\npromtool: {theirs}\npromcheck: {ours}")));
    }
    judge("expressions", answers, &unlike);
}
