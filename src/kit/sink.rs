//! Where a check puts what it found.

use crate::{
    diag::{Applicability, Diagnostic, Edit, Fix, Label, Severity},
    text::{Files, Span},
};

use super::Meta;

/// Collects the findings of one armed check. The id always is the check's own; the severity is the
/// check's unless the check knows better, and the user's if the configuration sets one.
#[derive(Debug)]
pub struct Sink<'o> {
    meta: &'static Meta,
    forced: Option<Severity>,
    findings: &'o mut Vec<Diagnostic>,
}

impl<'o> Sink<'o> {
    /// A sink for one check.
    pub fn new(meta: &'static Meta, forced: Option<Severity>, findings: &'o mut Vec<Diagnostic>) -> Self {
        Self { meta, forced, findings }
    }

    /// Reports a finding with the check's severity.
    pub fn report(&mut self, span: Span, message: impl Into<String>) -> Finding<'_> {
        self.adopt(Diagnostic::new(self.meta.severity, span, message))
    }

    /// Reports one finding for all the places that one cause shows itself at; none when there is no place.
    pub fn report_at(&mut self, places: &[Span], message: impl Into<String>) -> Option<Finding<'_>> {
        let (first, others) = places.split_first()?;
        Some(self.report(*first, message).also(others))
    }

    /// Reports what a reader complained of, under this check's id.
    pub fn adopt(&mut self, mut diagnostic: Diagnostic) -> Finding<'_> {
        diagnostic.check = self.meta.id;
        diagnostic.severity = self.forced.unwrap_or(diagnostic.severity);
        let at = self.findings.len();
        self.findings.push(diagnostic);
        Finding { forced: self.forced.is_some(), diagnostic: &mut self.findings[at] }
    }
}

/// A finding just reported, to be completed.
#[derive(Debug)]
pub struct Finding<'f> {
    forced: bool,
    diagnostic: &'f mut Diagnostic,
}

impl Finding<'_> {
    /// Sets how much this one claims, unless the user has decided.
    pub fn severity(self, severity: Severity) -> Self {
        if !self.forced {
            self.diagnostic.severity = severity;
        }
        self
    }

    /// Says a few words right at the underlined text.
    pub fn here(self, words: impl Into<String>) -> Self {
        self.diagnostic.here = words.into();
        self
    }

    /// Adds a second place, usually the proof.
    pub fn label(self, span: Span, message: impl Into<String>) -> Self {
        self.diagnostic.labels.push(Label { span, message: message.into() });
        self
    }

    /// Adds a second place where there is one.
    pub fn label_if(self, span: Option<Span>, message: impl Into<String>) -> Self {
        match span {
            Some(span) => self.label(span, message),
            None => self,
        }
    }

    /// Says that it stands for further places of the same cause, each of which can be accepted by itself. The message gets
    /// "(here and 3 times more)" behind it.
    pub fn also(self, places: &[Span]) -> Self {
        self.diagnostic.also.extend(places);
        self
    }

    /// Adds a remedy.
    pub fn help(self, text: impl Into<String>) -> Self {
        self.diagnostic.help.push(text.into());
        self
    }

    /// Adds one edit for each of several places, which all get the same text; none when places overlap.
    pub fn fix_all(self, title: &str, places: &[Span], text: &str) -> Self {
        let edits = places.iter().map(|span| Edit { span: *span, text: text.to_owned() }).collect();
        match Fix::edits_of(title, Applicability::Unsafe, edits) {
            Some(fix) => self.fix(fix),
            None => self,
        }
    }

    /// Adds one edit for each of several places that writes another name for a wrong one: not where the wrong one stands
    /// there twice, or is written in another way, such as with escapes.
    pub fn instead(self, files: &Files, places: &[Span], wrong: &str, right: &str) -> Self {
        let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':' | '.' | '/' | '-');
        if wrong.is_empty() || !right.chars().all(is_plain) {
            return self;
        }
        let edit = |place: &Span| {
            let mut found = files.slice(*place).match_indices(wrong);
            let (at, _) = found.next().filter(|_| found.next().is_none())?;
            let start = place.start + at as u32;
            Some(Edit { span: Span::new(place.file, start, start + wrong.len() as u32), text: right.to_owned() })
        };
        let edits: Option<Vec<Edit>> = places.iter().map(edit).collect();
        match edits.and_then(|edits| Fix::edits_of(format!("use `{right}`"), Applicability::Unsafe, edits)) {
            Some(fix) => self.fix(fix),
            None => self,
        }
    }

    /// Adds an edit that cures it.
    pub fn fix(self, fix: Fix) -> Self {
        self.diagnostic.fixes.push(fix);
        self
    }
}
