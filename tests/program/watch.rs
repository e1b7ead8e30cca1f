//! `--watch`: what changes is looked at again, whatever it is, and the program goes on.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use crate::folder::Folder;

/// Longer than any round may take, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(120);
const WAITING: &str = "waiting for changes; Ctrl-C ends this";

/// A program that watches; it ends with the test.
struct Watcher {
    child: Child,
    lines: Receiver<String>,
}

impl Watcher {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut child = folder.command(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let (send, lines) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        Self { child, lines }
    }

    /// What is said until it waits.
    fn round(&self) -> String {
        let mut said = String::new();
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("it says no more after {said}"));
            if line == WAITING {
                return said;
            }
            said.push_str(&line);
            said.push('\n');
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn rules(expr: &str) -> String {
    format!("groups:\n- name: a\n  rules:\n  - record: job:up:sum\n    expr: {expr}\n")
}

#[test]
fn what_is_new_and_what_is_fixed_is_told() {
    let folder = Folder::with(&[("rules/a.yml", &rules("sum by (job) (up)"))]);
    let watcher =
        Watcher::start(&folder, &["lint", "--watch", "--select", "promql/syntax,general", "--color", "never"]);
    assert!(watcher.round().starts_with("no findings in 1 file"));
    folder.write("rules/a.yml", rules("sum by (job) (up"));
    let broken = watcher.round();
    assert!(broken.contains("error[promql/syntax]"), "{broken}");
    assert!(broken.contains("since the last run: 1 new, nothing fixed"), "{broken}");
    assert!(broken.contains("    new rules/a.yml:5:"), "{broken}");
    // A line moves: nothing is new. Another file, in a folder that is new as well, counts.
    folder.write("rules/a.yml", format!("# moved\n{}", rules("sum by (job) (up")));
    assert!(watcher.round().contains("since the last run: nothing new, nothing fixed\n"));
    folder.write("more/b.yml", rules("sum by (job) (up))"));
    assert!(watcher.round().contains("since the last run: 1 new, nothing fixed\n"));
    folder.write("rules/a.yml", rules("sum by (job) (up)"));
    let mended = watcher.round();
    assert!(mended.contains("since the last run: nothing new, 1 fixed\n  fixed rules/a.yml:6:"), "{mended}");
}

#[test]
fn broken_configurations_are_survived() {
    let folder = Folder::with(&[("rules/a.yml", &rules("sum by (job) (up"))]);
    let watcher = Watcher::start(&folder, &["lint", "--watch", "--color", "never"]);
    assert!(watcher.round().contains("error[promql/syntax]"));
    // No YAML, no UTF-8, a key that nobody knows, and right again.
    folder.write(".promcheck.yml", "checks: [");
    assert!(watcher.round().contains(".promcheck.yml:1:"));
    folder.write(".promcheck.yml", b"\xff\xfe\xff");
    assert!(watcher.round().contains("it is not UTF-8"));
    folder.write(".promcheck.yml", "chekcs: {}\n");
    assert!(watcher.round().contains("`chekcs`"));
    folder.write(".promcheck.yml", "checks: {promql/syntax: off}\n");
    assert!(watcher.round().contains("fixed rules/a.yml:5:"));
    // The files themselves go, and come back.
    fs::rename(folder.0.join("rules"), folder.0.join("elsewhere")).unwrap();
    watcher.round();
    fs::remove_file(folder.0.join(".promcheck.yml")).unwrap();
    assert!(watcher.round().contains("new elsewhere/a.yml:5:"));
}

#[test]
fn a_path_may_go_and_come_back() {
    let folder = Folder::with(&[("rules/a.yml", &rules("up"))]);
    let watcher = Watcher::start(&folder, &["lint", "--watch", "--select", "promql/syntax", "rules"]);
    assert!(watcher.round().starts_with("no findings in 1 file"));
    fs::rename(folder.0.join("rules"), folder.0.join("elsewhere")).unwrap();
    assert_eq!(watcher.round(), "rules: no such file or folder\n");
    fs::rename(folder.0.join("elsewhere"), folder.0.join("rules")).unwrap();
    assert!(watcher.round().contains("nothing new, nothing fixed\n"));
}

#[test]
fn what_another_program_reads_holds_findings_only() {
    let folder = Folder::with(&[("a.yml", &rules("up)"))]);
    let arguments = ["lint", "--watch", "--select", "promql/syntax", "-f", "concise", "a.yml"];
    let mut command = folder.command(&arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
    assert_eq!(said, format!("{WAITING}\n"));
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.starts_with("a.yml:5:") && told.lines().count() == 1, "{told}");
}

#[test]
fn nothing_that_ends_or_changes_files_goes_with_it() {
    let folder = Folder::with(&[("a.yml", &rules("up"))]);
    for other in [&["--fix"][..], &["--diff"], &["-o", "out.txt"], &["--update-baseline", "--baseline", "b.json"]] {
        let answer = folder.run(&[&["lint", "--watch"], other].concat());
        assert_eq!(answer.status, Some(2), "{other:?}");
        assert!(answer.error.contains("cannot be used with"), "{}", answer.error);
    }
}

#[test]
fn tests_run_again_when_a_rule_changes() {
    let test = "rule_files: [a.yml]\ntests:\n- input_series: [{series: 'up{job=\"a\"}', values: 1x5}]\n  promql_expr_test:\n  - {expr: 'job:up:sum', eval_time: 1m, exp_samples: [{labels: 'job:up:sum{job=\"a\"}', value: 1}]}\n";
    let folder = Folder::with(&[("a.yml", &rules("sum by (job) (up)")), ("test.yml", test)]);
    let watcher = Watcher::start(&folder, &["test", "--watch", "test.yml"]);
    assert!(watcher.round().contains("1 test passed"));
    folder.write("a.yml", rules("sum by (job) (up) + 1"));
    assert!(watcher.round().contains("1 test failed"));
    folder.write("a.yml", "groups: [");
    assert!(watcher.round().contains("1 test failed"));
    folder.write("a.yml", rules("sum by (job) (up) * 1"));
    assert!(watcher.round().contains("1 test passed"));
}
