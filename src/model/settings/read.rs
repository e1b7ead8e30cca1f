//! Reads settings out of the tree by their table.

use crate::{
    diag::Diagnostic,
    text::{Excerpt, Name, Spanned},
    tree::{Complaints, Fields, Kind, Node, Style, whole},
    vocab::placeholder,
};

use super::{
    Schema, Setting, Settings, Shape, Value,
    value::{is_size, is_timed_go_duration},
};
use crate::model::Pair;

impl Settings {
    /// The settings of a map; complains of keys that the table does not have. `None` when it is no map.
    pub fn lower(node: Node<'_>, schema: &Schema, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, schema.what, complaints)?;
        let settings = Self::take(&mut fields, schema, complaints);
        fields.finish(complaints);
        Some(settings)
    }

    /// The settings that stand under a key of a map, if there are any.
    pub fn under(
        fields: &mut Fields<'_>,
        key: &'static str,
        schema: &Schema,
        complaints: &mut Complaints,
    ) -> Option<Self> {
        if fields.node_of(key).is_some_and(Node::is_capital_null) {
            let span = fields.key_span(key)?;
            return Some(Self { span, entries: Vec::new(), damaged: false });
        }
        fields.value(key).and_then(|node| Self::lower(node, schema, complaints))
    }

    /// The settings that stand among other fields of a map, which the caller goes on reading.
    pub fn take(fields: &mut Fields<'_>, schema: &Schema, complaints: &mut Complaints) -> Self {
        let mut entries = Vec::new();
        let keys = schema.keys();
        for &(key, shape) in &keys {
            let (Some(place), Some(node)) = (fields.key_span(key), fields.node_of(key)) else { continue };
            let value = match node.is_null() {
                true => read_null(node, key, shape, complaints),
                false => read(fields, key, shape, complaints),
            };
            let key = Spanned::new(place, key);
            let mut others = keys.iter().map(|(other, _)| *other);
            let file_key = others.find(|other| other.strip_suffix("_file") == Some(key.value));
            let is_null = node.is_null() && value.is_none();
            entries.push(Setting { key, shape, file_key, span: node.span(), is_null, value });
        }
        let node = fields.node();
        Self { span: node.span(), entries, damaged: node.is_damaged() }
    }

    /// The maps of settings in a list; complains of null items.
    pub fn lower_items(items: Vec<Node<'_>>, key: &str, schema: &Schema, complaints: &mut Complaints) -> Vec<Self> {
        let mut maps = Vec::new();
        for item in items {
            if item.is_null() {
                complaints.push(empty_item(item, key));
            } else {
                maps.extend(Self::lower(item, schema, complaints));
            }
        }
        maps
    }
}

/// The complaint about a list item that is null.
pub fn empty_item(item: Node<'_>, key: &str) -> Diagnostic {
    Diagnostic::error(item.span(), format!("an item of `{key}` is empty")).help("fill it in or remove the dash")
}

/// The complaint about a list item that is null and does no harm.
pub fn passed_over(item: Node<'_>, key: &str) -> Diagnostic {
    Diagnostic::warning(item.span(), format!("an item of `{key}` is empty")).help("fill it in or remove the dash")
}

/// Whether a scalar is a number without a unit, which Go takes for nanoseconds.
fn bare_number(node: Node<'_>) -> bool {
    node.kind() == Kind::Scalar(Style::Plain) && node.text().is_some_and(|text| whole(text).is_some())
}

/// What a null is read as: nothing, but the empty text or map for types that read themselves and see it in capitals.
fn read_null(node: Node<'_>, key: &'static str, shape: Shape, complaints: &mut Complaints) -> Option<Value> {
    if !node.is_capital_null() {
        return None;
    }
    let empty = || Excerpt::verbatim(node.span().file, node.span().start, "");
    match shape {
        Shape::Secret | Shape::Url | Shape::SecretUrl | Shape::Address => Some(Value::Text(empty())),
        Shape::Map(_) => Some(Value::Map(Settings { span: node.span(), entries: Vec::new(), damaged: false })),
        Shape::Duration => {
            complaints.push(no_duration(node, key));
            None
        }
        _ => None,
    }
}

