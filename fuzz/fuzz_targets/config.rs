//! Any text as `.promcheck.yml`: no panic, and places within the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use promcheck::{config::Config, text::FileId};

fuzz_target!(|text: &str| {
    let (_, complaints) = Config::read(FileId(0), text, "".into());
    for complaint in &complaints {
        assert!(text.get(complaint.span.range()).is_some(), "{complaint:?}");
    }
});
