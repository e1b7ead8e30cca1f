//! Any texts as the files of a workspace, linted with every check and written in every format: no panic.
//!
//! A line `%%% NAME` begins the next file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use promcheck::{
    config::Config,
    lint::{self, Options},
    report::{self, Format, Look, Outcome, Summary},
    workspace,
};

fuzz_target!(|input: &str| {
    let files: Vec<(String, String)> = input
        .split("\n%%% ")
        .filter_map(|part| part.split_once('\n'))
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    let workspace = workspace::load_texts(files);
    let day = jiff::civil::date(2026, 1, 1);
    let Ok(found) = lint::lint(&workspace, &Config::default(), Options::default(), day) else { return };
    let outcome =
        Outcome { files: &workspace.files, findings: &found.findings, summary: Summary::default(), checks: &[] };
    for format in Format::ALL {
        let look = Look { colour: false, width: 80, elapsed: false, summary: true };
        let written = report::render(format, &outcome, &mut std::io::sink(), look);
        assert!(written.is_ok(), "{written:?}");
    }
});
