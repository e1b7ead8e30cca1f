//! What a template reads of its data: which labels, which values and through what functions, which queries.
//!
//! A pass over the tree that knows only what kind of thing each value is. The dot and the variables are
//! followed through `with`, `range`, pipelines and calls of templates defined in the same text.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use crate::text::{Excerpt, Span, Spanned};

use super::{
    Dialect, Template,
    ast::{Branch, Command, Definition, Node, Operand, Pipeline, Term},
};

/// Everything a template reads.
#[derive(Clone, Debug, Default)]
pub struct References {
    /// Labels and annotations by name, however they are reached.
    pub labels: Vec<LabelReference>,
    /// Label sets used as a whole: printed, ranged over, handed to a function.
    pub label_sets: Vec<Spanned<LabelSource>>,
    /// Uses of `$value`.
    pub values: Vec<ValueUse>,
    /// PromQL in `query "…"`.
    pub queries: Vec<QueryText>,
    /// Names of the templates it calls.
    pub calls: Vec<Spanned<String>>,
    /// The functions it calls, every time.
    pub functions: Vec<Spanned<String>>,
    /// Fields of the data itself, without their dot, every time.
    pub fields: Vec<Spanned<String>>,
    /// Fields that the data does not have, so that rendering fails.
    pub unknown_fields: Vec<UnknownField>,
}

impl References {
    /// What a text without actions reads.
    pub(super) const fn none() -> Self {
        Self {
            labels: Vec::new(),
            label_sets: Vec::new(),
            values: Vec::new(),
            queries: Vec::new(),
            calls: Vec::new(),
            functions: Vec::new(),
            fields: Vec::new(),
            unknown_fields: Vec::new(),
        }
    }

    /// The same in no more memory than it takes: a large folder has very many of them.
    fn trimmed(mut self) -> Self {
        self.labels.shrink_to_fit();
        self.label_sets.shrink_to_fit();
        self.values.shrink_to_fit();
        self.values.iter_mut().for_each(|value| value.functions.shrink_to_fit());
        self.functions.shrink_to_fit();
        self.fields.shrink_to_fit();
        self
    }
}

/// A label or annotation read by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LabelReference {
    /// Whose label.
    pub source: LabelSource,
    /// Its name; stands where the name is written.
    pub name: Spanned<String>,
    /// The whole reference, `$labels.job`.
    pub span: Span,
}

/// Where a label comes from.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LabelSource {
    /// Rule: the series that fires, `$labels`, `.Labels`.
    Series,
    /// Rule: Prometheus' external labels.
    External,
    /// Rule: a result of `query`.
    QueryResult,
    /// Alertmanager: `.GroupLabels`.
    Group,
    /// Alertmanager: `.CommonLabels`.
    Common,
    /// Alertmanager: `.RouteLabels`.
    Route,
    /// Alertmanager: `.Labels` of one alert.
    Alert,
    /// Alertmanager: `.CommonAnnotations`.
    CommonAnnotations,
    /// Alertmanager: `.Annotations` of one alert.
    AlertAnnotations,
    /// Loki: what the stream and the line say.
    Stream,
}

/// A use of `$value`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ValueUse {
    /// Where it stands.
    pub span: Span,
    /// The functions applied to it, innermost first.
    pub functions: Vec<Spanned<String>>,
    /// The format when one of them is `printf`.
    pub format: Option<Excerpt>,
}

/// PromQL within a template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueryText {
    /// The query, or the format that `printf` makes it of.
    pub text: Excerpt,
    /// Whether `printf` fills in verbs, so that the text is not yet PromQL.
    pub formatted: bool,
}

/// A field that the data does not have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownField {
    /// The field, without its dot.
    pub name: Spanned<String>,
    /// The fields there are.
    pub known: &'static [&'static str],
}

