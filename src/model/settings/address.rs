//! URLs and addresses as Go 1.26 reads them (`net/url`, `net`) and as servers want them.

use std::net::Ipv6Addr;

/// Why a URL of a server is refused, as the end of a sentence; `None` when it is taken.
pub fn url_fault(text: &str) -> Option<String> {
    let url = match parsed(text) {
        Ok(url) => url,
        Err(fault) => return Some(fault),
    };
    match url.scheme.as_str() {
        "http" | "https" if url.host.is_empty() => Some("has no host".to_owned()),
        "http" | "https" => None,
        "" if text.is_empty() => Some("is empty: it is to start with `http://` or `https://`".to_owned()),
        "" => Some("has no scheme: it is to start with `http://` or `https://`".to_owned()),
        other => Some(format!("has the scheme `{other}` instead of `http` or `https`")),
    }
}

/// Why Go cannot read a URL of any kind, as the end of a sentence; `None` when it can.
pub fn any_url_fault(text: &str) -> Option<String> {
    parsed(text).err()
}

/// What of a URL is asked for.
struct Url<'t> {
    scheme: String,
    host: &'t str,
}

fn parsed(text: &str) -> Result<Url<'_>, String> {
    if text.chars().any(|letter| letter.is_ascii_control()) {
        return Err("holds a control character".to_owned());
    }
    let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
    well_escaped(fragment)?;
    let (scheme, rest) = scheme(text)?;
    let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
    let url = |host| Url { scheme: scheme.to_ascii_lowercase(), host };
    if !rest.starts_with('/') {
        let first_segment = rest.split('/').next().unwrap_or_default();
        return match scheme {
            "" if first_segment.contains(':') => Err(format!("has no scheme, but a colon in `{first_segment}`")),
            "" => well_escaped(rest).map(|()| url("")),
            _ => Ok(url("")),
        };
    }
    let opaque = scheme.is_empty() && rest.starts_with("///");
    let Some(rest) = rest.strip_prefix("//").filter(|_| !opaque) else {
        return well_escaped(rest).map(|()| url(""));
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host_of(authority)?;
    is_one_host(host, scheme)?;
    well_escaped(path)?;
    Ok(url(host))
}

/// The scheme, which may be missing, and what follows it.
fn scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, letter) in text.char_indices() {
        match letter {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err("has no scheme before its colon".to_owned()),
            ':' => return Ok((&text[..at], &text[at + 1..])),
            _ => break,
        }
    }
    Ok(("", text))
}

/// The host of what stands between `//` and the path, its port included.
fn host_of(authority: &str) -> Result<&str, String> {
    let host = match authority.rsplit_once('@') {
        None => authority,
        Some((user, host)) => {
            let strange =
                user.chars().find(|letter| !letter.is_ascii_alphanumeric() && !"-._:~!$&'()*+,;=%@".contains(*letter));
            if let Some(strange) = strange {
                return Err(format!(
                    "has `{strange}` in its user and password, where it is written in `%` and two digits"
                ));
            }
            well_escaped(user)?;
            host
        }
    };
    let port = match host.strip_prefix('[') {
        Some(inner) => match inner.rsplit_once(']') {
            Some((_, port)) => port,
            None => return Err(format!("has the host `{host}`, in which a bracket is not closed")),
        },
        None => host.rfind(':').map_or("", |at| &host[at..]),
    };
    if !port.strip_prefix(':').unwrap_or(port).bytes().all(|byte| byte.is_ascii_digit())
        || port.starts_with(|first| first != ':')
    {
        return Err(format!("has the port `{}`, which is no number", port.trim_start_matches(':')));
    }
    well_escaped(host)?;
    let coded = |at: usize| host.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    let strange = host.char_indices().find(|(at, letter)| match letter {
        // Only what is no ASCII may be coded, and the sign before the zone of an address.
        '%' => coded(*at).is_some_and(|byte| byte < 0x80 && byte != b'%'),
        _ => " {}|\\^`".contains(*letter),
    });
    match strange {
        Some((_, strange)) => Err(format!("has the host `{host}`, in which `{strange}` cannot stand")),
        None => Ok(host),
    }
}

/// Refuses brackets that hold no IPv6 address, and more than one colon without brackets. Other programs than web servers may
/// have several hosts in a URL, each with its port.
fn is_one_host(host: &str, scheme: &str) -> Result<(), String> {
    let is_web = ["http", "https"].iter().any(|web| web.eq_ignore_ascii_case(scheme));
    match host.rfind('[') {
        Some(0) => {
            let inner = host[1..].split(']').next().unwrap_or_default();
            let (address, zone) = inner.split_once("%25").unwrap_or((inner, "zone"));
            if address.parse::<Ipv6Addr>().is_ok() && !zone.is_empty() {
                return Ok(());
            }
            Err(format!("has the host `{host}`, in which no IPv6 address stands between the brackets"))
        }
        Some(_) => Err(format!("has the host `{host}`, in which `[` cannot stand")),
        None if is_web && host.matches(':').count() > 1 => {
            Err(format!("has the host `{host}`, in which there is a colon too many; IPv6 addresses stand in brackets"))
        }
        None => Ok(()),
    }
}

