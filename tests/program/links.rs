//! `promcheck lint --links` against servers on this machine: every way in which a link can lead nowhere.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{
    folder::{Answer, Folder},
    web::{Authority, Web, closed_port, page, reply},
};

/// Asks at once, does not wait long, and asks this machine.
const SETTINGS: &str = "links: {localhost: true, timeout: 1s, retries: 1}\n";

/// A folder whose README links to these addresses, a line each, from line 3 on.
fn folder(links: &[String]) -> Folder {
    let lines: Vec<String> = links.iter().map(|link| format!("- <{link}>\n")).collect();
    Folder::with(&[("README.md", &format!("# Links\n\n{}", lines.concat())), (".promcheck.yml", SETTINGS)])
}

fn lint(folder: &Folder, arguments: &[&str], environment: &[(&str, &str)]) -> Answer {
    let all = [&["lint", "-f", "concise", "--select", "runbooks/dead"], arguments].concat();
    let mut command = folder.command(&all);
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"] {
        command.env_remove(variable).env_remove(variable.to_lowercase());
    }
    command.env("XDG_CACHE_HOME", folder.0.join("cache")).env("HOME", &folder.0).env("LOCALAPPDATA", &folder.0);
    command.envs(environment.iter().copied());
    Answer::to(command)
}

#[test]
fn links_that_lead_nowhere_are_found() {
    let web = Web::serve(|request| match request.target.as_str() {
        "/gone" => page(410, ""),
        "/broken" => page(500, ""),
        "/busy" => page(503, ""),
        "/private" => page(403, ""),
        "/round" => reply(302, &[("Location", "/about")], ""),
        "/about" => reply(302, &[("Location", "/round")], ""),
        "/moved" => reply(301, &[("Location", "/")], ""),
        "/no-head" if request.method == "HEAD" => page(405, ""),
        "/silent" => None,
        "/rude" => Some(Vec::new()),
        "/" | "/no-head" => page(200, "<h1 id=start>Start</h1>"),
        _ => page(404, ""),
    });
    let at = |path: &str| format!("http://localhost:{}{path}", web.port());
    let paths = ["/", "/missing", "/gone", "/broken", "/busy", "/private", "/round", "/moved", "/no-head"];
    let mut links: Vec<String> = paths.iter().map(|path| at(path)).collect();
    links.extend([at("/#start"), at("/#end"), at("/rude")]);
    let answer = lint(&folder(&links), &["--links"], &[]);
    assert_eq!(answer.status, Some(1), "{answer:?}");
    let told = |line: usize, link: &str, what: &str| {
        format!("README.md:{line}:4: warning: {} [runbooks/dead]\n", what.replace('@', &at(link)))
    };
    let expected = [
        told(4, "/missing", "`@` answers 404 Not Found"),
        told(5, "/gone", "`@` answers 410 Gone"),
        told(6, "/broken", "`@` answers 500 Internal Server Error"),
        told(9, "/round", "the redirects of `@` never end: they come to `@` again"),
        told(13, "/", "the page `@` has no such anchor"),
    ];
    assert_eq!(answer.out, expected.concat(), "{answer:?}");
    let host = at("");
    for line in [
        "links: 12 asked for, 3 could not be checked\n".to_owned(),
        format!("  {host}: it answers 403 Forbidden: it wants a login\n"),
        format!("  {host}: it answers 503 Service Unavailable\n"),
        format!("  {host}: it closes the connection\n"),
    ] {
        assert!(answer.error.contains(&line), "{line}: {answer:?}");
    }
    assert!(web.log().contains(&"GET /no-head".to_owned()) && !web.log().contains(&"GET /moved".to_owned()));
}

