//! How far the buckets of histograms reach, and by what they are told apart, as far as captured `/metrics` pages tell.

use std::collections::{BTreeMap, BTreeSet};

use crate::{exposition::Exposition, model::Document, text::Span, workspace::Workspace};

/// What pages show of the buckets of each histogram, by the name of the buckets.
#[derive(Debug, Default)]
pub struct Buckets<'w> {
    seen: BTreeMap<&'w str, Seen<'w>>,
}

#[derive(Debug)]
struct Seen<'w> {
    highest: (f64, Span),
    labels: BTreeSet<&'w str>,
}

impl<'w> Buckets<'w> {
    /// Looks at all captured pages. Where several of them have a histogram, the one that reaches highest counts.
    pub fn of(workspace: &'w Workspace) -> Self {
        let mut buckets = Self::default();
        for page in workspace.documents.iter().filter_map(Document::exposition) {
            buckets.add(page);
        }
        buckets
    }

    fn add(&mut self, page: &'w Exposition) {
        for sample in page.families.iter().flat_map(|family| &family.samples) {
            let name = page.name(sample);
            if !name.value.ends_with("_bucket") {
                continue;
            }
            let end = page.labels(sample).find(|(label, _)| label.value == "le");
            let Some((end, place)) = end.and_then(|(_, le)| Some((le.value.parse::<f64>().ok()?, le.span))) else {
                continue;
            };
            let new = || Seen { highest: (f64::NEG_INFINITY, place), labels: BTreeSet::new() };
            let seen = self.seen.entry(name.value).or_insert_with(new);
            if end.is_finite() && end > seen.highest.0 {
                seen.highest = (end, place);
            }
            seen.labels.extend(page.labels(sample).map(|(label, _)| label.value).filter(|label| *label != "le"));
        }
    }

    /// The end of the highest finite bucket of a metric, and a place where a page shows it.
    pub fn highest(&self, name: &str) -> Option<(f64, Span)> {
        self.seen.get(name).map(|seen| seen.highest).filter(|(end, _)| end.is_finite())
    }

    /// The labels beside `le` by which a metric has several histograms, at least one, and a place where a page shows
    /// them.
    pub fn labels(&self, name: &str) -> Option<(&BTreeSet<&'w str>, Span)> {
        let seen = self.seen.get(name).filter(|seen| !seen.labels.is_empty())?;
        Some((&seen.labels, seen.highest.1))
    }
}
