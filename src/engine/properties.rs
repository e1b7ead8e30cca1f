//! Laws of the engine, on series made at random; and a slow, obvious engine for its core, to compare with.

use proptest::{collection::vec, prelude::*};

use crate::{
    histogram::{STALE_MARKER, is_stale_marker},
    promql::Query,
    text::{Excerpt, FileId},
};

use super::{Answered, Labels, Moments, Options, Plan, Storage, Value};

/// A series: its labels, and its samples as milliseconds and value.
type Series = (Labels, Vec<(i64, f64)>);

fn labels() -> impl Strategy<Value = Labels> {
    let values = (prop_oneof!["m", "n_total"], "[ab]", "[xyz]?");
    values.prop_map(|(name, job, pod)| Labels::of([("__name__", name), ("job", job), ("pod", pod)]))
}

/// Samples some seconds apart, now and then with a gap or an end; mostly growing, now and then anew from below.
fn samples() -> impl Strategy<Value = Vec<(i64, f64)>> {
    let step = prop_oneof![8 => 10_000..20_000_i64, 1 => 60_000..700_000_i64];
    let change = prop_oneof![8 => (0..20_i32).prop_map(Some), 1 => (-60..-1_i32).prop_map(Some), 1 => Just(None)];
    vec((step, change), 0..40).prop_map(|steps| {
        let (mut at, mut value) = (0, 0.0_f64);
        let sample = |(step, change): (i64, Option<i32>)| {
            at += step;
            value = (value + f64::from(change.unwrap_or(0))).max(0.0);
            (at, if change.is_some() { value } else { STALE_MARKER })
        };
        steps.into_iter().map(sample).collect()
    })
}

fn all_series() -> impl Strategy<Value = Vec<Series>> {
    vec((labels(), samples()), 0..10).prop_map(|series: Vec<Series>| {
        let mut seen = std::collections::BTreeSet::new();
        series.into_iter().filter(|(labels, _)| seen.insert(labels.clone())).collect()
    })
}

fn stored<'s>(series: impl IntoIterator<Item = &'s Series>) -> Storage {
    let mut storage = Storage::new();
    for (labels, samples) in series {
        for (at, value) in samples {
            storage.append(labels, *at, Value::Float(*value), 0).unwrap();
        }
    }
    storage
}

fn evaluate(text: &str, storage: &Storage, moments: Moments) -> Result<Answered, String> {
    let plan = Plan::of(&Query::parse(Excerpt::whole(FileId(0), text))).expect("the query is well-formed");
    let answer = plan.evaluate(storage, moments, &Options::default());
    answer.map(|answer| answer.value).map_err(|failure| failure.message)
}

/// The samples of an instant query, by labels, as bits.
fn instant(text: &str, storage: &Storage, at: i64) -> Result<Vec<(Labels, u64)>, String> {
    let mut found = match evaluate(text, storage, Moments::instant(at))? {
        Answered::Vector(found) => found,
        Answered::Scalar(value) => vec![(Labels::empty(), Value::Float(value))],
        other => panic!("{text} gave {other:?}"),
    };
    found.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(found.into_iter().map(|(labels, value)| (labels, value.float().unwrap().to_bits())).collect())
}

/// The samples of one step of a range query, by labels, as bits.
fn step_of(answer: &Answered, at: i64) -> Vec<(Labels, u64)> {
    let Answered::Matrix(series) = answer else { panic!("{answer:?}") };
    let found = series.iter().filter_map(|series| {
        let point = series.floats.iter().find(|point| point.at == at)?;
        Some((series.labels.clone(), point.value.to_bits()))
    });
    found.collect()
}

