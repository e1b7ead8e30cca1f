//! Which expressions are valid, and where the first error is, as promtool 3.5.3 says.
//!
//! promcheck follows Prometheus 3.14 with all feature flags on, the verdicts come from 3.5.3 without any.
//! An expression that uses what 3.5.3 does not have, or has behind a flag, is therefore expected to be
//! refused there; [`is_known_to_old`] lists it all.

use promcheck::{
    promql::{Expr, Query, ast::BinaryOp},
    text::{Excerpt, FileId},
};
use serde_json::Value;

use super::board::{Data, Suite};

pub fn run(data: &Data) -> Vec<Suite> {
    let mut positions = Suite::new("promql/error-position");
    let mut suites = Vec::new();
    for (name, file) in [
        ("promql/valid-rules", "expr/rules.jsonl"),
        ("promql/valid-mutants", "expr/mutants.jsonl"),
        ("promql/valid-upstream", "expr/promqltest.jsonl"),
    ] {
        let mut suite = Suite::new(name);
        for row in data.rows(file) {
            judge(&row["expr"], &row["valid"], &row["error"], &mut suite, &mut positions);
        }
        suites.push(suite);
    }
    // What upstream's own scripts evaluate, 3.14 reads with all its flags on.
    let mut current = Suite::new("promql/valid-upstream-3.14");
    for row in data.rows("expr/promqltest.jsonl") {
        let query = Query::parse(Excerpt::whole(FileId(0), row["expr"].as_str().unwrap_or_default()));
        current.case(query.valid().is_some(), || format!("{}: {:?}", row["expr"], query.errors()));
    }
    suites.push(current);
    let mut raw = Suite::new("promql/valid-dashboards-raw");
    let mut substituted = Suite::new("promql/valid-dashboards-substituted");
    for row in data.rows("expr/dashboards.jsonl") {
        judge(&row["expr"], &row["valid_raw"], &row["error_raw"], &mut raw, &mut positions);
        if row["subst"].is_string() {
            judge(&row["subst"], &row["valid_subst"], &row["error_subst"], &mut substituted, &mut positions);
        }
    }
    suites.extend([raw, substituted, positions]);
    suites
}

fn judge(text: &Value, valid: &Value, error: &Value, verdicts: &mut Suite, positions: &mut Suite) {
    let (Some(text), Some(valid)) = (text.as_str(), valid.as_bool()) else { return };
    let error = error.as_str().unwrap_or_default();
    let query = Query::parse(Excerpt::whole(FileId(0), text));
    let accepted = query.valid().is_some_and(|expr| is_known_to_old(&query, expr));
    let valid = valid && !is_old_slip(text);
    verdicts.case(accepted == valid, || {
        let ours = query.errors().first().map_or("accepted", |error| error.message.as_str());
        format!("{text}\n  promtool: {error}\n  promcheck: {ours}")
    });
    let Some(theirs) = place(error) else { return };
    let Some(first) = query.errors().first() else { return };
    let ours = query.position(first.span);
    positions.case(ours == theirs, || format!("{text}\n  promtool: {error}\n  promcheck: {ours:?} {}", first.message));
}

/// Line and column of `…LINE:COLUMN: parse error…`.
fn place(error: &str) -> Option<(usize, usize)> {
    let before = error.split(": parse error").next()?;
    let (rest, column) = before.rsplit_once(':')?;
    let line = rest.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    Some((line.parse().ok()?, column.parse().ok()?))
}

/// Whether promtool 3.5.3, without feature flags, knows all that the expression uses.
fn is_known_to_old(query: &Query, expr: &Expr) -> bool {
    let new_function = |name: &str| name == "first_over_time";
    query.features().is_empty()
        && !expr.calls().any(|call| new_function(&call.function.value))
        && !expr.walk().any(|expr| match expr {
            Expr::Binary(binary) => matches!(binary.op.value, BinaryOp::TrimUpper | BinaryOp::TrimLower),
            _ => false,
        })
}

/// Whether a number, spaces and one letter stand in brackets: `[5 m]`. The lexer of 3.5.3 takes the letter
/// for the colon of a subquery (and so reads `[5s:]`); 3.14 refuses it.
fn is_old_slip(text: &str) -> bool {
    text.split('[').skip(1).filter_map(|rest| rest.split(']').next()).any(|inside| {
        let unit = inside.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
        unit.starts_with(' ') && unit.trim().len() == 1
    })
}
