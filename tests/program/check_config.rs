//! `promcheck check-config`: what `amtool check-config` says of a file, with every reason at its place.

use crate::folder::Folder;

const SOUND: &str =
    "route: {receiver: a}\nreceivers: [{name: a}]\ninhibit_rules: [{equal: [job]}]\ntemplates: ['t/*.tmpl']\n";

#[test]
fn sums_up_as_amtool_does() {
    let folder = Folder::with(&[("a.yml", SOUND), ("t/x.tmpl", "{{ define \"x\" }}{{ .Status | toUpper }}{{ end }}")]);
    let answer = folder.run(&["check-config", "a.yml"]);
    let expected = "Checking 'a.yml'  SUCCESS\nFound:\n - global config\n - route\n - 1 inhibit rules\n - 1 receivers\n \
        - 1 templates\n  SUCCESS\n\n";
    assert_eq!((answer.status, answer.out.as_str(), answer.error.as_str()), (Some(0), expected, ""));
}

#[test]
fn tells_every_reason() {
    let broken = "route:\n  receiver: b\n  routes: [null]\n  repeat_interval: 5\nreceivers: [{name: a}]\n";
    let folder = Folder::with(&[("a.yml", broken), ("b.yml", SOUND)]);
    let answer = folder.run(&["check-config", "-f", "concise", "a.yml", "b.yml"]);
    assert_eq!(answer.status, Some(1));
    assert_eq!(
        answer.out,
        "a.yml:2:13: error: there is no receiver `b` [alertmanager/invalid]\n\
         a.yml:3:12: error: an item of `routes` is empty [alertmanager/invalid]\n\
         a.yml:4:20: error: `repeat_interval` is not a duration: `5` is not a number with a unit [alertmanager/invalid]\n"
    );
    assert_eq!(answer.error, "promcheck: error: failed to validate 1 file(s)\n");
    let human = folder.run(&["check-config", "a.yml"]).out;
    assert!(human.starts_with("Checking 'a.yml'  FAILED: there is no receiver `b` (and 2 more)\n\n"), "{human}");
}

#[test]
fn reads_the_template_files() {
    let folder =
        Folder::with(&[("a.yml", SOUND), ("t/x.tmpl", "{{ define \"x\" }}{{ .Status | toUpperCase }}{{ end }}")]);
    let answer = folder.run(&["check-config", "-f", "concise", "a.yml"]);
    assert_eq!(answer.status, Some(1));
    assert!(answer.out.starts_with("t/x.tmpl:1:30: error: "), "{}", answer.out);
    folder.write("b.yml", SOUND.replace("t/*.tmpl", "t/["));
    assert_eq!(folder.run(&["check-config", "b.yml"]).status, Some(1));
}

#[test]
fn knows_what_runs() {
    let newer = "route: {receiver: a, routes: [{labels: {team: x}}]}\nreceivers: [{name: a}]\n";
    let folder = Folder::with(&[("a.yml", newer)]);
    assert_eq!(folder.run(&["check-config", "a.yml"]).status, Some(0));
    assert_eq!(folder.run(&["check-config", "--alertmanager-version", "0.33", "a.yml"]).status, Some(1));
    folder.write(".promcheck.yml", "alertmanager_version: 0.33.1\n");
    assert_eq!(folder.run(&["check-config", "a.yml"]).status, Some(1));
    assert_eq!(folder.run(&["check-config", "--alertmanager-version", "v0.34.2", "a.yml"]).status, Some(0));
}

#[test]
fn what_is_not_there_is_refused() {
    let folder = Folder::with(&[("a.yml", SOUND)]);
    for (path, why) in [("b.yml", "`b.yml` does not exist"), (".git", "`.git` is a folder")] {
        let answer = folder.run(&["check-config", "a.yml", path]);
        let error = format!("promcheck: error: {why}\n");
        assert_eq!((answer.status, answer.out.as_str(), answer.error.as_str()), (Some(1), "", error.as_str()));
    }
}
