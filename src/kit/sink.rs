//! Where a check puts what it found.

use crate::{
    diag::{Applicability, Cause, Diagnostic, Edit, Fix, Label, Severity},
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

    /// Reports the same at all the places that one cause shows itself at. They are told as one, but each can be accepted by
    /// itself.
    pub fn report_at(&mut self, places: &[Span], message: impl Into<String>) -> Finding<'_> {
        let start = self.findings.len();
        for place in places {
            self.report(*place, String::new());
        }
        let finding = Finding { forced: self.forced.is_some(), each: &mut self.findings[start..] };
        let cause = places.first().map(|first| Cause::Repeated(*first));
        finding.spread((message.into(), cause), |finding, (message, cause)| {
            (finding.message, finding.cause) = (message, cause);
        })
    }

    /// Reports what a reader complained of, under this check's id.
    pub fn adopt(&mut self, mut diagnostic: Diagnostic) -> Finding<'_> {
        diagnostic.check = self.meta.id;
        diagnostic.severity = self.forced.unwrap_or(diagnostic.severity);
        let start = self.findings.len();
        self.findings.push(diagnostic);
        Finding { forced: self.forced.is_some(), each: &mut self.findings[start..] }
    }
}

/// A finding just reported, to be completed; or several, which are completed alike.
#[derive(Debug)]
pub struct Finding<'f> {
    forced: bool,
    each: &'f mut [Diagnostic],
}

impl Finding<'_> {
    /// Sets how much this one claims, unless the user has decided.
    pub fn severity(self, severity: Severity) -> Self {
        if self.forced { self } else { self.spread(severity, |finding, severity| finding.severity = severity) }
    }

    /// Says a few words right at the underlined text.
    pub fn here(self, words: impl Into<String>) -> Self {
        self.spread(words.into(), |finding, words| finding.here = words)
    }

    /// Adds a second place, usually the proof.
    pub fn label(self, span: Span, message: impl Into<String>) -> Self {
        self.spread(Label { span, message: message.into() }, |finding, label| finding.labels.push(label))
    }

    /// Adds a second place where there is one.
    pub fn label_if(self, span: Option<Span>, message: impl Into<String>) -> Self {
        match span {
            Some(span) => self.label(span, message),
            None => self,
        }
    }

    /// Says that its cause shows itself first at a place. Findings of one cause are told as one, with the words of the first,
    /// but each can be accepted by itself.
    pub fn shared(self, first: Span) -> Self {
        self.spread(Cause::Shared(first), |finding, cause| finding.cause = Some(cause))
    }

    /// Adds a remedy.
    pub fn help(self, text: impl Into<String>) -> Self {
        self.spread(text.into(), |finding, text| {
            // Hardly any has a second one, and there may be many.
            finding.help.reserve_exact(1);
            finding.help.push(text);
        })
    }

    /// Adds an edit that writes another text for what is underlined.
    pub fn rewrite(self, title: &str, text: &str) -> Self {
        self.spread((title, text), |finding, (title, text)| {
            finding.fixes.push(Fix::edit(title, Applicability::Unsafe, finding.span, text));
        })
    }

    /// Adds an edit that writes another name for a wrong one in what is underlined: not where the wrong one stands there
    /// twice, or is written in another way, such as with escapes.
    pub fn instead(self, files: &Files, wrong: &str, right: &str) -> Self {
        self.spread(format!("use `{right}`"), |finding, title| {
            let edit = replacing(files, finding.span, wrong, right);
            let fix = edit.map(|edit| Fix::edit(title, Applicability::Unsafe, edit.span, edit.text));
            finding.fixes.extend(fix);
        })
    }

    /// Adds an edit that cures it.
    pub fn fix(self, fix: Fix) -> Self {
        self.spread(fix, |finding, fix| finding.fixes.push(fix))
    }

    /// Adds an edit that cures it where there is one.
    pub fn fix_if(self, fix: Option<Fix>) -> Self {
        match fix {
            Some(fix) => self.fix(fix),
            None => self,
        }
    }

    /// Gives each of them the same.
    fn spread<T: Clone>(self, given: T, take: impl Fn(&mut Diagnostic, T)) -> Self {
        if let Some((last, others)) = self.each.split_last_mut() {
            others.iter_mut().for_each(|other| take(other, given.clone()));
            take(last, given);
        }
        self
    }
}

/// Writes another name for a wrong one in a place, where that stands there once and as it is.
pub fn replacing(files: &Files, place: Span, wrong: &str, right: &str) -> Option<Edit> {
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':' | '.' | '/' | '-');
    if wrong.is_empty() || !right.chars().all(is_plain) {
        return None;
    }
    let mut found = files.slice(place).match_indices(wrong);
    let (at, _) = found.next().filter(|_| found.next().is_none())?;
    let start = place.start + at as u32;
    Some(Edit { span: Span::new(place.file, start, start + wrong.len() as u32), text: right.to_owned() })
}
