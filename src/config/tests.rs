//! The configuration as a user writes it.

use serde_json::Value;

use super::*;

/// Every key there is.
const FULL: &str = "\
include: [monitoring/]
exclude:
  - monitoring/vendor/
vendored: [bought/]
honour_pint: true
baseline: known.json
root: .
fail_on: error
min_severity: info
preset: strict
checks:
  deploy: off
  promql: { severity: info }
  promql/impossible-join: warning
  rules/alert-without-for: { severity: error, suggest: 5m }
ignore:
  - check: dashboards/unit-missing
    path: dashboards/*.json
    reason: bought, not ours to change
    until: 2026-12-31
metrics: [captures/*.prom]
sources: [backend/src]
docs: [README.md]
anchors: mkdocs
targets:
  - doc: README.md#targets
    row: P95
    alert: SlowRequests
links:
  except: ['*.internal']
  timeout: 5s
  retries: 1
  per_host: 4
  max_age: 1w
  localhost: true
prometheus_version: '3.5'
alertmanager_version: v0.28.1
enable_features: [promql-experimental-functions]
";

fn read(text: &str) -> (Config, Vec<String>) {
    let (config, complaints) = Config::read(FileId(0), text, PathBuf::from("."));
    let spell = |complaint: &crate::diag::Diagnostic| {
        let help = complaint.help.first().map_or(String::new(), |help| format!(" ({help})"));
        format!("{:?}: {}{help}", &text[complaint.span.range()], complaint.message)
    };
    (config, complaints.iter().map(spell).collect())
}

fn example_schema() -> Value {
    let plain = |id, summary| CheckKeys { id, summary, options: Vec::new() };
    let suggest = OptionKeys { name: "suggest", about: "How long the fix waits." };
    schema(&[
        plain("deploy/mount", "A file is not mounted."),
        plain("promql/impossible-join", "Labels never agree."),
        CheckKeys { id: "rules/alert-without-for", summary: "Fires at once.", options: vec![suggest] },
    ])
}

/// The file as JSON, as an editor that knows the schema sees it.
fn as_json(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

#[test]
fn every_key_is_read() {
    let (config, complaints) = read(FULL);
    assert_eq!(complaints, Vec::<String>::new());
    assert_eq!(config.include[0].as_str(), "monitoring/");
    assert_eq!(config.exclude[0].as_str(), "monitoring/vendor/");
    assert_eq!(config.root.unwrap().value, ".");
    assert_eq!(config.fail_on.unwrap().value, FailOn::At(Severity::Error));
    assert_eq!(config.min_severity.unwrap().value, Severity::Info);
    assert_eq!(config.metrics[0].as_str(), "captures/*.prom");
    assert_eq!(config.docs[0].as_str(), "README.md");
    assert_eq!(config.anchors.unwrap().value, AnchorStyle::MkDocs);
    assert_eq!(config.targets[0].row.as_ref().unwrap().value, "P95");
    let links = config.links;
    assert_eq!((links.except[0].value.as_str(), links.timeout.unwrap().as_seconds()), ("*.internal", 5.0));
    assert_eq!((links.retries.unwrap().value, links.per_host.unwrap().value), (1, 4));
    assert_eq!((links.max_age.unwrap().as_seconds(), links.localhost.unwrap().value), (604_800.0, true));
    assert_eq!(config.prometheus_version.unwrap().to_string(), "3.5.0");
    assert_eq!(config.alertmanager_version.unwrap().to_string(), "0.28.1");
    assert_eq!(config.enable_features[0].value, "promql-experimental-functions");
}

#[test]
fn the_schema_and_the_reader_agree() {
    let schema = example_schema();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let whole = as_json(FULL);
    let errors: Vec<String> = validator.iter_errors(&whole).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    let maps = ["", "/ignore/items/properties", "/targets/items/properties", "/links/properties"];
    for map in maps.map(|map| if map.is_empty() { "/properties".to_owned() } else { format!("/properties{map}") }) {
        for key in schema.pointer(&map).unwrap().as_object().unwrap().keys() {
            assert_eq!(FULL.matches(&format!("{key}:")).count(), 1, "the example shows `{key}` once");
            let misspelt = FULL.replace(&format!("{key}:"), &format!("{key}_:"));
            assert!(!validator.is_valid(&as_json(&misspelt)), "the schema knows no `{key}_`");
            assert!(read(&misspelt).1.iter().any(|complaint| complaint.contains(key)), "the reader knows no `{key}_`");
        }
    }
}

#[test]
fn wrong_values_are_refused_by_both() {
    let schema = example_schema();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let cases = [
        (
            "fail_on: warnings\n",
            r#""warnings": `fail_on` takes `info`, `warning`, `error` or `never`, but `warnings` is none of them; did you mean `warning`?"#,
        ),
        (
            "min_severity: [info]\n",
            r#""[info]": `min_severity` takes `info`, `warning` or `error`, but this is a list"#,
        ),
        (
            "checks: { docs: eror }\n",
            r#""eror": `docs` takes `off`, `info`, `warning` or `error`, but `eror` is none of them; did you mean `error`?"#,
        ),
        (
            "prometheus_version: latest\n",
            r#""latest": `prometheus_version` takes a version such as `3.5` or `v3.5.1`, but `latest` is not one"#,
        ),
        (
            "links: { timeout: soon }\n",
            r#""soon": `timeout` takes a duration such as `10s` or `1d`, but `soon` is not a number with a unit"#,
        ),
        ("links: { retries: -1 }\n", r#""-1": `retries` takes a whole number, but `-1` is none"#),
        ("metrics: one.prom\n", r#""one.prom": `metrics` takes a list, but this is `one.prom`"#),
        (
            "ignore: [{ check: docs, reason: x, until: soon }]\n",
            r#""soon": `until` takes a day such as `2026-12-31`, but `soon` is not one"#,
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).1, [expected]);
        assert!(!validator.is_valid(&as_json(text)), "{text}");
    }
}

#[test]
fn an_ignore_without_reason_is_refused() {
    let (config, complaints) = read("ignore:\n  - check: docs/threshold\n");
    assert!(config.ignore.is_empty());
    assert_eq!(complaints.len(), 1);
    assert!(complaints[0].contains("this entry has no `reason`"), "{}", complaints[0]);
}

#[test]
fn unknown_keys_name_the_nearest() {
    let (_, complaints) = read("exlude: [vendor/]\n");
    assert_eq!(complaints, [r#""exlude": unknown key `exlude` in the configuration (did you mean `exclude`?)"#]);
}

#[test]
fn a_check_comes_before_its_group() {
    let (config, _) = read(FULL);
    assert_eq!(config.setting("deploy/mount").level, Some(Level::Off));
    assert_eq!(config.setting("promql/impossible-join").level, Some(Level::At(Severity::Warning)));
    assert_eq!(config.setting("promql/syntax").level, Some(Level::At(Severity::Info)));
    assert_eq!(config.setting("rules/other").level, None);
    let setting = config.setting("rules/alert-without-for");
    assert_eq!(setting.level, Some(Level::At(Severity::Error)));
    let options: Vec<_> = setting.options.iter().map(|(key, value)| (key.text(), value.text())).collect();
    assert_eq!(options, [(Some("suggest"), Some("5m"))]);
}

#[test]
fn ignores_cover_checks_groups_and_paths() {
    let text = "ignore:\n  - { check: docs, reason: x }\n  - { check: rules/a, path: old/, reason: x }\n";
    let (config, complaints) = read(text);
    assert_eq!(complaints, Vec::<String>::new());
    let cases = [
        (0, "docs/threshold", "a.md", true),
        (0, "docsy/threshold", "a.md", false),
        (1, "rules/a", "old/b.yml", true),
        (1, "rules/ab", "old/b.yml", false),
        (1, "rules/a", "new/b.yml", false),
    ];
    for (entry, check, path, expected) in cases {
        assert_eq!(config.ignore[entry].covers(check, path), expected, "{check} {path}");
    }
    assert_eq!(&text[config.ignore[1].span.range()], "{ check: rules/a, path: old/, reason: x }");
}

#[test]
fn broken_files_leave_the_rest() {
    let (config, complaints) = read("fail_on: error\nexclude: [\n");
    assert!(!complaints.is_empty());
    assert_eq!(config.fail_on.map(|fail_on| fail_on.value), Some(FailOn::At(Severity::Error)));
    let (config, complaints) = read("- a list\n");
    assert_eq!(complaints, [r#""- a list": `the configuration` takes a map, but this is a list"#]);
    assert!(config.include.is_empty());
    assert_eq!(read("").1, Vec::<String>::new());
}

proptest::proptest! {
    #[test]
    fn reading_never_panics(text in "([a-z_]{1,8}|checks|ignore|: |- |\\[|\\{|\n|  |,|\\}|\\]|\"|é){0,40}") {
        let (config, _) = read(&text);
        proptest::prop_assert!(config.ignore.len() <= text.len());
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test writes files of its own")]
fn the_nearest_file_counts() {
    let folder = std::env::temp_dir().join(format!("promcheck-find-{}", std::process::id()));
    let deep = folder.join("repository/team/rules");
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::create_dir_all(folder.join("repository/.git")).unwrap();
    std::fs::write(folder.join(".promcheck.yml"), "").unwrap();
    let before = find(&deep);
    std::fs::write(folder.join("repository/.promcheck.yaml"), "").unwrap();
    let after = find(&deep.join("not-there.yml"));
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(before, None, "what lies above the repository does not count");
    assert_eq!(after, Some(folder.join("repository/.promcheck.yaml")));
}

#[test]
fn files_are_taken_by_include_and_exclude() {
    let (config, _) = read("include: [monitoring/]\nexclude: ['*.gen.yml', monitoring/vendor/]\n");
    let cases = [
        ("monitoring/rules/a.yml", true),
        ("./monitoring/x/../a.yml", true),
        ("monitoring/rules/a.gen.yml", false),
        ("monitoring/vendor/a.yml", false),
        ("other/a.yml", false),
        ("../a.yml", false),
    ];
    for (path, expected) in cases {
        assert_eq!(config.takes(Path::new(path)), expected, "{path}");
    }
    assert!(Config::none(PathBuf::from("elsewhere")).takes(Path::new("a.yml")));
}
