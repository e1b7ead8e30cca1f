//! How one begins: `promcheck init`, help with examples, completion, manual pages, and the comments of other linters.

use std::fs;

use crate::folder::{Answer, Folder, promcheck};

const RULES: &str = "\
groups:
  - name: api
    rules:
      # pint disable promql/regexp
      - alert: ApiDown
        expr: up{job=~\"api\"} == 0
        for: 5m
";

const COMPOSE: &str = "\
services:
  prometheus:
    image: prom/prometheus:v3.10.0
    command: [--config.file=/etc/prometheus/prometheus.yml, --enable-feature=promql-experimental-functions]
  alertmanager:
    image: prom/alertmanager:v0.28.1
";

fn stack() -> Folder {
    Folder::with(&[
        ("rules.yml", RULES),
        ("compose.yml", COMPOSE),
        ("vendor/mixin/rules.yml", &RULES.replace("ApiDown", "TheirsDown")),
        ("metrics/api.prom", "# TYPE up gauge\nup 1\n"),
        ("tests/api.yml", "rule_files: [../rules.yml]\ntests:\n  - interval: 1m\n    input_series: []\n"),
    ])
}

fn text(folder: &Folder, path: &str) -> String {
    fs::read_to_string(folder.0.join(path)).unwrap()
}

#[test]
fn init_writes_what_it_finds() {
    let folder = stack();
    let answer = folder.run(&["init", "--baseline", "--hooks", "--workflow"]);
    assert_eq!((answer.status, answer.error.as_str()), (Some(0), ""), "{answer:?}");
    let wrote = "wrote ./.promcheck.yml\nwrote ./.pre-commit-config.yaml\nwrote ./.github/workflows/promcheck.yml\n\
                 wrote ./.promcheck-baseline.json\n";
    assert!(
        answer.out.replace("wrote .p", "wrote ./.p").replace("wrote .g", "wrote ./.g").starts_with(wrote),
        "{answer:?}"
    );
    let config = text(&folder, ".promcheck.yml");
    for part in [
        "# Found: 1 captured page of metrics, 1 compose file, 2 rule files, 1 test file\n",
        "\nbaseline: .promcheck-baseline.json\n",
        "\nvendored:\n  - /vendor/\n",
        "\nmetrics:\n  - 'metrics/*.prom'\n",
        "\nprometheus_version: \"3.10.0\"\nalertmanager_version: \"0.28.1\"\nenable_features:\n  - promql-experimental-functions\n",
        "\nhonour_pint: true\n",
    ] {
        assert!(config.contains(part), "{part}\n{config}");
    }
    assert!(text(&folder, ".pre-commit-config.yaml").contains("entry: promcheck test 'tests/'\n"));
    // From now on nothing is told, by the configuration alone.
    let answer = folder.run(&["lint", "-f", "concise"]);
    assert_eq!((answer.status, answer.out.as_str(), answer.error.as_str()), (Some(0), "", ""));
}

#[test]
fn init_replaces_nothing_unasked() {
    let folder = stack();
    folder.write(".pre-commit-config.yaml", "repos: []\n");
    let answer = folder.run(&["init", "--hooks"]);
    assert_eq!((answer.status, answer.out.as_str()), (Some(2), ""));
    assert!(
        answer.error.ends_with(
            "`./.pre-commit-config.yaml` is there already; nothing was written\n  help: --force replaces it\n"
        ),
        "{answer:?}"
    );
    assert!(!folder.0.join(".promcheck.yml").exists());
    assert_eq!(folder.run(&["init", "--hooks", "--force"]).status, Some(0));
    assert!(text(&folder, ".pre-commit-config.yaml").contains("promcheck lint --in-context"));
    assert_eq!(folder.run(&["init"]).status, Some(2));
    assert_eq!(folder.run(&["init", "nowhere"]).status, Some(2));
}

#[test]
fn comments_for_pint_count_when_asked_for() {
    let told = |config: &str, arguments: &[&str]| {
        let broken = format!("{{% set a = 1 %}} # pint ignore/line\n{RULES}");
        let folder = Folder::with(&[("rules.yml", &broken), (".promcheck.yml", config)]);
        let answer = folder.run(&[&["lint", "-q", "-f", "concise", "--select", "promql,general"], arguments].concat());
        answer.out.lines().map(|line| line.rsplit('[').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_ne!(told("", &[]), [""; 0]);
    assert_eq!(told("", &["--honour-pint"]), [""; 0]);
    assert_eq!(told("honour_pint: true\n", &[]), [""; 0]);
}

/// The commands of the program, each with its help.
fn commands(words: &[&str], found: &mut Vec<(String, String)>) {
    let answer = Answer::to(promcheck(&[words, &["--help"]].concat()));
    assert_eq!((answer.status, answer.error.as_str()), (Some(0), ""), "{words:?}");
    let listed = answer.out.split("\nCommands:\n").nth(1).map(|rest| rest.split("\n\n").next().unwrap_or_default());
    let names = listed.into_iter().flat_map(str::lines).filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    for name in names.filter(|name| !name.is_empty() && *name != "help") {
        commands(&[words, &[name]].concat(), found);
    }
    found.push((words.join(" "), answer.out));
}

#[test]
fn every_command_teaches_by_example_and_completes_and_has_a_page() {
    let mut all = Vec::new();
    commands(&[], &mut all);
    assert!(all.len() > 15, "{}", all.len());
    let without: Vec<&str> = all
        .iter()
        .filter(|(_, help)| !help.contains("Examples:\n  promcheck "))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(without, [""; 0]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let answer = Answer::to(promcheck(&["completions", shell]));
        assert_eq!((answer.status, answer.error.as_str()), (Some(0), ""));
        let missing = all.iter().filter(|(name, _)| !name.split(' ').all(|word| answer.out.contains(word)));
        assert_eq!(missing.count(), 0, "{shell}");
    }
    let folder = Folder::with(&[]);
    assert_eq!(folder.run(&["man", "pages"]).status, Some(0));
    for (name, _) in &all {
        let page = format!("pages/promcheck{}{}.1", if name.is_empty() { "" } else { "-" }, name.replace(' ', "_"));
        let page = text(&folder, &page);
        assert!(page.contains(".TH ") && page.contains("Examples"), "{name}: {page}");
    }
    assert!(folder.run(&["man"]).out.contains(".SH SUBCOMMANDS"));
}
