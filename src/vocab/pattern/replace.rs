//! What relabelling, `label_replace` and `reReplaceAll` put in the place of a match: `$1`, `${name}`.

use std::ops::Range;

use super::Pattern;

/// A piece of a replacement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReplacementPart {
    /// Text as it is; `$$` is already one `$`.
    Text(String),
    /// A capture group by number or by name.
    Group {
        /// What is written between `$` and the end of the name.
        name: String,
        /// Where `$1` or `${name}` stands in the replacement.
        range: Range<usize>,
    },
}

/// Reads a replacement as Go's `Regexp.Expand` does: a name is the longest run of letters, digits and `_`;
/// a `$` that starts no name is itself.
pub fn replacement_parts(replacement: &str) -> Vec<ReplacementPart> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut at = 0;
    while let Some(dollar) = replacement[at..].find('$').map(|found| at + found) {
        text.push_str(&replacement[at..dollar]);
        let after = &replacement[dollar + 1..];
        if after.starts_with('$') {
            text.push('$');
            at = dollar + 2;
        } else if let Some((name, end)) = group_name(after).map(|(name, length)| (name, dollar + 1 + length)) {
            if !text.is_empty() {
                parts.push(ReplacementPart::Text(std::mem::take(&mut text)));
            }
            parts.push(ReplacementPart::Group { name: name.to_owned(), range: dollar..end });
            at = end;
        } else {
            text.push('$');
            at = dollar + 1;
        }
    }
    text.push_str(&replacement[at..]);
    if !text.is_empty() {
        parts.push(ReplacementPart::Text(text));
    }
    parts
}

/// The group name after a `$` and how many bytes it takes, braces included.
fn group_name(after: &str) -> Option<(&str, usize)> {
    let braced = after.strip_prefix('{');
    let rest = braced.unwrap_or(after);
    let length = rest.find(|character: char| !(character.is_alphanumeric() || character == '_')).unwrap_or(rest.len());
    if length == 0 || braced.is_some() && !rest[length..].starts_with('}') {
        return None;
    }
    Some((&rest[..length], length + if braced.is_some() { 2 } else { 0 }))
}

impl Pattern {
    /// The number of the group a replacement names; `None` when the pattern has no such group, which
    /// Go replaces with nothing.
    pub fn group(&self, name: &str) -> Option<usize> {
        if name.bytes().all(|byte| byte.is_ascii_digit()) {
            return name.parse().ok().filter(|number| *number <= self.groups().len());
        }
        self.groups().iter().position(|group| group.as_deref() == Some(name)).map(|at| at + 1)
    }

    /// The replacement with the groups of the first match filled in; `None` when nothing matches.
    pub fn expand(&self, subject: &str, replacement: &str) -> Option<String> {
        let captures = self.compiled()?.captures(subject)?;
        Some(self.filled(&captures, &replacement_parts(replacement)))
    }

    /// The subject with every match replaced, as Go's `ReplaceAllString` does.
    pub fn replace_all(&self, subject: &str, replacement: &str) -> String {
        let parts = replacement_parts(replacement);
        match self.compiled() {
            Some(regex) => {
                regex.replace_all(subject, |captures: &regex::Captures<'_>| self.filled(captures, &parts)).into_owned()
            }
            None => subject.to_owned(),
        }
    }

    fn filled(&self, captures: &regex::Captures<'_>, parts: &[ReplacementPart]) -> String {
        let texts = parts.iter().map(|part| match part {
            ReplacementPart::Text(text) => text.as_str(),
            ReplacementPart::Group { name, .. } => {
                self.group(name).and_then(|group| captures.get(group)).map_or("", |found| found.as_str())
            }
        });
        texts.collect()
    }
}
