//! Files as they are in the repository, broken at random: whatever comes of them is linted, formatted, fixed and reported
//! to the end, by one thread and by many the same. And fixes keep what they promise. A small fuzzer that every machine has;
//! `fuzz/` holds the thorough ones.
//!
//! - `SOAK=5000 cargo test --test soak -- --nocapture` breaks each workspace so often; a few times otherwise. What took
//!   longest, for what it holds, is told.
//! - With `../shared/conformance`, or where `PROMCHECK_CONFORMANCE` points, its stacks take part, too, and where `SOAK` is set
//!   its dashboards.

#![expect(clippy::disallowed_methods, reason = "a test reads files of its own")]

#[path = "dice/mod.rs"]
mod dice;

use std::{
    collections::BTreeMap,
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use dice::Dice;
use promcheck::{
    config::Config,
    diag::{Applicability, Diagnostic, Severity},
    layout,
    lint::{BaselineFrom, ConfigFrom, Options, Request, drafted, lint, mend},
    report::{self, Format, Look, Outcome, Summary},
    workspace::{Workspace, load_texts},
};

/// Files larger than this are left out: what breaks in them breaks in smaller ones, sooner.
const LARGEST: u64 = 100_000;
/// Workspaces of more files take part with their first ones.
const MOST_FILES: usize = 60;

/// A workspace by the names and texts of its files.
type Texts = Vec<(String, String)>;

fn texts_below(folder: &Path) -> Texts {
    let mut texts = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(at) = folders.pop() {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(at).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else if fs::metadata(&path).is_ok_and(|metadata| metadata.len() < LARGEST)
                && let Ok(text) = fs::read_to_string(&path)
            {
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
                texts.push((name, text));
            }
        }
    }
    texts.truncate(MOST_FILES);
    texts
}

/// Which of other people's files take part.
fn of_others() -> &'static [&'static str] {
    if env::var_os("SOAK").is_some() { &["stacks", "dashboards"] } else { &["stacks"] }
}

/// Our own stacks, and what these folders of other people's files hold where they are.
fn folders(of_others: &[&str]) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let near = || root.ancestors().skip(1).take(2).map(|parent| parent.join("shared/conformance"));
    let data = env::var_os("PROMCHECK_CONFORMANCE").map(PathBuf::from).or_else(|| near().find(|data| data.is_dir()));
    let of_others = data.iter().flat_map(|data| of_others.iter().map(|name| data.join(name)));
    let folders: Vec<PathBuf> =
        ["rules-fixtures", "dashboards-fixtures"].map(|name| root.join(name)).into_iter().chain(of_others).collect();
    let below = |folder: &PathBuf| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect()
    };
    let mut all: Vec<PathBuf> = folders.iter().flat_map(below).collect();
    all.sort();
    all
}

/// The workspaces that are broken.
fn workspaces() -> Vec<(String, Texts)> {
    folders(of_others()).into_iter().map(|folder| (folder.display().to_string(), texts_below(&folder))).collect()
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A text that was broken in one place.
fn broken(text: &str, other: &str, dice: &mut Dice) -> String {
    const SIGNS: [&str; 24] = [
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        ":",
        "- ",
        "\n",
        "\t",
        "#",
        "|",
        ">",
        "&a ",
        "*a",
        "{{",
        "}}",
        "\\",
        "ä",
        "\u{0}",
        "1e999",
        "-9223372036854775808",
        "9d",
        "<<: ",
    ];
    let (mut from, mut to) = (boundary(text, dice.roll(text.len() + 1)), boundary(text, dice.roll(text.len() + 1)));
    if from > to {
        std::mem::swap(&mut from, &mut to);
    }
    match dice.roll(6) {
        0 => text[..from].to_owned(),
        1 => format!("{}{}", &text[..from], &text[boundary(text, to.min(from + 40))..]),
        2 => format!("{}{}{}", &text[..from], dice.pick(&SIGNS), &text[from..]),
        3 => format!("{}{}{}", &text[..from], &text[from..boundary(text, to.min(from + 200))].repeat(2), &text[to..]),
        4 => {
            let at = boundary(other, dice.roll(other.len() + 1));
            let end = boundary(other, (at + 300).min(other.len()));
            format!("{}{}{}", &text[..from], &other[at..end], &text[from..])
        }
        _ => {
            let sign = dice.pick(&SIGNS);
            let end = boundary(text, (from + 1).min(text.len()));
            format!("{}{sign}{}", &text[..from], &text[end.max(from)..])
        }
    }
}

/// What so many threads make of a workspace.
fn found_by(threads: usize, texts: &Texts) -> Vec<Vec<u8>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
    pool.install(|| {
        let (workspace, findings) = found(texts);
        reports(&workspace, &findings)
    })
}

