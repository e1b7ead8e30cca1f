//! The scalars of the configuration.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde_json::{Value, json};

use crate::{
    diag::Severity,
    vocab::{AnchorStyle, Duration, Version, nearest},
};

use super::keys::Scalar;

/// A day.
pub type Date = jiff::civil::Date;

/// A pattern of paths. As in `.gitignore`, one without a slash matches at any depth, and one that names
/// a folder takes in everything below it; `*` stays within a folder, `**` does not.
#[derive(Clone, Debug)]
pub struct Glob {
    text: String,
    set: GlobSet,
}

impl Glob {
    /// Reads a pattern; the error says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        let pattern = text.trim_start_matches("./").trim_end_matches('/');
        let anchored = pattern.strip_prefix('/').unwrap_or(pattern);
        let pattern =
            if anchored.contains('/') || pattern != anchored { anchored.to_owned() } else { format!("**/{anchored}") };
        let mut set = GlobSetBuilder::new();
        for pattern in [pattern.clone(), format!("{pattern}/**")] {
            let glob = GlobBuilder::new(&pattern).literal_separator(true).build();
            set.add(glob.map_err(|error| error.kind().to_string())?);
        }
        let set = set.build().map_err(|error| error.kind().to_string())?;
        Ok(Self { text: text.to_owned(), set })
    }

    /// Whether it matches a path, given with `/` and relative to the configuration's folder.
    pub fn matches(&self, path: &str) -> bool {
        self.set.is_match(path.trim_start_matches("./"))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Scalar for Glob {
    const EXPECTED: &'static str = "a glob";

    fn parse(text: &str) -> Result<Self, String> {
        Self::new(text)
    }

    fn schema() -> Value {
        json!({ "type": "string", "minLength": 1 })
    }
}

impl Scalar for String {
    const EXPECTED: &'static str = "text";

    fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() { Err("this is empty".to_owned()) } else { Ok(text.to_owned()) }
    }

    fn schema() -> Value {
        json!({ "type": "string", "minLength": 1 })
    }
}

impl Scalar for bool {
    const EXPECTED: &'static str = "`true` or `false`";

    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| unknown(text, &["true", "false"]))
    }

    fn schema() -> Value {
        json!({ "type": "boolean" })
    }
}

impl Scalar for u32 {
    const EXPECTED: &'static str = "a whole number";

    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| format!("`{text}` is none"))
    }

    fn schema() -> Value {
        json!({ "type": "integer", "minimum": 0 })
    }
}

impl Scalar for Duration {
    const EXPECTED: &'static str = "a duration such as `10s` or `1d`";

    fn parse(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|error| error.to_string())
    }

    fn schema() -> Value {
        json!({ "type": "string", "pattern": r"^([0-9]+(y|w|d|h|m|s|ms))+$|^0$" })
    }
}

impl Scalar for Severity {
    const EXPECTED: &'static str = "`info`, `warning` or `error`";

    fn parse(text: &str) -> Result<Self, String> {
        Self::of(text).ok_or_else(|| unknown(text, &["info", "warning", "error"]))
    }

    fn schema() -> Value {
        json!({ "enum": ["info", "warning", "error"] })
    }
}

/// The severity of a check's findings, or none of them.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Level {
    /// The check does not run.
    Off,
    /// It runs, and its findings have this severity.
    At(Severity),
}

impl Scalar for Level {
    const EXPECTED: &'static str = "`off`, `info`, `warning` or `error`";

    fn parse(text: &str) -> Result<Self, String> {
        match (text, Severity::of(text)) {
            ("off", _) => Ok(Self::Off),
            (_, Some(severity)) => Ok(Self::At(severity)),
            _ => Err(unknown(text, &["off", "info", "warning", "error"])),
        }
    }

    fn schema() -> Value {
        json!({ "enum": ["off", "info", "warning", "error"] })
    }
}

/// From which severity on a run fails.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum FailOn {
    /// Findings never make a run fail.
    Never,
    /// A finding of this severity or above does.
    At(Severity),
}

