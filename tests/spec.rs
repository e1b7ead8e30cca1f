//! Every check against its own text and its specification: the example of its documentation fires, the
//! corrected one is silent, and each case of `tests/spec/GROUP/ID.md` reports exactly what its carets mark.
//!
//! A case is a `##` heading with fenced blocks; a block is a file, named by `path=` after the language
//! (else `rules.yml`, `dashboard.json`, `README.md`, `metrics.prom`); one with the word `then` was there in the earlier
//! state `main`; one whose path is an address is what the network answers. A bare list of rules is put in a
//! group. A line of carets under a line marks what is underlined there, and may go on with a part of the
//! message; caret lines are not part of the file. A case without carets must be silent.

#![expect(clippy::disallowed_methods, reason = "a test reads and writes files of its own")]

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use promcheck::{
    checks::TABLE,
    config::{Config, Preset},
    diag::{Applicability, Diagnostic, Severity},
    http::{Crowd, Patience, Script, Trouble},
    kit::wanted,
    lint::{Options, Selection, drafted, lint},
    live::{Live, links, server},
    text::{FileId, SourceFile},
    workspace::{RecordsThen, Workspace, load_texts},
};

/// A finding that a case demands.
#[derive(Debug)]
struct Expected {
    file: String,
    line: usize,
    columns: (usize, usize),
    message: String,
}

/// What the path of a file of the earlier state begins with.
const THEN: &str = "then:";

#[derive(Debug, Default)]
struct Case {
    name: String,
    files: Vec<(String, String)>,
    expected: Vec<Expected>,
}

fn blocks(markdown: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in markdown.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info.trim().to_owned(), String::new())),
            (Some(_), Some("")) => blocks.extend(open.take()),
            (Some((_, text)), _) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is not closed: {markdown}");
    blocks
}

fn case(name: &str, markdown: &str) -> Case {
    let mut case = Case { name: name.to_owned(), ..Case::default() };
    for (info, text) in blocks(markdown) {
        let path = info.split_whitespace().find_map(|word| word.strip_prefix("path=")).unwrap_or_else(|| {
            match info.split_whitespace().next() {
                Some("json") => "dashboard.json",
                Some("markdown") => "README.md",
                Some("text") => "metrics.prom",
                _ => "rules.yml",
            }
        });
        let is_then = info.split_whitespace().any(|word| word == "then");
        let path = if is_then { format!("{THEN}{path}") } else { path.to_owned() };
        let wrapped = text.starts_with("- alert:") || text.starts_with("- record:");
        let mut file = String::new();
        if wrapped {
            file.push_str("groups:\n  - name: example\n    rules:\n");
        }
        for line in text.lines() {
            let marks = line.trim_start();
            if marks.starts_with('^') {
                let length = marks.chars().take_while(|character| *character == '^').count();
                let indent =
                    line.chars().take_while(|character| *character == ' ').count() + if wrapped { 6 } else { 0 };
                case.expected.push(Expected {
                    file: path.clone(),
                    line: file.lines().count(),
                    columns: (indent + 1, indent + 1 + length),
                    message: marks[length..].trim().to_owned(),
                });
            } else {
                let _ = writeln!(file, "{}{line}", if wrapped { "      " } else { "" });
            }
        }
        case.files.push((path, file));
    }
    case
}

fn is_address(path: &str) -> bool {
    path.starts_with("https://") || path.starts_with("http://")
}

/// What the network says, as a case has it: where an address holds `/api/v1/`, a server like Prometheus; elsewhere pages,
/// where a text that is no reply is why there is none.
fn answered(web: &[(String, String)], workspace: &Workspace) -> Live {
    let (of_server, pages): (Vec<_>, Vec<_>) = web.iter().partition(|(address, _)| address.contains("/api/v1/"));
    let script = of_server.iter().fold(Script::default(), |script, (address, text)| {
        let text = if text.starts_with("HTTP/") { text.clone() } else { format!("HTTP/1.1 200 OK\n\n{text}") };
        script.with(address, Ok(Script::reply(&text).expect("a reply")))
    });
    let (patience, crowd) = (Patience { retries: 0, ..Patience::default() }, Crowd { size: 1, of_host: 1 });
    let server = of_server.first().map(|(address, _)| {
        let base = server::base_of(address.split("/api/v1/").next().unwrap_or_default()).expect("an address");
        let (network, headers, tenant, range) = (&script, &[], "", Some((0, 0, "7d")));
        let asking = server::Asking { network, patience, crowd, headers, tenant, range, now: 0, age: 0 };
        server::ask(&base, &wanted(workspace), &mut server::Answers::default(), &asking).expect("it tells its names")
    });
    let script = pages.iter().fold(Script::default(), |script, (address, text)| {
        script.with(address, Script::reply(text).ok_or(Trouble::Timeout))
    });
    let asking = links::Asking {
        server: &script,
        patience,
        crowd,
        exclusions: &[],
        asks_local: false,
        headers: &[],
        now: 0,
        age: 0,
    };
    let links = pages.iter().map(|(address, _)| address.as_str());
    let asked = || links::ask(links, &mut links::Cache::default(), &asking);
    Live { pages: (!pages.is_empty()).then(asked), server }
}

