//! What the reader makes of every form of its text.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::{diag::Severity, text::FileId, tree::Node};

fn read(text: &str) -> Stream {
    json(&Excerpt::whole(FileId(0), text))
}

/// The tree as a value of serde_json, which is the second opinion.
fn value(node: Node<'_>) -> Value {
    match (node.kind(), node.text().unwrap_or_default()) {
        (Kind::Mapping, _) => Value::Object(
            node.entries().into_iter().map(|(key, item)| (key.text().unwrap_or("").into(), value(item))).collect(),
        ),
        (Kind::Sequence, _) => Value::Array(node.items().map(value).collect()),
        (Kind::Scalar(Style::Plain), text) => serde_json::from_str(text).unwrap_or(Value::Null),
        (Kind::Scalar(_), text) => Value::String(text.to_owned()),
    }
}

/// What is kept of a broken text, and the first complaint with its place.
fn kept(text: &str) -> (String, String) {
    let stream = read(text);
    let kept = stream.first().and_then(|tree| tree.root()).map_or(Value::Null, value);
    let complaint = stream.complaints.first().expect("a complaint");
    (kept.to_string(), format!("{} @ {}", complaint.message, &text[complaint.span.range()]))
}

#[test]
fn broken_texts_are_read_on() {
    let cases = [
        (r#"{"a": 1 "b": 2}"#, r#"{"a":1,"b":2}"#, "no comma between two entries @ "),
        (
            r#"{"a": "b{c="d"}[5m]", "b": 2}"#,
            r#"{"a":"b{c=\"d\"}[5m]","b":2}"#,
            "this quote ends the text, which goes on behind it @ \"",
        ),
        (
            "{\"a\": \"b{c=\\\\\"d\\\\\"}\",\n\"b\": 2}",
            r#"{"a":"b{c=\"d\"}","b":2}"#,
            "this quote ends the text, which goes on behind it @ \"",
        ),
        (r#"{"a": "b"c, "b": 2}"#, r#"{"a":"b","b":2,"c":null}"#, "no comma between two entries @ "),
        (r#"{"a": 1, "b": 2,}"#, r#"{"a":1,"b":2}"#, "nothing follows this comma @ ,"),
        (r#"{"a": [1, 2"#, r#"{"a":[1,2]}"#, "the text ends inside a list @ "),
        (r#"{"a": {"b": 1], "c": 2}"#, r#"{"a":{"b":1},"c":2}"#, "`]` where `}` has to stand @ ]"),
        (r#"{"a": [1}, "b": 2}"#, r#"{"a":[1]}"#, "`}` where `]` has to stand @ }"),
        ("{\"a\": \"x,\n\"b\": 2}", r#"{"a":"x","b":2}"#, "this text has no closing quote @ \"x"),
        ("{\"a\": \"x\ny\", \"b\": 2}", "{\"a\":\"x\\ny\",\"b\":2}", "a line break stands raw inside a text @ \n"),
        (r#"{a: 1, "b": 2}"#, r#"{"a":1,"b":2}"#, "key `a` is not quoted @ a"),
        (r#"{"a" 1, "b": 2}"#, r#"{"a":1,"b":2}"#, "no colon between key and value @ "),
        (r#"{"a": , "b": 2}"#, r#"{"a":null,"b":2}"#, "key \"a\" has no value @ \"a\""),
        (r#"{"a": 01, "b": NaN}"#, r#"{"a":null,"b":null}"#, "`01` is not a JSON value @ 01"),
        (r#"{"a": "\d", "b": 2}"#, r#"{"a":"\\d","b":2}"#, "`\\d` is no escape of JSON @ \\d"),
        ("{\"a\": 1, // x\n\"b\": 2}", r#"{"a":1,"b":2}"#, "JSON has no comments @ //"),
        (r#"{"a": 1, "a": 2}"#, r#"{"a":2}"#, "key `a` stands twice in the same map @ \"a\""),
        (
            r#"{"a": 1, "b": 1, "c": 1, "a": 2, "b": 2, "c": 2}"#,
            r#"{"a":2,"b":2,"c":2}"#,
            "key `a` stands twice in the same map, and so do 2 others @ \"a\"",
        ),
        (r#"{"a": 1} }"#, r#"{"a":1}"#, "text follows the end of the JSON document @ }"),
        ("\u{feff}{}", "{}", "the file begins with a byte order mark @ \u{feff}"),
        ("", "null", "there is no JSON here: the text is empty @ "),
    ];
    for (text, expected, message) in cases {
        assert_eq!(kept(text), (expected.to_owned(), message.to_owned()), "{text:?}");
    }
}

#[test]
fn places_are_exact() {
    let text = r#"{"a\n": [1, {"b": "ü"}]}"#;
    let stream = read(text);
    let places: Vec<&str> = stream.documents[0].nodes().map(|node| &text[node.span().range()]).collect();
    assert_eq!(places, [text, r#""a\n""#, r#"[1, {"b": "ü"}]"#, "1", r#"{"b": "ü"}"#, r#""b""#, r#""ü""#]);
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(".{0,5}", inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn agrees_with_serde_json(document in document(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
        let text = text.expect("a value is JSON");
        let stream = read(&text);
        prop_assert_eq!(&stream.complaints, &vec![]);
        let second: Value = serde_json::from_str(&text).expect("JSON");
        prop_assert_eq!(value(stream.documents[0].root().expect("a value")), second);
    }

    #[test]
    fn refuses_what_serde_json_refuses(document in document(), at in any::<prop::sample::Index>(), to in "[\\[\\]{},:\"\\\\0-9a-z.\n-]?") {
        let text = serde_json::to_string(&document).expect("a value is JSON");
        let chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        let text: String = chars[..at].iter().copied().chain(to.chars()).chain(chars[at + 1..].iter().copied()).collect();
        let stream = read(&text);
        let refused = stream.complaints.iter().any(|complaint| complaint.severity == Severity::Error);
        match serde_json::from_str::<Value>(&text) {
            Ok(second) => {
                prop_assert!(!refused, "{:?}: {:?}", text, stream.complaints);
                prop_assert_eq!(value(stream.documents[0].root().expect("a value")), second);
            }
            Err(error) => prop_assert!(refused, "{:?}: {}", text, error),
        }
    }
}
