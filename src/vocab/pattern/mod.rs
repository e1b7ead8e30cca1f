//! Regular expressions as Prometheus and Alertmanager understand them: Go's RE2 dialect, anchored.
//!
//! A pattern is read at once, by a parser that refuses exactly what Go refuses, and compiled only when a
//! text must be matched and the form of the pattern (a literal, `a|b`, `svc-.*`, `.+`) does not decide it.

mod class;
mod error;
mod parse;
mod replace;
mod shape;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, LazyLock, OnceLock, PoisonError, RwLock},
};

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, Look};

pub use error::PatternError;
pub use replace::{ReplacementPart, replacement_parts};
use shape::Shape;

/// Largest compiled form, in bytes.
const SIZE_LIMIT: usize = 32 << 20;
/// Patterns of more states than this are compiled at once, to tell when they exceed the limit.
const LARGE: usize = 1 << 16;
/// Cached patterns, before the cache starts anew.
const MOST_CACHED: usize = 16_384;

/// Where a pattern is used, which decides how it is wrapped.
#[derive(Copy, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum PatternUse {
    /// A PromQL matcher: whole text, `.` takes line breaks (`^(?s:…)$`).
    Matcher,
    /// A relabelling rule or `label_replace`: as a matcher, but an unbalanced `a)|(b` passes, because it
    /// is balanced once wrapped.
    Relabel,
    /// An Alertmanager matcher: whole text, `.` stops at line breaks (`^(?:…)$`); unbalanced as above.
    Alertmanager,
    /// `match` and `reReplaceAll` in templates: anywhere in the text, unwrapped.
    Search,
}

impl PatternUse {
    /// What stands before and after the pattern when Go compiles it.
    fn wrapping(self) -> (&'static str, &'static str) {
        match self {
            Self::Matcher | Self::Relabel => ("^(?s:", ")$"),
            Self::Alertmanager => ("^(?:", ")$"),
            Self::Search => ("", ""),
        }
    }
}

/// A regular expression that was read and found right.
#[derive(Clone)]
pub struct Pattern {
    inner: Arc<Inner>,
}

struct Inner {
    text: String,
    usage: PatternUse,
    /// The pattern without its wrapping; `None` when it is balanced only once wrapped.
    body: Option<Hir>,
    /// The pattern as it is matched, wrapping included.
    whole: Hir,
    shape: Shape,
    groups: Vec<Option<String>>,
    regex: OnceLock<Option<Regex>>,
}

/// Patterns that were read, for one use.
type Cache = RwLock<HashMap<String, Result<Pattern, PatternError>>>;

/// One cache for each use, so that looking up a text does not copy it.
static CACHES: LazyLock<[Cache; 4]> = LazyLock::new(Default::default);

impl Pattern {
    /// Reads the pattern of a PromQL matcher.
    pub fn anchored(text: &str) -> Result<Self, PatternError> {
        Self::of(text, PatternUse::Matcher)
    }

    /// Reads a pattern for a use. Patterns are kept: the same text costs a look-up the second time.
    pub fn of(text: &str, usage: PatternUse) -> Result<Self, PatternError> {
        let cache = &CACHES[usage as usize];
        if let Some(known) = cache.read().unwrap_or_else(PoisonError::into_inner).get(text) {
            return known.clone();
        }
        let read = Self::read(text, usage);
        let mut cache = cache.write().unwrap_or_else(PoisonError::into_inner);
        if cache.len() >= MOST_CACHED {
            cache.clear();
        }
        cache.entry(text.to_owned()).or_insert(read).clone()
    }

