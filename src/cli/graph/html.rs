//! The graph as one page that needs nothing else: data, style and script in one file, laid out where it is looked at.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    io::{self, Write},
    path::PathBuf,
};

use serde_json::{Value, json};

use crate::{
    graph::{Concern, Kind},
    report::one_line,
};

use super::{Drawn, json};

/// The frame of the page.
const FRAME: &str = include_str!("page/frame.html");
/// How it looks.
const STYLE: &str = include_str!("page/page.css");
/// What it does, in the order in which the parts need each other.
const SCRIPT: [&str; 5] = [
    include_str!("page/model.js"),
    include_str!("page/layout.js"),
    include_str!("page/draw.js"),
    include_str!("page/panel.js"),
    include_str!("page/page.js"),
];

/// Writes the page.
pub fn write(drawn: &Drawn<'_>, roots: &[PathBuf], out: &mut dyn Write) -> io::Result<()> {
    let title = title(roots);
    let (before, rest) = FRAME.split_once("{style}").unwrap_or((FRAME, ""));
    let (between, after) = rest.split_once("{script}").unwrap_or((rest, ""));
    let (between, behind) = between.split_once("{data}").unwrap_or((between, ""));
    write!(out, "{}{STYLE}{}", titled(before, &title), titled(between, &title))?;
    out.write_all(harmless(&data(drawn).to_string()).as_bytes())?;
    write!(out, "{behind}{}{after}", SCRIPT.concat())
}

fn titled(part: &str, title: &str) -> String {
    part.replace("{title}", &escaped(title))
}

/// What the page is called: the last parts of the paths that were read, each once.
fn title(roots: &[PathBuf]) -> String {
    let names = roots.iter().filter_map(|root| root.file_name()).map(|name| name.to_string_lossy().into_owned());
    let names: BTreeSet<String> = names.collect();
    match names.len() {
        0 => "Who is told of what".to_owned(),
        _ => one_line(&names.into_iter().collect::<Vec<_>>().join(", ")).into_owned(),
    }
}

fn data(drawn: &Drawn<'_>) -> Value {
    let edges = drawn.graph.edges.iter().map(|edge| {
        let places = json::places(&edge.places, drawn.files);
        json!([edge.from, edge.to, u8::from(edge.certain), places])
    });
    let concerns = Concern::ALL.iter().map(|concern| (concern.word().to_owned(), json!(concern.told())));
    json!({
        "kinds": Kind::ALL.iter().map(|kind| kind.word()).collect::<Vec<_>>(),
        "concerns": concerns.collect::<serde_json::Map<_, _>>(),
        "nodes": json::nodes(drawn),
        "edges": edges.collect::<Vec<_>>(),
    })
}

/// JSON that nothing in it can end the element it stands in: `</script>` and `<!--` begin with the same sign.
fn harmless(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// Text that can stand in an element or an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' | '<' | '>' | '"' | '\'' => {
                let _ = write!(out, "&#{};", u32::from(character));
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escaped("<a href=\"'\">&"), "&#60;a href=&#34;&#39;&#34;&#62;&#38;");
        let json = json!("</script><!--\u{2028}").to_string();
        assert_eq!(harmless(&json), "\"\\u003c/script>\\u003c!--\\u2028\"");
        assert_eq!(serde_json::from_str::<String>(&harmless(&json)).unwrap(), "</script><!--\u{2028}");
    }

    #[test]
    fn pages_are_called_like_what_was_read() {
        let called = |roots: &[&str]| title(&roots.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert_eq!(called(&["."]), "Who is told of what");
        assert_eq!(called(&["rules/shop", "dashboards/shop/"]), "shop");
        assert_eq!(called(&["b", "a"]), "a, b");
    }
}
