//! What the annotations of an alert claim about it.

use crate::{
    model::rules::Rule,
    text::{Excerpt, Span},
};

use super::{
    claim::{Claims, claims},
    quantity::may_hold_quantity,
};

/// Annotations that people read.
const PROSE: [&str; 8] = ["summary", "description", "message", "title", "text", "body", "details", "impact"];

/// An annotation with its claims.
#[derive(Debug)]
pub struct Annotation<'r> {
    /// The annotation's name.
    pub name: &'r str,
    /// Its text, templates made unreadable.
    pub text: String,
    /// What it claims; ranges are bytes of the text.
    pub claims: Claims,
    excerpt: &'r Excerpt,
}

impl Annotation<'_> {
    /// Where bytes of the text stand in the file.
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        self.excerpt.span(range)
    }
}

/// The annotations of a rule that claim something.
pub fn annotations(rule: &Rule) -> impl Iterator<Item = Annotation<'_>> {
    rule.annotations.iter().filter(|pair| PROSE.contains(&pair.name.value.as_str())).filter_map(|pair| {
        let excerpt = &pair.value.text;
        if !may_hold_quantity(excerpt.text()) {
            return None;
        }
        let text = without_templates(excerpt.text());
        let claims = claims(&text);
        let claims_something = !claims.thresholds.is_empty() || !claims.holds.is_empty();
        claims_something.then(|| Annotation { name: &pair.name.value, text, claims, excerpt })
    })
}

/// The text with every `{{ … }}` and code span replaced by as many bytes that no number can stand beside.
fn without_templates(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let opening = |text: &str| {
        let bytes = text.as_bytes();
        (0..bytes.len()).find(|at| bytes[*at] == b'`' || bytes[*at..].starts_with(b"{{"))
    };
    while let Some(start) = opening(rest) {
        out.push_str(&rest[..start]);
        let closing = if rest[start..].starts_with('`') { "`" } else { "}}" };
        let length = rest[start + 1..].find(closing).map_or(rest.len() - start, |end| end + 1 + closing.len());
        out.extend(std::iter::repeat_n('x', length));
        rest = &rest[start + length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_say_nothing() {
        assert_eq!(without_templates("a {{ $value }}% > 5%"), "a xxxxxxxxxxxx% > 5%");
        assert_eq!(without_templates("run `df > 5` {{ open"), "run xxxxxxxx xxxxxxx");
    }
}