const QUERIES: [&str; 28] = [
    "m",
    "{job=~\"a|b\",pod!=\"\"} offset 20s",
    "m offset -30s",
    "m @ 100",
    "m @ start() + m @ end()",
    "count_over_time(n_total[1m])",
    "max_over_time(m[2m:30s] offset 10s)",
    "sum_over_time((m + 1)[3m:20s] @ 400)",
    "last_over_time({job=\"a\"}[90s])",
    "absent_over_time(m[30s])",
    "absent(m{job=\"a\"})",
    "-m",
    "m > 5",
    "m > bool 5",
    "5 < m",
    "time() - timestamp(m)",
    "sum by (job) (m)",
    "avg without (pod) (n_total)",
    "count(m) > 1 or vector(0)",
    "topk(2, m)",
    "bottomk by (job) (1, m)",
    "quantile(0.5, n_total)",
    "count_values(\"value\", m)",
    "m and on (job, pod) n_total",
    "m unless n_total",
    "m / on (job, pod) n_total",
    "n_total * on (job) group_left sum by (job) (m)",
    "scalar(m) + hour() + step() * 0",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_range_query_is_an_instant_query_at_each_step(series in all_series(), start in 0..600_000_i64) {
        let storage = stored(&series);
        let moments = Moments::range(start, start + 200_000, 40_000);
        // `start()` and `end()` are those of the whole query, `step()` is 0 for an instant.
        for text in QUERIES.iter().filter(|text| !text.contains("start()")) {
            let whole = evaluate(text, &storage, moments);
            let steps: Result<Vec<_>, _> = moments.iter().map(|at| instant(text, &storage, at)).collect();
            match (whole, steps) {
                (Ok(whole), Ok(steps)) => {
                    for (at, step) in moments.iter().zip(steps) {
                        prop_assert_eq!(step_of(&whole, at), step, "{} at {}", text, at);
                    }
                }
                (Err(whole), Err(step)) => prop_assert_eq!(whole, step),
                (whole, steps) => prop_assert!(false, "{text}: {whole:?}, but step by step {steps:?}"),
            }
        }
    }

    #[test]
    fn the_order_in_which_series_come_does_not_matter(
        (series, shuffled) in all_series().prop_flat_map(|series| (Just(series.clone()), Just(series).prop_shuffle())),
        at in 0..600_000_i64,
    ) {
        let (storage, other) = (stored(&series), stored(&shuffled));
        for text in QUERIES {
            prop_assert_eq!(instant(text, &storage, at), instant(text, &other, at), "{}", text);
        }
        // Values are whole numbers, whose sums are exact in any order; `sort` puts series into another.
        for op in ["sum", "avg", "min", "max", "count", "group"] {
            let (plain, sorted) = (format!("{op} by (job) (m)"), format!("{op} by (job) (sort_desc(m))"));
            prop_assert_eq!(instant(&plain, &storage, at), instant(&sorted, &storage, at), "{}", op);
        }
    }

    #[test]
    fn selection_is_the_obvious_one(series in all_series(), at in 0..900_000_i64, offset in -60..60_i64) {
        let storage = stored(&series);
        let text = format!("{{__name__=~\"m|n.*\",job=\"a\"}} offset {offset}s");
        prop_assert_eq!(instant(&text, &storage, at).unwrap(), obvious_selection(&series, at - offset * 1000));
    }

    #[test]
    fn rate_is_the_obvious_one(series in all_series(), at in 0..900_000_i64, seconds in 1..300_i64) {
        let storage = stored(&series);
        let found = instant(&format!("rate(n_total[{seconds}s])"), &storage, at).unwrap();
        prop_assert_eq!(found, obvious_rate(&series, at, seconds * 1000));
    }

    #[test]
    fn sums_and_counts_are_the_obvious_ones(series in all_series(), at in 0..900_000_i64) {
        let storage = stored(&series);
        let selected = obvious_selection(&series, at);
        let group = |labels: &Labels| Labels::of([("pod", labels.value("pod"))]);
        let mut groups: std::collections::BTreeMap<Labels, (f64, f64)> = Default::default();
        for (labels, bits) in selected {
            let (sum, count) = groups.entry(group(&labels)).or_default();
            *sum += f64::from_bits(bits);
            *count += 1.0;
        }
        for (op, pick) in [("sum", 0), ("count", 1)] {
            let text = format!("{op} by (pod) ({{__name__!=\"\",job=\"a\"}})");
            let expected: Vec<_> = groups
                .iter()
                .map(|(labels, (sum, count))| (labels.clone(), [*sum, *count][pick].to_bits()))
                .collect();
            prop_assert_eq!(instant(&text, &storage, at).unwrap(), expected, "{}", op);
        }
    }
}

/// All series of job `a` with their newest sample of the last five minutes, unless that is an end.
fn obvious_selection(series: &[Series], at: i64) -> Vec<(Labels, u64)> {
    let mut found = Vec::new();
    for (labels, samples) in series.iter().filter(|(labels, _)| labels.value("job") == "a") {
        let seen: Vec<_> = samples.iter().filter(|(time, _)| *time <= at && *time > at - 300_000).collect();
        if let Some((_, value)) = seen.last().filter(|(_, value)| !is_stale_marker(*value)) {
            found.push((labels.clone(), value.to_bits()));
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

/// The rate of each counter, as the documentation of Prometheus explains it: the increase between the samples,
/// stretched to the borders of the range, but by half a gap at most where a border is farther than a gap (and a
/// tenth) away, and not below zero.
fn obvious_rate(series: &[Series], at: i64, range: i64) -> Vec<(Labels, u64)> {
    let mut found = Vec::new();
    for (labels, samples) in series.iter().filter(|(labels, _)| labels.metric_name() == "n_total") {
        let is_seen = |(time, value): &&(i64, f64)| *time <= at && *time > at - range && !is_stale_marker(*value);
        let seen: Vec<_> = samples.iter().filter(is_seen).copied().collect();
        let ([first, .., last], gaps) = (&seen[..], seen.len().saturating_sub(1)) else { continue };
        let resets = seen.windows(2).filter(|pair| pair[1].1 < pair[0].1).map(|pair| pair[0].1);
        let increase = last.1 - first.1 + resets.sum::<f64>();
        let seconds = |from: i64, to: i64| (to - from) as f64 / 1000.0;
        let sampled = seconds(first.0, last.0);
        let gap = sampled / gaps as f64;
        let stretch = |to_border: f64| if to_border >= gap * 1.1 { gap / 2.0 } else { to_border };
        let mut before = stretch(seconds(at - range, first.0));
        if increase > 0.0 && first.1 >= 0.0 {
            before = before.min(sampled * (first.1 / increase));
        }
        let factor = (sampled + before + stretch(seconds(last.0, at))) / sampled / (range as f64 / 1000.0);
        found.push((labels.without_metadata(), (increase * factor).to_bits()));
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}
