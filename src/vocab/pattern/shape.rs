//! What a pattern can match, read off its structure without compiling it.

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// More strings than this are not listed.
const MOST_STRINGS: usize = 256;
/// Nor are more bytes than this put together from the parts of a pattern.
const MOST_BYTES: usize = 1 << 14;

/// The few forms that most patterns of the field have, each decided without an automaton.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// Exactly these strings.
    Literals(Literals),
    /// This text and then any, at least `least` characters of it; `newline` when `.` takes line breaks.
    Prefix { text: String, least: usize, newline: bool },
    /// Anything else.
    Other,
}

/// The strings that a pattern matches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Literals {
    /// In the order written, each once.
    pub(super) written: Vec<String>,
    /// Their ranks there, sorted by the strings.
    sorted: Box<[usize]>,
}

impl Literals {
    fn of(written: Vec<String>) -> Self {
        let mut sorted: Box<[usize]> = (0..written.len()).collect();
        sorted.sort_unstable_by_key(|rank| &written[*rank]);
        Self { written, sorted }
    }

    fn contains(&self, text: &str) -> bool {
        self.sorted.binary_search_by(|rank| self.written[*rank].as_str().cmp(text)).is_ok()
    }
}

impl Shape {
    /// The shape of a pattern that must match a whole text.
    pub(super) fn of(hir: &Hir) -> Self {
        if let Some(strings) = strings(hir) {
            return Self::Literals(Literals::of(strings));
        }
        let subs = match hir.kind() {
            HirKind::Concat(subs) => subs.as_slice(),
            _ => std::slice::from_ref(hir),
        };
        let (text, rest) = match subs.split_first().map(|(first, rest)| (first.kind(), rest)) {
            Some((HirKind::Literal(literal), rest)) => (String::from_utf8_lossy(&literal.0).into_owned(), rest),
            _ => (String::new(), subs),
        };
        match rest {
            [last] => tail(last).map_or(Self::Other, |(least, newline)| Self::Prefix { text, least, newline }),
            _ => Self::Other,
        }
    }

    /// Whether the shape alone decides a text, and how.
    pub(super) fn decide(&self, subject: &str) -> Option<bool> {
        match self {
            Self::Literals(literals) => Some(literals.contains(subject)),
            Self::Prefix { text, least, newline } => {
                Some(subject.strip_prefix(text.as_str()).is_some_and(|rest| {
                    rest.chars().take(*least).count() == *least && (*newline || !rest.contains('\n'))
                }))
            }
            Self::Other => None,
        }
    }
}

/// `.*` or `.+`: how many characters at least, and whether line breaks count.
fn tail(hir: &Hir) -> Option<(usize, bool)> {
    let HirKind::Repetition(Repetition { min: least @ 0..=1, max: None, sub, .. }) = hir.kind() else { return None };
    Some((*least as usize, any_character(sub)?))
}

/// Whether this is `.`, and if so whether it takes line breaks.
fn any_character(hir: &Hir) -> Option<bool> {
    let HirKind::Class(Class::Unicode(class)) = hir.kind() else { return None };
    let mut others = class.clone();
    others.negate();
    match others.ranges() {
        [] => Some(true),
        [only] if only.start() == '\n' && only.end() == '\n' => Some(false),
        _ => None,
    }
}

/// All strings the pattern can match, when they are few.
pub(super) fn strings(hir: &Hir) -> Option<Vec<String>> {
    listed(hir, true, true).map(|strings| {
        let mut seen = std::collections::BTreeSet::new();
        strings.into_iter().filter(|string| seen.insert(string.clone())).collect()
    })
}

