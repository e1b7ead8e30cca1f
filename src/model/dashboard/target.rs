//! What a panel asks its datasource.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    logql,
    text::{Excerpt, Span, Spanned},
    tree::Node,
};

use super::{
    datasource::{DatasourceRef, DatasourceTarget},
    field,
    interpolation::{Interpolated, Scope},
};

/// One query of a panel.
#[derive(Clone, Debug)]
pub struct Target {
    /// The whole map.
    pub span: Span,
    /// `A`, `B`, …: what expressions and transformations call it.
    pub ref_id: Option<Spanned<String>>,
    /// Its own datasource; without one the panel's holds.
    pub datasource: Option<DatasourceRef>,
    /// What the query is written in, as far as the dashboard itself tells.
    pub language: Language,
    /// The text of `expr`.
    pub expr: Option<Excerpt>,
    /// `expr` read as PromQL; absent when empty, when the language is another one, and when the
    /// language is undecided and the text cannot be PromQL.
    pub query: Option<Interpolated>,
    /// `expr` read as LogQL, when the datasource is a Loki.
    pub log_query: Option<Interpolated<logql::Query>>,
    /// How series are named in the legend.
    pub legend_format: Option<Excerpt>,
    /// `time_series`, `table`, `heatmap`.
    pub format: Option<Spanned<String>>,
    /// Whether it is switched off.
    pub hidden: bool,
    /// Whether it asks for one moment, not for a range.
    pub instant: bool,
    /// The least step, such as `1m` or `$__interval`.
    pub interval: Option<Excerpt>,
    /// A server-side expression, when the target is one.
    pub expression: Option<ServerExpression>,
    /// The panel whose result is shown, for a target on `-- Dashboard --`.
    pub panel_id: Option<Spanned<i64>>,
}

/// A calculation over other targets, done by Grafana itself.
#[derive(Clone, PartialEq, Debug)]
pub struct ServerExpression {
    /// `math`, `reduce`, `resample`, `threshold`, `sql`, `classic_conditions`.
    pub kind: Option<Spanned<String>>,
    /// The ref ids it reads (`A`, `$A`), each at its place.
    pub inputs: Vec<Spanned<String>>,
}

/// What a query is written in.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Language {
    /// The datasource is a Prometheus.
    PromQl,
    /// The datasource is a VictoriaMetrics, whose language contains PromQL.
    MetricsQl,
    /// The datasource is a Loki, or the text has a pipe, which PromQL never has.
    LogQl,
    /// Anything else: SQL, traces, Grafana's own sources, server-side expressions.
    Other,
    /// The dashboard does not tell: a name, a uid without type, or the default datasource.
    Undecided,
}

impl Language {
    /// The language of a datasource plugin.
    pub fn of_plugin(plugin: &str) -> Self {
        match plugin {
            "prometheus" | "grafana-amazonprometheus-datasource" | "grafana-azureprometheus-datasource" => Self::PromQl,
            "victoriametrics-datasource" | "victoriametrics-metrics-datasource" => Self::MetricsQl,
            "loki" => Self::LogQl,
            _ => Self::Other,
        }
    }
}

/// What a dashboard's variables and inputs tell about the rest of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Surroundings {
    /// Values of variables.
    pub scope: Scope,
    /// Plugins of datasource variables and inputs, by name.
    pub plugins: BTreeMap<String, String>,
}

impl Surroundings {
    /// The language of a datasource.
    pub fn language(&self, datasource: Option<&DatasourceRef>) -> Language {
        let Some(datasource) = datasource else { return Language::Undecided };
        match &datasource.points_to.value {
            DatasourceTarget::Dashboard | DatasourceTarget::Grafana | DatasourceTarget::Expression => Language::Other,
            DatasourceTarget::Mixed => Language::Undecided,
            target => {
                let through = match target {
                    DatasourceTarget::Variable(name) | DatasourceTarget::Input(name) => self.plugins.get(name),
                    _ => None,
                };
                let claimed = datasource.plugin.as_ref().map(|plugin| &plugin.value);
                let plugin = claimed.filter(|plugin| !plugin.starts_with('$') && *plugin != "datasource").or(through);
                plugin.map_or(Language::Undecided, |plugin| Language::of_plugin(plugin))
            }
        }
    }

    /// Reads a text as PromQL if its language is PromQL or may be: decides an undecided language by the
    /// text where that is certain.
    pub fn query(&self, text: Option<&Excerpt>, language: &mut Language) -> Option<Interpolated> {
        let text = text.filter(|text| !text.text().trim().is_empty())?;
        if *language == Language::Undecided && has_pipe(text.text()) {
            *language = Language::LogQl;
        }
        match language {
            Language::PromQl | Language::Undecided => Some(Interpolated::read(text.clone(), &self.scope)),
            Language::MetricsQl => {
                let mut read: Interpolated = Interpolated::read(text.clone(), &self.scope);
                read.query = read.query.filter(|query| query.errors().is_empty());
                Some(read)
            }
            Language::LogQl | Language::Other => None,
        }
    }

