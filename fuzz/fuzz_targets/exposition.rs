//! Any text as a captured page of metrics: no panic, and places within the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use promcheck::{
    exposition::Exposition,
    text::{Excerpt, FileId},
};

fuzz_target!(|text: &str| {
    let page = Exposition::parse(&Excerpt::whole(FileId(0), text));
    for error in &page.errors {
        assert!(text.get(error.span.range()).is_some(), "{error:?}");
    }
});
