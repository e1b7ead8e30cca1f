//! What the reader makes of every form of its text.

use proptest::prelude::*;

use super::*;
use crate::text::FileId;
use crate::tree::Node;

/// Every node as `depth:source text`, one per line.
fn outline(text: &str) -> String {
    outline_of(text, &yaml(&Excerpt::whole(FileId(0), text)))
}

fn outline_of(text: &str, stream: &Stream) -> String {
    let mut lines = Vec::new();
    for tree in &stream.documents {
        if let Some(root) = tree.root() {
            write(root, text, 0, &mut lines);
        }
        for comment in &tree.comments {
            let kind = if comment.trailing { "trailing" } else { "own line" };
            lines.push(format!("# {kind}: {}", &text[comment.span.range()]));
        }
    }
    lines.extend(stream.complaints.iter().map(|complaint| format!("! {:?} {}", complaint.span, complaint.message)));
    lines.join("\n")
}

fn write(node: Node<'_>, text: &str, depth: usize, lines: &mut Vec<String>) {
    let kind = match node.kind() {
        Kind::Mapping => "map",
        Kind::Sequence => "list",
        Kind::Scalar(_) => "text",
    };
    lines.push(format!("{depth} {kind} {:?} {:?}", &text[node.span().range()], node.text().unwrap_or("-")));
    if node.is_alias() {
        return;
    }
    node.items().for_each(|item| write(item, text, depth + 1, lines));
    for (key, value) in node.raw_entries() {
        write(key, text, depth + 1, lines);
        write(value, text, depth + 1, lines);
    }
}

#[test]
fn places_are_exact() {
    let text = "# promcheck: top\na: |  # hdr\n  x\n  y\n\nb:\n- 1 # one\n- - p\n  - q\nc:\n  e:\nd: [1, {x: 'y'}]\n";
    let expected = r##"
0 map "a: |  # hdr\n  x\n  y\n\nb:\n- 1 # one\n- - p\n  - q\nc:\n  e:\nd: [1, {x: 'y'}]" "-"
1 text "a" "a"
1 text "|  # hdr\n  x\n  y" "x\ny\n"
1 text "b" "b"
1 list "- 1 # one\n- - p\n  - q" "-"
2 text "1" "1"
2 list "- p\n  - q" "-"
3 text "p" "p"
3 text "q" "q"
1 text "c" "c"
1 map "e:" "-"
2 text "e" "e"
2 text "" ""
1 text "d" "d"
1 list "[1, {x: 'y'}]" "-"
2 text "1" "1"
2 map "{x: 'y'}" "-"
3 text "x" "x"
3 text "'y'" "y"
# own line: # promcheck: top
# trailing: # hdr
# trailing: # one"##;
    assert_eq!(outline(text), expected.trim_start());
}

#[test]
fn duplicate_keys_are_named_with_their_first_place() {
    assert_eq!(outline("a: 1\nb: 2\na: 3\n").lines().last(), Some("! 0:10..11 key `a` stands twice in the same map"));
}

#[test]
fn faults_are_told_and_read_past() {
    let cases = [
        ("a: [1, 2\nb: 3\n", "`[` is not closed", "b"),
        ("a: \"x\nb: 3\nc: 4\n", "this quoted text is not closed", "b"),
        ("a: 'x'y\nb: 3\n", "text follows the closing quote", "b"),
        ("a: b: c\nb: 3\n", "a second `: ` in an unquoted value", "b"),
        ("a: x\n  c: y\nb: 3\n", "this line is indented below an entry that has its value already", "b"),
        (
            "a: x\n  c:\n  - d: 1\n    e: 2\n\n  - f: 1\nb: 3\n",
            "this line is indented below an entry that has its value already",
            "b",
        ),
        ("- a: x\n    c: y\n  b: 3\n", "this line is indented below an entry that has its value already", "b"),
        ("a:x\nb: 3\n", "no blank follows the colon", "b"),
        ("a: 1\nfoo\nb: 3\n", "this line is neither `key: value` nor `- item`", "b"),
        ("a: 1\nfoo\nbar\n\nbaz\nb: 3\n", "this line is neither `key: value` nor `- item`", "b"),
        ("a: 1\nc: 2\na: 3\nc: 4\nb: 3\n", "key `a` stands twice in the same map, and so does `c`", "b"),
        ("a: @x\nb: 3\n", "an unquoted text cannot begin with `@`", "b"),
        ("a: {x: 1]\nb: 3\n", "`{` is closed with `]`", "b"),
        ("a: |\n  x\n y\nb: 3\n", "the indentation of this line fits nothing above it", "b"),
        ("a: \"\\d\"\nb: 3\n", "`\\d` is no escape of a double-quoted text", "b"),
        ("a: 1\u{1}\nb: 3\n", "the control character U+0001 stands in the text", "b"),
        ("a: *x\nb: 3\n", "no anchor `&x` stands before `*x`", "b"),
        ("a: &x [*x]\nb: 3\n", "`*x` stands inside the very node that `&x` names", "b"),
        (
            "a: |\n  if x; then\n    python3 <<'END'\nimport os\ntry:\n  f(1)\nEND\n  fi\nb: 3\n",
            "this here-document is indented less than the text it stands in",
            "b",
        ),
        ("a: \"x\ny\"\nb: 3\n", "this quoted text goes on in the next line without indentation", "b"),
        ("a: 'x'# it's\nb: 3\n", "no blank stands before this comment", "b"),
        ("a: {x: 1}#}\nb: 3\n", "no blank stands before this comment", "b"),
        ("a: [1,# one\n  2]\nb: 3\n", "no blank stands before this comment", "b"),
        ("a: |# x\n  y\nb: 3\n", "no blank stands before this comment", "b"),
        (" b: 3\n a: 1\nc: 2\nd: 4\n", "nothing is read from this line on", "b"),
    ];
    for (text, message, key) in cases {
        let stream = yaml(&Excerpt::whole(FileId(0), text));
        let messages: Vec<&str> = stream.complaints.iter().map(|complaint| complaint.message.as_str()).collect();
        assert_eq!(messages, [message], "{text:?}");
        let root = stream.first().and_then(|tree| tree.root());
        let map = root.and_then(|root| root.items().next()).or(root);
        let kept = map.and_then(|map| map.get(key)?.text());
        assert_eq!(kept, Some("3"), "{text:?}");
    }
}

