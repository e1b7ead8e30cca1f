//! Reads declared keys out of a map.

use crate::{
    diag::Diagnostic,
    text::{Span, Spanned},
    tree::{Complaints, Fields, Kind, Node},
};

use super::{
    CheckEntry, Config, Level, declaration,
    keys::{Key, Keys, SEVERITY, Scalar},
};

/// Reads the configuration by its declaration and complains of keys that are not declared. `None` when
/// the node is no map.
pub fn read(root: Node<'_>, complaints: &mut Complaints) -> Option<Config> {
    let fields = Fields::of(root, "the configuration", complaints)?;
    let mut reader = Reader { fields, complaints };
    let config = declaration::config(&mut reader);
    reader.fields.finish(reader.complaints);
    config
}

/// The keys of a map in the file.
pub struct Reader<'t, 'c> {
    fields: Fields<'t>,
    complaints: &'c mut Complaints,
}

impl<'t> Reader<'t, '_> {
    fn scalar<T: Scalar>(&mut self, key: Key, node: Node<'t>) -> Option<Spanned<T>> {
        scalar(key.name, node, self.complaints)
    }
}

fn scalar<T: Scalar>(name: &str, node: Node<'_>, complaints: &mut Complaints) -> Option<Spanned<T>> {
    let parsed = match node.kind() {
        Kind::Scalar(_) => T::parse(node.text().unwrap_or_default()),
        Kind::Sequence => Err("this is a list".to_owned()),
        Kind::Mapping => Err("this is a map".to_owned()),
    };
    match parsed {
        Ok(value) => Some(Spanned::new(node.span(), value)),
        Err(why) => {
            complaints.push(Diagnostic::error(node.span(), format!("`{name}` takes {}, but {why}", T::EXPECTED)));
            None
        }
    }
}

impl<'t> Keys for Reader<'t, '_> {
    fn one<T: Scalar>(&mut self, key: Key) -> Option<Spanned<T>> {
        let node = self.fields.value(key.name)?;
        self.scalar(key, node)
    }

    fn required<T: Scalar>(&mut self, key: Key) -> Option<Spanned<T>> {
        let Some(node) = self.fields.value(key.name) else {
            let span = self.fields.key_span(key.name).unwrap_or(self.span());
            let complaint = Diagnostic::error(span, format!("this entry has no `{}`", key.name));
            self.complaints.push(complaint.help(format!("`{}`: {}", key.name, key.about)));
            return None;
        };
        self.scalar(key, node)
    }

    fn many<T: Scalar>(&mut self, key: Key) -> Vec<Spanned<T>> {
        let items = self.fields.list(key.name, self.complaints);
        items.into_iter().filter_map(|item| self.scalar(key, item)).collect()
    }

    fn maps<T>(&mut self, key: Key, what: &'static str, item: fn(&mut Self) -> Option<T>) -> Vec<T> {
        let nodes = self.fields.list(key.name, self.complaints);
        let mut items = Vec::new();
        for node in nodes {
            let Some(fields) = Fields::of(node, what, self.complaints) else { continue };
            let outer = std::mem::replace(&mut self.fields, fields);
            items.extend(item(self));
            std::mem::replace(&mut self.fields, outer).finish(self.complaints);
        }
        items
    }

    fn map<T>(&mut self, key: Key, what: &'static str, read: fn(&mut Self) -> Option<T>) -> Option<T> {
        let node = self.fields.value(key.name)?;
        let fields = Fields::of(node, what, self.complaints)?;
        let outer = std::mem::replace(&mut self.fields, fields);
        let value = read(self);
        std::mem::replace(&mut self.fields, outer).finish(self.complaints);
        value
    }

    fn checks(&mut self, key: Key) -> Vec<CheckEntry> {
        let Some(node) = self.fields.value(key.name) else { return Vec::new() };
        let Some(fields) = Fields::of(node, "`checks`", self.complaints) else { return Vec::new() };
        let mut entries = Vec::new();
        for (name, value) in fields.rest() {
            let Some(text) = name.text() else { continue };
            let level: Option<Spanned<Level>> = match value.kind() {
                Kind::Mapping => value.get(SEVERITY).and_then(|severity| scalar(SEVERITY, severity, self.complaints)),
                _ => scalar(text, value, self.complaints),
            };
            entries.push(CheckEntry { name: Spanned::new(name.span(), text.to_owned()), level });
        }
        entries
    }

    fn span(&self) -> Span {
        self.fields.node().span()
    }
}
