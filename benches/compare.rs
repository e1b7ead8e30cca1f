//! promcheck and those of its peers that are on the PATH, over the same files: `benches/compare`, or `benches/compare 9`
//! for nine runs of each. Prints medians; then how the time of `lint` grows with things of one kind, and that of `test` and
//! `query` with series and samples; and how far `lint` is from what the machine can do at all.

#![expect(clippy::disallowed_methods, reason = "a bench writes its files, reads its arguments, and looks at the clock")]

#[path = "workload/kinds.rs"]
mod kinds;
#[path = "workload/suites.rs"]
mod suites;
mod workload;

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use rayon::prelude::*;
use wait4::Wait4 as _;

use workload::Files;

/// What one run took.
#[derive(Copy, Clone)]
struct Cost {
    wall: Duration,
    /// User and system time of all threads: what a busy machine changes least.
    cpu: Duration,
    /// The most memory it held, in bytes.
    memory: u64,
}

/// A task, and what each tool is asked in order to do it; ours first.
struct Contest {
    title: &'static str,
    files: Files,
    commands: Vec<Vec<&'static str>>,
}

/// Where files of a name end are put in the place of a word of a command.
const RULES: &str = "rules/*";
const TESTS: &str = "tests/*";

fn contests() -> Vec<Contest> {
    vec![
        Contest {
            title: "start",
            files: Vec::new(),
            commands: vec![
                vec!["promcheck", "--version"],
                vec!["promtool", "--version"],
                vec!["amtool", "--version"],
                vec!["pint", "version"],
                vec!["mimirtool", "version"],
            ],
        },
        Contest {
            title: "10,000 rules in 417 files",
            files: workload::rules(417, 24),
            commands: vec![
                vec!["promcheck", "lint", "."],
                vec!["promcheck", "check", "rules", RULES],
                vec!["promtool", "check", "rules", RULES],
                vec!["pint", "--offline", "lint", "rules"],
                vec!["mimirtool", "rules", "check", RULES],
            ],
        },
        Contest {
            title: "300 services: rules, dashboards, routes",
            files: workload::stack(300),
            commands: vec![vec!["promcheck", "lint", "."]],
        },
        Contest {
            title: "100 files of 10 tests, an hour each",
            files: suites::tests(100, 10, 60),
            commands: vec![vec!["promcheck", "test", TESTS], vec!["promtool", "test", "rules", TESTS]],
        },
        Contest {
            title: "a configuration of 1,000 routes",
            files: suites::routes(1000),
            commands: vec![
                vec!["promcheck", "check-config", "alertmanager.yml"],
                vec!["amtool", "check-config", "alertmanager.yml"],
            ],
        },
        Contest {
            title: "a week of 50 rules, to the receivers",
            files: suites::week(),
            commands: vec![vec!["promcheck", "test", "week_test.yml"]],
        },
        Contest {
            title: "whom 2,000 alerts reach by 500 routes",
            files: suites::alerts(500, 2000),
            commands: vec![vec!["promcheck", "routes", "rules", "alertmanager.yml", "rules.yml"]],
        },
    ]
}

fn main() -> io::Result<()> {
    let runs = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(5);
    let folder = std::env::temp_dir().join(format!("promcheck-compare-{}", std::process::id()));
    let compared = compare(&folder, runs);
    fs::remove_dir_all(&folder)?;
    compared
}

fn compare(folder: &Path, runs: usize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for (at, contest) in contests().iter().enumerate() {
        let place = folder.join(at.to_string());
        write_all(&place, &contest.files)?;
        heading(&mut out, contest.title)?;
        let mut ours: Option<Cost> = None;
        for command in &contest.commands {
            let name = command.iter().take_while(|word| !word.contains(['.', '/', '*'])).copied().collect::<Vec<_>>();
            match median(&place, command, runs)? {
                Some(cost) => row(&mut out, &name.join(" "), cost, *ours.get_or_insert(cost))?,
                None => writeln!(out, "  {:<36} not on the PATH", command[0])?,
            }
        }
    }
    kinds(&mut out, folder)?;
    growth(&mut out, folder)?;
    // Last: no program takes less memory than the one that starts it, which has to write a large file here.
    limits(&mut out, folder, runs)
}

/// How far `lint` is from what cannot be done without: of one large file, the bare events of a parser of YAML, by one
/// thread each; of many small files, to find and to read them, by all threads.
fn limits(out: &mut impl io::Write, folder: &Path, runs: usize) -> io::Result<()> {
    type Limit = fn(&Path) -> io::Result<()>;
    let tasks: [(&str, Files, &str, Limit, Vec<&str>); 2] = [
        (
            "one file of 50 MB, one thread",
            workload::rules(1, 120_000),
            "YAML events of it",
            events,
            vec!["promcheck", "lint", ".", "--threads", "1"],
        ),
        (
            "10,000 files of three rules",
            workload::rules(10_000, 3),
            "finding and reading them",
            reading,
            vec!["promcheck", "lint", "."],
        ),
    ];
    for (title, files, name, limit, command) in tasks {
        heading(out, title)?;
        let place = folder.join("limits");
        write_all(&place, &files)?;
        let mut least = Vec::with_capacity(runs);
        for _ in 0..runs.max(1) {
            let began = Instant::now();
            limit(&place.join("rules"))?;
            least.push(began.elapsed());
        }
        least.sort();
        let least = least[least.len() / 2];
        let limit = Cost { wall: least, cpu: Duration::ZERO, memory: 0 };
        writeln!(out, "  {name:<36} {:>6.1} ms", least.as_secs_f64() * 1e3)?;
        if let Some(cost) = median(&place, &command, runs)? {
            row(out, "promcheck lint", cost, limit)?;
        }
        fs::remove_dir_all(&place)?;
    }
    Ok(())
}