/// The complaint about a null in capital letters where a duration belongs.
pub fn no_duration(node: Node<'_>, key: &str) -> Diagnostic {
    Diagnostic::error(node.span(), format!("`{key}` is not a duration: it is empty"))
        .help("write `null` in small letters, or remove the key")
}

/// Complains of a number that is too large for Go's 64 bits; reading cuts it off.
fn within_integers(node: Node<'_>, key: &str, complaints: &mut Complaints) -> bool {
    let text = node.text().unwrap_or_default();
    let is_cut_off = whole(text) == Some(i64::MAX) && text.replace('_', "").parse::<i64>().is_err();
    if is_cut_off {
        complaints.push(Diagnostic::error(node.span(), format!("`{key}` is a larger number than is taken")));
    }
    !is_cut_off
}

const GO_DURATION: &str = "a duration such as `30s` or `1m30s` (days are written in hours)";

fn read(fields: &mut Fields<'_>, key: &'static str, shape: Shape, complaints: &mut Complaints) -> Option<Value> {
    match shape {
        Shape::Text
        | Shape::Template
        | Shape::Secret
        | Shape::Path
        | Shape::Url
        | Shape::SecretUrl
        | Shape::AnyUrl
        | Shape::UrlTemplate
        | Shape::Address => fields.excerpt(key, complaints).map(Value::Text),
        Shape::Boolean => fields.boolean(key, complaints).map(|value| Value::Boolean(value.value)),
        Shape::ChatId if fields.value(key)?.text().is_some_and(|text| placeholder(text).is_some()) => {
            fields.excerpt(key, complaints).map(Value::Text)
        }
        Shape::Integer | Shape::ChatId => {
            let value = fields.integer(key, complaints)?;
            within_integers(fields.value(key)?, key, complaints).then_some(Value::Integer(value.value))
        }
        Shape::Count => count(fields, key, complaints),
        Shape::Number => fields.number(key, complaints).map(|value| Value::Number(value.value)),
        Shape::Duration => fields.duration(key, complaints).map(|value| Value::Duration(value.value)),
        Shape::GoDuration => match bare_number(fields.value(key)?) {
            true if !within_integers(fields.value(key)?, key, complaints) => None,
            true => fields.excerpt(key, complaints).map(Value::Text),
            false => spelled(fields, key, is_timed_go_duration, GO_DURATION, complaints),
        },
        Shape::TimedGoDuration => spelled(fields, key, is_timed_go_duration, GO_DURATION, complaints),
        Shape::Size => spelled(fields, key, is_size, "an amount of bytes such as `512KB` or `10MB`", complaints),
        Shape::Texts | Shape::Templates => Some(Value::Texts(fields.excerpts(key, complaints))),
        Shape::TextMap | Shape::TemplateMap => Some(Value::Pairs(Pair::all(fields.string_map(key, complaints)))),
        Shape::TextListMap => text_lists(fields, key, complaints),
        Shape::Map(schema) => Settings::lower(fields.value(key)?, schema, complaints).map(Value::Map),
        Shape::TemplateOrMap(schema) => match fields.value(key)?.kind() {
            Kind::Scalar(_) => fields.excerpt(key, complaints).map(Value::Text),
            _ => Settings::lower(fields.value(key)?, schema, complaints).map(Value::Map),
        },
        Shape::NamedMaps(schema) => named_maps(fields.value(key)?, key, schema, complaints),
        Shape::List(schema) => {
            let items = fields.list(key, complaints);
            Some(Value::List(Settings::lower_items(items, key, schema, complaints)))
        }
        Shape::SparseList(schema) => {
            let (empty, items): (Vec<_>, Vec<_>) =
                fields.list(key, complaints).into_iter().partition(|item| item.is_null());
            complaints.extend(empty.into_iter().map(|item| passed_over(item, key)));
            Some(Value::List(Settings::lower_items(items, key, schema, complaints)))
        }
        Shape::AnyMap if fields.value(key)?.kind() != Kind::Mapping => {
            Fields::of(fields.value(key)?, key, complaints);
            None
        }
        Shape::Any | Shape::AnyMap => {
            let mut texts = Vec::new();
            gather(fields.value(key)?, &mut texts);
            Some(Value::Texts(texts))
        }
    }
}

