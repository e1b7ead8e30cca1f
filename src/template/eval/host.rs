//! Hosts, ports and paths, split as Go's `net` and `net/url` do.

use std::net::{IpAddr, Ipv6Addr};

/// `host:port` in its parts, the brackets of an IPv6 address removed; `None` when it is nothing of the kind.
fn split(text: &str) -> Option<(&str, &str)> {
    let colon = text.rfind(':')?;
    let port = &text[colon + 1..];
    let (host, rest) = match text.strip_prefix('[') {
        Some(inside) => {
            let close = inside.find(']')?;
            if close + 2 != colon {
                return None;
            }
            (&inside[..close], inside)
        }
        None => {
            let host = &text[..colon];
            if host.contains(':') {
                return None;
            }
            (host, text)
        }
    };
    let after_host = if text.starts_with('[') { &text[colon..] } else { rest };
    let brackets = host.contains('[') || after_host.contains(['[', ']']);
    (!brackets).then_some((host, port))
}

/// The host of `host:port`; what is nothing of the kind stays.
pub(super) fn without_port(text: &str) -> &str {
    split(text).map_or(text, |(host, _)| host)
}

/// The first label of a host name, with its port; addresses stay.
pub(super) fn without_domain(text: &str) -> String {
    let (host, port) = split(text).unwrap_or((text, ""));
    if is_address(host) {
        return text.to_owned();
    }
    let first = host.split('.').next().unwrap_or_default();
    match port {
        "" => first.to_owned(),
        _ if first.contains(':') => format!("[{first}]:{port}"),
        _ => format!("{first}:{port}"),
    }
}

/// Whether a host is an IP address; one of IPv6 may have a zone: `fe80::1%eth0.7`.
fn is_address(host: &str) -> bool {
    match host.split_once('%') {
        Some((address, zone)) => address.parse::<Ipv6Addr>().is_ok() && !zone.is_empty(),
        None => host.parse::<IpAddr>().is_ok(),
    }
}

/// The path of a URL.
pub(super) fn path(url: &str) -> &str {
    let rest = url.split(['?', '#']).next().unwrap_or_default();
    match rest.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]),
        None => rest,
    }
}
