//! Follows the data through a template, and so finds what it reads: which labels, which values and through what
//! functions, which queries.
//!
//! A pass over the tree that knows only what kind of thing each value is. The dot and the variables are
//! followed through `with`, `range`, pipelines and calls of templates defined in the same text.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use crate::text::{Excerpt, Name, Span, Spanned};

use super::{
    Dialect, Template,
    ast::{Branch, Command, Definition, Node, Operand, Pipeline, Term},
    references::{LabelReference, LabelSource, QueryText, References, Seldom, UnknownField, ValueUse},
};

/// Analyses a template of these nodes and definitions.
pub(super) fn of<'t>(dialect: Dialect, nodes: &'t [Node], definitions: &'t [Definition]) -> Reader<'t> {
    let mut reader = Reader::new(dialect);
    reader.nodes(nodes, Kind::Data);
    let mut waiting: Vec<&Definition> = definitions.iter().collect();
    while !waiting.is_empty() {
        let known = waiting.iter().position(|definition| reader.called.contains_key(definition.name.value.as_str()));
        let at = known.or_else(|| first_uncalled(&waiting)).unwrap_or(0);
        let definition = waiting.remove(at);
        let dot = reader.called.get(definition.name.value.as_str()).copied().unwrap_or(Kind::Data);
        reader.definition(definition, dot);
    }
    reader
}

