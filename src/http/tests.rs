//! Patience, by a server that is written down.

use std::time::Duration;

use super::*;

fn asked(script: &Script, patience: Patience) -> (Result<u16, Trouble>, Vec<String>) {
    let address = Address::parse("http://a/").unwrap();
    let question = Question { method: Method::Get, address: &address, headers: &[], most: 10 };
    (patience.ask(script, &question).map(|reply| reply.status), script.log())
}

fn status(status: u16) -> Result<Reply, Trouble> {
    Ok(Reply { status, ..Reply::default() })
}

#[test]
fn asks_again_while_it_may_help() {
    let later =
        |seconds| Ok(Reply { status: 429, retry_after: Some(Duration::from_secs(seconds)), ..Reply::default() });
    for (answers, expected, log) in [
        (vec![status(200)], Ok(200), "GET"),
        (vec![status(404)], Ok(404), "GET"),
        (vec![status(500), status(200)], Ok(200), "GET, pause 500 ms, GET"),
        (vec![status(503)], Ok(503), "GET, pause 500 ms, GET, pause 1000 ms, GET"),
        (vec![later(7), later(2), status(200)], Ok(200), "GET, pause 7000 ms, GET, pause 2000 ms, GET"),
        (vec![later(3600)], Ok(429), "GET"),
        (vec![Err(Trouble::Timeout), status(200)], Ok(200), "GET, pause 500 ms, GET"),
        (vec![Err(Trouble::NoHost)], Err(Trouble::NoHost), "GET"),
        (
            vec![Err(Trouble::Certificate(CertificateFault::Expired))],
            Err(Trouble::Certificate(CertificateFault::Expired)),
            "GET",
        ),
    ] {
        let script = answers.into_iter().fold(Script::default(), |script, answer| script.with("http://a/", answer));
        let (found, lines) = asked(&script, Patience::default());
        assert_eq!((found, lines.join(", ").replace(" http://a/", "")), (expected, log.to_owned()));
    }
}

#[test]
fn reads_what_is_written_down() {
    let text = "HTTP/1.1 302 Found\nLocation: /b\nRetry-After: 3\nContent-Type: text/html\n\n<p>page</p>\n";
    let reply = Script::reply(text).unwrap();
    assert_eq!((reply.status, reply.location.as_deref()), (302, Some("/b")));
    assert_eq!(reply.retry_after, Some(Duration::from_secs(3)));
    assert_eq!(reply.body, b"<p>page</p>\n");
    assert_eq!(Script::reply("nonsense"), None);
}

#[test]
fn users_are_sent_as_the_standard_says() {
    // The example of RFC 7617, 2.
    assert_eq!(basic("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}