/// Analyses a template.
pub(super) fn of(template: &Template) -> References {
    let mut reader =
        Reader { dialect: template.dialect, found: References::default(), scope: Vec::new(), called: BTreeMap::new() };
    reader.declare_prelude();
    reader.nodes(template.nodes(), &Kind::Data);
    reader.scope.clear();
    let mut waiting: Vec<&Definition> = template.definitions().iter().collect();
    while !waiting.is_empty() {
        let known = waiting.iter().position(|definition| reader.called.contains_key(&definition.name.value));
        let at = known.or_else(|| first_uncalled(&waiting)).unwrap_or(0);
        let definition = waiting.remove(at);
        let dot = reader.called.get(&definition.name.value).cloned().unwrap_or(Kind::Data);
        reader.scope = vec![(Cow::Borrowed("$"), dot.clone())];
        reader.nodes(&definition.body, &dot);
    }
    reader.found.trimmed()
}

/// Analyses a template together with the definitions that it calls, each with the data that it is called with.
pub(super) fn of_called(template: &Template, library: &BTreeMap<&str, &Definition>) -> References {
    let mut reader =
        Reader { dialect: template.dialect, found: References::default(), scope: Vec::new(), called: BTreeMap::new() };
    reader.declare_prelude();
    reader.nodes(template.nodes(), &Kind::Data);
    let own = template.definitions();
    let mut read: BTreeSet<String> = BTreeSet::new();
    while let Some((name, dot)) =
        reader.called.iter().find(|(name, _)| !read.contains(*name)).map(|(name, dot)| (name.clone(), dot.clone()))
    {
        let defined = own.iter().find(|definition| definition.name.value == name);
        if let Some(definition) = defined.or(library.get(name.as_str()).copied()) {
            reader.scope = vec![(Cow::Borrowed("$"), dot.clone())];
            reader.nodes(&definition.body, &dot);
        }
        read.insert(name);
    }
    reader.found
}

/// A definition that no other one calls; it is taken to be called from elsewhere, with all data.
fn first_uncalled(definitions: &[&Definition]) -> Option<usize> {
    let mut called = BTreeSet::new();
    definitions.iter().for_each(|definition| calls_in(&definition.body, &mut called));
    definitions.iter().position(|definition| !called.contains(definition.name.value.as_str()))
}

fn calls_in<'n>(nodes: &'n [Node], called: &mut BTreeSet<&'n str>) {
    for node in nodes {
        match node {
            Node::If(branch) | Node::With(branch) | Node::Range(branch) => {
                calls_in(&branch.body, called);
                calls_in(&branch.otherwise, called);
            }
            Node::Call(call) => {
                called.insert(&call.name.value);
            }
            _ => {}
        }
    }
}

/// What kind of thing a value is.
#[derive(Clone, Debug)]
enum Kind {
    /// All data.
    Data,
    Labels(LabelSource),
    /// The value of the expression; the index of its use.
    Value(Option<usize>),
    /// Text written in the template, perhaps as a format.
    Text {
        text: Excerpt,
        formatted: bool,
    },
    /// Results of a query, and one of them.
    Samples,
    Sample,
    /// Alerts, and one of them.
    Alerts,
    Alert,
    Unknown,
}

const RULE_FIELDS: &[&str] = &["ExternalLabels", "ExternalURL", "Labels", "Value"];
const NOTIFICATION_FIELDS: &[&str] = &[
    "Alerts",
    "CommonAnnotations",
    "CommonLabels",
    "ExternalURL",
    "GroupLabels",
    "NotificationReason",
    "Receiver",
    "RouteLabels",
    "Status",
];
const ALERT_FIELDS: &[&str] = &["Annotations", "EndsAt", "Fingerprint", "GeneratorURL", "Labels", "StartsAt", "Status"];
const LABEL_METHODS: &[&str] = &["Names", "Remove", "SortedPairs", "Values"];

