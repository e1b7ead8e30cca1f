//! Metrics that programs define in their own source code: with prom-client, client_python, client_golang, Micrometer,
//! client_java, the crates of Rust, prometheus-net, and the clients of Ruby and PHP, or by hand. What a name is made of at
//! run time is said to be open, and never guessed.

mod brought;
mod buckets;
mod csharp;
mod go;
mod java;
mod javascript;
mod php;
mod printed;
mod python;
mod ruby;
mod rust;
#[cfg(test)]
mod tests;
mod token;
mod value;

use std::path::Path;

use crate::{
    exposition::MetricKind,
    text::{FileId, Span, Spanned},
    vocab::is_metric_name,
};

use value::{Call, Program, Value};

/// A language whose programs are read.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Language {
    /// JavaScript and TypeScript.
    JavaScript,
    /// Python.
    Python,
    /// Go.
    Go,
    /// Java, Kotlin and Scala, which share their libraries.
    Java,
    /// Rust.
    Rust,
    /// C#.
    CSharp,
    /// Ruby.
    Ruby,
    /// PHP.
    Php,
}

/// What a file defines.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Instrumentation {
    /// The metrics, in the order of the file.
    pub defined: Vec<Defined>,
    /// Definitions of metrics whose names are made at run time, and libraries that make some of their own.
    pub open: Vec<Span>,
    /// Words of a program that writes out metrics by itself, each perhaps the name of one more; sorted.
    pub mentioned: Vec<String>,
    /// Whether the program adds labels to all its metrics.
    pub adds_labels: bool,
    /// Catalogues of client libraries whose default metrics the program turns on.
    pub libraries: Vec<&'static str>,
}

/// A metric that a program defines.
#[derive(Clone, PartialEq, Debug)]
pub struct Defined {
    /// Its name as it is exported, without the endings of a histogram's parts, at the place of the definition.
    pub name: Spanned<String>,
    /// Its type; `None` where the definition does not say.
    pub kind: Option<MetricKind>,
    /// Its labels; `None` where they are made at run time.
    pub labels: Option<Vec<String>>,
    /// Where the highest bucket of a histogram with an end has it, at the place that says so: the number, or the name
    /// of one that has the buckets of its library. `None` for others, and where it is made at run time.
    pub highest: Option<Spanned<f64>>,
}

impl Language {
    /// The language of a file, by its name; none for tests, types and what a tool wrote.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let is_test = [".test.", ".spec.", "_test.", ".d.", ".min."].iter().any(|part| name.contains(part));
        let language = match path.extension()?.to_str()? {
            "js" | "cjs" | "mjs" | "jsx" | "ts" | "cts" | "mts" | "tsx" => Self::JavaScript,
            "py" => Self::Python,
            "go" => Self::Go,
            "java" | "kt" | "scala" => Self::Java,
            "rs" => Self::Rust,
            "cs" => Self::CSharp,
            "rb" => Self::Ruby,
            "php" => Self::Php,
            _ => return None,
        };
        (!is_test).then_some(language)
    }

    /// What the text of a file has that uses one of the libraries.
    fn marks(self) -> &'static [&'static str] {
        match self {
            Self::JavaScript => {
                &["prom-client", "nestjs-prometheus", "prom-bundle", "exportPrometheusMetrics", "$metrics"]
            }
            Self::Python => &["prometheus_client", "prometheus_fastapi", "prometheus_flask"],
            Self::Go => &["prometheus/client_golang"],
            Self::Java => &["io.micrometer", "io.prometheus"],
            Self::Rust => &["prometheus", "metrics::", "metrics!", "counter!", "histogram!"],
            Self::CSharp => &["using Prometheus", "Prometheus.Metrics"],
            Self::Ruby => &["prometheus", "Prometheus"],
            Self::Php => &["Prometheus\\"],
        }
    }
}

