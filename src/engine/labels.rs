//! Label sets: what tells one series from another.

use std::{
    cmp::Ordering,
    fmt::{self, Write},
    hash::{Hash, Hasher},
    sync::{Arc, LazyLock, OnceLock},
};

use rustc_hash::FxHasher;

use crate::vocab::{is_label_name, is_metric_name, write_quoted};

/// The label that holds the name of the metric.
pub const METRIC_NAME: &str = "__name__";

/// The labels that say which metric a series is of; most operations drop all three of them.
pub const METADATA: [&str; 3] = [METRIC_NAME, "__type__", "__unit__"];

/// A label of a series.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Label {
    /// Its name.
    pub name: Arc<str>,
    /// Its value, never empty: a label without a value is a label that is not there.
    pub value: Arc<str>,
}

/// A set of labels, sorted by name, cheap to clone and to compare.
///
/// Sets are ordered as in Prometheus: label by label, name before value, and a set before a longer one that it
/// begins.
#[derive(Clone)]
pub struct Labels(Arc<Inner>);

struct Inner {
    list: Vec<Label>,
    hash: u64,
    /// The set without metadata labels, once somebody asked; `None` inside when it has none.
    bare: OnceLock<Option<Labels>>,
}

static EMPTY: LazyLock<Labels> = LazyLock::new(|| Labels::sorted(Vec::new()));

impl Labels {
    /// The set of those labels; of a name given twice, the last value counts.
    pub fn of<N: Into<Arc<str>>, V: Into<Arc<str>>>(labels: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut builder = LabelsBuilder::default();
        for (name, value) in labels {
            builder.set(name, value);
        }
        builder.build()
    }

    /// The set without labels.
    pub fn empty() -> Self {
        EMPTY.clone()
    }

    /// The set of labels that are sorted, told apart by their names and not empty.
    fn sorted(list: Vec<Label>) -> Self {
        let mut hasher = FxHasher::default();
        list.hash(&mut hasher);
        Self(Arc::new(Inner { hash: hasher.finish(), list, bare: OnceLock::new() }))
    }

    /// The value of a label, if it is there.
    pub fn get(&self, name: &str) -> Option<&Arc<str>> {
        self.0.list.iter().find(|label| &*label.name == name).map(|label| &label.value)
    }

    /// The value of a label; of one that is not there the empty text, as matchers see it.
    pub fn value(&self, name: &str) -> &str {
        self.get(name).map_or("", |value| value)
    }

    /// The name of the metric, or the empty text.
    pub fn metric_name(&self) -> &str {
        self.value(METRIC_NAME)
    }

    /// The labels, by name.
    pub fn iter(&self) -> std::slice::Iter<'_, Label> {
        self.0.list.iter()
    }

    /// How many labels there are.
    pub fn len(&self) -> usize {
        self.0.list.len()
    }

    /// Whether there is no label.
    pub fn is_empty(&self) -> bool {
        self.0.list.is_empty()
    }

    /// Without `__name__`, `__type__` and `__unit__`. Kept, so that asking again costs nothing.
    #[must_use]
    pub fn without_metadata(&self) -> Self {
        let bare = self.0.bare.get_or_init(|| {
            let has_metadata = self.iter().any(|label| METADATA.contains(&&*label.name));
            has_metadata.then(|| self.filtered(|name| !METADATA.contains(&name)))
        });
        bare.clone().unwrap_or_else(|| self.clone())
    }

    /// The labels whose names a predicate takes.
    #[must_use]
    pub fn filtered(&self, mut keep: impl FnMut(&str) -> bool) -> Self {
        Self::sorted(self.iter().filter(|label| keep(&label.name)).cloned().collect())
    }

    /// The same labels, to be changed.
    pub fn builder(&self) -> LabelsBuilder {
        LabelsBuilder { list: self.0.list.clone() }
    }

    /// In braces, the name of the metric among the others: `{__name__="up", job="api"}`, as in Prometheus' own
    /// messages.
    pub fn braced(&self) -> String {
        let mut out = String::new();
        write_list(&mut out, self.iter()).expect("a string takes all that is written");
        out
    }

    /// The hash that `limit_ratio` samples by: XXH64 of names and values, each behind its length.
    pub fn xxhash(&self) -> u64 {
        let mut bytes = Vec::new();
        for text in self.iter().flat_map(|label| [&label.name, &label.value]) {
            match u8::try_from(text.len()) {
                Ok(short) if short < u8::MAX => bytes.push(short),
                _ => bytes.extend([u8::MAX, text.len() as u8, (text.len() >> 8) as u8, (text.len() >> 16) as u8]),
            }
            bytes.extend(text.as_bytes());
        }
        xxhash_rust::xxh64::xxh64(&bytes, 0)
    }
}

