//! What value analysis promises, against what the engine really gives.

use proptest::{collection::vec, prelude::*};

use crate::{
    promql::{
        Query,
        values::{Outcome, Values},
    },
    text::{Excerpt, FileId},
};

use super::{Answered, Labels, Moments, Options, Plan, Storage, Value};

/// The moment of evaluation, in milliseconds.
const NOW: i64 = 600_000;

/// Series that are states, counters and gauges by their name, with a sample every 30 seconds.
fn storage() -> impl Strategy<Value = Storage> {
    let gauge = prop_oneof![
        6 => (-40..40_i32).prop_map(|value| f64::from(value) / 4.0),
        1 => Just(f64::NAN),
        1 => prop_oneof![Just(f64::INFINITY), Just(f64::NEG_INFINITY)],
    ];
    let state = (0..2_i32).prop_map(f64::from);
    let step = (0..5_i32).prop_map(f64::from);
    let labels = || vec((prop::sample::select(vec!["a", "b"]), prop::sample::select(vec!["x", "y", "z"])), 0..5);
    let samples = (vec(state, 20), vec(step, 20), vec(gauge, 20));
    (labels(), labels(), labels(), samples).prop_map(|(up, counters, gauges, (states, steps, values))| {
        let mut storage = Storage::new();
        let mut store = |name: &str, labels: &[(&str, &str)], samples: &[f64]| {
            let mut seen = std::collections::BTreeSet::new();
            for (rank, (job, pod)) in labels.iter().enumerate().filter(|(_, labels)| seen.insert(**labels)) {
                let labels = Labels::of([("__name__", name), ("job", job), ("pod", pod)]);
                for (at, value) in samples.iter().cycle().skip(rank).take(20).enumerate() {
                    storage.append(&labels, at as i64 * 30_000 + 15_000, Value::Float(*value), 0).unwrap();
                }
            }
        };
        store("up", &up, &states);
        let grown: Vec<f64> = steps
            .iter()
            .scan(0.0, |sum, step| {
                *sum += step;
                Some(*sum)
            })
            .collect();
        store("c_total", &counters, &grown);
        store("g", &gauges, &values);
        storage
    })
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "up",
        "up{job=\"a\"}",
        "g",
        "g{job=\"a\"}",
        "rate(c_total[2m])",
        "increase(c_total{job=\"a\"}[3m])",
        "changes(g[5m])",
        "count_over_time(up[2m])",
        "avg_over_time(up[5m])",
        "sum_over_time(up[5m])",
        "absent(g{job=\"c\"})",
        "absent(up)",
        "vector(2)",
        "vector(time())",
        "hour()",
        "sum by (job) (rate(c_total{pod=\"x\"}[2m])) / sum by (job) (rate(c_total[2m]))",
        "count by (job) (up == 1) / count by (job) (up)",
        "rate(c_total[2m]) / on (job) group_left () sum by (job) (rate(c_total[2m]))",
        "rate(c_total[2m]) / (rate(c_total[2m]) + rate(c_total[3m]))",
        "(sum(rate(c_total[2m])) - sum(rate(c_total{job=\"a\"}[2m]))) / sum(rate(c_total[2m]))",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 24, 2, |inner| {
        let function = prop::sample::select(vec![
            "sum by (job) (%)",
            "sum(%)",
            "avg by (pod) (%)",
            "max(%)",
            "count by (job) (%)",
            "stddev(%)",
            "quantile(0.5, %)",
            "topk(1, %)",
            "abs(%)",
            "ceil(%)",
            "floor(%)",
            "round(%)",
            "sqrt(%)",
            "exp(%)",
            "sgn(%)",
            "sin(%)",
            "clamp_max(%, 3)",
            "clamp(%, -1, 0.5)",
            "-(%)",
            "vector(scalar(%))",
            "max_over_time((%)[3m:30s])",
            "last_over_time((%)[3m:30s])",
            "sum_over_time((%)[3m:30s])",
            "quantile_over_time(0.3, (%)[3m:30s])",
            "absent(%)",
        ]);
        let op = prop::sample::select(vec![
            "+", "-", "*", "/", "%", "^", "atan2", "==", "!=", ">", "<", ">=", "<=", "> bool", "== bool", "and", "or",
            "unless",
        ]);
        let arithmetic = prop::sample::select(vec!["+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">= bool"]);
        let number = prop::sample::select(vec!["0", "1", "2", "-1", "0.5", "100"]);
        prop_oneof![
            (function, inner.clone()).prop_map(|(function, inner)| function.replace('%', &inner)),
            (inner.clone(), op, inner.clone()).prop_map(|(left, op, right)| format!("({left}) {op} ({right})")),
            (inner.clone(), arithmetic.clone(), number.clone())
                .prop_map(|(inner, op, number)| format!("({inner}) {op} {number}")),
            (number, arithmetic, inner).prop_map(|(number, op, inner)| format!("{number} {op} ({inner})")),
        ]
    })
}

fn holds(values: Values, value: f64) -> bool {
    if value.is_nan() {
        return values.nan;
    }
    let near = |limit: f64| if limit.is_finite() { limit.abs().max(1.0) * 1e-9 } else { 0.0 };
    value >= values.least - near(values.least)
        && value <= values.most + near(values.most)
        && (!values.whole || value.is_infinite() || value % 1.0 == 0.0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn values_are_as_promised(text in expression(), storage in storage()) {
        let query = Query::parse(Excerpt::whole(FileId(0), text.as_str()));
        let Some(expr) = query.valid() else { return Ok(()) };
        let (values, outcome) = (Values::of(expr, &()), Outcome::of(expr, &()));
        let Some(plan) = Plan::of(&query) else { return Ok(()) };
        let Ok(answer) = plan.evaluate(&storage, Moments::instant(NOW), &Options::default()) else { return Ok(()) };
        let Answered::Vector(samples) = answer.value else { return Ok(()) };
        for value in samples.iter().filter_map(|(_, value)| value.float()) {
            prop_assert!(holds(values, value), "{text} gave {value}, not {values}");
        }
        prop_assert!(outcome != Outcome::Never || samples.is_empty(), "{text} gave {samples:?}");
        prop_assert!(outcome != Outcome::Always || !samples.is_empty(), "{text} gave nothing");
    }
}