    /// Reads a text as LogQL if a Loki is asked.
    pub fn log_query(&self, text: Option<&Excerpt>, language: Language) -> Option<Interpolated<logql::Query>> {
        let text = text.filter(|text| language == Language::LogQl && !text.text().trim().is_empty())?;
        Some(Interpolated::read(text.clone(), &self.scope))
    }
}

impl Target {
    /// Reads a target of a classic panel. `inherited` is the panel's datasource.
    pub(super) fn lower(node: Node<'_>, inherited: Option<&DatasourceRef>, around: &Surroundings) -> Self {
        let own = field::value(node, "datasource").and_then(DatasourceRef::lower);
        Self::of_parts(node, node, own, inherited, around)
    }

    /// Puts a target together from the map that says how it is used and the map with the query itself,
    /// which are one and the same in classic dashboards.
    pub(super) fn of_parts(
        frame: Node<'_>,
        payload: Node<'_>,
        own: Option<DatasourceRef>,
        inherited: Option<&DatasourceRef>,
        around: &Surroundings,
    ) -> Self {
        let mut language = around.language(own.as_ref().or(inherited));
        let expr = field::excerpt(payload, "expr");
        let log_query = around.log_query(expr.as_ref(), language);
        let query = around.query(expr.as_ref(), &mut language);
        let is_expression =
            own.as_ref().or(inherited).is_some_and(|source| source.points_to.value == DatasourceTarget::Expression);
        Self {
            span: frame.span(),
            // To a query with an empty name Grafana gives one, as to a query without any.
            ref_id: field::string(frame, "refId")
                .or_else(|| field::string(payload, "refId"))
                .filter(|name| !name.value.is_empty()),
            language,
            expr,
            query,
            log_query,
            legend_format: field::filled(payload, "legendFormat"),
            format: field::string(payload, "format"),
            hidden: ["hide", "hidden"].iter().any(|key| field::is_set(frame, key) || field::is_set(payload, key)),
            instant: field::is_set(payload, "instant") && !field::is_set(payload, "range"),
            interval: field::filled(payload, "interval"),
            expression: is_expression.then(|| ServerExpression::lower(payload)),
            panel_id: field::integer(payload, "panelId"),
            datasource: own,
        }
    }
}

impl ServerExpression {
    /// Reads a server-side expression; also those of provisioned alert rules.
    pub fn lower(node: Node<'_>) -> Self {
        let kind = field::string(node, "type");
        let takes_math = kind.as_ref().is_some_and(|kind| kind.value == "math");
        let is_sql = kind.as_ref().is_some_and(|kind| kind.value == "sql");
        let mut inputs = Vec::new();
        if let Some(text) = field::excerpt(node, "expression").filter(|_| !is_sql) {
            inputs = if takes_math { math_inputs(&text) } else { bare_input(&text).into_iter().collect() };
        }
        // Grafana's editor leaves conditions behind in expressions of other types, which do not read them.
        if kind.as_ref().is_none_or(|kind| kind.value == "classic_conditions") {
            let conditions = field::maps(node, "conditions").into_iter();
            let first = conditions.filter_map(|one| one.at(&["query", "params"])?.items().next());
            inputs.extend(first.filter_map(field::string_of));
        }
        Self { kind, inputs }
    }
}

/// `$A + ${B}`.
fn math_inputs(text: &Excerpt) -> Vec<Spanned<String>> {
    super::reference::uses(text).into_iter().map(|used| Spanned::new(used.span, used.name)).collect()
}

/// `A` or `$A`.
fn bare_input(text: &Excerpt) -> Option<Spanned<String>> {
    let name = text.text().trim().trim_start_matches('$').trim_matches(['{', '}']);
    (!name.is_empty()).then(|| Spanned::new(text.full_span(), name.to_owned()))
}

/// Whether a `|` stands outside of strings and comments.
fn has_pipe(text: &str) -> bool {
    let mut quote = None;
    let mut escaped = false;
    for byte in text.bytes() {
        match quote {
            Some(b'\n') if byte == b'\n' => quote = None,
            Some(_) if escaped => escaped = false,
            Some(b'"' | b'\'') if byte == b'\\' => escaped = true,
            Some(open) if open == byte => quote = None,
            Some(_) => {}
            None => match byte {
                b'|' => return true,
                b'"' | b'\'' | b'`' => quote = Some(byte),
                b'#' => quote = Some(b'\n'),
                _ => {}
            },
        }
    }
    false
}

/// The labels between the double braces of a legend, with the place of braces and all.
pub fn legend_labels(legend: &str) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = legend[from..].find("{{").map(|step| from + step) {
        let Some(close) = legend[open..].find("}}").map(|step| open + step) else { break };
        let name = legend[open + 2..close].trim();
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if is_name && !name.is_empty() {
            found.push((name, open..close + 2));
        }
        from = close + 2;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_logql_by_its_pipes() {
        for (text, expected) in [
            (r#"{app="x"} |= "boom""#, true),
            (r#"sum(rate({app="x"} | json [5m]))"#, true),
            (r#"x{a=~"b|c"}"#, false),
            (r#"x{a=~"b\"|c"}"#, false),
            ("x{a=~`b|c\\`}", false),
            ("x # a | b\n", false),
            ("x # a\n | json", true),
        ] {
            assert_eq!(has_pipe(text), expected, "{text}");
        }
    }
}
