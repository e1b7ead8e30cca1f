//! Texts made to break a reader: each must be read without a panic, soon, and with little said.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{Node, Stream, json, yaml};
use crate::text::{Excerpt, FileId};

/// In a debug build, beside other tests; in a release build it takes a tenth of it.
const SOON: Duration = Duration::from_secs(4);

/// Walks all that a model could reach, and counts it.
fn walk(node: Node<'_>, depth: usize) -> usize {
    assert!(depth <= 200, "nested too deep");
    let items: usize = node.items().map(|item| walk(item, depth + 1)).sum();
    let entries: usize =
        node.entries().into_iter().map(|(key, value)| walk(key, depth + 1) + walk(value, depth + 1)).sum();
    1 + items + entries
}

/// Reads a text, walks it, and checks what is promised of every text.
#[expect(clippy::disallowed_methods, reason = "this is about how long reading takes")]
fn read(text: &str, reader: impl Fn(&Excerpt) -> Stream) -> (Stream, usize) {
    let begun = Instant::now();
    let stream = reader(&Excerpt::whole(FileId(0), text));
    let reached = stream.documents.iter().filter_map(|tree| tree.root()).map(|root| walk(root, 0)).sum();
    assert!(begun.elapsed() < SOON, "took {:?}", begun.elapsed());
    assert!(stream.complaints.len() < 250, "{} complaints", stream.complaints.len());
    (stream, reached)
}

fn first(stream: &Stream) -> &str {
    stream.complaints.first().map_or("", |complaint| &complaint.message)
}

#[test]
fn alias_bombs_stay_small() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        text += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    let (stream, reached) = read(&text, yaml);
    assert!(first(&stream).contains("too many to read"), "{}", first(&stream));
    assert!(reached < 200_000, "{reached}");
}

#[test]
fn merge_bombs_stay_small() {
    let mut text = "a0: &a0 {k0: 1}\n".to_owned();
    for level in 1..150 {
        let before = level - 1;
        text += &format!("a{level}: &a{level}\n  k{level}: 1\n  <<: [*a{before}, *a{before}]\n");
    }
    let (stream, _) = read(&text, yaml);
    assert!(first(&stream).contains("too many to read"), "{}", first(&stream));
}

#[test]
fn chains_of_aliases_end() {
    let links: String = (1..2_000).map(|at| format!("- &a{at} [*a{}]\n", at - 1)).collect();
    let (stream, _) = read(&format!("- &a0 x\n{links}"), yaml);
    assert!(first(&stream).contains("nests aliases deeper than 200 levels"), "{}", first(&stream));
}

#[test]
fn nesting_is_bounded() {
    for text in ["[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(100_000), "? ".repeat(100_000)] {
        assert_eq!(first(&read(&text, yaml).0), "lists and maps nest deeper here than is read");
    }
    let closed = "{\"a\":".repeat(100_000) + "1" + &"}".repeat(100_000);
    for text in ["[".repeat(100_000), closed] {
        assert_eq!(first(&read(&text, json).0), "nested deeper than 200 levels");
    }
}

#[test]
fn long_texts_are_read() {
    let anchors: String = (0..20_000).map(|at| format!("- &a{at} x\n")).collect();
    let keys: String = (0..20_000).map(|at| format!("k{at}: x\n")).collect();
    let comments = format!("rules:\n{}  - alert: y\n", "  # - alert: x\n".repeat(500));
    let cases = [
        (" ".repeat(1_000_000), 0),
        ("\n".repeat(1_000_000), 0),
        (anchors, 20_001),
        (keys.replace('\n', "\r"), 40_001),
        (keys, 40_001),
        (comments, 6),
        (format!("a: \"x\n{}\"\n", "  text\n".repeat(100_000)), 3),
    ];
    for (text, nodes) in cases {
        let (stream, reached) = read(&text, yaml);
        assert_eq!((first(&stream), reached), ("", nodes));
    }
}

#[test]
fn faulty_texts_are_given_up_in_time() {
    for line in [
        "- a: \"x\n",
        "- a: [x\n",
        "- a: b: c\n",
        "---\na: b: c\n",
        "a:\n\tb: c\n",
        "- *x\n",
        "\0: \0\n",
        "k: x\n",
        "a:\tb\n\t\n",
    ] {
        let (stream, _) = read(&line.repeat(5_000), yaml);
        assert!(!stream.complaints.is_empty(), "{line:?}");
    }
    for text in ["\"\n", "{", "},", ":a", "\"\\", "/*", "//\n", "a\n\"b", "'", "[1 "] {
        let (stream, _) = read(&text.repeat(5_000), json);
        assert!(!stream.complaints.is_empty(), "{text:?}");
    }
}

/// Pieces that matter to the readers.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "key: ",
        "- ",
        "  ",
        "\n",
        "\n  ",
        "\n    ",
        "\r\n",
        "\r",
        "\t",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ": ",
        "\"",
        "'",
        "|\n",
        ">-\n",
        "|2\n",
        "#",
        " # promcheck: ignore a/b -- c\n",
        "&x ",
        "*x",
        "!t ",
        "<<: ",
        "---\n",
        "...\n",
        "\\",
        "\\u00e9",
        "\\ud83d",
        "é",
        "\u{feff}",
        "\0",
        "{{ x }}",
        "{% if %}",
        "<% x %>",
        "%YAML 1.2\n",
        "? ",
        "1e9",
        "null",
        "//",
        "/*",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read(text in prop_oneof![pieces(), ".{0,60}"]) {
        let mut complaints = Vec::new();
        for reader in [yaml, json] {
            let (stream, _) = read(&text, reader);
            prop_assert!(!stream.documents.is_empty());
            for tree in &stream.documents {
                for node in tree.nodes() {
                    prop_assert!(text.get(node.span().range()).is_some(), "{:?} of {:?}", node.span(), text);
                    let excerpt = node.excerpt();
                    prop_assert_eq!(excerpt.as_ref().map(Excerpt::text), node.text());
                }
                super::directives(tree, &mut complaints);
            }
            super::templated(&stream);
            complaints.extend(stream.complaints);
        }
        for complaint in complaints {
            prop_assert!(text.get(complaint.span.range()).is_some(), "{:?} of {:?}", complaint, text);
            prop_assert!(complaint.labels.iter().all(|label| text.get(label.span.range()).is_some()));
        }
    }
}
