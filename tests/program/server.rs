//! `--prometheus` against a server that plays Prometheus, and against a real one where there is one.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::{
    folder::{Answer, Folder},
    web::{Request, Web, closed_port, page, reply},
};

const RULES: &str = "groups:\n  - name: all\n    rules:\n      - alert: Backlog\n        expr: jobs_wating > 100\n      \
    - alert: Slow\n        expr: up{jbo=\"node\"} == 0\n";

fn run(folder: &Folder, arguments: &[&str], environment: &[(&str, &str)]) -> Answer {
    let mut command = folder.command(arguments);
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(variable).env_remove(variable.to_lowercase());
    }
    command.env("XDG_CACHE_HOME", folder.0.join("cache")).env("HOME", &folder.0).env("LOCALAPPDATA", &folder.0);
    command.envs(environment.iter().copied());
    Answer::to(command)
}

fn json(data: &str) -> Option<Vec<u8>> {
    reply(200, &[("Content-Type", "application/json")], &format!("{{\"status\":\"success\",\"data\":{data}}}"))
}

/// What a small server answers.
fn answers(request: &Request) -> Option<Vec<u8>> {
    match request.target.split('?').next().unwrap() {
        "/prom/api/v1/label/__name__/values" => json(r#"["jobs_waiting","up"]"#),
        "/prom/api/v1/metadata" => json(r#"{"jobs_waiting":[{"type":"gauge","help":"","unit":""}]}"#),
        "/prom/api/v1/status/buildinfo" => json(r#"{"version":"3.5.0"}"#),
        "/prom/api/v1/labels" => json(r#"["__name__","instance","job"]"#),
        path if path.starts_with("/prom/api/v1/label/") => json(r#"["node"]"#),
        _ => page(404, ""),
    }
}

#[test]
fn what_a_server_does_not_have_is_found() {
    let web = Web::serve(answers);
    let url = format!("http://localhost:{}/prom/", web.port());
    let folder = Folder::with(&[("rules.yml", RULES)]);
    let answer = run(&folder, &["lint", "-f", "concise", "--select", "metrics", "--prometheus", &url], &[]);
    let shown = url.trim_end_matches('/');
    let expected = format!(
        "rules.yml:5:15: warning: `{shown}` had no series `jobs_wating` in the last 7d, and nothing here defines it \
         [metrics/unknown]\nrules.yml:7:18: warning: `up` has no label `jbo`, so this selects nothing \
         [metrics/label-unknown]\n"
    );
    assert_eq!((answer.out, answer.status), (expected, Some(1)), "{}", answer.error);
    let asked = web.log();
    assert!(asked.iter().any(|line| line.contains("match[]=%7B__name__=%22up%22%7D")), "{asked:?}");
    // What was answered is remembered, unless that is not wanted.
    run(&folder, &["lint", "--prometheus", &url], &[]);
    assert_eq!(web.log().len(), asked.len(), "{:?}", web.log());
    run(&folder, &["lint", "--prometheus", &url, "--prometheus-max-age", "0s"], &[]);
    assert_eq!(web.log().len(), 2 * asked.len());
    run(&folder, &["lint", "--prometheus", &url, "--prometheus-cache", "known/servers.json"], &[]);
    assert!(web.log().len() == 3 * asked.len() && folder.0.join("known/servers.json").exists());
}

#[test]
fn metrics_are_told_where_they_are() {
    let web = Web::serve(answers);
    let url = format!("http://localhost:{}/prom", web.port());
    let rules = RULES.replace("jobs_wating", "jobs_waiting + lost");
    let folder = Folder::with(&[("rules.yml", &rules)]);
    let answer = run(&folder, &["metrics", "--prometheus", &url], &[]);
    assert!(answer.out.contains("read, but defined by nothing here (1)\n  lost"), "{answer:?}");
    assert!(answer.out.contains(&format!("gauge      {url}: 1 alert")), "{answer:?}");
    let answer = run(&folder, &["metrics", "jobs_waiting", "--prometheus", &url], &[]);
    assert!(answer.out.contains(&format!("the server {url}")), "{answer:?}");
    let answer = run(&folder, &["metrics", "-f", "json", "--prometheus", &url], &[]);
    assert!(answer.out.contains("\"kind\": \"server\""), "{answer:?}");
}

#[test]
fn who_asks_is_said() {
    let web = Web::serve(|request| match (request.header("authorization"), request.header("x-scope-orgid")) {
        (Some("Bearer secret" | "Basic bWU6c2VjcmV0"), tenant) if tenant.is_none_or(|one| one == "shop") => {
            answers(request)
        }
        _ => page(401, ""),
    });
    let url = format!("http://localhost:{}/prom", web.port());
    let with_user = url.replace("//", "//me:secret@");
    let folder = Folder::with(&[("rules.yml", RULES), ("token", "secret\n")]);
    let (token, user) = (("PROMCHECK_PROMETHEUS_TOKEN", "secret"), ("PROMCHECK_PROMETHEUS_USER", "me"));
    let password = ("PROMCHECK_PROMETHEUS_PASSWORD", "secret");
    for (url, flags, environment) in [
        (&url, &[][..], &[token][..]),
        (&url, &["--prometheus-token-file", "token"], &[]),
        (&url, &["--prometheus-tenant", "shop"], &[user, password]),
        (&with_user, &[], &[]),
    ] {
        let all = [&["lint", "--prometheus", url, "--prometheus-max-age", "0s"], flags].concat();
        let answer = run(&folder, &all, environment);
        assert_eq!(answer.status, Some(1), "{flags:?}: {answer:?}");
        assert!(!format!("{answer:?}").contains("secret"), "{answer:?}");
    }
    let answer = run(&folder, &["lint", "--prometheus", &url, "--prometheus-tenant", "other"], &[token]);
    assert_eq!(answer.status, Some(2), "{answer:?}");
}

#[test]
fn a_server_that_says_nothing_of_use_ends_the_run() {
    let web = Web::serve(|request| match request.target.split("/api").next().unwrap() {
        "/html" => page(200, "<p>"),
        "/private" => page(403, ""),
        "/moved" => reply(301, &[("Location", "https://elsewhere.test/")], ""),
        "/wrong" => reply(422, &[], "{\"status\":\"error\",\"error\":\"no org id\"}"),
        _ => page(404, ""),
    });
    let at = |path: &str| format!("http://localhost:{}{path}", web.port());
    let folder = Folder::with(&[("rules.yml", RULES)]);
    let nobody = format!("http://localhost:{}", closed_port());
    for (url, words, help) in [
        (at("/html"), "does not answer as Prometheus does", "`/api/v1`"),
        (at("/private"), "answers 403: Forbidden", "PROMCHECK_PROMETHEUS_TOKEN"),
        (at("/moved"), "answers 301: https://elsewhere.test/", "name the address that it leads to"),
        (at("/wrong"), "answers 422: no org id", "its own log"),
        (at(""), "answers 404: Not Found", "`/api/v1`"),
        (nobody, "it refuses the connection", "is the server up"),
        ("localhost:9090".to_owned(), "is no address of a server", "http://prometheus:9090"),
    ] {
        for command in ["lint", "metrics"] {
            let answer = run(&folder, &[command, "--prometheus", &url], &[]);
            assert_eq!((answer.status, answer.out.as_str()), (Some(2), ""), "{answer:?}");
            assert!(answer.error.contains(words) && answer.error.contains(help), "{url}: {}", answer.error);
        }
    }
}

/// A running Prometheus, which ends with the test.
struct Prometheus(Child);

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where Prometheus is: in `PROMETHEUS_BIN`, else on the path.
fn prometheus() -> Option<PathBuf> {
    let named = std::env::var_os("PROMETHEUS_BIN").map(PathBuf::from);
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let on_path = || std::env::split_paths(&paths).map(|folder| folder.join("prometheus")).find(|path| path.is_file());
    named.or_else(on_path)
}

/// The status of a page of a server on this machine.
fn status(port: u16, target: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(stream, "GET {target} HTTP/1.0\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    Some(text)
}

#[test]
fn a_real_prometheus_is_understood() {
    let Some(program) = prometheus() else {
        // Past the capture of tests: whoever runs them is to see it.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: no prometheus on the PATH or in PROMETHEUS_BIN, so no real one is asked"
        );
        return;
    };
    let port = closed_port();
    let config = format!(
        "global: {{scrape_interval: 1s}}\nscrape_configs: [{{job_name: self, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}]\n"
    );
    let rules = "groups:\n  - name: all\n    rules:\n      - alert: A\n        expr: shop_orders_lost > 0\n      \
        - alert: B\n        expr: up{jbo=\"self\"} == 0\n      - alert: C\n        expr: rate(prometheus_build_info[5m]) > 0\n      \
        - alert: D\n        expr: rate(prometheus_http_requests[5m]) > 0\n      \
        - alert: E\n        expr: rate(prometheus_http_requests_total{handler=\"/api/v1/metadat\"}[5m]) > 0\n      \
        - alert: F\n        expr: prometheus_tsdb_head_series > 0 and up{job=\"self\"} == 1\n";
    let (server, folder) = (Folder::with(&[("prometheus.yml", &config)]), Folder::with(&[("rules.yml", rules)]));
    let started = Command::new(&program)
        .args([
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            &format!("--web.listen-address=127.0.0.1:{port}"),
        ])
        .current_dir(&server.0)
        .stdout(Stdio::null())
        .stderr(Stdio::from(fs::File::create(server.0.join("log")).unwrap()))
        .spawn();
    let _running = Prometheus(started.unwrap());
    let has_scraped = || {
        let names = status(port, "/api/v1/label/__name__/values").unwrap_or_default();
        let metadata = status(port, "/api/v1/metadata").unwrap_or_default();
        // Old releases count the requests of a handler from its first one on.
        let handlers = status(port, "/api/v1/label/handler/values").unwrap_or_default();
        let is_counted = handlers.contains("\"/api/v1/metadata\"");
        names.contains("\"up\"") && metadata.contains("prometheus_build_info") && is_counted
    };
    // It begins to answer before it has scraped itself.
    let is_ready = (0..600).any(|_| {
        has_scraped() || {
            thread::sleep(Duration::from_millis(100));
            false
        }
    });
    assert!(is_ready, "{}", fs::read_to_string(server.0.join("log")).unwrap());
    let url = format!("http://127.0.0.1:{port}");
    let answer =
        run(&folder, &["lint", "-f", "concise", "--select", "metrics,promql/function-kind", "--prometheus", &url], &[]);
    for expected in [
        format!(
            "rules.yml:5:15: warning: `{url}` had no series `shop_orders_lost` in the last 7d, and nothing here defines it [metrics/unknown]\n"
        ),
        "rules.yml:7:18: warning: `up` has no label `jbo`, so this selects nothing [metrics/label-unknown]\n"
            .to_owned(),
        "rules.yml:9:".to_owned(),
        format!(
            "rules.yml:13:59: warning: `handler` of `prometheus_http_requests_total` is never `/api/v1/metadat` on `{url}` [metrics/label-value]\n"
        ),
        format!("rules.yml:11:20: warning: `{url}` has no series `prometheus_http_requests` [metrics/wrong-suffix]\n"),
    ] {
        assert!(answer.out.contains(&expected), "{expected}: {answer:?}");
    }
    assert!(!answer.out.contains("rules.yml:15:"), "{answer:?}");
    let told = run(&folder, &["metrics", "prometheus_tsdb_head_series", "--prometheus", &url], &[]);
    assert!(told.out.contains(&format!("the server {url}")) && told.out.contains("gauge"), "{told:?}");
}
