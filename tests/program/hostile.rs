//! Files that nobody wrote on purpose, beside a good one. Whatever lies in a folder, the program ends, says one clear
//! thing about it or nothing where it does no harm, and still finds the defect in the file next to it.

use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::Value;

use crate::folder::{Answer, Folder};

const GOOD: &str =
    "groups:\n  - name: node\n    rules:\n      - alert: Down\n        expr: up == 0\n        four: 5m\n";

/// What is found in [`GOOD`], wherever it lies.
const DEFECT: (u64, u64, &str) = (6, 9, "unknown key `four` in rule");

/// What `general/parse` says: path, line, column, message.
type Finding = (String, u64, u64, String);

/// Lints a folder with every check, and gives what the reader of files says about all files but the good one.
/// The good file's defect must be found, and the status must say so.
fn beside_good(folder: &Folder) -> Vec<Finding> {
    folder.write("good.yml", GOOD);
    let answer = folder.run(&["lint", "--format", "json"]);
    let mut found = findings(&answer);
    let good = (DEFECT.0, DEFECT.1, DEFECT.2.to_owned());
    let known = found
        .iter()
        .position(|(path, line, column, message)| path == "good.yml" && (*line, *column, message.clone()) == good);
    found.remove(known.unwrap_or_else(|| panic!("the defect of good.yml is not found: {found:?}")));
    assert_eq!((answer.status, answer.error.as_str()), (Some(1), ""));
    found
}

fn findings(answer: &Answer) -> Vec<Finding> {
    let report: Value =
        serde_json::from_str(&answer.out).unwrap_or_else(|error| panic!("{error}: {} {}", answer.out, answer.error));
    let of_reader = report["findings"].as_array().unwrap().iter().filter(|finding| finding["check"] == "general/parse");
    of_reader
        .map(|finding| {
            let number = |name: &str| finding[name].as_u64().unwrap();
            let text = |name: &str| finding[name].as_str().unwrap().to_owned();
            (text("path"), number("line"), number("column"), text("message"))
        })
        .collect()
}

/// One file of these bytes beside the good one: what is said of it.
fn about(name: &str, bytes: impl AsRef<[u8]>) -> Vec<(u64, u64, String)> {
    let folder = Folder::with(&[]);
    folder.write(name, bytes);
    let found = beside_good(&folder);
    assert!(found.iter().all(|(path, ..)| path == name), "{found:?}");
    found.into_iter().map(|(_, line, column, message)| (line, column, message)).collect()
}

#[track_caller]
fn assert_says(name: &str, bytes: impl AsRef<[u8]>, line: u64, column: u64, message: &str) {
    assert_eq!(about(name, bytes), [(line, column, message.to_owned())], "{name}");
}

#[track_caller]
fn assert_harmless(name: &str, bytes: impl AsRef<[u8]>) {
    assert_eq!(about(name, bytes), [], "{name}");
}

