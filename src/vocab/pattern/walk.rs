//! Holds a text against a pattern place by place. Nothing is compiled for it, which is quicker where a pattern is asked
//! a few times only, and takes no memory where `\pL{500}` would make an automaton of megabytes.

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// More steps than this are not made: nested repetitions would take ever more of them, where an automaton does not.
const MOST_STEPS: usize = 1 << 14;

/// Whether a pattern matches a whole text; `None` when too many steps would tell.
pub(super) fn matches(hir: &Hir, text: &str) -> Option<bool> {
    let ends = Walk { text, steps: 0 }.ends(hir, &[0])?;
    Some(ends.last() == Some(&text.len()))
}

/// Whether a pattern matches any part of a text; `None` when too many steps would tell.
pub(super) fn finds(hir: &Hir, text: &str) -> Option<bool> {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let ends = Walk { text, steps: 0 }.ends(hir, &places)?;
    Some(!ends.is_empty())
}

struct Walk<'t> {
    text: &'t str,
    steps: usize,
}

impl Walk<'_> {
    /// Where a part of the pattern can end that begins at one of these places; each once, in order.
    fn ends(&mut self, hir: &Hir, starts: &[usize]) -> Option<Vec<usize>> {
        self.steps += 1 + starts.len();
        if self.steps > MOST_STEPS {
            return None;
        }
        Some(match hir.kind() {
            HirKind::Empty => starts.to_vec(),
            HirKind::Literal(literal) => {
                let rest = |at: usize| &self.text.as_bytes()[at..];
                let found = starts.iter().filter(|at| rest(**at).starts_with(&literal.0));
                found.map(|at| at + literal.0.len()).collect()
            }
            HirKind::Class(Class::Unicode(class)) => {
                let holds = |next: &char| {
                    let ranges = class.ranges();
                    let at = ranges.partition_point(|range| range.end() < *next);
                    ranges.get(at).is_some_and(|range| range.start() <= *next)
                };
                let taken = |at: &usize| self.text[*at..].chars().next().filter(holds).map(|next| at + next.len_utf8());
                sorted(starts.iter().filter_map(taken).collect())
            }
            HirKind::Class(Class::Bytes(_)) => return None,
            HirKind::Look(look) => {
                let mut places = starts.to_vec();
                let is_known =
                    [Look::Start, Look::End, Look::StartLF, Look::EndLF, Look::WordAscii, Look::WordAsciiNegate];
                if !is_known.contains(look) {
                    return None;
                }
                places.retain(|at| self.holds(*look, *at));
                places
            }
            HirKind::Capture(capture) => return self.ends(&capture.sub, starts),
            HirKind::Concat(subs) => {
                let mut places = starts.to_vec();
                for sub in subs {
                    if places.is_empty() {
                        break;
                    }
                    places = self.ends(sub, &places)?;
                }
                places
            }
            HirKind::Alternation(subs) => {
                let mut places = Vec::new();
                for sub in subs {
                    places.extend(self.ends(sub, starts)?);
                }
                sorted(places)
            }
            HirKind::Repetition(repetition) => return self.repeated(repetition, starts),
        })
    }

    fn repeated(&mut self, repetition: &Repetition, starts: &[usize]) -> Option<Vec<usize>> {
        let Repetition { min, max, sub, .. } = repetition;
        let mut places = starts.to_vec();
        for _ in 0..*min {
            places = self.ends(sub, &places)?;
        }
        // A place that was reached before is reached again by more repetitions only, and those lead no further.
        let mut fresh = places.clone();
        let mut left = max.map_or(u32::MAX, |max| max.saturating_sub(*min));
        while left > 0 && !fresh.is_empty() {
            fresh = self.ends(sub, &fresh)?;
            fresh.retain(|place| places.binary_search(place).is_err());
            places = sorted([places, fresh.clone()].concat());
            left -= 1;
        }
        Some(places)
    }

    fn holds(&self, look: Look, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        let (before, after) = (at.checked_sub(1).map(|before| bytes[before]), bytes.get(at).copied());
        let is_word = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match look {
            Look::Start => before.is_none(),
            Look::End => after.is_none(),
            Look::StartLF => before.is_none_or(|before| before == b'\n'),
            Look::EndLF => after.is_none_or(|after| after == b'\n'),
            Look::WordAscii => is_word(before) != is_word(after),
            _ => is_word(before) == is_word(after),
        }
    }
}

fn sorted(mut places: Vec<usize>) -> Vec<usize> {
    places.sort_unstable();
    places.dedup();
    places
}