#[test]
fn what_cannot_be_reached_is_no_finding() {
    let silent = Web::serve(|_| None);
    let nowhere = format!("http://{}.test/", "a".repeat(64));
    let links = [
        format!("http://localhost:{}/", closed_port()),
        format!("http://localhost:{}/", silent.port()),
        nowhere.clone(),
        "http://169.254.169.254/latest".to_owned(),
    ];
    let folder = folder(&links);
    let answer = lint(&folder, &["--links", "--verbose"], &[]);
    assert_eq!((answer.status, answer.out.as_str()), (Some(0), ""), "{answer:?}");
    for (link, why) in
        links.iter().zip(["it refuses the connection", "it does not answer in time", "its host is not found"])
    {
        let line = format!("  {}: {why}\n    {link}\n", link.trim_end_matches('/'));
        assert!(answer.error.contains(&line), "{line}: {answer:?}");
    }
    folder.write(".promcheck.yml", "checks: {runbooks/dead: {unreachable: true}}\nlinks: {retries: 0}\n");
    let answer = lint(&folder, &["--links"], &[]);
    let finding =
        format!("README.md:5:4: warning: `{nowhere}` cannot be checked: its host is not found [runbooks/dead]\n");
    assert_eq!((answer.status, answer.out), (Some(1), finding));
    assert!(
        answer.error.contains("links: 1 asked for, 1 could not be checked, 3 to this machine\n"),
        "{}",
        answer.error
    );
}

#[test]
fn certificates_are_looked_at() {
    let authority = Authority::new();
    let serve = |host: &str, year| Web::serve_tls(&authority.certificate(host, year), |_| page(200, ""));
    let (good, expired, other) = (serve("localhost", 2100), serve("localhost", 2001), serve("wiki.test", 2100));
    let plain = Web::serve(|_| page(200, ""));
    let links = [&good, &expired, &other, &plain].map(|web| format!("https://localhost:{}/", web.port()));
    let folder = folder(&links);
    folder.write("ca.pem", authority.pem());
    let unknown = lint(&folder, &["--links"], &[]);
    let said = format!("  {}: its certificate is from nobody who is trusted here\n", links[0].trim_end_matches('/'));
    assert!(unknown.error.contains(&said) && unknown.error.contains("help: --ca FILE"), "{unknown:?}");
    let path = folder.0.join("ca.pem");
    let trusted = [("SSL_CERT_FILE", path.to_str().unwrap())];
    for (arguments, environment) in [(&["--links", "--ca", "ca.pem"][..], &[][..]), (&["--links"], &trusted)] {
        let _ = std::fs::remove_dir_all(folder.0.join("cache"));
        let answer = lint(&folder, arguments, environment);
        let expected = format!(
            "README.md:4:4: warning: browsers refuse `{}`: its certificate has expired [runbooks/dead]\n\
             README.md:5:4: warning: browsers refuse `{}`: its certificate is for another host [runbooks/dead]\n",
            links[1], links[2]
        );
        assert_eq!(answer.out, expected, "{answer:?}");
        assert!(answer.error.contains("links: 4 asked for, 1 could not be checked\n"), "{answer:?}");
        assert!(answer.error.contains(&format!("  {}: ", links[3].trim_end_matches('/'))), "{answer:?}");
    }
    folder.write("ca.pem", "no certificate");
    let answer = lint(&folder, &["--links", "--ca", "ca.pem"], &[]);
    assert_eq!(answer.status, Some(2));
    assert!(answer.error.contains("cannot ask the network: it holds no certificate in PEM form"), "{answer:?}");
}

#[test]
fn busy_servers_are_asked_again_when_they_say() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let web = Web::serve(|request| match (request.target.as_str(), ASKED.fetch_add(1, Ordering::SeqCst)) {
        ("/later", _) => reply(429, &[("Retry-After", "3600")], ""),
        (_, 0) => reply(429, &[("Retry-After", "0")], ""),
        _ => page(200, ""),
    });
    let links = ["/", "/later"].map(|path| format!("http://localhost:{}{path}", web.port()));
    let folder = folder(&links);
    folder.write(".promcheck.yml", "links: {localhost: true, per_host: 1}\n");
    let answer = lint(&folder, &["--links"], &[]);
    assert_eq!((answer.status, answer.out.as_str()), (Some(0), ""), "{answer:?}");
    assert_eq!(web.log(), ["HEAD /", "GET /", "HEAD /later"]);
    assert!(answer.error.contains(": it answers 429 Too Many Requests\n"), "{answer:?}");
}