/// The strings of a part; `at_start` and `at_end` tell whether it reaches the ends of the text, where `^`
/// and `$` say nothing new.
fn listed(hir: &Hir, at_start: bool, at_end: bool) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Empty => Some(vec![String::new()]),
        HirKind::Look(Look::Start) if at_start => Some(vec![String::new()]),
        HirKind::Look(Look::End) if at_end => Some(vec![String::new()]),
        HirKind::Look(_) => None,
        HirKind::Literal(literal) => Some(vec![String::from_utf8(literal.0.to_vec()).ok()?]),
        HirKind::Class(class) => characters(class),
        HirKind::Capture(capture) => listed(&capture.sub, at_start, at_end),
        HirKind::Repetition(Repetition { min, max: Some(max), sub, .. }) if *max as usize <= MOST_STRINGS => {
            repeated(sub, *min, *max)
        }
        HirKind::Repetition(_) => None,
        HirKind::Concat(subs) => {
            let first = subs.iter().position(|sub| !is_look(sub, Look::Start)).unwrap_or(subs.len());
            let last = subs.iter().rposition(|sub| !is_look(sub, Look::End)).unwrap_or(0);
            subs.iter().enumerate().try_fold(vec![String::new()], |before, (at, sub)| {
                joined(&before, &listed(sub, at_start && at <= first, at_end && at >= last)?)
            })
        }
        HirKind::Alternation(subs) => {
            let mut all = Vec::new();
            for sub in subs {
                all.extend(listed(sub, at_start, at_end)?);
                if all.len() > MOST_STRINGS {
                    return None;
                }
            }
            Some(all)
        }
    }
}

fn is_look(hir: &Hir, look: Look) -> bool {
    matches!(hir.kind(), HirKind::Look(found) if *found == look)
}

fn repeated(sub: &Hir, min: u32, max: u32) -> Option<Vec<String>> {
    let once = listed(sub, false, false)?;
    let mut all: Vec<String> = Vec::new();
    let mut power = vec![String::new()];
    for count in 0..=max {
        if count >= min {
            all.extend(power.iter().cloned());
        }
        if all.len() > MOST_STRINGS || bytes(&all) > MOST_BYTES {
            return None;
        }
        if count < max {
            power = joined(&power, &once)?;
        }
    }
    Some(all)
}

fn characters(class: &Class) -> Option<Vec<String>> {
    let Class::Unicode(class) = class else { return None };
    let count: usize = class.ranges().iter().map(|range| range.len()).sum();
    (count <= MOST_STRINGS).then(|| {
        let ranges = class.ranges().iter().flat_map(|range| range.start()..=range.end());
        ranges.map(String::from).collect()
    })
}

fn joined(left: &[String], right: &[String]) -> Option<Vec<String>> {
    let are_few = left.len() * right.len() <= MOST_STRINGS;
    let are_short = bytes(left) * right.len() + bytes(right) * left.len() <= MOST_BYTES;
    (are_few && are_short)
        .then(|| left.iter().flat_map(|left| right.iter().map(move |right| format!("{left}{right}"))).collect())
}

fn bytes(strings: &[String]) -> usize {
    strings.iter().map(String::len).sum()
}

/// The text that every match of a whole text starts with.
pub(super) fn prefix(hir: &Hir) -> String {
    let mut text = String::new();
    extend_prefix(hir, &mut text);
    text
}

/// Adds the fixed text at the start of `hir`; gives whether `hir` was nothing but it.
fn extend_prefix(hir: &Hir, text: &mut String) -> bool {
    match hir.kind() {
        HirKind::Empty => true,
        HirKind::Look(Look::Start) => text.is_empty(),
        HirKind::Literal(literal) => {
            text.push_str(&String::from_utf8_lossy(&literal.0));
            true
        }
        HirKind::Capture(capture) => extend_prefix(&capture.sub, text),
        HirKind::Concat(subs) => subs.iter().all(|sub| extend_prefix(sub, text)),
        HirKind::Repetition(Repetition { min: 1.., sub, .. }) => {
            extend_prefix(sub, text);
            false
        }
        HirKind::Alternation(subs) => {
            let common = subs.iter().map(prefix).reduce(|left, right| shared_start(&left, &right).to_owned());
            text.push_str(&common.unwrap_or_default());
            false
        }
        _ => false,
    }
}

fn shared_start<'t>(left: &'t str, right: &str) -> &'t str {
    let differs = left.char_indices().zip(right.chars()).find(|((_, left), right)| left != right);
    let length = differs.map_or(left.len().min(right.len()), |((at, _), _)| at);
    left.get(..length).unwrap_or_default()
}

/// Whether the empty text matches.
pub(super) fn matches_empty(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty => true,
        HirKind::Literal(_) | HirKind::Class(_) => false,
        HirKind::Look(look) => !matches!(look, Look::WordAscii),
        HirKind::Repetition(repetition) => repetition.min == 0 || matches_empty(&repetition.sub),
        HirKind::Capture(capture) => matches_empty(&capture.sub),
        HirKind::Concat(subs) => subs.iter().all(matches_empty),
        HirKind::Alternation(subs) => subs.iter().any(matches_empty),
    }
}

