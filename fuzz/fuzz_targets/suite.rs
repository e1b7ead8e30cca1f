//! Any texts as a test file and what it names, run to the end: no panic, and places within the files.
//!
//! A line `%%% NAME` begins the next file; of a name the last part counts. `test.yml` is run.

#![no_main]

use std::{env, fs, path::Path, process};

use libfuzzer_sys::fuzz_target;
use promcheck::{
    harness::{self, Request, Spelling},
    workspace::Progress,
};

/// A test that asks for more than this many evaluations is long, not broken.
const LONGEST: usize = 20_000;

fuzz_target!(|input: &str| {
    if asks_for_much(input) {
        return;
    }
    let folder = env::temp_dir().join(format!("promcheck-fuzz-{}", process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder of temporary files can be written");
    for (name, text) in input.split("\n%%% ").filter_map(|part| part.split_once('\n')) {
        if let Some(name) = Path::new(name).file_name() {
            let _ = fs::write(folder.join(name), text);
        }
    }
    let request = Request {
        files: vec![folder.join("test.yml")],
        spelling: Spelling::Own,
        run: None,
        ignore_unknown_fields: false,
        features: Vec::new(),
        delayed_name_removal: false,
        diff: true,
        dump: true,
        coverage: true,
    };
    let report = harness::run(&request, &Progress::default());
    for finding in report.findings() {
        assert!(report.files.file(finding.span.file).text.get(finding.span.range()).is_some(), "{finding:?}");
    }
});

/// Whether a text holds a number that makes a test long: as many samples, or evaluations, as it says.
fn asks_for_much(text: &str) -> bool {
    let numbers = text.split(|character: char| !character.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let is_much = |digits: &str| digits.parse::<usize>().map_or(true, |number| number > LONGEST);
    let has_long_unit = ["d", "w", "y", "ms"].iter().any(|unit| {
        text.match_indices(unit).any(|(at, _)| text[..at].ends_with(|character: char| character.is_ascii_digit()))
    });
    has_long_unit || numbers.filter(|digits| is_much(digits)).count() > 0
}
