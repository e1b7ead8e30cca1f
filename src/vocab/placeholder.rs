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
    /// Something that somebody has to fill in: `YOUR_TOKEN`, `change-me`, `XXXXXXXX`.
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

static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(\$\{[A-Za-z_][^}]*\}|\$\([A-Za-z_][A-Za-z0-9_]*\)|^\$[A-Z_][A-Z0-9_]*$|\{\{-?\s*(?:(?:env|getenv)\b[^}]*|[A-Z][A-Z0-9_]+\s*)\}\}|__[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*__)"#,
    )
});

static BLANK: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)(?:^|[^a-z0-9])(",
        r"your[-_/ ][a-z0-9_./-]*[a-z0-9]",
        r"|your(?:company|corp|domain|org|organi[sz]ation|team|server|host|e?mail|password|token|key|secret|webhook|channel|site|app|workspace)[a-z0-9_-]*(?:\.[a-z]{2,})*",
        r"|change[-_]?(?:me|it|this)|replace[-_ ]?(?:me|with|this)[a-z0-9_-]*",
        r"|(?:insert|put|add|enter)[-_ ][a-z0-9_-]*here",
        r"|todo|fixme|placeholder|x{3,}|t0{6,}/b0{6,}/[a-z0-9]*|0{8,}",
        r")(?:$|[^a-z0-9])",
    ))
});

static WHOLE_BLANK: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^(?:https?://)?(<[A-Za-z][A-Za-z0-9 _-]*>)$|/(<[A-Za-z][A-Za-z0-9 _-]*>)(?:$|/)|^([0-9]{6,10}:ABC-?DEF.*)$")
});

static RESERVED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(?:^|[@/<])((?:[a-z0-9_-]+\.)*example\.(?:com|org|net|edu)|(?:[a-z0-9_-]+\.)+(?:example|invalid))(?:$|[^a-z0-9.-])",
    )
});

fn regex(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is right")
}

/// The first placeholder in a value that is to be an address, a name or a secret, the kind that is
/// hardest to mistake first. Not for texts that people read.
pub fn placeholder(value: &str) -> Option<Placeholder> {
    if value == "<secret>" {
        return Some(Placeholder { range: 0..value.len(), kind: PlaceholderKind::Hidden });
    }
    let kinds = [
        (&VARIABLE, PlaceholderKind::Variable),
        (&BLANK, PlaceholderKind::Blank),
        (&WHOLE_BLANK, PlaceholderKind::Blank),
        (&RESERVED, PlaceholderKind::Reserved),
    ];
    kinds.into_iter().find_map(|(pattern, kind)| {
        let found = pattern.captures(value)?;
        let range = found.iter().skip(1).flatten().next()?.range();
        Some(Placeholder { range, kind })
    })
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
    use super::*;

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