/// Lints a case with one check and gives its findings as `file:line:from-to message`.
fn findings_of(id: &str, files: &[(String, String)]) -> (Workspace, Vec<Diagnostic>) {
    let (configs, files): (Vec<_>, Vec<_>) = files.iter().cloned().partition(|(path, _)| path == ".promcheck.yml");
    let (then, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|(path, _)| path.starts_with(THEN));
    let (web, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|(path, _)| is_address(path));
    let mut workspace = load_texts(files);
    if !web.is_empty() {
        workspace.live = Arc::new(answered(&web, &workspace));
    }
    if !then.is_empty() {
        let then = then.into_iter().map(|(path, text)| (path[THEN.len()..].to_owned(), text));
        workspace.recorded_then = Some(RecordsThen::of(&load_texts(then.collect()), "main"));
    }
    let mut config = Config::default();
    let mut complaints = Vec::new();
    if let Some((path, text)) = configs.into_iter().next() {
        (config, complaints) = Config::read(FileId(workspace.files.len() as u32), text.as_str(), PathBuf::new());
        workspace.add_config(SourceFile::new(path.clone().into(), path, text));
    }
    let options = Options { selection: Selection::only(&[id]), complaints, ..Options::default() };
    let found = lint(&workspace, &config, options, jiff::civil::date(2026, 11, 21)).expect("the check exists");
    let findings = found.findings;
    (workspace, findings)
}

fn compare(id: &str, case: &Case, wrong: &mut String) {
    let (workspace, findings) = findings_of(id, &case.files);
    let mut left: Vec<&Expected> = case.expected.iter().collect();
    for finding in &findings {
        let file = workspace.files.file(finding.span.file);
        let (start, end) = (file.position(finding.span.start), file.position(finding.span.end));
        let matching = left.iter().position(|expected| {
            expected.file == file.name
                && expected.line == start.line as usize
                && expected.columns.0 == start.column as usize
                && (start.line != end.line || expected.columns.1 == end.column as usize)
                && finding.message.contains(&expected.message)
        });
        match matching {
            Some(at) => drop(left.remove(at)),
            None => {
                let _ = writeln!(
                    wrong,
                    "{id}, {}: unexpected {}:{}:{}-{}: {}",
                    case.name, file.name, start.line, start.column, end.column, finding.message
                );
            }
        }
    }
    for expected in left {
        let _ = writeln!(wrong, "{id}, {}: missing {expected:?}", case.name);
    }
}

fn section<'d>(docs: &'d str, heading: &str) -> Option<&'d str> {
    let start = docs.find(&format!("\n## {heading}\n"))? + heading.len() + 5;
    let rest = &docs[start..];
    Some(rest.find("\n## ").map_or(rest, |end| &rest[..end]))
}

