//! Sets of settings to begin with.

use serde_json::{Value, json};

use crate::vocab::nearest;

use super::keys::Scalar;

/// A set of settings that a project begins with, and changes as it likes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Preset {
    /// The conventions of monitoring mixins.
    KubernetesMixin,
    /// Those of collections of alerts to copy from.
    Awesome,
    /// Everything that can be demanded.
    Strict,
}

impl Preset {
    /// All of them.
    pub const ALL: [Preset; 3] = [Preset::KubernetesMixin, Preset::Awesome, Preset::Strict];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Preset::KubernetesMixin => "kubernetes-mixin",
            Preset::Awesome => "awesome",
            Preset::Strict => "strict",
        }
    }

    /// The settings, as they would be written in `.promcheck.yml`.
    pub fn text(self) -> &'static str {
        match self {
            Preset::KubernetesMixin => include_str!("presets/kubernetes-mixin.yml"),
            Preset::Awesome => include_str!("presets/awesome.yml"),
            Preset::Strict => include_str!("presets/strict.yml"),
        }
    }
}

impl Scalar for Preset {
    const EXPECTED: &'static str = "`kubernetes-mixin`, `awesome` or `strict`";

    fn parse(text: &str) -> Result<Self, String> {
        let words = Self::ALL.map(Self::word);
        Self::ALL.into_iter().find(|preset| preset.word() == text).ok_or_else(|| match nearest(text, words) {
            Some(near) => format!("there is no `{text}`; did you mean `{near}`?"),
            None => format!("there is no `{text}`"),
        })
    }

    fn schema() -> Value {
        json!({ "enum": Self::ALL.map(Self::word) })
    }
}
