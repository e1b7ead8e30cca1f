//! Answers that are written down: a server for specifications and tests, which opens no socket.

use std::{collections::BTreeMap, sync::Mutex, sync::PoisonError, time::Duration};

use super::{Address, Ask, Method, Question, Reply, Trouble};

/// Answers by address; where several are written, each is given once and the last for ever after. A host of which others
/// are written answers 404.
#[derive(Debug, Default)]
pub struct Script {
    answers: Mutex<BTreeMap<String, Vec<Result<Reply, Trouble>>>>,
    log: Mutex<Vec<String>>,
}

impl Script {
    /// Writes down the next answer of an address.
    #[must_use]
    pub fn with(self, address: &str, answer: Result<Reply, Trouble>) -> Self {
        let key = Address::parse(address).map_or_else(|| address.to_owned(), |address| address.to_string());
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().push(answer);
        self
    }

    /// Reads an answer: `HTTP/1.1 404 Not Found`, headers, an empty line, the page. `None` when it is none.
    pub fn reply(text: &str) -> Option<Reply> {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.split(' ').next()?.parse().ok()?;
        let mut reply = Reply { status, body: body.as_bytes().to_vec(), is_whole: true, ..Reply::default() };
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            match name.to_ascii_lowercase().as_str() {
                "location" => reply.location = Some(value.to_owned()),
                "set-cookie" => reply.sets_cookie = true,
                "content-type" => reply.content_type = Some(value.to_owned()),
                "retry-after" => reply.retry_after = value.parse().ok().map(Duration::from_secs),
                _ => {}
            }
        }
        Some(reply)
    }

    /// What was asked, and how long the pauses were, in order.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, line: String) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

/// An address without the time that it asks about, which is another in each run.
fn without_range(address: &str) -> String {
    let Some((path, query)) = address.split_once('?') else { return address.to_owned() };
    let is_time = |part: &&str| part.starts_with("start=") || part.starts_with("end=");
    let left: Vec<&str> = query.split('&').filter(|part| !is_time(part)).collect();
    if left.is_empty() { path.to_owned() } else { format!("{path}?{}", left.join("&")) }
}

impl Ask for Script {
    fn ask(&self, question: &Question<'_>) -> Result<Reply, Trouble> {
        let address = question.address.to_string();
        self.note(format!("{} {address}", if question.method == Method::Head { "HEAD" } else { "GET" }));
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let known = without_range(&address);
        let origin = format!("{}/", question.address.origin());
        let is_host = answers.keys().any(|key| key.starts_with(&origin));
        let Some(written) = answers.get_mut(&known) else {
            return if is_host { Ok(Reply { status: 404, ..Reply::default() }) } else { Err(Trouble::NoHost) };
        };
        let answer =
            if written.len() > 1 { written.remove(0) } else { written.first().cloned().ok_or(Trouble::NoHost)? };
        answer.map(|mut reply| {
            reply.is_whole = reply.body.len() <= question.most && question.method == Method::Get;
            reply.body.truncate(if question.method == Method::Get { question.most } else { 0 });
            reply
        })
    }

    fn pause(&self, length: Duration) {
        self.note(format!("pause {} ms", length.as_millis()));
    }
}
