//! What SECURITY.md promises.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    folder::{Answer, Folder},
    web::{Web, page},
};

const SECRET: &str = "groups:\n  - name: secret\n    rules:\n      - alert: Secret\n        expr: topsecret(\n";
const GOOD: &str = "groups:\n  - name: all\n    rules:\n      - alert: Down\n        expr: up == 0\n        for: 5m\n";

#[cfg(unix)]
#[test]
fn links_out_of_the_tree_are_refused() {
    use std::os::unix::fs::symlink;
    let outside = Folder::with(&[("rules.yml", SECRET), (".promcheck.yml", "topsecret: 1\n")]);
    let inside = Folder::with(&[
        ("rules.yml", GOOD),
        ("part/rules.yml", GOOD),
        ("other/rules.yml", &SECRET.replace("topsecret", "ours")),
    ]);
    symlink(outside.0.join("rules.yml"), inside.0.join("part/link.yml")).unwrap();
    symlink(&outside.0, inside.0.join("part/folder")).unwrap();
    symlink(outside.0.join(".promcheck.yml"), inside.0.join(".promcheck.yml")).unwrap();
    for arguments in
        [&["lint"][..], &["lint", "part"], &["lint", "--fix", "--unsafe", "--allow-dirty", "part"], &["fmt", "part"]]
    {
        let answer = inside.run(arguments);
        assert!(!format!("{answer:?}").contains("topsecret"), "{answer:?}");
    }
    let told = inside.run(&["lint", "-f", "concise", "part"]).out;
    let said = "info: this symbolic link leads out of the repository, so it is not followed [general/parse]";
    for link in ["part/folder", "part/link.yml"] {
        assert!(told.contains(&format!("{link}:1:1: {said}\n")), "{told}");
    }
    // One that stays in the repository is followed.
    symlink("../other", inside.0.join("part/near")).unwrap();
    assert!(inside.run(&["lint", "-f", "concise", "part"]).out.contains("part/near/rules.yml:5:"));
    assert_eq!(fs::read_to_string(outside.0.join("rules.yml")).unwrap(), SECRET);
}

#[test]
fn values_of_variables_are_not_shown() {
    let compose = "services:\n  postgres-exporter:\n    image: prometheuscommunity/postgres-exporter:v0.15.0\n    \
                   environment: {DATA_SOURCE_NAME: \"${DATABASE_URL}\"}\n  api:\n    image: shop/api:7\n    \
                   env_file: api.env\n";
    let secret = "pQ8nW3vTz6Yk2Lm";
    let folder = Folder::with(&[
        ("docker-compose.yml", compose),
        (".env", &format!("DATABASE_URL=postgres://shop:{secret}@db:5432/shop?schema=public\n")),
        ("api.env", &format!("API_TOKEN={secret}\n")),
    ]);
    for format in ["human", "concise", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown"] {
        let answer = folder.run(&["lint", "--format", format]);
        assert!(answer.out.contains("TOKEN"), "{answer:?}");
        assert!(!format!("{answer:?}").contains(secret), "{answer:?}");
    }
}

#[test]
fn the_configuration_cannot_lead_out_of_the_tree() {
    let outside = Folder::with(&[("page.txt", "topsecret{ 1\n"), ("known.json", "topsecret")]);
    let outside = outside.0.to_str().unwrap();
    let folder = Folder::with(&[("rules.yml", GOOD), (".promcheck.yml", &format!("metrics: ['{outside}/*.txt']\n"))]);
    let answer = folder.run(&["lint"]);
    assert!(!format!("{answer:?}").contains("topsecret"), "{answer:?}");
    for (name, arguments) in [("known.json", &["lint"][..]), ("new.json", &["lint", "--update-baseline"])] {
        folder.write(".promcheck.yml", format!("baseline: {outside}/{name}\n"));
        let answer = folder.run(arguments);
        assert_eq!((answer.status, answer.out.as_str()), (Some(2), ""), "{answer:?}");
        assert!(answer.error.contains("it lies outside of the repository"), "{answer:?}");
    }
    assert!(!Path::new(outside).join("new.json").exists());
}

#[test]
fn what_files_name_is_not_read() {
    let outside =
        Folder::with(&[("rules.yml", SECRET), ("secret.env", "A=topsecret\n"), ("page.prom", "topsecret{ 1\n")]);
    let at = outside.0.to_str().unwrap();
    let folder = Folder::with(&[
        (
            "prometheus.yml",
            &format!(
                "rule_files: ['{at}/*.yml']\nscrape_configs:\n  - job_name: a\n    file_sd_configs: [{{files: ['{at}/rules.yml']}}]\n    basic_auth: {{username: a, password_file: '{at}/secret.env'}}\n"
            ),
        ),
        ("alertmanager.yml", &format!("templates: ['{at}/*']\nroute: {{receiver: a}}\nreceivers: [{{name: a}}]\n")),
        (
            "compose.yml",
            &format!(
                "services:\n  a:\n    image: prom/prometheus\n    env_file: {at}/secret.env\n    volumes: ['{at}/rules.yml:/etc/prometheus/rules.yml']\n"
            ),
        ),
        ("tests.yml", &format!("rule_files: ['{at}/rules.yml']\ntests: []\n")),
        ("README.md", &format!("# A\n\n[a]({at}/rules.yml)\n")),
    ]);
    let answer = folder.run(&["lint", "--verbose"]);
    assert!(!format!("{answer:?}").contains("topsecret"), "{answer:?}");
}

