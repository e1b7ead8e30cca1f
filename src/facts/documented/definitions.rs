//! Alerts that the docs define by an expression behind their names: ``**QueueLong** — `queue_waiting_jobs > 500` ``.

use crate::{
    markdown::{Inline, Markdown},
    text::Excerpt,
};

use super::{
    lesson::is_lesson,
    names::Names,
    quoted::{Quoted, is_expression},
    statement::{is_task, is_unfulfilled},
};

/// The definitions in the lists and paragraphs of a page.
pub fn definitions<'w>(markdown: &Markdown, names: &Names<'w>) -> Vec<Quoted<'w>> {
    let items = markdown.items.iter().map(|item| (item.heading, &item.content));
    let paragraphs = markdown.paragraphs.iter().map(|paragraph| (paragraph.heading, &paragraph.content));
    let found = items.chain(paragraphs).filter_map(|(heading, content)| {
        let (alert, expr) = defined(content, names)?;
        let is_told = !is_unfulfilled(content.text.text())
            && !is_task(markdown, content)
            && !is_lesson(markdown, heading, content.span());
        is_told.then_some(Quoted { alert, expr, hold: None, severity: None })
    });
    found.collect()
}

/// The alert that a text begins with, and the expression right behind its name.
fn defined<'w>(content: &Inline, names: &Names<'w>) -> Option<(&'w str, Excerpt)> {
    const MARKS: [&str; 6] = [":", "-", "–", "—", "=", "→"];
    let text = content.text.text();
    let marks = |text: &str| text.replace(['*', '`', '_'], "").trim().to_owned();
    let mut codes = content.code_spans().filter(|code| names.exact(code.text().trim()).is_none());
    let expr = codes.next()?;
    let start = content.text.offset_of(expr.full_span().start)?;
    let within = names.within(text.get(..start)?);
    let [(range, alert)] = within.as_slice() else { return None };
    let is_first = marks(&text[..range.start]).is_empty();
    let is_joined = MARKS.contains(&marks(&text[range.end..start]).as_str());
    // "`a > 1` or `b > 2`" is no whole expression.
    let is_only = !codes.any(|other| is_expression(&other));
    (is_first && is_joined && is_only && is_whole(&expr)).then_some((*alert, expr))
}

/// Whether an expression compares something, and nothing in it stands for something else or is written as people say it.
fn is_whole(expr: &Excerpt) -> bool {
    let text = expr.text();
    let stands_for = ["...", "…", "$", "<value>", "[[", "{{", "≥", "≤"].iter().any(|mark| text.contains(mark));
    !stands_for && is_expression(expr)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        facts::documented::names::Watched,
        text::{Excerpt, FileId},
    };

    #[test]
    fn finds_definitions() {
        let names = Names::of(["QueueLong", "QueueStuck"].map(|name| Watched { name, ..Watched::default() }));
        for (text, expected) in [
            ("**QueueLong** — `queue_jobs > 5`\nMany wait.", Some("QueueLong queue_jobs > 5")),
            ("- `QueueLong`: `queue_jobs > 5` for 5m", Some("QueueLong queue_jobs > 5")),
            ("- **QueueLong**: `queue_jobs > 5`", Some("QueueLong queue_jobs > 5")),
            ("- **QueueLong:** `queue_jobs > 5`", Some("QueueLong queue_jobs > 5")),
            ("- 1. QueueLong - `queue_jobs > 5`", Some("QueueLong queue_jobs > 5")),
            ("- Not QueueLong: `queue_jobs > 5`", None),
            ("- **QueueLong**: fires at `queue_jobs > 5`", None),
            ("- **QueueLong**: `queue_jobs > 5` or `queue_age > 60`", None),
            ("- **QueueLong**, **QueueStuck**: `queue_jobs > 5`", None),
            ("- **QueueLong**: `queue_jobs{...} > 5`", None),
            ("- **QueueLong**: `queue_jobs`", None),
            ("- **QueueLong**: `> 5`", None),
            ("- **QueueLong** (planned): `queue_jobs > 5`", None),
        ] {
            let page = Markdown::parse(&Excerpt::whole(FileId(0), text));
            let found = definitions(&page, &names);
            let shown = found.first().map(|one| format!("{} {}", one.alert, one.expr.text()));
            assert_eq!(shown.as_deref(), expected, "{text}");
        }
    }
}