/// Whether every text of one line matches, as far as that can be seen.
pub(super) fn matches_everything(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(Repetition { min: 0, max: None, sub, .. }) => {
            any_character(sub).is_some() || matches_everything(sub)
        }
        HirKind::Repetition(Repetition { min: 0..=1, max: Some(1), sub, .. })
        | HirKind::Repetition(Repetition { min: 1, max: None, sub, .. }) => matches_everything(sub),
        HirKind::Capture(capture) => matches_everything(&capture.sub),
        HirKind::Concat(subs) => {
            let first = subs.iter().position(|sub| !is_look(sub, Look::Start)).unwrap_or(subs.len());
            let last = subs.iter().rposition(|sub| !is_look(sub, Look::End)).unwrap_or(0);
            let mut some_do = false;
            let others_may_be_left_out = subs.get(first..=last).unwrap_or_default().iter().all(|sub| {
                let does = matches_everything(sub);
                some_do |= does;
                does || is_optional(sub)
            });
            some_do && others_may_be_left_out
        }
        HirKind::Alternation(subs) => subs.iter().any(matches_everything) || is_nothing_or_something(subs),
        _ => false,
    }
}

/// Whether a part may be left out and asserts nothing.
fn is_optional(hir: &Hir) -> bool {
    hir.properties().look_set().is_empty() && matches_empty(hir)
}

/// `|.+`: the empty text, or any other.
fn is_nothing_or_something(subs: &[Hir]) -> bool {
    subs.iter().any(is_optional) && subs.iter().any(|sub| tail(sub).is_some())
}

/// Whether no text at all can match, as far as that can be seen.
pub(super) fn matches_nothing(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Literal(_) | HirKind::Look(_) => false,
        HirKind::Class(class) => class.is_empty(),
        HirKind::Repetition(repetition) => repetition.min > 0 && matches_nothing(&repetition.sub),
        HirKind::Capture(capture) => matches_nothing(&capture.sub),
        HirKind::Concat(subs) => subs.iter().any(matches_nothing) || contradicts_itself(subs),
        HirKind::Alternation(subs) => subs.iter().all(matches_nothing),
    }
}

/// `a^b`, `a$b`: the start of the text after a character, its end before one.
fn contradicts_itself(subs: &[Hir]) -> bool {
    let takes_characters = |sub: &Hir| sub.properties().minimum_len().unwrap_or(0) > 0;
    let (first, last) = (subs.iter().position(takes_characters), subs.iter().rposition(takes_characters));
    first.is_some_and(|first| subs[first..].iter().any(|sub| is_look(sub, Look::Start)))
        || last.is_some_and(|last| subs[..last].iter().any(|sub| is_look(sub, Look::End)))
}

/// How large the pattern will be once compiled, in characters and ranges, repetitions written out.
pub(super) fn weight(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => class.ranges().len() + 1,
        HirKind::Class(Class::Bytes(class)) => class.ranges().len() + 1,
        HirKind::Capture(capture) => weight(&capture.sub),
        HirKind::Repetition(Repetition { min, max, sub, .. }) => {
            weight(sub).saturating_mul(max.unwrap_or(*min).max(1) as usize)
        }
        HirKind::Concat(subs) | HirKind::Alternation(subs) => subs.iter().map(weight).fold(0, usize::saturating_add),
    }
}

/// How many instructions Go would compile it to, as `regexp/syntax` counts them before it does.
pub(super) fn instructions(hir: &Hir) -> u64 {
    let all = |subs: &[Hir]| subs.iter().map(instructions).fold(0, u64::saturating_add);
    let size = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => 1,
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).chars().count() as u64,
        HirKind::Capture(capture) => instructions(&capture.sub).saturating_add(2),
        HirKind::Repetition(Repetition { min, max, sub, .. }) => {
            let (min, sub) = (u64::from(*min), instructions(sub));
            match max.map(u64::from) {
                None if min == 0 => sub.saturating_add(2),
                None => sub.saturating_mul(min).saturating_add(1),
                Some(max) => sub.saturating_mul(max).saturating_add(max.saturating_sub(min)),
            }
        }
        HirKind::Concat(subs) => all(subs),
        HirKind::Alternation(subs) => all(subs).saturating_add(subs.len() as u64 - 1),
    };
    size.max(1)
}
