//! Defects planted one at a time into the five example stacks: each is to be found by one of the checks that are there for
//! it. The snapshot says how many of each kind are found, and which are not; a person has read why. Where a stack says
//! nothing of, say, the ports of a program, a wrong one cannot be known.

#![expect(clippy::disallowed_methods, reason = "a test reads files of its own")]

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, thread};

use promcheck::{
    config::Config,
    diag::Diagnostic,
    lint::{Options, lint},
    model::{Document, provisioning::Provisioning},
    workspace::{Workspace, load_texts},
};
use regex::Regex;

const STACKS: [&str; 5] = ["allin", "arq", "love-parser", "magacin-track", "social-selling"];

/// Defects of one kind that are planted into one stack.
const MOST_SITES: usize = 2;

/// Which files a defect is planted into, by what they hold.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum In {
    Rules,
    Prometheus,
    Alertmanager,
    Dashboards,
    Datasources,
    Providers,
    Compose,
    Docs,
    Tests,
}

/// What becomes of the part of a line that the first group of the pattern finds.
#[derive(Copy, Clone, Debug)]
enum Change {
    /// Two letters in the middle are swapped.
    Swap,
    /// It is gone.
    Remove,
    /// It stands twice.
    Twice,
    /// It is another text.
    To(&'static str),
    /// The number is so many times as large.
    Times(f64),
}

/// A kind of defect.
struct Kind {
    name: &'static str,
    place: In,
    pattern: &'static str,
    change: Change,
    /// The checks that are there for it; one is enough.
    checks: &'static [&'static str],
}

const fn kind(
    name: &'static str,
    place: In,
    pattern: &'static str,
    change: Change,
    checks: &'static [&'static str],
) -> Kind {
    Kind { name, place, pattern, change, checks }
}

