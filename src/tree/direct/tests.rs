//! Whatever is read directly is what the parser would have given.

use proptest::prelude::*;

use crate::{
    text::{Excerpt, FileId},
    tree::{Stream, yaml_directly, yaml_from_events},
};

/// All that a stream holds, one document after the other.
fn written(stream: &Stream) -> String {
    format!("{:#?}\n{:#?}", stream.documents, stream.complaints)
}

/// Whether a text is read directly; if so, as the parser reads it.
fn is_direct(text: &str) -> bool {
    let source = Excerpt::whole(FileId(0), text);
    let Some(direct) = yaml_directly(&source) else { return false };
    let expected = yaml_from_events(&source);
    let (direct, expected) = (written(&direct), written(&expected));
    let differs = direct.lines().zip(expected.lines()).find(|(direct, expected)| direct != expected);
    assert!(direct == expected, "{text:?}: {differs:?}\n{direct}\n--- the parser:\n{expected}");
    true
}

#[test]
fn the_forms_of_rule_files_are_read_directly() {
    let texts = [
        "groups:\n  - name: a\n    rules:\n      - alert: B\n        expr: up == 0\n        for: 5m\n",
        "groups:\n- name: a\n  rules:\n  - record: b:c\n    expr: |\n      sum(x)\n      / sum(y)\n",
        "---\n# promcheck ignore x/y\na: 1 # why\nb:\n  # and\n  - c\n",
        "a: 'it''s'\n\"b\": \"c\\n\\\"d\\\" \\u00b0\"\n'c' : >-\n  d\n  e\n\n  f\n   g\n  h\nd: |+\n  x\n\n\n",
        "a: one\n  two\n\n  three # four\nb: \"one\n  two \\\n  three\n\n  four\"\n",
        "a: [b, 'c', {d: e, \"f\": [g]}]\nb: {}\nc: []\nd:\ne:\n  -\n  - # f\n  - - g\n    - h: i\n      j:\n",
        "a: 1\n---\nb: 2\n---\n- c\n",
        "a: 1\na: 2\n",
        "a: é\nb: \"日本\"\nc: |-\n  ü",
        "a:\n  - |\n    b\n  - \"c\": d\n    e: f\n",
        "a: |2\n   b\n  c\nd:\n  - >-1\n     e\n    f\n  - g: |1+\n      h\n\n\n",
        "a: 'b\n'\nc:\n  - \"d\n e\nf\"\n  - g: \"h\\\n  i\"\n  - j: 'k\n\n  l'\n",
        "a:\n  b c\n  d\ne:\n  'f\n   g'\nh:\n  |\n   i\nj:\n  {k: l}\n",
    ];
    for text in texts {
        assert!(is_direct(text), "{text:?}");
    }
}

#[test]
fn what_is_rare_or_wrong_is_left_to_the_parser() {
    let texts = [
        "",
        "a",
        "- a: &x b\n- *x\n",
        "a: !t b\n",
        "? a\n",
        "a:\tb\n",
        "a: b\r\n",
        "%YAML 1.1\n---\na: b\n",
        "a: |2\n b\n",
        "a: |0\n b\n",
        "a: |22\n   b\n",
        "a: b: c\n",
        "a:\n  b: c\n d: e\n",
        "a: [b,\n c]\n",
        "a: \"\\d\"\n",
        "a: 'b\n--- c'\n",
        "a: 'b\n...\n'\n",
        "a: b\n...\n",
        "a: @b\n",
        "a: \"b\" c\n",
        "a: b # c\n  d\n",
        "- a\nb: c\n",
        "a: - b\n",
        "\u{feff}a: b\n",
        "a: \u{85}\n",
        "a: {b}\n",
        "a: [b: c]\n",
        "a: {b: c,}\n",
        "---\n---\na: b\n",
        "--- a\n",
        "a: \"b\n",
        "[a]: b\n",
        "a: |\nb: c\n",
    ];
    for text in texts {
        assert!(!is_direct(text), "{text:?}");
    }
}

/// A block of lines in this column: a map or a list, whose values nest.
fn block(depth: u32) -> BoxedStrategy<Vec<String>> {
    let entry = prop_oneof![
        8 => (key(), value(depth)).prop_map(|(key, value)| entry_of(&format!("{key}:"), value)),
        1 => noise().prop_map(|line| vec![line.to_owned()]),
    ];
    let item = prop_oneof![
        8 => value(depth).prop_map(|value| entry_of("-", value)),
        if depth > 0 { 6 } else { 1 } => inner(depth).prop_map(|lines| behind_dash(&lines)),
        1 => noise().prop_map(|line| vec![line.to_owned()]),
    ];
    prop_oneof![
        prop::collection::vec(entry, 1..5).prop_map(|entries| entries.concat()),
        prop::collection::vec(item, 1..4).prop_map(|items| items.concat()),
    ]
    .boxed()
}

fn inner(depth: u32) -> BoxedStrategy<Vec<String>> {
    if depth == 0 { Just(vec!["a: b".to_owned()]).boxed() } else { block(depth - 1) }
}

fn key() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "b", "expr", "a b", "'c'", "\"d\\n\"", "e ", "é", "job:x:y", "-f", "1"])
}

fn noise() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "# c", "  # d", "   ", "#", "# promcheck ignore a/b"])
}

