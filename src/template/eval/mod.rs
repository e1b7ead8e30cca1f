//! Runs templates as Go's `text/template` does, with the functions and the data that Prometheus gives those of rules.

mod builtin;
mod calls;
mod comparison;
mod format;
mod host;
mod humanize;
mod machine;
mod methods;
mod moment;
mod operands;
mod place;
mod printf;
mod quote;
mod rule;
mod signature;
#[cfg(test)]
mod tests;
mod title;
mod value;

use std::{collections::BTreeMap, fmt, rc::Rc};

use crate::text::Span;

use super::Template;
use machine::Machine;
use place::Place;
use value::{Reach, Record, Value};

pub use value::Histogram;

/// What Prometheus writes before every label and annotation.
const PRELUDE: &str =
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}";

/// The value of an alert, or of a sample that `query` found.
#[derive(Clone, PartialEq, Debug)]
pub enum SampleValue {
    /// A number.
    Float(f64),
    /// A native histogram.
    Histogram(Histogram),
}

/// A sample that `query` found.
#[derive(Clone, PartialEq, Debug)]
pub struct QuerySample {
    /// Its labels, the metric's name included.
    pub labels: BTreeMap<String, String>,
    /// Its value.
    pub value: SampleValue,
}

/// Who answers the queries of templates, at the time the template is expanded for.
pub trait Queries {
    /// The samples of an instant query, in the order the engine gives them; a scalar is one sample without labels.
    /// The error is the engine's own message.
    fn query(&mut self, expr: &str) -> Result<Vec<QuerySample>, String>;
}

/// What an alert tells its templates.
#[derive(Clone, PartialEq, Debug)]
pub struct AlertData<'d> {
    /// The labels of the sample, its metric's name included.
    pub labels: &'d BTreeMap<String, String>,
    /// The labels that the server adds to everything it sends.
    pub external_labels: &'d BTreeMap<String, String>,
    /// Where the server is reached.
    pub external_url: &'d str,
    /// The sample's value.
    pub value: SampleValue,
}

/// Where and when a template is expanded.
pub struct Surroundings<'q> {
    /// The name of the template in messages; Prometheus says `__alert_` and the alert's name.
    pub name: String,
    /// The time of the evaluation, in milliseconds since 1970.
    pub milliseconds: i64,
    /// What `externalURL` and `pathPrefix` give; without it they fail, as they do in promtool's unit tests.
    pub external_url: Option<&'q str>,
    /// Who answers `query`.
    pub queries: &'q mut dyn Queries,
}

/// Why a template gives no text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExpansionError {
    /// All that Prometheus says, with line, column and node.
    pub message: String,
    /// What is wrong, without the place.
    pub reason: String,
    /// The node that fails; none when nothing ran.
    pub span: Option<Span>,
}

impl ExpansionError {
    /// The text that Prometheus puts in the place of the label or annotation.
    pub fn text(&self) -> String {
        format!("<error expanding template: {}>", self.message)
    }
}

impl fmt::Display for ExpansionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ExpansionError {}

impl SampleValue {
    /// As templates hold it.
    fn in_template(&self) -> Value {
        match self {
            Self::Float(number) => Value::Float(*number),
            Self::Histogram(histogram) => Value::Histogram(Rc::new(histogram.clone())),
        }
    }
}

/// Nobody who answers queries.
struct NoQueries;

impl Queries for NoQueries {
    fn query(&mut self, _: &str) -> Result<Vec<QuerySample>, String> {
        Err("no query is answered here".to_owned())
    }
}

impl Template {
    /// What it renders whatever the alert is; `None` when it reads anything of its data or of the server.
    pub fn constant(&self) -> Option<String> {
        let reads = self.references();
        let reads_data = !reads.labels.is_empty() || !reads.label_sets().is_empty() || !reads.values.is_empty();
        if reads_data || !reads.queries().is_empty() || !reads.unknown_fields().is_empty() {
            return None;
        }
        let (labels, value) = (BTreeMap::new(), SampleValue::Float(0.0));
        let data = AlertData { labels: &labels, external_labels: &labels, external_url: "", value };
        let name = String::new();
        let mut surroundings = Surroundings { name, milliseconds: 0, external_url: None, queries: &mut NoQueries };
        self.expand_alert(&data, &mut surroundings).ok()
    }

    /// Expands the template of a label or an annotation, as Prometheus does when it evaluates an alert.
    ///
    /// Where Go would go on until memory or stack end, the expansion fails instead: after five million steps and
    /// bytes, and at a depth of 450 calls, branches and parentheses.
    pub fn expand_alert(
        &self,
        data: &AlertData<'_>,
        surroundings: &mut Surroundings<'_>,
    ) -> Result<String, ExpansionError> {
        if let Some(error) = self.errors().first() {
            let name = &surroundings.name;
            return Err(ExpansionError {
                message: format!("error parsing template {name}: {}", error.message),
                reason: error.message.clone(),
                span: Some(error.span),
            });
        }
        if self.is_plain() {
            return Ok(self.text.text().to_owned());
        }
        let labels = Value::labels(data.labels);
        let external_labels = Value::labels(data.external_labels);
        let external_url = Value::text(data.external_url);
        let value = data.value.in_template();
        let fields = vec![
            ("Labels", labels.clone()),
            ("ExternalLabels", external_labels.clone()),
            ("ExternalURL", external_url.clone()),
            ("Value", value.clone()),
        ];
        let type_name = "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }";
        let record = Record { type_name, reach: Reach::Direct, fields, interfaces: &["Value"] };
        let dot = Value::Record(Rc::new(record));
        let variables = vec![
            ("$", dot.clone()),
            ("$labels", labels),
            ("$externalLabels", external_labels),
            ("$externalURL", external_url),
            ("$value", value),
        ];
        let name = surroundings.name.clone();
        let mut machine = Machine {
            template: self,
            surroundings,
            prelude: PRELUDE,
            name: &name,
            running: &name,
            variables,
            place: Place::Start,
            out: String::new(),
            work: 0,
            depth: 0,
        };
        match machine.walk(self.nodes(), &dot) {
            Ok(_) => Ok(machine.out),
            Err(failure) => Err(*failure),
        }
    }
}
