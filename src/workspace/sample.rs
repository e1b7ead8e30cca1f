//! Files that show how something is written, and are not used as they are.

use std::path::Path;

/// Whether a file says by its name or folder that it is a sample.
pub fn is_sample(path: &Path) -> bool {
    const WORDS: [&str; 6] = ["example", "sample", "testdata", "fixture", "template", ".dist"];
    let words = path.components().rev().take(3).map(|part| part.as_os_str().to_string_lossy().to_lowercase());
    words.enumerate().any(|(height, part)| match height {
        0 => WORDS.iter().any(|word| part.contains(word)),
        _ => ["examples", "example", "samples", "testdata", "fixtures", "templates"].contains(&part.as_str()),
    })
}
