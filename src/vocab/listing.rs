//! Several names in one sentence.

use std::fmt::Display;

/// More names are counted.
const MOST_NAMES: usize = 30;

/// Names in backticks, one after the other: "`a`, `b`", or with another word between them. Of very many the last are counted.
pub fn listed(names: impl IntoIterator<Item: Display>, between: &str) -> String {
    let mut list = String::new();
    let mut names = names.into_iter();
    for name in names.by_ref().take(MOST_NAMES) {
        let before = if list.is_empty() { "" } else { between };
        list.push_str(&format!("{before}`{name}`"));
    }
    match names.count() {
        0 => list,
        more => format!("{list} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_last_of_very_many() {
        let list = listed(0..40, ", ");
        assert!(list.starts_with("`0`, `1`, ") && list.ends_with(", `29` and 10 more"), "{list}");
    }

    #[test]
    fn lists_names() {
        assert_eq!(listed(["a", "b", "c"], ", "), "`a`, `b`, `c`");
        assert_eq!(listed(["a", "b"], " and "), "`a` and `b`");
        assert_eq!(listed(Vec::<String>::new(), ", "), "");
    }
}
