//! What the environment says of the network: proxies, headers, the folder for caches.

#![expect(clippy::disallowed_methods, reason = "the command reads the environment")]

use std::{env, path::PathBuf};

use crate::http::Proxies;

/// The variable that holds headers for links, so that no secret stands on a command line or in a repository: one in each
/// line, behind how the addresses begin that get it: `https://wiki.shop.io/ Authorization: Bearer abc`.
const HEADERS: &str = "PROMCHECK_LINK_HEADERS";

/// The value of a variable, if it has one.
pub fn value(name: &str) -> Option<String> {
    first(&[name])
}

/// The value of the first of these variables that has one.
fn first(names: &[&str]) -> Option<String> {
    names.iter().filter_map(|name| env::var(name).ok()).find(|value| !value.is_empty())
}

/// The proxies; as in curl, `HTTP_PROXY` in capitals does not count where a web server may have set it from a header.
pub fn proxies() -> Proxies {
    let all = || first(&["ALL_PROXY", "all_proxy"]);
    let is_cgi = env::var_os("REQUEST_METHOD").is_some();
    let plain = if is_cgi { first(&["http_proxy"]) } else { first(&["http_proxy", "HTTP_PROXY"]) };
    Proxies {
        secure: first(&["https_proxy", "HTTPS_PROXY"]).or_else(all),
        plain: plain.or_else(all),
        except: first(&["no_proxy", "NO_PROXY"]).unwrap_or_default(),
    }
}

/// Headers by how the addresses begin that get them.
pub fn link_headers() -> Vec<(String, (String, String))> {
    env::var(HEADERS).map(|text| headers(&text)).unwrap_or_default()
}

fn headers(text: &str) -> Vec<(String, (String, String))> {
    let lines = text.lines().filter_map(|line| {
        let (start, header) = line.trim().split_once(' ')?;
        let (name, value) = header.split_once(':')?;
        // A start without the `/` behind the host would take in `https://wiki.shop.io.evil.org`.
        let is_whole = start.splitn(4, '/').count() == 4;
        is_whole.then(|| (start.to_owned(), (name.trim().to_owned(), value.trim().to_owned())))
    });
    lines.collect()
}

/// A file in the user's folder for caches, if there is such a folder.
pub fn cache_file(name: &str) -> Option<PathBuf> {
    let path = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || path("HOME");
    let folder = if cfg!(windows) {
        path("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Caches"))
    } else {
        path("XDG_CACHE_HOME").filter(|path| path.is_absolute()).or_else(|| home().map(|home| home.join(".cache")))
    };
    Some(folder?.join("promcheck").join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_go_to_whom_they_are_for() {
        let text = "https://wiki.shop.io/ Authorization: Bearer a:b\n\nhttps://wiki.shop.io X: y\nnonsense\n";
        let expected = ("https://wiki.shop.io/".to_owned(), ("Authorization".to_owned(), "Bearer a:b".to_owned()));
        assert_eq!(headers(text), [expected]);
    }
}
