//! Values of provisioning files, in which Grafana expands environment variables and files.

use crate::{
    diag::{Diagnostic, Severity},
    text::{Excerpt, Span, Spanned},
    tree::{Complaints, Fields, is_unknown_key},
    vocab::Duration,
};

/// A value as written, perhaps with expansions in it.
///
/// `$X`, `${X}`, `$__env{X}` and `$__file{/path}` are expanded in every value; `$$` is a dollar sign
/// (Grafana, `pkg/services/provisioning/values`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// The text as written.
    pub text: Excerpt,
}

/// Something that Grafana puts in from outside.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Expansion {
    /// The whole of it, sign and braces included.
    pub span: Span,
    /// Where the text comes from.
    pub source: ExpansionSource,
    /// The name of the environment variable, or the path of the file.
    pub name: String,
}

/// Where an expansion's text comes from.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ExpansionSource {
    /// An environment variable; one that is not set becomes nothing.
    Environment,
    /// A file.
    File,
    /// Another provider, such as a vault.
    Other,
}

impl Setting {
    /// The place of the whole value.
    pub fn span(&self) -> Span {
        self.text.full_span()
    }

    /// The value, if it depends on nothing outside of the file.
    pub fn known(&self) -> Option<String> {
        let unescaped = self.text.text().split("$$").collect::<Vec<_>>();
        unescaped.iter().all(|part| first_expansion(part).is_none()).then(|| unescaped.join("$"))
    }

    /// The value with its place, if it depends on nothing outside of the file.
    pub fn located(&self) -> Option<Spanned<String>> {
        self.known().map(|value| Spanned::new(self.span(), value))
    }

    /// Everything that Grafana puts in from outside, in order.
    pub fn expansions(&self) -> Vec<Expansion> {
        let mut found = Vec::new();
        let mut from = 0;
        for part in self.text.text().split("$$") {
            let mut at = 0;
            while let Some((range, source, name)) = first_expansion(&part[at..]) {
                let span = self.text.span(from + at + range.start..from + at + range.end);
                found.push(Expansion { span, source, name: name.to_owned() });
                at += range.end;
            }
            from += part.len() + 2;
        }
        found
    }
}

/// The first expansion in a text without `$$`.
fn first_expansion(text: &str) -> Option<(std::ops::Range<usize>, ExpansionSource, &str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find('$').map(|step| from + step) {
        let rest = &text[at + 1..];
        let word = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let (head, tail) = rest.split_at(word);
        let braced = tail.strip_prefix('{').and_then(|tail| tail.split_once('}')).map(|(inside, _)| inside);
        match (head, braced) {
            ("" | "__env", Some(inside)) => {
                return Some((at..at + word + inside.len() + 3, ExpansionSource::Environment, inside));
            }
            (head, Some(inside)) if head.starts_with("__") => {
                let source = if head == "__file" { ExpansionSource::File } else { ExpansionSource::Other };
                return Some((at..at + word + inside.len() + 3, source, inside));
            }
            ("", None) => from = at + 1,
            // Go's `os.ExpandEnv` reads one digit at most: `$12` is `$1` and a 2.
            (head, _) => {
                let length = if head.starts_with(|first: char| first.is_ascii_digit()) { 1 } else { word };
                return Some((at..at + 1 + length, ExpansionSource::Environment, &head[..length]));
            }
        }
    }
    None
}

/// Reads a field as a setting; empty ones count as absent, as they do for Grafana.
pub(super) fn setting(fields: &mut Fields<'_>, key: &'static str, complaints: &mut Complaints) -> Option<Setting> {
    let text = fields.excerpt(key, complaints)?;
    (!text.text().is_empty()).then_some(Setting { text })
}

/// Reads a field as a boolean, in Go's spellings (`strconv.ParseBool`).
pub(super) fn flag(fields: &mut Fields<'_>, key: &'static str, complaints: &mut Complaints) -> Option<Spanned<bool>> {
    let value = setting(fields, key, complaints)?.located()?;
    let truth = match value.as_str() {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => true,
        "0" | "f" | "F" | "false" | "FALSE" | "False" => false,
        other => {
            let message = format!("`{key}` takes `true` or `false`, but this is `{other}`");
            complaints.push(Diagnostic::error(value.span, message));
            return None;
        }
    };
    Some(Spanned::new(value.span, truth))
}

/// Reads a field as a whole number.
pub(super) fn integer(fields: &mut Fields<'_>, key: &'static str, complaints: &mut Complaints) -> Option<Spanned<i64>> {
    let value = setting(fields, key, complaints)?.located()?;
    match value.parse() {
        Ok(number) => Some(Spanned::new(value.span, number)),
        Err(_) => {
            let message = format!("`{key}` takes a whole number, but this is `{}`", value.value);
            complaints.push(Diagnostic::error(value.span, message));
            None
        }
    }
}

/// Reads a field as a Prometheus duration.
pub(super) fn duration(
    fields: &mut Fields<'_>,
    key: &'static str,
    complaints: &mut Complaints,
) -> Option<Spanned<Duration>> {
    let value = setting(fields, key, complaints)?.located()?;
    match Duration::parse(&value) {
        Ok(duration) => Some(Spanned::new(value.span, duration)),
        Err(why) => {
            complaints.push(Diagnostic::error(value.span, format!("`{key}` is not a duration: {why}")));
            None
        }
    }
}

/// Reads a list of settings.
pub(super) fn settings(fields: &mut Fields<'_>, key: &'static str, complaints: &mut Complaints) -> Vec<Setting> {
    let items = fields.list(key, complaints);
    items.into_iter().filter_map(|item| item.excerpt().map(|text| Setting { text })).collect()
}

/// Complains of unknown keys, mildly: Grafana passes over them in silence.
pub(super) fn finish(fields: Fields<'_>, complaints: &mut Complaints) {
    let from = complaints.len();
    fields.finish(complaints);
    soften(&mut complaints[from..]);
}

/// Takes back what a stricter reader makes of unknown keys.
pub(super) fn soften(complaints: &mut [Diagnostic]) {
    for complaint in complaints.iter_mut().filter(|complaint| is_unknown_key(complaint)) {
        complaint.severity = Severity::Warning;
        complaint.here = "Grafana ignores it".to_owned();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    #[test]
    fn knows_what_comes_from_outside() {
        for (text, known, names) in [
            ("http://prometheus:9090", Some("http://prometheus:9090"), &[][..]),
            ("$URL", None, &["URL@0..4"]),
            ("http://${HOST}:$PORT", None, &["HOST@7..14", "PORT@15..20"]),
            ("pa$$word", Some("pa$word"), &[]),
            ("$$$X", None, &["X@2..4"]),
            ("$__file{/run/secrets/x}", None, &["/run/secrets/x@0..23"]),
            ("$__env{X}", None, &["X@0..9"]),
            ("cost: 5$", Some("cost: 5$"), &[]),
            ("$1st", None, &["1@0..2"]),
            ("{{ $labels.job }}", None, &["labels@3..10"]),
        ] {
            let setting = Setting { text: Excerpt::whole(FileId(0), text) };
            assert_eq!(setting.known().as_deref(), known, "{text}");
            let found: Vec<_> = setting
                .expansions()
                .into_iter()
                .map(|it| format!("{}@{}..{}", it.name, it.span.start, it.span.end))
                .collect();
            assert_eq!(found, names, "{text}");
        }
    }
}
