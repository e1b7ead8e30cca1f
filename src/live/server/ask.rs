//! Asks a server for the names, types, labels and values that the files need to know.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    exposition::MetricKind,
    http::{Address, Ask, CertificateFault, Crowd, Lane, Method, Patience, Question, Trouble, reason},
};

use super::{Answers, Server};

/// Longer answers are refused: a hundred thousand names take a tenth of it.
const MOST_BYTES: usize = 64 << 20;

/// Who is asked, and how.
pub struct Asking<'a> {
    /// The network.
    pub network: &'a dyn Ask,
    /// How often the server is asked again.
    pub patience: Patience,
    /// How many questions are asked at once.
    pub crowd: Crowd,
    /// `Authorization`, `X-Scope-OrgID`.
    pub headers: &'a [(String, String)],
    /// Whose answers these are, beside the address: the tenant. No secret.
    pub tenant: &'a str,
    /// The first and the last second to ask about, since 1970, and the time between them in words.
    pub range: Option<(u64, u64, &'a str)>,
    /// The time, in seconds since 1970.
    pub now: u64,
    /// For how many seconds what is remembered counts.
    pub age: u64,
}

/// The metrics whose labels are to be known, each with the labels whose values are.
pub type Wanted = BTreeMap<String, BTreeSet<String>>;

/// Why a server says nothing of use.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// The address is none.
    #[error("`{0}` is no address of a server")]
    NoAddress(String),
    /// There is no answer.
    #[error("cannot ask `{address}`: {trouble}")]
    Unreachable {
        /// Who was asked.
        address: String,
        /// What happened.
        trouble: Trouble,
    },
    /// The answer is no success.
    #[error("`{address}` answers {status}{}{}", if .words.is_empty() { "" } else { ": " }, .words)]
    Answers {
        /// Who was asked.
        address: String,
        /// The status.
        status: u16,
        /// What the server says to it, or what the status means.
        words: String,
    },
    /// The answer is none of Prometheus' interface.
    #[error("`{0}` does not answer as Prometheus does")]
    NotPrometheus(String),
}

impl Refusal {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoAddress(_) => "write it as `http://prometheus:9090`",
            Self::Unreachable { trouble: Trouble::Certificate(CertificateFault::UnknownIssuer), .. } => {
                "--ca FILE trusts the certificates of your own authority"
            }
            Self::Unreachable { .. } => {
                "is the server up, and can it be reached from here? HTTPS_PROXY and NO_PROXY count"
            }
            Self::Answers { status: 401 | 403, .. } => {
                "set PROMCHECK_PROMETHEUS_TOKEN, or PROMCHECK_PROMETHEUS_USER and PROMCHECK_PROMETHEUS_PASSWORD; \
                 Mimir wants --prometheus-tenant, too"
            }
            Self::Answers { status: 301 | 302 | 307 | 308, .. } => "name the address that it leads to",
            Self::Answers { status: 404, .. } | Self::NotPrometheus(_) => {
                "the address is what stands before `/api/v1`: of Mimir `http://mimir/prometheus`, of VictoriaMetrics in a \
                 cluster `http://vmselect:8481/select/0/prometheus`"
            }
            Self::Answers { .. } => "its own log may say more",
        }
    }
}

/// The address that questions begin with.
///
/// # Errors
/// When the text is no address of HTTP.
pub fn base_of(text: &str) -> Result<Address, Refusal> {
    let address = Address::parse(text).ok_or_else(|| Refusal::NoAddress(text.to_owned()))?;
    let path = address.target.split('?').next().unwrap_or_default().trim_end_matches('/');
    let user = address.user.clone();
    Ok(Address { user, ..address.with_target(path.trim_end_matches("/api/v1").to_owned()) })
}

/// Asks a server. Names it must tell; types, labels and values as far as it has them.
///
/// # Errors
/// When it does not tell its names.
pub fn ask(base: &Address, wanted: &Wanted, answers: &mut Answers, asking: &Asking<'_>) -> Result<Server, Refusal> {
    let mut round = Round { base, asking, answers };
    let names = round.told("label/__name__/values", "")?;
    let names = strings(&names).ok_or_else(|| Refusal::NotPrometheus(base.to_string()))?;
    let metadata = round.told("metadata", "").ok();
    let version = round.told("status/buildinfo", "").ok();
    let mut server = Server {
        address: base.to_string(),
        version: version.and_then(|build| build.get("version")?.as_str().map(str::to_owned)),
        since: asking.range.map_or_else(String::new, |(_, _, words)| words.to_owned()),
        names,
        ..Server::default()
    };
    let empty = serde_json::Map::new();
    for (family, told) in metadata.as_ref().and_then(Value::as_object).unwrap_or(&empty) {
        server.families.insert(family.clone());
        let kinds = told.as_array().into_iter().flatten().filter_map(|one| one.get("type")?.as_str());
        let kinds: BTreeSet<&str> = kinds.collect();
        if let (Some(kind), 1) = (kinds.first().and_then(|kind| kind_of(kind)), kinds.len()) {
            server.kinds.insert(family.clone(), kind);
        }
    }
    round.details(wanted, &mut server);
    Ok(server)
}

