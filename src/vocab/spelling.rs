//! The nearest known word to a misspelt one.

/// The candidate nearest to `word`, if it is near enough to be what was meant: at most a third of the
/// word's letters differ, transposed neighbours counting once. The first of equally near ones wins.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).clamp(1, 4);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate == word || candidate.len().abs_diff(word.len()) > limit {
            continue;
        }
        // Only what is nearer than the best so far matters.
        let Some(limit) = best.map_or(Some(limit), |(least, _)| least.checked_sub(1)) else { break };
        if let Some(distance) = distance_within(word, candidate, limit) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The title among candidates that was probably meant: one that is spelled nearly so, or one that has these words in
/// it, in whatever case.
pub fn nearest_title<'a>(words: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let wanted = words.to_lowercase();
    let mut containing = candidates.clone().into_iter().filter(|title| title.to_lowercase().contains(&wanted));
    nearest(words, candidates).or_else(|| containing.next().filter(|_| !wanted.is_empty()))
}

/// Edit distance with transpositions of neighbours, ignoring case.
pub fn distance(left: &str, right: &str) -> usize {
    distance_within(left, right, usize::MAX).unwrap_or(usize::MAX)
}

/// The edit distance of two words, as [`distance`] tells it, if it is at most `limit`. Words that are farther apart are
/// mostly told so without computing it.
pub fn distance_within(left: &str, right: &str, limit: usize) -> Option<usize> {
    if left.is_ascii() && right.is_ascii() {
        // An edit takes away a letter, brings another, or both.
        let differing = (letters(left) ^ letters(right)).count_ones() as usize;
        if differing > limit.saturating_mul(2) {
            return None;
        }
        return edits(left.as_bytes(), right.as_bytes(), limit, u8::eq_ignore_ascii_case);
    }
    let lower = |word: &str| word.chars().flat_map(char::to_lowercase).collect::<Vec<char>>();
    edits(&lower(left), &lower(right), limit, char::eq)
}

/// The letters of a word, whatever their case and number: a bit for each, which some share.
fn letters(word: &str) -> u64 {
    word.bytes().fold(0, |letters, byte| letters | 1 << (byte.to_ascii_lowercase() & 63))
}

/// The fewest insertions, removals, replacements and swaps of neighbours that make one word of the other.
fn edits<T>(left: &[T], right: &[T], limit: usize, same: impl Fn(&T, &T) -> bool) -> Option<usize> {
    if left.len().abs_diff(right.len()) > limit {
        return None;
    }
    // What both begin and end with needs no edit.
    let prefix = left.iter().zip(right).take_while(|(a, b)| same(a, b)).count();
    let (left, right) = (&left[prefix..], &right[prefix..]);
    let suffix = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| same(a, b)).count();
    let (left, right) = (&left[..left.len() - suffix], &right[..right.len() - suffix]);
    if left.is_empty() || right.is_empty() {
        return Some(left.len().max(right.len()));
    }
    // The rows before the last one, the last one, and this one.
    let mut before = vec![0; right.len() + 1];
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut row = vec![0; right.len() + 1];
    for (i, a) in left.iter().enumerate() {
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let mut cost = (last[j] + usize::from(!same(a, b))).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && same(a, &right[j - 1]) && same(&left[i - 1], b) {
                cost = cost.min(before[j - 1] + 1);
            }
            row[j + 1] = cost;
        }
        // A swap reaches back over one row: it cannot make up for two that are beyond the limit.
        if row.iter().chain(&last).all(|cost| *cost > limit) {
            return None;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    Some(last[right.len()]).filter(|distance| *distance <= limit)
}

/// A text cut to at most `most` characters, with `…` where something was left off.
pub fn shortened(text: &str, most: usize) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= most && line.len() == text.trim_end().len() {
        return line.to_owned();
    }
    line.chars().take(most).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The distance by its definition, without shortcuts.
    fn plainly(left: &[char], right: &[char]) -> usize {
        let (Some(a), Some(b)) = (left.last(), right.last()) else { return left.len().max(right.len()) };
        let (shorter, other) = (&left[..left.len() - 1], &right[..right.len() - 1]);
        let mut cost = (plainly(shorter, other) + usize::from(a != b))
            .min(plainly(shorter, right) + 1)
            .min(plainly(left, other) + 1);
        if shorter.last() == Some(b) && other.last() == Some(a) {
            cost = cost.min(plainly(&shorter[..shorter.len() - 1], &other[..other.len() - 1]) + 1);
        }
        cost
    }

    proptest! {
        #[test]
        fn distances_are_those_of_the_definition(left in "[a-dABä]{0,6}", right in "[a-dABä]{0,6}", limit in 0usize..7) {
            let letters = |word: &str| word.to_lowercase().chars().collect::<Vec<char>>();
            let expected = plainly(&letters(&left), &letters(&right));
            prop_assert_eq!(distance(&left, &right), expected);
            let within = distance_within(&left, &right, limit);
            prop_assert_eq!(within, Some(expected).filter(|distance| *distance <= limit));
        }
    }

    #[test]
    fn finds_what_was_meant() {
        let keys = ["receiver", "routes", "matchers", "severity"];
        assert_eq!(nearest("recevier", keys), Some("receiver"));
        assert_eq!(nearest("serverity", keys), Some("severity"));
        assert_eq!(nearest("banana", keys), None);
        let titles = ["redis is down", "error rate of 5.1 percent"];
        assert_eq!(nearest_title("Redis is down", titles), Some("redis is down"));
        assert_eq!(nearest_title("Error rate", titles), Some("error rate of 5.1 percent"));
        assert_eq!(nearest_title("disk", titles), None);
        assert_eq!(nearest_title("", titles), None);
    }
}
