//! Whole folders of real people, linted: every one to the end, without a panic, and twice to the same
//! findings. What is found is not judged here; `PROMCHECK_FINDINGS=1` lints the folders of single files, too, and prints
//! how often each check finds something, in each folder and in all of them, to be read by a person.

use std::{
    collections::BTreeMap,
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use promcheck::{
    diag::Severity,
    lint::{self, BaselineFrom, ConfigFrom, Request},
};

use super::board::{Data, Suite};

/// How often a check says so much in each folder.
type Counts = BTreeMap<(&'static str, Severity), BTreeMap<PathBuf, usize>>;

/// Lints each folder of `stacks` and of `dashboards`.
pub fn run(data: &Data) -> Vec<Suite> {
    let mut counts = Counts::new();
    let suites = ["stacks", "dashboards"].map(|kind| suite(kind, &data.path(kind), &mut counts));
    if env::var_os("PROMCHECK_FINDINGS").is_some() {
        for kind in ["rules", "alertmanager", "provisioning"] {
            folders(&data.path(kind)).iter().for_each(|folder| {
                findings(folder, &mut counts);
            });
        }
        print(&counts);
    }
    suites.into()
}

/// The folders right below one, sorted.
fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten();
    let mut folders: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn suite(kind: &str, root: &Path, counts: &mut Counts) -> Suite {
    let mut suite = Suite::new(&format!("lint/{kind}"));
    for folder in folders(root) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let first = findings(&folder, counts);
        let second = findings(&folder, &mut Counts::new());
        let passed = first.is_some() && first == second;
        suite.case(passed, || match first {
            None => format!("{name}: not linted to the end"),
            Some(_) => format!("{name}: two runs differ"),
        });
    }
    suite
}

/// The findings of a folder as lines, and counted; `None` when linting failed or panicked.
fn findings(folder: &Path, counts: &mut Counts) -> Option<Vec<String>> {
    let request = Request::of(vec![folder.to_owned()], jiff::civil::date(2026, 11, 21));
    let request = Request { config: ConfigFrom::Nothing, baseline: BaselineFrom::Nothing, ..request };
    let outcome = catch_unwind(AssertUnwindSafe(|| lint::run(&request))).ok()?.ok()?;
    for finding in &outcome.findings {
        let folders = counts.entry((finding.check, finding.severity)).or_default();
        *folders.entry(folder.to_owned()).or_default() += 1;
    }
    let lines = outcome.findings.iter().map(|finding| {
        let file = outcome.workspace.files.file(finding.span.file);
        let (severity, place) = (finding.severity, finding.span.range());
        format!("{} {severity} {}:{place:?} {}", finding.check, file.name, finding.message)
    });
    Some(lines.collect())
}

/// Prints a line for each folder, and a table of all.
#[expect(clippy::print_stdout, reason = "it is asked for by PROMCHECK_FINDINGS")]
fn print(counts: &Counts) {
    let mut by_folder: BTreeMap<&Path, Vec<String>> = BTreeMap::new();
    for ((check, severity), folders) in counts {
        for (folder, count) in folders {
            by_folder.entry(folder).or_default().push(format!("{check} {severity} {count}"));
        }
    }
    for (folder, found) in by_folder {
        println!("{}: {}", folder.display(), found.join(", "));
    }
    println!("| check | severity | findings | folders |\n|---|---|---|---|");
    for ((check, severity), folders) in counts {
        println!("| {check} | {severity} | {} | {} |", folders.values().sum::<usize>(), folders.len());
    }
}
