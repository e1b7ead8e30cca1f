//! Reads a text for tests: what it means, and what is wrong with it, told by the text complained of.

use crate::{
    text::{Excerpt, FileId},
    tree::{self, Complaints, Node},
};

/// What a reader makes of the first document of a YAML text, and its complaints, each as
/// `text complained of: message`, in the order of the file.
pub fn read<T>(text: &str, lower: impl Fn(Node<'_>, &mut Complaints) -> T) -> (T, Vec<String>) {
    let stream = tree::yaml(&Excerpt::whole(FileId(0), text));
    assert!(stream.complaints.is_empty(), "{:?}", stream.complaints);
    let mut complaints = Complaints::new();
    let root = stream.first().and_then(tree::Tree::root).expect("the text of a test holds a document");
    let model = lower(root, &mut complaints);
    complaints.sort_by_key(|complaint| complaint.span);
    let told = complaints.iter().map(|complaint| format!("{}: {}", slice(text, complaint.span), complaint.message));
    (model, told.collect())
}

/// The text at a place.
pub fn slice(text: &str, span: crate::text::Span) -> &str {
    text.get(span.range()).expect("a place lies in its text, between characters")
}