#[test]
fn a_text_further_right_than_what_follows_is_a_fault() {
    let stream = yaml(&Excerpt::whole(FileId(0), " no comment\n# one\na: 1\n"));
    let messages: Vec<&str> = stream.complaints.iter().map(|complaint| complaint.message.as_str()).collect();
    assert_eq!(messages, ["the indentation of this line fits nothing above it"]);
}

#[test]
fn a_broken_rule_leaves_its_neighbours() {
    let text = "rules:\n- alert: A\n  expr: up == 0\n- alert: B: c\n  expr: x\n- alert: C\n  expr: y\n";
    let stream = yaml(&Excerpt::whole(FileId(0), text));
    let rules = stream.first().and_then(|tree| tree.root()?.get("rules")).expect("rules");
    let read: Vec<(Option<&str>, Option<&str>, bool)> = rules
        .items()
        .map(|rule| {
            let text = |key| rule.get(key).and_then(Node::text);
            (text("alert"), text("expr"), rule.is_damaged())
        })
        .collect();
    let expected = [(Some("A"), Some("up == 0"), false), (Some(""), Some("x"), true), (Some("C"), Some("y"), false)];
    assert_eq!(read, expected);
}

#[test]
fn wrong_escapes_keep_their_text_and_their_place() {
    let text = "expr: \"up{a=~'\\d+'}\"\n";
    let stream = yaml(&Excerpt::whole(FileId(0), text));
    let expr = stream.first().and_then(|tree| tree.root()?.get("expr")?.excerpt()).expect("the text");
    assert_eq!(expr.text(), r"up{a=~'\d+'}");
    assert_eq!(&text[expr.span(7..9).range()], r"\d");
}

#[test]
fn merges_follow_go_yaml() {
    let text = "b: &b {x: 1, y: 2}\nc: &c {y: 3, z: 4}\na:\n  <<: [*b, *c]\n  x: 0\n";
    let stream = yaml(&Excerpt::whole(FileId(0), text));
    let merged = stream.first().and_then(|tree| tree.root()?.get("a")).expect("the map");
    let entries: Vec<String> = merged
        .entries()
        .into_iter()
        .map(|(key, value)| format!("{}={}", key.text().unwrap_or("-"), value.text().unwrap_or("-")))
        .collect();
    assert_eq!(entries.join(" "), "x=0 y=2 z=4");
    assert_eq!(merged.get("z").and_then(Node::text), Some("4"));
}

#[test]
fn comments_are_kept_where_one_may_be_asked_for() {
    let cases = [
        ("a: 1 # why\n# not promptly: {}\n", Comments::PassedOver),
        ("a: promcheck {{ x }} #\n", Comments::PassedOver),
        ("a: 1 # promcheck ignore x/y\n", Comments::Kept),
        ("# one\r\n#two {{ x }}\r\n", Comments::Kept),
        ("a: 1 # <% x %>", Comments::Kept),
        ("a: 1 # {% x %}", Comments::Kept),
    ];
    for (text, expected) in cases {
        assert_eq!(Comments::of(text), expected, "{text:?}");
    }
}

/// Lines of YAML with comments at all places, in any order and at any depth, most of them broken somewhere.
fn lines_with_comments() -> impl Strategy<Value = String> {
    let words = prop_oneof![
        6 => Just(": "), 4 => Just("- "), 4 => Just("a"), 4 => Just("b"), 4 => Just("#c"), 6 => Just(" # d"),
        4 => Just("|\n"), 2 => Just(">-"), 3 => Just("\""), 2 => Just("'"), 3 => Just("["), 3 => Just("]"), 2 => Just("{"),
        2 => Just("}"), 2 => Just(", "), 2 => Just("&x "), 2 => Just("*x"), 2 => Just("!t "), 2 => Just("? "), 1 => Just("\t"),
        2 => Just("\n---\n"), 1 => Just("\n...\n"), 1 => Just("\r\n"), 1 => Just("é"), 1 => Just("%"),
        12 => Just("\n"), 6 => Just("\n  "), 4 => Just("\n    "), 4 => Just("\n# e\n"), 3 => Just("\n  # f\n"), 6 => Just("a: b"),
    ];
    prop::collection::vec(words, 0..24).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn passing_over_comments_changes_nothing_else(text in lines_with_comments()) {
        let source = Excerpt::whole(FileId(0), text.as_str());
        let mut kept = read(&source, Comments::Kept);
        kept.documents.iter_mut().for_each(|tree| tree.comments.clear());
        let passed_over = read(&source, Comments::PassedOver);
        prop_assert_eq!(outline_of(&text, &kept), outline_of(&text, &passed_over));
    }
}