const KINDS: &[Kind] = &[
    // Rules.
    kind(
        "a metric misspelt",
        In::Rules,
        r"expr:.*?\b([a-z][a-z0-9]*(?:_[a-z0-9]+)+)[\[{\s)]",
        Change::Swap,
        &["metrics/unknown"],
    ),
    kind("a parenthesis lost", In::Rules, r"expr: [^|>\n]*(\))[^)\n]*$", Change::Remove, &["promql/syntax"]),
    kind(
        "a function misspelt",
        In::Rules,
        r"expr: .*\b(rate|increase|histogram_quantile|absent)\(",
        Change::Swap,
        &["promql/syntax"],
    ),
    kind("a regular expression broken", In::Rules, r#"=~"[^"]+()""#, Change::To("("), &["promql/syntax"]),
    kind(
        "a grouping label misspelt",
        In::Rules,
        r"\bby ?\(\s*([a-z_]{4,})",
        Change::Swap,
        &["metrics/label-unknown", "general/misspelt-label", "rules/template-label"],
    ),
    kind(
        "a label of a text misspelt",
        In::Rules,
        r"\{\{ ?\$labels\.([a-z_]{3,})",
        Change::Swap,
        &["rules/template-label", "general/misspelt-label"],
    ),
    kind(
        "a function of a text misspelt",
        In::Rules,
        r"\$value \| (humanize\w*)",
        Change::Swap,
        &["rules/template-syntax"],
    ),
    kind("a template not closed", In::Rules, r"\{\{ ?\$value[^}\n]*(\})\}", Change::Remove, &["rules/template-syntax"]),
    kind("a duration in words", In::Rules, r"^\s*for: \d+([smh])\s*$", Change::To(" minutes"), &["general/parse"]),
    kind("a severity misspelt", In::Rules, r"^\s*severity: (critical|warning)", Change::Swap, &["rules/misspelt-key"]),
    kind("a key misspelt", In::Rules, r"^\s*-? ?(annotations|expr|alert):", Change::Swap, &["general/parse"]),
    kind(
        "a section of a runbook misspelt",
        In::Rules,
        r"runbook(?:_url)?: .*#([a-z-]+)",
        Change::Swap,
        &["runbooks/anchor"],
    ),
    kind(
        "a window below the scrape interval",
        In::Rules,
        r"rate\([^\[\n]*\[(\d+m)\]",
        Change::To("10s"),
        &["promql/rate-window"],
    ),
    kind(
        "a comparison lost",
        In::Rules,
        r"^\s*expr: .*?( [<>]=? [0-9.e]+)\s*$",
        Change::Remove,
        &["promql/alert-condition"],
    ),
    kind(
        "a threshold ten times as large",
        In::Rules,
        r"^\s*expr: .*? [<>]=? ([0-9.]+)\s*$",
        Change::Times(10.0),
        &[
            "docs/threshold",
            "rules/text-threshold",
            "dashboards/threshold-alert",
            "promql/domain",
            "promql/quantile-bounds",
            "promql/always-fires",
        ],
    ),
    kind(
        "another duration",
        In::Rules,
        r"^\s*for: (\d+)m\s*$",
        Change::Times(7.0),
        &["docs/duration", "rules/text-threshold", "tests/invalid"],
    ),
    kind("a job misspelt", In::Rules, r#"expr: .*\bjob="([a-z-_]+)""#, Change::Swap, &["metrics/job-unknown"]),
    kind(
        "an alert renamed",
        In::Rules,
        r"^\s*- alert: (\w+)",
        Change::Swap,
        &["docs/alert-missing", "tests/unknown-alert", "docs/alert-undocumented"],
    ),
    kind("an alert twice", In::Rules, r"(?s)^(\s*- alert: \w+\n.*?\n)\s*- alert:", Change::Twice, &["rules/duplicate"]),
    kind("a quantile in percent", In::Rules, r"histogram_quantile\(0(\.)\d+", Change::Remove, &["promql/domain"]),
    kind(
        "a value that `up` never has",
        In::Rules,
        r"^\s*expr: up(?:\{[^}]*\})? == (0)\s*$",
        Change::To("2"),
        &["promql/domain"],
    ),
    // Prometheus.
    kind(
        "a rule file misspelt",
        In::Prometheus,
        r"rule_files:\n\s*- \S*?(\w+)\.ya?ml",
        Change::Swap,
        &["prometheus/rule-file-missing", "deploy/mount"],
    ),
    kind(
        "a target's host misspelt",
        In::Prometheus,
        r#"targets: ?\[ ?["']([a-z-]{4,}):\d+"#,
        Change::Swap,
        &["deploy/target"],
    ),
    kind(
        "the port of an exporter",
        In::Prometheus,
        r#"targets: ?\[ ?["'][a-z-]*exporter:(\d+)"#,
        Change::Times(2.0),
        &["deploy/target"],
    ),
    kind(
        "a job twice",
        In::Prometheus,
        r"(?s)(\n  - job_name: \S+\n.*?)\n  - job_name",
        Change::Twice,
        &["prometheus/invalid"],
    ),
    kind(
        "a key of a job misspelt",
        In::Prometheus,
        r"^\s+(static_configs|metrics_path|scrape_interval):",
        Change::Swap,
        &["general/parse"],
    ),
    kind(
        "Alertmanager's host misspelt",
        In::Prometheus,
        r"(?s)alertmanagers:.*?\n\s+- (alertmanager):\d+",
        Change::Swap,
        &["deploy/target"],
    ),
    kind(
        "alerts sent nowhere",
        In::Prometheus,
        r"(?s)^(alerting:\n.*?)\n\w",
        Change::Remove,
        &["prometheus/no-alertmanager"],
    ),
    kind(
        "a scrape interval of ten minutes",
        In::Prometheus,
        r"^\s+scrape_interval: (\d+[sm])",
        Change::To("10m"),
        &["prometheus/interval"],
    ),
    // Alertmanager.
    kind(
        "the receiver of a route misspelt",
        In::Alertmanager,
        r#"^\s+-? ?receiver: ["']?([\w-]+)"#,
        Change::Swap,
        &["alertmanager/invalid"],
    ),
    kind(
        "a receiver renamed",
        In::Alertmanager,
        r#"^\s*- name: ["']?([\w-]+)"#,
        Change::Swap,
        &["alertmanager/invalid"],
    ),
    kind(
        "a key misspelt",
        In::Alertmanager,
        r"^\s+(group_wait|group_interval|repeat_interval|group_by|webhook_configs|slack_configs|email_configs):",
        Change::Swap,
        &["general/parse"],
    ),
    kind(
        "a duration of no unit",
        In::Alertmanager,
        r"(?:group_wait|group_interval|repeat_interval): \d+([smh])",
        Change::To("x"),
        &["general/parse"],
    ),
    kind(
        "a grouping label misspelt",
        In::Alertmanager,
        r#"group_by: ?\[["']?(\w+)"#,
        Change::Swap,
        &["alertmanager/group-by", "general/misspelt-label"],
    ),
    kind(
        "a label of an inhibition misspelt",
        In::Alertmanager,
        r#"equal: ?\[["']?(\w+)"#,
        Change::Swap,
        &["general/misspelt-label", "alertmanager/inhibit-wide"],
    ),
    // Dashboards.
    kind(
        "the uid of a datasource",
        In::Dashboards,
        r#""datasource": ?\{[^{}]*"uid": ?"([\w-]{4,})""#,
        Change::Swap,
        &["dashboards/ds-unknown"],
    ),
    kind(
        "a metric misspelt",
        In::Dashboards,
        r#""expr": ?"[^"]*?\b([a-z][a-z0-9]*(?:_[a-z0-9]+)+)[\[{\s)]"#,
        Change::Swap,
        &["metrics/unknown"],
    ),
    kind(
        "a parenthesis lost",
        In::Dashboards,
        r#""expr": ?"[^"]*?(\))[^")]*""#,
        Change::Remove,
        &["dashboards/promql"],
    ),
    kind(
        "a label of a legend misspelt",
        In::Dashboards,
        r#""legendFormat": ?"[^"]*\{\{ ?(\w{3,})"#,
        Change::Swap,
        &["dashboards/legend", "general/misspelt-label"],
    ),
    kind("a job misspelt", In::Dashboards, r#"\bjob=\\"([a-z-_]+)\\""#, Change::Swap, &["metrics/job-unknown"]),
    kind("a unit misspelt", In::Dashboards, r#""unit": ?"(\w{4,})""#, Change::Swap, &["dashboards/unit"]),
    kind("a comma lost", In::Dashboards, r#"(,)\n\s*"title""#, Change::Remove, &["general/parse"]),
    kind("the id of another panel", In::Dashboards, r#""id": ?(\d+),"#, Change::To("1"), &["dashboards/identity"]),
    kind("a quantile in percent", In::Dashboards, r"histogram_quantile\(0(\.)\d+", Change::Remove, &["promql/domain"]),
    // Provisioning.
    kind("the uid of a datasource", In::Datasources, r"^\s*uid: ([\w-]+)", Change::Swap, &["dashboards/ds-unknown"]),
    kind(
        "the host of a datasource misspelt",
        In::Datasources,
        r"url: http://([a-z-]{4,}):",
        Change::Swap,
        &["provisioning/ds-url"],
    ),
    kind(
        "the port of a datasource",
        In::Datasources,
        r"url: http://prometheus:(\d+)",
        Change::Times(2.0),
        &["provisioning/ds-url"],
    ),
    kind(
        "the folder of dashboards misspelt",
        In::Providers,
        r"^\s*path: \S*?(\w+)\s*$",
        Change::Swap,
        &["provisioning/dash-path", "deploy/mount"],
    ),
    // Containers.
    kind(
        "the source of a volume misspelt",
        In::Compose,
        r"^\s*- \.{1,2}/[\w./-]*?([\w-]+)(?:\.\w+)?:/",
        Change::Swap,
        &["deploy/mount"],
    ),
    kind(
        "a configuration mounted elsewhere",
        In::Compose,
        r"^\s*- \.{1,2}/\S+?:/etc/(?:prometheus|alertmanager)/([\w-]+)",
        Change::Swap,
        &["deploy/mount"],
    ),
    kind(
        "provisioning mounted elsewhere",
        In::Compose,
        r"^\s*- \.{1,2}/\S+?:/etc/grafana/(provisioning)",
        Change::Swap,
        &["provisioning/unread"],
    ),
    kind(
        "the configuration of a flag misspelt",
        In::Compose,
        r"--config\.file=/\S*?([\w-]+)\.ya?ml",
        Change::Swap,
        &["deploy/mount"],
    ),
    // Docs.
    kind(
        "an alert misspelt",
        In::Docs,
        r"\b(ALERT)\b",
        Change::Swap,
        &["docs/alert-missing", "docs/alert-undocumented"],
    ),
    kind(
        "another severity",
        In::Docs,
        r"\bALERT\b[^\n]{0,60}\b(critical)\b",
        Change::To("warning"),
        &["docs/severity"],
    ),
    kind("a metric misspelt", In::Docs, r"`([a-z]+(?:_[a-z]+){2,})`", Change::Swap, &["docs/metric"]),
    // Tests of rules.
    kind("an alert misspelt", In::Tests, r"alertname: (\w+)", Change::Swap, &["tests/unknown-alert"]),
    kind("a rule file misspelt", In::Tests, r"rule_files:\n\s*- \S*?(\w+)\.ya?ml", Change::Swap, &["tests/invalid"]),
];

fn files_below(folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.insert(path.to_string_lossy().into_owned(), fs::read_to_string(&path).expect("a text"));
        }
    }
}

/// The files of a stack, in both folders.
fn stack(name: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for folder in ["rules-fixtures", "dashboards-fixtures"] {
        files_below(&Path::new(folder).join(name), &mut files);
    }
    files
}

/// Which files these are, by what the documents of a stack are.
fn places(workspace: &Workspace) -> BTreeMap<String, In> {
    let mut places = BTreeMap::new();
    for document in &workspace.documents {
        let place = match document.provisioning() {
            Some(Provisioning::Datasources(_)) => Some(In::Datasources),
            Some(Provisioning::Dashboards(_)) => Some(In::Providers),
            _ if document.rule_file().is_some() => Some(In::Rules),
            _ if document.prometheus().is_some() => Some(In::Prometheus),
            _ if document.alertmanager().is_some() => Some(In::Alertmanager),
            _ if document.dashboard().is_some() => Some(In::Dashboards),
            _ if document.compose().is_some() => Some(In::Compose),
            _ if document.docs().is_some() => Some(In::Docs),
            _ if document.suite().is_some() => Some(In::Tests),
            _ => None,
        };
        if let Some(place) = place {
            places.insert(workspace.files.file(document.file).name.clone(), place);
        }
    }
    places
}

fn changed(text: &str, change: Change) -> String {
    match change {
        Change::Remove => String::new(),
        Change::Twice => format!("{text}{text}"),
        Change::To(other) => other.to_owned(),
        Change::Times(factor) => format!("{}", text.parse::<f64>().expect("a number") * factor),
        Change::Swap => {
            let mut letters = text.as_bytes().to_vec();
            let differ = |at: &usize| {
                letters[*at] != letters[at + 1] && letters[*at..*at + 2].iter().all(u8::is_ascii_alphabetic)
            };
            let at = (letters.len() / 2..letters.len() - 1).find(differ).expect("two letters");
            letters.swap(at, at + 1);
            String::from_utf8(letters).expect("letters")
        }
    }
}

fn findings(files: &BTreeMap<String, String>) -> (Workspace, Vec<Diagnostic>) {
    let workspace = load_texts(files.iter().map(|(path, text)| (path.clone(), text.clone())).collect());
    let found = lint(&workspace, &Config::default(), Options::default(), jiff::civil::date(2026, 11, 21))
        .expect("it is linted");
    (workspace, found.findings)
}

/// What is said, without places, which move; each as often as it is.
fn said(findings: &[Diagnostic]) -> BTreeMap<(&'static str, String), usize> {
    let mut said = BTreeMap::new();
    findings.iter().for_each(|finding| *said.entry((finding.check, finding.message.clone())).or_default() += 1);
    said
}

/// How many defects of each kind were planted and found, and those that were not.
#[derive(Default)]
struct Board(BTreeMap<(usize, &'static str), (usize, usize, Vec<String>)>);

fn plant(name: &str) -> Board {
    let mut board = Board::default();
    let files = stack(name);
    let (workspace, before) = findings(&files);
    let (places, before) = (places(&workspace), said(&before));
    let rules = workspace.documents.iter().flat_map(Document::rules).filter_map(|(_, rule)| rule.alert.as_ref());
    let alerts = format!("(?:{})", rules.map(|name| name.value.as_str()).collect::<Vec<_>>().join("|"));
    for (number, kind) in KINDS.iter().enumerate() {
        let pattern = Regex::new(&format!("(?m){}", kind.pattern.replace("ALERT", &alerts))).expect("a pattern");
        let of_kind = files.iter().filter(|(path, _)| places.get(*path) == Some(&kind.place));
        let sites: Vec<(&String, regex::Match<'_>)> = of_kind
            .flat_map(|(path, text)| pattern.captures_iter(text).filter_map(move |found| Some((path, found.get(1)?))))
            .collect();
        let step = sites.len().div_ceil(MOST_SITES).max(1);
        for (path, site) in sites.iter().step_by(step) {
            let mut planted = files.clone();
            let text = planted.get_mut(*path).expect("it is there");
            let new = changed(site.as_str(), kind.change);
            if new == site.as_str() {
                continue;
            }
            let line = text[..site.start()].matches('\n').count() + 1;
            text.replace_range(site.range(), &new);
            let found = said(&findings(&planted).1)
                .into_iter()
                .any(|(what, count)| kind.checks.contains(&what.0) && count > before.get(&what).copied().unwrap_or(0));
            let row = board.0.entry((number, kind.name)).or_default();
            row.1 += 1;
            if found {
                row.0 += 1;
            } else {
                row.2.push(format!("{path}:{line}: `{}` -> `{new}`", site.as_str().trim()));
            }
        }
    }
    board
}

#[test]
fn planted_defects_are_found() {
    let boards: Vec<Board> = thread::scope(|scope| {
        let planting = STACKS.map(|name| scope.spawn(move || plant(name)));
        planting.into_iter().map(|one| one.join().expect("no check panics")).collect()
    });
    let mut all = Board::default();
    for (key, (found, planted, missed)) in boards.into_iter().flat_map(|board| board.0) {
        let row = all.0.entry(key).or_default();
        row.0 += found;
        row.1 += planted;
        row.2.extend(missed);
    }
    let mut text = String::new();
    for ((number, name), (found, planted, missed)) in &all.0 {
        let _ = writeln!(text, "{:?}: {name}: {found} of {planted}", KINDS[*number].place);
        for site in missed {
            let _ = writeln!(text, "    {site}");
        }
    }
    let (found, planted) = all.0.values().fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    let _ = writeln!(text, "All: {found} of {planted}");
    insta::assert_snapshot!(text);
}
