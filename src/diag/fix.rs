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

    /// What several do, as one; `None` when two of them change the same text in different ways.
    pub fn all(fixes: &[Self]) -> Option<Self> {
        let (first, others) = fixes.split_first()?;
        let is_one = others.iter().all(|other| other.title == first.title);
        let title = if is_one { first.title.clone() } else { format!("mend all {} places", fixes.len()) };
        let applicability = fixes.iter().map(|fix| fix.applicability).max()?;
        let mut edits: Vec<Edit> = fixes.iter().flat_map(|fix| fix.edits.iter().cloned()).collect();
        edits.sort();
        edits.dedup();
        Self::edits_of(title, applicability, edits)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    #[test]
    fn several_are_one_unless_they_contradict_each_other() {
        let fix = |start, text: &str| {
            let span = Span::new(FileId(0), start, start + 2);
            Fix::edit(format!("use `{text}`"), Applicability::Unsafe, span, text)
        };
        let both = Fix::all(&[fix(4, "up"), fix(0, "up")]).unwrap();
        assert_eq!((both.title.as_str(), both.edits().len()), ("use `up`", 2));
        assert_eq!(edited("down down", both.edits(), 0).as_deref(), Some("upwnupown"));
        assert_eq!(Fix::all(&[fix(0, "up"), fix(4, "down")]).unwrap().title, "mend all 2 places");
        assert_eq!(Fix::all(&[fix(0, "up"), fix(0, "up")]).unwrap().edits().len(), 1, "the same is done once");
        assert_eq!(Fix::all(&[fix(0, "up"), fix(0, "down")]), None);
        assert_eq!(Fix::all(&[]), None);
    }
}
