//! Whether a page of HTML has the anchor that a link names.

use std::{borrow::Cow, collections::BTreeSet};

use crate::vocab::percent_decoded;

/// Whether a fragment names a place on a page at all, and not a state of the program behind it: routes of single-page
/// sites, text to look for, lines of a file, pages of a document are none.
pub fn is_anchor(fragment: &str) -> bool {
    let is_line =
        fragment.strip_prefix(['L', 'l']).is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    !fragment.is_empty()
        && !fragment.eq_ignore_ascii_case("top")
        && !is_line
        && !fragment.starts_with(['/', '!'])
        && !fragment.contains([':', '=', '&', '?', '/'])
}

/// Whether a page has an anchor; `None` when that cannot be told, since scripts make the page.
pub fn has(page: &str, fragment: &str) -> Option<bool> {
    let decoded = percent_decoded(fragment);
    let marks = Marks::of(page);
    let wanted = [fragment.to_owned(), format!("user-content-{decoded}"), decoded.clone()];
    if wanted.iter().any(|name| marks.names.contains(name.as_str())) {
        return Some(true);
    }
    // A script holds the name: it may well make the anchor.
    let is_spoken_of = ["\"", "'", "\\\"", "&quot;"]
        .iter()
        .any(|quote| wanted.iter().any(|name| page.contains(&format!("{quote}{name}{quote}"))));
    (!is_spoken_of && marks.has_headings).then_some(false)
}

/// The anchors that stand in a page.
#[derive(Default)]
struct Marks<'p> {
    names: BTreeSet<Cow<'p, str>>,
    /// Whether a heading has an anchor: so the server makes them, and not a script.
    has_headings: bool,
}

impl<'p> Marks<'p> {
    fn of(page: &'p str) -> Self {
        let mut marks = Self::default();
        let mut rest = page;
        let mut in_heading = false;
        while let Some(open) = rest.find('<') {
            rest = &rest[open + 1..];
            if let Some(comment) = rest.strip_prefix("!--") {
                rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
                continue;
            }
            let end = rest.find(|character: char| !character.is_ascii_alphanumeric() && character != '/');
            let name = rest[..end.unwrap_or(rest.len())].to_ascii_lowercase();
            let (attributes, after) = tag(&rest[name.len()..]);
            rest = after;
            let is_heading = matches!(name.as_bytes(), [b'h', b'1'..=b'6']);
            in_heading = is_heading || in_heading && !matches!(name.as_bytes(), [b'/', b'h', b'1'..=b'6']);
            for (key, value) in attributes {
                if key == "id" || key == "name" && matches!(name.as_str(), "a" | "map") {
                    marks.has_headings |= in_heading || name == "a";
                    marks.names.insert(unescaped(value));
                }
            }
            if matches!(name.as_str(), "script" | "style") {
                let close = format!("</{name}");
                rest = rest.find(close.as_str()).map_or("", |end| &rest[end..]);
            }
        }
        marks
    }
}

/// The attributes of a tag with their values, and what follows it.
fn tag(text: &str) -> (Vec<(String, &str)>, &str) {
    let mut attributes = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|character: char| character.is_ascii_whitespace() || character == '/');
        let end = rest.find(|character: char| character.is_ascii_whitespace() || matches!(character, '=' | '>' | '/'));
        let Some(end) = end else { return (attributes, "") };
        if end == 0 && rest.starts_with('>') {
            return (attributes, &rest[1..]);
        }
        let key = rest[..end].to_ascii_lowercase();
        // A stray `=` is no key; it is passed over, so that reading goes on.
        rest = rest[end..].trim_start();
        let Some(value) = rest.strip_prefix('=').map(str::trim_start) else {
            attributes.push((key, ""));
            continue;
        };
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => {
                let end = value.find(|character: char| character.is_ascii_whitespace() || character == '>');
                value.split_at(end.unwrap_or(value.len()))
            }
        };
        attributes.push((key, value));
        rest = after;
    }
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if text.contains('&') {
        let plain = text.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">");
        return plain.replace("&amp;", "&").into();
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn finds_anchors() {
        let page = "<!DOCTYPE html><html><body><!-- <h2 id=\"hidden\"> --><script>'<a id=\"made\">'</script>\
            <h1 class=x id=start>Start</h1><h2 id='down-now'>Down</h2><p id=\"note\">\
            <a name=\"old\"></a><h3><a id=\"user-content-usage\" href=\"#usage\"></a>Usage</h3>\
            <h2 id=\"über\">Ü</h2><input name=\"field\"><h2 id=\"a&amp;b\">";
        for (fragment, expected) in [
            ("start", Some(true)),
            ("down-now", Some(true)),
            ("note", Some(true)),
            ("old", Some(true)),
            ("usage", Some(true)),
            ("%C3%BCber", Some(true)),
            ("über", Some(true)),
            ("a%26b", Some(true)),
            ("gone", Some(false)),
            ("Start", Some(false)),
            ("hidden", None),
            ("made", None),
            ("field", None),
        ] {
            assert_eq!(has(page, fragment), expected, "{fragment}");
        }
        assert_eq!(has("<div id=root></div><script src=app.js></script>", "gone"), None);
        assert_eq!(has("{\"html\": \"<h2 id=\\\"usage\\\">\"}", "usage"), None);
    }

    #[test]
    fn knows_what_is_no_anchor() {
        for fragment in ["", "top", "/route", "!route", "L10-L20", ":~:text=a", "page=2", "a/b"] {
            assert!(!is_anchor(fragment), "{fragment}");
        }
        for fragment in ["usage", "Line", "l-1", "%C3%BCber", "node_down"] {
            assert!(is_anchor(fragment), "{fragment}");
        }
    }

    proptest! {
        #[test]
        fn any_page_is_read(page in "[<>a=\"'/! h1idnme-]{0,80}", fragment in ".{0,8}") {
            let _ = has(&page, &fragment);
        }
    }
}
