//! What is demanded of the labels and annotations of a rule, judged alike for both.

use std::collections::BTreeMap;

use crate::{
    kit::*,
    model::Pair,
    template::Template,
    vocab::{Pattern, listed},
};

/// What is demanded of a list of names and texts.
pub struct Demands<'c> {
    /// "label" or "annotation".
    pub what: &'static str,
    /// Names that have to be there.
    pub required: &'c [String],
    /// Names of which one has to be there.
    pub any_of: &'c [String],
    /// Patterns of names that must not be there.
    pub forbidden: &'c [String],
    /// The texts that a name may have.
    pub allowed: &'c BTreeMap<String, Vec<String>>,
    /// What the text of a name has to match as a whole.
    pub matching: &'c BTreeMap<String, String>,
}

impl Demands<'_> {
    /// Looks at what a rule has; what its group gives counts as there, too.
    pub fn check(&self, anchor: Span, own: &[Pair<Template>], of_group: &[Pair], out: &mut Sink<'_>) {
        let what = self.what;
        let is_there = |name: &str| {
            own.iter().any(|pair| pair.name.value == name && !pair.value.text.text().trim().is_empty())
                || of_group.iter().any(|pair| pair.name.value == name)
        };
        for name in self.required.iter().filter(|name| !is_there(name)) {
            out.report(anchor, format!("there is no {what} `{name}`"))
                .help(format!("every rule here needs a {what} `{name}`"));
        }
        if !self.any_of.is_empty() && !self.any_of.iter().any(|name| is_there(name)) {
            out.report(anchor, format!("there is no {what} {}", listed(self.any_of, " or ")))
                .help("one of them has to be there");
        }
        for pair in own {
            self.one(pair, out);
        }
    }

    fn one(&self, pair: &Pair<Template>, out: &mut Sink<'_>) {
        let (what, name) = (self.what, &pair.name.value);
        let text = pair.value.text.text();
        if let Some(pattern) = self.forbidden.iter().find(|pattern| is_match(pattern, name)) {
            out.report(pair.name.span, format!("the {what} `{name}` is not wanted"))
                .help(format!("what matches `{pattern}` is forbidden"));
        }
        // What a template renders is not known.
        if !pair.value.is_plain() {
            return;
        }
        let place = if text.is_empty() { pair.name.span } else { pair.value.text.full_span() };
        if let Some(values) = self.allowed.get(name.as_str()).filter(|values| !values.iter().any(|value| value == text))
        {
            out.report(place, format!("`{text}` is no value for the {what} `{name}`"))
                .help(format!("it may be {}", listed(values, ", ")));
        }
        if let Some(pattern) = self.matching.get(name.as_str()).filter(|pattern| !is_match(pattern, text)) {
            out.report(place, format!("the {what} `{name}` does not match `{pattern}`"))
                .help("write it in the form that is agreed on");
        }
    }
}

/// Whether a pattern matches a text as a whole; one that does not compile matches nothing.
pub fn is_match(pattern: &str, text: &str) -> bool {
    Pattern::anchored(pattern).is_ok_and(|pattern| pattern.is_match(text))
}

/// Whether a rule is excepted by its name.
pub fn is_excepted(site: RuleSite<'_>, except: &[String]) -> bool {
    site.rule.name().is_some_and(|name| except.iter().any(|pattern| is_match(pattern, &name.value)))
}
