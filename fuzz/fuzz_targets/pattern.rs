//! Any text as a regular expression of a matcher, tried on another: no panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use promcheck::vocab::Pattern;

fuzz_target!(|input: (&str, &str)| {
    let (pattern, text) = input;
    if let Ok(pattern) = Pattern::anchored(pattern) {
        let _ = pattern.is_match(text);
    }
});