/// Analyses a template together with the definitions that it calls, each with the data that it is called with.
pub(super) fn of_called(template: &Template, dialect: Dialect, library: &BTreeMap<&str, &Definition>) -> References {
    let mut reader = Reader::new(dialect);
    reader.nodes(template.nodes(), Kind::Data);
    let own = template.definitions();
    while let Some(name) = reader.waiting.pop_first() {
        let defined = own.iter().find(|definition| definition.name.value == name);
        if let Some(definition) = defined.or(library.get(name).copied()) {
            let dot = reader.called.get(name).copied().unwrap_or(Kind::Data);
            reader.definition(definition, dot);
        }
    }
    reader.references()
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
#[derive(Copy, Clone, Debug)]
enum Kind<'t> {
    /// All data.
    Data,
    Labels(LabelSource),
    /// The value of the expression; the index of its use.
    Value(Option<usize>),
    /// Text written in the template, perhaps as a format.
    Text {
        text: &'t Excerpt,
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

/// What was found so far.
pub(super) struct Reader<'t> {
    dialect: Dialect,
    labels: Vec<LabelReference>,
    values: Vec<ValueUse>,
    functions: Vec<(&'t Name, Span)>,
    seldom: Seldom,
    /// Variables that were declared, the innermost last.
    scope: Vec<(&'t str, Kind<'t>)>,
    /// Whether the variables of the dialect are there.
    has_prelude: bool,
    /// With what dot the templates of the same text are called.
    called: BTreeMap<&'t str, Kind<'t>>,
    /// Those among them that nobody has followed yet.
    waiting: BTreeSet<&'t str>,
}

impl<'t> Reader<'t> {
    fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            labels: Vec::new(),
            values: Vec::new(),
            functions: Vec::new(),
            seldom: Seldom::default(),
            scope: Vec::new(),
            has_prelude: true,
            called: BTreeMap::new(),
            waiting: BTreeSet::new(),
        }
    }

    /// What is read of the data.
    pub(super) fn references(mut self) -> References {
        self.values.iter_mut().for_each(|value| value.functions.shrink_to_fit());
        References {
            labels: self.labels.into(),
            values: self.values.into(),
            seldom: (!self.seldom.is_empty()).then(|| Box::new(self.seldom)),
        }
    }

    /// The functions that are called, in order of place.
    pub(super) fn functions(mut self) -> Vec<Spanned<Name>> {
        self.functions.sort_by_key(|(_, span)| span.start);
        self.functions.into_iter().map(|(name, span)| Spanned::new(span, name.clone())).collect()
    }

    /// Reads a definition, into which no variables reach.
    fn definition(&mut self, definition: &'t Definition, dot: Kind<'t>) {
        self.has_prelude = false;
        self.scope.clear();
        self.scope.push(("$", dot));
        self.nodes(&definition.body, dot);
    }

    fn variable(&self, name: &str) -> Kind<'t> {
        let declared = self.scope.iter().rev().find(|(known, _)| *known == name);
        let is_of_dialect = || self.has_prelude && self.dialect.variables().contains(&name);
        match (declared, name) {
            (Some((_, kind)), _) => *kind,
            (None, "$labels") if is_of_dialect() => Kind::Labels(LabelSource::Series),
            (None, "$value") if is_of_dialect() => Kind::Value(None),
            (None, "$externalLabels") if is_of_dialect() => Kind::Labels(LabelSource::External),
            (None, "$") if is_of_dialect() => Kind::Data,
            _ => Kind::Unknown,
        }
    }

    fn nodes(&mut self, nodes: &'t [Node], dot: Kind<'t>) {
        for node in nodes {
            match node {
                Node::Text(_) | Node::Comment | Node::Break(_) | Node::Continue(_) => {}
                Node::Action(pipeline) => {
                    let value = self.pipeline(pipeline, dot);
                    if pipeline.variables.is_empty() {
                        self.used_whole(value, pipeline.span);
                    }
                }
                Node::If(branch) => self.branch(branch, dot, |_| dot),
                Node::With(branch) => self.branch(branch, dot, |value| value),
                Node::Range(branch) => self.branch(branch, dot, element),
                Node::Call(call) => {
                    let value = call.argument.as_ref().map_or(Kind::Unknown, |argument| self.pipeline(argument, dot));
                    self.seldom.calls.push(call.name.clone());
                    if let Entry::Vacant(new) = self.called.entry(&call.name.value) {
                        new.insert(value);
                        self.waiting.insert(&call.name.value);
                    }
                }
            }
        }
    }

    fn branch(&mut self, branch: &'t Branch, dot: Kind<'t>, inner_dot: impl Fn(Kind<'t>) -> Kind<'t>) {
        let scope = self.scope.len();
        let value = self.pipeline(&branch.pipeline, dot);
        let inner = inner_dot(value);
        // In a range the last variable is the element, also where the pipeline has set it to the list.
        if let (Kind::Labels(source), Some(_)) = (value, branch.pipeline.variables.first()) {
            self.seldom.label_sets.push(Spanned::new(branch.pipeline.span, source));
        }
        if let Some(last) = branch.pipeline.variables.last() {
            self.set(&last.value, inner);
        }
        self.nodes(&branch.body, inner);
        self.nodes(&branch.otherwise, dot);
        self.scope.truncate(scope);
    }

    fn set(&mut self, name: &'t str, kind: Kind<'t>) {
        match self.scope.iter_mut().rev().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = kind,
            None => self.scope.push((name, kind)),
        }
    }

    fn pipeline(&mut self, pipeline: &'t Pipeline, dot: Kind<'t>) -> Kind<'t> {
        let mut value: Option<(Kind<'t>, Span)> = None;
        for command in &pipeline.commands {
            let result = self.command(command, dot, value.take());
            value = Some((result, command.span));
        }
        let value = value.map_or(Kind::Unknown, |(kind, _)| kind);
        for variable in &pipeline.variables {
            self.scope.push((&variable.value, value));
        }
        value
    }

    fn command(&mut self, command: &'t Command, dot: Kind<'t>, piped: Option<(Kind<'t>, Span)>) -> Kind<'t> {
        let Command { called, arguments, .. } = command;
        let Term::Function(name) = &called.term else {
            let value = self.operand(called, dot);
            for argument in arguments {
                self.operand(argument, dot);
            }
            return if arguments.is_empty() { value } else { method_result(value) };
        };
        if let (true, Some(piped)) = (arguments.is_empty(), piped) {
            return self.call(name, called.span, &[piped]);
        }
        let mut values: Vec<(Kind<'t>, Span)> =
            arguments.iter().map(|argument| (self.operand(argument, dot), argument.span)).collect();
        values.extend(piped);
        self.call(name, called.span, &values)
    }

    /// The kind of a function's value, given those of its arguments.
    fn call(&mut self, function: &'t Name, place: Span, arguments: &[(Kind<'t>, Span)]) -> Kind<'t> {
        self.functions.push((function, place));
        for (argument, _) in arguments {
            if let Kind::Value(Some(index)) = argument {
                self.applied(*index, Spanned::new(place, function.clone()), arguments);
            }
        }
        match (function.as_str(), arguments) {
            ("query", [(Kind::Text { text, formatted }, _)]) => {
                self.seldom.queries.push(QueryText { text: (*text).clone(), formatted: *formatted });
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
                self.label(*source, literal_name(text), place.to(*span));
                Kind::Unknown
            }
            ("index", [(Kind::Alerts, _), _]) => Kind::Alert,
            ("index", [(Kind::Samples, _), _]) => Kind::Sample,
            ("printf", [(Kind::Text { text, .. }, _), rest @ ..]) => match value_in(rest) {
                Some(value) => value,
                None => Kind::Text { text, formatted: !rest.is_empty() },
            },
            ("and" | "or", [.., (last, _)]) => *last,
            ("not" | "len" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "match", _) => Kind::Unknown,
            _ => {
                for (argument, span) in arguments {
                    self.used_whole(*argument, *span);
                }
                value_in(arguments).unwrap_or(Kind::Unknown)
            }
        }
    }

    fn applied(&mut self, index: usize, function: Spanned<Name>, arguments: &[(Kind<'t>, Span)]) {
        let Some(value) = self.values.get_mut(index) else { return };
        if let (true, Some((Kind::Text { text, .. }, _))) = (function.value == "printf", arguments.first()) {
            value.format = Some((*text).clone());
        }
        keep(&mut value.functions, function);
    }

    fn operand(&mut self, operand: &'t Operand, dot: Kind<'t>) -> Kind<'t> {
        match &operand.term {
            Term::Dot => self.read(dot, &[], operand.span),
            Term::Field(fields) => self.read(dot, fields, operand.span),
            Term::Variable(name, fields) => self.read(self.variable(&name.value), fields, operand.span),
            Term::Pipeline(pipeline, fields) => {
                let value = self.pipeline(pipeline, dot);
                self.read(value, fields, operand.span)
            }
            Term::Chain(inner, fields) => {
                let value = self.operand(inner, dot);
                self.read(value, fields, operand.span)
            }
            Term::Function(name) => self.call(name, operand.span, &[]),
            Term::String(text) => Kind::Text { text, formatted: false },
            Term::Nil | Term::Boolean(_) | Term::Number(_) => Kind::Unknown,
        }
    }

    /// Takes fields of a value, one after the other.
    fn read(&mut self, kind: Kind<'t>, fields: &[Spanned<Name>], span: Span) -> Kind<'t> {
        let mut kind = match kind {
            Kind::Value(None) => self.value(span),
            kind => kind,
        };
        for field in fields {
            kind = self.field(kind, field, span);
        }
        kind
    }

    fn value(&mut self, span: Span) -> Kind<'t> {
        keep(&mut self.values, ValueUse { span, functions: Vec::new(), format: None });
        Kind::Value(Some(self.values.len() - 1))
    }

    fn field(&mut self, kind: Kind<'t>, field: &Spanned<Name>, span: Span) -> Kind<'t> {
        let rule = self.dialect == Dialect::Rule;
        if matches!(kind, Kind::Data) {
            self.seldom.fields.push(field.clone());
        }
        match (&kind, field.value.as_str()) {
            (Kind::Data, _) if self.dialect == Dialect::Loki => {
                self.label(LabelSource::Stream, field.clone(), span);
                Kind::Unknown
            }
            (Kind::Labels(source), name) => {
                if !rule && LABEL_METHODS.contains(&name) {
                    self.seldom.label_sets.push(Spanned::new(span, *source));
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
    fn plain_field(&mut self, field: &Spanned<Name>, known: &'static [&'static str]) -> Kind<'t> {
        if !known.contains(&field.value.as_str()) {
            self.seldom.unknown_fields.push(UnknownField { name: field.clone(), known });
        }
        Kind::Unknown
    }

    fn label(&mut self, source: LabelSource, name: Spanned<Name>, span: Span) {
        keep(&mut self.labels, LabelReference { source, name, span });
    }

    fn used_whole(&mut self, kind: Kind<'t>, span: Span) {
        if let Kind::Labels(source) = kind {
            self.seldom.label_sets.push(Spanned::new(span, source));
        }
    }
}

/// Adds to what is found; nearly every template reads one thing of each kind, so that no room is taken for more.
fn keep<T>(found: &mut Vec<T>, one: T) {
    if found.is_empty() {
        *found = Vec::with_capacity(1);
    }
    found.push(one);
}

/// What a range's element is.
fn element(list: Kind<'_>) -> Kind<'_> {
    match list {
        Kind::Samples => Kind::Sample,
        Kind::Alerts => Kind::Alert,
        _ => Kind::Unknown,
    }
}

/// What a method call gives: `.Labels.Remove LIST` is still labels, others are text and times.
fn method_result(value: Kind<'_>) -> Kind<'_> {
    match value {
        Kind::Labels(_) => value,
        _ => Kind::Unknown,
    }
}

/// The value among arguments, which a function of it still is in part.
fn value_in<'t>(arguments: &[(Kind<'t>, Span)]) -> Option<Kind<'t>> {
    arguments.iter().map(|(kind, _)| *kind).find(|kind| matches!(kind, Kind::Value(Some(_))))
}

fn literal_name(text: &Excerpt) -> Spanned<Name> {
    Spanned::new(text.full_span(), Name::new(text.text()))
}
