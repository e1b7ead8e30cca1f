//! The anchors that headings are given.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use crate::vocab::AnchorStyle;

/// What remains of a heading beside ASCII: letters, marks, numbers and connector punctuation.
static KEPT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[\p{L}\p{M}\p{N}\p{Pc}]$").ok());

/// The anchor of a heading that stands alone.
///
/// - GitHub: lower case, only letters, marks, numbers, `_` and `-`, each space a `-`.
/// - GitLab: so, too, but several `-` become one, and a number gets `anchor-` before it.
/// - MkDocs (`slugify` of Python-Markdown's `toc`): letters of ASCII only, accents taken off, runs of spaces and
///   `-` become one `-`.
pub fn slug(heading: &str, style: AnchorStyle) -> String {
    match style {
        AnchorStyle::GitHub => kept(heading),
        AnchorStyle::GitLab => {
            let slug = squeezed(&kept(heading.trim()));
            if !slug.is_empty() && slug.bytes().all(|byte| byte.is_ascii_digit()) {
                format!("anchor-{slug}")
            } else {
                slug
            }
        }
        AnchorStyle::MkDocs => {
            let is_kept = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | ' ');
            let plain: String = heading.nfkd().filter(is_kept).collect();
            squeezed(&plain.trim().to_ascii_lowercase().replace(' ', "-"))
        }
    }
}

fn kept(heading: &str) -> String {
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

/// A text in which no `-` follows another.
fn squeezed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    out.extend(text.chars().filter({
        let mut last = None;
        move |letter| last.replace(*letter) != Some('-') || *letter != '-'
    }));
    out
}

/// Tells repeated headings apart: `-1`, `-2` on GitHub and GitLab, `_1`, `_2` in MkDocs.
#[derive(Debug, Default)]
pub(super) struct Slugs {
    style: AnchorStyle,
    given: BTreeSet<String>,
    /// The last number appended to a plain anchor, on GitHub and GitLab.
    counts: std::collections::BTreeMap<String, u32>,
}

impl Slugs {
    /// None given yet.
    pub(super) fn of(style: AnchorStyle) -> Self {
        Self { style, ..Self::default() }
    }

    /// The anchor of the next heading of the page.
    pub(super) fn next(&mut self, heading: &str) -> String {
        let plain = slug(heading, self.style);
        let mut candidate = plain.clone();
        while self.given.contains(&candidate) {
            candidate = match self.style {
                AnchorStyle::GitHub | AnchorStyle::GitLab => {
                    let count = self.counts.entry(plain.clone()).or_default();
                    *count += 1;
                    format!("{plain}-{count}")
                }
                AnchorStyle::MkDocs => counted_up(&candidate),
            };
        }
        self.given.insert(candidate.clone());
        candidate
    }
}

/// `fix` becomes `fix_1`, and `fix_1` becomes `fix_2`.
fn counted_up(anchor: &str) -> String {
    let numbered = anchor.rsplit_once('_').and_then(|(start, number)| Some((start, number.parse::<u32>().ok()?)));
    match numbered {
        Some((start, number)) => format!("{start}_{}", number.saturating_add(1)),
        None => format!("{anchor}_1"),
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
            assert_eq!(slug(heading, AnchorStyle::GitHub), expected, "{heading}");
        }
    }

    #[test]
    fn follows_gitlab() {
        for (heading, expected) in [
            ("This heading has spaces in it", "this-heading-has-spaces-in-it"),
            ("P95 < 200 ms (SLO)", "p95-200-ms-slo"),
            ("Überblick & Grüße", "überblick-grüße"),
            ("a - b", "a-b"),
            ("404", "anchor-404"),
        ] {
            assert_eq!(slug(heading, AnchorStyle::GitLab), expected, "{heading}");
        }
    }

    #[test]
    fn follows_mkdocs() {
        for (heading, expected) in [
            ("High CPU: what now?", "high-cpu-what-now"),
            ("P95 < 200 ms (SLO)", "p95-200-ms-slo"),
            ("Überblick & Grüße", "uberblick-grue"),
            ("100 %", "100"),
            ("a_b  -  c", "a_b-c"),
        ] {
            assert_eq!(slug(heading, AnchorStyle::MkDocs), expected, "{heading}");
        }
    }

    #[test]
    fn numbers_repetitions() {
        let given = |style, headings: [&str; 5]| -> Vec<String> {
            let mut slugs = Slugs::of(style);
            headings.map(|heading| slugs.next(heading)).to_vec()
        };
        let headings = ["Fix", "Fix", "Fix 1", "fix", "Fix"];
        assert_eq!(given(AnchorStyle::GitHub, headings), ["fix", "fix-1", "fix-1-1", "fix-2", "fix-3"]);
        assert_eq!(given(AnchorStyle::MkDocs, headings), ["fix", "fix_1", "fix-1", "fix_2", "fix_3"]);
    }
}
