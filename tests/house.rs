//! The house stays as ARCHITECTURE.md draws it: rooms import only lower rooms, crates stay where they belong,
//! files stay readable, and every file says what it is for.

#![expect(clippy::disallowed_methods, reason = "a test reads and writes files of its own")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// No file of `src` is longer.
const MOST_LINES: usize = 500;
/// No line of `src` is longer, be it a text or a table.
const LONGEST_LINE: usize = 300;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every `.rs` file below `src`, with its path relative to `src`, written with `/`.
fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    let mut sources: Vec<_> = walkdir::WalkDir::new(&src)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).expect("source files are readable");
            let path = entry.path().strip_prefix(&src).expect("below src");
            (path.to_string_lossy().replace('\\', "/"), text)
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

/// The lines of the table of ARCHITECTURE.md whose first column has this heading.
fn table(heading: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md is there");
    let start = format!("```text\n{heading} ");
    let table = text.split(&start).nth(1).and_then(|rest| rest.split("```").next());
    let table = table.unwrap_or_else(|| panic!("ARCHITECTURE.md has no table of `{heading}`"));
    table.lines().skip(1).filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}

/// The rooms and what they may import.
fn rooms() -> BTreeMap<String, Room> {
    let room = |line: &String| {
        let columns = line.split('|').next().expect("a first column");
        let mut words = columns.split_whitespace();
        let floor = words.next().and_then(|word| word.parse().ok()).expect("a floor number");
        let name = words.next().expect("a room").to_owned();
        (name, Room { floor, may_import: words.map(str::to_owned).collect() })
    };
    table("floor").iter().map(room).collect()
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
    let mut imported: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources() {
        let Some((room, _)) = path.split_once('/') else { continue };
        let Some(row) = rooms.get(room) else {
            wrong.push(format!("src/{room} is not in the table of ARCHITECTURE.md"));
            continue;
        };
        for import in imports(&text) {
            if rooms.contains_key(&import) && import != room {
                if !row.may_import.contains(&import) {
                    wrong.push(format!("src/{path} imports `{import}`, which `{room}` may not"));
                }
                imported.entry(room.to_owned()).or_default().insert(import);
            }
        }
    }
    for (name, room) in &rooms {
        let unused: Vec<&String> = match imported.get(name) {
            Some(imported) => room.may_import.difference(imported).collect(),
            None => room.may_import.iter().collect(),
        };
        if !unused.is_empty() {
            wrong.push(format!("the table lets `{name}` import {unused:?}, which it does not"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_map_of_the_house_leads_upwards() {
    let rooms = rooms();
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs is there");
    let map = lib.lines().filter_map(|line| line.strip_prefix("//! ")?.split_once("[`")?.1.split_once("`]"));
    let named: Vec<&str> = map.map(|(room, _)| room).collect();
    let floors: Vec<u32> = named.iter().map(|room| rooms.get(*room).map_or(0, |room| room.floor)).collect();
    assert!(floors.is_sorted(), "the map in src/lib.rs goes down the stairs: {named:?}, {floors:?}");
    let mut sorted: Vec<&str> = named.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, rooms.keys().map(String::as_str).collect::<Vec<_>>(), "the map in src/lib.rs");
}

#[test]
fn files_open_with_a_sentence_and_stay_short() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if !text.starts_with("//! ") {
            wrong.push(format!("src/{path} does not open with `//!` and a sentence"));
        }
        let name = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        if ["utils", "util", "helpers", "common", "misc", "manager"].contains(&name) {
            wrong.push(format!("src/{path} has a name that says nothing"));
        }
        let lines = text.lines().count();
        if lines > MOST_LINES {
            wrong.push(format!("src/{path} has {lines} lines; {MOST_LINES} is the most"));
        }
        if let Some(line) = text.lines().position(|line| line.len() > LONGEST_LINE) {
            wrong.push(format!("src/{path}:{} is longer than {LONGEST_LINE} bytes", line + 1));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether code, as opposed to a comment, names a crate: `regex::Regex`, but not `promql::regex::Regex`.
fn names_crate(text: &str, name: &str) -> bool {
    let path = format!("{name}::");
    let is_start = |before: &str| !before.ends_with(|last: char| last.is_alphanumeric() || "_:".contains(last));
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.match_indices(&path).map(move |(at, _)| &line[..at])).any(is_start)
}

/// The dependencies of the program itself, as code spells them.
fn dependencies() -> BTreeSet<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml is there");
    let section = manifest.split("\n[dependencies]\n").nth(1).and_then(|rest| rest.split("\n[").next());
    let lines = section.expect("dependencies").lines().filter(|line| !line.trim().is_empty());
    let named = lines.inspect(|line| assert!(line.contains(" # "), "Cargo.toml does not say what this is for: {line}"));
    named.filter_map(|line| Some(line.split_once(" = ")?.0.trim().replace('-', "_"))).collect()
}

#[test]
fn crates_stay_in_their_rooms() {
    let homes: BTreeMap<String, Vec<String>> = table("crate")
        .iter()
        .map(|line| {
            let mut words = line.split('|').next().unwrap_or_default().split_whitespace().map(str::to_owned);
            (words.next().expect("a crate"), words.collect())
        })
        .collect();
    assert_eq!(
        homes.keys().cloned().collect::<BTreeSet<_>>(),
        dependencies(),
        "the table of crates in ARCHITECTURE.md"
    );
    let sources: Vec<_> = sources().into_iter().filter(|(path, _)| !path.ends_with("tests.rs")).collect();
    let mut wrong = Vec::new();
    for (name, homes) in &homes {
        let users = sources.iter().filter(|(_, text)| names_crate(text, name)).map(|(path, _)| path);
        let users: Vec<&String> = users.collect();
        let strangers = users.iter().filter(|path| !homes.iter().any(|home| path.starts_with(home.as_str())));
        wrong.extend(strangers.map(|path| format!("src/{path} names `{name}`, which lives in {homes:?}")));
        let empty = homes.iter().filter(|home| !users.iter().any(|path| path.starts_with(home.as_str())));
        wrong.extend(empty.map(|home| format!("`{name}` is at home in `{home}`, where nothing names it")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn checks_are_named_alike() {
    let table: BTreeMap<String, &str> = promcheck::checks::TABLE
        .iter()
        .map(|entry| (format!("checks/{}.rs", entry.meta.id.replace('-', "_")), entry.meta.id))
        .collect();
    let mut wrong = Vec::new();
    let mut left: BTreeSet<&String> = table.keys().collect();
    for (path, text) in sources().into_iter().filter(|(path, _)| path.starts_with("checks/")) {
        let Some((_, id)) = text.split_once("\n    id: \"") else { continue };
        let id = id.split('"').next().unwrap_or_default();
        if table.get(&path) != Some(&id) {
            wrong.push(format!("src/{path} declares `{id}`, which the table of checks does not know by this name"));
        }
        let words = id.split('/').next_back().unwrap_or_default().split('-');
        let words = words.map(|word| word[..1].to_uppercase() + &word[1..]);
        let name: String = words.collect();
        if !text.contains(&format!("pub struct {name} {{")) {
            wrong.push(format!("src/{path} does not declare `{name}`"));
        }
        if !root().join(format!("tests/spec/{id}.md")).exists() {
            wrong.push(format!("tests/spec/{id}.md is missing"));
        }
        left.remove(&path);
    }
    wrong.extend(left.into_iter().map(|path| format!("src/{path} is missing")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn checks_call_no_checks() {
    let checks: Vec<(&str, String)> = promcheck::checks::TABLE
        .iter()
        .filter_map(|entry| entry.meta.id.split_once('/'))
        .map(|(group, name)| (group, name.replace('-', "_")))
        .collect();
    let mut wrong = Vec::new();
    for (path, text) in sources().into_iter().filter(|(path, _)| path.starts_with("checks/") && path != "checks/mod.rs")
    {
        for (group, name) in &checks {
            let beside = path.starts_with(&format!("checks/{group}/")) && text.contains(&format!("super::{name}::"));
            if beside || text.contains(&format!("checks::{group}::{name}::")) {
                wrong.push(format!("src/{path} calls the check `{group}/{name}`"));
            }
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
