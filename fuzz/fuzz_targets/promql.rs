//! Any text as a PromQL expression: no panic, places within the text, and what was read prints to what reads the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use promcheck::{
    promql::Query,
    text::{Excerpt, FileId},
};

fuzz_target!(|text: &str| {
    let query = Query::parse(Excerpt::whole(FileId(0), text));
    for error in query.errors() {
        assert!(text.get(error.span.range()).is_some(), "{error:?}");
    }
    let Some(expr) = query.valid() else { return };
    let printed = expr.to_string();
    let again = Query::parse(Excerpt::whole(FileId(0), printed.as_str()));
    let reread = again.valid().unwrap_or_else(|| panic!("{text:?} prints as {printed:?}: {:?}", again.errors()));
    assert_eq!(printed, reread.to_string());
});
