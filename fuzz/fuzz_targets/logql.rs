//! Any text as a LogQL expression: no panic, and places within the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use promcheck::{
    logql::Query,
    text::{Excerpt, FileId},
};

fuzz_target!(|text: &str| {
    let query = Query::parse(Excerpt::whole(FileId(0), text));
    for error in &query.errors {
        assert!(text.get(error.span.range()).is_some(), "{error:?}");
    }
});
