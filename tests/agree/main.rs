//! promcheck beside promtool and amtool, on files made at random: both give the same answer, or the test shows the file.
//!
//! - `AGREE=1 cargo test --test agree -- --nocapture` asks those on the PATH and says how many answers are alike; a larger
//!   number makes so many times as many files. Without it, or where a tool is not there or too old, the test says so.
//! - What newer versions of Prometheus answer otherwise than promtool 3.5 is not made.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test may stop at what cannot be, and tells how much it looked at"
)]

#[path = "../dice/mod.rs"]
mod dice;
mod expressions;
mod pages;
mod routes;

use std::{
    env, fs,
    io::{self, Write as _},
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use dice::Dice;

impl Dice {
    /// Whether something that happens so many times in a hundred does.
    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }
}

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn of(name: &str) -> Self {
        let path = env::temp_dir().join(format!("promcheck-agree-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// What promcheck and a peer say, each to its words, of a file that is written here, or read from the standard input.
    fn both(&self, file: &str, text: &str, ours: &[&str], peer: (Peer, &[&str])) -> [Answer; 2] {
        fs::write(self.0.join(file), text).unwrap();
        let ((program, _), words) = peer;
        [(env!("CARGO_BIN_EXE_promcheck"), ours), (program, words)].map(|(program, words)| {
            let mut command = Command::new(program);
            command.args(words).current_dir(&self.0);
            Answer::of(command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()), text).unwrap()
        })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a program answered.
struct Answer {
    status: Option<i32>,
    out: String,
    error: String,
}

impl Answer {
    fn of(command: &mut Command, input: &str) -> io::Result<Self> {
        let mut child = command.spawn()?;
        // One that does not read is asked nothing.
        let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes()));
        let Output { status, stdout, stderr } = child.wait_with_output()?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ok(Self { status: status.code(), out: text(stdout), error: text(stderr) })
    }
}

/// A peer, and the oldest version of it whose answers count.
type Peer = (&'static str, [u32; 2]);
const PROMTOOL: Peer = ("promtool", [3, 5]);
const AMTOOL: Peer = ("amtool", [0, 28]);

/// The dice of each round; none unless rounds are asked for, and the peer is there and new enough.
fn rounds((peer, oldest): Peer, usual: u64) -> impl Iterator<Item = Dice> {
    let times: u64 = env::var("AGREE").map_or(0, |times| times.parse().expect("AGREE is a number"));
    let version = version(peer);
    let is_met = version.is_some_and(|version| version >= oldest);
    match version {
        _ if times == 0 => println!("skipped: AGREE=1 asks {peer}"),
        None => println!("skipped: there is no {peer} on the PATH"),
        Some(version) if !is_met => println!("skipped: the {peer} on the PATH has version {version:?}"),
        Some(_) => {}
    }
    let count = if is_met { usual * times } else { 0 };
    // Neighbours would begin alike.
    (1..=count).map(|round| Dice(round.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
}

fn version(peer: &str) -> Option<[u32; 2]> {
    let output = Command::new(peer).arg("--version").output().ok()?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    let mut parts = said.split("version ").nth(1)?.split(['.', ' ']).map_while(|part| part.parse().ok());
    Some([parts.next()?, parts.next()?])
}

/// Says how many of the answers are alike, and fails with the first of those that are not.
fn judge(what: &str, answers: usize, unlike: &[String]) {
    if answers > 0 {
        println!("{what}: {} of {answers} answers are alike", answers - unlike.len());
    }
    assert!(unlike.is_empty(), "{}", unlike[0]);
}