fn kind_of(word: &str) -> Option<MetricKind> {
    Some(match word {
        "counter" => MetricKind::Counter,
        "gauge" => MetricKind::Gauge,
        "histogram" => MetricKind::Histogram,
        "gaugehistogram" => MetricKind::GaugeHistogram,
        "summary" => MetricKind::Summary,
        "info" => MetricKind::Info,
        "stateset" => MetricKind::StateSet,
        _ => return None,
    })
}

fn strings(data: &Value) -> Option<BTreeSet<String>> {
    data.as_array()?.iter().map(|one| one.as_str().map(str::to_owned)).collect()
}

/// One run of questions to one server.
struct Round<'a> {
    base: &'a Address,
    asking: &'a Asking<'a>,
    answers: &'a mut Answers,
}

impl Round<'_> {
    /// Whose answers are remembered under which name.
    fn server(&self) -> String {
        let since = self.asking.range.map_or("", |(_, _, words)| words);
        format!("{} {} {since}", self.base, self.asking.tenant)
    }

    /// The data that a question gets, from an earlier run or now.
    fn told(&mut self, path: &str, matching: &str) -> Result<Value, Refusal> {
        let (server, key) = (self.server(), format!("{path}?{matching}"));
        if let Some(known) = self.answers.get(&server, &key, self.asking.now, self.asking.age) {
            return Ok(known.clone());
        }
        let data = self.asking.fetch(self.base, path, matching)?;
        self.answers.note(&server, &key, self.asking.now, data.clone());
        Ok(data)
    }

    /// Asks for labels and values, of metrics that the server has. What is not told stays unknown.
    fn details(&mut self, wanted: &Wanted, server: &mut Server) {
        let mut questions: Vec<(&str, Option<&str>)> = Vec::new();
        for (metric, labels) in wanted.iter().filter(|(metric, _)| server.names.contains(*metric)) {
            questions.push((metric, None));
            questions.extend(labels.iter().map(|label| (metric.as_str(), Some(label.as_str()))));
        }
        let (name, asking, base) = (self.server(), self.asking, self.base);
        let path = |label: Option<&str>| label.map_or("labels".to_owned(), |label| format!("label/{label}/values"));
        let key = |(metric, label): &(&str, Option<&str>)| format!("{}?{}", path(*label), selecting(metric));
        let (known, unknown): (Vec<_>, Vec<_>) = questions
            .iter()
            .copied()
            .map(|question| (question, self.answers.get(&name, &key(&question), asking.now, asking.age).cloned()))
            .partition(|(_, answer)| answer.is_some());
        // A server that is down all of a sudden is not asked all the rest.
        let told = asking.crowd.each(
            &unknown,
            |_| String::new(),
            |((metric, label), _), down: &mut Lane<()>| {
                if down.is_some() {
                    return None;
                }
                match asking.fetch(base, &path(*label), &selecting(metric)) {
                    Ok(data) => Some(data),
                    Err(Refusal::Unreachable { .. }) => {
                        *down = Some(());
                        None
                    }
                    Err(_) => None,
                }
            },
        );
        let told = unknown.into_iter().map(|(question, _)| question).zip(told);
        for (question, data) in told.clone() {
            if let Some(data) = data {
                self.answers.note(&name, &key(&question), asking.now, data);
            }
        }
        for ((metric, label), data) in known.into_iter().chain(told) {
            let Some(found) = data.as_ref().and_then(strings) else { continue };
            match label {
                None => drop(server.labels.insert(metric.to_owned(), found)),
                Some(label) => drop(server.values.insert((metric.to_owned(), label.to_owned()), found)),
            }
        }
    }
}

/// The part of a question that selects the series of a metric.
fn selecting(metric: &str) -> String {
    format!("match[]={}", encoded(&format!("{{__name__={metric:?}}}")))
}

/// A value in a query, with all that means something there escaped.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'~' | b'=' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

impl Asking<'_> {
    /// Asks one question and gives the data of the answer.
    fn fetch(&self, base: &Address, path: &str, matching: &str) -> Result<Value, Refusal> {
        let mut query: Vec<String> = Vec::new();
        if let Some((start, end, _)) = self.range.filter(|_| path.starts_with("label")) {
            query.extend([format!("start={start}"), format!("end={end}")]);
        }
        query.extend((!matching.is_empty()).then(|| matching.to_owned()));
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        let user = base.user.clone();
        let address = Address { user, ..base.with_target(format!("{}/api/v1/{path}{query}", base.target)) };
        let question = Question { method: Method::Get, address: &address, headers: self.headers, most: MOST_BYTES };
        let reply = self
            .patience
            .ask(self.network, &question)
            .map_err(|trouble| Refusal::Unreachable { address: base.to_string(), trouble })?;
        let json: Option<Value> = serde_json::from_slice(&reply.body).ok();
        if !(200..300).contains(&reply.status) {
            let said = json.as_ref().and_then(|json| json.get("error")?.as_str());
            let words = said.or(reply.location.as_deref()).unwrap_or(reason(reply.status)).to_owned();
            return Err(Refusal::Answers { address: base.to_string(), status: reply.status, words });
        }
        let data = json.and_then(|mut json| json.get_mut("data").map(Value::take));
        data.ok_or_else(|| Refusal::NotPrometheus(base.to_string()))
    }
}
