//! What must hold for every text: reading never panics, places nest, printing and reading agree.

use std::sync::LazyLock;

use proptest::prelude::*;
use regex::Regex;

use super::{Expr, Query};
use crate::text::{Excerpt, ExcerptBuilder, FileId, Span};

fn parse(text: &str) -> Query {
    Query::parse(Excerpt::whole(FileId(0), text))
}

/// The tree without its places.
fn shape(expr: &Expr) -> String {
    static PLACES: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b\d+:\d+\.\.\d+").unwrap());
    PLACES.replace_all(&format!("{expr:?}"), "").into_owned()
}

/// Pieces of PromQL, to be put together at random.
fn soup() -> impl Strategy<Value = String> {
    let pieces = [
        "sum",
        "rate",
        "by",
        "without",
        "on",
        "ignoring",
        "group_left",
        "bool",
        "offset",
        "@",
        "start",
        "step",
        "fill",
        "anchored",
        "and",
        "or",
        "unless",
        "atan2",
        "inf",
        "1",
        "0x1F",
        "5m",
        "1h30m",
        "1.5h",
        "\"a\"",
        "'b\\n'",
        "`c`",
        "\"\\q",
        "foo",
        "a:b",
        "$x",
        "é",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "=",
        "=~",
        "!~",
        "!=",
        "==",
        ">",
        "</",
        "+",
        "-",
        "*",
        "/",
        "%",
        "^",
        " ",
        "\n",
        "# c\n",
        "{a=\"b\"}",
        "[5m]",
        "[1h:5m]",
        "(x)",
        "max_of",
        "&&",
        "!",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.concat())
}

/// Well-formed expressions.
fn expression() -> impl Strategy<Value = String> {
    let selector = prop::sample::select(vec![
        "up",
        "job:errors:rate5m",
        "sum",
        "fill",
        "up{job=\"api\"}",
        "{job!=\"\", instance=~\"a.+|b\",}",
        "{\"odd name\", \"odd label\"=\"é\\\"\\\\\"}",
        "x{a='it\\'s', b=`\\d`}",
    ]);
    let duration =
        prop::sample::select(vec!["5m", "300", "1h30m", "0.5", "5m + step()", "(2 ^ 2) * 1m", "max_of(1m, range())"]);
    let times =
        prop::sample::select(vec!["", " offset 5m", " offset -1.5", " @ 1609746000.25", " @ end() offset (1m * 2)"]);
    let ranged = (selector.clone(), duration.clone(), times.clone())
        .prop_map(|(selector, duration, times)| format!("{selector}[{duration}]{times}"));
    let leaf = prop_oneof![
        (selector, times.clone()).prop_map(|(selector, times)| format!("{selector}{times}")),
        ranged,
        prop::sample::select(vec!["1", "-0.5", "1e300", "017", "Inf", "NaN", "5m", "-1h", "\"a\\tb\""])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(5, 40, 3, move |inner| {
        let op = prop::sample::select(vec![
            "+",
            "- ",
            "*",
            "/",
            "% on (a, \"b c\")",
            "^",
            "== bool",
            ">",
            "and",
            "or",
            "unless ignoring (x)",
            "atan2",
            "* on () group_left ()",
            "/ ignoring (a) group_right (b)",
            "+ fill (1)",
            "</",
            "- on (a) fill_left (2) fill_right (-3)",
        ]);
        let head = prop::sample::select(vec![
            "sum",
            "avg by (job)",
            "count without ()",
            "MIN without (a, on)",
            "rate",
            "abs",
            "vector",
        ]);
        prop_oneof![
            (inner.clone(), op, inner.clone()).prop_map(|(left, op, right)| format!("{left} {op} {right}")),
            (head, inner.clone()).prop_map(|(head, operand)| format!("{head}({operand})")),
            (inner.clone(), inner.clone()).prop_map(|(k, operand)| format!("topk by (a) ({k}, {operand})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("label_join({a}, \"d\", {b})")),
            (prop::sample::select(vec!["-", "+", "- -"]), inner.clone())
                .prop_map(|(sign, operand)| format!("{sign}{operand}")),
            inner.clone().prop_map(|inner| format!("({inner})")),
            (inner, duration.clone(), times.clone())
                .prop_map(|(inner, range, times)| format!("({inner})[{range}:]{times}")),
        ]
    })
}

/// Fails unless each node lies in its parent and its text reads as the same node.
fn check_places(query: &Query, text: &str) -> Result<(), TestCaseError> {
    let Some(root) = &query.expr else { return Ok(()) };
    let mut nodes = Vec::new();
    root.visit(|visited| nodes.push((visited.expr, visited.ancestors.last().copied())));
    for (expr, parent) in nodes {
        let span = expr.span();
        if let Some(parent) = parent {
            prop_assert!(parent.span().contains(span), "{:?} in {:?}", span, parent.span());
        }
        let again = parse(&text[span.range()]);
        let again = again.expr.as_ref().map(shape);
        prop_assert_eq!(again, Some(shape(expr)), "{}", &text[span.range()]);
    }
    Ok(())
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>()) {
        let query = parse(&text);
        prop_assert!(!query.errors().is_empty() || query.expr.is_some());
    }

    #[test]
    fn never_panics_on_soup(text in soup()) {
        let query = parse(&text);
        let whole = Span::new(FileId(0), 0, text.len() as u32);
        for error in query.errors() {
            prop_assert!(whole.contains(error.span));
            query.position(error.span);
        }
        if let Some(expr) = &query.expr {
            prop_assert!(expr.walk().all(|node| whole.contains(node.span())));
            prop_assert!(!query.errors().is_empty() || !expr.is_broken());
            expr.pretty();
        }
    }

    #[test]
    fn a_hole_leaves_the_rest(broken in soup()) {
        let text = format!("sum(first) + ({broken}) + last");
        let query = parse(&text);
        prop_assert!(query.expr.is_some_and(|expr| expr.to_string().starts_with("sum(first)")));
    }

    #[test]
    fn places_nest(text in expression()) {
        let query = parse(&text);
        prop_assert!(query.expr.is_some());
        check_places(&query, &text)?;
    }

    #[test]
    fn printing_reads_back(text in expression()) {
        let expr = parse(&text).expr;
        prop_assert!(expr.is_some());
        if let Some(expr) = expr {
            let line = expr.to_string();
            for printed in [line.clone(), expr.pretty()] {
                let again = parse(&printed).expr.map(|again| again.to_string());
                prop_assert_eq!(again, Some(line.clone()));
            }
        }
    }

    #[test]
    fn places_are_of_the_file(text in expression()) {
        let file = Excerpt::whole(FileId(3), format!("expr: >-\n  {text}"));
        let mut block = ExcerptBuilder::new(&file);
        block.copy(11..11 + text.len());
        let query = Query::parse(block.finish());
        for node in query.expr.iter().flat_map(Expr::walk) {
            let range = query.range_of(node.span());
            prop_assert_eq!(&text[range.clone()], &file.text()[range.start + 11..range.end + 11]);
            prop_assert_eq!(node.span().file, FileId(3));
        }
    }
}
