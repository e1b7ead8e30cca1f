//! Rule files before and after, by hand.

use proptest::prelude::*;

use super::*;
use crate::workspace::load_texts;

/// The file after one run, which a second leaves alone.
fn after(text: &str) -> String {
    let once = |text: &str| {
        let workspace = load_texts(vec![("rules.yml".to_owned(), text.to_owned())]);
        laid_out(&workspace, FileId(0)).unwrap_or_else(|| text.to_owned())
    };
    let first = once(text);
    assert_eq!(once(&first), first, "a second run changes {text:?}");
    first
}

fn file(rule: &str) -> String {
    format!("# rules\ngroups:\n- name: a  # the first\n  rules:\n  - alert: A\n    {rule}\n    for:   5m\n")
}

const LONG: &str = "sum by (job) (rate(first_metric_total{job=\"api\"}[5m])) / sum by (job) (rate(second_metric_total{job=\"api\"}[5m])) > 1";
const LINES: [&str; 5] = [
    "sum by (job) (rate(first_metric_total{job=\"api\"}[5m]))",
    "/",
    "  sum by (job) (rate(second_metric_total{job=\"api\"}[5m]))",
    ">",
    "  1",
];

#[test]
fn each_style_stays_valid() {
    for (before, expected) in [
        ("expr: sum(x)by(job)", "expr: sum by (job) (x)"),
        ("expr: sum(x)by(job)  # why", "expr: sum by (job) (x)  # why"),
        ("expr:\n      sum(x)\n      by(job)", "expr:\n      sum by (job) (x)"),
        ("expr: 'x{a=\"b\"}>1'", "expr: 'x{a=\"b\"} > 1'"),
        ("expr: \"x{a='b'}>1\"", "expr: \"x{a=\\\"b\\\"} > 1\""),
        ("expr: |\n      sum(x)\n        by(job)", "expr: |\n      sum by (job) (x)"),
        ("expr: >-  # folded\n        up==0", "expr: >-  # folded\n        up == 0"),
        ("expr: \"up == 0\"", "expr: \"up == 0\""),
        ("expr: x{a='#'}>1", "expr: x{a=\"#\"} > 1"),
        // What cannot be laid out stays.
        ("expr: sum(x", "expr: sum(x"),
        ("expr: |\n      sum(x) # of all\n      by(job)", "expr: |\n      sum(x) # of all\n      by(job)"),
        ("expr: x{a='b #'}>1", "expr: x{a='b #'}>1"),
    ] {
        let (before, expected) = (file(before), file(expected));
        assert_eq!(after(&before), expected, "{before}");
    }
}

#[test]
fn long_expressions_become_blocks() {
    let lines = |indent: &str| LINES.map(|line| format!("\n{indent}{line}")).concat();
    for (before, expected) in [
        (format!("expr: {LONG}"), format!("expr: |-{}", lines("      "))),
        (format!("expr:\n      {LONG}"), format!("expr: |-{}", lines("      "))),
        (format!("expr: '{LONG}'"), format!("expr: |-{}", lines("      "))),
        (format!("expr: >\n          {LONG}\n"), format!("expr: >{}\n", lines("          "))),
        (format!("expr: {LONG}  # why"), format!("expr: {LONG}  # why")),
    ] {
        assert_eq!(after(&file(&before)), file(&expected), "{before}");
    }
    let item = format!("groups:\r\n- name: a\r\n  rules:\r\n  - expr: {LONG}\r\n    record: a:b\r\n");
    let lines = lines("      ").replace('\n', "\r\n");
    assert_eq!(after(&item), item.replace(&format!(" {LONG}"), &format!(" |-{lines}")));
}

#[test]
fn brackets_and_aliases_are_left_alone() {
    let flow =
        format!("groups: [{{name: a, rules: [{{record: b,\n expr: '{LONG}'\n}}, {{record: c, expr: 'up==0'}}]}}]\n");
    assert_eq!(after(&flow), flow.replace("up==0", "up == 0"));
    let alias = "groups:\n- name: a\n  rules:\n  - {record: b, expr: &e up==0}\n  - {record: c, expr: *e}\n";
    assert_eq!(after(alias), alias.replace("up==0", "up == 0"));
}

proptest! {
    #[test]
    fn nothing_but_expressions_changes(
        name in "[a-z]{1,8}", style in 0..5usize, long in any::<bool>(), comment in "( {1,3}# [a-z ]{0,9})?",
    ) {
        let expr = if long { LONG } else { "up   ==0" };
        let scalar = match style {
            0 => format!("{expr}{comment}"),
            1 => format!("'{expr}'{comment}"),
            2 => format!("\"{}\"{comment}", expr.replace('"', "\\\"")),
            3 => format!("|{comment}\n          {expr}"),
            _ => format!(">-{comment}\n          {expr}"),
        };
        let text = file(&format!("expr: {scalar}\n    labels: {{team:   {name}}}"));
        let laid_out = after(&text);
        let (head, tail) = (text.split("expr:").next(), text.split("labels:").nth(1));
        prop_assert_eq!(laid_out.split("expr:").next(), head);
        prop_assert_eq!(laid_out.split("labels:").nth(1), tail);
        prop_assert!(laid_out.contains(&comment));
    }
}
