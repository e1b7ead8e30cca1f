//! Selectors, their matchers, and what shifts them in time.

use crate::{
    text::{Name, Span, Spanned},
    vocab::Pattern,
};

use super::{Absent, DurationExpr, Seldom};

/// A name, matchers in braces, or both.
#[derive(Clone, PartialEq, Debug)]
pub struct VectorSelector {
    /// From the name to the last modifier; inside a range selector only to the closing brace.
    pub span: Span,
    /// The name in front of the braces.
    pub name: Option<Spanned<Name>>,
    /// The braces with all between them.
    pub braces: Option<Span>,
    /// What stands between the braces, in the written order.
    pub matchers: Box<[Matcher]>,
    /// `offset`, `@`, `anchored`, `smoothed`; empty inside a range selector, which has its own.
    pub modifiers: Modifiers,
}

/// `label="value"`.
#[derive(Clone, PartialEq, Debug)]
pub struct Matcher {
    /// All of it.
    pub span: Span,
    /// The label's name. Of a lone `"name"` in braces it is `__name__`, at the place of the string.
    pub label: Spanned<Name>,
    /// How it compares; of a lone `"name"` an empty place before the string.
    pub op: Spanned<MatchOp>,
    /// The value, decoded; its place includes the quotes.
    pub value: Spanned<Name>,
}

/// How a matcher compares.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MatchOp {
    /// `=`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `=~`.
    Regex,
    /// `!~`.
    NotRegex,
}

/// What shifts a selector or a subquery in time, which few are.
pub type Modifiers = Seldom<Shift>;

/// The modifiers themselves.
#[derive(Clone, PartialEq, Debug)]
pub struct Shift {
    /// `offset 5m`.
    pub offset: Option<Box<Offset>>,
    /// `@ 1609746000`.
    pub at: Option<Box<At>>,
    /// `anchored` or `smoothed`.
    pub extension: Option<Box<Spanned<Extension>>>,
}

/// `offset 5m`.
#[derive(Clone, PartialEq, Debug)]
pub struct Offset {
    /// From the word to the end of the duration.
    pub span: Span,
    /// How far back; negative is forward.
    pub duration: DurationExpr,
}

/// `@ start()`.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct At {
    /// From the sign to the end of the time.
    pub span: Span,
    /// The fixed moment.
    pub time: AtTime,
}

/// The moment an `@` names.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum AtTime {
    /// Milliseconds since 1970.
    Milliseconds(i64),
    /// `start()`, the first moment of the query.
    Start,
    /// `end()`, the last moment of the query.
    End,
}

/// Which samples beyond the range a selector also takes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Extension {
    /// The last one before it.
    Anchored,
    /// The nearest on both sides, interpolated.
    Smoothed,
}

impl VectorSelector {
    /// The name of the metric, if there is exactly one possible: the one in front of the braces, or the
    /// value of the first `__name__="…"` in them.
    pub fn metric_name(&self) -> Option<&Spanned<Name>> {
        self.name.as_ref().or_else(|| {
            self.matchers
                .iter()
                .find(|matcher| matcher.label.value == "__name__" && matcher.op.value == MatchOp::Equal)
                .map(|matcher| &matcher.value)
        })
    }

    /// The matchers of a label, in the written order.
    pub fn matchers_of<'a>(&'a self, label: &'a str) -> impl Iterator<Item = &'a Matcher> {
        self.matchers.iter().filter(move |matcher| matcher.label.value == label)
    }
}

impl Matcher {
    /// Whether a series whose label has this value is selected; a label that is not there has the empty
    /// value. A pattern that does not compile matches nothing, and everything when it is negated.
    pub fn matches(&self, value: &str) -> bool {
        self.test()(value)
    }

    /// [`Matcher::matches`], made ready for many values.
    pub fn test(&self) -> impl Fn(&str) -> bool + '_ {
        let pattern = self.pattern();
        move |value| {
            let equal = if self.op.is_regex() {
                pattern.as_ref().is_some_and(|pattern| pattern.is_match(value))
            } else {
                self.value.value == value
            };
            equal != self.op.is_negative()
        }
    }

    /// The pattern of `=~` and `!~`, if it compiles.
    pub fn pattern(&self) -> Option<Pattern> {
        self.op.is_regex().then(|| Pattern::anchored(&self.value.value).ok()).flatten()
    }

    /// The values that it takes, when they are few and it lists them.
    pub fn values(&self) -> Option<Vec<String>> {
        match self.op.value {
            MatchOp::Equal => Some(vec![self.value.value.to_string()]),
            MatchOp::Regex => Some(self.pattern()?.literals()?.to_vec()),
            MatchOp::NotEqual | MatchOp::NotRegex => None,
        }
    }
}

impl MatchOp {
    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            MatchOp::Equal => "=",
            MatchOp::NotEqual => "!=",
            MatchOp::Regex => "=~",
            MatchOp::NotRegex => "!~",
        }
    }

    /// Whether the value is a regular expression.
    pub fn is_regex(self) -> bool {
        matches!(self, MatchOp::Regex | MatchOp::NotRegex)
    }

    /// Whether it takes what does not match.
    pub fn is_negative(self) -> bool {
        matches!(self, MatchOp::NotEqual | MatchOp::NotRegex)
    }
}

impl Absent for Shift {
    const ABSENT: &'static Self = &Self { offset: None, at: None, extension: None };
}

impl Shift {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.offset.is_none() && self.at.is_none() && self.extension.is_none()
    }
}