impl FailOn {
    /// All, from strict to lenient.
    pub const ALL: [FailOn; 4] =
        [FailOn::At(Severity::Info), FailOn::At(Severity::Warning), FailOn::At(Severity::Error), FailOn::Never];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            FailOn::Never => "never",
            FailOn::At(severity) => severity.word(),
        }
    }

    /// Whether a finding of this severity makes a run fail.
    pub fn fails(self, severity: Severity) -> bool {
        matches!(self, FailOn::At(least) if severity >= least)
    }
}

impl Default for FailOn {
    /// What is very likely wrong fails a run; hints do not.
    fn default() -> Self {
        FailOn::At(Severity::Warning)
    }
}

impl Scalar for FailOn {
    const EXPECTED: &'static str = "`info`, `warning`, `error` or `never`";

    fn parse(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|fail_on| fail_on.word() == text);
        found.ok_or_else(|| unknown(text, &["info", "warning", "error", "never"]))
    }

    fn schema() -> Value {
        json!({ "enum": ["info", "warning", "error", "never"] })
    }
}

impl Scalar for Date {
    const EXPECTED: &'static str = "a day such as `2026-12-31`";

    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| format!("`{text}` is not one"))
    }

    fn schema() -> Value {
        json!({ "type": "string", "format": "date" })
    }
}

impl Scalar for Version {
    const EXPECTED: &'static str = "a version such as `3.5` or `v3.5.1`";

    fn parse(text: &str) -> Result<Self, String> {
        Version::parse(text).ok_or_else(|| format!("`{text}` is not one"))
    }

    fn schema() -> Value {
        json!({ "type": ["string", "number"], "pattern": r"^v?\d+\.\d+(\.\d+)?$" })
    }
}

impl Scalar for AnchorStyle {
    const EXPECTED: &'static str = "`github`, `gitlab`, `hugo`, `mkdocs` or `docusaurus`";

    fn parse(text: &str) -> Result<Self, String> {
        Self::of(text).ok_or_else(|| unknown(text, &Self::WORDS.map(|(word, _)| word)))
    }

    fn schema() -> Value {
        json!({ "enum": Self::WORDS.map(|(word, _)| word) })
    }
}

fn unknown(text: &str, known: &[&str]) -> String {
    match nearest(text, known.iter().copied()) {
        Some(near) => format!("`{text}` is none of them; did you mean `{near}`?"),
        None => format!("`{text}` is none of them"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_those_of_gitignore() {
        let cases = [
            ("vendor/", "vendor/a/b.yml", true),
            ("vendor", "team/vendor/a.yml", true),
            ("/vendor", "team/vendor/a.yml", false),
            ("/vendor", "vendor/a.yml", true),
            ("rules/*.yml", "rules/a.yml", true),
            ("rules/*.yml", "rules/deep/a.yml", false),
            ("rules/**/*.yml", "rules/deep/a.yml", true),
            ("*.json", "a/b/c.json", true),
            ("./a/b.yml", "a/b.yml", true),
            ("*.json", "a.jsonnet", false),
        ];
        for (glob, path, expected) in cases {
            assert_eq!(Glob::new(glob).unwrap().matches(path), expected, "{glob} on {path}");
        }
        assert!(Glob::new("a/[").is_err());
    }

    #[test]
    fn versions() {
        let version = |text| <Version as Scalar>::parse(text).map(|version| version.to_string());
        assert_eq!(version("3.5").as_deref(), Ok("3.5.0"));
        assert_eq!(version("v2.53.1").as_deref(), Ok("2.53.1"));
        for wrong in ["3", "", "three", "3.5.1.2", "3.x"] {
            assert!(version(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_fails() {
        assert!(FailOn::default().fails(Severity::Warning));
        assert!(!FailOn::default().fails(Severity::Info));
        assert!(!FailOn::Never.fails(Severity::Error));
    }
}
