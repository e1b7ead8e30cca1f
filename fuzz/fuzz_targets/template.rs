//! Any text as a Go template of either dialect: no panic, and places within the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use promcheck::{
    template::{Dialect, Template},
    text::{Excerpt, FileId},
};

fuzz_target!(|text: &str| {
    for dialect in [Dialect::Rule, Dialect::Alertmanager] {
        let template = Template::parse(Excerpt::whole(FileId(0), text), dialect);
        let found = template.references();
        let of_labels = found.labels.iter().map(|label| label.span);
        for span in template.errors().iter().map(|error| error.span).chain(of_labels) {
            assert!(text.get(span.range()).is_some(), "{span:?}");
        }
    }
});
