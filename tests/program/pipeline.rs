//! What pipelines run: the hooks of `.pre-commit-hooks.yaml`, and the steps of `action.yml` as GitHub would run them.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_yaml::Value;

use crate::folder::{Answer, Folder};

const GOOD: &str = "\
groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job=\"api\"} == 0
        for: 5m
";

/// What the alert does, tested.
const TESTS: &str = "\
rule_files: [rules.yml]
tests:
  - interval: 1m
    input_series:
      - { series: 'up{job=\"api\"}', values: 0x10 }
    alert_rule_test:
      - { eval_time: 6m, alertname: ApiDown, exp_alerts: [exp_labels: { job: api }] }
";

/// An alert that never fires, in a file that could be laid out better.
fn bad() -> String {
    GOOD.replace("up{job=\"api\"} == 0", "up{job=\"api.*\"}==0")
}

fn project(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

/// What a hook says of files, and whether they are as before; pre-commit fails a hook that changes a file.
fn hook(id: &str, rules: &str) -> (bool, Answer) {
    let hooks = yaml(&project(".pre-commit-hooks.yaml"));
    let hook = hooks.as_sequence().unwrap().iter().find(|hook| hook["id"] == id).unwrap();
    assert_eq!(hook["language"], "rust");
    let mut words: Vec<&str> = hook["entry"].as_str().unwrap().split(' ').collect();
    assert_eq!(words.remove(0), "promcheck");
    words.extend(hook["args"].as_sequence().into_iter().flatten().map(|word| word.as_str().unwrap()));
    if hook["pass_filenames"] != false {
        words.push("rules.yml");
    }
    let folder =
        Folder::with(&[("rules.yml", rules), ("tests.yml", TESTS), (".promcheck.yml", "checks: {docs: off}\n")]);
    let answer = folder.run(&words);
    let is_untouched = fs::read_to_string(folder.0.join("rules.yml")).unwrap() == rules;
    (answer.status == Some(0) && is_untouched, answer)
}

#[test]
fn hooks_pass_what_is_good_and_no_more() {
    for id in ["promcheck-lint", "promcheck-test", "promcheck-fmt"] {
        let (passes, answer) = hook(id, GOOD);
        assert!(passes, "{id}: {answer:?}");
        let (passes, answer) = hook(id, &bad());
        assert!(!passes, "{id}: {answer:?}");
    }
    assert_eq!(yaml(&project(".pre-commit-hooks.yaml")).as_sequence().unwrap().len(), 3);
}

/// A job of GitHub, as far as a composite action sees it.
struct Job {
    folder: Folder,
    /// What `${{ … }}` may ask for.
    context: BTreeMap<String, String>,
    path: String,
    log: String,
}

impl Job {
    /// A job over a repository with these rules, with these inputs beside the default ones.
    fn over(rules: &str, inputs: &[(&str, &str)]) -> Self {
        let folder =
            Folder::with(&[("repository/rules.yml", rules), ("repository/tests.yml", TESTS), ("temp/none", "")]);
        let action = yaml(&project("action.yml"));
        let declared = action["inputs"].as_mapping().unwrap().iter();
        let mut context: BTreeMap<String, String> = declared
            .map(|(name, input)| {
                (format!("inputs.{}", name.as_str().unwrap()), input["default"].as_str().unwrap().to_owned())
            })
            .collect();
        for (name, value) in inputs {
            let known = context.insert(format!("inputs.{name}"), (*value).to_owned());
            assert!(known.is_some(), "`{name}` is an input");
        }
        context.insert("github.action_path".to_owned(), env!("CARGO_MANIFEST_DIR").to_owned());
        Self { folder, context, path: std::env::var("PATH").unwrap(), log: String::new() }
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.0.join(name)).unwrap_or_default()
    }

    fn expanded(&self, text: &str) -> String {
        let mut parts = text.split("${{");
        let mut expanded = parts.next().unwrap().to_owned();
        for part in parts {
            let (name, rest) = part.split_once("}}").unwrap();
            expanded.push_str(self.context.get(name.trim()).map_or("", String::as_str));
            expanded.push_str(rest);
        }
        expanded
    }

    /// Whether the condition of a step holds; conditions compare a value with a text.
    fn wants(&self, step: &Value) -> bool {
        let Some(condition) = step["if"].as_str() else { return true };
        condition.split(" && ").all(|part| {
            let words: Vec<&str> = part.split(' ').collect();
            let [name, operator, text] = words[..] else { panic!("{part}") };
            let value = self.context.get(name).map_or("", String::as_str);
            (value == text.trim_matches('\'')) == (operator == "==")
        })
    }

    /// Runs the steps; gives the status of the first that fails.
    fn run(&mut self) -> i32 {
        let action = yaml(&project("action.yml"));
        for step in action["runs"]["steps"].as_sequence().unwrap() {
            if !self.wants(step) || step["run"].is_null() {
                continue;
            }
            let status = self.step(step);
            if status != 0 {
                return status;
            }
            if step["id"] == "choose" {
                self.bring_from_cache();
            }
        }
        0
    }

    fn step(&mut self, step: &Value) -> i32 {
        assert_eq!(step["shell"], "bash");
        let files = ["output", "path", "summary"].map(|name| self.folder.0.join(name));
        let _ = fs::remove_file(&files[0]);
        let at = step["working-directory"].as_str().map_or(".".to_owned(), |folder| self.expanded(folder));
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().unwrap()]);
        command.current_dir(self.folder.0.join("repository").join(at)).env("PATH", &self.path);
        for (name, value) in step["env"].as_mapping().into_iter().flatten() {
            command.env(name.as_str().unwrap(), self.expanded(value.as_str().unwrap()));
        }
        command.env("GITHUB_ACTION_PATH", env!("CARGO_MANIFEST_DIR")).env("RUNNER_TEMP", self.folder.0.join("temp"));
        command.env("GITHUB_OUTPUT", &files[0]).env("GITHUB_PATH", &files[1]).env("GITHUB_STEP_SUMMARY", &files[2]);
        command.env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64").env_remove("GITHUB_BASE_REF");
        let answer = Answer::to(command);
        self.log.push_str(&answer.out);
        self.log.push_str(&answer.error);
        for line in self.file("output").lines() {
            let (name, value) = line.split_once('=').unwrap();
            let id = step["id"].as_str().unwrap();
            self.context.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
        }
        self.path = self.file("path").lines().fold(self.path.clone(), |path, folder| format!("{folder}:{path}"));
        answer.status.unwrap()
    }

    /// Puts the program where an earlier run would have left it, so that nothing is built here.
    fn bring_from_cache(&self) {
        let bin = Path::new(&self.context["steps.choose.outputs.folder"]).join("bin");
        fs::create_dir_all(&bin).unwrap();
        fs::copy(env!("CARGO_BIN_EXE_promcheck"), bin.join("promcheck")).unwrap();
    }

    /// The outputs of the action.
    fn outputs(&self) -> BTreeMap<String, String> {
        let action = yaml(&project("action.yml"));
        let declared = action["outputs"].as_mapping().unwrap().iter();
        let value = |output: &Value| self.expanded(output["value"].as_str().unwrap());
        declared.map(|(name, output)| (name.as_str().unwrap().to_owned(), value(output))).collect()
    }
}

