//! Any text as Markdown: no panic, and places within the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use promcheck::{
    markdown::Markdown,
    text::{Excerpt, FileId},
};

fuzz_target!(|text: &str| {
    let markdown = Markdown::parse(&Excerpt::whole(FileId(0), text));
    for link in &markdown.links {
        assert!(text.get(link.destination.full_span().range()).is_some(), "{link:?}");
    }
});
