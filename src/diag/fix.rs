//! Proposed changes of the user's files.

use crate::text::Span;

/// Whether a fix may be applied without looking.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Applicability {
    /// The meaning is what the author certainly wanted.
    Safe,
    /// Very likely wanted, but it changes what the file does.
    Unsafe,
    /// To show only: the reader fills in what is missing.
    Shown,
}

/// Replace the text of a span.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// A change that cures a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does: an order in lower case, with no full stop, as in "write `x`".
    pub title: String,
    /// Whether it may be applied without looking.
    pub applicability: Applicability,
    edits: Vec<Edit>,
}

impl Fix {
    /// A fix of one edit.
    pub fn edit(title: impl Into<String>, applicability: Applicability, span: Span, text: impl Into<String>) -> Self {
        Self { title: title.into(), applicability, edits: vec![Edit { span, text: text.into() }] }
    }

    /// A fix of several edits, which are sorted; `None` when two of them overlap.
    pub fn edits_of(title: impl Into<String>, applicability: Applicability, mut edits: Vec<Edit>) -> Option<Self> {
        edits.sort();
        let overlap = edits
            .windows(2)
            .any(|pair| pair[0].span.file == pair[1].span.file && pair[0].span.end > pair[1].span.start);
        (!overlap).then(|| Self { title: title.into(), applicability, edits })
    }

    /// Takes out the edits within places that are to stay as they are; says whether there is still something to do.
    pub fn spare(&mut self, places: &[Span]) -> bool {
        self.edits.retain(|edit| !places.iter().any(|place| place.contains(edit.span)));
        !self.edits.is_empty()
    }

    /// Its edits, sorted, never overlapping.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }
}

/// `old`, which stands at byte `base` of its file, with edits made that are sorted and do not overlap; `None` when one
/// of them does not lie in it.
pub fn edited<'e>(old: &str, edits: impl IntoIterator<Item = &'e Edit>, base: usize) -> Option<String> {
    let mut new = String::with_capacity(old.len());
    let mut done = 0;
    for edit in edits {
        let (start, end) = ((edit.span.start as usize).checked_sub(base)?, (edit.span.end as usize).checked_sub(base)?);
        new.push_str(old.get(done..start)?);
        new.push_str(&edit.text);
        done = end;
    }
    new.push_str(old.get(done..)?);
    Some(new)
}
