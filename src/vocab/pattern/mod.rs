//! Regular expressions as Prometheus and Alertmanager understand them: Go's RE2 dialect, anchored.
//!
//! A pattern is read at once, by a parser that refuses exactly what Go refuses, and compiled only when many texts
//! must be matched and the form of the pattern (a literal, `a|b`, `svc-.*`, `.+`) does not decide them.

mod class;
mod error;
mod parse;
mod replace;
mod shape;
#[cfg(test)]
mod tests;
mod walk;

use std::{
    cell::RefCell,
    collections::HashMap,
    fmt,
    sync::{
        Arc, LazyLock, OnceLock, PoisonError, RwLock,
        atomic::{AtomicU32, Ordering},
    },
};

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, Look};

pub use error::PatternError;
use parse::Parsed;
pub use replace::{ReplacementPart, replacement_parts};
use shape::Shape;

/// Largest compiled form, in bytes.
const SIZE_LIMIT: usize = 32 << 20;
/// Patterns of more characters and ranges than this are compiled only where there is no other way.
const LARGE: usize = 1 << 12;
/// So many texts are held against the structure of the smallest pattern before it is compiled. To compile a larger one
/// takes longer: as long as one text more for each of its characters and ranges.
const FEW: usize = 64;
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
    shape: Shape,
    matches_everything: bool,
    matches_empty: bool,
    matches_nothing: bool,
    breaks_out: bool,
    /// How many texts are to be held against its structure before it is worth compiling.
    patience: u32,
    groups: Vec<Option<String>>,
    /// How many texts were held against its structure.
    asked: AtomicU32,
    regex: OnceLock<Option<Regex>>,
}

/// What was read of a pattern. It can be large (`\pL` has hundreds of ranges), and so it is not kept, but read
/// again where a text is held against it.
struct Structure {
    hir: Hir,
    /// Whether a whole text must match it. A pattern that searches need not, and one that is balanced only once wrapped
    /// says itself where a text starts and ends.
    is_whole: bool,
    groups: Vec<Option<String>>,
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
        let Structure { hir, is_whole, groups } = Structure::of(text, usage)?;
        let searches = usage == PatternUse::Search;
        let body = is_whole.then_some(&hir);
        let weight = shape::weight(&hir);
        let asserts_nothing = hir.properties().look_set().is_empty();
        let inner = Inner {
            text: text.to_owned(),
            usage,
            shape: body.map_or(Shape::Other, Shape::of),
            matches_everything: match body {
                Some(body) => shape::matches_everything(body),
                None => searches && asserts_nothing && shape::matches_empty(&hir),
            },
            matches_empty: shape::matches_empty(&hir),
            matches_nothing: shape::matches_nothing(&hir),
            breaks_out: !is_whole && !searches,
            patience: if weight > LARGE { u32::MAX } else { (FEW + weight) as u32 },
            groups,
            asked: AtomicU32::new(0),
            regex: OnceLock::new(),
        };
        Ok(Self { inner: Arc::new(inner) })
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
        if let Some(decided) = self.inner.shape.decide(subject) {
            return decided;
        }
        // Of what is too large to compile, the structure is asked all the same.
        let is_compiled = matches!(self.inner.regex.get(), Some(Some(_)));
        let walked = if is_compiled { None } else { self.walked(subject) };
        walked.unwrap_or_else(|| self.compiled().is_some_and(|regex| regex.is_match(subject)))
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
        let body = self.structure().filter(|structure| structure.is_whole);
        body.map(|body| shape::prefix(&body.hir)).unwrap_or_default()
    }

    /// Whether it surely matches every text of one line: `.*`, `.*|x`, `(.*)`. False may mean "not seen".
    pub fn matches_everything(&self) -> bool {
        self.inner.matches_everything
    }

    /// Whether it surely matches every text of one line but perhaps the empty one: `.+`, `.*`. False may mean "not seen".
    pub fn matches_any_text(&self) -> bool {
        let is_any = matches!(&self.inner.shape, Shape::Prefix { text, least: 0..=1, .. } if text.is_empty());
        is_any || self.matches_everything()
    }

    /// Whether it matches the empty text, and so a label that is not there.
    pub fn matches_empty(&self) -> bool {
        self.inner.matches_empty
    }

    /// Whether it surely matches no text at all: `a^b`, `[^\x00-\x{10FFFF}]`. False may mean "not seen".
    pub fn matches_nothing(&self) -> bool {
        self.inner.matches_nothing
    }

    /// Whether it is not balanced by itself, only once Alertmanager or relabelling has wrapped it:
    /// `a)|(b` then means "starts with `a` or ends with `b`", which hardly anybody wants.
    pub fn breaks_out(&self) -> bool {
        self.inner.breaks_out
    }

    /// Whether it matches, as its structure tells; `None` when an automaton is worth its making: for more than a few
    /// texts, or where the structure takes too long.
    fn walked(&self, subject: &str) -> Option<bool> {
        thread_local! {
            /// What was asked last is mostly asked again.
            static LAST: RefCell<Option<(Pattern, Structure)>> = const { RefCell::new(None) };
        }
        if self.inner.asked.fetch_add(1, Ordering::Relaxed) >= self.inner.patience {
            return None;
        }
        LAST.with_borrow_mut(|last| {
            if last.as_ref().is_none_or(|(pattern, _)| !Arc::ptr_eq(&pattern.inner, &self.inner)) {
                *last = Some((self.clone(), self.structure()?));
            }
            let (_, structure) = last.as_ref()?;
            let holds = if structure.is_whole { walk::matches } else { walk::finds };
            holds(&structure.hir, subject)
        })
    }

    fn structure(&self) -> Option<Structure> {
        Structure::of(&self.inner.text, self.inner.usage).ok()
    }

    /// The automaton; `None` when it exceeds the size limit.
    fn compiled(&self) -> Option<&Regex> {
        let compile = || {
            let structure = self.structure()?;
            let whole = if structure.is_whole { anchored(structure.hir) } else { structure.hir };
            let mut builder = RegexBuilder::new(&whole.to_string());
            builder.size_limit(SIZE_LIMIT).nest_limit(u32::MAX).build().ok()
        };
        self.inner.regex.get_or_init(compile).as_ref()
    }
}

impl Structure {
    fn of(text: &str, usage: PatternUse) -> Result<Self, PatternError> {
        let dot_matches_newline = usage == PatternUse::Matcher || usage == PatternUse::Relabel;
        let bare = parse::parse(text, dot_matches_newline);
        if matches!(usage, PatternUse::Search | PatternUse::Matcher) {
            return bare.map(|bare| Self::new(bare, usage == PatternUse::Matcher));
        }
        let (before, after) = usage.wrapping();
        match (bare, parse::parse(&format!("{before}{text}{after}"), false)) {
            (Ok(bare), Ok(_)) => Ok(Self::new(bare, true)),
            (Err(_), Ok(wrapped)) => Ok(Self::new(wrapped, false)),
            (Err(error), Err(_)) => Err(error),
            (Ok(_), Err(_)) => {
                let message = format!("it cannot be wrapped as `{before}…{after}`: does `\\Q` lack its `\\E`?");
                Err(PatternError::new(0..text.len(), message))
            }
        }
    }

    fn new(Parsed { hir, groups }: Parsed, is_whole: bool) -> Self {
        Self { hir, is_whole, groups }
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
