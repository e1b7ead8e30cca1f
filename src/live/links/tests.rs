//! Links and the servers they lead to, written down.

use crate::http::{Crowd, Patience, Reply, Script, Trouble};

use super::*;

fn server(web: &[(&str, &str)]) -> Script {
    web.iter().fold(Script::default(), |script, (address, text)| {
        script.with(address, Script::reply(text).ok_or(Trouble::Refused))
    })
}

/// Where links lead, by a server, and what it was asked.
fn asked(web: &[(&str, &str)], links: &[&str]) -> (Vec<Standing>, Vec<String>) {
    let script = server(web);
    let pages = ask(links.iter().copied(), &mut Cache::default(), &asking(&script, &[]));
    let standings = links.iter().map(|link| pages.of(link).cloned().unwrap_or(Standing::Astray("unknown".to_owned())));
    (standings.collect(), script.log())
}

fn asking<'a>(script: &'a Script, exclusions: &'a [Exclusion]) -> Asking<'a> {
    Asking {
        server: script,
        patience: Patience { retries: 1, ..Patience::default() },
        crowd: Crowd { size: 1, of_host: 1 },
        exclusions,
        asks_local: false,
        headers: &[],
        now: 1000,
        age: 100,
    }
}

fn unchecked(host: &str, why: &str) -> Standing {
    Standing::Unchecked { host: host.to_owned(), why: why.to_owned() }
}

#[test]
fn statuses_are_judged() {
    for (text, expected) in [
        ("HTTP/1.1 200 OK", Standing::Alive),
        ("HTTP/1.1 204 No Content", Standing::Alive),
        ("HTTP/1.1 404 Not Found", Standing::Answers(404, None)),
        ("HTTP/1.1 410 Gone", Standing::Answers(410, None)),
        ("HTTP/1.1 500 Oops", Standing::Answers(500, None)),
        ("HTTP/1.1 403 Forbidden", unchecked("http://a", "it answers 403 Forbidden: it wants a login")),
        ("HTTP/1.1 503 Oops", unchecked("http://a", "it answers 503 Service Unavailable")),
        ("HTTP/1.1 999 No", unchecked("http://a", "it answers 999")),
        ("HTTP/1.1 301 Moved\nLocation: mailto:me@a", Standing::Astray("mailto:me@a".to_owned())),
        ("HTTP/1.1 302 Found\nLocation: http://127.0.0.1/", unchecked("http://a", "it leads to the machine that asks")),
        ("refused", unchecked("http://a", "it refuses the connection")),
    ] {
        assert_eq!(asked(&[("http://a/", text)], &["http://a/"]).0, [expected], "{text}");
    }
}

#[test]
fn redirects_are_followed_to_their_end() {
    let web = [
        ("http://a/old", "HTTP/1.1 301 Moved\nLocation: /new"),
        ("http://a/new", "HTTP/1.1 200 OK"),
        ("http://a/round", "HTTP/1.1 302 Found\nLocation: /about"),
        ("http://a/about", "HTTP/1.1 302 Found\nLocation: /round"),
        ("http://a/self", "HTTP/1.1 302 Found\nLocation: /self\nSet-Cookie: a=b"),
        ("http://a/moved", "HTTP/1.1 308 Moved\nLocation: http://b/gone"),
        ("http://b/gone", "HTTP/1.1 404 Not Found"),
        ("http://a/private", "HTTP/1.1 302 Found\nLocation: /users/sign_in?next=private"),
        ("http://a/users/sign_in?next=private", "HTTP/1.1 200 OK"),
    ];
    let links = ["http://a/old", "http://a/round", "http://a/self", "http://a/moved", "http://a/private"];
    let expected = [
        Standing::Alive,
        Standing::Circle("http://a/round".to_owned()),
        unchecked("http://a", "it wants cookies"),
        Standing::Answers(404, Some("http://b/gone".to_owned())),
        unchecked("http://a", "it leads to a login"),
    ];
    assert_eq!(asked(&web, &links).0, expected);
    let chain: Vec<(String, String)> =
        (0..20).map(|at| (format!("http://a/{at}"), format!("HTTP/1.1 302 Found\nLocation: /{}", at + 1))).collect();
    let chain: Vec<(&str, &str)> = chain.iter().map(|(address, text)| (address.as_str(), text.as_str())).collect();
    assert_eq!(asked(&chain, &["http://a/0"]).0, [Standing::Circle("http://a/11".to_owned())]);
}

#[test]
fn a_head_is_enough_unless_it_is_refused() {
    for (links, text, expected) in [
        (&["http://a/"][..], "HTTP/1.1 200 OK", "HEAD"),
        (&["http://a/"], "HTTP/1.1 405 No", "HEAD, GET"),
        (&["http://a/"], "HTTP/1.1 429 Slowly\nRetry-After: 2", "HEAD, pause 2000 ms, GET, pause 2000 ms, GET"),
        (&["http://a/"], "HTTP/1.1 429 Slowly\nRetry-After: 3600", "HEAD"),
        (&["http://a/"], "refused", "HEAD, pause 500 ms, GET, pause 500 ms, GET"),
        (&["http://a/#x"], "HTTP/1.1 200 OK", "GET"),
        (&["http://a/#/route"], "HTTP/1.1 200 OK", "HEAD"),
        (&["http://a/", "http://a/#x", "http://a/"], "HTTP/1.1 200 OK", "GET"),
    ] {
        let log = asked(&[("http://a/", text)], links).1.join(", ").replace(" http://a/", "");
        assert_eq!(log, expected, "{links:?} {text}");
    }
}

