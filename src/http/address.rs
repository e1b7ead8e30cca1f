//! Addresses of pages: `https://host:port/path?query#fragment`, and where a redirect leads from one.

use std::fmt;

/// An address that can be asked over HTTP. Written without its user and fragment, which no server is sent in it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Address {
    /// Whether it is `https`.
    pub is_secure: bool,
    /// The host in lower case; an IPv6 address in brackets.
    pub host: String,
    /// The port, where it is not that of the scheme.
    pub port: Option<u16>,
    /// Path and query, from the first `/` on; what may not stand there is escaped.
    pub target: String,
    /// What follows `#`, as written.
    pub fragment: Option<String>,
    /// `user:password` before the host, as written.
    pub user: Option<String>,
}

impl Address {
    /// Reads an address; `None` when it is none of HTTP, or its host is no name that can be asked for.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (is_secure, rest) = after_scheme(text)?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user.to_owned()), place),
            None => (None, authority),
        };
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (place, None),
        };
        let port = match port {
            None | Some("") => None,
            Some(port) => Some(port.parse::<u16>().ok()?),
        };
        let host = host.to_ascii_lowercase();
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        let is_literal = host.starts_with('[') && host.ends_with(']') && host.len() > 2;
        if host.is_empty() || !is_literal && !host.bytes().all(is_name) {
            return None;
        }
        let (target, fragment) = split_fragment(tail);
        let usual = if is_secure { 443 } else { 80 };
        Some(Self {
            is_secure,
            host,
            port: port.filter(|port| *port != usual),
            target: escaped(&if target.starts_with('/') { target.to_owned() } else { format!("/{target}") }),
            fragment,
            user,
        })
    }

    /// Where a `Location` header leads from here (RFC 3986, 5.2); `None` when that is no address of HTTP. A location
    /// without a fragment keeps that of the address (RFC 9110, 10.2.2).
    pub fn join(&self, location: &str) -> Option<Self> {
        let location = location.trim();
        let mut next = if after_scheme(location).is_some() {
            Self::parse(location)?
        } else if let Some(rest) = location.strip_prefix("//") {
            Self::parse(&format!("{}//{rest}", if self.is_secure { "https:" } else { "http:" }))?
        } else if has_scheme(location) {
            return None;
        } else {
            let (reference, fragment) = split_fragment(location);
            let path = self.target.split('?').next().unwrap_or("/");
            let target = match reference.chars().next() {
                None => self.target.clone(),
                Some('/') => without_dots(reference),
                Some('?') => format!("{path}{reference}"),
                Some(_) => without_dots(&format!("{}{reference}", &path[..path.rfind('/').map_or(0, |at| at + 1)])),
            };
            Self { target: escaped(&target), fragment, user: None, ..self.clone() }
        };
        next.fragment = next.fragment.or_else(|| self.fragment.clone());
        Some(next)
    }

    /// The same page with another path, which is written as it is to be sent.
    #[must_use]
    pub fn with_target(&self, target: String) -> Self {
        Self { target, fragment: None, ..self.clone() }
    }

    /// Scheme, host and port: who is asked.
    pub fn origin(&self) -> String {
        let scheme = if self.is_secure { "https" } else { "http" };
        match self.port {
            Some(port) => format!("{scheme}://{}:{port}", self.host),
            None => format!("{scheme}://{}", self.host),
        }
    }

    /// Whether it leads to the machine that asks, or to one that only its own network knows: `localhost`, `127.0.0.1`,
    /// `169.254.169.254`.
    pub fn is_local(&self) -> bool {
        let host = self.host.trim_end_matches('.');
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match bare.parse::<std::net::IpAddr>() {
            Ok(std::net::IpAddr::V4(ip)) => ip.is_loopback() || ip.is_link_local() || ip.is_unspecified(),
            Ok(std::net::IpAddr::V6(ip)) => {
                let mapped = ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback() || ip.is_link_local());
                ip.is_loopback() || ip.is_unspecified() || ip.is_unicast_link_local() || mapped
            }
            Err(_) => host == "localhost" || host.ends_with(".localhost"),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.target)
    }
}

