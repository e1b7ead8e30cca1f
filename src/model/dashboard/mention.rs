//! Every place of a dashboard where a variable is named, found by walking the whole document.

use std::cell::LazyCell;

use crate::{
    text::Spanned,
    tree::{Kind, Node, Style},
};

use super::{
    field,
    reference::{self, VariableUse},
};

/// A variable named somewhere in a dashboard.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mention {
    /// The reference; for `repeat`, the bare name.
    pub variable: VariableUse,
    /// What the text is for.
    pub place: Place,
}

/// What a text that names a variable is for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Place {
    /// The title of the dashboard, a panel or a row.
    Title,
    /// A description or the content of a text panel.
    Text,
    /// A link or its title.
    Link,
    /// The legend of a target.
    Legend,
    /// The variable by which a panel or row is repeated.
    Repeat,
    /// A datasource.
    Datasource,
    /// Anything else in a target.
    Query,
    /// In a server-side expression, where `$A` is a target unless a variable has that name.
    Expression,
    /// In the definition of the variable of this name.
    Variable(String),
    /// In an annotation.
    Annotation,
    /// In a condition that shows or hides a part of the layout.
    Condition,
    /// Anywhere else: options of visualisations, overrides, transformations.
    Other,
}

/// Every mention in a dashboard's body, in document order.
pub(super) fn mentions(root: Node<'_>) -> Vec<Mention> {
    let mut found = Vec::new();
    walk(root, &Place::Other, &mut found);
    found
}

fn walk(node: Node<'_>, place: &Place, found: &mut Vec<Mention>) {
    match node.kind() {
        Kind::Scalar(_) => mention(node, place, found),
        Kind::Sequence => node.items().for_each(|item| walk(item, place, found)),
        Kind::Mapping => {
            condition(node, found);
            let (is_expression, has_expr) =
                (LazyCell::new(|| is_expression(node)), LazyCell::new(|| has_expression(node)));
            for (key, value) in node.raw_entries() {
                let key = key.text().unwrap_or_default();
                match key {
                    // Values and stored results, not texts that Grafana interpolates.
                    "current" | "options" if matches!(place, Place::Variable(_)) => {}
                    "snapshotData" | "__inputs" | "__requires" | "definition" => {}
                    "repeat" => repeat(value, found),
                    "expression" if *is_expression => walk(value, &Place::Expression, found),
                    "templating" => value.get("list").into_iter().for_each(|list| variables(list, found)),
                    "variables" => variables(value, found),
                    _ if *place == Place::Query && is_leftover(key) && *has_expr => walk(value, &Place::Other, found),
                    _ => walk(value, &inner(key, place), found),
                }
            }
        }
    }
}

/// What the texts under a key are for.
fn inner(key: &str, place: &Place) -> Place {
    match (key, place) {
        ("description", _) => Place::Text,
        (_, Place::Variable(_) | Place::Annotation) => place.clone(),
        ("datasource", _) => Place::Datasource,
        ("legendFormat", Place::Query) => Place::Legend,
        (_, Place::Query | Place::Link | Place::Datasource) => place.clone(),
        ("targets" | "queries", _) => Place::Query,
        ("links" | "url", _) => Place::Link,
        ("title", _) => Place::Title,
        ("content", _) => Place::Text,
        ("annotations", _) => Place::Annotation,
        _ => Place::Other,
    }
}

/// Whether a target is a server-side expression.
fn is_expression(target: Node<'_>) -> bool {
    let kind = target.get("type").and_then(Node::text);
    kind.is_some_and(|kind| matches!(kind, "math" | "reduce" | "resample" | "threshold" | "classic_conditions" | "sql"))
}

fn has_expression(target: Node<'_>) -> bool {
    target.get("expr").and_then(Node::text).is_some_and(|expr| !expr.is_empty())
}

/// Whether a key of a target that has an `expr` is none a Prometheus looks at: what remains when a panel
/// is moved from one kind of datasource to another.
fn is_leftover(key: &str) -> bool {
    !["expr", "legendFormat", "interval", "datasource", "query", "spec", "refId"].contains(&key)
}

fn mention(node: Node<'_>, place: &Place, found: &mut Vec<Mention>) {
    if !node.text().is_some_and(|text| text.contains('$') || text.contains("[[")) {
        return;
    }
    let Some(text) = node.excerpt() else { return };
    found.extend(reference::uses(&text).into_iter().map(|variable| Mention { variable, place: place.clone() }));
}

/// The definitions of a list of variables; each speaks in its own name.
fn variables(list: Node<'_>, found: &mut Vec<Mention>) {
    for node in list.items() {
        let name = field::string(node, "name").or_else(|| field::string(field::value(node, "spec")?, "name"));
        walk(node, &Place::Variable(name.map(|name| name.value).unwrap_or_default()), found);
    }
}

/// `repeat: name` of classic dashboards, `repeat: {mode: variable, value: name}` of v2.
fn repeat(node: Node<'_>, found: &mut Vec<Mention>) {
    // Old exports say `null`, `0` or `false` where nothing is repeated.
    let is_text = node.kind() == Kind::Scalar(Style::DoubleQuoted);
    let name = if is_text { field::string_of(node) } else { field::string(node, "value") };
    found.extend(name.and_then(|name| bare(name, Place::Repeat)));
}

/// `{kind: ConditionalRenderingVariable, spec: {variable: name}}`.
fn condition(node: Node<'_>, found: &mut Vec<Mention>) {
    if node.get("kind").and_then(Node::text) == Some("ConditionalRenderingVariable") {
        let name = field::value(node, "spec").and_then(|spec| field::string(spec, "variable"));
        found.extend(name.and_then(|name| bare(name, Place::Condition)));
    }
}

/// A name without a sign before it; older exports have one all the same.
fn bare(name: Spanned<String>, place: Place) -> Option<Mention> {
    let plain = name.value.trim().trim_start_matches('$').trim_matches(['{', '}']).to_owned();
    let variable = VariableUse { name: plain, field: None, format: None, span: name.span };
    (!variable.name.is_empty()).then_some(Mention { variable, place })
}
