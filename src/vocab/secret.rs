//! Values that give access to something: tokens by their makers' patterns, and what a generator made.

use std::sync::{LazyLock, OnceLock};

use regex::Regex;

use super::placeholder;

/// A kind of credential, by the pattern that its makers document.
struct Kind {
    /// What it is.
    name: &'static str,
    /// One of these is in every value that fits the pattern, and in few others: patterns take long to build.
    marks: &'static [&'static str],
    pattern: &'static str,
    built: OnceLock<Regex>,
}

impl Kind {
    const fn new(name: &'static str, marks: &'static [&'static str], pattern: &'static str) -> Self {
        Self { name, marks, pattern, built: OnceLock::new() }
    }

    /// The part of a value that fits the pattern.
    fn find<'v>(&self, value: &'v str) -> Option<&'v str> {
        if !self.marks.iter().any(|mark| value.contains(mark)) {
            return None;
        }
        let built = self.built.get_or_init(|| Regex::new(self.pattern).expect("the pattern is right"));
        Some(built.find(value)?.as_str())
    }
}

static KINDS: [Kind; 14] = [
    Kind::new(
        "a Slack webhook",
        &["hooks.slack.com/"],
        r"https://hooks\.slack\.com/(?:services|workflows)/T[A-Z0-9]{8,}/[AB][A-Z0-9]{8,}/[A-Za-z0-9/]{20,}",
    ),
    Kind::new("a Slack token", &["xox"], r"\bxox[abeoprs]-[A-Za-z0-9-]{20,}"),
    Kind::new(
        "a Discord webhook",
        &["/api/webhooks/"],
        r"https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{60,}",
    ),
    Kind::new(
        "a Teams webhook",
        &[".webhook.office.com/"],
        r"https://[\w.-]+\.webhook\.office\.com/webhookb2/[0-9a-f-]{36}@[0-9a-f-]{36}/IncomingWebhook/[0-9a-f]{32}/",
    ),
    Kind::new("the token of a Telegram bot", &[":AA"], r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b"),
    Kind::new(
        "a GitHub token",
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})",
    ),
    Kind::new("a GitLab token", &["glpat-"], r"\bglpat-[A-Za-z0-9_-]{20,}"),
    Kind::new("a Grafana token", &["glsa_", "glc_"], r"\bgl(?:sa|c)_[A-Za-z0-9+/=_]{30,}"),
    Kind::new("an AWS access key", &["AKIA", "ASIA"], r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    Kind::new("a Google API key", &["AIza"], r"\bAIza[A-Za-z0-9_-]{35}"),
    Kind::new("a SendGrid key", &["SG."], r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    Kind::new("a Stripe key", &["k_live_"], r"\b[rs]k_live_[A-Za-z0-9]{20,}"),
    Kind::new("a signed token", &["eyJ"], r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}"),
    Kind::new("a private key", &["PRIVATE KEY-----"], r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{20,}"),
];

static USER_INFO: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[a-z][a-z0-9+.-]*://[^/?#\s:@]*:([^/?#\s@]+)@").expect("the pattern is right"));

/// Parts of values that somebody thought up for a test or a first start, and that protect nothing.
const THOUGHT_UP: [&str; 40] = [
    "abc", "admin", "alert", "api", "bar", "change", "db", "default", "demo", "dev", "docker", "dummy", "example",
    "fake", "foo", "grafana", "here", "key", "local", "mongo", "my", "mysql", "passw", "pass", "postgre", "prod",
    "prom", "redis", "root", "sample", "secret", "secure", "some", "strong", "test", "token", "user", "value",
    "welcome", "your",
];

/// Further words of such values, which are in generated ones by chance.
const USUAL: [&str; 22] = [
    "alertmanager",
    "app",
    "asdf",
    "auth",
    "basic",
    "bot",
    "chat",
    "code",
    "email",
    "hook",
    "password",
    "prometheus",
    "qwe",
    "qwerty",
    "receiver",
    "route",
    "service",
    "site",
    "smtp",
    "super",
    "webhook",
    "word",
];

/// Generated values have at least as many letters.
const LEAST: usize = 12;
/// Values of fewer letters protect nothing.
const LEAST_MEANT: usize = 6;

/// What kind of credential a value holds, by its makers' pattern; nothing for placeholders.
pub fn known_secret(value: &str) -> Option<&'static str> {
    let (kind, found) = KINDS.iter().find_map(|kind| Some((kind.name, kind.find(value)?)))?;
    let is_blank = placeholder(value).is_some() || found.to_ascii_lowercase().contains("example") || repeats(found);
    (!is_blank).then_some(kind)
}

/// Whether a value, in a place where a credential belongs, looks as if a generator had made it, and not somebody who
/// thought of `changeme` or `grafana123`.
pub fn looks_generated(value: &str) -> bool {
    let has = |is: fn(&char) -> bool| value.chars().any(|c| is(&c));
    let classes = [has(char::is_ascii_lowercase), has(char::is_ascii_uppercase), has(char::is_ascii_digit)];
    let lower = value.to_ascii_lowercase();
    value.chars().count() >= LEAST
        && value.chars().all(|c| c.is_ascii_graphic())
        && !value.contains(['$', '{', '<', '%'])
        && !is_encrypted(value)
        && classes.iter().filter(|there| **there).count() >= 2
        && has(char::is_ascii_digit)
        && !THOUGHT_UP.iter().any(|word| lower.contains(word) && (word.len() > 3 || !is_long_hash(value)))
        && placeholder(value).is_none()
        && !repeats(value)
}

/// Whether a value, in a place where nothing but a credential belongs, is meant as one: it is no placeholder, and not
/// put together of words such as `mysecret` or `admin123`.
pub fn looks_meant(value: &str) -> bool {
    let mut rest = value.to_ascii_lowercase();
    let mut words = THOUGHT_UP.to_vec();
    words.extend(USUAL);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.iter().for_each(|word| rest = rest.replace(word, " "));
    value.chars().count() >= LEAST_MEANT
        && value.chars().all(|c| c.is_ascii_graphic())
        && !value.contains(['$', '{', '<', '%'])
        && !is_encrypted(value)
        && rest.chars().filter(char::is_ascii_alphabetic).count() >= 3
        && placeholder(value).is_none()
        && !is_name_of_variable(value)
}

/// Whether a value is one that SOPS or eyaml has encrypted: `ENC[AES256_GCM,data:…]`.
fn is_encrypted(value: &str) -> bool {
    value.starts_with("ENC[")
}

/// Whether a value is written like the name of a variable, which a script puts its value in the place of: `DB_PSSWD`.
fn is_name_of_variable(value: &str) -> bool {
    value.contains('_') && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// The password in an address such as `postgres://user:password@host`, if a generator seems to have made it.
pub fn password_in_address(address: &str) -> Option<std::ops::Range<usize>> {
    let password = USER_INFO.captures(address)?.get(1)?;
    looks_generated(password.as_str()).then(|| password.range())
}

/// Long enough that a short word is in it by chance.
fn is_long_hash(value: &str) -> bool {
    value.len() >= 24 && value.chars().filter(char::is_ascii_digit).count() >= 3
}

/// Whether a value has few different letters, or counts up: `XXXXXXXXXXXX`, `1234567890`.
fn repeats(value: &str) -> bool {
    let mut letters: Vec<char> = value.chars().filter(char::is_ascii_alphanumeric).collect();
    let steps = letters.windows(2).filter(|pair| u32::from(pair[1]).wrapping_sub(u32::from(pair[0])) <= 1).count();
    let counts_up = steps * 2 > letters.len();
    letters.sort_unstable();
    letters.dedup();
    counts_up || letters.len() < 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_tokens_by_their_makers() {
        // Put together here, so that no scanner takes them for real.
        let slack =
            format!("https://hooks.slack.com/services/{}/{}/{}", "T02KD9QWE", "B04ZR7XYT", "x9Kq2LmVb7Rt4PzWc8NdYh3J");
        let telegram = format!("{}:{}", "7483920156", "AAH9kLm2QrVx7TzYb4NcWp8Jd3FgRs6Ue1M");
        for (value, expected) in [
            (slack.as_str(), Some("a Slack webhook")),
            (telegram.as_str(), Some("the token of a Telegram bot")),
            ("https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX", None),
            ("https://hooks.slack.com/services/YOUR/SLACK/WEBHOOK", None),
            ("AKIAIOSFODNN7EXAMPLE", None),
            ("https://example.com/webhook", None),
            ("glpat-${TOKEN}", None),
        ] {
            assert_eq!(known_secret(value), expected, "{value}");
        }
    }

    #[test]
    fn generated_values_differ_from_thought_up_ones() {
        for (value, expected) in [
            ("kX9vQ2mLw7Rt4Zb", true),
            ("9f86d081884c7d659a2feaa0c55ad015", true),
            ("changeme", false),
            ("grafana123456", false),
            ("SuperSecret2024!", false),
            ("${GRAFANA_PASSWORD}", false),
            ("123456789012", false),
            ("XXXXXXXXXXXX1", false),
            ("correcthorsebattery", false),
            ("Shop2024", false),
            ("/run/secrets/x", false),
        ] {
            assert_eq!(looks_generated(value), expected, "{value}");
        }
    }

    #[test]
    fn what_is_meant_as_a_credential() {
        for (value, expected) in [
            ("hunter2hunter", true),
            ("s3cr3tP@ssw0rd", true),
            ("Blue-Otter-77", true),
            ("mysecret", false),
            ("SuperSecretPassword123", false),
            ("your-app-password", false),
            ("webhook-password", false),
            ("prometheus2024", false),
            ("qwe456", false),
            ("<secret>", false),
            ("${PASSWORD}", false),
            ("SCYLLA_PSSWD", false),
        ] {
            assert_eq!(looks_meant(value), expected, "{value}");
        }
    }

    #[test]
    fn passwords_in_addresses() {
        let address = "postgresql://shop:kX9vQ2mLw7Rt4Zb@db:5432/shop";
        assert_eq!(password_in_address(address).map(|range| &address[range]), Some("kX9vQ2mLw7Rt4Zb"));
        assert_eq!(password_in_address("postgresql://postgres:postgres@db:5432/shop"), None);
        assert_eq!(password_in_address("http://db:5432/"), None);
    }
}
