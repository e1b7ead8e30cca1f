//! Values of compose files, in which `${VAR:-default}` and its like are expanded.

use std::{cell::LazyCell, collections::BTreeMap, ops::Range, sync::Arc};

use crate::text::{Excerpt, Span, Spanned};

/// How deep defaults may nest in each other.
const MOST_NESTED: usize = 16;

/// A value as written, perhaps with variables in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Value {
    /// The text as written.
    pub text: Excerpt,
    /// What variables in it are replaced with.
    pub variables: Variables,
}

/// What `${VAR}` is replaced with in a compose file: what the `.env` file beside it says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Variables(Arc<BTreeMap<String, Option<String>>>);

impl FromIterator<(String, Option<String>)> for Variables {
    /// Variables by name; of one without a value it is known only that it has one.
    fn from_iter<I: IntoIterator<Item = (String, Option<String>)>>(variables: I) -> Self {
        Self(Arc::new(variables.into_iter().collect()))
    }
}

impl Variables {
    /// The value of a variable: `None` when it is not set here, `Some(None)` when it is set to something unknown.
    pub fn get(&self, name: &str) -> Option<Option<&str>> {
        self.0.get(name).map(Option::as_deref)
    }

    /// A text in which variables are expanded as compose does it; `None` when one of them has neither a value
    /// nor a default.
    pub fn expand(&self, text: &str) -> Option<String> {
        expand(text, &self.0, 0)
    }

    /// Each with its value, as far as that is known, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_deref()))
    }
}

impl Value {
    /// The place of the whole value.
    pub fn span(&self) -> Span {
        self.text.full_span()
    }

    /// The value with its variables replaced by what `.env` says, else by their defaults; `None` when one
    /// has neither, so that nothing is known of the value.
    pub fn known(&self) -> Option<String> {
        self.variables.expand(self.text.text())
    }

    /// The value with its place.
    pub fn located(&self) -> Option<Spanned<String>> {
        self.known().map(|value| Spanned::new(self.span(), value))
    }

    /// The variables it depends on, in order, whether they have a default or not.
    pub fn asks(&self) -> Vec<Spanned<String>> {
        let text = self.text.text();
        variables(text)
            .into_iter()
            .map(|found| Spanned::new(self.text.span(found.range.clone()), text[found.name].to_owned()))
            .collect()
    }

    /// A part of the value.
    pub(super) fn part(&self, range: Range<usize>) -> Value {
        Value { text: self.text.sub(range), variables: self.variables.clone() }
    }

    /// The parts between colons, except those inside of variables and brackets.
    pub(super) fn colon_parts(&self) -> Vec<Value> {
        let text = self.text.text();
        let (mut parts, mut from, mut depth) = (Vec::new(), 0, 0_usize);
        for (at, sign) in text.char_indices() {
            match sign {
                '{' | '[' => depth += 1,
                '}' | ']' => depth = depth.saturating_sub(1),
                ':' if depth == 0 => {
                    parts.push(self.part(from..at));
                    from = at + 1;
                }
                _ => {}
            }
        }
        parts.push(self.part(from..text.len()));
        parts
    }
}

/// A variable in a text.
struct Variable {
    range: Range<usize>,
    name: Range<usize>,
    /// The sign after the name and what follows it, in braces: `:-` and the default.
    rest: Range<usize>,
}

/// The variables of a text; `$$` is a dollar sign.
fn variables(text: &str) -> Vec<Variable> {
    let mut found = Vec::new();
    let mut from = 0;
    let closing = LazyCell::new(|| closing_braces(text));
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('$')).map(|step| from + step) {
        let rest = &text[at + 1..];
        let braced = rest.starts_with('{');
        let start = at + 1 + usize::from(braced);
        let length = text[start..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let name = start..start + length;
        from = if rest.starts_with('$') { at + 2 } else { at + 1 };
        if length == 0 || rest.starts_with(|first: char| first.is_ascii_digit()) {
            continue;
        }
        let Some(end) = (if braced { closing.get(&(start - 1)).copied() } else { Some(name.end) }) else { continue };
        let range = at..end + usize::from(braced);
        from = range.end;
        found.push(Variable { range, rest: name.end..end, name });
    }
    found
}

