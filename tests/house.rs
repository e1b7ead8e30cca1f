//! The house stays as ARCHITECTURE.md draws it: rooms import only lower rooms, files stay readable,
//! and every file says what it is for.

#![expect(clippy::disallowed_methods, reason = "a test reads and writes files of its own")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// No file of `src` is longer.
const MOST_LINES: usize = 500;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every `.rs` file below `src`, with its path relative to `src`.
fn sources() -> Vec<(PathBuf, String)> {
    let src = root().join("src");
    let mut sources: Vec<_> = walkdir::WalkDir::new(&src)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).expect("source files are readable");
            (entry.path().strip_prefix(&src).expect("below src").to_owned(), text)
        })
        .collect();
    sources.sort();
    assert!(sources.len() > 30, "the sources were not found");
    sources
}

struct Room {
    floor: u32,
    may_import: BTreeSet<String>,
}

/// The table of ARCHITECTURE.md.
fn rooms() -> BTreeMap<String, Room> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md is there");
    let table =
        text.split("```text\nfloor").nth(1).and_then(|rest| rest.split("```").next()).expect("a table of floors");
    table
        .lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let columns = line.split('|').next().expect("a first column");
            let mut words = columns.split_whitespace();
            let floor = words.next().and_then(|word| word.parse().ok()).expect("a floor number");
            let name = words.next().expect("a room").to_owned();
            (name, Room { floor, may_import: words.map(str::to_owned).collect() })
        })
        .collect()
}

/// The rooms that a source file names: `crate::room`, also inside `use crate::{…}`.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, path) in text.match_indices("crate::") {
        let rest = &text[at + path.len()..];
        if text[..at].ends_with(|before: char| before == '$' || before.is_alphanumeric()) {
            continue;
        }
        let paths = rest.strip_prefix('{').map_or_else(|| vec![rest], top_level_items);
        found.extend(paths.into_iter().map(first_word));
    }
    found
}

/// The items of a brace list whose opening brace was read, split at its own commas.
fn top_level_items(list: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => {
                items.push(&list[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items
}

fn first_word(path: &str) -> String {
    path.trim_start().chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
}

#[test]
fn rooms_import_only_lower_rooms() {
    let rooms = rooms();
    let mut wrong = Vec::new();
    for (name, room) in &rooms {
        for import in &room.may_import {
            match rooms.get(import) {
                None => wrong.push(format!("the table lets `{name}` import `{import}`, which is no room")),
                Some(lower) if lower.floor >= room.floor => {
                    wrong.push(format!("the table lets `{name}` import `{import}`, which is not below it"));
                }
                Some(_) => {}
            }
        }
    }
    for (path, text) in sources() {
        let Some(room) = path.components().next().and_then(|first| first.as_os_str().to_str()) else { continue };
        if room == "lib.rs" || room == "main.rs" {
            continue;
        }
        let Some(row) = rooms.get(room) else {
            wrong.push(format!("src/{room} is not in the table of ARCHITECTURE.md"));
            continue;
        };
        for import in imports(&text) {
            if rooms.contains_key(&import) && import != room && !row.may_import.contains(&import) {
                wrong.push(format!("src/{} imports `{import}`, which `{room}` may not", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_open_with_a_sentence_and_stay_short() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if !text.starts_with("//! ") {
            wrong.push(format!("src/{} does not open with `//!` and a sentence", path.display()));
        }
        let lines = text.lines().count();
        if lines > MOST_LINES {
            wrong.push(format!("src/{} has {lines} lines; {MOST_LINES} is the most", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn crates_stay_in_their_rooms() {
    let homes: [(&str, &[&str]); 5] = [
        ("rayon", &["workspace/load.rs", "facts/mod.rs", "lint/walk.rs", "cli/"]),
        ("miette", &["report/human.rs", "report/snippet.rs"]),
        ("clap", &["cli/"]),
        ("granit_parser", &["tree/yaml.rs", "tree/fault.rs", "tree/repair.rs"]),
        ("nom", &["promql/"]),
    ];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let path = path.to_string_lossy().replace('\\', "/");
        for (name, allowed) in homes {
            let named = [format!("use {name}::"), format!(" {name}::")].iter().any(|used| text.contains(used.as_str()));
            if named && !allowed.iter().any(|home| path.starts_with(home)) {
                wrong.push(format!("src/{path} names `{name}`, which lives in {allowed:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn checks_are_named_alike() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let path = path.to_string_lossy().replace('\\', "/");
        let Some((_, id)) = text.split_once("\n    id: \"") else { continue };
        let id = id.split('"').next().unwrap_or_default();
        let expected = format!("checks/{}.rs", id.replace('-', "_"));
        if path.starts_with("checks/") && path != expected {
            wrong.push(format!("src/{path} declares `{id}`, which belongs in src/{expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reads_imports() {
    let text = "use crate::{diag::{Edit, Fix}, facts::Facts, text::Span};\nlet x = crate::vocab::nearest();";
    let expected: BTreeSet<String> = ["diag", "facts", "text", "vocab"].map(str::to_owned).into();
    assert_eq!(imports(text), expected);
}
