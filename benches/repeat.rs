//! Whether anything takes ever longer where a piece of a file repeats itself: `benches/repeat`, or `benches/repeat 600 7`
//! for ten minutes with another seed. Files of ours, and of `../shared/conformance` (or `PROMCHECK_CONFORMANCE`) where it is,
//! get a piece of theirs thousands of times, alike or each with a number of its own, and are linted by a program of
//! their own. What takes long, much memory, or ends otherwise than with a report, is kept and shown, and fails.

#![expect(clippy::disallowed_methods, reason = "a bench writes its files, reads its arguments, and looks at the clock")]

#[path = "../tests/dice/mod.rs"]
mod dice;

use std::{
    env, fs,
    io::{self, Write as _},
    ops::Range,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use wait4::{ResUse, Wait4 as _};

use dice::Dice;

/// Larger files are left out: what repeats in them repeats in smaller ones.
const LARGEST: u64 = 60_000;
/// So many bytes a file has when a piece of it is repeated.
const GROWN: usize = 400_000;
/// A file of that size that takes longer is shown.
const LONG: Duration = Duration::from_millis(1500);
/// One that takes longer is not waited for.
const TOO_LONG: Duration = Duration::from_secs(30);
/// A file of that size that takes more memory, in bytes, is shown.
const MUCH: u64 = 500 << 20;

fn main() -> io::Result<ExitCode> {
    let mut numbers = env::args().skip(1).filter_map(|word| word.parse::<u64>().ok());
    let (seconds, seed) = (numbers.next().unwrap_or(60), numbers.next().unwrap_or(1));
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let files = files();
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("repeat");
    let folder = kept.join(format!("now-{seed}"));
    let mut out = io::stdout().lock();
    let (mut runs, mut bad, mut longest) = (0_u32, 0_u32, Duration::ZERO);
    let until = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < until {
        let path = &files[dice.roll(files.len())];
        let Ok(text) = fs::read_to_string(path) else { continue };
        let Some(grown) = grown(&text, &mut dice) else { continue };
        let name = path.file_name().unwrap_or_default();
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), grown)?;
        let (took, usage) = lint(&folder)?;
        runs += 1;
        longest = longest.max(took);
        let ended_well = usage.as_ref().is_some_and(|usage| usage.status.code().is_some_and(|code| code < 3));
        let memory = usage.map_or(0, |usage| usage.rusage.maxrss);
        if took > LONG || memory > MUCH || !ended_well {
            bad += 1;
            let to = kept.join(format!("{seed}-{runs}"));
            fs::create_dir_all(&to)?;
            fs::rename(folder.join(name), to.join(name))?;
            let (file, memory) = (to.join(name), memory >> 20);
            writeln!(out, "{took:>8.2?} {memory:>5} MB  {}  from {}", file.display(), path.display())?;
        }
        fs::remove_dir_all(&folder)?;
    }
    writeln!(out, "{runs} files of about {GROWN} bytes, the longest took {longest:.2?}; {bad} are shown above")?;
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// All files that may grow, in order.
fn files() -> Vec<PathBuf> {
    const ENDINGS: [&str; 9] = ["yml", "yaml", "json", "md", "prom", "rules", "tmpl", "env", "py"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let near =
        root.ancestors().skip(1).take(2).map(|parent| parent.join("shared/conformance")).find(|data| data.is_dir());
    let of_others = env::var_os("PROMCHECK_CONFORMANCE").map(PathBuf::from).or(near);
    let mut folders = vec![root.join("rules-fixtures"), root.join("dashboards-fixtures")];
    folders.extend(of_others);
    let all = folders.iter().flat_map(walkdir::WalkDir::new).filter_map(Result::ok);
    let is_wanted = |entry: &walkdir::DirEntry| {
        let ending = entry.path().extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| ENDINGS.contains(&ending))
            && entry.metadata().is_ok_and(|data| data.len() < LARGEST)
    };
    let mut files: Vec<PathBuf> = all.filter(is_wanted).map(walkdir::DirEntry::into_path).collect();
    files.sort();
    files
}

