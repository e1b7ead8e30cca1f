//! Typed fields out of a map: every wrong type, unknown key and duplicate key becomes a complaint at
//! its place, and the other fields are still read.

use crate::{
    diag::{Cause, Diagnostic},
    text::{Excerpt, Name, Span, Spanned},
    vocab::{Duration, listed, nearest},
};

use super::{Kind, Node, Style, node::Entry, number};

/// What a reader found wrong with a document, in the order of reading.
pub type Complaints = Vec<Diagnostic>;

/// Longest list of known keys that still helps whoever reads it.
const MOST_LISTED: usize = 24;

/// So many fields most readers ask for.
const MOST_ASKED_FOR: usize = 12;

/// The fields of one map. Take the known ones by name, then call [`Fields::finish`] to complain of the
/// rest.
#[derive(Debug)]
pub struct Fields<'t> {
    /// What is being read, for messages: "alerting rule".
    what: &'static str,
    node: Node<'t>,
    entries: Vec<Entry<'t>>,
    known: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    /// The fields of `node`; complains and gives `None` when it is not a map. Null is an empty map of fields.
    pub fn of(node: Node<'t>, what: &'static str, complaints: &mut Complaints) -> Option<Self> {
        if node.kind() == Kind::Mapping {
            let entries = node.named_entries();
            return Some(Self { what, node, entries, known: Vec::with_capacity(MOST_ASKED_FOR) });
        }
        if !node.is_null() {
            complaints.push(wrong_kind(node, "a map", what));
            return None;
        }
        Some(Self { what, node, entries: Vec::new(), known: Vec::new() })
    }

    /// The map itself.
    pub fn node(&self) -> Node<'t> {
        self.node
    }

    /// Whether a field is present, null or not.
    pub fn has(&self, key: &str) -> bool {
        self.rank_of(key).is_some()
    }

    fn rank_of(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.name == Some(key))
    }

    /// The place of a key, when it is present.
    pub fn key_span(&self, key: &str) -> Option<Span> {
        self.rank_of(key).map(|rank| self.entries[rank].key.span())
    }

    /// A field of any type; null counts as present.
    pub fn node_of(&mut self, key: &'static str) -> Option<Node<'t>> {
        self.known.push(key);
        let entry = self.entries.iter_mut().find(|entry| entry.name == Some(key))?;
        entry.is_taken = true;
        Some(entry.value)
    }

    /// A field of any type that is neither absent nor null.
    pub fn value(&mut self, key: &'static str) -> Option<Node<'t>> {
        self.node_of(key).filter(|node| !node.is_null())
    }

    /// A field that holds a scalar, as text; any scalar is text, as in go-yaml.
    pub fn string(&mut self, key: &'static str, complaints: &mut Complaints) -> Option<Spanned<String>> {
        let node = self.value(key)?;
        scalar(node, key, complaints).map(|text| Spanned::new(node.span(), text.to_owned()))
    }

    /// A field that holds text in which places matter, such as an expression or a template.
    pub fn excerpt(&mut self, key: &'static str, complaints: &mut Complaints) -> Option<Excerpt> {
        let node = self.value(key)?;
        scalar(node, key, complaints)?;
        node.excerpt()
    }

    /// A field that holds a Prometheus duration.
    pub fn duration(&mut self, key: &'static str, complaints: &mut Complaints) -> Option<Spanned<Duration>> {
        let node = self.value(key)?;
        let text = scalar(node, key, complaints)?;
        match Duration::parse(text) {
            Ok(duration) => Some(Spanned::new(node.span(), duration)),
            Err(why) => {
                let help =
                    "write it as in `30s`, `5m`, `1h30m`: whole numbers with units `y w d h m s ms`, largest first";
                complaints.push(Diagnostic::error(node.span(), format!("`{key}` is not a duration: {why}")).help(help));
                None
            }
        }
    }

    /// A field that holds a boolean, in YAML 1.1's spellings (`yes`, `on`) too.
    pub fn boolean(&mut self, key: &'static str, complaints: &mut Complaints) -> Option<Spanned<bool>> {
        let node = self.value(key)?;
        let value = match (node.kind(), node.text()) {
            (Kind::Scalar(Style::Plain), Some(text)) => match text {
                "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => Some(true),
                "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if value.is_none() {
            complaints.push(wrong_kind(node, "`true` or `false`", key));
        }
        value.map(|value| Spanned::new(node.span(), value))
    }

    /// A field that holds a whole number.
    pub fn integer(&mut self, key: &'static str, complaints: &mut Complaints) -> Option<Spanned<i64>> {
        self.parsed(key, "a whole number", complaints, number::whole)
    }

    /// A field that holds a number.
    pub fn number(&mut self, key: &'static str, complaints: &mut Complaints) -> Option<Spanned<f64>> {
        self.parsed(key, "a number", complaints, number::float)
    }

    fn parsed<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        complaints: &mut Complaints,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Spanned<T>> {
        let node = self.value(key)?;
        let value = node.is_resolved().then(|| node.text().and_then(parse)).flatten();
        if value.is_none() {
            complaints.push(wrong_kind(node, expected, key));
        }
        value.map(|value| Spanned::new(node.span(), value))
    }

    /// The items of a field that holds a list; empty when absent or null.
    pub fn list(&mut self, key: &'static str, complaints: &mut Complaints) -> Vec<Node<'t>> {
        let Some(node) = self.value(key) else { return Vec::new() };
        if node.kind() != Kind::Sequence {
            complaints.push(wrong_kind(node, "a list", key));
            return Vec::new();
        }
        node.items().collect()
    }

    /// The items of a field that holds a list of strings; a null item is empty, as in go-yaml.
    pub fn strings(&mut self, key: &'static str, complaints: &mut Complaints) -> Vec<Spanned<String>> {
        let items = self.list(key, complaints);
        items
            .into_iter()
            .filter_map(|item| {
                let text = scalar(item, key, complaints)?;
                Some(Spanned::new(item.span(), if item.is_null() { String::new() } else { text.to_owned() }))
            })
            .collect()
    }

    /// The items of a field that holds a list of texts in which places matter; a null item is empty.
    pub fn excerpts(&mut self, key: &'static str, complaints: &mut Complaints) -> Vec<Excerpt> {
        let items = self.list(key, complaints);
        items.into_iter().filter_map(|item| scalar(item, key, complaints).and_then(|_| text_of(item))).collect()
    }

    /// The entries of a field that holds a map of strings to strings (labels, annotations, params); a
    /// null value is empty, as in go-yaml.
    pub fn string_map(&mut self, key: &'static str, complaints: &mut Complaints) -> Vec<(Spanned<Name>, Excerpt)> {
        self.string_map_as(key, complaints, |name, text| (name, text))
    }

    /// The same, with something made of each entry.
    pub fn string_map_as<T>(
        &mut self,
        key: &'static str,
        complaints: &mut Complaints,
        make: impl Fn(Spanned<Name>, Excerpt) -> T,
    ) -> Vec<T> {
        let Some(node) = self.value(key) else { return Vec::new() };
        if node.kind() != Kind::Mapping {
            complaints.push(wrong_kind(node, "a map", key));
            return Vec::new();
        }
        let mut texts = Vec::with_capacity(node.raw_entries().count());
        node.each_entry(|Entry { name, key: place, value, .. }| {
            if name.is_none() {
                complaints.push(wrong_kind(place, "a string", key));
            }
            let text = text_of(value);
            if text.is_none() {
                complaints.push(wrong_kind(value, "a string", key));
            }
            if let (Some(name), Some(text)) = (name, text) {
                texts.push(make(Spanned::new(place.span(), Name::new(name)), text));
            }
        });
        texts
    }

    /// Complains of every key that was not asked for, with the nearest known one.
    pub fn finish(mut self, complaints: &mut Complaints) {
        // Nearly all maps hold known keys alone.
        if self.entries.iter().all(|entry| entry.is_taken) {
            return;
        }
        self.known.dedup();
        for entry in self.entries.iter().filter(|entry| !entry.is_taken) {
            let name = entry.name.unwrap_or_default();
            let mut complaint =
                Diagnostic::error(entry.key.span(), unknown_key(name, self.what)).cause(Cause::UnknownKey(self.what));
            if let Some(near) = nearest(name, self.known.iter().copied()) {
                complaint = complaint.help(format!("did you mean `{near}`?"));
            } else if self.known.len() <= MOST_LISTED {
                complaint = complaint.help(format!("known keys are {}", listed(&self.known, ", ")));
            }
            complaints.push(complaint);
        }
    }

    /// The keys that were not asked for, for readers that take any key.
    pub fn rest(self) -> Vec<(Node<'t>, Node<'t>)> {
        let left = self.entries.into_iter().filter(|entry| !entry.is_taken);
        left.map(|entry| (entry.key, entry.value)).collect()
    }
}

/// What is said of a key that a kind of map does not have.
pub fn unknown_key(name: &str, what: &str) -> String {
    format!("unknown key `{name}` in {what}")
}

/// Whether a complaint is that of [`Fields::finish`]: a reader that overlooks unknown keys passes over these.
pub fn is_unknown_key(complaint: &Diagnostic) -> bool {
    matches!(complaint.cause, Some(Cause::UnknownKey(_)))
}

/// The text of a scalar; null is empty.
fn text_of(node: Node<'_>) -> Option<Excerpt> {
    if node.is_null() {
        return Some(Excerpt::verbatim(node.span().file, node.span().start, ""));
    }
    node.excerpt()
}

fn scalar<'t>(node: Node<'t>, what: &str, complaints: &mut Complaints) -> Option<&'t str> {
    let text = node.text();
    if text.is_none() {
        complaints.push(wrong_kind(node, "a string", what));
    }
    text
}

fn wrong_kind(node: Node<'_>, expected: &str, what: &str) -> Diagnostic {
    let got = match node.kind() {
        Kind::Mapping => "a map".to_owned(),
        Kind::Sequence => "a list".to_owned(),
        Kind::Scalar(_) if node.is_null() => "nothing".to_owned(),
        Kind::Scalar(_) => format!("`{}`", crate::vocab::shortened(node.text().unwrap_or_default(), 40)),
    };
    Diagnostic::error(node.span(), format!("`{what}` takes {expected}, but this is {got}"))
}
