//! Several names in one sentence.

use std::fmt::Display;

/// Names in backticks, one after the other: "`a`, `b`", or with another word between them.
pub fn listed(names: impl IntoIterator<Item: Display>, between: &str) -> String {
    let mut list = String::new();
    for name in names {
        let before = if list.is_empty() { "" } else { between };
        list.push_str(&format!("{before}`{name}`"));
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_names() {
        assert_eq!(listed(["a", "b", "c"], ", "), "`a`, `b`, `c`");
        assert_eq!(listed(["a", "b"], " and "), "`a` and `b`");
        assert_eq!(listed(Vec::<String>::new(), ", "), "");
    }
}