#[test]
fn source_code_out_of_the_tree_is_not_read() {
    let program = "import prometheus_client\ntopsecret = prometheus_client.Counter('topsecret_total', 'a')\n";
    let outside = Folder::with(&[("app/app.py", program)]);
    let name = outside.0.file_name().unwrap().to_str().unwrap();
    let at = outside.0.to_str().unwrap();
    for (config, context) in [
        (format!("sources: ['{at}/app', '../{name}/*', '{at}/app/app.py']\n"), "."),
        (String::new(), &*format!("../{name}/app")),
    ] {
        let folder = Folder::with(&[
            ("compose.yml", &format!("services:\n  app: {{build: {context}, image: app}}\n")),
            ("prometheus.yml", "scrape_configs: [{job_name: a, static_configs: [{targets: ['app:80']}]}]\n"),
            ("rules.yml", &GOOD.replace("up == 0", "topsecret_totl > 0")),
            (".promcheck.yml", &config),
        ]);
        let answer = folder.run(&["metrics"]);
        assert!(!format!("{answer:?}").contains("topsecret_total"), "{answer:?}");
        assert!(!format!("{:?}", folder.run(&["lint"])).contains("topsecret_total"));
        // What lies in the tree is read.
        folder.write("app/app.py", program);
        folder.write(".promcheck.yml", "sources: [app]\n");
        assert!(folder.run(&["metrics"]).out.contains("topsecret_total"));
    }
}

/// The sources, by path.
fn sources() -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.insert(path.clone(), fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

#[test]
fn nothing_is_executed() {
    let starting: Vec<_> = sources()
        .into_iter()
        .filter(|(_, text)| {
            text.contains("process::{Command") || text.contains("process::Command") || text.contains("Command::new(\"")
        })
        .map(|(path, _)| path.file_name().unwrap().to_owned())
        .collect();
    assert_eq!(starting, ["git.rs"]);
}

#[test]
fn the_network_is_one_file() {
    for (path, text) in sources() {
        for word in ["TcpStream", "TcpListener", "UdpSocket", "UnixStream", "ToSocketAddrs", "ureq::", "rustls::"] {
            assert!(!text.contains(word) || path.ends_with("http/client.rs"), "{}: {word}", path.display());
        }
    }
}

#[test]
fn nothing_is_asked_without_a_flag() {
    // Whoever asks anything asks the proxy.
    let web = Web::serve(|_| page(200, ""));
    let proxy = format!("http://127.0.0.1:{}", web.port());
    let text =
        "groups: [{name: a, rules: [{alert: A, expr: up == 0, annotations: {runbook_url: 'http://wiki.test/a'}}]}]\n";
    let folder = Folder::with(&[("rules.yml", text), ("README.md", "# A\n\n[a](http://wiki.test/b)\n")]);
    for arguments in [&["lint"][..], &["lint", "--fix"], &["metrics"], &["fmt"], &["check", "rules", "rules.yml"]] {
        let mut command = folder.command(arguments);
        for variable in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            command.env(variable, &proxy);
        }
        Answer::to(command);
    }
    assert_eq!(web.log(), [] as [&str; 0]);
}

/// Everything below a folder, but not git's own.
fn everything(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(at) = folders.pop() {
        for path in fs::read_dir(at).unwrap().map(|entry| entry.unwrap().path()) {
            if !path.is_dir() {
                found.insert(path.clone(), fs::read(path).unwrap());
            } else if !path.ends_with(".git") {
                folders.push(path);
            }
        }
    }
    found
}

#[test]
fn a_lint_writes_nothing() {
    let folder = Folder::with(&[
        ("rules.yml", &GOOD.replace("up ==", "irate(up[5m])  ==")),
        ("tests.yml", "rule_files: [rules.yml]\ntests:\n  - interval: 1m\n    input_series: []\n"),
        (".promcheck.yml", "baseline: known.json\n"),
        ("known.json", "{\"version\": 1, \"findings\": []}"),
    ]);
    let before = everything(&folder.0);
    for arguments in [
        &["lint"][..],
        &["lint", "--diff", "--unsafe"],
        &["lint", "--in-context", "rules.yml"],
        &["fmt", "--check"],
        &["fmt", "--diff"],
        &["test", "."],
        &["check", "rules", "rules.yml"],
        &["query", "1"],
        &["explain", "promql"],
    ] {
        folder.run(arguments);
        assert_eq!(everything(&folder.0), before, "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn git_starts_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with(&[("rules.yml", GOOD), (".gitattributes", "*.yml diff=evil\n")]);
    let evil = folder.0.join(".git/evil");
    fs::write(&evil, "#!/bin/sh\ntouch \"$(dirname \"$0\")/started\"\ncat \"$1\"\n").unwrap();
    fs::set_permissions(&evil, fs::Permissions::from_mode(0o755)).unwrap();
    let evil = evil.to_str().unwrap();
    let git = |arguments: &[&str]| {
        assert!(
            Command::new("git").args(arguments).current_dir(&folder.0).status().unwrap().success(),
            "{arguments:?}"
        );
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "."]);
    git(&["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "all"]);
    for key in
        ["core.fsmonitor", "diff.external", "diff.evil.textconv", "diff.evil.command", "core.pager", "core.sshCommand"]
    {
        git(&["config", key, evil]);
    }
    folder.write("rules.yml", GOOD.replace("5m", "6m"));
    folder.run(&["lint", "--changed-since", "main"]);
    folder.run(&["lint", "--fix", "--unsafe"]);
    assert!(!folder.0.join(".git/started").exists());
}