fn dashboard() -> String {
    let target = r#"{ "refId": "A", "expr": "sum(rate(http_requests_total[5m]))" }"#;
    let panel = format!(r#"{{ "id": 1, "type": "timeseries", "title": "Load", "targets": [{target}] }}"#);
    format!("{{\n  \"title\": \"Service\",\n  \"schemaVersion\": 39,\n  \"panels\": [{panel}]\n}}\n")
}

#[test]
fn a_truncated_dashboard() {
    let whole = dashboard();
    assert_says("cut.json", &whole[..whole.len() - 3], 4, 142, "the text ends inside an object");
}

/// Wherever a dashboard is cut, there is one thing wrong with it, and it is said once or not at all (where nothing shows
/// any more that it was a dashboard).
#[test]
fn a_dashboard_cut_anywhere() {
    let whole = dashboard();
    let folder = Folder::with(&[]);
    for length in 1..whole.trim_end().len() {
        folder.write(&format!("{length:03}.json"), &whole[..length]);
    }
    let found = beside_good(&folder);
    let mut paths: Vec<_> = found.iter().map(|(path, ..)| path).collect();
    paths.dedup();
    assert_eq!(paths.len(), found.len(), "{found:?}");
    assert!(found.len() >= 140, "{found:?}");
}

#[test]
fn binary_files() {
    assert_says("program.yml", b"\x7fELF\x02\x01\x01\0\0\0", 1, 1, "this is a binary file: byte 7 is zero");
    assert_says("image.json", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 1, 1, "this is a binary file: byte 8 is zero");
}

#[test]
fn lists_and_maps_deeper_than_is_read() {
    let deep = |opening: &str, inner: &str, closing: &str, levels: usize| {
        format!("{}{inner}{}", opening.repeat(levels), closing.repeat(levels))
    };
    for levels in [201, 100_000] {
        let lists = format!("{{\"panels\": {}}}", deep("[", "", "]", levels));
        assert_says("lists.json", lists, 1, 211, "nested deeper than 200 levels");
        let maps = format!("{{\"panels\": {}}}", deep("{\"a\":", "1", "}", levels));
        assert_says("maps.json", maps, 1, 1007, "nested deeper than 200 levels");
        let cut = format!("{{\"panels\": {}", "[".repeat(levels));
        assert_says("cut.json", cut, 1, 211, "nested deeper than 200 levels");
        let flow = format!("rule_files: {}", deep("[", "", "]", levels));
        assert_says("flow.yml", flow, 1, 113, "lists and maps nest deeper here than is read");
        let nested = about("nested.yml", format!("rule_files:\n  {}x\n", "- ".repeat(levels)));
        let (list, depth) =
            ("`rule_files` takes a string, but this is a list", "lists and maps nest deeper here than is read");
        assert_eq!(nested, [(2, 5, list.to_owned()), (2, 201, depth.to_owned())]);
    }
}

#[test]
fn expressions_and_templates_deeper_than_is_read() {
    let rule = |expr: &str, summary: &str| {
        format!(
            "groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: '{expr}'\n        annotations:\n          summary: '{summary}'\n"
        )
    };
    for levels in [201, 20_000] {
        let (open, close) = ("(".repeat(levels), ")".repeat(levels));
        assert_harmless("expr.yml", rule(&format!("{open}up{close}"), "x"));
        assert_harmless("minus.yml", rule(&format!("{}up", "-".repeat(levels)), "x"));
        assert_harmless("template.yml", rule("up", &format!("{{{{ {open}1{close} }}}}")));
        let blocks = format!("{}x{}", "{{ if true }}".repeat(levels), "{{ end }}".repeat(levels));
        assert_harmless("blocks.yml", rule("up", &blocks));
        assert_harmless("quotes.md", format!("{} x\n", "> ".repeat(levels)));
        assert_harmless("lists.md", format!("{} x\n", "- ".repeat(levels)));
    }
}

#[test]
fn bytes_that_are_no_text() {
    let latin =
        GOOD.replace("node", "n?de").into_bytes().into_iter().map(|byte| if byte == b'?' { 0xf6 } else { byte });
    let found = about("latin.yml", latin.collect::<Vec<u8>>());
    // The rest is read all the same.
    let both = [(2, 12, "byte 19 (0xf6) is not UTF-8"), DEFECT].map(|(line, column, text)| (line, column, text.into()));
    assert_eq!(found, both);
    let wide = |bytes: fn(u16) -> [u8; 2]| GOOD.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let little = [&[0xff, 0xfe], &*wide(u16::to_le_bytes)].concat();
    assert_says("little.yml", little, 1, 1, "this file is UTF-16 (little endian), not UTF-8");
    let big = [&[0xfe, 0xff], &*wide(u16::to_be_bytes)].concat();
    assert_says("big.yml", big, 1, 1, "this file is UTF-16 (big endian), not UTF-8");
    assert_says("unmarked.yml", wide(u16::to_le_bytes), 1, 1, "this file is UTF-16 (little endian), not UTF-8");
    let widest: Vec<u8> = "\u{feff}a".chars().flat_map(|character| u32::from(character).to_le_bytes()).collect();
    assert_says("widest.yml", widest, 1, 1, "this file is UTF-32 (little endian), not UTF-8");
}

#[test]
fn other_line_ends_and_a_byte_order_mark() {
    assert_says("crlf.yml", GOOD.replace('\n', "\r\n"), DEFECT.0, DEFECT.1, DEFECT.2);
    assert_says("mark.yml", format!("\u{feff}{GOOD}"), DEFECT.0, DEFECT.1, DEFECT.2);
    let marked = format!("\u{feff}{}", dashboard());
    assert_says("mark.json", marked, 1, 1, "the file begins with a byte order mark");
    // A lone carriage return ends a line for YAML, but not for the editors that show line numbers.
    let found = about("cr.yml", GOOD.replace('\n', "\r"));
    assert_eq!(found, [(1, 85, DEFECT.2.to_owned())]);
}

#[test]
fn files_that_say_nothing() {
    for (name, text) in [
        ("empty.yml", ""),
        ("empty.json", ""),
        ("empty.md", ""),
        ("empty.prom", ""),
        ("blank.yml", "\n  \n\n"),
        ("blank.json", " \n"),
        ("comment.yml", "# later\n"),
        ("marks.yml", "---\n---\n...\n"),
        ("null.json", "null"),
        ("number.json", "1e999"),
        ("other.yml", "colour: red\n"),
    ] {
        assert_harmless(name, text);
    }
}

#[test]
fn a_folder_named_like_a_file() {
    let folder = Folder::with(&[("folder.yml/inner.yml", GOOD)]);
    let expected = ("folder.yml/inner.yml".to_owned(), DEFECT.0, DEFECT.1, DEFECT.2.to_owned());
    assert_eq!(beside_good(&folder), [expected]);
}

#[test]
fn ten_thousand_small_files() {
    let folder = Folder::with(&[]);
    for number in 0..10_000 {
        folder.write(&format!("{:02}/{number:05}.yml", number % 100), "colour: red\n");
    }
    assert_eq!(beside_good(&folder), []);
}

/// Larger ones are for `cargo bench`; this build is slow.
#[test]
fn a_large_file() {
    let rule = "      - alert: Down\n        expr: sum by (job) (rate(errors_total{job=~\"a|b\"}[5m])) > 1\n";
    let large = format!("groups:\n  - name: node\n    rules:\n{}        four: 5m\n", rule.repeat(10_000));
    assert_says("large.yml", large, 20_004, DEFECT.1, DEFECT.2);
    let long = format!("groups: [] # {}\n", "x".repeat(20 << 20));
    assert_harmless("long.yml", long);
}

#[test]
fn a_file_larger_than_is_read() {
    let folder = Folder::with(&[]);
    // Its bytes are a hole: nothing is written.
    fs::File::create(folder.0.join("vast.yml")).unwrap().set_len(300 << 20).unwrap();
    let message = "cannot read this: 300 MB are more than the 256 MB that a file may have";
    assert_eq!(beside_good(&folder), [("vast.yml".to_owned(), 1, 1, message.to_owned())]);
}

/// Files are cut, emptied, exchanged and removed while they are read: whatever is seen of them, the run ends, and says no
/// more than that something is wrong.
#[test]
fn files_that_change_while_they_are_read() {
    let folder = Folder::with(&[]);
    let name = |number: usize| format!("f{}/{number}.yml", number % 7);
    (0..200).for_each(|number| folder.write(&name(number), GOOD));
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0.. {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                let path = folder.0.join(name(round % 200));
                match round % 5 {
                    0 => drop(fs::remove_file(&path)),
                    1 => drop(fs::write(&path, "")),
                    2 => drop(fs::write(&path, &GOOD[..GOOD.len() / 2])),
                    3 => drop(fs::remove_dir_all(folder.0.join(format!("f{}", round % 7)))),
                    _ => {
                        let _ = fs::create_dir_all(path.parent().unwrap());
                        drop(fs::write(&path, GOOD.repeat(3)));
                    }
                }
            }
        });
        for _ in 0..5 {
            let answer = folder.run(&["lint", "-f", "json", "--threads", "4"]);
            assert!(matches!(answer.status, Some(0 | 1)), "{answer:?}");
            assert_eq!(answer.error, "");
            let report: Value = serde_json::from_str(&answer.out).unwrap();
            assert!(report["findings"].is_array());
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

#[cfg(unix)]
mod unix {
    //! What only such systems let lie in a folder.

    use std::{
        ffi::OsStr,
        os::unix::{
            ffi::OsStrExt,
            fs::{PermissionsExt, symlink},
            net::UnixListener,
            process::CommandExt,
        },
        process::Command,
    };

    use super::*;

    #[test]
    fn symbolic_links_that_lead_nowhere() {
        let folder = Folder::with(&[("team/rules.yml", GOOD), (".gitignore", ".private/\n")]);
        let link = |target: &str, name: &str| symlink(target, folder.0.join(name)).unwrap();
        link(".private/notes.md", "NOTES.md");
        link("self.yml", "self.yml");
        link("b.yml", "a.yml");
        link("a.yml", "b.yml");
        link("nowhere.yml", "dangling.yml");
        link("/home/somebody/away.yml", "away.yml");
        link("../elsewhere/cache", "cache");
        link("..", "team/parent");
        link(".", "here");
        let back = "this symbolic link leads back to a folder that contains it, so it is not followed";
        let itself = "cannot read this: this symbolic link leads back to itself";
        let away = "this symbolic link leads out of the repository, so it is not followed";
        let expected = [
            ("a.yml", itself),
            ("away.yml", away),
            ("b.yml", itself),
            ("dangling.yml", "cannot read this: this symbolic link leads nowhere"),
            ("here", back),
            ("self.yml", itself),
            ("team/parent", back),
            ("team/rules.yml", DEFECT.2),
        ];
        let found = beside_good(&folder);
        let found: Vec<_> = found.iter().map(|(path, _, _, message)| (path.as_str(), message.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn symbolic_links_to_what_is_read_anyway() {
        let folder = Folder::with(&[("team/rules.yml", GOOD)]);
        symlink("team", folder.0.join("alias")).unwrap();
        symlink("good.yml", folder.0.join("other.yml")).unwrap();
        let paths: Vec<_> = beside_good(&folder).into_iter().map(|(path, ..)| path).collect();
        assert_eq!(paths, ["team/rules.yml"]);
    }

    #[test]
    fn symbolic_links_that_lead_outside() {
        let outside = Folder::with(&[("shared/rules.yml", GOOD)]);
        let folder = Folder::with(&[]);
        symlink(outside.0.join("shared"), folder.0.join("shared")).unwrap();
        symlink(outside.0.join("shared/rules.yml"), folder.0.join("rules.yml")).unwrap();
        let found: Vec<_> = beside_good(&folder).into_iter().map(|(path, _, _, message)| (path, message)).collect();
        let said = "this symbolic link leads out of the repository, so it is not followed";
        assert_eq!(found, ["rules.yml", "shared"].map(|path| (path.to_owned(), said.to_owned())));
    }

    /// Nobody, as most systems number them.
    const NOBODY: u32 = 65534;

    /// Who may read everything (as in a container) becomes somebody who may not.
    #[test]
    fn a_stranger_is_told_what_may_not_be_read() {
        let folder = Folder::with(&[("good.yml", GOOD), ("secret.yml", GOOD), ("closed/rules.yml", GOOD)]);
        let allow = |path: &str, mode| {
            fs::set_permissions(folder.0.join(path), fs::Permissions::from_mode(mode)).unwrap();
        };
        allow(".", 0o755);
        allow("good.yml", 0o644);
        allow("secret.yml", 0);
        allow("closed", 0);
        let mut command = folder.command(&["lint", "-f", "concise", "--no-config", "--select", "general/parse"]);
        command.uid(NOBODY).gid(NOBODY);
        // Only the mighty may become somebody else, and the program itself may be out of a stranger's reach.
        if command.output().is_ok() {
            let answer = Answer::to(command);
            let closed = "closed:1:1: error: cannot read this: permission denied, so nothing below it was read";
            let secret = "secret.yml:1:1: error: cannot read this: permission denied";
            let (line, column, defect) = DEFECT;
            let good = format!("good.yml:{line}:{column}: error: {defect}");
            let expected = [closed, &good, secret].map(|line| format!("{line} [general/parse]\n")).concat();
            assert_eq!((answer.status, answer.out), (Some(1), expected));
            let mut command = folder.command(&["lint", "good.yml", "closed/rules.yml"]);
            command.uid(NOBODY).gid(NOBODY);
            let answer = Answer::to(command);
            let expected = "promcheck: closed/rules.yml: permission denied\n";
            assert_eq!((answer.status, answer.error.as_str()), (Some(2), expected));
        }
        allow("closed", 0o700);
    }

    /// Who may read everything (as in a container) reads these, everybody else is told.
    #[test]
    fn files_and_folders_that_may_not_be_read() {
        let folder = Folder::with(&[("secret.yml", GOOD), ("closed/rules.yml", GOOD)]);
        let allow = |path: &str, mode| {
            fs::set_permissions(folder.0.join(path), fs::Permissions::from_mode(mode)).unwrap();
        };
        allow("secret.yml", 0);
        allow("closed", 0);
        let found = beside_good(&folder);
        let all_powerful = fs::read(folder.0.join("secret.yml")).is_ok();
        allow("closed", 0o700);
        let found: Vec<_> = found.iter().map(|(path, _, _, message)| (path.as_str(), message.as_str())).collect();
        let expected = if all_powerful {
            [("closed/rules.yml", DEFECT.2), ("secret.yml", DEFECT.2)]
        } else {
            [
                ("closed", "cannot read this: permission denied, so nothing below it was read"),
                ("secret.yml", "cannot read this: permission denied"),
            ]
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn pipes_sockets_and_devices() {
        let folder = Folder::with(&[]);
        assert!(Command::new("mkfifo").arg(folder.0.join("pipe.yml")).status().unwrap().success());
        let _socket = UnixListener::bind(folder.0.join("socket.yml")).unwrap();
        symlink("/dev/zero", folder.0.join("zeros.yml")).unwrap();
        symlink("pipe.yml", folder.0.join("link.yml")).unwrap();
        let said = "this symbolic link leads out of the repository, so it is not followed".to_owned();
        assert_eq!(beside_good(&folder), [("zeros.yml".to_owned(), 1, 1, said)]);
        for name in ["pipe.yml", "zeros.yml", "/dev/null"] {
            let answer = folder.run(&["lint", "-f", "concise", name]);
            let line = "1:1: error: cannot read this: it is a pipe or a device, not a file [general/parse]";
            assert_eq!((answer.status, answer.out), (Some(1), format!("{name}:{line}\n")));
        }
    }

    #[test]
    fn a_pipe_in_place_of_the_configuration() {
        let folder = Folder::with(&[("good.yml", GOOD)]);
        assert!(Command::new("mkfifo").arg(folder.0.join(".promcheck.yml")).status().unwrap().success());
        assert_eq!(folder.run(&["lint"]).status, Some(1));
        let answer = folder.run(&["lint", "--config", ".promcheck.yml"]);
        assert_eq!((answer.status, answer.out.as_str()), (Some(2), ""));
        assert!(answer.error.starts_with("promcheck: .promcheck.yml: it is a pipe or a device"), "{}", answer.error);
    }

    #[test]
    fn names_that_nobody_should_give() {
        let folder = Folder::with(&[("with space.yml", GOOD), ("with\nline.yml", GOOD), ("\u{1b}[31mred.yml", GOOD)]);
        fs::write(folder.0.join(OsStr::from_bytes(b"\xff\xfe.yml")), GOOD).unwrap();
        fs::write(folder.0.join("-rf.yml"), GOOD).unwrap();
        let found = beside_good(&folder);
        let expected = ["\u{1b}[31mred.yml", "-rf.yml", "with\nline.yml", "with space.yml", "\u{fffd}\u{fffd}.yml"];
        assert_eq!(found.iter().map(|(path, ..)| path.as_str()).collect::<Vec<_>>(), expected);
        // Nothing of a name reaches the terminal but what can be seen.
        for format in ["human", "concise", "github", "gitlab", "junit", "checkstyle", "markdown", "sarif"] {
            let answer = folder.run(&["lint", "--format", format]);
            assert!(!answer.out.contains('\u{1b}'), "{format}: {}", answer.out);
        }
        assert_eq!(folder.run(&["lint", "-f", "concise", "--select", "general/parse"]).out.lines().count(), 6);
    }
}
