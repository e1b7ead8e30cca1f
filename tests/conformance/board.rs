//! The score of each suite, the floors, and the way to the data.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// The floors: one line per suite, `name passed total`.
const FLOORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance-floor.txt");
/// Failures kept of each suite.
const MOST_FAILURES: usize = 2000;

/// What a suite has found.
pub struct Suite {
    /// `area/what`, without spaces.
    pub name: String,
    /// Cases in which promcheck and the real tool agree.
    pub passed: usize,
    /// All cases.
    pub total: usize,
    failures: Vec<String>,
}

impl Suite {
    /// A suite without cases yet.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), passed: 0, total: 0, failures: Vec::new() }
    }

    /// Counts one case. `why` says what differs, and is asked only if it failed.
    pub fn case(&mut self, passed: bool, why: impl FnOnce() -> String) {
        self.total += 1;
        if passed {
            self.passed += 1;
        } else if self.failures.len() < MOST_FAILURES {
            self.failures.push(why());
        }
    }

    /// The failures to show, as many as `PROMCHECK_VERBOSE` asks for.
    pub fn shown_failures(&self) -> &[String] {
        let Ok(verbose) = env::var("PROMCHECK_VERBOSE") else { return &[] };
        if env::var("PROMCHECK_SUITE").is_ok_and(|only| only != self.name) {
            return &[];
        }
        let most = verbose.parse().ok().filter(|most| *most > 1).unwrap_or(10);
        &self.failures[..self.failures.len().min(most)]
    }
}

/// The directory with other people's files and the real tools' verdicts.
pub struct Data {
    root: PathBuf,
}

impl Data {
    /// Finds it; `None` when it is not there.
    pub fn find() -> Option<Self> {
        let given = env::var_os("PROMCHECK_CONFORMANCE").map(PathBuf::from);
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        given
            .into_iter()
            .chain(manifest.ancestors().skip(1).take(2).map(|parent| parent.join("shared/conformance")))
            .find(|root| root.is_dir())
            .map(|root| Self { root })
    }

    /// A path in it.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The text of a file; empty, with broken bytes replaced, when it cannot be read.
    pub fn text(&self, relative: &str) -> String {
        String::from_utf8_lossy(&fs::read(self.path(relative)).unwrap_or_default()).into_owned()
    }

    /// The rows of a file with one JSON value a line.
    pub fn rows(&self, relative: &str) -> Vec<Value> {
        self.text(relative).lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }
}

/// The floors by suite.
pub fn floors() -> Vec<(String, usize)> {
    let text = fs::read_to_string(FLOORS).unwrap_or_default();
    let floor = |line: &str| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
    };
    text.lines().filter_map(floor).collect()
}

/// Writes today's scores as the new floors.
pub fn write_floors(suites: &[Suite]) {
    let lines: String =
        suites.iter().map(|suite| format!("{} {} {}\n", suite.name, suite.passed, suite.total)).collect();
    fs::write(FLOORS, lines).expect("the floors can be written");
}
