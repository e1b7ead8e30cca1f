//! How many alert rules a page says there are.

use std::ops::Range;

use crate::{markdown::Markdown, text::Spanned, vocab::Phrases};

use super::statement::is_task;

/// What the number of alert rules stands before.
const COUNTED: &[&str] = &[" alert rules", " alerting rules", " alerts rules", " prometheus alert rules"];

static COUNTING: Phrases = Phrases::of(COUNTED);

/// The numbers of alert rules that a page states.
pub fn tallies(markdown: &Markdown) -> Vec<Spanned<usize>> {
    let headings = markdown.headings.iter().map(|heading| &heading.content);
    let prose = markdown.prose();
    // What is ticked off was done once.
    let counting = prose.iter().copied().filter(|content| COUNTING.are_in(content.text.text()));
    let counting = counting.filter(|content| !is_task(markdown, content));
    let found = counting.chain(headings).flat_map(|content| {
        content.sentences().into_iter().flat_map(|sentence| {
            let tallies = in_sentence(sentence.text());
            tallies.into_iter().map(|(range, count)| Spanned::new(sentence.span(range), count)).collect::<Vec<_>>()
        })
    });
    found.collect()
}

/// Words that make a number a part, a plan or a change rather than the sum.
const PARTIAL: &[&str] = &[
    "add",
    "added",
    "adds",
    "adding",
    "new",
    "first",
    "other",
    "more",
    "additional",
    "example",
    "least",
    "over",
    "up",
    "about",
    "of",
    "remaining",
    "removed",
    "plus",
    "another",
    "these",
    "these",
    "following",
    "than",
    "was",
    "were",
];

/// The numbers in front of "alert rules" in a sentence, with their places.
fn in_sentence(text: &str) -> Vec<(Range<usize>, usize)> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for phrase in COUNTED {
        for (end, _) in lower.match_indices(phrase) {
            let start = lower[..end].trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
            let before = &lower[..start];
            let partial =
                before.rsplit(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).take(2);
            let is_number = before.is_empty() || before.ends_with([' ', '(', '*']);
            if let Ok(count) = lower[start..end].parse()
                && is_number
                && !partial.into_iter().any(|word| PARTIAL.contains(&word))
            {
                found.push((start..end, count));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sums_only() {
        for (text, expected) in [
            ("Prometheus loaded 13 alert rules in 4 groups", Some(13)),
            ("12 alerting rules", Some(12)),
            ("adds 3 alert rules", None),
            ("at least 5 alert rules", None),
            ("3 of 12 alert rules", None),
            ("v2.5 alert rules", None),
            ("the alert rules", None),
            ("✅ alert rules → 4 alert rules", Some(4)),
        ] {
            assert_eq!(in_sentence(text).first().map(|(_, count)| *count), expected, "{text}");
        }
    }
}
