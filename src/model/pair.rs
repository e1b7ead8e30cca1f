//! Entries of maps from name to text: labels, annotations, headers, parameters.

use crate::text::{Excerpt, Name, Span, Spanned};

/// A name and its text, such as a label or an annotation.
#[derive(Clone, Debug)]
pub struct Pair<T = Excerpt> {
    /// The name.
    pub name: Spanned<Name>,
    /// The text, or what was read from it.
    pub value: T,
}

impl Pair {
    /// Pairs from what [`crate::tree::Fields::string_map`] gives.
    pub fn all(entries: Vec<(Spanned<Name>, Excerpt)>) -> Vec<Self> {
        entries.into_iter().map(|(name, value)| Self { name, value }).collect()
    }

    /// Each name with its text.
    pub fn texts(pairs: &[Self]) -> impl Iterator<Item = (&str, &str)> {
        pairs.iter().map(|pair| (pair.name.value.as_str(), pair.value.text()))
    }

    /// From the name to the end of the text.
    pub fn span(&self) -> Span {
        self.name.span.to(self.value.full_span())
    }
}

impl<T> Pair<T> {
    /// The pair of a name, if it is there.
    pub fn find<'p>(pairs: &'p [Self], name: &str) -> Option<&'p Self> {
        pairs.iter().find(|pair| pair.name.value == name)
    }
}
