//! Chains of very many operators, as machines write them: all that works on expressions takes them.

use std::thread;

use crate::text::{Excerpt, FileId};

use super::{
    Expr, Query, STACK,
    flow::Flow,
    functions::ValueType,
    values::{self, Outcome, Values},
};

/// How many operators there are.
pub const MANY: usize = 20_000;

/// Works with as much room as so many operators may need, of all those that there may be.
pub fn with_room(work: impl FnOnce() + Send + 'static) {
    let room = STACK / 50_000 * (MANY + 1);
    let thread = thread::Builder::new().stack_size(room).spawn(work).expect("there is room for a thread");
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

/// An operand, and the same operand again and again behind an operator.
pub fn chain(first: &str, op: &str, operand: &str) -> String {
    format!("{first}{}", format!(" {op} {operand}").repeat(MANY))
}

fn parse(text: &str) -> Query {
    Query::parse(Excerpt::whole(FileId(0), text))
}

fn expr(query: &Query) -> &Expr {
    query.valid().unwrap_or_else(|| panic!("{:?}", query.errors()))
}

#[test]
fn are_read() {
    with_room(|| {
        for op in
            ["+", "-", "*", "/", "%", "atan2", "==", ">", "<=", "and", "or", "unless", "+ on (job) group_left (a)"]
        {
            let query = parse(&chain("x", op, "y{a=\"b\"}"));
            let expr = expr(&query);
            assert_eq!((expr.operators() as usize, expr.walk().count()), (MANY, 2 * MANY + 1), "{op}");
            assert_eq!(expr.selections().count(), MANY + 1, "{op}");
            assert!(expr.is_long() && !expr.is_broken(), "{op}");
        }
    });
}

#[test]
fn have_a_type() {
    with_room(|| {
        for (first, op, operand, expected) in [
            ("1", "+", "2", ValueType::Scalar),
            ("1", "> bool", "time()", ValueType::Scalar),
            ("x", "*", "2", ValueType::InstantVector),
            ("2", "*", "x", ValueType::InstantVector),
            ("x", "or", "y", ValueType::InstantVector),
        ] {
            assert_eq!(expr(&parse(&chain(first, op, operand))).value_type(), Some(expected), "{first} {op} {operand}");
        }
        let text = chain("x[5m]", "+", "y");
        let query = parse(&text);
        let marked: Vec<&str> = query.errors().iter().map(|error| &text[query.range_of(error.span)]).collect();
        assert_eq!(marked, ["x[5m]"]);
    });
}

#[test]
fn are_printed_copied_and_compared() {
    with_room(|| {
        let text = chain("x{a=\"1\"}", "unless on (job)", "y{a=\"b\",c=\"d\"} offset 5m");
        let query = parse(&text);
        let expr = expr(&query);
        assert_eq!(expr.to_string(), text);
        let copy = expr.clone();
        assert!(*expr == copy && expr.is_same_as(&copy));
        assert!(format!("{expr:?}").len() > text.len());
        let other = parse(&chain("x{a=\"2\"}", "unless on (job)", "y{a=\"b\",c=\"d\"} offset 5m"));
        assert!(!expr.is_same_as(other.valid().expect("an expression")));
    });
}

#[test]
fn let_labels_flow() {
    with_room(|| {
        let flow = |text: &str| Flow::of(expr(&parse(text)), &());
        let all = flow(&chain("x{job=\"a\"}", "or", "y{job=\"a\"}"));
        assert_eq!(all.label("job").value(), Some("a"));
        let one_less = flow(&chain("x", "or", "y{job=\"a\"}"));
        assert!(!one_less.label("job").is_certain());
        let reduced = flow(&chain("x{job=\"a\"}", "+ on (pod)", "y"));
        assert!(reduced.label("job").is_absent());
    });
}

#[test]
fn have_values_that_nobody_follows() {
    with_room(|| {
        for (first, op, operand) in [("1", "+", "1"), ("x", "> bool", "2"), ("vector(1)", "or", "vector(1)")] {
            let query = parse(&chain(first, op, operand));
            let expr = expr(&query);
            assert_eq!(Values::of(expr, &()), Values::ANY, "{op}");
            assert_eq!(Outcome::of(expr, &()), Outcome::Depends, "{op}");
            assert!(values::reasons(expr, &()).is_empty() && values::culprit(expr, &()).is_none(), "{op}");
        }
        let short = format!("1{}", " + 1".repeat(200));
        assert_eq!(Values::of(expr(&parse(&short)), &()).constant(), Some(201.0));
    });
}

#[test]
fn nests_of_shares_are_followed_once() {
    // Were each level asked for twice, this would never end.
    const LEVELS: usize = 60;
    for (open, inner, close, least) in [
        ("rate(x_total[5m]) / sum(", "rate(x_total[5m])", ")", 0.0),
        ("rate(x_total[5m]) / (rate(x_total[5m]) + ", "rate(y_total[5m])", ")", 0.0),
        ("sum((", "x", ") == bool 1) / count(x)", 0.0),
        ("(sum(x_total) - ", "sum(x_total)", ") / sum(x_total)", f64::NEG_INFINITY),
    ] {
        let text = format!("{}{inner}{}", open.repeat(LEVELS), close.repeat(LEVELS));
        let query = parse(&text);
        let values = Values::of(expr(&query), &());
        assert_eq!((values.least, values.most), (least, f64::INFINITY), "{open}");
        assert_eq!(Outcome::of(expr(&query), &()), Outcome::Whenever, "{open}");
    }
    let short = "rate(x_total[5m]) / (rate(x_total[5m]) + rate(y_total[5m]))";
    assert_eq!(Values::of(expr(&parse(short)), &()), Values::SHARE);
}
