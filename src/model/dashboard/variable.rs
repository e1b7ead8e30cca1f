//! Template variables of both schemas, and the queries that fill them.

use std::ops::Range;

use crate::{
    logql,
    text::{Excerpt, Span, Spanned},
    tree::{Kind, Node},
};

use super::{
    datasource::DatasourceRef,
    field,
    interpolation::{Interpolated, Scope},
    target::{Language, Surroundings},
};

/// A template variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The whole map.
    pub span: Span,
    /// The name by which it is used.
    pub name: Option<Spanned<String>>,
    /// The name that is shown.
    pub label: Option<Excerpt>,
    /// What gives it its values.
    pub kind: VariableKind,
    /// The datasource it asks.
    pub datasource: Option<DatasourceRef>,
    /// What it asks; for datasource variables the plugin id, for custom and interval ones the list.
    pub query: VariableQuery,
    /// The text of the query as written, whatever the kind.
    pub text: Option<Excerpt>,
    /// The streams that a Loki is asked for, where the query is a map.
    pub(super) stream: Option<Excerpt>,
    /// Whether the query is a map.
    pub(super) is_structured: bool,
    /// Which of the answers become values.
    pub regex: Option<Excerpt>,
    /// Whether no chooser is shown for it.
    pub hidden: bool,
    /// When a query is asked again.
    pub refresh: Option<Spanned<Refresh>>,
    /// Whether several values can be chosen.
    pub multi: bool,
    /// Whether "All" can be chosen.
    pub include_all: bool,
    /// What "All" stands for, when it is not every value.
    pub all_value: Option<Excerpt>,
    /// The values it can take, when they are listed in the file.
    pub options: Vec<Spanned<String>>,
    /// The values that are chosen in the file.
    pub current: Vec<Spanned<String>>,
}

/// What gives a variable its values.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum VariableKind {
    /// A query to a datasource.
    Query,
    /// The datasources of one plugin.
    Datasource,
    /// A list.
    Custom,
    /// A list of durations.
    Interval,
    /// One value, hidden.
    Constant,
    /// Whatever the viewer types.
    TextBox,
    /// Filters added to every query; not used by name.
    AdHoc,
    /// Labels to group by, added to every query.
    GroupBy,
    /// One of two values.
    Switch,
    /// A kind this program does not know, or none.
    Other(String),
}

/// When a query variable is asked again.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Refresh {
    /// Never: the values are those of the file.
    Never,
    /// When the dashboard is opened.
    OnLoad,
    /// Whenever the time range changes.
    OnTimeRange,
}

/// What a variable asks a Prometheus.
#[derive(Clone, Debug)]
pub enum VariableQuery {
    /// Nothing, or nothing a Prometheus answers.
    None,
    /// `label_names()`, `label_names(metric)`.
    LabelNames {
        /// Of these series only.
        of: Option<Interpolated>,
    },
    /// `label_values(label)`, `label_values(selector, label)`.
    LabelValues {
        /// Of these series only.
        of: Option<Interpolated>,
        /// The label.
        label: Excerpt,
    },
    /// `metrics(pattern)`.
    Metrics {
        /// A regular expression that names match.
        pattern: Excerpt,
    },
    /// `query_result(promql)`.
    QueryResult(Interpolated),
    /// A bare selector or expression: the series themselves.
    Series(Interpolated),
    /// One of the functions above, but not of a form that Grafana understands.
    Malformed(Excerpt),
    /// Of a Loki: the streams whose labels have the values, `label_values({…}, label)`.
    Streams(Box<Interpolated<logql::Query>>),
    /// Of a Loki: a text that Grafana takes for a question after the names of labels.
    Misunderstood(Excerpt),
}

