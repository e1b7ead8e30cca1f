//! The handbook in `docs/`: every command in it runs and prints what is shown, every link leads somewhere.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::folder::{Answer, Folder};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The texts below a folder by their paths in it.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let all = paths(folder).into_iter().filter(|path| !is_picture(path));
    all.map(|path| (path.strip_prefix(folder).unwrap().to_path_buf(), fs::read_to_string(&path).unwrap())).collect()
}

fn is_picture(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "png")
}

fn paths(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(&at).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}

/// The example of the handbook as a repository.
fn example() -> Folder {
    let folder = Folder::with(&[]);
    for (path, text) in files(&root().join("docs/example")) {
        folder.write(path.to_str().unwrap(), text);
    }
    let git = "git init -q -b main && git add . && git -c user.name=a -c user.email=a@example.org commit -q -m all";
    assert!(Command::new("bash").args(["-c", git]).current_dir(&folder.0).status().unwrap().success());
    folder
}

/// The console blocks of a page, each with whether it runs in the example.
fn blocks(page: &str) -> Vec<(bool, &str)> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("```console") {
        let (info, body) = after.split_once('\n').unwrap();
        let (body, after) = body.split_once("```").unwrap();
        found.push((info.trim() == "example", body));
        rest = after;
    }
    found
}

/// Commands, each with what is shown of its output.
fn commands(block: &str) -> Vec<(&str, String)> {
    let mut commands: Vec<(&str, String)> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command, String::new())),
            (None, Some((_, shown))) => shown.extend([line, "\n"]),
            (None, None) => panic!("output without a command: {line}"),
        }
    }
    commands
}

/// Whether an output is what is shown, where `…` stands for any part.
fn agrees(output: &str, shown: &str) -> bool {
    let parts: Vec<&str> = shown.split('…').collect();
    let mut rest = output;
    for (rank, part) in parts.iter().enumerate() {
        let part = if rank > 0 { part.strip_prefix('\n').unwrap_or(part) } else { part };
        let found = if rank == 0 { rest.starts_with(part).then_some(0) } else { rest.find(part) };
        let Some(at) = found else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty() || shown.trim_end().ends_with('…')
}

#[cfg(unix)]
#[test]
fn every_command_prints_what_is_shown() {
    let program = Path::new(env!("CARGO_BIN_EXE_promcheck")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let (mut ran, mut wrong) = (0, String::new());
    for (page, text) in files(&root().join("docs/src")) {
        for (is_example, block) in blocks(&text) {
            let mut example_of_block = None;
            for (command, shown) in commands(block) {
                let at = if is_example { &example_of_block.get_or_insert_with(example).0 } else { root() };
                let mut bash = Command::new("bash");
                bash.args(["-c", &format!("exec 2>&1; {command}")]).current_dir(at).env("PATH", &path);
                let answer = Answer::to(bash);
                ran += 1;
                if !agrees(&answer.out, &shown) {
                    wrong.push_str(&format!("{}: $ {command}\n{}\n", page.display(), answer.out));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(ran > 10, "{ran} commands were found");
}

/// The pages of the handbook, those that are written by hand and those of `promcheck docs`.
fn book() -> Folder {
    let folder = Folder::with(&[]);
    for (path, text) in files(&root().join("docs/src")) {
        folder.write(path.to_str().unwrap(), text);
    }
    let source = root().join("docs/src");
    for picture in paths(&source).into_iter().filter(|path| is_picture(path)) {
        folder.write(picture.strip_prefix(&source).unwrap().to_str().unwrap(), fs::read(&picture).unwrap());
    }
    let answer = folder.run(&["docs", "."]);
    assert_eq!((answer.status, answer.error.as_str()), (Some(0), ""));
    let _ = fs::remove_dir_all(folder.0.join(".git"));
    folder
}

/// A page without its blocks of code, whose links are examples.
fn prose(page: &str) -> String {
    let mut is_code = false;
    let lines = page.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_link_leads_to_a_page_and_every_page_is_in_the_summary() {
    let folder = book();
    let pages = files(&folder.0);
    let mut wrong = String::new();
    for (path, text) in &pages {
        for target in prose(text).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.contains("://") || target.starts_with('#') {
                continue;
            }
            let file = target.split('#').next().unwrap();
            if !path.parent().map(|folder_of| folder.0.join(folder_of).join(file)).unwrap().exists() {
                wrong.push_str(&format!("{}: {target}\n", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let summary = &pages[Path::new("SUMMARY.md")];
    let missing: Vec<&PathBuf> = pages
        .keys()
        .filter(|path| path.as_os_str() != "SUMMARY.md" && !summary.contains(&format!("({})", path.to_str().unwrap())))
        .collect();
    assert_eq!(missing, [""; 0].map(PathBuf::from).iter().collect::<Vec<_>>());
}

#[test]
fn each_check_and_each_command_has_a_page() {
    let folder = book();
    for entry in promcheck::checks::TABLE {
        let page = fs::read_to_string(folder.0.join(format!("checks/{}.md", entry.meta.id))).unwrap();
        for part in [entry.meta.summary(), "## Why it matters", "## Example", "## Instead", "## To accept a finding"] {
            assert!(page.contains(part), "{}: {part}", entry.meta.id);
        }
        assert!(!page.lines().any(|line| line.starts_with("```") && line.contains("path=")), "{page}");
    }
    let page = |name: &str| fs::read_to_string(folder.0.join("commands").join(name)).unwrap();
    assert!(page("check/rules.md").contains("Examples:\n  promcheck check rules "));
    assert!(page("index.md").starts_with("# promcheck\n"));
    let configuration = fs::read_to_string(folder.0.join("configuration.md")).unwrap();
    for key in
        ["`vendored` | a list |", "`fail_on` | `", "`honour_pint` | `true` or `false` |", "`ignore` | a list of maps |"]
    {
        assert!(configuration.contains(key), "{key}\n{configuration}");
    }
}
