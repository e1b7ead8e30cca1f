//! The functions of rule templates, as Prometheus' `template/template.go` has them.

use std::{collections::BTreeMap, rc::Rc};

use crate::vocab::{FloatFormat, Pattern, PatternUse, format_float};

use super::{
    QuerySample, Surroundings,
    builtin::Outcome,
    host, humanize, quote, title,
    value::{List, Map, Reach, Record, TextType, Value},
};

/// What Go says when a function follows a pointer that is nil.
const NIL_POINTER: &str = "runtime error: invalid memory address or nil pointer dereference";

/// Calls a function of rule templates. The arguments fit its signature; no text becomes longer than `limit`.
pub(super) fn call(name: &str, values: &[Value], surroundings: &mut Surroundings<'_>, limit: usize) -> Outcome {
    let texts: Vec<&str> = values.iter().filter_map(as_text).collect();
    if let Some(outcome) = of_texts(name, &texts, limit) {
        return outcome;
    }
    match (name, values, texts.as_slice()) {
        ("args", values, _) => Ok(arguments(values)),
        ("now", ..) => Ok(Value::Float(surroundings.milliseconds as f64 / 1000.0)),
        ("externalURL", ..) => surroundings.external_url.map(Value::text).ok_or_else(|| NIL_POINTER.to_owned()),
        ("pathPrefix", ..) => {
            let path = surroundings.external_url.map(|url| Value::text(host::path(url)));
            path.ok_or_else(|| NIL_POINTER.to_owned())
        }
        ("query", _, [expr]) => surroundings.queries.query(expr).map(|samples| vector(samples.iter().map(sample))),
        ("first", [value], _) => {
            let first = items(value).first().cloned();
            first.ok_or_else(|| "first() called on vector with no elements".to_owned())
        }
        ("value", [value], _) => field(value, "Value"),
        ("strvalue", [value], _) => label(value, "__value__"),
        ("label", [_, value], [name]) => label(value, name),
        ("sortByLabel", [_, value], [name]) => Ok(sorted(value, name)),
        ("humanizeTimestamp", [value], _) => humanize::timestamp(value),
        ("toTime", [value], _) => {
            humanize::moment(humanize::number(value)?).map(|moment| Value::Time(moment, Reach::Pointer))
        }
        ("toDuration", [value], _) => {
            let nanoseconds = humanize::truncated(humanize::number(value)? * 1e9);
            Ok(Value::Duration(nanoseconds, Reach::Pointer))
        }
        (_, [value], _) => humanize::call(name, humanize::number(value)?).map(Value::text),
        _ => Err(format!("{name} cannot be called so")),
    }
}

fn as_text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text, TextType::Plain) => Some(text),
        _ => None,
    }
}

/// The functions from texts to a text, a truth or a number.
fn of_texts(name: &str, texts: &[&str], limit: usize) -> Option<Outcome> {
    Some(match (name, texts) {
        ("match", [pattern, text]) => search(pattern).map(|pattern| Value::Boolean(pattern.is_match(text))),
        ("reReplaceAll", [pattern, replacement, text]) => {
            // Each match may bring the whole replacement, and each `$1` in it the whole match.
            let longest = (text.len() + 1).saturating_mul(replacement.len() + 1);
            if longest > limit {
                return Some(Err("the text is too long for promcheck".to_owned()));
            }
            // `MustCompile` panics, and Go's templates report that.
            let replaced = search(pattern).map(|pattern| pattern.replace_all(text, replacement));
            replaced.map(Value::text).map_err(|error| format!("regexp: Compile({}): {error}", backquoted(pattern)))
        }
        ("safeHtml", [text]) => Ok(Value::Text((*text).into(), TextType::Html)),
        ("title", [text]) => Ok(Value::text(title::title(text))),
        ("toUpper", [text]) => Ok(Value::text(title::upper(text))),
        ("toLower", [text]) => Ok(Value::text(title::lower(text))),
        ("graphLink", [expr]) => Ok(Value::text(format!("/graph?g0.expr={}&g0.tab=0", quote::url_query(expr)))),
        ("tableLink", [expr]) => Ok(Value::text(format!("/graph?g0.expr={}&g0.tab=1", quote::url_query(expr)))),
        ("stripPort", [text]) => Ok(Value::text(host::without_port(text))),
        ("stripDomain", [text]) => Ok(Value::text(host::without_domain(text))),
        ("parseDuration", [text]) => humanize::parse_duration(text).map(Value::Float),
        ("urlQueryEscape", [text]) => Ok(Value::text(quote::url_query(text))),
        _ => return None,
    })
}

fn search(pattern: &str) -> Result<Pattern, String> {
    Pattern::of(pattern, PatternUse::Search).map_err(|error| format!("error parsing regexp: {error}"))
}

fn backquoted(text: &str) -> String {
    if quote::can_backquote(text) { format!("`{text}`") } else { quote::quoted(text, false) }
}

/// `map[arg0:… arg1:…]`
fn arguments(values: &[Value]) -> Value {
    let named = values.iter().enumerate().map(|(at, value)| {
        let value = if *value == Value::Absent { Value::Nil } else { value.clone() };
        (format!("arg{at}"), value)
    });
    let entries: BTreeMap<String, Value> = named.collect();
    Value::Map(Rc::new(Map { type_name: "map[string]interface {}", zero: Value::Nil, entries }))
}

/// What `query` gives.
fn vector(items: impl Iterator<Item = Value>) -> Value {
    Value::List(Rc::new(List { type_name: "template.queryResult", items: items.collect() }))
}

fn sample(sample: &QuerySample) -> Value {
    let fields = vec![("Labels", Value::labels(&sample.labels)), ("Value", sample.value.in_template())];
    let record = Record { type_name: "template.sample", reach: Reach::Pointer, fields, interfaces: &["Value"] };
    Value::Record(Rc::new(record))
}

fn items(value: &Value) -> &[Value] {
    match value {
        Value::List(list) => &list.items,
        _ => &[],
    }
}

fn field(sample: &Value, name: &str) -> Outcome {
    let Value::Record(record) = sample else { return Err(NIL_POINTER.to_owned()) };
    let field = record.fields.iter().find(|(known, _)| *known == name);
    field.map(|(_, value)| value.clone()).ok_or_else(|| NIL_POINTER.to_owned())
}

/// A label of a sample; empty when it has none of the name.
fn label(sample: &Value, name: &str) -> Outcome {
    let Value::Map(labels) = field(sample, "Labels")? else { return Err(NIL_POINTER.to_owned()) };
    Ok(labels.entries.get(name).cloned().unwrap_or_else(|| Value::text("")))
}

fn sorted(value: &Value, name: &str) -> Value {
    let mut items = items(value).to_vec();
    let key = |sample: &Value| match label(sample, name) {
        Ok(Value::Text(text, _)) => text.to_string(),
        _ => String::new(),
    };
    items.sort_by_cached_key(key);
    vector(items.into_iter())
}

/// A number with four significant digits, as the functions for people print it.
pub(super) fn four_digits(number: f64) -> String {
    format_float(number, FloatFormat::G, Some(4))
}
