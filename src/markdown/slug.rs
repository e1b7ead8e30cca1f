//! The anchors that GitHub gives to headings.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

/// What remains of a heading beside ASCII: letters, marks, numbers and connector punctuation.
static KEPT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[\p{L}\p{M}\p{N}\p{Pc}]$").ok());

/// The anchor of a heading that stands alone: lower case, only letters, marks, numbers, `_` and `-`,
/// each space a `-`.
pub fn slug(heading: &str) -> String {
    let mut out = String::with_capacity(heading.len());
    for character in heading.chars().flat_map(char::to_lowercase) {
        match character {
            ' ' => out.push('-'),
            '-' | '_' | '0'..='9' | 'a'..='z' => out.push(character),
            _ if character.is_ascii() => {}
            _ if is_kept(character) => out.push(character),
            _ => {}
        }
    }
    out
}

fn is_kept(character: char) -> bool {
    let mut buffer = [0; 4];
    KEPT.as_ref().is_some_and(|kept| kept.is_match(character.encode_utf8(&mut buffer)))
}

/// Gives repeated headings their `-1`, `-2`, as GitHub does.
#[derive(Debug, Default)]
pub(super) struct Slugs {
    /// Every anchor given so far, with the last number appended to it.
    given: BTreeMap<String, u32>,
}

impl Slugs {
    /// The anchor of the next heading of the page.
    pub(super) fn next(&mut self, heading: &str) -> String {
        let plain = slug(heading);
        let mut candidate = plain.clone();
        while self.given.contains_key(&candidate) {
            let count = self.given.entry(plain.clone()).or_default();
            *count += 1;
            candidate = format!("{plain}-{count}");
        }
        self.given.insert(candidate.clone(), 0);
        candidate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_github() {
        for (heading, expected) in [
            ("High CPU: what now?", "high-cpu-what-now"),
            ("KubePodCrashLooping", "kubepodcrashlooping"),
            ("a_b-c  d", "a_b-c--d"),
            ("P95 < 200 ms (SLO)", "p95--200-ms-slo"),
            ("Überblick & Grüße", "überblick--grüße"),
            ("⚠️ Careful", "\u{fe0f}-careful"),
            ("100 %", "100-"),
        ] {
            assert_eq!(slug(heading), expected, "{heading}");
        }
    }

    #[test]
    fn numbers_repetitions() {
        let mut slugs = Slugs::default();
        let given: Vec<String> = ["Fix", "Fix", "Fix 1", "fix", "Fix"].map(|heading| slugs.next(heading)).to_vec();
        assert_eq!(given, ["fix", "fix-1", "fix-1-1", "fix-2", "fix-3"]);
    }
}