/// What follows a colon or a dash: the rest of its line, and lines below with their own indentation.
fn value(depth: u32) -> BoxedStrategy<(String, usize, Vec<String>)> {
    let text = prop::sample::select(vec![
        "x",
        "",
        " ",
        "sum by (job) (rate(x[5m]))",
        "'it''s'",
        "\"q \\\" \\n\"",
        "{{ $x }}",
        "a:b",
        "a#b",
        "5m # why",
        "''",
        "x  ",
        "[a, 'b', \"c\"]",
        "{a: b, c: [d] }",
        "[]",
        "{}",
        "[ ]",
        "-1",
        "\"\\u00e9\"",
    ]);
    let rare = prop::sample::select(vec!["*x", "&y z", "!t", "a: b", "|", "[a", "{a}", "|0", "|x", "\"a"]);
    let header = prop::sample::select(vec!["|", ">", "|-", ">-", "|+", ">+", "| # c", ">  ", "|2", "|1-", ">-2", ">4"]);
    let line = prop::sample::select(vec!["x", "y z", "", "  w", "   ", "# v", "u: t", "- s", "r ", "é"]);
    let more = prop::sample::select(vec!["x", "y z", "", "  w", "# v", "- s", "r \\", "it''s", "q\\n"]);
    let lines =
        prop::collection::vec(line, 0..5).prop_map(|lines| lines.into_iter().map(str::to_owned).collect::<Vec<_>>());
    let more =
        prop::collection::vec(more, 1..4).prop_map(|lines| lines.into_iter().map(str::to_owned).collect::<Vec<_>>());
    let over_lines = (
        prop::sample::select(vec!["", "'", "\""]),
        more.clone(),
        any::<bool>(),
        prop::sample::select(vec![0_usize, 2, 2, 2, 3]),
    )
        .prop_map(|(quote, mut lines, is_below, indent)| {
            lines[0].insert_str(0, quote);
            lines.last_mut().expect("at least one").push_str(quote);
            let first = if is_below { String::new() } else { lines.remove(0) };
            (first, indent, lines)
        });
    prop_oneof![
        1 => rare.prop_map(|text| (text.to_owned(), 0, Vec::new())),
        60 => text.prop_map(|text| (text.to_owned(), 0, Vec::new())),
        30 => (header, prop::sample::select(vec![0_usize, 1, 2, 2, 2, 2, 4]), lines).prop_map(|(header, indent, lines)| (header.to_owned(), indent, lines)),
        20 => over_lines,
        60 => (prop::sample::select(vec!["", " # c", "  "]), prop::sample::select(vec![0_usize, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 4]), inner(depth))
            .prop_map(|(behind, indent, lines)| (behind.to_owned(), indent, lines)),
    ]
    .boxed()
}

fn entry_of(begin: &str, (behind, indent, lines): (String, usize, Vec<String>)) -> Vec<String> {
    let blank = if behind.is_empty() || behind.starts_with(' ') { "" } else { " " };
    let below = lines.into_iter().map(|line| format!("{}{line}", " ".repeat(indent)));
    std::iter::once(format!("{begin}{blank}{behind}")).chain(below).collect()
}

fn behind_dash(lines: &[String]) -> Vec<String> {
    let first = lines.iter().take(1).map(|line| format!("- {line}"));
    first.chain(lines.iter().skip(1).map(|line| format!("  {line}"))).collect()
}

/// Texts that are mostly read directly.
fn documents() -> impl Strategy<Value = String> {
    let separator = prop::sample::select(vec!["---\n", "--- # c\n", "# c\n---\n", "---\n\n", "", "...\n"]);
    let document = block(3).prop_map(|lines| lines.join("\n"));
    let end = prop::sample::select(vec!["\n", "", "\n\n", "\n  ", "  ", "\n# c", " # c\n"]);
    (prop::collection::vec((separator, document, end), 1..3), any::<bool>()).prop_map(|(documents, has_marker)| {
        let text: String = documents
            .iter()
            .enumerate()
            .map(|(at, (separator, document, end))| {
                let separator = if at == 0 && !has_marker { "" } else { separator };
                format!("{separator}{document}{end}{}", if at + 1 < documents.len() { "\n" } else { "" })
            })
            .collect();
        text
    })
}

/// Replaces what stands at a place of a text.
fn mutated(text: &str, place: f64, length: usize, by: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = (place * chars.len() as f64) as usize;
    let until = (at + length).min(chars.len());
    chars[..at].iter().copied().chain(by.chars()).chain(chars[until..].iter().copied()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn both_ways_give_the_same_tree(text in documents()) {
        is_direct(&text);
    }

    #[test]
    fn both_ways_give_the_same_tree_of_damaged_texts(
        text in documents(),
        place in 0.0..1.0,
        length in 0..3_usize,
        by in prop::sample::select(vec![
            "", " ", "\n", ":", ": ", "- ", "#", " #", "'", "\"", "[", "]", "{", "}", ",", "|", ">", "\\", "&a ", "*a", "!", "?", "? ",
            "%", "@", "\t", "\r\n", "---\n", "...\n", "\u{feff}", "\u{85}", "é", "\n\n", "\n  ", "x", "-", "  ", "|\n", ">-\n", "\0",
        ]),
    ) {
        is_direct(&mutated(&text, place, length, by));
    }
}
