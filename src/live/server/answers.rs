//! What servers answered in earlier runs, and when.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Answers by server and question, each with the time at which it was given, in seconds since 1970.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Answers {
    known: BTreeMap<String, BTreeMap<String, (u64, Value)>>,
}

impl Answers {
    /// Reads what [`Answers::text`] wrote; `None` when it is something else.
    pub fn read(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        if value.get("version")?.as_u64()? != 1 {
            return None;
        }
        let mut known = BTreeMap::new();
        for (server, questions) in value.get("servers")?.as_object()? {
            let of_server: &mut BTreeMap<_, _> = known.entry(server.clone()).or_default();
            for (question, answer) in questions.as_object()? {
                of_server.insert(question.clone(), (answer.get("at")?.as_u64()?, answer.get("data")?.clone()));
            }
        }
        Some(Self { known })
    }

    /// As a file holds it.
    pub fn text(&self) -> String {
        let of_server = |questions: &BTreeMap<String, (u64, Value)>| -> Value {
            let entry = |(question, (at, data)): (&String, &(u64, Value))| {
                (question.clone(), json!({ "at": at, "data": data }))
            };
            Value::Object(questions.iter().map(entry).collect())
        };
        let servers: serde_json::Map<String, Value> =
            self.known.iter().map(|(server, questions)| (server.clone(), of_server(questions))).collect();
        format!("{}\n", json!({ "version": 1, "servers": servers }))
    }

    /// The answer of a server, if it is no older than `age` seconds.
    pub fn get(&self, server: &str, question: &str, now: u64, age: u64) -> Option<&Value> {
        let (at, data) = self.known.get(server)?.get(question)?;
        (*at <= now && now - at < age).then_some(data)
    }

    /// Notes an answer.
    pub fn note(&mut self, server: &str, question: &str, now: u64, data: Value) {
        self.known.entry(server.to_owned()).or_default().insert(question.to_owned(), (now, data));
    }

    /// Drops what is older than `age` seconds, or from the future.
    pub fn forget(&mut self, now: u64, age: u64) {
        for questions in self.known.values_mut() {
            questions.retain(|_, (at, _)| *at <= now && now - *at < age);
        }
        self.known.retain(|_, questions| !questions.is_empty());
    }
}
