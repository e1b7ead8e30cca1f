//! What the reading of one text gave.

use super::{Complaints, Tree};

/// The documents of one text, and what was wrong with it. A reader gives at least one document, empty
/// if need be; only YAML gives several.
#[derive(Debug, Default)]
pub struct Stream {
    /// The documents, in order.
    pub documents: Vec<Tree>,
    /// What was wrong, in the order of the text.
    pub complaints: Complaints,
}

impl Stream {
    /// The first document: the only one that Prometheus, promtool and Alertmanager read.
    pub fn first(&self) -> Option<&Tree> {
        self.documents.first()
    }
}