#[test]
fn pages_that_were_there_are_not_asked_for_again() {
    let web = Web::serve(|request| if request.target == "/gone" { page(404, "") } else { page(200, "") });
    let links = ["/", "/gone"].map(|path| format!("http://localhost:{}{path}", web.port()));
    let folder = folder(&links);
    folder.write(".promcheck.yml", "links: {localhost: true, per_host: 1}\n");
    lint(&folder, &["--links", "--links-cache", "known/links.json"], &[]);
    assert_eq!(web.log(), ["HEAD /", "HEAD /gone", "GET /gone"]);
    let answer = lint(&folder, &["--links", "--links-cache", "known/links.json"], &[]);
    assert!(answer.error.contains("links: 1 asked for, 1 known from the cache\n"), "{answer:?}");
    assert_eq!(web.log()[3..], ["HEAD /gone", "GET /gone"]);
    assert!(!folder.0.join("cache").exists());
    // Without the flag it lies in the user's folder, and what cannot be read is written anew.
    folder.write("known/links.json", "nonsense");
    lint(&folder, &["--links", "--links-cache", "known/links.json"], &[]);
    assert_eq!(web.log()[5..], ["HEAD /", "HEAD /gone", "GET /gone"]);
    #[cfg(target_os = "linux")]
    {
        lint(&folder, &["--links"], &[]);
        assert!(folder.0.join("cache/promcheck/links.json").exists());
    }
}

#[test]
fn proxies_and_headers_come_from_the_environment() {
    let proxy = Web::serve(|request| match request.header("authorization") {
        Some("Bearer secret") => page(200, ""),
        _ => page(401, ""),
    });
    let folder = folder(&["http://wiki.test/a".to_owned(), "http://other.test/b".to_owned()]);
    let address = format!("http://127.0.0.1:{}", proxy.port());
    let headers = "http://wiki.test/ Authorization: Bearer secret\n";
    let environment = [("HTTP_PROXY", address.as_str()), ("PROMCHECK_LINK_HEADERS", headers)];
    let answer = lint(&folder, &["--links"], &environment);
    assert!(answer.error.contains("links: 2 asked for, 1 could not be checked\n"), "{answer:?}");
    assert!(
        answer.error.contains("  http://other.test: it answers 401 Unauthorized: it wants a login\n"),
        "{answer:?}"
    );
    assert!(!format!("{answer:?}").contains("secret"), "{answer:?}");
    assert!(proxy.log().contains(&"CONNECT wiki.test:80".to_owned()), "{:?}", proxy.log());
    let answer = lint(&folder, &["--links"], &[("HTTP_PROXY", "::")]);
    assert_eq!(answer.status, Some(2));
    assert!(answer.error.contains("`::` is no address of a proxy"), "{answer:?}");
}

#[test]
fn findings_of_links_are_accepted_like_others() {
    let web = Web::serve(|_| page(404, ""));
    let link = format!("http://localhost:{}/", web.port());
    let folder = folder(&[link.clone(), link]);
    let text = "links: {localhost: true}\nignore: [{check: runbooks/dead, reason: the wiki moves}]\n";
    folder.write(".promcheck.yml", text);
    let answer = Answer::to(folder.command(&["lint", "--links", "--links-cache", "c.json", "--quiet"]));
    assert_eq!((answer.status, answer.out.as_str()), (Some(0), ""), "{answer:?}");
    // Without the flag the entry hides nothing, and is not to be removed for that.
    let answer = Answer::to(folder.command(&["lint", "--quiet"]));
    assert_eq!((answer.status, answer.out.as_str()), (Some(0), ""), "{answer:?}");
}