struct Reader {
    dialect: Dialect,
    found: References,
    scope: Vec<(Cow<'static, str>, Kind)>,
    /// With what dot the templates of the same text are called.
    called: BTreeMap<String, Kind>,
}

impl Reader {
    fn declare_prelude(&mut self) {
        let of = |name: &str| match name {
            "$" => Kind::Data,
            "$labels" => Kind::Labels(LabelSource::Series),
            "$externalLabels" => Kind::Labels(LabelSource::External),
            "$value" => Kind::Value(None),
            _ => Kind::Unknown,
        };
        self.scope = self.dialect.variables().iter().map(|name| (Cow::Borrowed(*name), of(name))).collect();
    }

    fn nodes(&mut self, nodes: &[Node], dot: &Kind) {
        for node in nodes {
            match node {
                Node::Text(_) | Node::Comment(_) | Node::Break(_) | Node::Continue(_) => {}
                Node::Action(pipeline) => {
                    let value = self.pipeline(pipeline, dot);
                    if pipeline.variables.is_empty() {
                        self.used_whole(&value, pipeline.span);
                    }
                }
                Node::If(branch) => self.branch(branch, dot, |_| dot.clone()),
                Node::With(branch) => self.branch(branch, dot, Clone::clone),
                Node::Range(branch) => self.branch(branch, dot, element),
                Node::Call(call) => {
                    let value = call.argument.as_ref().map_or(Kind::Unknown, |argument| self.pipeline(argument, dot));
                    self.found.calls.push(call.name.clone());
                    self.called.entry(call.name.value.clone()).or_insert(value);
                }
            }
        }
    }

    fn branch(&mut self, branch: &Branch, dot: &Kind, inner_dot: impl Fn(&Kind) -> Kind) {
        let scope = self.scope.len();
        let value = self.pipeline(&branch.pipeline, dot);
        let inner = inner_dot(&value);
        // In a range the last variable is the element, also where the pipeline has set it to the list.
        if let (Kind::Labels(source), Some(_)) = (&value, branch.pipeline.variables.first()) {
            self.found.label_sets.push(Spanned::new(branch.pipeline.span, *source));
        }
        if let Some(last) = branch.pipeline.variables.last() {
            self.set(&last.value, inner.clone());
        }
        self.nodes(&branch.body, &inner);
        self.nodes(&branch.otherwise, dot);
        self.scope.truncate(scope);
    }

