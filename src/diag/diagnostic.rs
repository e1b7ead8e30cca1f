//! One finding.

use crate::text::Span;

use super::{Fix, Severity};

/// A second place that belongs to a finding, usually its proof.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be seen there, in a few words: "provisioned here".
    pub message: String,
}

/// Why several findings of one check are there, which are then told as one.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cause {
    /// Whoever wrote it does so wherever it is wanted: those that say the same are one.
    Habit,
    /// A key that its map, named here, does not have: the same key is one habit, and of many keys the map is another
    /// program's.
    UnknownKey(&'static str),
    /// What is at fault shows itself first at this place: those that name it are one, whatever each says.
    Shared(Span),
    /// The same, but those that say the same are one: one place may have several faults.
    Repeated(Span),
}

/// A finding. Made by a reader (then `check` is empty until a check adopts it) or by a check.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Id of the check that says it, `group/what-is-wrong`; empty while a reader's complaint waits to be adopted.
    pub check: &'static str,
    /// How much it claims.
    pub severity: Severity,
    /// The smallest text that, when changed, would cure the finding.
    pub span: Span,
    /// A fact about the user's file; lower case, no full stop, names in backticks.
    pub message: String,
    /// A few words right at the underlined text; when empty the underline stands alone.
    pub here: String,
    /// Further places, the proof first.
    pub labels: Vec<Label>,
    /// Remedies.
    pub help: Vec<String>,
    /// Edits that cure it.
    pub fixes: Vec<Fix>,
    /// What it has in common with others, if it may be told together with them.
    pub cause: Option<Cause>,
}

impl Diagnostic {
    /// A finding with nothing but a place and a message.
    pub fn new(severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Self {
            check: "",
            severity,
            span,
            message: message.into(),
            here: String::new(),
            labels: Vec::new(),
            help: Vec::new(),
            fixes: Vec::new(),
            cause: None,
        }
    }

    /// An error.
    pub fn error(span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, span, message)
    }

    /// A warning.
    pub fn warning(span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, span, message)
    }

    /// A hint.
    pub fn info(span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Info, span, message)
    }

    /// The same, said with less claim.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Says a few words right at the underlined text.
    #[must_use]
    pub fn here(mut self, words: impl Into<String>) -> Self {
        self.here = words.into();
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Adds a remedy.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds an edit that cures it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Says what it has in common with others.
    #[must_use]
    pub fn cause(mut self, cause: Cause) -> Self {
        self.cause = Some(cause);
        self
    }
}
