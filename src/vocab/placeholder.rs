//! Values that stand for others: `YOUR_TOKEN`, `${TOKEN}`, `example.com`.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

/// What kind of placeholder a value holds.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PlaceholderKind {
    /// A variable that somebody has to expand: `${URL}`, `$(URL)`, `{{ env "URL" }}`, `{{ URL }}`, `__URL__`.
    Variable,
    /// `<secret>`, which Prometheus and Alertmanager show in place of secrets.
    Hidden,
    /// Something that somebody has to fill in: `YOUR_TOKEN`, `SMTP_PASSWORD`, `((token))`, `change-me`, `XXXXXXXX`.
    Blank,
    /// A name that is reserved for examples and belongs to nobody: `example.com` (RFC 2606).
    Reserved,
}

/// A placeholder in a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placeholder {
    /// Where in the value.
    pub range: Range<usize>,
    /// What kind it is.
    pub kind: PlaceholderKind,
}

/// One sort of placeholders.
struct Sort {
    kind: PlaceholderKind,
    /// In lower case; a value without any of these holds none of the sort, and the pattern is not even compiled.
    signs: &'static [&'static str],
    pattern: LazyLock<Regex>,
}

/// All sorts but the hidden one, the hardest to mistake first.
static SORTS: [Sort; 5] = [
    Sort {
        kind: PlaceholderKind::Variable,
        signs: &["$", "{{", "__"],
        pattern: LazyLock::new(|| {
            regex(
                r#"(\$\{[A-Za-z_][^}]*\}|\$\([A-Za-z_][A-Za-z0-9_]*\)|^\$[A-Z_][A-Z0-9_]*$|\{\{-?\s*(?:(?:env|getenv)\b[^}]*|[A-Z][A-Z0-9_]+\s*)\}\}|__[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*__)"#,
            )
        }),
    },
    Sort {
        kind: PlaceholderKind::Blank,
        signs: &["your", "change", "replace", "here", "todo", "fixme", "placeholder", "xxx", "000000"],
        pattern: LazyLock::new(|| {
            regex(concat!(
                r"(?i)(?:^|[^a-z0-9])(",
                r"your[-_/ ][a-z0-9_./-]*[a-z0-9]",
                r"|your(?:company|corp|domain|org|organi[sz]ation|team|server|host|e?mail|password|token|key|secret|webhook|channel|site|app|workspace)[a-z0-9_-]*(?:\.[a-z]{2,})*",
                r"|change[-_]?(?:me|it|this)|replace[-_ ]?(?:me|with|this)[a-z0-9_-]*",
                r"|(?:insert|put|add|enter)[-_ ][a-z0-9_-]*here",
                r"|todo|fixme|placeholder|x{3,}|t0{6,}/b0{6,}/[a-z0-9]*|0{8,}",
                r")(?:$|[^a-z0-9])",
            ))
        }),
    },
    Sort {
        kind: PlaceholderKind::Blank,
        signs: &["<", ":abc", "(("],
        pattern: LazyLock::new(|| {
            regex(
                r"^(?:https?://)?(<[A-Za-z][A-Za-z0-9 _-]*>)$|/(<[A-Za-z][A-Za-z0-9 _-]*>)(?:$|/)|^([0-9]{6,10}:ABC-?DEF.*)$|(\(\([A-Za-z][A-Za-z0-9_-]*\)\))",
            )
        }),
    },
    Sort {
        kind: PlaceholderKind::Blank,
        signs: &["_host", "_url", "_key", "_token", "_password", "_passcode", "_secret", "_webhook", "_email"],
        pattern: LazyLock::new(|| {
            regex(r"^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:HOST|URL|KEY|TOKEN|PASSWORD|PASSCODE|SECRET|WEBHOOK|EMAIL))$")
        }),
    },
    Sort {
        kind: PlaceholderKind::Reserved,
        signs: &["example", "invalid"],
        pattern: LazyLock::new(|| {
            regex(
                r"(?i)(?:^|[@/<])((?:[a-z0-9_-]+\.)*example\.(?:com|org|net|edu)|(?:[a-z0-9_-]+\.)+(?:example|invalid))(?:$|[^a-z0-9.-])",
            )
        }),
    },
];

impl Sort {
    fn has_sign(&self, lower: &str) -> bool {
        self.signs.iter().any(|sign| lower.contains(sign))
    }
}

fn regex(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is right")
}

/// The first placeholder in a value that is to be an address, a name or a secret, the kind that is
/// hardest to mistake first. Not for texts that people read.
pub fn placeholder(value: &str) -> Option<Placeholder> {
    if value == "<secret>" {
        return Some(Placeholder { range: 0..value.len(), kind: PlaceholderKind::Hidden });
    }
    let lower = value.to_ascii_lowercase();
    SORTS.iter().filter(|sort| sort.has_sign(&lower)).find_map(|sort| {
        let found = sort.pattern.captures(value)?;
        let range = found.iter().skip(1).flatten().next()?.range();
        Some(Placeholder { range, kind: sort.kind })
    })
}