    fn set(&mut self, name: &str, kind: Kind) {
        match self.scope.iter_mut().rev().find(|(known, _)| known == name) {
            Some((_, known)) => *known = kind,
            None => self.scope.push((Cow::Owned(name.to_owned()), kind)),
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Kind) -> Kind {
        let mut value: Option<(Kind, Span)> = None;
        for command in &pipeline.commands {
            let result = self.command(command, dot, value.take());
            value = Some((result, command.span));
        }
        let value = value.map_or(Kind::Unknown, |(kind, _)| kind);
        for variable in &pipeline.variables {
            self.scope.push((Cow::Owned(variable.value.clone()), value.clone()));
        }
        value
    }

    fn command(&mut self, command: &Command, dot: &Kind, piped: Option<(Kind, Span)>) -> Kind {
        let Some((called, arguments)) = command.operands.split_first() else { return Kind::Unknown };
        let Term::Function(name) = &called.term else {
            let value = self.operand(called, dot);
            for argument in arguments {
                self.operand(argument, dot);
            }
            return if arguments.is_empty() { value } else { method_result(&value) };
        };
        let mut values: Vec<(Kind, Span)> =
            arguments.iter().map(|argument| (self.operand(argument, dot), argument.span)).collect();
        values.extend(piped);
        self.call(&Spanned::new(called.span, name.clone()), &values)
    }

    /// The kind of a function's value, given those of its arguments.
    fn call(&mut self, function: &Spanned<String>, arguments: &[(Kind, Span)]) -> Kind {
        keep(&mut self.found.functions, function.clone());
        for (argument, _) in arguments {
            if let Kind::Value(Some(index)) = argument {
                self.applied(*index, function, arguments);
            }
        }
        match (function.value.as_str(), arguments) {
            ("query", [(Kind::Text { text, formatted }, _)]) => {
                self.found.queries.push(QueryText { text: text.clone(), formatted: *formatted });
                Kind::Samples
            }
            ("query", _) => Kind::Samples,
            ("sortByLabel", _) => Kind::Samples,
            ("first", [(Kind::Samples, _)]) => Kind::Sample,
            ("label", [(Kind::Text { text, .. }, span), (Kind::Sample, _)]) => {
                self.label(LabelSource::QueryResult, literal_name(text), *span);
                Kind::Unknown
            }
            ("index", [(Kind::Labels(source), _), (Kind::Text { text, .. }, span)]) => {
                self.label(*source, literal_name(text), function.span.to(*span));
                Kind::Unknown
            }
            ("index", [(Kind::Alerts, _), _]) => Kind::Alert,
            ("index", [(Kind::Samples, _), _]) => Kind::Sample,
            ("printf", [(Kind::Text { text, .. }, _), rest @ ..]) => match value_in(rest) {
                Some(value) => value,
                None => Kind::Text { text: text.clone(), formatted: !rest.is_empty() },
            },
            ("and" | "or", [.., (last, _)]) => last.clone(),
            ("not" | "len" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "match", _) => Kind::Unknown,
            _ => {
                for (argument, span) in arguments {
                    self.used_whole(argument, *span);
                }
                value_in(arguments).unwrap_or(Kind::Unknown)
            }
        }
    }

    fn applied(&mut self, index: usize, function: &Spanned<String>, arguments: &[(Kind, Span)]) {
        let Some(value) = self.found.values.get_mut(index) else { return };
        keep(&mut value.functions, function.clone());
        if let (true, Some((Kind::Text { text, .. }, _))) = (function.value == "printf", arguments.first()) {
            value.format = Some(text.clone());
        }
    }

    fn operand(&mut self, operand: &Operand, dot: &Kind) -> Kind {
        match &operand.term {
            Term::Dot => self.read(dot.clone(), &[], operand.span),
            Term::Field(fields) => self.read(dot.clone(), fields, operand.span),
            Term::Variable(name, fields) => {
                let known = self.scope.iter().rev().find(|(known, _)| *known == name.value);
                let kind = known.map_or(Kind::Unknown, |(_, kind)| kind.clone());
                self.read(kind, fields, operand.span)
            }
            Term::Pipeline(pipeline, fields) => {
                let value = self.pipeline(pipeline, dot);
                self.read(value, fields, operand.span)
            }
            Term::Chain(inner, fields) => {
                let value = self.operand(inner, dot);
                self.read(value, fields, operand.span)
            }
            Term::Function(name) => self.call(&Spanned::new(operand.span, name.clone()), &[]),
            Term::String(text) => Kind::Text { text: text.clone(), formatted: false },
            Term::Nil | Term::Boolean(_) | Term::Number(_) => Kind::Unknown,
        }
    }

    /// Takes fields of a value, one after the other.
    fn read(&mut self, kind: Kind, fields: &[Spanned<String>], span: Span) -> Kind {
        let mut kind = match kind {
            Kind::Value(None) => self.value(span),
            kind => kind,
        };
        for field in fields {
            kind = self.field(kind, field, span);
        }
        kind
    }

    fn value(&mut self, span: Span) -> Kind {
        keep(&mut self.found.values, ValueUse { span, functions: Vec::new(), format: None });
        Kind::Value(Some(self.found.values.len() - 1))
    }

    fn field(&mut self, kind: Kind, field: &Spanned<String>, span: Span) -> Kind {
        let rule = self.dialect == Dialect::Rule;
        if matches!(kind, Kind::Data) {
            self.found.fields.push(field.clone());
        }
        match (&kind, field.value.as_str()) {
            (Kind::Data, _) if self.dialect == Dialect::Loki => {
                self.label(LabelSource::Stream, field.clone(), span);
                Kind::Unknown
            }
            (Kind::Labels(source), name) => {
                if !rule && LABEL_METHODS.contains(&name) {
                    self.found.label_sets.push(Spanned::new(span, *source));
                    return if name == "Remove" { kind } else { Kind::Unknown };
                }
                self.label(*source, field.clone(), span);
                Kind::Unknown
            }
            (Kind::Data, "Labels") if rule => Kind::Labels(LabelSource::Series),
            (Kind::Data, "ExternalLabels") if rule => Kind::Labels(LabelSource::External),
            (Kind::Data, "Value") if rule => self.value(span),
            (Kind::Data, "CommonLabels") if !rule => Kind::Labels(LabelSource::Common),
            (Kind::Data, "GroupLabels") if !rule => Kind::Labels(LabelSource::Group),
            (Kind::Data, "RouteLabels") if !rule => Kind::Labels(LabelSource::Route),
            (Kind::Data, "CommonAnnotations") if !rule => Kind::Labels(LabelSource::CommonAnnotations),
            (Kind::Data, "Alerts") if !rule => Kind::Alerts,
            (Kind::Data, _) => self.plain_field(field, if rule { RULE_FIELDS } else { NOTIFICATION_FIELDS }),
            (Kind::Alerts, "Firing" | "Resolved") => Kind::Alerts,
            (Kind::Alert, "Labels") => Kind::Labels(LabelSource::Alert),
            (Kind::Alert, "Annotations") => Kind::Labels(LabelSource::AlertAnnotations),
            (Kind::Alert, _) => self.plain_field(field, ALERT_FIELDS),
            (Kind::Sample, "Labels") => Kind::Labels(LabelSource::QueryResult),
            (Kind::Sample, _) => self.plain_field(field, &["Labels", "Value"]),
            _ => Kind::Unknown,
        }
    }

    /// A field that holds nothing to follow; noted when there is no such field.
    fn plain_field(&mut self, field: &Spanned<String>, known: &'static [&'static str]) -> Kind {
        if !known.contains(&field.value.as_str()) {
            self.found.unknown_fields.push(UnknownField { name: field.clone(), known });
        }
        Kind::Unknown
    }

