//! What captured pages, code and exporters tell of the labels of a metric.

use crate::{facts::CapturedLabels, kit::*, promql::ast::VectorSelector};

/// What was captured of the metric that a selector names.
pub fn captured<'f>(
    selector: &VectorSelector,
    site: QuerySite<'f>,
    facts: &'f Facts<'f>,
) -> Option<CapturedLabels<'f>> {
    let name = selector.metric_name()?;
    if !facts.rules.records(&name.value).is_empty() || site.is_open(name.span) {
        return None;
    }
    if let Some(served) = facts.inventory.served_labels(&name.value, &facts.instrumented) {
        return Some(served);
    }
    let scraping = facts.servers.scraping(site.document);
    facts.inventory.labels(&name.value, &scraping.jobs(selector)?, &facts.instrumented, &facts.exporters)
}