/// Whether somebody has yet to write another value here: `YOUR_HOST:9100`, `${HOST}:9100`.
pub fn is_left_open(value: &str) -> bool {
    let is_open = |kind| matches!(kind, PlaceholderKind::Variable | PlaceholderKind::Blank);
    placeholder(value).is_some_and(|found| is_open(found.kind))
}

/// Whether a text has words between angle brackets, for which somebody is to put others: `rate(<service>_errors_total[5m])`.
pub fn names_a_blank(text: &str) -> bool {
    let is_of_words = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | ' ');
    text.split('<').skip(1).filter_map(|behind| behind.split_once('>')).any(|(words, _)| {
        words.starts_with(char::is_alphabetic) && !words.ends_with(' ') && words.chars().all(is_of_words)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn none_is_without_a_sign(
            value in "([$]|[{]|[}]|__|<|>|/|:| |[.]|-|(?i:env|your|key|change|me|replace|add|here|todo|fixme|xxx|0000|ABC|example|com|invalid|a|9)){1,9}",
        ) {
            for sort in &SORTS {
                prop_assert!(!sort.pattern.is_match(&value) || sort.has_sign(&value.to_ascii_lowercase()), "{}", value);
            }
        }
    }

    #[test]
    fn knows_placeholders() {
        use PlaceholderKind::{Blank, Hidden, Reserved, Variable};
        for (value, text, kind) in [
            ("${SLACK_URL}", "${SLACK_URL}", Variable),
            ("#${CHANNEL:-ops}", "${CHANNEL:-ops}", Variable),
            ("$SMTP_PASSWORD", "$SMTP_PASSWORD", Variable),
            ("$(TOKEN)", "$(TOKEN)", Variable),
            ("{{ env \"URL\" }}", "{{ env \"URL\" }}", Variable),
            ("{{ SLACK_URL }}", "{{ SLACK_URL }}", Variable),
            ("https://__SLACK_HOST__/hook", "__SLACK_HOST__", Variable),
            ("((slack-url))", "((slack-url))", Blank),
            ("SENDER_SMTP_HOST", "SENDER_SMTP_HOST", Blank),
            ("<secret>", "<secret>", Hidden),
            ("https://hooks.slack.com/services/YOUR/SLACK/WEBHOOK", "YOUR/SLACK/WEBHOOK", Blank),
            ("YOUR_PAGERDUTY_KEY", "YOUR_PAGERDUTY_KEY", Blank),
            ("your-app-password", "your-app-password", Blank),
            ("ops@yourcompany.com", "yourcompany.com", Blank),
            ("change-me", "change-me", Blank),
            ("changeme", "changeme", Blank),
            ("REPLACE_WITH_TOKEN", "REPLACE_WITH_TOKEN", Blank),
            ("https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXX", "T00000000/B00000000/XXXXXXXX", Blank),
            ("https://hooks.slack.com/services/xxx", "xxx", Blank),
            ("<pagerduty-key>", "<pagerduty-key>", Blank),
            ("https://discord.com/api/webhooks/<id>/<token>", "<id>", Blank),
            ("oncall@example.com", "example.com", Reserved),
            ("smtp.example.org:587", "smtp.example.org", Reserved),
            ("https://sms.gateway.example/hook", "sms.gateway.example", Reserved),
        ] {
            let found = placeholder(value).map(|found| (&value[found.range], found.kind));
            assert_eq!(found, Some((text, kind)), "{value}");
        }
    }

    #[test]
    fn knows_blanks_between_angle_brackets() {
        for text in ["rate(<service>_errors_total[5m])", "up{job=\"<job name>\"}", "<a-b> > 5"] {
            assert!(names_a_blank(text), "{text}");
        }
        for text in ["up < 5", "a <b > 5", "a < b and c > d", "a <= 5", "<5>", "a <bool b"] {
            assert!(!names_a_blank(text), "{text}");
        }
    }

    #[test]
    fn takes_the_rest_for_real() {
        for value in [
            "https://hooks.slack.com/services/T024FPX8R/B8Q3KZ1/abc",
            "p4$$word",
            "pa$SWORD",
            "ops@counterexample.com",
            "https://notexample.com",
            "Ops <ops@shop.io>",
            "{{ .CommonLabels.team }}",
            "yourself",
            "#todos",
            "exxxon.com",
            "smtp.fourth.org:25",
            "10000000",
        ] {
            assert_eq!(placeholder(value), None, "{value}");
        }
    }
}
