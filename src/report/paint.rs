//! Colours, written only where they are wanted.

use std::fmt;

use crate::diag::Severity;

/// A way to set off text.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Ink {
    /// The colour of a severity.
    Severity(Severity),
    /// Strong text.
    Bold,
    /// Text that steps back.
    Dim,
    /// Words that introduce something: `help:`.
    Lead,
    /// All is well.
    Good,
    /// Text between backticks, commands and other literal text.
    Literal,
    /// One of several things that colours tell apart, counted from 0.
    Series(usize),
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Ink::Severity(Severity::Error) => "1;31",
            Ink::Severity(Severity::Warning) => "1;33",
            Ink::Severity(Severity::Info) | Ink::Lead => "1;36",
            Ink::Bold => "1",
            Ink::Dim => "2",
            Ink::Good => "1;32",
            Ink::Literal => "36",
            Ink::Series(index) => ["36", "33", "35", "32", "34", "31", "96", "93", "95", "92"][index % 10],
        }
    }
}

/// Whether to colour at all.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Paint {
    colour: bool,
}

impl Paint {
    /// Colours when `colour` says so; otherwise text passes unchanged.
    pub fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// Whether colours are written.
    pub fn colours(self) -> bool {
        self.colour
    }

    /// `text` in an ink, to be formatted.
    pub fn ink<T: fmt::Display>(self, ink: Ink, text: T) -> Inked<T> {
        Inked { ink: self.colour.then_some(ink), text }
    }
}

/// Text in an ink.
#[derive(Copy, Clone, Debug)]
pub struct Inked<T> {
    ink: Option<Ink>,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Inked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ink {
            Some(ink) => write!(f, "\u{1b}[{}m{}\u{1b}[0m", ink.code(), self.text),
            None => self.text.fmt(f),
        }
    }
}