/// Whether the address is of TLS, and what follows its scheme.
fn after_scheme(text: &str) -> Option<(bool, &str)> {
    let after = |scheme: &str| {
        let start = text.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
    };
    after("https://").map(|rest| (true, rest)).or_else(|| after("http://").map(|rest| (false, rest)))
}

/// Whether a reference begins with a scheme, such as `mailto:`.
fn has_scheme(text: &str) -> bool {
    let end = text.find([':', '/', '?', '#']).unwrap_or(text.len());
    text[end..].starts_with(':') && text.starts_with(|first: char| first.is_ascii_alphabetic())
}

fn split_fragment(text: &str) -> (&str, Option<String>) {
    match text.split_once('#') {
        Some((before, fragment)) => (before, Some(fragment.to_owned()).filter(|fragment| !fragment.is_empty())),
        None => (text, None),
    }
}

/// A path with what may not stand in it escaped, as browsers do; `%` is left, since it may begin an escape.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => out.push_str(&format!("%{byte:02X}")),
            0x21..=0x7e => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A path without `.` and `..`, which its query keeps.
fn without_dots(reference: &str) -> String {
    let (path, query) = match reference.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (reference, None),
    };
    let mut parts: Vec<&str> = Vec::new();
    let mut ends_in_folder = false;
    for part in path.split('/').skip(1) {
        ends_in_folder = matches!(part, "." | "..");
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let mut out = format!("/{}", parts.join("/"));
    if ends_in_folder && !out.ends_with('/') {
        out.push('/');
    }
    match query {
        Some(query) => format!("{out}?{query}"),
        None => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses() {
        for (text, expected) in [
            ("https://Wiki.Shop.io", Some("https://wiki.shop.io/")),
            (" http://a:80/b?c=d#e ", Some("http://a/b?c=d")),
            ("https://a:8443/b", Some("https://a:8443/b")),
            ("https://a?q", Some("https://a/?q")),
            ("HTTPS://user:pass@a/b", Some("https://a/b")),
            ("http://[::1]:9090/x", Some("http://[::1]:9090/x")),
            ("https://a/Über uns", Some("https://a/%C3%9Cber%20uns")),
            ("https://a/b%20c", Some("https://a/b%20c")),
            ("https://", None),
            ("https://a b/c", None),
            ("https://größe.de/", None),
            ("https://a:99999/", None),
            ("ftp://a/b", None),
            ("wiki.shop.io/b", None),
        ] {
            assert_eq!(Address::parse(text).map(|address| address.to_string()).as_deref(), expected, "{text}");
        }
        let address = Address::parse("https://me:secret@a/b#c").unwrap();
        assert_eq!((address.fragment.as_deref(), address.user.as_deref()), (Some("c"), Some("me:secret")));
        assert_eq!(Address::parse("https://a/b#").unwrap().fragment, None);
    }

    #[test]
    fn joins_as_the_standard_says() {
        // RFC 3986, 5.4, as far as paths and queries of HTTP go.
        let base = Address::parse("http://a/b/c/d?q").unwrap();
        for (location, expected) in [
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g/"),
            ("?y", "http://a/b/c/d?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("", "http://a/b/c/d?q"),
            (".", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../../g", "http://a/g"),
            ("../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("https://h/i", "https://h/i"),
        ] {
            assert_eq!(base.join(location).unwrap().to_string(), expected, "{location}");
        }
        assert_eq!(base.join("mailto:a@b"), None);
        let page = Address::parse("http://a/b#here").unwrap();
        assert_eq!(page.join("/c").unwrap().fragment.as_deref(), Some("here"));
        assert_eq!(page.join("/c#there").unwrap().fragment.as_deref(), Some("there"));
    }

    #[test]
    fn knows_this_machine() {
        for (text, expected) in [
            ("http://localhost:9090", true),
            ("http://grafana.localhost/", true),
            ("http://127.0.0.2/", true),
            ("http://0.0.0.0:3000/", true),
            ("http://169.254.169.254/latest/meta-data", true),
            ("http://[::1]/", true),
            ("http://[::ffff:127.0.0.1]/", true),
            ("http://10.0.0.1/", false),
            ("http://localhost.shop.io/", false),
            ("http://prometheus:9090/", false),
        ] {
            assert_eq!(Address::parse(text).unwrap().is_local(), expected, "{text}");
        }
    }
}
