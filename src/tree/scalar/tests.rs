//! Scalars in every style, and the places of their letters.

use proptest::prelude::*;

use super::*;
use crate::{
    text::FileId,
    tree::{Kind, Node, json as read_json, yaml},
};

/// Every scalar of a text with its excerpt; nothing for a broken text.
fn scalars(text: &str) -> Vec<(String, Excerpt)> {
    fn walk(node: Node<'_>, found: &mut Vec<(String, Excerpt)>) {
        if node.is_alias() {
            return;
        }
        found.extend(node.text().map(str::to_owned).zip(node.excerpt()));
        node.items().for_each(|item| walk(item, found));
        node.raw_entries().for_each(|(key, value)| {
            walk(key, found);
            walk(value, found);
        });
    }
    let stream = yaml(&Excerpt::whole(FileId(0), text));
    let mut found = Vec::new();
    if !stream.complaints.is_empty() {
        return found;
    }
    stream.documents.iter().filter_map(|tree| tree.root()).for_each(|root| walk(root, &mut found));
    found
}

/// For each byte of the decoded text, the source it stands for.
fn map(text: &str, excerpt: &Excerpt) -> Vec<String> {
    let decoded = excerpt.text();
    decoded.char_indices().map(|(at, char)| text[excerpt.span(at..at + char.len_utf8()).range()].to_owned()).collect()
}

/// Checks that an excerpt gives the decoded text, in order, and not as one lump.
fn check(text: &str, decoded: &str, excerpt: &Excerpt) -> Result<(), TestCaseError> {
    prop_assert_eq!(excerpt.text(), decoded);
    let mut last = 0;
    for (at, char) in decoded.char_indices() {
        let span = excerpt.span(at..at + char.len_utf8());
        prop_assert!(span.start >= last, "not in order at {} of {:?}", at, text);
        last = span.start;
        let source = &text[span.range()];
        let stands_for_itself = source.starts_with(char);
        let written_otherwise = source.starts_with(['\\', '\'', '\n', '\r', ' ', '\t']);
        prop_assert!(stands_for_itself || written_otherwise, "{:?} stands for {:?} in {:?}", source, char, text);
        prop_assert!(decoded.chars().count() == 1 || source.trim_matches([' ', '\t', '\r', '\n']).len() <= 12);
    }
    Ok(())
}

#[test]
fn each_style_is_mapped() {
    let cases = [
        ("a: \"x\\ty \\u00e9\"\n", "x|\\t|y| |\\u00e9"),
        ("a: \"\\uD83D\\uDE00!\"\n", "\\uD83D\\uDE00|!"),
        ("a: 'it''s'\n", "i|t|''|s"),
        ("a: up\n   > 1\n", "u|p|\n   |>| |1"),
        ("a: \"up  \n\n   > 1\"\n", "u|p|\n|>| |1"),
        ("a: \"up\\\n   > 1\"\n", "u|p|>| |1"),
        ("a: |\n  up\n  > 1\n", "u|p|\n|>| |1|\n"),
        ("a: |-\r\n  up\r\n  > 1\r\n", "u|p|\r\n|>| |1"),
        ("a: >-\n  up\n  > 1\n", "u|p|\n  |>| |1"),
        ("a: >2\n    x\n  y\n\n  z\n\n", " | |x|\n|y|\n|z|\n"),
        ("a:\n  - |2+\n      x\n\n", " | |x|\n|\n"),
    ];
    for (text, expected) in cases {
        let (_, excerpt) = scalars(text).pop().expect("the value");
        assert_eq!(map(text, &excerpt).join("|"), expected, "in {text:?}");
    }
}

#[test]
fn nested_formats_compose() {
    let text = "data:\n  board.json: |\n    {\n      \"expr\": \"rate(x{a=\\\"b\\\"}[5m])\"\n    }\n";
    let source = Excerpt::whole(FileId(0), text);
    let outer = yaml(&source);
    let block = outer.first().and_then(|tree| tree.root()?.at(&["data", "board.json"])).expect("the block");
    let inner = read_json(&block.excerpt().expect("a text"));
    assert_eq!(inner.complaints, vec![]);
    let query = inner.first().and_then(|tree| tree.root()?.get("expr")?.excerpt()).expect("the query");
    assert_eq!(query.text(), "rate(x{a=\"b\"}[5m])");
    assert_eq!(&text[query.span(5..13).range()], "x{a=\\\"b\\\"}");
    assert_eq!(&text[query.span(7..8).range()], "a");
}

