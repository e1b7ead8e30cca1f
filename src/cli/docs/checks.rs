//! A page for each check, and one that lists them.

use std::fmt::Write;

use crate::{
    checks::TABLE,
    kit::Meta,
    lint::peers::{self, Peer},
};

use super::{Pages, cell};

/// Adds the pages; gives their lines for the summary.
pub fn add(pages: &mut Pages) -> String {
    let mut summary = String::new();
    let mut list = "# Checks\n\nAn **error** has its proof in the files. A **warning** is very likely right. An **info** is a hint.\n".to_owned();
    let mut group = "";
    for meta in TABLE.iter().map(|entry| entry.meta) {
        if meta.group() != group {
            group = meta.group();
            let _ = write!(list, "\n## {group}\n\n| check | severity | finds |\n|---|---|---|\n");
        }
        let _ = writeln!(list, "| [`{0}`]({0}.md) | {1} | {2} |", meta.id, severity(meta), cell(meta.summary()));
        let _ = writeln!(summary, "  - [{0}](checks/{0}.md)", meta.id);
        pages.insert(format!("checks/{}.md", meta.id), page(meta));
    }
    pages.insert("checks/index.md".to_owned(), list);
    summary
}

fn severity(meta: &Meta) -> &'static str {
    if meta.opt_in { "off" } else { meta.severity.word() }
}

fn page(meta: &Meta) -> String {
    let id = meta.id;
    let flag = meta.flag.map(|flag| format!(", only with `{flag}`")).unwrap_or_default();
    let mut page = format!("# {id}\n\n*{}{flag}*\n\n{}\n", severity(meta), named_blocks(&dedented(meta.docs)));
    if !meta.options.is_empty() {
        page.push_str("\n## Options\n\n| option | takes | meaning |\n|---|---|---|\n");
        for option in meta.options {
            let _ = writeln!(page, "| `{}` | {} | {} |", option.name, cell(option.kind), cell(option.docs.trim()));
        }
    }
    let _ = write!(
        page,
        "\n## To accept a finding\n\nIn YAML, on the line above what it is about; in Markdown as `<!-- … -->`:\n\n\
         ```yaml\n# promcheck: ignore {id} -- why\n```\n\n\
         For all files, in `.promcheck.yml`:\n\n```yaml\nchecks:\n  {id}: off\n```\n"
    );
    let peers: Vec<String> = peers::TABLE.iter().filter(|row| row.ours.contains(&id)).map(peer).collect();
    if !peers.is_empty() {
        let _ = write!(page, "\n## In other linters\n\n{}\n", peers.join("\n"));
    }
    page
}

fn peer(row: &peers::Translation) -> String {
    let what = match row.peer {
        Peer::Pint => "check",
        Peer::Promruval => "validation",
    };
    format!("- {what} `{}` of {}", row.theirs, row.peer.name())
}

/// Documentation as it was written: doc comments keep one blank before each line.
fn dedented(docs: &str) -> String {
    docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Names the file of a block in a line above it, since `path=` behind the language is known to us alone.
fn named_blocks(docs: &str) -> String {
    let mut named = String::with_capacity(docs.len());
    for line in docs.lines() {
        let mut words = line.strip_prefix("```").into_iter().flat_map(str::split_whitespace);
        let language = words.next().unwrap_or_default();
        let rest: Vec<&str> = words.collect();
        let path = rest.iter().find_map(|word| word.strip_prefix("path="));
        match path {
            Some(path) => {
                let then = if rest.contains(&"then") { ", before the change" } else { "" };
                let _ = write!(named, "\n`{path}`{then}:\n\n```{language}\n");
            }
            None => {
                let _ = writeln!(named, "{line}");
            }
        }
    }
    named.trim_end().to_owned()
}
