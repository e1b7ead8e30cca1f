//! The JSON schema of the configuration, for editors that complete and check YAML.

use serde_json::{Map, Value, json};

use crate::text::{FileId, Span, Spanned};

use super::{
    CheckEntry, Level, declaration,
    keys::{Key, Keys, SEVERITY, Scalar},
};

/// What the schema says of one check.
#[derive(Clone, Debug)]
pub struct CheckKeys {
    /// `group/what-is-wrong`.
    pub id: &'static str,
    /// What it finds, in a line.
    pub summary: &'static str,
    /// Its options.
    pub options: Vec<OptionKeys>,
}

/// What the schema says of one option of a check.
#[derive(Copy, Clone, Debug)]
pub struct OptionKeys {
    /// Its key.
    pub name: &'static str,
    /// What it means and takes.
    pub about: &'static str,
}

/// The JSON schema (draft 2020-12) of `.promcheck.yml` for a program that has these checks.
pub fn schema(checks: &[CheckKeys]) -> Value {
    let mut writer = SchemaWriter { checks, properties: Map::new(), required: Vec::new() };
    // The value is empty: what is wanted are the notes taken on the way.
    let _ = declaration::config(&mut writer);
    let mut schema = writer.finish();
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("promcheck configuration (.promcheck.yml)");
    schema
}

/// Notes keys instead of reading them.
struct SchemaWriter<'a> {
    checks: &'a [CheckKeys],
    properties: Map<String, Value>,
    required: Vec<&'static str>,
}

impl SchemaWriter<'_> {
    fn note(&mut self, key: Key, mut schema: Value) {
        schema["description"] = json!(key.about);
        self.properties.insert(key.name.to_owned(), schema);
    }

    fn finish(self) -> Value {
        let mut schema = json!({
            "type": "object",
            "additionalProperties": false,
            "properties": self.properties,
        });
        if !self.required.is_empty() {
            schema["required"] = json!(self.required);
        }
        schema
    }
}

impl Keys for SchemaWriter<'_> {
    fn one<T: Scalar>(&mut self, key: Key) -> Option<Spanned<T>> {
        self.note(key, T::schema());
        None
    }

    fn required<T: Scalar>(&mut self, key: Key) -> Option<Spanned<T>> {
        self.required.push(key.name);
        self.one(key)
    }

    fn many<T: Scalar>(&mut self, key: Key) -> Vec<Spanned<T>> {
        self.note(key, json!({ "type": "array", "items": T::schema() }));
        Vec::new()
    }

    fn maps<T>(&mut self, key: Key, _: &'static str, item: fn(&mut Self) -> Option<T>) -> Vec<T> {
        let mut inner = SchemaWriter { checks: self.checks, properties: Map::new(), required: Vec::new() };
        let _ = item(&mut inner);
        self.note(key, json!({ "type": "array", "items": inner.finish() }));
        Vec::new()
    }

    fn map<T>(&mut self, key: Key, _: &'static str, read: fn(&mut Self) -> Option<T>) -> Option<T> {
        let mut inner = SchemaWriter { checks: self.checks, properties: Map::new(), required: Vec::new() };
        let _ = read(&mut inner);
        self.note(key, inner.finish());
        None
    }

    fn checks(&mut self, key: Key) -> Vec<CheckEntry> {
        let mut properties = Map::new();
        for check in self.checks {
            let group = check.id.split('/').next().unwrap_or_default();
            let about = json!(format!("All checks of the group `{group}`."));
            properties.entry(group).or_insert_with(|| settings(&[], &about));
            properties.insert(check.id.to_owned(), settings(&check.options, &json!(check.summary)));
        }
        self.note(key, json!({ "type": "object", "additionalProperties": false, "properties": properties }));
        Vec::new()
    }

    fn span(&self) -> Span {
        Span::start_of(FileId(0))
    }
}

/// A level, or a map of a level and options.
fn settings(options: &[OptionKeys], about: &Value) -> Value {
    let mut properties = Map::new();
    properties.insert(SEVERITY.to_owned(), Level::schema());
    for option in options {
        properties.insert(option.name.to_owned(), json!({ "description": option.about }));
    }
    let map = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    json!({ "description": about, "anyOf": [Level::schema(), map] })
}
