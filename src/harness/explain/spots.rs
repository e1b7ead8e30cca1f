//! The places of a failure in the test file, and a few words on each.

use std::ops::Range;

use crate::{
    diag::Diagnostic,
    model::{
        Pair,
        suite::{ExpectedAlert, Matching},
    },
    text::Span,
    vocab::{listed, shortened},
};

use super::{
    super::verdict::{AlertFace, Difference, differences},
    start_of,
};

/// The most places that are shown of one failure.
const MOST_PLACES: usize = 6;
/// Of a value that nobody expected, so many characters are shown.
const LONGEST_EXTRA: usize = 40;
/// In a text of fewer words, the words that differ are not looked for.
const FEWEST_WORDS: usize = 3;

/// Places of differences, in the order they are told.
#[derive(Default)]
pub(super) struct Spots(Vec<Spot>);

struct Spot {
    place: Span,
    /// What is to be seen there.
    words: String,
    /// The same for who does not look there.
    gist: String,
}

impl Spots {
    /// Adds a place; of two that are the same, the words are put together.
    pub(super) fn add(&mut self, place: Span, words: String) {
        self.put(Spot { place, gist: words.clone(), words });
    }

    fn put(&mut self, spot: Spot) {
        match self.0.iter_mut().find(|known| known.place == spot.place) {
            Some(known) => {
                known.words = format!("{}; {}", known.words, spot.words);
                known.gist = format!("{}; {}", known.gist, spot.gist);
            }
            None => self.0.push(spot),
        }
    }

    /// What there is to say, when it is about one place only.
    pub(super) fn only(&self) -> Option<&str> {
        match &self.0[..] {
            [spot] => Some(&spot.gist),
            _ => None,
        }
    }

    /// Adds what tells an expected alert from a found one. What nobody expected is told in one place.
    pub(super) fn add_differences(
        &mut self,
        written: &ExpectedAlert,
        expected: &AlertFace,
        found: &AlertFace,
        matching: Matching,
    ) {
        let of_labels = differences(&expected.labels, &found.labels, matching);
        let of_annotations = differences(&expected.annotations, &found.annotations, matching);
        let both = [("label", &of_labels, &written.labels), ("annotation", &of_annotations, &written.annotations)];
        let mut extra = Vec::new();
        for (what, differences, pairs) in both {
            for one in differences.iter().filter(|one| one.expected.is_some()) {
                self.put(spot(one, what, pairs, head_of(written)));
            }
            extra.extend(more_than_expected(what, differences));
        }
        let (names, pairs): (Vec<String>, Vec<String>) = extra.into_iter().unzip();
        if !pairs.is_empty() {
            let words = format!("it also has {}", pairs.join(" and "));
            let gist = format!("it also has {}", names.join(" and "));
            self.put(Spot { place: head_of(written), words, gist });
        }
    }

    /// A finding at the first place, with labels at the others; without any, at the given place.
    pub(super) fn place_all(self, message: String, place: Span) -> Diagnostic {
        let more = self.0.len().saturating_sub(MOST_PLACES);
        let mut spots = self.0.into_iter().take(MOST_PLACES);
        let mut finding = match spots.next() {
            Some(spot) => Diagnostic::error(spot.place, message).here(spot.words),
            None => Diagnostic::error(place, message),
        };
        for spot in spots {
            finding = finding.label(spot.place, spot.words);
        }
        if more > 0 { finding.help(format!("{more} more differences are not shown")) } else { finding }
    }
}

/// A label or an annotation that is not what was expected.
fn spot(difference: &Difference, what: &str, pairs: &[Pair], elsewhere: Span) -> Spot {
    let Difference { name, expected, found } = difference;
    let pair = Pair::find(pairs, name);
    let place = pair.map_or(elsewhere, Pair::span);
    let words = match (pair, expected, found) {
        (Some(pair), Some(expected), Some(found)) => match differing_words(expected, found) {
            Some((there, instead)) => {
                let gist = format!("{what} `{name}` says `{instead}`, not `{}`", &expected[there.clone()]);
                return Spot { place: pair.value.span(there), words: format!("it says `{instead}`"), gist };
            }
            None => format!("{what} `{name}` is `{found}`"),
        },
        (_, _, Some(found)) => format!("{what} `{name}` is `{found}`"),
        (_, _, None) => format!("it has no {what} `{name}`"),
    };
    Spot { place, gist: words.clone(), words }
}

/// Labels or annotations that nobody expected, by name and with their values: "labels `job: a`, `pod: b`".
fn more_than_expected(what: &str, differences: &[Difference]) -> Option<(String, String)> {
    let extra = || differences.iter().filter_map(|one| Some((&one.name, one.found.as_ref()?, one.expected.is_none())));
    let extra: Vec<(&String, &String)> =
        extra().filter(|(.., is_extra)| *is_extra).map(|(name, found, _)| (name, found)).collect();
    let noun = match extra.len() {
        0 => return None,
        1 => what.to_owned(),
        _ => format!("{what}s"),
    };
    let names = listed(extra.iter().map(|(name, _)| name), ", ");
    let pairs = listed(extra.iter().map(|(name, found)| format!("{name}: {}", shortened(found, LONGEST_EXTRA))), ", ");
    Some((format!("{noun} {names}"), format!("{noun} {pairs}")))
}

/// The words of a longer text that are not as expected, and what stands there instead; `None` when too little is the
/// same to be worth it.
fn differing_words<'f>(expected: &str, found: &'f str) -> Option<(Range<usize>, &'f str)> {
    let (ours, theirs) = (words(expected), words(found));
    let same = |(one, other): &(&Range<usize>, &Range<usize>)| expected[(*one).clone()] == found[(*other).clone()];
    let before = ours.iter().zip(&theirs).take_while(same).count();
    let most = ours.len().min(theirs.len()) - before;
    let after = ours.iter().rev().zip(theirs.iter().rev()).take(most).take_while(same).count();
    let (own, other) = (&ours[before..ours.len() - after], &theirs[before..theirs.len() - after]);
    let is_short = own.len() * 2 <= ours.len() && other.len() * 2 <= theirs.len();
    if ours.len() < FEWEST_WORDS || !is_short {
        return None;
    }
    let whole = |words: &[Range<usize>]| Some(words.first()?.start..words.last()?.end);
    Some((whole(own)?, &found[whole(other)?]))
}

/// Where the words of a text stand.
fn words(text: &str) -> Vec<Range<usize>> {
    let start = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    text.split_whitespace().map(|word| start(word)..start(word) + word.len()).collect()
}

/// Where to point when an expected alert as a whole is meant.
pub(super) fn head_of(alert: &ExpectedAlert) -> Span {
    let first = alert.labels.iter().chain(&alert.annotations).map(Pair::span).min();
    first.unwrap_or(start_of(alert.span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_differing_words_are_found_in_longer_texts() {
        for (expected, found, told) in [
            ("5.2% of all requests failed", "5.1% of all requests failed", Some(("5.2%", "5.1%"))),
            ("disk / is at 90 %", "disk /var is at 91 %", Some(("/ is at 90", "/var is at 91"))),
            ("queue a is full", "queue b is full", Some(("a", "b"))),
            ("host a down", "host b", None),
            ("is down", "is up", None),
            ("one two three", "four five six", None),
            ("a b c d", "a b c d e", None),
        ] {
            let found = differing_words(expected, found).map(|(range, instead)| (&expected[range], instead));
            let short = told.filter(|(own, _)| own.split(' ').count() * 2 <= expected.split(' ').count());
            assert_eq!(found, short, "{expected}");
        }
    }
}
