//! Reverse proxies: what nginx hands on, under which names, to whom, and whether it asks who comes.

use crate::{
    nginx::{self, Directive},
    text::{Excerpt, Spanned},
};

/// A configuration of nginx, as far as it hands requests on.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// Groups of servers by their names, each with the hosts in it.
    pub upstreams: Vec<(Spanned<String>, Vec<String>)>,
    /// Its servers, in order.
    pub sites: Vec<Site>,
}

/// What one `server` answers.
#[derive(Clone, Debug)]
pub struct Site {
    /// The names it answers to.
    pub names: Vec<Spanned<String>>,
    /// Whether it listens on the machine itself only.
    pub is_local: bool,
    /// What it hands on.
    pub passes: Vec<Pass>,
}

/// A `proxy_pass`.
#[derive(Clone, Debug)]
pub struct Pass {
    /// The address as written.
    pub address: Spanned<String>,
    /// The host or the upstream in it.
    pub host: String,
    /// Whether anybody may come as far as that.
    pub guard: Guard,
}

/// Whether a proxy asks who comes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Guard {
    /// It lets everybody pass.
    None,
    /// It asks for a password, a certificate, another program's word, or an address.
    Asks,
    /// It includes files that may say so.
    Unknown,
}

/// Reads a configuration of nginx; `None` for any other text.
pub fn read(source: &Excerpt) -> Option<Proxy> {
    if !source.text().contains("server") {
        return None;
    }
    let directives = nginx::parse(source)?;
    let mut proxy = Proxy { upstreams: Vec::new(), sites: Vec::new() };
    gather(&directives, Guard::None, &mut proxy);
    let is_one = proxy.sites.iter().any(|site| !site.names.is_empty() || !site.passes.is_empty());
    (is_one || !proxy.upstreams.is_empty()).then_some(proxy)
}

/// Gathers what stands at the top of a file, or in its `http`.
fn gather(directives: &[Directive], above: Guard, proxy: &mut Proxy) {
    let guard = guard_of(directives, above);
    for directive in directives.iter().filter(|directive| directive.is_block) {
        match (directive.name.value.as_str(), directive.argument()) {
            ("http", None) => gather(&directive.block, guard, proxy),
            ("upstream", Some(name)) => {
                let hosts =
                    directive.all("server").filter_map(|server| Some(host(&server.argument()?.value).to_owned()));
                proxy.upstreams.push((name.clone(), hosts.collect()));
            }
            ("server", None) => proxy.sites.push(site(directive, guard)),
            _ => {}
        }
    }
}

fn site(server: &Directive, above: Guard) -> Site {
    let mut passes = Vec::new();
    passes_of(&server.block, guard_of(&server.block, above), &mut passes);
    let listens: Vec<&str> = server.all("listen").filter_map(|one| Some(one.argument()?.value.as_str())).collect();
    let is_local = |address: &&str| {
        address.starts_with("127.") || address.starts_with("localhost") || address.starts_with("unix:")
    };
    Site {
        names: server.all("server_name").flat_map(|one| &one.arguments).cloned().collect(),
        is_local: !listens.is_empty() && listens.iter().all(is_local),
        passes,
    }
}

fn passes_of(directives: &[Directive], guard: Guard, passes: &mut Vec<Pass>) {
    for directive in directives {
        match directive.name.value.as_str() {
            "proxy_pass" => {
                if let Some(address) = directive.argument() {
                    let host =
                        host(address.value.split_once("://").map_or(&address.value, |(_, rest)| rest)).to_owned();
                    passes.push(Pass { address: address.clone(), host, guard });
                }
            }
            "location" | "if" | "limit_except" => {
                passes_of(&directive.block, guard_of(&directive.block, guard), passes)
            }
            _ => {}
        }
    }
}

/// The host of an address without a scheme.
fn host(address: &str) -> &str {
    address.split([':', '/']).next().unwrap_or_default()
}

/// Whether the directives of a block ask who comes, where those around it do or do not.
fn guard_of(directives: &[Directive], above: Guard) -> Guard {
    let mut guard = above;
    for directive in directives {
        let argument = directive.argument().map_or("", |argument| argument.value.as_str());
        match directive.name.value.as_str() {
            "auth_basic" | "auth_request" | "auth_jwt" if argument == "off" => guard = Guard::None,
            "auth_basic" | "auth_request" | "auth_jwt" | "internal" | "allow" | "deny" | "return" => {
                return Guard::Asks;
            }
            "ssl_verify_client" if argument != "off" => return Guard::Asks,
            name if name.starts_with("access_by_lua") || name.starts_with("auth_") => return Guard::Asks,
            "include" if !is_harmless(argument) => guard = Guard::Unknown,
            // A condition that turns somebody away may stand for anything.
            "if" if directive
                .all("return")
                .any(|one| one.argument().is_some_and(|code| code.value.starts_with('4'))) =>
            {
                guard = Guard::Unknown;
            }
            _ => {}
        }
    }
    guard
}

/// Whether an included file has a name that every installation of nginx has for the same thing.
fn is_harmless(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.ends_with("_params") || name == "mime.types" || name.contains("ssl") || name.starts_with("proxy")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    fn shown(text: &str) -> String {
        let Some(proxy) = read(&Excerpt::whole(FileId(0), text)) else { return "nothing".to_owned() };
        let pass = |pass: &Pass| format!("{} {:?}", pass.host, pass.guard);
        let site = |site: &Site| site.passes.iter().map(pass).collect::<Vec<_>>().join(", ");
        proxy.sites.iter().map(site).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn knows_who_is_asked() {
        for (text, expected) in [
            ("server { server_name a.io; location / { proxy_pass http://prometheus:9090/; } }", "prometheus None"),
            ("server { auth_basic x; location / { proxy_pass http://p; } }", "p Asks"),
            ("server { auth_basic x; location / { auth_basic off; proxy_pass http://p; } }", "p None"),
            ("http { deny all; server { location / { proxy_pass http://p; } } }", "p Asks"),
            ("server { location / { include snippets/auth.conf; proxy_pass http://p; } }", "p Unknown"),
            (
                "server { location / { include proxy_params; proxy_pass http://p; } location /a { allow 10.0.0.0/8; proxy_pass http://q; } }",
                "p None, q Asks",
            ),
            ("server { location /a { location /a/b { proxy_pass http://p; } auth_request /auth; } }", "p Asks"),
            ("server { location / { if ($http_x = '') { return 403; } proxy_pass http://p; } }", "p Unknown"),
            ("upstream p { server prometheus:9090; }", ""),
            ("server:\n  port: 80\n", "nothing"),
            ("[server]\nport = 80\n", "nothing"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
