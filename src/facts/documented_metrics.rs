//! The metrics that docs speak of: names in code style, and lists of names in code blocks.

use std::collections::BTreeMap;

use crate::{
    markdown::{Inline, Markdown},
    text::{Excerpt, Span},
    vocab::is_metric_name,
};

use super::documented::{is_promised, is_unfulfilled};

/// The names in a page that can only be names of metrics, each at its place.
pub fn metrics(page: &Markdown) -> Vec<(&str, Span)> {
    let mut found = Vec::new();
    for inline in page.prose() {
        for range in &inline.code {
            let text = inline.text.text().get(range.clone()).unwrap_or_default();
            let name = leading_name(text);
            if name.len() == text.split('{').next().unwrap_or_default().len() && is_metric(name) {
                found.push((name, inline.text.span(range.start..range.start + name.len())));
            }
        }
    }
    for block in page.code_blocks.iter().filter(|block| matches!(block.language.as_str(), "" | "text" | "prometheus")) {
        let mut start = 0;
        for line in block.code.text().split_inclusive('\n') {
            let name = leading_name(line);
            let rest = line[name.len()..].trim_end();
            if is_metric(name) && (rest.is_empty() || rest.starts_with('{')) {
                found.push((name, block.code.span(start..start + name.len())));
            }
            start += line.len();
        }
    }
    found
}

/// The names of which a page surely says that they are metrics of its own: those in a column of metrics, those that the
/// items of a list of metrics begin with, and those with labels behind them. What stands in one table, or below one
/// heading, stands together.
pub fn listed(page: &Markdown) -> Vec<Vec<Excerpt>> {
    let speaks_of_metrics = |text: &str| {
        let mut words = text.split(|letter: char| !letter.is_alphanumeric());
        words.any(|word| ["metric", "metrics"].iter().any(|wanted| word.eq_ignore_ascii_case(wanted)))
    };
    let mut found = Vec::new();
    for table in &page.tables {
        let is_column = |header: &Inline| speaks_of_metrics(header.text.text());
        let Some(column) = table.header.iter().position(is_column) else { continue };
        let rows = table.rows.iter().filter(|row| !row.cells.iter().any(|cell| is_unfulfilled(cell.text.text())));
        found
            .push(rows.filter_map(|row| row.cells.get(column)).flat_map(Inline::code_spans).filter_map(name).collect());
    }
    let mut below: BTreeMap<Option<usize>, Vec<Excerpt>> = BTreeMap::new();
    for item in page.items.iter().filter(|item| !is_unfulfilled(item.content.text.text())) {
        let mut above = page.headings.iter().filter(|heading| heading.section.contains(item.span));
        let leads =
            item.content.code.first().is_some_and(|code| {
                item.content.text.text()[..code.start].chars().all(|letter| !letter.is_alphanumeric())
            });
        if leads && above.any(|heading| heading.level > 1 && speaks_of_metrics(heading.content.text.text())) {
            below.entry(item.heading).or_default().extend(item.content.code_spans().next().and_then(name));
        }
    }
    found.extend(below.into_values());
    for list in &mut found {
        list.retain(|name| !is_promised(page, name.full_span()));
    }
    found
}

/// The metric that a code span is, with or without labels behind it.
fn name(code: Excerpt) -> Option<Excerpt> {
    let name = leading_name(code.text());
    let behind = &code.text()[name.len()..];
    let is_name =
        is_metric_name(name) && name.contains('_') && name.contains(|letter: char| letter.is_ascii_lowercase());
    let is_name = is_name && (behind.is_empty() || behind.starts_with('{'));
    is_name.then(|| code.sub(0..name.len()))
}

fn leading_name(text: &str) -> &str {
    let end = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':')).count();
    text.get(..end).unwrap_or_default()
}

/// Two underscores or a unit: what else is written like that in code style is rare.
fn is_metric(name: &str) -> bool {
    let units = ["_total", "_seconds", "_bytes", "_count", "_sum", "_bucket", "_info", "_ratio", "_up", "_celsius"];
    let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    is_metric_name(name)
        && is_lower
        && (name.matches('_').count() >= 2 || units.iter().any(|unit| name.ends_with(unit)))
}
