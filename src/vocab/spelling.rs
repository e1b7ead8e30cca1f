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
        let distance = distance(word, candidate);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
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
    let left: Vec<char> = left.chars().flat_map(char::to_lowercase).collect();
    let right: Vec<char> = right.chars().flat_map(char::to_lowercase).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let mut cost = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                cost = cost.min(before[j - 1] + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[right.len()]
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
    use super::*;

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
