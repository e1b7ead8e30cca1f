//! Grafana's variable grammar: `$name`, `${name.field:format}`, `[[name:format]]`.
//!
//! Source: `variableRegex` of Grafana's `public/app/features/variables/utils.ts`. There is no escape:
//! in `$$name` the second `$` starts a reference.

use std::ops::Range;

use crate::text::{Excerpt, Span};

/// A reference inside a text, as byte ranges of that text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// The whole reference, signs and braces included.
    pub range: Range<usize>,
    /// The variable's name.
    pub name: Range<usize>,
    /// What follows the `.` in `${name.field}`.
    pub field: Option<Range<usize>>,
    /// What follows the `:` in `${name:format}`.
    pub format: Option<Range<usize>>,
}

/// A reference to a variable at its place in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VariableUse {
    /// The variable's name.
    pub name: String,
    /// What follows the `.` in `${name.field}`.
    pub field: Option<String>,
    /// What follows the `:` in `${name:format}`.
    pub format: Option<String>,
    /// The whole reference, signs and braces included.
    pub span: Span,
}

impl VariableUse {
    /// Locates a reference of `text`.
    pub fn of(reference: &Reference, text: &Excerpt) -> Self {
        let slice = |range: &Range<usize>| text.text().get(range.clone()).unwrap_or_default().to_owned();
        Self {
            name: slice(&reference.name),
            field: reference.field.as_ref().map(slice),
            format: reference.format.as_ref().map(slice),
            span: text.span(reference.range.clone()),
        }
    }

    /// Whether Grafana itself provides the variable, so that no dashboard has to define it.
    pub fn is_system(&self) -> bool {
        is_system(&self.name)
    }
}

/// Whether Grafana itself provides a variable of this name. Names with two leading underscores are
/// reserved: the editor refuses them.
pub fn is_system(name: &str) -> bool {
    name.starts_with("__") || name == "timeFilter"
}

/// Every reference in a text, in order.
pub fn uses(text: &Excerpt) -> Vec<VariableUse> {
    references(text.text()).iter().map(|reference| VariableUse::of(reference, text)).collect()
}

/// Every reference in a text, in order. A name of digits only is none: `$1` is a capture group of
/// `label_replace`.
pub fn references(text: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(['$', '['])).map(|step| from + step) {
        match reference_at(text, at) {
            Some(reference) => {
                from = reference.range.end;
                if !text[reference.name.clone()].bytes().all(|byte| byte.is_ascii_digit()) {
                    found.push(reference);
                }
            }
            None => from = at + 1,
        }
    }
    found
}

fn reference_at(text: &str, at: usize) -> Option<Reference> {
    let rest = text.get(at..)?;
    if rest.starts_with("[[") {
        return bracketed(text, at);
    }
    if rest.starts_with("${") {
        return braced(text, at);
    }
    let name = rest.strip_prefix('$').map(|_| word(text, at + 1)).filter(|name| !name.is_empty())?;
    Some(Reference { range: at..name.end, name, field: None, format: None })
}

/// `[[name]]`, `[[name:format]]`.
fn bracketed(text: &str, at: usize) -> Option<Reference> {
    let name = word(text, at + 2);
    let format = text[name.end..].starts_with(':').then(|| word(text, name.end + 1)).filter(|range| !range.is_empty());
    let end = format.as_ref().map_or(name.end, |format| format.end);
    let closed = !name.is_empty() && text[end..].starts_with("]]");
    closed.then(|| Reference { range: at..end + 2, name, field: None, format })
}

/// `${name}`, `${name.field}`, `${name:format}`, `${name.field:format}`.
fn braced(text: &str, at: usize) -> Option<Reference> {
    let name = word(text, at + 2);
    let mut end = name.end;
    let part = |sign: char, stop: &[char], end: usize| {
        let rest = text[end..].strip_prefix(sign)?;
        let length = rest.find(stop).unwrap_or(rest.len());
        (length > 0).then(|| end + 1..end + 1 + length)
    };
    let field = part('.', &[':', '^', '}'], end);
    end = field.as_ref().map_or(end, |field| field.end);
    let format = part(':', &['}'], end);
    end = format.as_ref().map_or(end, |format| format.end);
    let closed = !name.is_empty() && text[end..].starts_with('}');
    closed.then(|| Reference { range: at..end + 1, name, field, format })
}

/// The run of ASCII letters, digits and underscores from `at` on.
fn word(text: &str, at: usize) -> Range<usize> {
    let length = text[at..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    at..at + length
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::FileId;

    fn shown(text: &str) -> Vec<String> {
        uses(&Excerpt::whole(FileId(0), text))
            .into_iter()
            .map(|found| {
                let field = found.field.map(|field| format!(".{field}")).unwrap_or_default();
                let format = found.format.map(|format| format!(":{format}")).unwrap_or_default();
                format!("{}{field}{format}@{}..{}", found.name, found.span.start, found.span.end)
            })
            .collect()
    }

    #[test]
    fn reads_every_form() {
        let cases: [(&str, &[&str]); 16] = [
            ("$job", &["job@0..4"]),
            ("up{job=\"$job\"}", &["job@8..12"]),
            ("${job}x", &["job@0..6"]),
            ("${job:csv}", &["job:csv@0..10"]),
            ("${org.name}", &["org.name@0..11"]),
            ("${__from:date:YYYY-MM}", &["__from:date:YYYY-MM@0..22"]),
            ("${__field.labels.job:raw}", &["__field.labels.job:raw@0..25"]),
            ("[[job]]", &["job@0..7"]),
            ("[[job:regex]]", &["job:regex@0..13"]),
            ("$$job", &["job@1..5"]),
            ("$a$b", &["a@0..2", "b@2..4"]),
            ("$1 ${2} $", &[]),
            ("${}", &[]),
            ("${job", &[]),
            ("[job] [[job]", &[]),
            ("$größe", &["gr@0..3"]),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn ranges_lie_in_order_inside_any_text(text in "[ab1_:.$\\[\\]{}é ]{0,40}") {
            let mut end = 0;
            for reference in references(&text) {
                prop_assert!(end <= reference.range.start);
                prop_assert!(text.get(reference.range.clone()).is_some());
                prop_assert!(text.get(reference.name.clone()).is_some_and(|name| !name.is_empty()));
                end = reference.range.end;
            }
        }
    }
}
