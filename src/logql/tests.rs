//! What Loki reads and what it refuses. Expected values are those of Loki's own grammar and checks
//! (`pkg/logql/syntax`, version 3).

use proptest::prelude::*;

use crate::text::{Excerpt, FileId};

use super::{
    Query,
    ast::{Expr, Parser, StageKind},
};

fn read(text: &str) -> Query {
    Query::parse(Excerpt::whole(FileId(0), text))
}

#[test]
fn reads_what_loki_reads() {
    for text in [
        r#"{app="shop"}"#,
        r#"{app="shop", env!="dev", job=~"a.+", pod!~"b|c"}"#,
        r#"{app="shop"} |= "error" != "timeout" |~ "5\\d\\d" !~ `a|b`"#,
        r#"{app="shop"} |= "error" or "fatal""#,
        r#"{app="shop"} |= ip("10.0.0.0/8") |> "<_> error <_>""#,
        r#"{app="shop"} | json | level="error" and status >= 500 or took > 1.5s, size < 20MB"#,
        r#"{app="shop"} | json status, method="request.method" | status != 200"#,
        r#"{app="shop"} | logfmt --strict --keep-empty | (level="error" or level="warn") status=500"#,
        r#"{app="shop"} | regexp "(?P<method>\\w+) (?P<path>\\S+)" | unpack | decolorize"#,
        r#"{app="shop"} | pattern "<ip> - <_> [<_>] \"<method> <path>\"" | line_format "{{.path}}""#,
        r#"{app="shop"} | label_format a=b, c="{{.d}}" | drop e, f="g" | keep a"#,
        r#"{app="shop"} | addr = ip("10.0.0.1") | addr != ip("10.0.0.0/8")"#,
        r#"rate({app="shop"} |= "error" [5m])"#,
        r#"rate({app="shop"}[5m] |= "error")"#,
        r#"rate(({app="shop"} |= "error")[5m])"#,
        r#"count_over_time({app="shop"}[1h] offset 1d)"#,
        r#"sum by (level) (count_over_time({app="shop"} | json [5m]))"#,
        r#"sum(count_over_time({app="shop"}[5m])) by (level) > 10"#,
        r#"topk(5, sum by (path) (rate({app="shop"}[1m])))"#,
        r#"quantile_over_time(0.99, {app="shop"} | json | unwrap duration(took) | __error__="" [1m]) by (path)"#,
        r#"sum(rate({a="b"}[1m])) / ignoring (x) group_left sum(rate({a="c"}[1m])) * 100 ^ 2"#,
        r#"sum(rate({a="b"}[1m])) > bool 5 or vector(0)"#,
        r#"label_replace(rate({a="b"}[1m]), "x", "$1", "y", "(.*)")"#,
        "# all\nsum(rate({a=\"b\"}[1m])) - -1",
        r#"rate({a="b"} | unwrap x [1m])"#,
        r#"absent_over_time({a="b"}[1m])"#,
        r#"{a="b"} | json|level="x"|line_format "y""#,
        r#"SUM(RATE({a="b"}[1m]))"#,
    ] {
        let query = read(text);
        assert!(
            query.valid().is_some(),
            "{text}: {:?}",
            query.errors.iter().map(|error| &error.message).collect::<Vec<_>>()
        );
    }
}