    fn read(text: &str, usage: PatternUse) -> Result<Self, PatternError> {
        let dot_matches_newline = usage == PatternUse::Matcher || usage == PatternUse::Relabel;
        let bare = parse::parse(text, dot_matches_newline);
        let (body, whole, groups) = match (usage, bare) {
            (PatternUse::Search, bare) => bare.map(|bare| (None, bare.hir, bare.groups))?,
            (PatternUse::Matcher, bare) => {
                bare.map(|bare| (Some(bare.hir.clone()), anchored(bare.hir), bare.groups))?
            }
            (_, bare) => {
                let (before, after) = usage.wrapping();
                let wrapped = parse::parse(&format!("{before}{text}{after}"), false);
                let whole = match (&bare, wrapped) {
                    (_, Ok(whole)) => whole,
                    (Err(error), Err(_)) => return Err(error.clone()),
                    (Ok(_), Err(_)) => {
                        let message = format!("it cannot be wrapped as `{before}…{after}`: does `\\Q` lack its `\\E`?");
                        return Err(PatternError::new(0..text.len(), message));
                    }
                };
                (bare.ok().map(|bare| bare.hir), whole.hir, whole.groups)
            }
        };
        let shape = body.as_ref().map_or(Shape::Other, Shape::of);
        let inner = Inner { text: text.to_owned(), usage, body, whole, shape, groups, regex: OnceLock::new() };
        let pattern = Self { inner: Arc::new(inner) };
        if shape::weight(&pattern.inner.whole) > LARGE && pattern.compiled().is_none() {
            return Err(PatternError::new(0..text.len(), "it is too large once compiled"));
        }
        Ok(pattern)
    }

    /// The pattern as written.
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// What it is used for.
    pub fn usage(&self) -> PatternUse {
        self.inner.usage
    }

    /// The names of its capture groups, from group 1 on.
    pub fn groups(&self) -> &[Option<String>] {
        &self.inner.groups
    }

    /// Whether it matches: the whole text, or for [`PatternUse::Search`] any part of it.
    pub fn is_match(&self, subject: &str) -> bool {
        match self.inner.shape.decide(subject) {
            Some(decided) => decided,
            None => self.compiled().is_some_and(|regex| regex.is_match(subject)),
        }
    }

    /// All strings it can match, in the order written, when they are finitely many and few (at most
    /// 256). A pattern that searches has none.
    pub fn literals(&self) -> Option<&[String]> {
        match &self.inner.shape {
            Shape::Literals(literals) => Some(&literals.written),
            _ => None,
        }
    }

    /// The text that everything it matches starts with; empty when there is none or it searches.
    pub fn prefix(&self) -> String {
        self.inner.body.as_ref().map(shape::prefix).unwrap_or_default()
    }

    /// Whether it surely matches every text of one line: `.*`, `.*|x`, `(.*)`. False may mean "not seen".
    pub fn matches_everything(&self) -> bool {
        match self.inner.usage {
            PatternUse::Search => shape::matches_empty(&self.inner.whole) && self.asserts_nothing(),
            _ => self.inner.body.as_ref().is_some_and(shape::matches_everything),
        }
    }

    /// Whether it surely matches every text of one line but perhaps the empty one: `.+`, `.*`. False may mean "not seen".
    pub fn matches_any_text(&self) -> bool {
        let is_any = matches!(&self.inner.shape, Shape::Prefix { text, least: 0..=1, .. } if text.is_empty());
        is_any || self.matches_everything()
    }

    /// Whether it matches the empty text, and so a label that is not there.
    pub fn matches_empty(&self) -> bool {
        shape::matches_empty(&self.inner.whole)
    }

    /// Whether it surely matches no text at all: `a^b`, `[^\x00-\x{10FFFF}]`. False may mean "not seen".
    pub fn matches_nothing(&self) -> bool {
        shape::matches_nothing(self.inner.body.as_ref().unwrap_or(&self.inner.whole))
    }

    /// Whether it is not balanced by itself, only once Alertmanager or relabelling has wrapped it:
    /// `a)|(b` then means "starts with `a` or ends with `b`", which hardly anybody wants.
    pub fn breaks_out(&self) -> bool {
        self.inner.body.is_none() && self.inner.usage != PatternUse::Search
    }

    fn asserts_nothing(&self) -> bool {
        self.inner.whole.properties().look_set().is_empty()
    }

    /// The automaton; `None` when it exceeds the size limit, which reading has reported.
    fn compiled(&self) -> Option<&Regex> {
        let compile = || {
            let mut builder = RegexBuilder::new(&self.inner.whole.to_string());
            builder.size_limit(SIZE_LIMIT).nest_limit(u32::MAX).build().ok()
        };
        self.inner.regex.get_or_init(compile).as_ref()
    }
}

fn anchored(body: Hir) -> Hir {
    Hir::concat(vec![Hir::look(Look::Start), body, Hir::look(Look::End)])
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.inner.usage == other.inner.usage && self.inner.text == other.inner.text
    }
}

impl Eq for Pattern {}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}(`{}`)", self.inner.usage, self.inner.text)
    }
}