fn found(texts: &Texts) -> (Workspace, Vec<Diagnostic>) {
    let workspace = load_texts(texts.clone());
    let options = Options { honours_peers: true, ..Options::default() };
    let found = lint(&workspace, &Config::default(), options, jiff::civil::date(2026, 11, 21));
    (workspace, found.expect("nothing was selected").findings)
}

/// All reports on a workspace.
fn reports(workspace: &Workspace, findings: &[Diagnostic]) -> Vec<Vec<u8>> {
    let outcome = Outcome { files: &workspace.files, findings, summary: Summary::default(), checks: &[] };
    let look = Look { colour: false, width: 80, elapsed: false, summary: true };
    let rendered = Format::ALL.iter().map(|format| {
        let mut out = Vec::new();
        report::render(*format, &outcome, &mut out, look).expect("memory takes everything");
        out
    });
    rendered.collect()
}

fn errors(findings: &[Diagnostic]) -> usize {
    findings.iter().filter(|finding| finding.severity == Severity::Error).count()
}

/// Does everything with a workspace that is done without the disk; the error is what should not be.
fn goes_through(texts: &Texts) -> Result<usize, String> {
    let (workspace, findings) = found(texts);
    if found_by(1, texts) != found_by(4, texts) {
        return Err("one thread and four differ".to_owned());
    }
    for (id, file) in workspace.files.iter() {
        if let Some(text) = layout::laid_out(&workspace, id) {
            let mut formatted = texts.clone();
            formatted.iter_mut().filter(|(name, _)| *name == file.name).for_each(|entry| entry.1.clone_from(&text));
            let formatted = load_texts(formatted);
            let (after, _) =
                formatted.files.iter().find(|(_, other)| other.name == file.name).ok_or("a file is lost")?;
            if layout::laid_out(&formatted, after).is_some() {
                return Err(format!("{} is laid out anew a second time", file.name));
            }
        }
    }
    let (drafts, mendings) = drafted(&workspace.files, &findings, Applicability::Safe);
    let mut fixed = texts.clone();
    for draft in drafts {
        fixed.iter_mut().filter(|(name, _)| *name == draft.name).for_each(|entry| entry.1 = draft.after.to_string());
    }
    let after = found(&fixed).1;
    if !mendings.is_empty() && errors(&after) > errors(&findings) {
        return Err(format!("safe fixes bring errors: {mendings:?}"));
    }
    Ok(mendings.len())
}

