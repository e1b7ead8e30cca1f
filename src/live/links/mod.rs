//! Where links of the web lead: each is asked for once, and what is known from an earlier run is not asked again.

mod anchors;
mod ask;
mod cache;
mod exclusion;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::http::CertificateFault;

pub use ask::{Asking, ask};
pub use cache::Cache;
pub use exclusion::Exclusion;

/// Where links lead, by their text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pages {
    standings: BTreeMap<String, Standing>,
}

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// To a page that is there.
    Alive,
    /// To a page that was there at an earlier time, which is not long ago.
    Remembered,
    /// To a server that has no such page, or fails to give it: the status, and the address that gave it where a
    /// redirect leads there.
    Answers(u16, Option<String>),
    /// From redirect to redirect, back to this address or on without end.
    Circle(String),
    /// By a redirect to something that is no page.
    Astray(String),
    /// To a server whose certificate every browser refuses.
    Certificate(CertificateFault),
    /// To a page without the anchor that the link names.
    NoAnchor,
    /// To where it cannot be seen from here.
    Unchecked {
        /// Who was asked.
        host: String,
        /// What happened, as what `it` does.
        why: String,
    },
    /// It was not asked for.
    Skipped(Skip),
}

/// Why a link is not asked for.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Skip {
    /// The configuration says so.
    Excluded,
    /// It leads to the machine that asks, and for the reader means another.
    Local,
    /// It is an example, or has something to fill in.
    Example,
    /// It is no address that can be asked for.
    Malformed,
}

impl Pages {
    /// Where a link leads, by its text as written.
    pub fn of(&self, link: &str) -> Option<&Standing> {
        self.standings.get(link.trim())
    }

    /// All links with where they lead, by their texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Standing)> {
        self.standings.iter().map(|(link, standing)| (link.as_str(), standing))
    }
}
