//! `promcheck lint --fix`: what becomes of the files, and of those that are not committed.

use std::{fs, process::Command};

use crate::folder::Folder;

const RULES: &str = "\
groups:
  - name: node   # the machines
    rules:
      - alert: Busy
        # twice, the second in another place
        expr: >-
          irate(a_total[5m])
            + irate(b_total[5m]) > 1
        for: 5m
";

/// Routes whose only matcher is not what it looks like; its fix is safe.
const ROUTES: &str = "\
route:
  receiver: all
  routes:
    - receiver: all
      matchers:
        - team='blue'   # our team
receivers:
  - name: all
";

const IRATE: [&str; 3] = ["lint", "--select", "promql/irate-alert"];
const MISREAD: [&str; 3] = ["lint", "--select", "alertmanager/matcher-misread"];

fn with<'a>(command: [&'a str; 3], more: &[&'a str]) -> Vec<&'a str> {
    command.iter().chain(more).copied().collect()
}

/// A folder that is a repository of git, with everything committed.
fn repository(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(files);
    git(&folder, &["init", "-q"]);
    git(&folder, &["add", "."]);
    git(&folder, &["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "all"]);
    folder
}

fn git(folder: &Folder, arguments: &[&str]) {
    let status = Command::new("git").args(arguments).current_dir(&folder.0).status().unwrap();
    assert!(status.success(), "git {arguments:?}");
}

fn text(folder: &Folder, path: &str) -> String {
    fs::read_to_string(folder.0.join(path)).unwrap()
}

#[test]
fn safe_fixes_keep_comments_and_formatting() {
    let folder = repository(&[("alertmanager.yml", ROUTES)]);
    let answer = folder.run(&with(MISREAD, &["--fix"]));
    assert_eq!((answer.status, answer.out.as_str()), (Some(0), "no findings in 1 file, 1 check ran\n"), "{answer:?}");
    let told = "alertmanager.yml:6: write `team=\"blue\"` [alertmanager/matcher-misread]\nfixed 1 finding in 1 file\n";
    assert_eq!(answer.error, told);
    assert_eq!(text(&folder, "alertmanager.yml"), ROUTES.replace("team='blue'", "'team=\"blue\"'"));
    // A second run changes nothing, though the first one's changes are not committed.
    let again = folder.run(&with(MISREAD, &["--fix"]));
    assert_eq!((again.status, again.error.as_str()), (Some(0), "there is nothing to fix\n"));
}

#[test]
fn fixes_that_change_what_a_file_does_are_asked_for() {
    let folder = repository(&[("rules.yml", RULES)]);
    assert_eq!(folder.run(&with(IRATE, &["--fix"])).status, Some(1));
    assert_eq!(text(&folder, "rules.yml"), RULES);
    assert_eq!(folder.run(&with(IRATE, &["--fix", "--unsafe"])).status, Some(0));
    assert_eq!(text(&folder, "rules.yml"), RULES.replace("irate", "rate"));
    assert_eq!(folder.run(&with(IRATE, &["--unsafe"])).status, Some(2), "there is nothing that it could be about");
}

#[test]
fn a_diff_changes_nothing_and_patches_the_file() {
    let folder = repository(&[("rules.yml", RULES)]);
    let answer = folder.run(&with(IRATE, &["--diff", "--unsafe", "-q"]));
    assert_eq!((answer.status, answer.error.as_str()), (Some(1), ""));
    assert_eq!(text(&folder, "rules.yml"), RULES);
    folder.write("a.patch", &answer.out);
    git(&folder, &["apply", "a.patch"]);
    assert_eq!(text(&folder, "rules.yml"), RULES.replace("irate", "rate"));
    assert_eq!(folder.run(&with(IRATE, &["--diff", "--unsafe", "-q"])).status, Some(0));
}

#[test]
fn what_is_not_committed_is_not_changed() {
    let folder = repository(&[("alertmanager.yml", ROUTES), ("other.yml", ROUTES)]);
    folder.write("other.yml", ROUTES.replace("team", "group"));
    let answer = folder.run(&with(MISREAD, &["--fix"]));
    assert_eq!((answer.status, answer.out.as_str()), (Some(2), ""));
    let told = "promcheck: `other.yml` has changes that are not committed; no file was changed\n";
    assert_eq!(answer.error, format!("{told}  help: commit or stash them first, or add --allow-dirty\n"));
    assert_eq!(text(&folder, "alertmanager.yml"), ROUTES);
    assert_eq!(folder.run(&with(MISREAD, &["--fix", "--allow-dirty"])).status, Some(0));
    assert_eq!(text(&folder, "alertmanager.yml"), ROUTES.replace("team='blue'", "'team=\"blue\"'"));
}

#[test]
fn without_a_repository_nothing_is_asked() {
    let folder = Folder::with(&[("alertmanager.yml", ROUTES)]);
    fs::remove_dir_all(folder.0.join(".git")).unwrap();
    let answer = folder.run(&with(MISREAD, &["--fix", "-q", "--no-config", "alertmanager.yml"]));
    assert_eq!((answer.status, answer.error.as_str()), (Some(0), ""));
    let mut names: Vec<String> =
        fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["alertmanager.yml"], "nothing is left beside the file");
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = repository(&[("real/alertmanager.yml", ROUTES)]);
    let real = folder.0.join("real/alertmanager.yml");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
    symlink("real/alertmanager.yml", folder.0.join("link.yml")).unwrap();
    assert_eq!(folder.run(&with(MISREAD, &["--fix", "link.yml"])).status, Some(0));
    assert!(fs::symlink_metadata(folder.0.join("link.yml")).unwrap().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(text(&folder, "real/alertmanager.yml"), ROUTES.replace("team='blue'", "'team=\"blue\"'"));
}