#[test]
fn broken_files_are_read_to_the_end() {
    let times: usize = env::var("SOAK").ok().and_then(|times| times.parse().ok()).unwrap_or(2);
    let mut wrong = Vec::new();
    let (mut runs, mut fixes) = (0, 0);
    let mut slowest: Option<(Duration, String)> = None;
    for (name, texts) in workspaces().into_iter().filter(|(_, texts)| !texts.is_empty()) {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
        for round in 0..times {
            let mut texts = texts.clone();
            for _ in 0..round.min(4) {
                let (at, other) = (dice.roll(texts.len()), dice.roll(texts.len()));
                texts[at].1 = broken(&texts[at].1, &texts[other].1.clone(), &mut dice);
            }
            runs += 1;
            let (began, bytes) = (Instant::now(), texts.iter().map(|(_, text)| text.len()).sum::<usize>());
            match catch_unwind(AssertUnwindSafe(|| goes_through(&texts))) {
                Ok(Ok(mended)) => fixes += mended,
                Ok(Err(what)) => wrong.push(format!("{name}, round {round}: {what}")),
                Err(_) => wrong.push(format!("{name}, round {round}: a panic")),
            }
            let took = began.elapsed();
            if slowest.as_ref().is_none_or(|(most, _)| took > *most) {
                slowest = Some((took, format!("{name}, round {round}, {bytes} bytes")));
            }
        }
    }
    println!("{runs} workspaces went through, {fixes} safe fixes were applied");
    if let Some((took, what)) = slowest {
        println!("the longest took {took:.1?}: {what}");
    }
    assert!(runs >= 2 * 5, "the stacks are there");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Copies a folder's files of up to a size.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder can be made");
    for entry in fs::read_dir(from).into_iter().flatten().filter_map(Result::ok) {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else if entry.metadata().is_ok_and(|metadata| metadata.len() < 10 * LARGEST) {
            fs::copy(&path, &target).expect("the file can be copied");
        }
    }
}

/// How often each thing is found: the check, the file and the message.
fn counted(workspace: &Workspace, findings: &[Diagnostic]) -> BTreeMap<(&'static str, String, String), usize> {
    let mut all = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
        let file = workspace.files.file(finding.span.file);
        *all.entry((finding.check, file.name.clone(), finding.message.clone())).or_default() += 1;
    }
    all
}

/// Fixes a folder as `--fix` does; how many findings were fixed, or what of their promise is broken.
fn fixes_hold(folder: &Path, boldest: Applicability) -> Result<usize, String> {
    let request = Request::of(vec![folder.to_owned()], jiff::civil::date(2026, 11, 21));
    let request = Request { config: ConfigFrom::Nothing, baseline: BaselineFrom::Nothing, ..request };
    let run = |boldest| mend(&request, boldest).map_err(|failure| failure.to_string());
    let before = promcheck::lint::run(&request).map_err(|failure| failure.to_string())?;
    let errors = counted(&before.workspace, &before.findings);
    let mended = run(boldest)?;
    for (error, count) in counted(&mended.session.workspace, &mended.session.findings) {
        if errors.get(&error).is_none_or(|before| count > *before) {
            return Err(format!("fixing brings {error:?}: {:?}", mended.mendings));
        }
    }
    let is_open = |finding: &&Diagnostic| finding.fixes.iter().any(|fix| fix.applicability <= boldest);
    if let Some(open) = mended.session.findings.iter().find(is_open) {
        return Err(format!("this is still there, with its fix: {open:?}"));
    }
    for draft in &mended.drafts {
        fs::write(&draft.path, &*draft.after).expect("the copy can be written");
    }
    let again = run(boldest)?;
    if let Some(draft) = again.drafts.first() {
        return Err(format!("a second run changes {} again: {:?}", draft.name, again.mendings));
    }
    if counted(&again.session.workspace, &again.session.findings)
        != counted(&mended.session.workspace, &mended.session.findings)
    {
        return Err("on the disk it is not what was promised".to_owned());
    }
    Ok(mended.mendings.len())
}

#[test]
fn fixes_cure_and_break_nothing() {
    let temporary = env::temp_dir().join(format!("promcheck-soak-{}", std::process::id()));
    let (mut fixes, mut wrong) = ([0, 0], Vec::new());
    for folder in folders(of_others()) {
        for (bold, boldest) in [Applicability::Safe, Applicability::Unsafe].into_iter().enumerate() {
            copy(&folder, &temporary);
            match fixes_hold(&temporary, boldest) {
                Ok(count) => fixes[bold] += count,
                Err(what) => wrong.push(format!("{}, {boldest:?}: {what}", folder.display())),
            }
            fs::remove_dir_all(&temporary).expect("the copy can be removed");
        }
    }
    println!("{} safe fixes, and {} with those that change what a file does", fixes[0], fixes[1]);
    assert!(fixes[1] > 0, "our own stacks have something to fix");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
