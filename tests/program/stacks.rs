//! What is found in five monitoring stacks of small teams, as they stand in their repositories.

use std::path::Path;

use crate::{
    STACKS,
    folder::{Answer, promcheck},
};

fn report(name: &str, format: &str) -> String {
    let paths = [format!("rules-fixtures/{name}"), format!("dashboards-fixtures/{name}")];
    let mut command = promcheck(&["lint", "--format", format, &paths[0], &paths[1]]);
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")));
    let answer = Answer::to(command);
    assert_eq!((answer.status, answer.error.as_str()), (Some(1), ""), "{name}");
    answer.out
}

#[test]
fn findings_of_each_stack() {
    for name in STACKS {
        insta::assert_snapshot!(name, report(name, "concise"));
    }
}

#[test]
fn a_report_for_people() {
    insta::assert_snapshot!("love-parser-human", report("love-parser", "human"));
}
