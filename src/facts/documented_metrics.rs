//! The metrics that docs speak of: names in code style, and lists of names in code blocks.

use crate::{markdown::Markdown, text::Span, vocab::is_metric_name};

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
