//! Maps of settings whose keys a table knows: HTTP clients, service discoveries, integrations. The
//! table says which keys there are and what their values look like, so that one reader serves them all.

mod address;
mod demands;
mod http;
mod newer;
mod read;
pub mod transport;
mod value;

use crate::text::{Excerpt, Span, Spanned};

pub use address::{address_fault, any_url_fault, url_fault};
pub use demands::{at_most_one, both, first_of, has, one_of, place};
pub use http::{HEADERS, HTTP_CLIENT, RUNTIME, SIGV4, SIGV4_SESSION, TLS, TRACING};
pub use newer::{Newer, Since};
pub use read::{empty_item, no_duration, passed_over};

use super::Pair;

/// The keys of one kind of map.
#[derive(Debug)]
pub struct Schema {
    /// What the map is called in messages: "Slack configuration".
    pub what: &'static str,
    /// Its keys and what their values look like.
    pub keys: &'static [(&'static str, Shape)],
    /// Further tables whose keys stand in the same map.
    pub also: &'static [&'static Schema],
}

impl Schema {
    /// All keys, those of further tables included.
    pub fn keys(&self) -> Vec<(&'static str, Shape)> {
        let mut keys = self.keys.to_vec();
        for further in self.also {
            keys.extend(further.keys());
        }
        keys
    }
}

/// What the value of a setting looks like.
#[derive(Copy, Clone, Debug)]
pub enum Shape {
    /// Text, taken literally.
    Text,
    /// A Go template, filled in when a notification is sent.
    Template,
    /// A password, token or key.
    Secret,
    /// The path of a file.
    Path,
    /// A URL with scheme and host.
    Url,
    /// A URL with scheme and host, shown as `<secret>`, which is therefore taken, too.
    SecretUrl,
    /// A URL of any kind.
    AnyUrl,
    /// A URL with scheme and host, or a template that makes one.
    UrlTemplate,
    /// `host:port`.
    Address,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A whole number that names a chat or a thread of it, kept as text where a placeholder stands in its place.
    ChatId,
    /// A whole number that is not negative.
    Count,
    /// A number.
    Number,
    /// A Prometheus duration.
    Duration,
    /// A Go duration such as `1m30s`; a bare number counts nanoseconds.
    GoDuration,
    /// A Go duration with units; a bare number other than zero is refused.
    TimedGoDuration,
    /// An amount of bytes such as `10MB`.
    Size,
    /// A list of texts.
    Texts,
    /// A list of templates.
    Templates,
    /// A map from name to text.
    TextMap,
    /// A map from name to template.
    TemplateMap,
    /// A map from name to a list of texts.
    TextListMap,
    /// A map of further settings.
    Map(&'static Schema),
    /// A map of further settings, or a template in its place.
    TemplateOrMap(&'static Schema),
    /// A map from any name to a map of settings.
    NamedMaps(&'static Schema),
    /// A list of maps of settings; an item may not be null.
    List(&'static Schema),
    /// A list of maps of settings; items that are null are passed over.
    SparseList(&'static Schema),
    /// Anything; its scalars are templates.
    Any,
    /// A map with anything in it; its scalars are templates.
    AnyMap,
}

/// One setting.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its key.
    pub key: Spanned<&'static str>,
    /// What its value looks like.
    pub shape: Shape,
    /// The key that names a file with the value instead, if there is one: `password_file` for `password`.
    pub file_key: Option<&'static str>,
    /// Where its value stands.
    pub span: Span,
    /// Whether it is written and null.
    pub is_null: bool,
    /// Its value; `None` when it is null or could not be read.
    pub value: Option<Value>,
}

/// The value of a setting.
#[derive(Clone, Debug)]
pub enum Value {
    /// Any kind of text; durations in Go's and sizes in Prometheus' spelling are kept as text.
    Text(Excerpt),
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A Prometheus duration.
    Duration(crate::vocab::Duration),
    /// Several texts: the items of a list, or the scalars somewhere in a free-form value.
    Texts(Vec<Excerpt>),
    /// Names with texts; a name with a list of texts stands once for each.
    Pairs(Vec<Pair>),
    /// Further settings.
    Map(Settings),
    /// Several maps of further settings.
    List(Vec<Settings>),
    /// Several maps of further settings, each under its name.
    Named(Vec<(Spanned<String>, Settings)>),
}

/// The settings of one map that are present, in the order of their table.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The whole map.
    pub span: Span,
    entries: Vec<Setting>,
    damaged: bool,
}

impl Settings {
    /// All settings that are present.
    pub fn iter(&self) -> impl Iterator<Item = &Setting> {
        self.entries.iter()
    }

    /// All settings that are present, those of maps within included.
    pub fn deep(&self) -> Vec<&Setting> {
        let mut all = Vec::new();
        for setting in &self.entries {
            all.push(setting);
            match &setting.value {
                Some(Value::Map(map)) => all.extend(map.deep()),
                Some(Value::List(maps)) => maps.iter().for_each(|map| all.extend(map.deep())),
                Some(Value::Named(maps)) => maps.iter().for_each(|(_, map)| all.extend(map.deep())),
                _ => {}
            }
        }
        all
    }

    /// Whether part of it could not be read: what seems to be missing may only be broken.
    pub fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// A setting, null or not, when its key is present.
    pub fn get(&self, key: &str) -> Option<&Setting> {
        self.entries.iter().find(|setting| setting.key.value == key)
    }

    /// Whether a key is present with a value other than null.
    pub fn is_set(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// The value of a setting.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.get(key)?.value.as_ref()
    }

    /// The text of a setting.
    pub fn text(&self, key: &str) -> Option<&Excerpt> {
        match self.value(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether a setting is on.
    pub fn boolean(&self, key: &str) -> Option<bool> {
        match self.value(key) {
            Some(Value::Boolean(value)) => Some(*value),
            _ => None,
        }
    }

    /// The texts of a setting that holds several.
    pub fn texts(&self, key: &str) -> &[Excerpt] {
        match self.value(key) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// The names and texts of a setting that holds a map of them.
    pub fn pairs(&self, key: &str) -> &[Pair] {
        match self.value(key) {
            Some(Value::Pairs(pairs)) => pairs,
            _ => &[],
        }
    }

    /// The settings within a setting.
    pub fn map(&self, key: &str) -> Option<&Settings> {
        match self.value(key) {
            Some(Value::Map(map)) => Some(map),
            _ => None,
        }
    }

    /// The maps of settings within a setting.
    pub fn list(&self, key: &str) -> &[Settings] {
        match self.value(key) {
            Some(Value::List(maps)) => maps,
            _ => &[],
        }
    }
}
