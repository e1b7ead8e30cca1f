//! A server on this machine that answers as a test wants, plain or with TLS, and remembers what it was asked.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer},
};

/// What a server is asked: `GET`, `/path`, and its headers with names in lower case.
pub struct Request {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// A server that runs until the test ends.
pub struct Web {
    port: u16,
    log: Arc<Mutex<Vec<String>>>,
}

/// What it answers: the bytes of a reply; none at all to close the connection; `None` never to answer.
type Answer = dyn Fn(&Request) -> Option<Vec<u8>> + Send + Sync;

impl Web {
    /// A server without TLS.
    pub fn serve(answer: impl Fn(&Request) -> Option<Vec<u8>> + Send + Sync + 'static) -> Self {
        Self::start(Arc::new(answer), None)
    }

    /// A server with this certificate.
    pub fn serve_tls(
        certificate: &Certificate,
        answer: impl Fn(&Request) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Self {
        let key = PrivateKeyDer::try_from(certificate.key.clone()).unwrap();
        let chain = vec![CertificateDer::from(certificate.der.clone())];
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
        Self::start(Arc::new(answer), Some(Arc::new(config)))
    }

    fn start(answer: Arc<Answer>, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let web = Self { port: listener.local_addr().unwrap().port(), log: Arc::default() };
        let log = Arc::clone(&web.log);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, tls, log) = (Arc::clone(&answer), tls.clone(), Arc::clone(&log));
                thread::spawn(move || match tls {
                    None => talk(stream, &*answer, &log),
                    Some(config) => {
                        talk(StreamOwned::new(ServerConnection::new(config).unwrap(), stream), &*answer, &log)
                    }
                });
            }
        });
        web
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it was asked, in order: `GET /path`.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

/// Whatever bytes go through.
trait Wire: Read + Write {
    fn close(&mut self);
}

impl Wire for TcpStream {
    fn close(&mut self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

impl Wire for StreamOwned<ServerConnection, TcpStream> {
    fn close(&mut self) {
        self.conn.send_close_notify();
        let _ = self.flush();
    }
}

/// Answers one question after another, those behind a `CONNECT` as well.
fn talk(stream: impl Wire, answer: &Answer, log: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        log.lock().unwrap().push(format!("{} {}", request.method, request.target));
        if request.method == "CONNECT" {
            let _ = reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            continue;
        }
        let Some(bytes) = answer(&request) else {
            // Longer than any test is patient.
            thread::sleep(Duration::from_secs(60));
            return;
        };
        if reader.get_mut().write_all(&bytes).is_err()
            || bytes.is_empty()
            || bytes.windows(5).any(|part| part == b"close")
        {
            break;
        }
    }
    reader.get_mut().close();
}

fn read(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let mut request = Request { method: words.next()?, target: words.next()?, headers: Vec::new() };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { return Some(request) };
        request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

/// A page of HTML with a status.
pub fn page(status: u16, body: &str) -> Option<Vec<u8>> {
    reply(status, &[("Content-Type", "text/html; charset=utf-8")], body)
}

/// A reply. The connection ends behind it, so that a body to a `HEAD` does no harm.
pub fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Option<Vec<u8>> {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    Some(
        format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
            .into_bytes(),
    )
}

/// A port of this machine where nothing listens.
pub fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// An authority that signs certificates of servers.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A server's certificate and key.
pub struct Certificate {
    der: Vec<u8>,
    key: Vec<u8>,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, "An authority of tests");
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Its certificate, as a file holds it.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for a host until the end of a year.
    pub fn certificate(&self, host: &str, year: i32) -> Certificate {
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(year, 12, 31);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Certificate { der: certificate.der().to_vec(), key: key.serialize_der() }
    }
}