    fn label(&mut self, source: LabelSource, name: Spanned<String>, span: Span) {
        keep(&mut self.found.labels, LabelReference { source, name, span });
    }

    fn used_whole(&mut self, kind: &Kind, span: Span) {
        if let Kind::Labels(source) = kind {
            self.found.label_sets.push(Spanned::new(span, *source));
        }
    }
}

/// Adds to what is found; nearly every template reads one thing of each kind, so that no room is taken for more.
fn keep<T>(found: &mut Vec<T>, one: T) {
    if found.is_empty() {
        found.reserve_exact(1);
    }
    found.push(one);
}

/// What a range's element is.
fn element(list: &Kind) -> Kind {
    match list {
        Kind::Samples => Kind::Sample,
        Kind::Alerts => Kind::Alert,
        _ => Kind::Unknown,
    }
}

/// What a method call gives: `.Labels.Remove LIST` is still labels, others are text and times.
fn method_result(value: &Kind) -> Kind {
    match value {
        Kind::Labels(_) => value.clone(),
        _ => Kind::Unknown,
    }
}

/// The value among arguments, which a function of it still is in part.
fn value_in(arguments: &[(Kind, Span)]) -> Option<Kind> {
    arguments.iter().map(|(kind, _)| kind).find(|kind| matches!(kind, Kind::Value(Some(_)))).cloned()
}

fn literal_name(text: &Excerpt) -> Spanned<String> {
    Spanned::new(text.full_span(), text.text().to_owned())
}
