//! Ports of a service: published to the host, or only named.

use crate::{
    diag::Diagnostic,
    text::Span,
    tree::{Complaints, Kind, Node},
    vocab::shortened,
};

use super::read::Reader;

/// A published port, or a range of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Port {
    /// The whole item.
    pub span: Span,
    /// The address of the host it is bound to; all when absent.
    pub host_ip: Option<String>,
    /// The port of the host; one is chosen when absent.
    pub published: Option<PortRange>,
    /// The port inside the container.
    pub container: PortRange,
    /// `tcp` or `udp`.
    pub protocol: String,
}

/// A range of ports, often of one.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PortRange {
    /// The first.
    pub first: u16,
    /// The last.
    pub last: u16,
}

impl PortRange {
    /// Reads `80` or `8000-8010`.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        (first <= last).then_some(Self { first, last })
    }

    /// Whether a port lies in it.
    pub fn contains(self, port: u16) -> bool {
        (self.first..=self.last).contains(&port)
    }
}

impl Port {
    /// Reads an item of `ports`; `None` when it hangs on a variable without default, or is none, which
    /// is worth a complaint.
    pub(super) fn lower(read: Reader<'_>, node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        if node.kind() == Kind::Mapping {
            return Self::long(read, node);
        }
        let text = read.scalar(node.excerpt()?).known()?;
        let port = Self::short(&text, node.span());
        if port.is_none() {
            let complaint = Diagnostic::error(node.span(), format!("`{}` is not a port mapping", shortened(&text, 40)));
            complaints
                .push(complaint.help("write `8080:80`, `127.0.0.1:8080:80` or `80`, perhaps with `/udp` at the end"));
        }
        port
    }

    /// `[[ip:]published:]container[/protocol]`.
    fn short(text: &str, span: Span) -> Option<Self> {
        let (ports, protocol) = text.trim().split_once('/').unwrap_or((text.trim(), "tcp"));
        let (before, container) = match ports.rsplit_once(':') {
            Some((before, container)) => (Some(before), container),
            None => (None, ports),
        };
        // An address of IPv6 stands in brackets, and its colons are no separators.
        let split = before
            .and_then(|before| before.rsplit_once(':'))
            .filter(|(ip, _)| !ip.starts_with('[') || ip.ends_with(']'));
        let (host_ip, published) = match split {
            Some((ip, published)) => (Some(ip.trim_matches(['[', ']']).to_owned()), Some(published)),
            None => (None, before),
        };
        let published = published.filter(|published| !published.is_empty());
        Some(Self {
            span,
            host_ip,
            published: match published {
                Some(published) => Some(PortRange::parse(published)?),
                None => None,
            },
            container: PortRange::parse(container)?,
            protocol: protocol.to_ascii_lowercase(),
        })
    }

    fn long(read: Reader<'_>, node: Node<'_>) -> Option<Self> {
        let text = |key: &str| read.value(node, key)?.known();
        Some(Self {
            span: node.span(),
            host_ip: text("host_ip"),
            published: text("published").and_then(|published| PortRange::parse(&published)),
            container: PortRange::parse(&text("target")?)?,
            protocol: text("protocol").unwrap_or_else(|| "tcp".to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    #[test]
    fn reads_short_forms() {
        for (text, expected) in [
            ("3000", "-:-:3000-3000/tcp"),
            ("8000:3000", "-:8000-8000:3000-3000/tcp"),
            ("9090-9091:8080-8081", "-:9090-9091:8080-8081/tcp"),
            ("127.0.0.1:8001:80", "127.0.0.1:8001-8001:80-80/tcp"),
            ("127.0.0.1::5000", "127.0.0.1:-:5000-5000/tcp"),
            ("[::1]:6001:6001/UDP", "::1:6001-6001:6001-6001/udp"),
        ] {
            let port = Port::short(text, Span::start_of(FileId(0))).expect(text);
            let range = |range: PortRange| format!("{}-{}", range.first, range.last);
            let shown = format!(
                "{}:{}:{}/{}",
                port.host_ip.as_deref().unwrap_or("-"),
                port.published.map_or_else(|| "-".to_owned(), range),
                range(port.container),
                port.protocol
            );
            assert_eq!(shown, expected, "{text}");
        }
        for text in ["", "http", "70000", "9:8:7:x", "20-10"] {
            assert_eq!(Port::short(text, Span::start_of(FileId(0))), None, "{text}");
        }
    }
}