/// The documentation of a check as it was written: doc comments keep one blank before each line.
fn dedented(docs: &str) -> String {
    docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn examples_fire_and_corrections_do_not() {
    let mut wrong = String::new();
    for entry in TABLE {
        let (id, docs) = (entry.meta.id, dedented(entry.meta.docs));
        let summary = docs.lines().next().unwrap_or_default();
        if summary.is_empty() || summary.len() > 100 {
            let _ = writeln!(wrong, "{id}: the first line is to be a sentence of at most 100 letters");
        }
        if section(&docs, "Why it matters").is_none() {
            let _ = writeln!(wrong, "{id}: has no section `Why it matters`");
        }
        let (Some(example), Some(instead)) = (section(&docs, "Example"), section(&docs, "Instead")) else {
            let _ = writeln!(wrong, "{id}: lacks `Example` or `Instead`");
            continue;
        };
        let fires = findings_of(id, &case("Example", example).files).1;
        if fires.is_empty() {
            let _ = writeln!(wrong, "{id}: its example does not fire");
        }
        for finding in findings_of(id, &case("Instead", instead).files).1 {
            let _ = writeln!(wrong, "{id}: its corrected example fires: {}", finding.message);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn specifications_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec");
    let mut wrong = String::new();
    let mut cases = 0;
    for entry in TABLE {
        let path = folder.join(format!("{}.md", entry.meta.id));
        let Ok(text) = fs::read_to_string(&path) else {
            let _ = writeln!(wrong, "{} is missing", path.display());
            continue;
        };
        for part in text.split("\n## ").skip(1) {
            let (name, body) = part.split_once('\n').unwrap_or((part, ""));
            compare(entry.meta.id, &case(name, body), &mut wrong);
            cases += 1;
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(cases >= 2 * TABLE.len(), "only {cases} cases for {} checks", TABLE.len());
}

/// Lints a case with all checks.
fn everything_in(files: &[(String, String)]) -> (Workspace, Vec<Diagnostic>) {
    let workspace = load_texts(files.to_vec());
    let today = jiff::civil::date(2026, 11, 21);
    let found = lint(&workspace, &Config::default(), Options::default(), today).expect("no selection can be wrong");
    (workspace, found.findings)
}

/// What a finding says, wherever it stands.
fn said(finding: &Diagnostic) -> (&'static str, String) {
    (finding.check, finding.message.clone())
}

/// Applies all fixes to a case, round after round: each takes its finding away and brings no error. Gives their number.
fn fixed(case: &Case, wrong: &mut String) -> usize {
    let mut files = case.files.clone();
    let mut applied = 0;
    for _ in 0..8 {
        let (workspace, before) = everything_in(&files);
        let (drafts, mendings) = drafted(&workspace.files, &before, Applicability::Unsafe);
        if drafts.is_empty() {
            return applied;
        }
        applied += mendings.len();
        for draft in drafts {
            let file = files.iter_mut().find(|(path, _)| *path == draft.name).expect("a draft is of a file");
            file.1 = draft.after.to_string();
        }
        let (_, after) = everything_in(&files);
        let errors = |findings: &[Diagnostic]| -> Vec<_> {
            findings.iter().filter(|finding| finding.severity == Severity::Error).map(said).collect()
        };
        let old = errors(&before);
        for new in errors(&after).into_iter().filter(|error| !old.contains(error)) {
            let _ = writeln!(wrong, "{}: a fix brings {new:?}: {files:?}", case.name);
        }
        let of_check = |findings: &[Diagnostic], check| findings.iter().filter(|one| one.check == check).count();
        for mending in &mendings {
            if mending.title.starts_with(char::is_uppercase) || mending.title.ends_with('.') {
                let _ = writeln!(wrong, "{}: `{}` is to be lower case, with no full stop", case.name, mending.title);
            }
            let counts = (of_check(&before, mending.check), of_check(&after, mending.check));
            if counts.1 >= counts.0 {
                let _ =
                    writeln!(wrong, "{}: `{}` does not cure {}: {files:?}", case.name, mending.title, mending.check);
            }
        }
    }
    let _ = writeln!(wrong, "{}: fixes bring one another forth without end: {files:?}", case.name);
    applied
}

#[test]
fn fixes_cure_their_findings_and_bring_no_errors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec");
    let (mut wrong, mut applied) = (String::new(), 0);
    for entry in TABLE {
        let docs = dedented(entry.meta.docs);
        let example = section(&docs, "Example").unwrap_or_default();
        let mut cases = vec![case(&format!("{}, example", entry.meta.id), example)];
        let text = fs::read_to_string(folder.join(format!("{}.md", entry.meta.id))).expect("every check has one");
        for part in text.split("\n## ").skip(1) {
            let (name, body) = part.split_once('\n').unwrap_or((part, ""));
            cases.push(case(&format!("{}, {name}", entry.meta.id), body));
        }
        for mut case in cases {
            case.files.retain(|(path, _)| path != ".promcheck.yml" && !path.starts_with(THEN) && !is_address(path));
            applied += fixed(&case, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(applied >= 15, "only {applied} fixes were applied");
}

#[test]
fn the_table_is_sorted_and_ids_are_unique() {
    let ids: Vec<&str> = TABLE.iter().map(|entry| entry.meta.id).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn presets_are_understood() {
    for preset in Preset::ALL {
        let (config, complaints) = Config::read(FileId(0), preset.text(), PathBuf::new());
        assert!(complaints.is_empty(), "{preset:?}: {complaints:?}");
        let found = lint(&load_texts(Vec::new()), &config, Options::default(), jiff::civil::date(2026, 11, 21));
        assert_eq!(found.expect("nothing is selected").findings, [], "{preset:?}");
    }
}

/// The checks that a peer's documentation explains: each case is found by a check of ours, or says why not.
#[test]
fn what_peers_document_is_found() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/pint.md")).expect("is there");
    let (mut wrong, mut found) = (String::new(), 0);
    for part in text.split("\n## ").skip(1) {
        let (name, body) = part.split_once('\n').unwrap_or((part, ""));
        let Some(ids) = body.lines().find_map(|line| line.strip_prefix("found by: ")) else {
            assert!(body.contains("\nno check: "), "{name} says neither who finds it nor why nobody does");
            continue;
        };
        for id in ids.split(", ") {
            let known = TABLE.iter().any(|entry| entry.meta.id == id);
            if !known || findings_of(id, &case(name, body).files).1.is_empty() {
                let _ = writeln!(wrong, "{id} does not find: {name}");
            }
            found += 1;
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(found >= 40, "only {found} cases are found");
}
