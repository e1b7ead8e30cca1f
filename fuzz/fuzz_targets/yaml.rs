//! Any text as YAML: no panic, and places within the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use promcheck::{
    text::{Excerpt, FileId},
    tree,
};

fuzz_target!(|text: &str| {
    let stream = tree::yaml(&Excerpt::whole(FileId(0), text));
    for complaint in &stream.complaints {
        assert!(text.get(complaint.span.range()).is_some(), "{complaint:?}");
    }
    for root in stream.documents.iter().filter_map(tree::Tree::root) {
        assert!(text.get(root.span().range()).is_some());
    }
});
