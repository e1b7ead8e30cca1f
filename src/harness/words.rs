//! Labels and annotations of alerts, filled in.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    engine::{Labels, Moments, Plan, Storage, Value},
    model::suite::TestCase,
    promql::Query,
    template::eval::{AlertData, Histogram, Queries, QuerySample, SampleValue, Surroundings as TemplateSurroundings},
    text::{Excerpt, FileId},
};

use super::{
    alerting::Texts,
    evaluation::{Surroundings, as_vector},
    rulebook::Wording,
};

/// What templates know of the server.
#[derive(Clone, Debug, Default)]
pub struct Server {
    /// Labels that it adds to everything it sends.
    pub external_labels: BTreeMap<String, String>,
    /// Where it is reached.
    pub external_url: String,
}

impl Server {
    /// The server that a test describes.
    pub fn of(test: &TestCase) -> Self {
        let labels = test.external_labels.iter();
        Self {
            external_labels: labels.map(|pair| (pair.name.value.to_string(), pair.value.text().to_owned())).collect(),
            external_url: test.external_url.as_ref().map(|url| url.value.clone()).unwrap_or_default(),
        }
    }
}

/// When and with what labels and annotations are filled in.
#[derive(Copy, Clone, Debug)]
pub struct Telling<'a> {
    /// What `query` asks.
    pub storage: &'a Storage,
    /// The time of the evaluation, in milliseconds since 1970.
    pub at: i64,
    /// How the engine is set up, and what is known of the server.
    pub surroundings: &'a Surroundings<'a>,
}

impl Telling<'_> {
    /// Fills in texts for a sample. What cannot be filled in becomes a text that says so, as in Prometheus.
    pub fn fill(&self, alert: &str, texts: &[(Arc<str>, Wording<'_>)], sample: &Labels, value: &Value) -> Texts {
        if texts.iter().all(|(_, wording)| matches!(wording, Wording::Plain(_))) {
            return texts.iter().map(|(name, wording)| (Arc::clone(name), wording.text().to_owned())).collect();
        }
        let labels: BTreeMap<String, String> =
            sample.iter().map(|label| (label.name.to_string(), label.value.to_string())).collect();
        let server = self.surroundings.server;
        let data = AlertData {
            labels: &labels,
            external_labels: &server.external_labels,
            external_url: &server.external_url,
            value: in_template(value),
        };
        let filled = |wording: &Wording<'_>| match wording {
            Wording::Plain(text) => text.to_string(),
            Wording::Template(template) => {
                let mut surroundings = TemplateSurroundings {
                    name: format!("__alert_{alert}"),
                    milliseconds: self.at,
                    external_url: None,
                    queries: &mut self.clone(),
                };
                template.expand_alert(&data, &mut surroundings).unwrap_or_else(|error| error.text())
            }
        };
        texts.iter().map(|(name, wording)| (Arc::clone(name), filled(wording))).collect()
    }
}

impl Queries for Telling<'_> {
    fn query(&mut self, expr: &str) -> Result<Vec<QuerySample>, String> {
        let query = Query::parse(Excerpt::whole(FileId(0), expr));
        let Some(plan) = Plan::of(&query) else {
            let Some(error) = query.errors().first() else { return Err("no expression found in input".to_owned()) };
            let (line, column) = query.position(error.span);
            return Err(format!("{line}:{column}: parse error: {}", error.message));
        };
        let answer = plan.evaluate(self.storage, Moments::instant(self.at), self.surroundings.options);
        let samples = as_vector(answer.map_err(|failure| failure.message)?.value);
        let samples = samples.ok_or_else(|| "rule result is not a vector or scalar".to_owned())?;
        Ok(samples.into_iter().map(|(labels, value)| as_found(&labels, &value)).collect())
    }
}

fn as_found(labels: &Labels, value: &Value) -> QuerySample {
    let labels = labels.iter().map(|label| (label.name.to_string(), label.value.to_string()));
    QuerySample { labels: labels.collect(), value: in_template(value) }
}

fn in_template(value: &Value) -> SampleValue {
    match value {
        Value::Float(value) => SampleValue::Float(*value),
        Value::Histogram(histogram) => SampleValue::Histogram(Histogram {
            text: histogram.to_string(),
            count: histogram.count,
            sum: histogram.sum,
            schema: histogram.schema().number(),
            zero_threshold: histogram.zero_threshold(),
            zero_count: histogram.zero_count(),
        }),
    }
}
