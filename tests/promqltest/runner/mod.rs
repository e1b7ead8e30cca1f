//! Runs scripts and counts what passes.

mod almost;
mod check;
mod classic;
mod compare;
mod load;
mod pinned;
mod run;
mod script;

use std::{fs, path::Path};

use promcheck::engine::Storage;

use script::{Action, Kind, Script};

/// How a script fared.
pub struct Score {
    /// The script's file name.
    pub name: String,
    /// Evaluations that gave what was expected.
    pub passed: usize,
    /// All evaluations.
    pub total: usize,
    /// What went wrong, with its line: `12: expected …`.
    pub failures: Vec<String>,
}

/// Runs the scripts (`*.test`) below a folder, in the order of their names.
pub fn run_folder(folder: &Path) -> Vec<Score> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let scripts = files.filter(|file| file.path().extension().is_some_and(|extension| extension == "test"));
    let score = |file: walkdir::DirEntry| {
        let name = file.path().strip_prefix(folder).unwrap_or(file.path()).display().to_string();
        match fs::read(file.path()) {
            Ok(bytes) => run_script(name, &String::from_utf8_lossy(&bytes)),
            Err(error) => Score { name, passed: 0, total: 0, failures: vec![format!("1: {error}")] },
        }
    };
    scripts.map(score).collect()
}

/// Runs a script: its commands in order, the later ones also when an earlier one fails.
fn run_script(name: String, text: &str) -> Score {
    let mut score = Score { name, passed: 0, total: 0, failures: Vec::new() };
    let mut storage = Storage::new();
    for command in Script::read(text).commands {
        let outcome = match command.action {
            Ok(Action::Clear) => {
                storage = Storage::new();
                Ok(())
            }
            Ok(Action::Load(load)) => load::load(&load, &mut storage),
            Ok(Action::Eval(eval)) => {
                run::run(&eval, &storage).map_err(|why| format!("{}: {}\n        {why}", eval.line, eval.expr))
            }
            Err(unreadable) => Err(format!("{}: {}", unreadable.line, unreadable.why)),
        };
        if command.kind == Kind::Eval {
            score.total += 1;
            score.passed += usize::from(outcome.is_ok());
        }
        score.failures.extend(outcome.err());
    }
    score
}
