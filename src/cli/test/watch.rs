//! `--watch`: tests are run again when a file that they read changes.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    path::PathBuf,
};

use crate::{
    report::{Ink, Paint, one_line},
    workspace::{Disk, Watch},
};

use super::{
    super::{
        arguments::TestArguments,
        error::CliError,
        screen::{CLEAR, Screen},
    },
    once, request,
};

/// Test files with the files and folders that each reads.
type Reads = BTreeMap<PathBuf, BTreeSet<PathBuf>>;

/// Runs tests, and again those that a changed file touches, until the program is ended.
pub fn run(
    arguments: &TestArguments,
    screen: Screen,
    out: &mut dyn Write,
) -> Result<std::convert::Infallible, CliError> {
    let mut watch = Watch::default();
    let mut reads = Reads::new();
    let mut wanted = request(arguments)?;
    loop {
        watch.follow(followed(arguments, &reads).chain(wanted.files.iter().cloned()));
        if screen.terminal {
            write!(out, "{CLEAR}").map_err(CliError::Output)?;
        }
        match once(arguments, &wanted, screen, out) {
            Ok((_, found)) => {
                let ran = found.suites.iter().map(|suite| (found.files.file(suite.file).path.clone(), suite));
                reads.extend(ran.map(|(path, suite)| (path, suite.reads.iter().cloned().collect())));
            }
            Err(error) => say(out, &error.to_string(), screen)?,
        }
        watch.follow(followed(arguments, &reads));
        say(out, "waiting for changes; Ctrl-C ends this", screen)?;
        wanted = loop {
            let changed = watch.wait();
            match request(arguments) {
                // What cannot be read now may come back.
                Err(error) => say(out, &error.to_string(), screen)?,
                Ok(mut all) => {
                    reads.retain(|path, _| all.files.contains(path));
                    if !all.coverage {
                        all.files = touched(&all.files, &reads, &changed);
                    }
                    if !all.files.is_empty() {
                        break all;
                    }
                }
            }
        };
    }
}

/// All that may change the outcome: what was named, the test files, and what they read.
fn followed<'a>(arguments: &'a TestArguments, reads: &'a Reads) -> impl Iterator<Item = PathBuf> + 'a {
    let folders = arguments.files.iter().filter(|path| Disk::Real.is_folder(path)).cloned();
    let read = reads.iter().flat_map(|(suite, reads)| [suite].into_iter().chain(reads)).cloned();
    folders.chain(read)
}

/// The test files that are new, or changed, or read something that changed.
fn touched(files: &[PathBuf], reads: &Reads, changed: &BTreeSet<PathBuf>) -> Vec<PathBuf> {
    let is_touched = |file: &&PathBuf| match reads.get(*file) {
        None => true,
        Some(reads) => changed.contains(*file) || !reads.is_disjoint(changed),
    };
    files.iter().filter(is_touched).cloned().collect()
}

fn say(out: &mut dyn Write, words: &str, screen: Screen) -> Result<(), CliError> {
    let paint = Paint::new(screen.colour);
    writeln!(out, "{}", paint.ink(Ink::Dim, one_line(words))).and_then(|()| out.flush()).map_err(CliError::Output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_change_touches_is_run_again() {
        let path = PathBuf::from;
        let files = [path("a_test.yml"), path("b_test.yml"), path("new_test.yml")];
        let reads = Reads::from([
            (path("a_test.yml"), BTreeSet::from([path("rules.yml"), path("rules")])),
            (path("b_test.yml"), BTreeSet::from([path("rules.yml"), path("other.yml")])),
        ]);
        for (changed, run) in [
            ("a_test.yml", &["a_test.yml", "new_test.yml"][..]),
            ("rules.yml", &["a_test.yml", "b_test.yml", "new_test.yml"]),
            ("rules", &["a_test.yml", "new_test.yml"]),
            ("other.yml", &["b_test.yml", "new_test.yml"]),
            ("unread.yml", &["new_test.yml"]),
        ] {
            let run: Vec<PathBuf> = run.iter().map(|name| path(name)).collect();
            assert_eq!(touched(&files, &reads, &BTreeSet::from([path(changed)])), run, "{changed}");
        }
    }
}