/// A set of labels that is being changed.
#[derive(Clone, Default, Debug)]
pub struct LabelsBuilder {
    list: Vec<Label>,
}

impl LabelsBuilder {
    /// Sets a label; an empty value removes it.
    pub fn set(&mut self, name: impl Into<Arc<str>>, value: impl Into<Arc<str>>) -> &mut Self {
        let (name, value) = (name.into(), value.into());
        match (self.find(&name), value.is_empty()) {
            (Ok(at), true) => drop(self.list.remove(at)),
            (Err(_), true) => {}
            (Ok(at), false) => self.list[at].value = value,
            (Err(at), false) => self.list.insert(at, Label { name, value }),
        }
        self
    }

    /// Removes a label.
    pub fn remove(&mut self, name: &str) -> &mut Self {
        if let Ok(at) = self.find(name) {
            self.list.remove(at);
        }
        self
    }

    /// The value of a label as it stands now.
    pub fn get(&self, name: &str) -> Option<&Arc<str>> {
        self.find(name).ok().map(|at| &self.list[at].value)
    }

    /// The finished set.
    pub fn build(self) -> Labels {
        if self.list.is_empty() { Labels::empty() } else { Labels::sorted(self.list) }
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.list.binary_search_by(|label| (*label.name).cmp(name))
    }
}

impl PartialEq for Labels {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.hash == other.0.hash && self.0.list == other.0.list
    }
}

impl Eq for Labels {}

impl Hash for Labels {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash.hash(state);
    }
}

impl PartialOrd for Labels {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Labels {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.list.cmp(&other.0.list) }
    }
}

impl Default for Labels {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Labels {
    /// As a person writes a series: `up{job="api"}`, `{job="api"}`, `{"odd name", job="api"}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.metric_name();
        let others = self.iter().filter(|label| &*label.name != METRIC_NAME);
        if is_metric_name(name) {
            f.write_str(name)?;
            return if self.len() > 1 { write_list(f, others) } else { Ok(()) };
        }
        if name.is_empty() {
            return write_list(f, others);
        }
        f.write_char('{')?;
        write_quoted(f, name)?;
        for label in others {
            f.write_str(", ")?;
            write_label(f, label)?;
        }
        f.write_char('}')
    }
}

fn write_list<'l>(out: &mut impl Write, labels: impl Iterator<Item = &'l Label>) -> fmt::Result {
    out.write_char('{')?;
    for (index, label) in labels.enumerate() {
        out.write_str(if index == 0 { "" } else { ", " })?;
        write_label(out, label)?;
    }
    out.write_char('}')
}

fn write_label(out: &mut impl Write, label: &Label) -> fmt::Result {
    if is_label_name(&label.name) {
        out.write_str(&label.name)?
    } else {
        write_quoted(out, &label.name)?
    }
    out.write_char('=')?;
    write_quoted(out, &label.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_prometheus_writes_series() {
        for (labels, printed, braced) in [
            (Labels::empty(), "{}", "{}"),
            (Labels::of([("__name__", "up")]), "up", r#"{__name__="up"}"#),
            (
                Labels::of([("job", "a\"b"), ("__name__", "up"), ("gone", "")]),
                r#"up{job="a\"b"}"#,
                r#"{__name__="up", job="a\"b"}"#,
            ),
            (
                Labels::of([("__name__", "odd name"), ("odd label", "1")]),
                r#"{"odd name", "odd label"="1"}"#,
                r#"{__name__="odd name", "odd label"="1"}"#,
            ),
        ] {
            assert_eq!((labels.to_string().as_str(), labels.braced().as_str()), (printed, braced));
        }
    }

    #[test]
    fn orders_by_name_then_value_then_length() {
        let sets = [
            Labels::empty(),
            Labels::of([("a", "1")]),
            Labels::of([("a", "1"), ("b", "1")]),
            Labels::of([("a", "2")]),
            Labels::of([("b", "1")]),
        ];
        assert!(sets.is_sorted());
        assert_ne!(sets[1], sets[2]);
        assert_eq!(sets[1], sets[2].filtered(|name| name == "a"));
    }

    #[test]
    fn drops_metadata() {
        let labels = Labels::of([("__name__", "x"), ("__type__", "counter"), ("__unit__", "s"), ("job", "a")]);
        assert_eq!(labels.without_metadata(), Labels::of([("job", "a")]));
        assert_eq!(labels.without_metadata().without_metadata().to_string(), r#"{job="a"}"#);
    }

    #[test]
    fn builds() {
        let mut builder = Labels::of([("a", "1"), ("b", "2")]).builder();
        builder.set("a", "3").set("b", "").set("c", "").remove("d");
        assert_eq!(builder.get("a").map(|value| &**value), Some("3"));
        assert_eq!(builder.build().to_string(), r#"{a="3"}"#);
    }
}