impl Variable {
    /// The values it is known to take, the current ones first; empty when they depend on a datasource
    /// or on the viewer.
    pub fn known_values(&self) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        let fixed = !matches!(self.kind, VariableKind::TextBox | VariableKind::AdHoc | VariableKind::GroupBy);
        for value in self.current.iter().chain(&self.options).filter(|_| fixed) {
            if !value.is_empty() && !value.starts_with("$__") && !values.contains(&value.value) {
                values.push(value.value.clone());
            }
        }
        values
    }

    /// Reads a classic variable; its query is read by [`Variable::read_query`] once all are known.
    pub(super) fn lower(node: Node<'_>) -> Self {
        let kind = field::string(node, "type").map(|kind| kind.value).unwrap_or_default();
        let datasource = field::value(node, "datasource").and_then(DatasourceRef::lower);
        Self::of_parts(node, kind_of(&kind), datasource)
    }

    /// Reads what both schemas spell alike.
    pub(super) fn of_parts(node: Node<'_>, kind: VariableKind, datasource: Option<DatasourceRef>) -> Self {
        let mut text = query_text(node);
        if text.is_none() {
            let key = if kind == VariableKind::Datasource { "pluginId" } else { "definition" };
            text = field::filled(node, key);
        }
        let options = options_of(node, &kind, text.as_ref());
        let query = structured(node);
        Self {
            span: node.span(),
            name: field::string(node, "name"),
            label: field::filled(node, "label"),
            datasource,
            query: VariableQuery::None,
            stream: query.and_then(|query| field::filled(query, "stream")),
            is_structured: query.is_some(),
            regex: field::filled(node, "regex"),
            hidden: field::string(node, "hide").is_some_and(|hide| matches!(hide.as_str(), "2" | "hideVariable")),
            refresh: refresh(node),
            multi: field::is_set(node, "multi"),
            include_all: field::is_set(node, "includeAll"),
            all_value: field::filled(node, "allValue"),
            current: node.get("current").map(|current| field::strings(current, "value")).unwrap_or_default(),
            options,
            kind,
            text,
        }
    }

    /// Reads the query in the light of all variables.
    pub(super) fn read_query(&mut self, around: &Surroundings) {
        if self.kind != VariableKind::Query {
            return;
        }
        if around.language(self.datasource.as_ref()) == Language::LogQl {
            let text = self.text.as_ref().filter(|_| !self.is_structured);
            self.query = VariableQuery::of_loki(text, self.stream.as_ref(), &around.scope);
            return;
        }
        let Some(text) = &self.text else { return };
        let is_call = VariableQuery::function_of(text.text()).is_some();
        match around.language(self.datasource.as_ref()) {
            Language::PromQl | Language::MetricsQl => {}
            Language::Undecided if is_call => {}
            _ => return,
        }
        self.query = VariableQuery::read(text, &around.scope);
    }
}

impl VariableQuery {
    /// Reads the query of a Prometheus variable as Grafana's `metric_find_query.ts` does.
    pub fn read(text: &Excerpt, scope: &Scope) -> Self {
        let Some((function, inside)) = Self::function_of(text.text()) else {
            return Self::Series(Interpolated::read(text.clone(), scope));
        };
        let Some(inside) = inside else { return Self::Malformed(text.clone()) };
        let arguments = &text.text()[inside.clone()];
        let part = |range: Range<usize>| text.sub(trimmed(text.text(), range));
        let selector = |range| Some(Interpolated::read(part(range), scope));
        match function {
            "label_names" if arguments.trim().is_empty() => Self::LabelNames { of: None },
            "label_names" => Self::LabelNames { of: selector(inside) },
            "query_result" if !arguments.trim().is_empty() => {
                Self::QueryResult(Interpolated::read(part(inside), scope))
            }
            "metrics" if !arguments.trim().is_empty() => Self::Metrics { pattern: part(inside) },
            "label_values" => {
                let comma = arguments.rfind(',').filter(|comma| !arguments[*comma..].contains(['}', ')']));
                let (of, label) = match comma {
                    Some(comma) => (selector(inside.start..inside.start + comma), inside.start + comma + 1..inside.end),
                    None => (None, inside),
                };
                let label = part(label);
                let is_name = !label.text().is_empty() && !label.text().contains(['{', '}', '(', ')', '"', ' ']);
                let quoted = label.text().len() > 2 && label.text().starts_with('"') && label.text().ends_with('"');
                let braced = !super::reference::references(label.text()).is_empty();
                if is_name || quoted || braced {
                    Self::LabelValues { of, label }
                } else {
                    Self::Malformed(text.clone())
                }
            }
            _ => Self::Malformed(text.clone()),
        }
    }

    /// Reads the query of a Loki variable: a text as Grafana's `variableQueryMigrations.ts` does, or the streams of a
    /// map.
    fn of_loki(text: Option<&Excerpt>, stream: Option<&Excerpt>, scope: &Scope) -> Self {
        let streams = |stream: Excerpt| Self::Streams(Box::new(Interpolated::read(stream, scope)));
        let Some(text) = text else { return stream.map_or(Self::None, |stream| streams(stream.clone())) };
        let is_whole_variable = text.text().starts_with(['$', '[']);
        match Self::function_of(text.text()) {
            Some(("label_names", Some(inside))) if inside.is_empty() => Self::None,
            Some(("label_values", Some(inside))) => {
                let arguments = &text.text()[inside.clone()];
                let (before, label) = arguments.rsplit_once(',').unwrap_or(("", arguments));
                let label = label.trim();
                let is_name =
                    |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '{' | '}' | '[' | ']' | ':');
                if label.is_empty() || !label.chars().all(is_name) {
                    return Self::Misunderstood(text.clone());
                }
                let range = trimmed(text.text(), inside.start..inside.start + before.len());
                // Newer releases of Grafana put braces around what has none.
                if text.text()[range.clone()].starts_with('{') { streams(text.sub(range)) } else { Self::None }
            }
            _ if is_whole_variable => Self::None,
            _ => Self::Misunderstood(text.clone()),
        }
    }

    /// The PromQL inside, if any.
    pub fn promql(&self) -> Option<&Interpolated> {
        match self {
            Self::LabelNames { of } | Self::LabelValues { of, .. } => of.as_ref(),
            Self::QueryResult(query) | Self::Series(query) => Some(query),
            Self::None | Self::Metrics { .. } | Self::Malformed(_) | Self::Streams(_) | Self::Misunderstood(_) => None,
        }
    }

    /// Which function of Grafana's a text calls, and where its arguments stand when its bracket is closed.
    fn function_of(text: &str) -> Option<(&'static str, Option<Range<usize>>)> {
        let start = text.len() - text.trim_start().len();
        let end = text.trim_end().len();
        let functions = ["label_names", "label_values", "query_result", "metrics"];
        let function = functions
            .into_iter()
            .find(|function| text[start..].strip_prefix(function).is_some_and(|rest| rest.starts_with('(')))?;
        let from = start + function.len() + 1;
        Some((function, text[..end].ends_with(')').then(|| from..end - 1)))
    }
}