#[test]
fn anchors_are_looked_for_in_pages_of_html() {
    let page = |kind: &str| format!("HTTP/1.1 200 OK\nContent-Type: {kind}\n\n<h1 id=\"start\">Start</h1>");
    let (html, text) = (page("text/html; charset=utf-8"), page("text/plain"));
    let web = [
        ("http://a/", html.as_str()),
        ("http://a/text", &text),
        ("http://a/old", "HTTP/1.1 301 Moved\nLocation: /"),
        ("http://a/new", "HTTP/1.1 301 Moved\nLocation: /#start"),
    ];
    let links = ["http://a/#start", "http://a/#gone", "http://a/text#gone", "http://a/old#gone", "http://a/new#gone"];
    let expected = [Standing::Alive, Standing::NoAnchor, Standing::Alive, Standing::NoAnchor, Standing::Alive];
    assert_eq!(asked(&web, &links).0, expected);
}

#[test]
fn what_cannot_be_asked_is_left() {
    let script = server(&[("http://a/", "HTTP/1.1 200 OK")]);
    let exclusions = [Exclusion::new("http://a/private")];
    let links = [
        ("http://a/private/x", Skip::Excluded),
        ("http://localhost:3000/", Skip::Local),
        ("https://example.com/", Skip::Example),
        ("https://", Skip::Malformed),
    ];
    let pages = ask(links.map(|(link, _)| link), &mut Cache::default(), &asking(&script, &exclusions));
    for (link, skip) in links {
        assert_eq!(pages.of(link), Some(&Standing::Skipped(skip)), "{link}");
    }
    assert_eq!(script.log(), [] as [&str; 0]);
    let asks_local = Asking { asks_local: true, ..asking(&script, &[]) };
    ask(["http://localhost:3000/"], &mut Cache::default(), &asks_local);
    assert_eq!(script.log(), ["HEAD http://localhost:3000/"]);
}

#[test]
fn a_host_that_is_down_is_asked_for_one_page_only() {
    let web = [("http://a/1", "refused"), ("http://a/2", "refused"), ("http://b/", "HTTP/1.1 200 OK")];
    let (standings, log) = asked(&web, &["http://a/1", "http://a/2", "http://b/"]);
    let down = unchecked("http://a", "it refuses the connection");
    assert_eq!(standings, [down.clone(), down, Standing::Alive]);
    assert!(!log.iter().any(|line| line.contains("http://a/2")), "{log:?}");
}

#[test]
fn what_is_remembered_is_not_asked_again() {
    let script = server(&[("http://a/", "HTTP/1.1 200 OK"), ("http://a/gone", "HTTP/1.1 404 Not Found")]);
    let mut cache = Cache::default();
    let links = ["http://a/", "http://a/gone"];
    ask(links, &mut cache, &asking(&script, &[]));
    let pages = ask(links, &mut cache, &Asking { now: 1100, ..asking(&script, &[]) });
    assert_eq!(pages.of("http://a/"), Some(&Standing::Remembered));
    assert_eq!(pages.of("http://a/gone"), Some(&Standing::Answers(404, None)));
    let pages = ask(links, &mut cache, &Asking { now: 1101, ..asking(&script, &[]) });
    assert_eq!(pages.of("http://a/"), Some(&Standing::Alive));
}

#[test]
fn headers_go_to_their_addresses_only() {
    struct Recorder(std::sync::Mutex<Vec<String>>);
    impl crate::http::Ask for Recorder {
        fn ask(&self, question: &crate::http::Question<'_>) -> Result<Reply, Trouble> {
            let headers: Vec<&str> = question.headers.iter().map(|(name, _)| name.as_str()).collect();
            self.0.lock().unwrap().push(format!("{} {}", question.address, headers.join(" ")));
            let location = (question.address.host == "a").then(|| "http://b/".to_owned());
            Ok(Reply { status: if location.is_some() { 302 } else { 200 }, location, ..Reply::default() })
        }

        fn pause(&self, _: std::time::Duration) {}
    }
    let recorder = Recorder(std::sync::Mutex::default());
    let headers = [("http://a/".to_owned(), ("Authorization".to_owned(), "secret".to_owned()))];
    let script = Script::default();
    let asking = Asking { server: &recorder, headers: &headers, ..asking(&script, &[]) };
    ask(["http://a/"], &mut Cache::default(), &asking);
    assert_eq!(*recorder.0.lock().unwrap(), ["http://a/ Authorization", "http://b/ "]);
}
