//! Texts that are held by many and copied by none.

use std::{ops::Deref, sync::Arc};

/// A text that its holders share, such as that of a file, which every excerpt of the file holds. Made of a `String`
/// without copying it, as an `Arc<str>` is not.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct SharedText(Arc<String>);

impl Deref for SharedText {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for SharedText {
    fn from(mut text: String) -> Self {
        text.shrink_to_fit();
        Self(Arc::new(text))
    }
}

impl From<&str> for SharedText {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}
