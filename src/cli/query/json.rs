//! Results as Prometheus' HTTP API answers them: `resultType` and `result`, beside them warnings and infos.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use crate::{
    engine::{Answer, Answered, Labels, Level, MatrixSeries, Moments, Value},
    histogram::{Bucket, FloatHistogram},
    promql::Query,
    vocab::{FloatFormat, format_float},
};

/// Writes a result.
pub fn write(answer: &Answer, query: &Query, moments: Moments, out: &mut dyn Write) -> io::Result<()> {
    let at = time(moments.start);
    let (kind, result) = match &answer.value {
        Answered::Scalar(value) => ("scalar", json!([at, number(*value)])),
        Answered::String(text) => ("string", json!([at, text])),
        Answered::Vector(samples) => {
            ("vector", samples.iter().map(|(labels, value)| sample(labels, value, &at)).collect())
        }
        Answered::Matrix(series) => ("matrix", series.iter().map(over_time).collect()),
    };
    let mut whole = json!({ "resultType": kind, "result": result });
    for (key, level) in [("warnings", Level::Warning), ("infos", Level::Info)] {
        let texts = answer.notes.texts(level, query);
        if !texts.is_empty() {
            whole[key] = json!(texts);
        }
    }
    serde_json::to_writer_pretty(&mut *out, &whole)?;
    writeln!(out)
}

fn sample(labels: &Labels, value: &Value, at: &Json) -> Json {
    match value {
        Value::Float(value) => json!({ "metric": metric(labels), "value": [at, number(*value)] }),
        Value::Histogram(value) => json!({ "metric": metric(labels), "histogram": [at, histogram(value)] }),
    }
}

fn over_time(series: &MatrixSeries) -> Json {
    let mut whole = json!({ "metric": metric(&series.labels) });
    if !series.floats.is_empty() {
        let values = series.floats.iter().map(|point| json!([time(point.at), number(point.value)]));
        whole["values"] = values.collect();
    }
    if !series.histograms.is_empty() {
        let values = series.histograms.iter().map(|point| json!([time(point.at), histogram(&point.value)]));
        whole["histograms"] = values.collect();
    }
    whole
}

fn metric(labels: &Labels) -> Json {
    let pairs = labels.iter().map(|label| (label.name.to_string(), Json::from(&*label.value)));
    Json::Object(pairs.collect::<Map<_, _>>())
}

/// Count, sum, and the buckets that hold something: which bounds belong to them, the bounds, the count.
fn histogram(histogram: &FloatHistogram) -> Json {
    let buckets = histogram
        .all_buckets()
        .filter(|bucket| bucket.count != 0.0)
        .map(|bucket| json!([bounds(&bucket), number(bucket.lower), number(bucket.upper), number(bucket.count)]));
    let buckets: Vec<Json> = buckets.collect();
    let mut whole = json!({ "count": number(histogram.count), "sum": number(histogram.sum) });
    if !buckets.is_empty() {
        whole["buckets"] = buckets.into();
    }
    whole
}

/// 0: the upper bound belongs to the bucket, 1: the lower one, 2: none, 3: both.
fn bounds(bucket: &Bucket) -> u8 {
    match (bucket.includes_lower, bucket.includes_upper) {
        (false, true) => 0,
        (true, false) => 1,
        (false, false) => 2,
        (true, true) => 3,
    }
}

fn number(value: f64) -> String {
    format_float(value, FloatFormat::F, None)
}

/// Seconds, with milliseconds where there are any.
fn time(at: i64) -> Json {
    if at % 1000 == 0 { json!(at / 1000) } else { json!(at as f64 / 1000.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::{Notes, Point},
        histogram::HistogramParts,
        text::{Excerpt, FileId},
    };

    fn written(value: Answered) -> Json {
        let mut out = Vec::new();
        let query = Query::parse(Excerpt::whole(FileId(0), "x"));
        let answer = Answer { value, notes: Notes::default() };
        write(&answer, &query, Moments::instant(1_500), &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn results_have_the_shape_of_the_api() {
        assert_eq!(written(Answered::Scalar(2.0)), json!({ "resultType": "scalar", "result": [1.5, "2"] }));
        let labels = Labels::of([("__name__", "up"), ("job", "a")]);
        assert_eq!(
            written(Answered::Vector(vec![(labels.clone(), Value::Float(f64::INFINITY))])),
            json!({ "resultType": "vector", "result": [
                { "metric": { "__name__": "up", "job": "a" }, "value": [1.5, "+Inf"] }
            ] })
        );
        let floats = vec![Point::new(2000, 1.0), Point::new(3000, 0.5)];
        assert_eq!(
            written(Answered::Matrix(vec![MatrixSeries { labels, floats, histograms: Vec::new() }])),
            json!({ "resultType": "matrix", "result": [
                { "metric": { "__name__": "up", "job": "a" }, "values": [[2, "1"], [3, "0.5"]] }
            ] })
        );
    }

    #[test]
    fn histograms_list_their_buckets() {
        let parts = HistogramParts {
            count: 4.0,
            sum: 5.0,
            zero_count: 1.0,
            zero_threshold: 0.5,
            buckets: vec![0.0, 3.0],
            ..HistogramParts::default()
        };
        let histogram = FloatHistogram::from_parts(&parts).unwrap();
        assert_eq!(
            super::histogram(&histogram),
            json!({ "count": "4", "sum": "5", "buckets": [[3, "-0.5", "0.5", "1"], [0, "1", "2", "3"]] })
        );
    }
}