fn count(fields: &mut Fields<'_>, key: &'static str, complaints: &mut Complaints) -> Option<Value> {
    let number = fields.integer(key, complaints)?;
    if number.value < 0 {
        let message = format!("`{key}` takes a number from 0 on, but this is `{}`", number.value);
        complaints.push(Diagnostic::error(number.span, message));
        return None;
    }
    Some(Value::Integer(number.value))
}

/// A text of which only one spelling is understood.
fn spelled(
    fields: &mut Fields<'_>,
    key: &'static str,
    fits: fn(&str) -> bool,
    expected: &str,
    complaints: &mut Complaints,
) -> Option<Value> {
    let text = fields.excerpt(key, complaints)?;
    if !fits(text.text()) {
        let message = format!("`{key}` takes {expected}, but this is `{}`", crate::vocab::shortened(text.text(), 40));
        complaints.push(Diagnostic::error(text.full_span(), message));
        return None;
    }
    Some(Value::Text(text))
}

fn text_lists(fields: &mut Fields<'_>, key: &'static str, complaints: &mut Complaints) -> Option<Value> {
    let node = fields.value(key)?;
    let lists = Fields::of(node, key, complaints)?.rest();
    let mut pairs = Vec::new();
    for (name, list) in lists {
        let Some(text) = name.text() else { continue };
        if list.kind() != Kind::Sequence && !list.is_null() {
            let message = format!("`{text}` in `{key}` takes a list of strings");
            let fix = list.text().map(|value| format!("write `{text}: [{value}]`"));
            let complaint = Diagnostic::error(list.span(), message);
            complaints.push(fix.into_iter().fold(complaint, Diagnostic::help));
        }
        for item in list.items().filter(|item| !matches!(item.kind(), Kind::Scalar(_))) {
            complaints.push(Diagnostic::error(item.span(), format!("`{text}` in `{key}` takes a list of strings")));
        }
        if list.items().next().is_none() {
            // A name without values is a name that is set.
            let value = Excerpt::verbatim(name.span().file, name.span().end, "");
            pairs.push(Pair { name: Spanned::new(name.span(), Name::new(text)), value });
        }
        pairs.extend(
            list.items()
                .filter_map(Node::excerpt)
                .map(|value| Pair { name: Spanned::new(name.span(), Name::new(text)), value }),
        );
    }
    Some(Value::Pairs(pairs))
}

fn named_maps(node: Node<'_>, key: &'static str, schema: &Schema, complaints: &mut Complaints) -> Option<Value> {
    let entries = Fields::of(node, key, complaints)?.rest();
    let named = entries.into_iter().filter_map(|(name, map)| {
        let name = Spanned::new(name.span(), name.text()?.to_owned());
        Some((name, Settings::lower(map, schema, complaints)?))
    });
    Some(Value::Named(named.collect()))
}

/// All scalars below a node, in order.
fn gather(node: Node<'_>, texts: &mut Vec<Excerpt>) {
    match node.kind() {
        Kind::Scalar(_) => texts.extend(node.excerpt()),
        Kind::Sequence => node.items().for_each(|item| gather(item, texts)),
        Kind::Mapping => node.entries().into_iter().for_each(|(_, value)| gather(value, texts)),
    }
}
