//! The client that opens sockets: the only file that names an HTTP or a TLS library.

use std::{
    io::{self, Read},
    thread,
    time::Duration,
};

use jiff::fmt::rfc2822::DateTimeParser;
use rustls::CertificateError;
use ureq::{
    Agent, Body,
    http::{HeaderMap, Response},
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
};

use super::{
    Address, Ask, CertificateFault, Method, Question, Reply, Settings, Trouble, UnreadableCertificates, Unusable,
    basic, proxies::Proxies,
};

/// Asks over the network.
#[derive(Debug)]
pub struct Client {
    proxies: Proxies,
    /// Asks directly.
    direct: Agent,
    /// Asks through the proxies of `https://` and `http://` addresses.
    through: [Option<Agent>; 2],
}

impl Client {
    /// A client with these settings; nothing is asked yet.
    ///
    /// # Errors
    /// When certificates or the address of a proxy cannot be understood.
    pub fn new(settings: &Settings) -> Result<Self, Unusable> {
        let tls = TlsConfig::builder().root_certs(trusted(settings.trusted.as_deref())?).build();
        let agent = |proxy: Option<&str>| {
            let no_proxy = |text: &str| Unusable::Proxy(text.to_owned());
            let proxy = proxy.map(|text| ureq::Proxy::new(text).map_err(|_| no_proxy(text))).transpose()?;
            let config = Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .timeout_global(Some(settings.timeout))
                .user_agent(concat!("promcheck/", env!("CARGO_PKG_VERSION")))
                .proxy(proxy)
                .tls_config(tls.clone());
            Ok::<Agent, Unusable>(config.build().new_agent())
        };
        let proxies = &settings.proxies;
        let through = |proxy: &Option<String>| {
            let proxy = proxy.as_deref().filter(|proxy| !proxy.is_empty());
            proxy.map(|proxy| agent(Some(proxy))).transpose()
        };
        Ok(Self {
            direct: agent(None)?,
            through: [through(&proxies.secure)?, through(&proxies.plain)?],
            proxies: proxies.clone(),
        })
    }

    fn agent(&self, address: &Address) -> &Agent {
        let through = self.through[usize::from(!address.is_secure)].as_ref();
        through.filter(|_| self.proxies.of(address).is_some()).unwrap_or(&self.direct)
    }
}

impl Ask for Client {
    fn ask(&self, question: &Question<'_>) -> Result<Reply, Trouble> {
        let (agent, address) = (self.agent(question.address), question.address.to_string());
        let mut request = match question.method {
            Method::Head => agent.head(&address),
            Method::Get => agent.get(&address),
        };
        if let Some(user) = &question.address.user {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            request = request.header("Authorization", basic(name, password));
        }
        for (name, value) in question.headers {
            request = request.header(name, value);
        }
        let response = request.call().map_err(trouble)?;
        read(response, question)
    }

    fn pause(&self, length: Duration) {
        thread::sleep(length);
    }
}

/// The certificates of the machine (`SSL_CERT_FILE` and `SSL_CERT_DIR` say otherwise where they are), and those that were
/// given. A machine without any, such as an empty image, gets those of Mozilla.
fn trusted(given: Option<&[u8]>) -> Result<RootCerts, Unusable> {
    let given = given.map(certificates).transpose()?.unwrap_or_default();
    let native = rustls_native_certs::load_native_certs().certs;
    let native = native.iter().map(|certificate| Certificate::from_der(certificate.as_ref()).to_owned());
    let all: Vec<Certificate<'static>> = native.chain(given).collect();
    Ok(if all.is_empty() { RootCerts::WebPki } else { RootCerts::new_with_certs(&all) })
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, UnreadableCertificates> {
    let items = parse_pem(pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    let found: Vec<_> = items.collect();
    if found.is_empty() { Err(UnreadableCertificates) } else { Ok(found) }
}

fn read(mut response: Response<Body>, question: &Question<'_>) -> Result<Reply, Trouble> {
    let headers = response.headers();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut reply = Reply {
        status: response.status().as_u16(),
        location: text("Location"),
        content_type: text("Content-Type"),
        retry_after: retry_after(headers),
        sets_cookie: headers.contains_key("Set-Cookie"),
        ..Reply::default()
    };
    if question.method == Method::Get {
        let limit = question.most as u64 + 1;
        let mut page = response.body_mut().as_reader().take(limit);
        page.read_to_end(&mut reply.body).map_err(|error| trouble(error.into()))?;
        reply.is_whole = reply.body.len() <= question.most;
        reply.body.truncate(question.most);
    }
    Ok(reply)
}

/// `Retry-After`: seconds, or a date, which counts from the server's own `Date`.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("Retry-After")?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let moment = |text: &str| DateTimeParser::new().parse_timestamp(text).ok();
    let (until, now) = (moment(text)?, moment(headers.get("Date")?.to_str().ok()?)?);
    u64::try_from(until.as_second() - now.as_second()).ok().map(Duration::from_secs)
}

fn trouble(error: ureq::Error) -> Trouble {
    match error {
        ureq::Error::HostNotFound => Trouble::NoHost,
        ureq::Error::Timeout(_) => Trouble::Timeout,
        ureq::Error::ConnectionFailed => Trouble::Refused,
        ureq::Error::ConnectProxyFailed(why) => Trouble::Proxy(why),
        ureq::Error::Rustls(error) => Trouble::Certificate(fault(&error)),
        ureq::Error::Tls(why) => Trouble::Certificate(CertificateFault::Other(why.to_owned())),
        ureq::Error::Io(error) => of_socket(&error),
        other => Trouble::Other(other.to_string()),
    }
}

fn of_socket(error: &io::Error) -> Trouble {
    if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return Trouble::Certificate(fault(tls));
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Trouble::Refused,
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Trouble::Timeout,
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            Trouble::Other("it closes the connection".to_owned())
        }
        // The standard library has no kind for names that cannot be looked up, and begins their text like this.
        _ => match error.to_string() {
            text if !text.starts_with("failed to lookup address") => Trouble::Other(text),
            text if text.contains("emporary") => Trouble::Other("its name cannot be looked up for now".to_owned()),
            _ => Trouble::NoHost,
        },
    }
}

fn fault(error: &rustls::Error) -> CertificateFault {
    let rustls::Error::InvalidCertificate(certificate) = error else {
        return CertificateFault::Other(error.to_string());
    };
    match certificate {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => CertificateFault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => CertificateFault::NotYetValid,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateFault::OtherHost
        }
        CertificateError::UnknownIssuer => CertificateFault::UnknownIssuer,
        CertificateError::Revoked => CertificateFault::Revoked,
        other => CertificateFault::Other(other.to_string()),
    }
}