impl Instrumentation {
    /// Reads a file; `None` when it uses none of the libraries and writes out nothing by itself, or defines nothing.
    pub fn read(file: FileId, text: &str, language: Language) -> Option<Self> {
        let has_library = language.marks().iter().any(|mark| text.contains(mark));
        let mut reading = Reading { file, found: Self::default() };
        let brought = brought::first_in(text);
        reading.found.open.extend(brought.map(|at| Span::new(file, at as u32, at as u32)));
        if printed::may_print(text) {
            printed::read(text, &mut reading);
        } else if !has_library && brought.is_none() {
            return None;
        }
        let tokens = if has_library { token::tokens(text, language) } else { Vec::new() };
        let program = Program::new(text, tokens);
        for call in program.calls() {
            match language {
                Language::JavaScript => javascript::read(&call, &mut reading),
                Language::Python => python::read(&call, text, &mut reading),
                Language::Go => go::read(&call, &mut reading),
                Language::Java => java::read(&call, text, &mut reading),
                Language::Rust => rust::read(&call, &mut reading),
                Language::CSharp => csharp::read(&call, &mut reading),
                Language::Ruby => ruby::read(&call, &mut reading),
                Language::Php => php::read(&call, &mut reading),
            }
        }
        let found = reading.found;
        let has_any =
            !found.defined.is_empty() || !found.open.is_empty() || !found.libraries.is_empty() || found.adds_labels;
        has_any.then_some(found)
    }
}

impl Instrumentation {
    /// The same, in the file of this number.
    pub fn moved_to(mut self, file: FileId) -> Self {
        for defined in &mut self.defined {
            defined.name.span.file = file;
            defined.highest.iter_mut().for_each(|highest| highest.span.file = file);
        }
        self.open.iter_mut().for_each(|span| span.file = file);
        self
    }
}

/// What was found of a file so far.
struct Reading {
    file: FileId,
    found: Instrumentation,
}

/// The labels of a definition.
enum Labels {
    Known(Vec<String>),
    Open,
}

impl Labels {
    /// Those of a list of texts; none where there is no list.
    fn of(value: Option<&Value>) -> Self {
        match value {
            None => Self::Known(Vec::new()),
            Some(value) => value.texts().map_or(Self::Open, Self::Known),
        }
    }
}

impl Reading {
    fn span(&self, call: &Call) -> Span {
        Span::new(self.file, call.range.start as u32, call.range.end as u32)
    }

    /// Adds a metric under the name that a definition gives, made to what is exported by `exported`.
    fn define(
        &mut self,
        call: &Call,
        name: Option<&Value>,
        kind: Option<MetricKind>,
        labels: Labels,
        exported: impl Fn(&str) -> String,
    ) -> Option<&mut Defined> {
        let Some((text, range)) = name.and_then(Value::text) else {
            let span = self.span(call);
            self.found.open.push(span);
            return None;
        };
        let name = exported(text);
        if is_metric_name(&name) {
            let labels = match labels {
                Labels::Known(labels) => Some(labels),
                Labels::Open => None,
            };
            let span = Span::new(self.file, range.start as u32, range.end as u32);
            self.found.defined.push(Defined { name: Spanned::new(span, name), kind, labels, highest: None });
            return self.found.defined.last_mut();
        }
        None
    }

    /// Adds the metrics that a library makes by itself: lines of name, type and labels.
    fn bundle(&mut self, call: &Call, metrics: &[(&str, MetricKind, &[&str])], prefix: &str) -> &mut [Defined] {
        let before = self.found.defined.len();
        let span = self.span(call);
        for (name, kind, labels) in metrics {
            let name = Spanned::new(span, format!("{prefix}{name}"));
            let labels = Some(labels.iter().map(|label| (*label).to_owned()).collect());
            self.found.defined.push(Defined { name, kind: Some(*kind), labels, highest: None });
        }
        &mut self.found.defined[before..]
    }
}

/// The type that a word of the libraries stands for: `Counter`, `GaugeVec`, `intCounter`.
fn kind_of(word: &str) -> Option<MetricKind> {
    let word = word.to_ascii_lowercase();
    let word = word.trim_end_matches("func").trim_end_matches("vec");
    let kinds = [
        ("counter", MetricKind::Counter),
        ("gauge", MetricKind::Gauge),
        ("histogram", MetricKind::Histogram),
        ("summary", MetricKind::Summary),
    ];
    kinds.into_iter().find(|(end, _)| word.ends_with(end)).map(|(_, kind)| kind)
}

/// A name with `_total`, which some libraries add to counters.
fn with_total(name: &str, kind: Option<MetricKind>) -> String {
    match kind {
        Some(MetricKind::Counter) if !name.ends_with("_total") => format!("{name}_total"),
        _ => name.to_owned(),
    }
}
