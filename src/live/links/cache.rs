//! What is known of links from earlier runs: which lead somewhere, and when that was seen.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Links that lead somewhere. Those that do not are asked for each time, so that a page that is mended is seen at once.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cache {
    /// When each was seen, in seconds since 1970.
    alive: BTreeMap<String, u64>,
}

impl Cache {
    /// Reads what [`Cache::text`] wrote; `None` when it is something else.
    pub fn read(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        if value.get("version")?.as_u64()? != 1 {
            return None;
        }
        let entries = value.get("alive")?.as_object()?;
        let alive = entries.iter().map(|(link, seen)| Some((link.clone(), seen.as_u64()?)));
        Some(Self { alive: alive.collect::<Option<_>>()? })
    }

    /// As a file holds it: sorted, a line for each link, so that changes are small.
    pub fn text(&self) -> String {
        format!("{:#}\n", json!({ "version": 1, "alive": self.alive }))
    }

    /// Whether a link led somewhere no longer ago than `age` seconds.
    pub fn knows(&self, link: &str, now: u64, age: u64) -> bool {
        self.alive.get(link).is_some_and(|seen| *seen <= now && now - seen <= age)
    }

    /// Notes that a link leads somewhere.
    pub fn note(&mut self, link: &str, now: u64) {
        self.alive.insert(link.to_owned(), now);
    }

    /// Drops what is older than `age` seconds, or from the future.
    pub fn forget(&mut self, now: u64, age: u64) {
        self.alive.retain(|_, seen| *seen <= now && now - *seen <= age);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_for_a_while() {
        let mut cache = Cache::default();
        cache.note("https://a/", 100);
        cache.note("https://b/", 200);
        assert_eq!(Cache::read(&cache.text()), Some(cache.clone()));
        assert_eq!((cache.knows("https://a/", 150, 50), cache.knows("https://a/", 151, 50)), (true, false));
        assert!(!cache.knows("https://b/", 150, 50), "seen in the future");
        cache.forget(210, 50);
        assert_eq!(cache.text(), "{\n  \"alive\": {\n    \"https://b/\": 200\n  },\n  \"version\": 1\n}\n");
    }

    #[test]
    fn refuses_what_is_none() {
        for text in ["", "[]", "{}", r#"{"version": 2, "alive": {}}"#, r#"{"version": 1, "alive": {"a": "b"}}"#] {
            assert_eq!(Cache::read(text), None, "{text}");
        }
    }
}
