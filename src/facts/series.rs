//! What is known of the labels of series by their name alone: recorded by rules, or scraped from targets.

use std::collections::BTreeMap;

use crate::{
    model::{Document, rules::Ruler},
    promql::{
        ast::VectorSelector,
        flow::{Cause, Flow, Known, Origin, Source},
    },
    text::Files,
};

use super::{RuleSite, Rules, Scraping, Servers, TargetLabels};

/// How often recording rules are followed through one another; longer chains are known less well.
const MOST_ROUNDS: usize = 12;

/// The labels of recorded series.
#[derive(Debug, Default)]
pub struct Series {
    recorded: BTreeMap<String, Flow>,
}

/// What is known of series where a document is evaluated.
#[derive(Debug)]
pub struct KnownSeries<'f, 'w> {
    recorded: &'f Series,
    /// Where scraped series come from.
    pub scraping: Scraping<'f, 'w>,
    /// Whether labels may have been added to recorded series since.
    is_elsewhere: bool,
    /// Whether scraped series are believed to carry `job` and `instance` where no configuration proves it.
    believes: bool,
}

impl Series {
    /// Follows all recording rules. Each round knows what the last one knew of other rules, the first
    /// nothing, so that each is right and cycles need no care.
    pub fn of(files: &Files, rules: &Rules<'_>, servers: &Servers<'_>) -> Self {
        let mut known = Self::default();
        for _ in 0..MOST_ROUNDS {
            let next = Self { recorded: known.round(files, rules, servers) };
            if next.recorded == known.recorded {
                break;
            }
            known = next;
        }
        known
    }

    fn round(&self, files: &Files, rules: &Rules<'_>, servers: &Servers<'_>) -> BTreeMap<String, Flow> {
        let mut flows: BTreeMap<String, Flow> = BTreeMap::new();
        for of_document in rules.all().chunk_by(|one, next| std::ptr::eq(one.document, next.document)) {
            let known = self.at(files, servers, of_document[0].document);
            for site in of_document {
                let Some(name) = &site.rule.record else { continue };
                let flow = flow_of_rule(*site, &known);
                let flow = flows.get(&name.value).map_or(flow.clone(), |other| other.either(&flow));
                flows.insert(name.value.clone(), flow);
            }
        }
        flows
    }

    /// The labels of the series that recording rules make under a name; `None` when there is no such rule.
    pub fn recorded(&self, name: &str) -> Option<&Flow> {
        self.recorded.get(name)
    }

    /// What is known where a document is evaluated. Dashboards, and rules of Thanos, Mimir and the like,
    /// may see series with the external labels of several servers.
    pub fn at<'f, 'w>(&'f self, files: &Files, servers: &'f Servers<'w>, document: &Document) -> KnownSeries<'f, 'w> {
        let rules = document.rule_file();
        KnownSeries {
            recorded: self,
            scraping: servers.scraping(files, document),
            is_elsewhere: rules.is_none_or(|rules| rules.ruler != Ruler::Prometheus),
            believes: rules.is_some() || !servers.all().is_empty(),
        }
    }
}

impl Source for KnownSeries<'_, '_> {
    fn series(&self, selector: &VectorSelector) -> Flow {
        let Some(name) = selector.metric_name() else { return Flow::unknown() };
        if let Some(flow) = self.recorded.recorded(&name.value) {
            return if self.is_elsewhere { flow.clone().open() } else { flow.clone() };
        }
        let proof = match self.scraping.target_labels(selector) {
            _ if name.value.starts_with("ALERTS") || name.value.contains(':') => None,
            TargetLabels::Certain(span) => Some(Some(span)),
            TargetLabels::Likely if self.believes => Some(None),
            TargetLabels::Likely | TargetLabels::Unknown => None,
        };
        let (labels, origin): (&[&str], Origin) = match (name.value.as_str(), proof) {
            ("ALERTS", _) => (&["alertname", "alertstate"], Origin::Rule),
            // What kube-state-metrics tells is about other things than its own target, so that operators
            // often drop `instance` from it.
            (name, Some(None)) if name.starts_with("kube_") => (&["job"], Origin::Target { proof: None }),
            (_, Some(proof)) => (&["job", "instance"], Origin::Target { proof }),
            (_, None) => return Flow::unknown(),
        };
        let has = || Known::certain(None, Cause::new(selector.span, origin.clone()));
        labels.iter().fold(Flow::unknown(), |flow, label| flow.with(label, has()))
    }
}

fn flow_of_rule(site: RuleSite<'_>, source: &dyn Source) -> Flow {
    let query = site.document.promql_of(site.group, site.rule);
    let Some(expr) = query.and_then(|query| query.valid()) else { return Flow::unknown() };
    let mut flow = Flow::of(expr, source);
    let of_group = site.group.labels.iter().map(|label| (&label.name, label.value.text()));
    let of_rule = site.rule.labels.iter().map(|label| (&label.name, label.value.text.text()));
    for (name, value) in of_group.chain(of_rule) {
        let cause = Cause::new(name.span, Origin::Rule);
        let known = if value.is_empty() { Known::absent(cause) } else { Known::certain(Some(value.to_owned()), cause) };
        flow = flow.with(&name.value, known);
    }
    flow
}