/// A text of which a piece was repeated.
fn grown(text: &str, dice: &mut Dice) -> Option<String> {
    let range = match dice.roll(10) {
        0..4 => lines(text, dice),
        4..6 => block(text, dice),
        _ => within_a_line(text, dice)?,
    };
    let piece = &text[range.clone()];
    if piece.trim().is_empty() {
        return None;
    }
    let times = (GROWN / piece.len()).clamp(2, 100_000);
    let repeated = if dice.roll(2) == 0 { piece.repeat(times) } else { numbered(piece, times, dice) };
    // A block behind which a comma is missing is repeated in front of itself.
    let rest = if text.trim_start().starts_with('{') && dice.roll(2) == 0 { range.start } else { range.end };
    Some(format!("{}{repeated}{}", &text[..range.start], &text[rest..]))
}

/// Where lines begin, and where the text ends.
fn starts(text: &str) -> Vec<usize> {
    let behind = text.match_indices('\n').map(|(at, _)| at + 1);
    [0].into_iter().chain(behind).chain([text.len()]).collect()
}

/// Some lines.
fn lines(text: &str, dice: &mut Dice) -> Range<usize> {
    let starts = starts(text);
    let first = dice.roll(starts.len());
    let last = (first + dice.pick(&[1, 1, 2, 3, 5, 8, 20, 60])).min(starts.len() - 1);
    starts[first]..starts[last]
}

/// A line and all that is indented deeper.
fn block(text: &str, dice: &mut Dice) -> Range<usize> {
    let starts = starts(text);
    let first = dice.roll(starts.len() - 1);
    let line = |rank: usize| &text[starts[rank]..starts[rank + 1]];
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = indent(line(first));
    let is_inside = |rank: &usize| line(*rank).trim().is_empty() || indent(line(*rank)) > own;
    let end = (first + 1..starts.len() - 1).find(|rank| !is_inside(rank)).unwrap_or(starts.len() - 1);
    starts[first]..starts[end]
}

/// Some letters of a line.
fn within_a_line(text: &str, dice: &mut Dice) -> Option<Range<usize>> {
    let from = dice.roll(text.len());
    let start = (from..text.len()).find(|at| text.is_char_boundary(*at))?;
    let wanted = start + dice.pick(&[1, 1, 2, 3, 4, 6, 8, 12, 20, 40]);
    let end = (wanted..=text.len()).find(|at| text.is_char_boundary(*at))?;
    let length = text[start..end].find('\n').unwrap_or(end - start);
    (length > 0).then_some(start..start + length)
}

/// A piece so many times, each with another number behind some of its words.
fn numbered(piece: &str, times: usize, dice: &mut Dice) -> String {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let behind_word = |(at, letter): (usize, char)| {
        let end = at + letter.len_utf8();
        (letter.is_ascii_alphabetic() && !piece[end..].starts_with(is_word)).then_some(end)
    };
    let most = dice.pick(&[1, 1, 2, 4, 20]);
    let mut ends: Vec<usize> = piece.char_indices().filter_map(behind_word).collect();
    while ends.len() > most {
        ends.remove(dice.roll(ends.len()));
    }
    let in_letters = dice.roll(2) == 0;
    let mut all = String::new();
    for time in 0..times {
        let letter = |place: u32| char::from(b'a' + (time / 26_usize.pow(place) % 26) as u8);
        let number = if in_letters { (0..4).map(letter).collect() } else { time.to_string() };
        let mut from = 0;
        for end in &ends {
            all.push_str(&piece[from..*end]);
            all.push_str(&number);
            from = *end;
        }
        all.push_str(&piece[from..]);
    }
    all
}

/// Lints a folder: how long that took, and what the program used, unless it was stopped.
fn lint(folder: &Path) -> io::Result<(Duration, Option<ResUse>)> {
    let program = env::var_os("PROMCHECK").unwrap_or_else(|| env!("CARGO_BIN_EXE_promcheck").into());
    let mut command = Command::new(program);
    command.args(["lint", "--format", "json"]).arg(folder);
    let began = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let pid = child.id();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || tell.send(child.wait4()));
    let usage = match told.recv_timeout(TOO_LONG) {
        Ok(usage) => Some(usage?),
        Err(_) => {
            Command::new("kill").args(["-9", &pid.to_string()]).status()?;
            None
        }
    };
    Ok((began.elapsed(), usage))
}
