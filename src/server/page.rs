//! What keeps promtool from reading a page of metrics (prometheus/common, package `expfmt`): the older text format, and
//! nothing of OpenMetrics.

use std::collections::BTreeMap;

use crate::{
    diag::Diagnostic,
    exposition::{Exposition, Family, MetricKind},
    vocab::parse_float,
};

/// The types that the older format knows.
const TYPES: [&str; 7] = ["counter", "gauge", "histogram", "summary", "untyped", "gauge_histogram", "gaugehistogram"];

/// Everything that promtool could not read of a page, in order.
pub fn page_faults(page: &Exposition) -> Vec<Diagnostic> {
    let mut faults = page.errors.clone();
    faults.extend(line_faults(page));
    for family in &page.families {
        let word = |family: &Family| family.kind.as_ref().map(|kind| page.text_at(kind.span).to_lowercase());
        if let Some(kind) = &family.kind
            && !word(family).is_some_and(|word| TYPES.contains(&word.as_str()))
        {
            faults.push(Diagnostic::error(kind.span, "the older text format, which promtool reads, has no such type"));
        }
        faults.extend(bounds(page, family));
    }
    faults.sort_by_key(|fault| fault.span);
    faults
}

/// Lines that end otherwise than in a line feed.
fn line_faults(page: &Exposition) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let mut at = 0;
    for line in page.source.text().split_inclusive('\n') {
        let text = line.trim_end_matches('\n');
        let place = page.source.span(at..at + text.len());
        let is_remark = text.trim_start().strip_prefix('#').is_some_and(|rest| !rest.trim_start().starts_with("TYPE"));
        if text.ends_with('\r') && !is_remark {
            faults.push(Diagnostic::error(place, "the line ends in a carriage return"));
        } else if text.len() == line.len() && !text.trim_matches([' ', '\t']).is_empty() {
            let fault = Diagnostic::error(place, "the last line has no end");
            faults.push(fault.help("a line feed ends every line of a page, the last one, too"));
        }
        at += line.len();
    }
    faults
}

/// Bounds of buckets and quantiles that are no numbers.
fn bounds(page: &Exposition, family: &Family) -> Vec<Diagnostic> {
    let label = match family.kind.as_ref().map(|kind| kind.value) {
        Some(MetricKind::Histogram | MetricKind::GaugeHistogram) => "le",
        Some(MetricKind::Summary) => "quantile",
        _ => return Vec::new(),
    };
    let mut faults = BTreeMap::new();
    for (name, value) in family.samples.iter().flat_map(|sample| page.labels(sample)) {
        if name.value == label && parse_float(&value.value).is_err() {
            faults.insert(value.span, format!("`{label}` is `{}`, which is no number", value.value));
        }
    }
    faults.into_iter().map(|(span, message)| Diagnostic::error(span, message)).collect()
}
