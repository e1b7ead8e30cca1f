//! The census of metrics: every metric that any file speaks of, where it comes from, which jobs scrape it, and who
//! reads it. It is taken for a person to look at and has no opinion on what is wrong.

mod count;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    catalog::Provenance,
    exposition::{MetricKind, whole_of},
    facts::Facts,
    text::{Span, Spanned},
};

/// All metrics, by name. The series of a histogram or summary stand under the name of the whole.
#[derive(Debug, Default)]
pub struct Census {
    /// The metrics.
    pub metrics: BTreeMap<String, Metric>,
    /// The exporters that are scraped, each once.
    pub exporters: Vec<Exporter>,
}

/// One metric.
#[derive(Debug, Default)]
pub struct Metric {
    /// Its type, as the first origin that knows one says.
    pub kind: Option<MetricKind>,
    /// The names of its series that are read, where they are not its own: `x_bucket` of `x`.
    pub parts: BTreeSet<String>,
    /// The labels that its origins say it has, beside those of the target.
    pub labels: BTreeSet<String>,
    /// Where it comes from.
    pub origins: Vec<Origin>,
    /// The jobs that scrape it, each at the place of its name.
    pub jobs: BTreeSet<Spanned<String>>,
    /// Who reads it.
    pub uses: Vec<Use>,
    /// Where docs speak of it.
    pub documented: Vec<Span>,
}

/// Where a metric comes from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Origin {
    /// Prometheus makes it itself: `up`, `ALERTS`.
    Prometheus,
    /// A recording rule, at the place of its name.
    Rule(Span),
    /// A captured page that has it, at the place of a sample, with what the page was captured from.
    Page(Span, String),
    /// The source code of a program, at the place of its name there.
    Code(Span),
    /// A well-known exporter that is scraped.
    Exporter(&'static str, Provenance),
    /// A live server has it, by its address.
    Server(String),
    /// A client library that many programs use.
    Library(&'static str),
    /// A well-known exporter that has it, though nothing here scrapes one.
    Unscraped(&'static str, Provenance),
}

/// One place that reads a metric.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// Who reads it.
    pub by: Reader,
    /// The metric's name there.
    pub place: Span,
}

/// Who reads a metric.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reader {
    /// An alerting rule.
    Alert(String),
    /// A recording rule.
    Record(String),
    /// A dashboard, in a panel or in a variable or annotation.
    Dashboard {
        /// Its title.
        title: String,
        /// The panel's title.
        panel: Option<String>,
    },
    /// A unit test, which gives it values.
    Test(String),
}

/// A scraped exporter.
#[derive(Debug)]
pub struct Exporter {
    /// What it is called.
    pub name: &'static str,
    /// How it is known.
    pub provenance: Provenance,
    /// The jobs that scrape it.
    pub jobs: BTreeSet<Spanned<String>>,
    /// How many metrics are known of it.
    pub known: usize,
    /// How many of them anybody reads.
    pub read: usize,
}

/// What is to be said of a metric at first sight.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Standing {
    /// It is read, and nothing here says where it comes from.
    Undefined,
    /// It is read, and comes from a well-known exporter that no job here scrapes.
    NotScraped,
    /// Docs speak of it, and nothing defines or reads it.
    DocumentedOnly,
    /// Something here defines it, and nobody reads it.
    Unread,
    /// It is defined and read.
    Sound,
}

impl Standing {
    /// All, those to look at first.
    pub const ALL: [Standing; 5] = [Self::Undefined, Self::NotScraped, Self::DocumentedOnly, Self::Unread, Self::Sound];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::NotScraped => "not-scraped",
            Self::DocumentedOnly => "documented-only",
            Self::Unread => "unread",
            Self::Sound => "sound",
        }
    }
}

impl Census {
    /// Takes the census.
    pub fn of(facts: &Facts<'_>) -> Self {
        count::count(facts)
    }

    /// The metric that a series of this name belongs to.
    pub fn metric(&self, name: &str) -> Option<(&str, &Metric)> {
        let of = |name: &str| self.metrics.get_key_value(name).map(|(name, metric)| (name.as_str(), metric));
        of(name).or_else(|| of(whole_of(name)?).filter(|(_, metric)| metric.has_parts()))
    }
}

impl Metric {
    /// What is to be said of it at first sight.
    pub fn standing(&self) -> Standing {
        let is_here = |origin: &Origin| !matches!(origin, Origin::Unscraped(..));
        let is_own = |origin: &Origin| matches!(origin, Origin::Rule(_) | Origin::Page(..) | Origin::Code(_));
        match (self.origins.iter().any(is_here), self.uses.is_empty()) {
            // Of what exporters and libraries export, nobody reads all.
            (true, true) if self.origins.iter().all(is_own) => Standing::Unread,
            (true, true) => Standing::Sound,
            (true, false) => Standing::Sound,
            (false, true) => Standing::DocumentedOnly,
            (false, false) if self.origins.is_empty() => Standing::Undefined,
            (false, false) => Standing::NotScraped,
        }
    }

    fn has_parts(&self) -> bool {
        matches!(self.kind, Some(MetricKind::Histogram | MetricKind::GaugeHistogram | MetricKind::Summary))
    }
}

impl Reader {
    /// The kind of it, in a word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Alert(_) => "alert",
            Self::Record(_) => "rule",
            Self::Dashboard { .. } => "panel",
            Self::Test(_) => "test",
        }
    }

    /// Where its kind comes in lists: those that wake people first.
    pub fn rank(&self) -> usize {
        match self {
            Self::Alert(_) => 0,
            Self::Record(_) => 1,
            Self::Dashboard { .. } => 2,
            Self::Test(_) => 3,
        }
    }

    /// What it is called.
    pub fn name(&self) -> String {
        match self {
            Self::Alert(name) | Self::Record(name) | Self::Test(name) => name.clone(),
            Self::Dashboard { title, panel: Some(panel) } => format!("{title} / {panel}"),
            Self::Dashboard { title, panel: None } => title.clone(),
        }
    }
}
