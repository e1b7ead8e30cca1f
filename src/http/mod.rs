//! Asking over HTTP: addresses, questions and replies as data, patience with servers that are busy, and the one client
//! that opens sockets. Nothing here runs unless the command line asked for it.

mod address;
mod certificates;
#[cfg(feature = "network")]
mod client;
#[cfg(not(feature = "network"))]
#[path = "absent.rs"]
mod client;
mod credentials;
mod crowd;
mod patience;
mod proxies;
mod script;

use std::time::Duration;

pub use address::Address;
pub use certificates::{CertificateFault, UnreadableCertificates};
pub use client::Client;
pub use credentials::basic;
pub use crowd::{Crowd, Lane};
pub use patience::Patience;
pub use proxies::Proxies;
pub use script::Script;

/// What is asked of a server.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Method {
    /// The head of a page alone.
    Head,
    /// The page.
    Get,
}

/// A question to a server.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// What is asked.
    pub method: Method,
    /// Where.
    pub address: &'a Address,
    /// Headers beside those that every question has, such as `Authorization`.
    pub headers: &'a [(String, String)],
    /// Most bytes of the page that are read; the rest is left.
    pub most: usize,
}

/// What a server answered.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reply {
    /// The status: 200, 404.
    pub status: u16,
    /// `Location`: where it leads on.
    pub location: Option<String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Retry-After`: how long it wants to be left alone.
    pub retry_after: Option<Duration>,
    /// Whether it wants a cookie to be kept.
    pub sets_cookie: bool,
    /// The page, or its beginning.
    pub body: Vec<u8>,
    /// Whether that is all of it.
    pub is_whole: bool,
}

/// Why there is no reply.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Trouble {
    /// The name leads to no machine, as far as can be told from here.
    #[error("its host is not found")]
    NoHost,
    /// The machine is there, and nothing listens.
    #[error("it refuses the connection")]
    Refused,
    /// Nothing came in time.
    #[error("it does not answer in time")]
    Timeout,
    /// The server cannot prove who it is.
    #[error("{0}")]
    Certificate(CertificateFault),
    /// The proxy does not let it through.
    #[error("the proxy refuses: {0}")]
    Proxy(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// How the network is met.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// How long a question may take, from the look-up of the name to the end of the page.
    pub timeout: Duration,
    /// The proxies of the environment.
    pub proxies: Proxies,
    /// Certificates in PEM form that are trusted beside those of the machine.
    pub trusted: Option<Vec<u8>>,
}

/// Why nothing can be asked at all.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unusable {
    /// The program was built without network code.
    #[error("this promcheck was built without the network (feature `network`)")]
    NotBuilt,
    /// The certificates to trust cannot be read.
    #[error(transparent)]
    Certificates(#[from] UnreadableCertificates),
    /// A proxy's address cannot be understood.
    #[error("`{0}` is no address of a proxy")]
    Proxy(String),
}

/// Who can be asked: the network, or what a test says in its place.
pub trait Ask: Sync {
    /// Asks once, follows no redirect, and waits no longer than it was told to.
    ///
    /// # Errors
    /// When nothing was answered.
    fn ask(&self, question: &Question<'_>) -> Result<Reply, Trouble>;

    /// Lets time pass before the next question.
    fn pause(&self, length: Duration);
}

/// The reason that goes with a status, as RFC 9110 names it; empty for others.
pub fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        410 => "Gone",
        414 => "URI Too Long",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}

#[cfg(test)]
mod tests;
