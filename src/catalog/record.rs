//! Makes a recorded file of captured pages.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use crate::exposition::{Exposition, MetricKind};

/// What a family's pages say of it: its type, and the labels of its series.
type Seen<'p> = (Option<MetricKind>, BTreeSet<&'p str>);

/// The text of a recorded file: a line that says where it comes from, then a line for each metric, sorted, with its
/// name, type and labels, but for the `le` of histograms. What stands in several pages is joined; the first page that
/// gives a type is believed.
pub fn record(recorded_from: &str, pages: &[Exposition]) -> String {
    let mut families: BTreeMap<&str, Seen<'_>> = BTreeMap::new();
    for page in pages {
        for family in &page.families {
            let (kind, labels) = families.entry(&family.name.value).or_default();
            *kind = kind.or(family.kind.as_ref().map(|kind| kind.value).filter(|kind| *kind != MetricKind::Unknown));
            labels.extend(family.samples.iter().flat_map(|sample| page.labels(sample)).map(|(name, _)| name.value));
        }
    }
    let mut text = format!("# recorded from {recorded_from}\n");
    for (name, (kind, labels)) in families {
        let _ = write!(text, "{name} {}", kind.map_or("unknown", MetricKind::word));
        let is_histogram = matches!(kind, Some(MetricKind::Histogram | MetricKind::GaugeHistogram));
        let labels: Vec<&str> = labels.into_iter().filter(|label| !(is_histogram && *label == "le")).collect();
        let _ = if labels.is_empty() { writeln!(text) } else { writeln!(text, " {}", labels.join(",")) };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Excerpt, FileId};

    #[test]
    fn joins_pages() {
        let page = |text: &str| Exposition::parse(&Excerpt::whole(FileId(0), text));
        let pages = [
            page("# TYPE a counter\na{x=\"1\"} 1\nb 1\n"),
            page(
                "# TYPE h histogram\nh_bucket{le=\"1\",y=\"2\"} 1\nh_sum{y=\"2\"} 1\nh_count{y=\"2\"} 1\na{z=\"\"} 1\n",
            ),
            page("# TYPE distribution gauge\ndistribution{le=\"1\"} 1\n"),
        ];
        let expected = "# recorded from tool 1.0\na counter x,z\nb unknown\ndistribution gauge le\nh histogram y\n";
        assert_eq!(record("tool 1.0", &pages), expected);
    }
}
