//! The graph as Markdown viewers draw it.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use crate::graph::{Graph, Kind};

use super::dot::lines;

/// The most arrows that Mermaid draws unless its page says otherwise (`maxEdges`), and GitHub's does not.
const MOST_ARROWS: usize = 500;

/// Says where viewers draw nothing of a graph for its size.
pub fn warn(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    let arrows = graph.edges.len();
    if arrows <= MOST_ARROWS {
        return Ok(());
    }
    writeln!(
        out,
        "promcheck: GitHub draws at most {MOST_ARROWS} arrows, and these are {arrows}; --focus, --only or --without leave some out"
    )
}

/// Writes a graph.
pub fn write(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for (number, node) in graph.nodes.iter().enumerate() {
        let (open, close) = brackets(node.kind());
        let label = lines(node).iter().map(|line| escaped(line)).collect::<Vec<_>>().join("<br>");
        let class = if node.concerns.is_empty() { "" } else { ":::concern" };
        writeln!(out, "  n{number}{open}\"{label}\"{close}{class}")?;
    }
    for edge in &graph.edges {
        let arrow = if edge.certain { "-->" } else { "-.->" };
        writeln!(out, "  n{} {arrow} n{}", edge.from, edge.to)?;
    }
    if graph.nodes.iter().any(|node| !node.concerns.is_empty()) {
        writeln!(out, "  classDef concern fill:#fff1e6,stroke:#9a3412,color:#7c2d12")?;
    }
    Ok(())
}

fn brackets(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Job => ("[[", "]]"),
        Kind::Source => ("[(", ")]"),
        Kind::Metric => ("[", "]"),
        Kind::Record => ("[/", "/]"),
        Kind::Alert => ("{{", "}}"),
        Kind::Dashboard => ("([", "])"),
        Kind::Route => (">", "]"),
        Kind::Receiver => ("[/", "\\]"),
        Kind::Runbook => ("(", ")"),
    }
}

/// Text between double quotes: what Mermaid, or the Markdown in its labels, would take for more than text is written by
/// its number.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let list_mark = list_mark(text);
    for (at, character) in text.char_indices() {
        let is_joining = |character: char| character.is_alphanumeric();
        let is_within_word = || {
            text[..at].chars().next_back().is_some_and(is_joining)
                && text[at + 1..].chars().next().is_some_and(is_joining)
        };
        match character {
            '_' if is_within_word() => out.push('_'),
            '"' | '#' | '<' | '>' | '&' | '`' | '*' | '_' | '~' | '\\' | '[' | ']' | '|' | '$' | ';' => {
                let _ = write!(out, "#{};", u32::from(character));
            }
            _ if list_mark == Some(at) => {
                let _ = write!(out, "#{};", u32::from(character));
            }
            other => out.push(other),
        }
    }
    out
}

/// The sign that would make a text an item of a list: `1. Look`, `- look`, `+ look`.
fn list_mark(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let signs: &[char] = if digits > 0 { &['.', ')'] } else { &['-', '+'] };
    (rest.starts_with(signs) && rest[1..].starts_with(' ')).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        for (text, expected) in [
            ("http_requests_total", "http_requests_total"),
            ("__name__", "#95;#95;name#95;#95;"),
            ("say \"no\" <b> & #1;", "say #34;no#34; #60;b#62; #38; #35;1#59;"),
            ("1. Look", "1#46; Look"),
            ("12) Look", "12#41; Look"),
            ("- look", "#45; look"),
            ("-look 1.5", "-look 1.5"),
            ("`x` *y*", "#96;x#96; #42;y#42;"),
            ("a|b[c]{d}", "a#124;b#91;c#93;{d}"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
