//! Whole folders of real people, linted: every one to the end, without a panic, and twice to the same
//! findings. What is found is not judged here; `PROMCHECK_FINDINGS=1` prints the counts by folder and check,
//! to be read by a person.

use std::{
    collections::BTreeMap,
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use promcheck::lint::{self, BaselineFrom, ConfigFrom, Request};

use super::board::{Data, Suite};

/// Lints each folder of `stacks` and of `dashboards`.
pub fn run(data: &Data) -> Vec<Suite> {
    ["stacks", "dashboards"].into_iter().map(|kind| suite(kind, &data.path(kind))).collect()
}

fn suite(kind: &str, root: &Path) -> Suite {
    let mut suite = Suite::new(&format!("lint/{kind}"));
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let first = findings(&folder);
        let second = findings(&folder);
        if env::var_os("PROMCHECK_FINDINGS").is_some() {
            print(kind, &name, first.as_deref().unwrap_or_default());
        }
        let passed = first.is_some() && first == second;
        suite.case(passed, || match first {
            None => format!("{name}: not linted to the end"),
            Some(_) => format!("{name}: two runs differ"),
        });
    }
    suite
}

/// The findings of a folder as lines; `None` when linting failed or panicked.
fn findings(folder: &Path) -> Option<Vec<(&'static str, String)>> {
    let request = Request::of(vec![folder.to_owned()], jiff::civil::date(2026, 11, 21));
    let request = Request { config: ConfigFrom::Nothing, baseline: BaselineFrom::Nothing, ..request };
    let outcome = catch_unwind(AssertUnwindSafe(|| lint::run(&request))).ok()?.ok()?;
    let lines = outcome.findings.iter().map(|finding| {
        let file = outcome.workspace.files.file(finding.span.file);
        (finding.check, format!("{} {}:{:?} {}", finding.severity, file.name, finding.span.range(), finding.message))
    });
    Some(lines.collect())
}

#[expect(clippy::print_stdout, reason = "it is asked for by PROMCHECK_FINDINGS")]
fn print(kind: &str, name: &str, findings: &[(&'static str, String)]) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (check, _) in findings {
        *counts.entry(check).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(check, count)| format!("{check} {count}")).collect();
    println!("{kind}/{name}: {}", if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") });
}
