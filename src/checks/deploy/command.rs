//! The words that a container is started with.

use crate::{facts::Container, model::compose::Value, text::Excerpt};

/// The words of a container's entrypoint and command, those within a text for a shell among them.
pub fn of_container(container: &Container<'_>) -> Vec<Excerpt> {
    words(container.services().flat_map(|service| service.entrypoint.iter().chain(&service.command)))
}

/// The words of some values, those within a text for a shell among them.
pub fn words<'w>(values: impl Iterator<Item = &'w Value>) -> Vec<Excerpt> {
    let mut words = Vec::new();
    for value in values {
        let text = value.text.text();
        let mut start = 0;
        for word in text.split(|sign: char| sign.is_whitespace() || matches!(sign, '"' | '\'')) {
            if !word.is_empty() {
                words.push(value.text.sub(start..start + word.len()));
            }
            start += word.len() + 1;
        }
    }
    words
}
