//! What keeps promtool from reading a page of metrics (prometheus/common, package `expfmt`): the older text format, and
//! nothing of OpenMetrics.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diag::Diagnostic,
    exposition::{Exposition, Family, MetricKind, Sample, number},
    text::Span,
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
        faults.extend(escapes(page, family));
        faults.extend(family.samples.iter().filter_map(|sample| sample_fault(page, family, sample)));
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
        if name.value == label && number(&value.value).is_none() {
            faults.insert(value.span, format!("`{label}` is `{}`, which is no number", value.value));
        }
    }
    faults.into_iter().map(|(span, message)| Diagnostic::error(span, message)).collect()
}

/// Backslashes in help texts and values of labels that escape nothing.
fn escapes(page: &Exposition, family: &Family) -> Vec<Diagnostic> {
    let of_labels = family.samples.iter().flat_map(|sample| page.labels(sample)).map(|(_, value)| value.span);
    let places = family.help.iter().map(|help| help.span).chain(of_labels);
    let is_wrong = |place: &Span| {
        let mut rest = page.text_at(*place);
        while let Some((_, escaped)) = rest.split_once('\\') {
            match escaped.strip_prefix(['\\', 'n', '"']) {
                Some(further) => rest = further,
                None => return true,
            }
        }
        false
    };
    let wrong: BTreeSet<Span> = places.filter(is_wrong).collect();
    let fault = |place: Span| Diagnostic::error(place, "of escapes there are `\\\\`, `\\n` and `\\\"` only");
    wrong.into_iter().map(fault).collect()
}

/// Blanks at the end of a line, and numbers of events below zero.
fn sample_fault(page: &Exposition, family: &Family, sample: &Sample) -> Option<Diagnostic> {
    let behind = page.behind(sample);
    let behind_time = behind.value.trim_start_matches([' ', '\t']);
    if !behind.value.is_empty() && (sample.time.is_none() || behind_time.ends_with([' ', '\t'])) {
        let what = if sample.time.is_none() { "value" } else { "timestamp" };
        return Some(Diagnostic::error(behind.span, format!("a blank follows the {what}")).help("remove it"));
    }
    let is_histogram = matches!(family.kind.as_ref()?.value, MetricKind::Histogram | MetricKind::GaugeHistogram);
    if !is_histogram || sample.value >= 0.0 || sample.value.is_nan() {
        return None;
    }
    let name = page.name(sample);
    let ending = name.value.strip_prefix(family.name.value.as_str()).unwrap_or_default();
    let is_bucket = ending != "_sum" && page.labels(sample).any(|(label, _)| label.value == "le");
    let place = page.span(sample);
    match ending {
        "_count" => Some(Diagnostic::error(place, format!("`{}` is below zero", name.value))),
        _ => is_bucket.then(|| Diagnostic::error(place, "the number of events in a bucket is below zero")),
    }
}