/// Reads the events of all files of a folder with the parser that promcheck uses for what is written in rare ways.
fn events(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let text = fs::read_to_string(entry?.path())?;
        let mut parser = granit_parser::Parser::new_from_str(&text);
        while let Some(event) = parser.next_event() {
            event.map_err(io::Error::other)?;
        }
    }
    Ok(())
}

/// Walks through a folder, and reads its files as text.
fn reading(folder: &Path) -> io::Result<()> {
    let entries: Vec<walkdir::DirEntry> = walkdir::WalkDir::new(folder).into_iter().collect::<Result<_, _>>()?;
    let files = entries.par_iter().filter(|entry| entry.file_type().is_file());
    files.try_for_each(|file| fs::read_to_string(file.path()).map(drop))
}

/// How the time of `lint` grows where there are four and sixteen times as many things of one kind: where it is far above
/// four and sixteen, something asks all others for each.
fn kinds(out: &mut impl io::Write, folder: &Path) -> io::Result<()> {
    for (title, files) in kinds::KINDS {
        heading(out, title)?;
        let mut first: Option<Cost> = None;
        for count in [500, 2000, 8000] {
            let place = folder.join("kinds");
            write_all(&place, &files(count))?;
            if let Some(cost) = median(&place, &["promcheck", "lint", "."], 3)? {
                row(out, &count.to_string(), cost, *first.get_or_insert(cost))?;
            }
            fs::remove_dir_all(&place)?;
        }
    }
    Ok(())
}

/// How time and memory grow where there are ten and a hundred times as many series, and as many samples of each.
fn growth(out: &mut impl io::Write, folder: &Path) -> io::Result<()> {
    let query = ["query", "sum by (job) (rate(requests_total[5m]))", "--from", "0", "-s", "all.series"];
    type Make = fn(usize, usize) -> Files;
    let tasks: [(&str, Make, Vec<&str>); 2] = [
        (
            "promcheck test, tests of five series",
            |cases, minutes| suites::tests(1, cases, minutes),
            vec!["test", TESTS],
        ),
        ("promcheck query, series", suites::series, query.to_vec()),
    ];
    for (title, files, command) in tasks {
        heading(out, title)?;
        let mut first: Option<Cost> = None;
        for (count, minutes) in [(10, 60), (100, 60), (1000, 60), (10, 600), (10, 6000)] {
            let place = folder.join("growth");
            write_all(&place, &files(count, minutes))?;
            let command: Vec<&str> = std::iter::once("promcheck").chain(command.iter().copied()).collect();
            let Some(cost) = median(&place, &command, 3)? else { continue };
            row(out, &format!("{count} x {minutes} min"), cost, *first.get_or_insert(cost))?;
            fs::remove_dir_all(&place)?;
        }
    }
    Ok(())
}

fn heading(out: &mut impl io::Write, title: &str) -> io::Result<()> {
    writeln!(out, "\n{title:<38} {:>9} {:>9} {:>9} {:>7}", "wall", "cpu", "memory", "wall")
}

/// A line of a table, with how many times as long as the first line it took.
fn row(out: &mut impl io::Write, name: &str, cost: Cost, first: Cost) -> io::Result<()> {
    let milliseconds = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
    let memory = format!("{} MB", cost.memory >> 20);
    let ratio = cost.wall.as_secs_f64() / first.wall.as_secs_f64();
    writeln!(out, "  {name:<36} {:>9} {:>9} {memory:>9} {ratio:>6.1}x", milliseconds(cost.wall), milliseconds(cost.cpu))
}

fn write_all(folder: &Path, files: &Files) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, text)?;
    }
    Ok(())
}

/// The run of median wall time; `None` when there is no such program.
fn median(folder: &Path, command: &[&str], runs: usize) -> io::Result<Option<Cost>> {
    let mut costs = Vec::with_capacity(runs);
    for _ in 0..runs.max(1) {
        match run(folder, command) {
            Ok(cost) => costs.push(cost),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    costs.sort_by_key(|cost| cost.wall);
    Ok(costs.get(costs.len() / 2).copied())
}

fn run(folder: &Path, command: &[&str]) -> io::Result<Cost> {
    let (program, words) = match command {
        ["promcheck", words @ ..] => (our_program(), words),
        [program, words @ ..] => (PathBuf::from(program), words),
        [] => return Err(io::ErrorKind::InvalidInput.into()),
    };
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    for word in words {
        match word.strip_suffix("/*") {
            Some(below) => command.args(files_in(folder, below)?),
            None => command.arg(word),
        };
    }
    let began = Instant::now();
    let usage = command.spawn()?.wait4()?.rusage;
    Ok(Cost { wall: began.elapsed(), cpu: usage.utime + usage.stime, memory: usage.maxrss })
}

/// The program that was built with this bench, or the one that `PROMCHECK` names.
fn our_program() -> PathBuf {
    std::env::var_os("PROMCHECK").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_promcheck")), PathBuf::from)
}

fn files_in(folder: &Path, below: &str) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder.join(below))?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| Ok(Path::new(below).join(entry?.file_name()))).collect::<io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}
