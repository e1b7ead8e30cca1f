//! URLs and addresses as Alertmanager reads them.

/// Why Alertmanager refuses a URL, as the end of a sentence; `None` when it takes it. `<secret>`, which
/// its status page shows in place of secrets, passes.
pub fn url_fault(text: &str) -> Option<String> {
    if text == "<secret>" {
        return None;
    }
    let Some((scheme, rest)) = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
        return Some("has no scheme: it is to start with `http://` or `https://`".to_owned());
    };
    if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
        return Some(format!("has the scheme `{scheme}` instead of `http` or `https`"));
    }
    let authority = rest.strip_prefix("//").unwrap_or_default().split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if host.is_empty() {
        return Some("has no host".to_owned());
    }
    if let Some(strange) = host.chars().find(|letter| " {}|\\^`%".contains(*letter)) {
        return Some(format!("has the host `{host}`, in which `{strange}` cannot stand"));
    }
    let port = host.rsplit_once(']').map_or(host, |(_, port)| port).split_once(':').map(|(_, port)| port);
    match port {
        Some(port) if !port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(format!("has the port `{port}`, which is no number"))
        }
        _ => None,
    }
}

fn is_scheme(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
}

/// Why Alertmanager refuses a `host:port`, as the end of a sentence; `None` when it takes it.
pub fn address_fault(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let rest = match text.strip_prefix('[') {
        Some(inner) => inner.split_once(']').map_or("", |(_, rest)| rest),
        None if text.matches(':').count() > 1 => {
            return Some("has more than one colon; it takes `host:port`".to_owned());
        }
        None => text,
    };
    match rest.rsplit_once(':') {
        None => Some("has no port; it takes `host:port`".to_owned()),
        Some((_, "")) => Some("has an empty port; it takes `host:port`".to_owned()),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judges_urls_like_go() {
        for text in ["http://a", "https://user:word@a.b:9093/x?y={}", "HTTP://[::1]:80/", "<secret>", "http://a:"] {
            assert_eq!(url_fault(text), None, "{text}");
        }
        for (text, fault) in [
            ("", "has no scheme"),
            ("example.com/x", "has no scheme"),
            ("${URL}", "has no scheme"),
            ("localhost:5001", "has the scheme `localhost`"),
            ("ftp://a", "has the scheme `ftp`"),
            ("http:///x", "has no host"),
            ("http:x", "has no host"),
            ("http://${HOST}/", "has the host `${HOST}`, in which `{`"),
            ("http://a:b/", "has the port `b`"),
        ] {
            assert!(url_fault(text).is_some_and(|found| found.starts_with(fault)), "{text}: {:?}", url_fault(text));
        }
    }

    #[test]
    fn judges_addresses_like_go() {
        for text in ["", "mail:25", "[::1]:25", ":25"] {
            assert_eq!(address_fault(text), None, "{text}");
        }
        for text in ["mail", "mail:", "a:b:c", "[::1]"] {
            assert!(address_fault(text).is_some(), "{text}");
        }
    }
}