/// Where each brace that is opened is closed, by its place.
fn closing_braces(text: &str) -> BTreeMap<usize, usize> {
    let mut open = Vec::new();
    let mut closing = BTreeMap::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => open.push(at),
            b'}' => closing.extend(open.pop().map(|opened| (opened, at))),
            _ => {}
        }
    }
    closing
}

pub(super) fn expand(text: &str, given: &BTreeMap<String, Option<String>>, depth: usize) -> Option<String> {
    if depth > MOST_NESTED {
        return None;
    }
    let mut out = String::new();
    let mut from = 0;
    for variable in variables(text) {
        out.push_str(&text[from..variable.range.start].replace("$$", "$"));
        let value = match given.get(&text[variable.name]) {
            Some(value) => Some(value.clone()?),
            None => None,
        };
        let rest = &text[variable.rest];
        let (sign, word) =
            rest.split_at(rest.find(|c: char| !matches!(c, ':' | '-' | '?' | '+')).unwrap_or(rest.len()));
        let empty = value.as_ref().is_none_or(String::is_empty);
        out.push_str(&match (sign, value) {
            (":-", _) if empty => expand(word, given, depth + 1)?,
            ("-", None) => expand(word, given, depth + 1)?,
            (":+", _) if empty => String::new(),
            ("+", None) => String::new(),
            (":+" | "+", Some(_)) => expand(word, given, depth + 1)?,
            (":?", _) if empty => return None,
            (_, value) => value?,
        });
        from = variable.range.end;
    }
    out.push_str(&text[from..].replace("$$", "$"));
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::FileId;

    fn variables() -> Variables {
        let of = |name: &str, value: Option<&str>| (name.to_owned(), value.map(str::to_owned));
        [of("SET", Some("yes")), of("EMPTY", Some("")), of("ELSEWHERE", None)].into_iter().collect()
    }

    #[test]
    fn expands_as_compose_does() {
        let given = variables();
        for (text, expected) in [
            ("plain", Some("plain")),
            ("$SET-${SET}", Some("yes-yes")),
            ("${GONE}", None),
            ("${GONE:-a}/${EMPTY:-b}/${EMPTY-c}", Some("a/b/")),
            ("${GONE:-${ALSO:-x}}y", Some("xy")),
            ("${SET:+on}${GONE:+off}", Some("on")),
            ("${SET:?needed}", Some("yes")),
            ("${GONE:?needed}", None),
            ("${EMPTY:?needed}", None),
            ("${EMPTY?needed}", Some("")),
            ("${ELSEWHERE:-x}", None),
            ("pa$$word", Some("pa$word")),
            ("${open", Some("${open")),
            ("$1 $", Some("$1 $")),
        ] {
            assert_eq!(given.expand(text).as_deref(), expected, "{text}");
        }
        let value = Value { text: Excerpt::whole(FileId(0), "${A:-x}:$B"), variables: given };
        assert_eq!(value.asks().iter().map(|it| it.as_str()).collect::<Vec<_>>(), ["A", "B"]);
    }

    proptest! {
        #[test]
        fn any_text_expands(text in "[A-C$:{}?+\\- é]{0,40}") {
            let letters = ["A", "B", "C"].map(|name| (name.to_owned(), Some(String::new())));
            let value = Value { text: Excerpt::whole(FileId(0), text.as_str()), variables: letters.into_iter().collect() };
            for variable in value.asks() {
                prop_assert!(text.get(variable.span.range()).is_some_and(|it| it.starts_with('$')));
            }
            let parts = value.colon_parts();
            prop_assert_eq!(parts.iter().map(|part| part.text.text()).collect::<Vec<_>>().join(":"), text.as_str());
            prop_assert!(text.contains('$') || value.known().as_ref() == Some(&text));
        }
    }
}