#[cfg(unix)]
#[test]
fn the_action_passes_what_is_good() {
    let mut job = Job::over(GOOD, &[("tests", "."), ("arguments", "--select promql")]);
    assert_eq!(job.run(), 0, "{}", job.log);
    let outputs = job.outputs();
    for (name, expected) in
        [("errors", "0"), ("warnings", "0"), ("infos", "0"), ("known", "0"), ("lint-status", "0"), ("test-status", "0")]
    {
        assert_eq!(outputs[name], expected, "{name}: {}", job.log);
    }
    let sarif: serde_json::Value = serde_json::from_str(&fs::read_to_string(&outputs["sarif"]).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
    let summary = job.file("summary");
    assert!(summary.starts_with("## promcheck: no findings in 2 files"), "{summary}");
    assert!(
        summary.ends_with("## Unit tests of rules\n\nfound 1 test file in .\n1 test passed: 1 expectation in 1 file\n"),
        "{summary}"
    );
    assert!(!job.log.contains("\n::"), "{}", job.log);
}

#[cfg(unix)]
#[test]
fn the_action_fails_with_annotations_a_summary_and_counts() {
    let mut job = Job::over(&bad(), &[("tests", "tests.yml"), ("arguments", "--select promql,rules")]);
    assert_eq!(job.run(), 1, "{}", job.log);
    let outputs = job.outputs();
    assert_eq!((outputs["warnings"].as_str(), outputs["lint-status"].as_str()), ("1", "1"), "{}", job.log);
    assert_eq!(outputs["test-status"], "1");
    let annotation = "\n::warning file=rules.yml,line=5,endLine=5,col=21,endColumn=22,title=promql/regex::`=` takes";
    assert!(job.log.contains(annotation), "{}", job.log);
    assert!(job.log.contains("\n::error file=tests.yml,line=7,"), "{}", job.log);
    let summary = job.file("summary");
    assert!(
        summary.starts_with("## promcheck: 1 warning in 2 files\n\n| warning | where | check |\n|---|---|---|\n| "),
        "{summary}"
    );
    assert!(summary.contains("| <code>rules.yml:5:21</code> | <code>promql/regex</code> |\n"), "{summary}");
    assert!(summary.contains("\n## Unit tests of rules\n\n## promcheck: 1 error"), "{summary}");
}

#[cfg(unix)]
#[test]
fn a_baseline_lets_the_action_pass_and_counts_what_it_holds() {
    let mut job = Job::over(&bad(), &[("arguments", "--select promql"), ("baseline", "known.json")]);
    let there = job.folder.0.join("repository");
    let mut command =
        crate::folder::promcheck(&["lint", "--select", "promql", "--baseline", "known.json", "--update-baseline"]);
    command.current_dir(there);
    assert_eq!(Answer::to(command).status, Some(0));
    assert_eq!(job.run(), 0, "{}", job.log);
    let outputs = job.outputs();
    assert_eq!(
        (outputs["warnings"].as_str(), outputs["known"].as_str(), outputs["test-status"].as_str()),
        ("0", "1", "")
    );
}

#[cfg(unix)]
#[test]
fn what_cannot_be_done_ends_the_job_at_once() {
    for (inputs, said) in [
        ([("paths", "nowhere")], "nowhere: no such file or folder"),
        ([("changed-since", "nothing")], "cannot compare with `nothing`"),
        ([("version", "latest")], "`version` is a release such as v0.1.0, or `source`, but not `latest`"),
    ] {
        let mut job = Job::over(GOOD, &inputs);
        assert_eq!(job.run(), 2, "{}", job.log);
        assert!(job.log.contains(said), "{}", job.log);
    }
}
