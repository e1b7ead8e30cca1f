//! Whether anything takes ever longer where a repository has many stacks: `benches/copies`, or `benches/copies 200 DIR…`. Each
//! of our stacks, and each folder given or in `../shared/conformance/stacks` (or `PROMCHECK_CONFORMANCE`), is linted as often
//! beside itself, by the program (`PROMCHECK=FILE` names another build), and the time of one copy among many is shown beside
//! that of one alone.

#![expect(clippy::disallowed_methods, reason = "a bench writes its files, reads its arguments, and looks at the clock")]

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use walkdir::{DirEntry, WalkDir};

/// So many copies, unless it is said otherwise.
const COPIES: usize = 50;
/// Folders that are larger, in bytes, are left out.
const LARGEST: u64 = 2_000_000;

fn main() -> io::Result<()> {
    let words: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let copies = words.iter().find_map(|word| word.parse().ok()).unwrap_or(COPIES);
    let given: Vec<PathBuf> = words.iter().filter(|word| word.parse::<usize>().is_err()).map(PathBuf::from).collect();
    // Not below `target`, where nobody's own files are.
    let folder = env::temp_dir().join(format!("promcheck-copies-{}", std::process::id()));
    let mut out = io::stdout().lock();
    writeln!(out, "   alone   among {copies:<4} as long  stack")?;
    let mut worst: f64 = 0.0;
    for stack in if given.is_empty() { stacks()? } else { given } {
        if size(&stack) > LARGEST {
            continue;
        }
        let alone = lint(&stack)?;
        for copy in 0..copies {
            copied(&stack, &folder.join(copy.to_string()))?;
        }
        let among = lint(&folder)? / u32::try_from(copies).unwrap_or(u32::MAX);
        fs::remove_dir_all(&folder)?;
        let times = among.as_secs_f64() / alone.as_secs_f64();
        worst = worst.max(times);
        writeln!(out, "{alone:>8.1?} {among:>8.1?} {times:>9.2}  {}", stack.display())?;
    }
    writeln!(out, "the worst takes {worst:.1} times as long among {copies} as alone")
}

/// Our own stacks, and those of others, in order.
fn stacks() -> io::Result<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let near = || root.ancestors().skip(1).take(2).map(|parent| parent.join("shared/conformance"));
    let of_others =
        env::var_os("PROMCHECK_CONFORMANCE").map(PathBuf::from).or_else(|| near().find(|data| data.is_dir()));
    let mut all = Vec::new();
    for folder in [Some(root.join("rules-fixtures")), of_others.map(|data| data.join("stacks"))].into_iter().flatten() {
        let mut inside: Vec<PathBuf> =
            fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        inside.retain(|path| path.is_dir());
        inside.sort();
        all.extend(inside);
    }
    Ok(all)
}

fn files(folder: &Path) -> impl Iterator<Item = DirEntry> {
    WalkDir::new(folder).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file())
}

fn size(folder: &Path) -> u64 {
    files(folder).filter_map(|entry| Some(entry.metadata().ok()?.len())).sum()
}

fn copied(from: &Path, to: &Path) -> io::Result<()> {
    for entry in files(from) {
        let target = to.join(entry.path().strip_prefix(from).unwrap_or(entry.path()));
        fs::create_dir_all(target.parent().unwrap_or(to))?;
        fs::copy(entry.path(), target)?;
    }
    Ok(())
}

/// How long linting a folder takes.
fn lint(folder: &Path) -> io::Result<Duration> {
    let program = env::var_os("PROMCHECK").unwrap_or_else(|| env!("CARGO_BIN_EXE_promcheck").into());
    let start = Instant::now();
    let mut command = Command::new(program);
    command.args(["lint", "--no-config", "--format", "concise"]).arg(folder);
    command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    Ok(start.elapsed())
}
