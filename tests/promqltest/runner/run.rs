//! Runs one `eval` as Prometheus' runner does: as written, then pinned to its time by `@` and evaluated at others,
//! and each of these once more as the middle of a range query.

use promcheck::{
    engine::{Answer, Answered, Failure, Features, Level, Moments, Options, Plan, Storage, Value},
    promql::{Feature, Query},
    text::{Excerpt, FileId},
};

use super::{
    check::check,
    compare::compare,
    pinned::pinned,
    script::{Eval, Times, Wanted},
};

const MINUTE: i64 = 60_000;

/// The engine as Prometheus sets it up for its tests.
fn options() -> Options {
    Options {
        lookback_delta: 5 * MINUTE,
        default_step: MINUTE,
        features: Features { start_timestamps: true, type_and_unit_labels: false },
        delayed_name_removal: true,
        most_samples: 10_000,
    }
}

/// Runs; the error says what differs.
pub fn run(eval: &Eval, storage: &Storage) -> Result<(), String> {
    let at = match eval.times {
        Times::Range { start, end, step } => {
            let moments = Moments::range(start, end, step);
            return evaluated(eval, &eval.expr, moments, storage).map(drop);
        }
        Times::Instant(at) => match eval.expected.window {
            Some(Times::Range { end, .. }) => end,
            _ => at,
        },
    };
    instant(eval, &eval.expr, at, storage)?;
    let Some(pinned) = pinned(&eval.expr, at) else { return Ok(()) };
    let others = if at == 0 { vec![-1000, 0, 1000] } else { vec![-10 * at, 0, at / 5, at, 10 * at] };
    others.into_iter().try_for_each(|other| {
        instant(eval, &pinned, other, storage).map_err(|why| format!("as `{pinned}` at {other}ms: {why}"))
    })
}

fn instant(eval: &Eval, expr: &str, at: i64, storage: &Storage) -> Result<(), String> {
    let Some(answer) = evaluated(eval, expr, Moments::instant(at), storage)? else { return Ok(()) };
    let depends_on_range = ["start()", "end()", "range()", "step()"].iter().any(|call| expr.contains(call));
    if eval.expected.window.is_some() || matches!(eval.expected.wanted, Wanted::Text(_)) || depends_on_range {
        return Ok(());
    }
    middle_of_range(eval, expr, at, &answer, storage).map_err(|why| format!("in the middle of a range: {why}"))
}

/// Evaluates and compares; gives the answer unless the evaluation was expected to fail.
fn evaluated(eval: &Eval, expr: &str, moments: Moments, storage: &Storage) -> Result<Option<Answer>, String> {
    let query = Query::parse(Excerpt::whole(FileId(0), expr)).with_features(&Feature::ALL);
    let answer = match (evaluate(&query, moments, storage), &eval.expected.failure) {
        (Err(failure), Some(text)) if text.matches(&failure.message) => return Ok(None),
        (Err(failure), Some(text)) => return Err(format!("expected failure {text}, got `{}`", failure.message)),
        (Err(failure), None) => return Err(format!("it fails: {}", failure.message)),
        (Ok(answer), Some(text)) => return Err(format!("expected failure {text}, got {:?}", answer.value)),
        (Ok(answer), None) => answer,
    };
    let notes = |level| answer.notes.texts(level, &query);
    check(&eval.expected, &notes(Level::Warning), &notes(Level::Info))?;
    compare(eval, &answer.value)?;
    Ok(Some(answer))
}

fn evaluate(query: &Query, moments: Moments, storage: &Storage) -> Result<Answer, Failure> {
    match Plan::of(query) {
        Some(plan) => plan.evaluate(storage, moments, &options()),
        None => {
            let message = query.errors().first().map(|error| error.message.clone()).unwrap_or_default();
            Err(Failure::new(query.text.full_span(), message))
        }
    }
}

fn middle_of_range(eval: &Eval, expr: &str, at: i64, instant: &Answer, storage: &Storage) -> Result<(), String> {
    let query = Query::parse(Excerpt::whole(FileId(0), expr)).with_features(&Feature::ALL);
    let moments = Moments::range(at - MINUTE, at + MINUTE, MINUTE);
    let answer = evaluate(&query, moments, storage).map_err(|failure| format!("it fails: {}", failure.message))?;
    if eval.expected.ordered {
        return Ok(());
    }
    let Answered::Matrix(series) = answer.value else { return Err(format!("no matrix: {:?}", answer.value)) };
    if !series.is_sorted_by(|one, other| one.labels <= other.labels) {
        return Err("the series are not sorted by their labels".to_owned());
    }
    let here = series.into_iter().flat_map(|series| {
        let float = series.floats.iter().find(|point| point.at == at).map(|point| Value::Float(point.value));
        let histogram = series.histograms.iter().find(|point| point.at == at);
        let histogram = histogram.map(|point| Value::Histogram(point.value.clone()));
        let labels = series.labels.clone();
        float.into_iter().chain(histogram).map(move |value| (labels.clone(), value))
    });
    let here: Vec<_> = here.collect();
    match (&instant.value, here.first()) {
        (Answered::Scalar(_), Some((_, Value::Float(value)))) => compare(eval, &Answered::Scalar(*value)),
        (Answered::Scalar(_), _) => Err("there is no number".to_owned()),
        _ => compare(eval, &Answered::Vector(here)),
    }
}
