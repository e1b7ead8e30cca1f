//! Which proxy an address is asked through.

use super::Address;

/// The proxies of the environment: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Proxies {
    /// For `https://` addresses.
    pub secure: Option<String>,
    /// For `http://` addresses.
    pub plain: Option<String>,
    /// Hosts and domains that are asked without one, separated by commas; `*` for all.
    pub except: String,
}

impl Proxies {
    /// The proxy for an address, if it has one.
    pub fn of(&self, address: &Address) -> Option<&str> {
        let proxy = if address.is_secure { &self.secure } else { &self.plain };
        proxy.as_deref().filter(|proxy| !proxy.is_empty() && !self.excepts(address))
    }

    /// Whether `NO_PROXY` names the host or a domain above it, with its port or without; as curl reads it.
    fn excepts(&self, address: &Address) -> bool {
        let host = address.host.trim_start_matches('[').trim_end_matches(']');
        self.except.split([',', ' ']).map(str::trim).filter(|entry| !entry.is_empty()).any(|entry| {
            let entry = entry.to_ascii_lowercase();
            let (name, port) = match entry.rsplit_once(':') {
                Some((name, port)) if !name.contains(':') => (name, port.parse().ok()),
                _ => (entry.as_str(), None),
            };
            let name = name.trim_start_matches("*.").trim_start_matches('.');
            let usual = if address.is_secure { 443 } else { 80 };
            let is_port = port.is_none_or(|port: u16| port == address.port.unwrap_or(usual));
            let is_host = host == name || host.strip_suffix(name).is_some_and(|before| before.ends_with('.'));
            entry == "*" || is_port && is_host
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chooses() {
        let proxies = |except: &str| Proxies {
            secure: Some("http://s:1".to_owned()),
            plain: Some("http://p:1".to_owned()),
            except: except.to_owned(),
        };
        for (except, address, expected) in [
            ("", "https://wiki.shop.io/", Some("http://s:1")),
            ("", "http://wiki.shop.io/", Some("http://p:1")),
            ("shop.io", "http://wiki.shop.io/", None),
            (".shop.io", "http://wiki.shop.io/", None),
            ("*.shop.io", "http://wiki.shop.io/", None),
            ("shop.io", "http://workshop.io/", Some("http://p:1")),
            ("a, wiki.shop.io", "http://wiki.shop.io/", None),
            ("wiki.shop.io:8080", "http://wiki.shop.io/", Some("http://p:1")),
            ("wiki.shop.io:8080", "http://wiki.shop.io:8080/", None),
            ("wiki.shop.io:443", "https://wiki.shop.io/", None),
            ("*", "https://wiki.shop.io/", None),
            ("::1", "http://[::1]/", None),
        ] {
            let address = Address::parse(address).unwrap();
            assert_eq!(proxies(except).of(&address), expected, "{except} of {address}");
        }
        assert_eq!(Proxies::default().of(&Address::parse("http://a/").unwrap()), None);
    }
}
