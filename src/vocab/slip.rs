//! Slips of the finger: words that are another word but for two letters swapped, one doubled or one lost.

/// Whether a name is another one but for a single slip of the finger: in one of its words two neighbouring letters are
/// swapped, a letter stands twice, or one within the word is lost. Far fewer names are made so on purpose than names that
/// are merely [near](super::nearest) each other: `rx` and `tx`, `request` and `requests`, `v1` and `v2` are no slips of one
/// another. Upper and lower case are the same.
pub fn is_slip(written: &str, meant: &str) -> bool {
    if written.len().abs_diff(meant.len()) > 1 {
        return false;
    }
    let mut differing = words(written).zip(words(meant)).filter(|(one, other)| one != other);
    let (Some((one, other)), None) = (differing.next(), differing.next()) else { return false };
    let is_separated_alike = separators(written).eq(separators(meant));
    is_separated_alike && is_slip_of_word(one.as_bytes(), other.as_bytes())
}

/// The first of some names that a name is a slip of.
pub fn slip_of<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    names.into_iter().find(|meant| is_slip(written, meant))
}

/// Words that differ only by a swap, though both are meant.
const BOTH_ARE_WORDS: [[&str; 2]; 4] = [["from", "form"], ["trial", "trail"], ["quiet", "quite"], ["angel", "angle"]];

/// With fewer letters, a swap makes another word too easily.
const SHORTEST_SWAPPED: usize = 4;

/// With fewer letters, a letter more or less makes another word too easily: `start`, `stat`.
const SHORTEST_LONGER: usize = 7;

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn separators(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| !c.is_alphanumeric())
}

fn is_slip_of_word(written: &[u8], meant: &[u8]) -> bool {
    let same = |one: &u8, other: &u8| one.eq_ignore_ascii_case(other);
    let is_both = |pair: &[&str; 2]| {
        pair.iter()
            .all(|word| word.as_bytes().eq_ignore_ascii_case(written) || word.as_bytes().eq_ignore_ascii_case(meant))
    };
    let prefix = written.iter().zip(meant).take_while(|(one, other)| same(one, other)).count();
    let (one, other) = (&written[prefix..], &meant[prefix..]);
    let suffix = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| same(one, other)).count();
    match (&one[..one.len() - suffix], &other[..other.len() - suffix]) {
        ([a, b], [c, d]) => {
            let are_letters = a.is_ascii_alphabetic() && b.is_ascii_alphabetic();
            written.len() >= SHORTEST_SWAPPED
                && are_letters
                && same(a, d)
                && same(b, c)
                && !BOTH_ARE_WORDS.iter().any(is_both)
        }
        // A letter that stands twice is found at the end of its run, because what precedes is alike.
        ([twice], []) => {
            let is_doubled = prefix > 0 && same(twice, &written[prefix - 1]);
            written.len() >= SHORTEST_LONGER && twice.is_ascii_alphabetic() && is_doubled && !is_plural(written, suffix)
        }
        // `writer` and `writers` are other words than `write` and `writes`.
        ([], [lost]) => meant.len() >= SHORTEST_LONGER && lost.is_ascii_alphabetic() && prefix > 1 && suffix > 1,
        _ => false,
    }
}

/// Whether the letter before the last `suffix` ones is an `s` at the end, as in `process` and `proces`.
fn is_plural(word: &[u8], suffix: usize) -> bool {
    suffix == 0 && word.last().is_some_and(|last| last.eq_ignore_ascii_case(&b's'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tells_slips_from_other_names() {
        for (written, meant) in [
            ("http_requsets_total", "http_requests_total"),
            ("http_reqests_total", "http_requests_total"),
            ("http_requeests_total", "http_requests_total"),
            ("instnace", "instance"),
            ("promehteus:9090", "prometheus:9090"),
            ("HighErorrRate", "HighErrorRate"),
            ("SlowRespnoseTime", "SlowResponseTime"),
            ("loik", "loki"),
        ] {
            assert!(is_slip(written, meant), "{written} is a slip of {meant}");
        }
        for (one, other) in [
            ("http_requests_total", "http_requests_total"),
            ("http_request_total", "http_requests_total"),
            ("node_network_receive_bytes", "node_network_receives_bytes"),
            ("rx_bytes", "tx_bytes"),
            ("api_v1", "api_v2"),
            ("host12", "host21"),
            ("from", "form"),
            ("state", "stage"),
            ("a_bc", "ab_c"),
            ("requests", "errors"),
            ("log_writes_total", "log_writers_total"),
            ("uncorrectable", "correctable"),
            ("", "a"),
        ] {
            assert!(!is_slip(one, other) && !is_slip(other, one), "{one} and {other} are two names");
        }
    }

    proptest! {
        #[test]
        fn a_swap_is_a_slip_both_ways(word in "[a-z]{6,9}", at in 1usize..4) {
            let mut letters = word.clone().into_bytes();
            letters.swap(at, at + 1);
            let swapped = String::from_utf8(letters).expect("letters");
            prop_assert_eq!(is_slip(&swapped, &word), swapped != word);
            prop_assert_eq!(is_slip(&word, &swapped), swapped != word);
        }

        #[test]
        fn any_two_texts_are_compared(one in ".*", other in ".*") {
            is_slip(&one, &other);
        }
    }
}