/// A range without the blanks at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    start..(range.start + part.trim_end().len()).max(start)
}

/// The kind that a classic `type` or a v2 `kind` names.
pub(super) fn kind_of(name: &str) -> VariableKind {
    match name {
        "query" | "QueryVariable" => VariableKind::Query,
        "datasource" | "DatasourceVariable" => VariableKind::Datasource,
        "custom" | "CustomVariable" => VariableKind::Custom,
        "interval" | "IntervalVariable" => VariableKind::Interval,
        "constant" | "ConstantVariable" => VariableKind::Constant,
        "textbox" | "TextVariable" => VariableKind::TextBox,
        "adhoc" | "AdhocVariable" => VariableKind::AdHoc,
        "groupby" | "GroupByVariable" => VariableKind::GroupBy,
        "switch" | "SwitchVariable" => VariableKind::Switch,
        other => VariableKind::Other(other.to_owned()),
    }
}

/// `query` where it is a map, or the map inside of it.
fn structured(node: Node<'_>) -> Option<Node<'_>> {
    let query = field::value(node, "query").filter(|query| query.kind() == Kind::Mapping)?;
    Some(field::value(query, "spec").unwrap_or(query))
}

/// `query` as a string, or the string inside its object form, which in v2 has a `spec` of its own.
fn query_text(node: Node<'_>) -> Option<Excerpt> {
    let query = field::value(node, "query")?;
    if let Kind::Scalar(_) = query.kind() {
        return query.excerpt().filter(|text| !text.text().trim().is_empty());
    }
    let payload = field::value(query, "spec").unwrap_or(query);
    ["query", "expr", "__legacyStringValue"].iter().find_map(|key| field::filled(payload, key))
}

fn refresh(node: Node<'_>) -> Option<Spanned<Refresh>> {
    let refresh = field::string(node, "refresh")?;
    let value = match refresh.value.as_str() {
        "0" | "false" | "never" => Refresh::Never,
        "1" | "true" | "onDashboardLoad" => Refresh::OnLoad,
        "2" | "onTimeRangeChanged" => Refresh::OnTimeRange,
        _ => return None,
    };
    Some(Spanned::new(refresh.span, value))
}

/// The listed values; those of custom and interval variables stand in their query.
fn options_of(node: Node<'_>, kind: &VariableKind, text: Option<&Excerpt>) -> Vec<Spanned<String>> {
    match (kind, text) {
        (VariableKind::Custom | VariableKind::Interval, Some(text)) => listed(text),
        (VariableKind::Constant | VariableKind::TextBox, Some(text)) => {
            vec![Spanned::new(text.full_span(), text.text().to_owned())]
        }
        (VariableKind::Switch, _) => {
            ["enabledValue", "disabledValue"].iter().filter_map(|key| field::string(node, key)).collect()
        }
        (VariableKind::Query, _) => {
            field::maps(node, "options").into_iter().flat_map(|option| field::strings(option, "value")).collect()
        }
        _ => Vec::new(),
    }
}

/// `a, b : 2, c\,d`: values, with an optional shown text before ` : `.
fn listed(text: &Excerpt) -> Vec<Spanned<String>> {
    let whole = text.text();
    let mut found = Vec::new();
    let mut from = 0;
    let separators = whole.match_indices(',').map(|(at, _)| at).filter(|at| !whole[..*at].ends_with('\\'));
    for end in separators.chain([whole.len()]) {
        let mut range = trimmed(whole, from..end);
        if let Some(colon) = whole[range.clone()].find(" : ") {
            range = trimmed(whole, range.start + colon + 3..range.end);
        }
        if !range.is_empty() {
            found.push(Spanned::new(text.span(range.clone()), whole[range].replace("\\,", ",")));
        }
        from = end + 1;
    }
    found
}
