//! The same files give the same bytes: in every format, run after run, with one thread and with many.

use std::path::Path;

use crate::{
    folder::{Answer, Folder, promcheck},
    workload,
};

const FORMATS: [&str; 9] = ["human", "concise", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown"];

/// What linting these paths answers in a format with so many threads.
fn lint(folder: &Path, paths: &[&str], format: &str, threads: &str) -> Answer {
    let mut command = promcheck(&["lint", "--format", format, "--threads", threads]);
    command.args(paths).current_dir(folder);
    Answer::to(command)
}

fn assert_repeatable(folder: &Path, paths: &[&str]) {
    for format in FORMATS {
        let once = lint(folder, paths, format, "1");
        assert!(!once.out.is_empty() && once.error.is_empty(), "{paths:?} {format}: {once:?}");
        for threads in ["1", "2"] {
            assert!(once == lint(folder, paths, format, threads), "{paths:?} {format} with {threads} threads differs");
        }
    }
}

#[test]
fn the_five_stacks() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in crate::STACKS {
        assert_repeatable(root, &[&format!("rules-fixtures/{name}"), &format!("dashboards-fixtures/{name}")]);
    }
    assert_repeatable(root, &["rules-fixtures", "dashboards-fixtures"]);
}

#[test]
fn a_large_stack_with_defects() {
    let folder = Folder::with(&[]);
    for (path, text) in workload::stack(6) {
        folder.write(
            &path,
            text.replace("for: 5m", "four: 5m").replace("prom-main", "prom-other").replace("$job", "$jobs"),
        );
    }
    assert_repeatable(&folder.0, &["."]);
}

/// The order in which paths are given is no part of the result.
#[test]
fn paths_in_another_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = ["rules-fixtures/love-parser", "dashboards-fixtures/love-parser"];
    let turned = [paths[1], paths[0], "./rules-fixtures/../rules-fixtures/love-parser", paths[0]];
    let once = lint(root, &paths, "concise", "2");
    assert_eq!(once.out, lint(root, &turned, "concise", "2").out);
}