/// Lines that look like queries, annotations and prose.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z(){}\\[\\]=\"'/,.:<>é%-]{1,12}( [a-z0-9]{1,5}){0,3}",
        1 => " {1,3}[a-z]{1,5}",
        1 => "\t[a-z]{1,5}",
        2 => Just(String::new()),
    ]
}

fn block_scalar() -> impl Strategy<Value = String> {
    let header = ("[|>]", prop_oneof![Just(""), Just("-"), Just("+")], any::<bool>(), any::<bool>());
    (header, 1..4usize, prop::collection::vec(line(), 0..6), any::<bool>()).prop_map(
        |((sign, chomping, given, comment), indent, lines, windows)| {
            let number = if given { indent.to_string() } else { String::new() };
            let comment = if comment { " # why" } else { "" };
            let blanks = " ".repeat(indent);
            let lines: String = lines.iter().map(|line| format!("{blanks}{line}\n")).collect();
            let text = format!("a: {sign}{number}{chomping}{comment}\n{lines}b: 1\n");
            if windows { text.replace('\n', "\r\n") } else { text }
        },
    )
}

fn quoted_scalar() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z(){}=,. é]{1,8}",
        1 => Just("\\\"".to_owned()),
        1 => Just("\\n".to_owned()),
        1 => Just("\\u00e9\\x41\\U0001F600".to_owned()),
        1 => Just("\n   ".to_owned()),
        1 => Just(" \n\n ".to_owned()),
        1 => Just("\\\n  ".to_owned()),
    ];
    let double = prop::collection::vec(piece, 0..8).prop_map(|pieces| format!("a: \"{}\"\nb: 1\n", pieces.concat()));
    let piece = prop_oneof![
        4 => "[a-z(){}=,. é\\\\\"]{1,8}",
        1 => Just("''".to_owned()),
        1 => Just("\n   ".to_owned()),
        1 => Just(" \n\n ".to_owned()),
    ];
    let single = prop::collection::vec(piece, 0..8).prop_map(|pieces| format!("a: '{}'\nb: 1\n", pieces.concat()));
    let plain = prop::collection::vec("[a-z(){}=.é\"'\\\\]{1,8}( [a-z]{1,4}){0,2}", 1..5)
        .prop_map(|lines| format!("a: x{}\nb: 1\n", lines.join("\n   ")));
    prop_oneof![double, single, plain]
}

proptest! {
    #[test]
    fn any_scalar_is_mapped(text in prop_oneof![block_scalar(), quoted_scalar()]) {
        for (decoded, excerpt) in scalars(&text) {
            check(&text, &decoded, &excerpt)?;
        }
    }

    #[test]
    fn text_is_what_another_reader_reads(text in prop_oneof![block_scalar(), quoted_scalar()]) {
        let source = Excerpt::whole(FileId(0), text.as_str());
        let stream = yaml(&source);
        if let Ok(other) = serde_yaml::from_str::<serde_yaml::Value>(&text) {
            let ours = stream.first().and_then(|tree| tree.root()?.get("a")).expect("a value");
            match other.get("a").expect("a value") {
                serde_yaml::Value::String(theirs) => prop_assert_eq!(ours.text(), Some(theirs.as_str())),
                _ => prop_assert!(matches!(ours.kind(), Kind::Scalar(_) | Kind::Mapping | Kind::Sequence)),
            }
        }
    }

    #[test]
    fn a_json_string_reads_back(value in ".*") {
        let text = serde_json::to_string(&value).expect("a string is JSON");
        let stream = read_json(&Excerpt::whole(FileId(0), text.as_str()));
        let root = stream.first().and_then(|tree| tree.root()).expect("a value");
        prop_assert_eq!(root.text(), Some(value.as_str()));
        let excerpt = root.excerpt().expect("a text");
        prop_assert_eq!(excerpt.text(), value.as_str());
        check(&text, &value, &excerpt)?;
    }
}
