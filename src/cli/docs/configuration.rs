//! The page of `.promcheck.yml`, from its schema.

use std::fmt::Write;

use serde_json::Value;

use crate::{cli::catalogue, config};

use super::cell;

/// The page.
pub fn page() -> String {
    let schema = config::schema(&catalogue::check_keys());
    let mut page = "\
# .promcheck.yml

It is looked for from the first path upwards, to the root of the repository. Paths and globs are relative to its folder; as in
`.gitignore`, a pattern without a slash matches at any depth, and one that names a folder takes in what is below it.
`promcheck schema` prints the JSON schema, for editors; `promcheck init` writes a file to begin with.

| key | takes | meaning |
|---|---|---|
"
    .to_owned();
    for (name, about) in schema["properties"].as_object().into_iter().flatten() {
        let text = about["description"].as_str().unwrap_or_default();
        let _ = writeln!(page, "| `{name}` | {} | {} |", cell(&kind(about)), cell(text));
    }
    page
}

/// What a key takes, in words.
fn kind(schema: &Value) -> String {
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().filter_map(Value::as_str).map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    }
    match schema["type"].as_str() {
        Some("array") if schema["items"]["type"] == "object" => "a list of maps".to_owned(),
        Some("array") => "a list".to_owned(),
        Some("object") => "a map".to_owned(),
        Some("boolean") => "`true` or `false`".to_owned(),
        _ => "text".to_owned(),
    }
}