/// Refuses a `%` that two hexadecimal digits do not follow.
fn well_escaped(text: &str) -> Result<(), String> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let broken = memchr::memchr_iter(b'%', bytes).find(|at| !is_digit(at + 1) || !is_digit(at + 2));
    broken.map_or(Ok(()), |at| {
        let escape: String = text[at..].chars().take(3).collect();
        Err(format!("holds `{escape}`, but `%` stands before two hexadecimal digits; it is itself written `%25`"))
    })
}

/// Why a `host:port` is refused, as the end of a sentence; `None` when it is taken.
pub fn address_fault(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let Some((host, port)) = text.rsplit_once(':') else {
        return Some("has no port; it takes `host:port`".to_owned());
    };
    let host = match host.strip_prefix('[') {
        Some(inner) => match inner.strip_suffix(']') {
            Some(inner) if !inner.contains(']') => inner,
            _ => return Some("has no port behind its bracket; it takes `[address]:port`".to_owned()),
        },
        None if text.starts_with('[') => return Some("has no port; it takes `[address]:port`".to_owned()),
        None if host.contains(':') => return Some("has more than one colon; it takes `host:port`".to_owned()),
        None => host,
    };
    if let Some(bracket) = host.chars().chain(port.chars()).find(|letter| "[]".contains(*letter)) {
        return Some(format!("has a `{bracket}` where none can stand"));
    }
    port.is_empty().then(|| "has an empty port; it takes `host:port`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judges_urls_like_go() {
        for text in [
            "http://a",
            "https://user:word@a.b:9093/x?y={}",
            "HTTP://[::1]:80/",
            "http://a:",
            "http://[::ffff:192.0.2.1]/",
            "http://$H",
            "http://[::1%25en0]/",
            "http://%E4%BD/",
            "http://h?x=%zz",
            "http://h/ x",
        ] {
            assert_eq!(url_fault(text), None, "{text}");
        }
        for (text, fault) in [
            ("", "is empty"),
            ("example.com/x", "has no scheme"),
            ("${URL}", "has no scheme"),
            ("<secret>", "has no scheme"),
            ("//h/p", "has no scheme"),
            ("1http://h", "has no scheme, but a colon in `1http:`"),
            (":x", "has no scheme before"),
            ("localhost:5001", "has the scheme `localhost`"),
            ("ftp://a", "has the scheme `ftp`"),
            ("http:///x", "has no host"),
            ("http:x", "has no host"),
            ("http://u@/", "has no host"),
            ("http://${HOST}/", "has the host `${HOST}`, in which `{`"),
            ("http://a b/", "has the host `a b`, in which ` `"),
            ("http://%41/", "has the host `%41`, in which `%`"),
            ("http://a:b/", "has the port `b`"),
            ("http://h:80:80/", "has the host `h:80:80`, in which there is a colon"),
            ("https://::1/", "has the host `::1`, in which there is a colon"),
            ("http://[h]/", "has the host `[h]`, in which no IPv6"),
            ("http://[127.0.0.1]:80/", "has the host `[127.0.0.1]:80`, in which no IPv6"),
            ("http://[::1%25]/", "has the host `[::1%25]`, in which no IPv6"),
            ("http://h[a]/", "has the host `h[a]`, in which `[`"),
            ("http://[[::1]]/", "has the host `[[::1]]`, in which `[`"),
            ("http://[::1", "has the host `[::1`, in which a bracket"),
            ("http://h/%zz", "holds `%zz`"),
            ("http://h#%zz", "holds `%zz`"),
            ("http://u:p w@h/", "has ` ` in its user"),
            ("http://h\n", "holds a control character"),
        ] {
            assert!(url_fault(text).is_some_and(|found| found.starts_with(fault)), "{text}: {:?}", url_fault(text));
        }
        for text in ["tcp://a:1,b:2", "postgres://::1/x"] {
            assert_eq!(any_url_fault(text), None, "{text}");
        }
        assert_eq!((any_url_fault(""), any_url_fault("x"), any_url_fault("http://%zz").is_some()), (None, None, true));
    }

    #[test]
    fn judges_addresses_like_go() {
        for text in ["", "mail:25", "[::1]:25", ":25", "[]:1", "h:x", " h:25"] {
            assert_eq!(address_fault(text), None, "{text}");
        }
        for text in ["mail", "mail:", "a:b:c", "[::1]", "[a]b:1", "[a][b]:1", "h]:25", "a[b:1", "[h:25", "::1:25"] {
            assert!(address_fault(text).is_some(), "{text}");
        }
    }
}
