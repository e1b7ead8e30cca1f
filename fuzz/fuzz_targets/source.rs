//! Any text as source code of any language that metrics are read from: no panic, and places within the text.
//!
//! The first byte chooses the language.

#![no_main]

use libfuzzer_sys::fuzz_target;
use promcheck::{
    source::{Instrumentation, Language},
    text::FileId,
};

const LANGUAGES: [Language; 8] = [
    Language::JavaScript,
    Language::Python,
    Language::Go,
    Language::Java,
    Language::Rust,
    Language::CSharp,
    Language::Ruby,
    Language::Php,
];

fuzz_target!(|input: (u8, &str)| {
    let (choice, text) = input;
    let language = LANGUAGES[usize::from(choice) % LANGUAGES.len()];
    let Some(found) = Instrumentation::read(FileId(0), text, language) else { return };
    let places = found.defined.iter().map(|defined| defined.name.span).chain(found.open.iter().copied());
    for span in places {
        assert!(text.get(span.range()).is_some(), "{span:?}");
    }
});