#[test]
fn says_what_is_wrong_and_where() {
    for (text, place, message) in [
        ("", 0..0, "there is no expression"),
        ("{}", 0..2, "no matcher refuses the empty value, so Loki refuses the selector"),
        (r#"{a=~".*"}"#, 0..9, "no matcher refuses the empty value, so Loki refuses the selector"),
        (r#"{a="b",}"#, 7..8, "expected the name of a label, found `}`"),
        (r#"{a="b""#, 6..6, "expected `,` or `}` after a matcher, but the expression ends"),
        (r#"{a='b'}"#, 3..4, "LogQL has no strings in single quotes"),
        (r#"{a="b"} |= error"#, 11..16, "expected a text in quotes after the filter, found `error`"),
        (r#"{a="b"} | level"#, 15..15, "expected a comparison after the label `level`, but the expression ends"),
        (r#"{a="b"} | level=~5"#, 17..18, "expected a regular expression in quotes, found `5`"),
        (r#"{a=~"("}"#, 4..7, "this is no regular expression"),
        (r#"{a="b"} |~ "[" "#, 11..14, "this is no regular expression"),
        (r#"{a="b"} | regexp "x""#, 17..20, "the expression names no capture"),
        (r#"{a="b"} | pattern "x <_>""#, 18..25, "the pattern names no capture"),
        (r#"{a="b"} | pattern "<x><y>""#, 18..26, "two captures of the pattern touch"),
        (r#"{a="b"} |> "<x>""#, 11..16, "a pattern that filters lines names no captures"),
        (r#"rate({a="b"})"#, 12..13, "expected a window such as `[5m]`, found `)`"),
        (r#"rate({a="b"}[5x])"#, 12..16, "`5x` is no window"),
        (r#"rate({a="b"}[5m:1m])"#, 12..19, "LogQL has no subqueries"),
        (r#"sum({a="b"})"#, 4..11, "`sum` takes numbers, but these are lines"),
        (r#"{a="b"} + 1"#, 0..7, "`+` takes numbers, but these are lines"),
        (r#"sum_over_time({a="b"}[1m])"#, 0..13, "`sum_over_time` needs an unwrapped label"),
        (r#"count_over_time({a="b"} | unwrap x [1m])"#, 33..34, "`count_over_time` works on lines"),
        (r#"rate({a="b"}[1m]) by (x)"#, 18..24, "`rate` cannot be grouped"),
        (r#"topk(rate({a="b"}[1m]))"#, 0..4, "`topk` needs a number first"),
        (r#"quantile_over_time({a="b"} | unwrap x [1m])"#, 0..18, "`quantile_over_time` needs a quantile first"),
        (r#"sum(rate({a="b"}[1m])"#, 21..21, "expected `)` to close the function, but the expression ends"),
        ("up", 0..2, "expected a selector such as `{app=\"shop\"}`, a function or a number, found `up`"),
        (r#"{a="b"} | json | "x""#, 17..20, "expected a parser, a format or a filter of labels after `|`"),
        (r#"{a="b"} | label_format x=y, x=z"#, 28..29, "one `label_format` makes `x` twice"),
        (r#"{a="b"} | label_format __error__=y"#, 23..32, "`__error__` cannot be formatted"),
        (r#"{a="\d"}"#, 3..7, "the string has an escape that does not exist"),
    ] {
        let query = read(text);
        let [error] = query.errors.as_slice() else { panic!("{text}: {:?}", query.errors) };
        assert!(error.message.starts_with(message), "{text}: {}", error.message);
        assert_eq!(error.span.range(), place, "{text}: {}", error.message);
    }
}

#[test]
fn keeps_what_checks_ask_for() {
    let query = read(r#"sum by (a) (rate({app="x"} | json b, c="d" | unwrap e [5m]))"#);
    let Some(Expr::Vector(sum)) = query.valid() else { panic!("a sum") };
    assert_eq!(sum.grouping.as_ref().map(|grouping| grouping.labels[0].value.as_str()), Some("a"));
    let range = query.expr.as_ref().and_then(|expr| expr.ranges().next()).expect("a window");
    assert_eq!(range.range.window.value, 300.0);
    assert_eq!(range.range.unwrap.as_ref().map(|label| label.value.as_str()), Some("e"));
    let StageKind::Parser(Parser::Json(labels)) = &range.range.log.stages[0].kind else { panic!("a parser") };
    assert_eq!(labels.iter().map(|label| label.value.as_str()).collect::<Vec<_>>(), ["b", "c"]);
}

#[test]
fn bounds_its_depth() {
    let deep = format!("{}1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(read(&deep).errors[0].message.contains("brackets inside each other"));
    let long = vec!["1"; 5000].join(" ^ ");
    assert!(!read(&long).errors.is_empty());
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in r#"[a-z{}()\[\]|=~!<>"`'\\.,0-9 é]{0,60}"#) {
        let query = read(&text);
        prop_assert_eq!(query.expr.is_none(), query.expr.is_none() && !query.errors.is_empty());
        for error in &query.errors {
            prop_assert!(error.span.end as usize <= text.len());
        }
    }
}
