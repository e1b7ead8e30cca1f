//! What is known of the labels of series by their name alone: recorded by rules, or scraped from targets.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::{
    model::{Document, rules::Ruler},
    promql::{
        Expr,
        ast::VectorSelector,
        flow::{Cause, Flow, Known, Origin, Source},
    },
    text::Span,
};

use super::{RuleSite, Rules, Scraping, Servers, TargetLabels};

/// How often recording rules are followed through one another; longer chains are known less well.
const MOST_ROUNDS: usize = 12;

/// The labels of recorded series.
#[derive(Debug, Default)]
pub struct Series {
    recorded: FxHashMap<String, Flow>,
    /// The documents that record a name.
    recorders: FxHashMap<String, Vec<Span>>,
}

/// What is known of series where a document is evaluated.
#[derive(Debug)]
pub struct KnownSeries<'f, 'w> {
    recorded: &'f Series,
    /// Where scraped series come from.
    pub scraping: Scraping<'f, 'w>,
    /// Whether labels may have been added to recorded series since.
    is_elsewhere: bool,
    /// Whether the document may be read by another server than the one that records.
    may_be_of_many: bool,
    document: &'f Document,
    /// Whether scraped series are believed to carry `job` and `instance` where no configuration proves it.
    believes: bool,
}

impl Series {
    /// Follows all recording rules. Each round knows what the last one knew of other rules, the first
    /// nothing, so that each is right and cycles need no care. Names whose rules read no recorded series are
    /// settled after the first.
    pub fn of(rules: &Rules<'_>, servers: &Servers<'_>) -> Self {
        let mut recording: Vec<RuleSite<'_>> =
            rules.all().iter().filter(|site| site.rule.record.is_some()).copied().collect();
        let mut recorders: FxHashMap<String, Vec<Span>> = FxHashMap::default();
        for site in &recording {
            let Some(name) = recorded_name(site) else { continue };
            let documents = recorders.entry(name.to_owned()).or_default();
            if documents.last() != Some(&site.document.span) {
                documents.push(site.document.span);
            }
        }
        let recorded = Self::default().round(&recording, servers).into_iter().collect();
        let mut known = Self { recorded, recorders };
        let unsettled: BTreeSet<&str> =
            recording.iter().filter(|site| reads_any(**site, &known)).filter_map(recorded_name).collect();
        recording.retain(|site| recorded_name(site).is_some_and(|name| unsettled.contains(name)));
        for _ in 1..MOST_ROUNDS {
            let next = known.round(&recording, servers);
            if next.iter().all(|(name, flow)| known.recorded(name) == Some(flow)) {
                break;
            }
            known.recorded.extend(next);
        }
        known
    }

    fn round(&self, recording: &[RuleSite<'_>], servers: &Servers<'_>) -> BTreeMap<String, Flow> {
        let mut flows: BTreeMap<String, Flow> = BTreeMap::new();
        for of_document in recording.chunk_by(|one, next| std::ptr::eq(one.document, next.document)) {
            let known = self.at(servers, of_document[0].document);
            for site in of_document {
                let Some(name) = recorded_name(site) else { continue };
                let flow = flow_of_rule(*site, &known);
                match flows.get_mut(name) {
                    Some(other) => *other = other.either(&flow),
                    None => {
                        flows.insert(name.to_owned(), flow);
                    }
                }
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
    pub fn at<'f, 'w>(&'f self, servers: &'f Servers<'w>, document: &'f Document) -> KnownSeries<'f, 'w> {
        let rules = document.rule_file();
        let scraping = servers.scraping(document);
        KnownSeries {
            recorded: self,
            may_be_of_many: !scraping.is_certain(),
            scraping,
            document,
            is_elsewhere: rules.is_none_or(|rules| rules.ruler != Ruler::Prometheus),
            believes: rules.is_some() || !servers.all().is_empty(),
        }
    }
}

/// The label by which servers of many clusters tell their series apart.
const CLUSTER: &str = "cluster";

impl KnownSeries<'_, '_> {
    /// Whether the document itself records a name.
    fn records(&self, name: &str) -> bool {
        self.recorded.recorders.get(name).is_some_and(|documents| documents.contains(&self.document.span))
    }
}

impl Source for KnownSeries<'_, '_> {
    fn is_recorded(&self, selector: &VectorSelector) -> bool {
        selector.metric_name().is_none_or(|name| self.recorded.recorded(&name.value).is_some())
    }

    fn series(&self, selector: &VectorSelector) -> Flow {
        let Some(name) = selector.metric_name() else { return Flow::unknown() };
        if let Some(flow) = self.recorded.recorded(&name.value) {
            let flow = flow.clone();
            return match () {
                () if self.is_elsewhere => flow.open(),
                // Recorded in one cluster and read for many, it has got their names on the way.
                () if self.may_be_of_many && flow.label(CLUSTER).is_absent() && !self.records(&name.value) => {
                    flow.with(CLUSTER, Known::possible())
                }
                () => flow,
            };
        }
        let proof = match self.scraping.target_labels(selector) {
            _ if name.value.starts_with("ALERTS") || name.value.contains(':') => None,
            TargetLabels::Certain(span) => Some(Some(span)),
            TargetLabels::Likely if self.believes => Some(None),
            TargetLabels::Likely | TargetLabels::Unknown => None,
        };
        let (labels, origin): (&[&str], Origin) = match (name.value.as_str(), proof) {
            ("ALERTS", _) => (&["alertname", "alertstate"], Origin::Rule),
            // It is there while the alert is pending and while it fires.
            ("ALERTS_FOR_STATE", _) => {
                let cause = Cause::new(selector.span, Origin::Computed);
                return Flow::unknown().with("alertstate", Known::absent(cause));
            }
            // What kube-state-metrics tells is about other things than its own target, so that operators
            // often drop `instance` from it.
            (name, Some(None)) if name.starts_with("kube_") => (&["job"], Origin::Target { proof: None }),
            (_, Some(proof)) => (&["instance", "job"], Origin::Target { proof }),
            (_, None) => return Flow::unknown(),
        };
        let has = |value| Known::certain(value, Cause::new(selector.span, origin.clone()));
        let flow = Flow::knowing(labels.iter().map(|label| (*label, has(None))));
        match proof {
            Some(Some(_)) if !labels.is_empty() && name.value != "ALERTS" => {
                let fixed = self.scraping.fixed_labels(selector);
                fixed.into_iter().fold(flow, |flow, (label, value)| flow.with(label, has(value)))
            }
            _ => flow,
        }
    }
}

fn recorded_name<'w>(site: &RuleSite<'w>) -> Option<&'w str> {
    site.rule.record.as_ref().map(|name| name.value.as_str())
}

/// Whether the expression of a rule selects a recorded series.
fn reads_any(site: RuleSite<'_>, known: &Series) -> bool {
    let query = site.document.promql_of(site.group, site.rule);
    let mut names = query
        .and_then(|query| query.valid())
        .into_iter()
        .flat_map(Expr::selections)
        .filter_map(|selection| selection.selector.metric_name());
    names.any(|name| known.recorded(&name.value).is_some())
}

fn flow_of_rule(site: RuleSite<'_>, source: &dyn Source) -> Flow {
    let query = site.document.promql_of(site.group, site.rule);
    let Some(expr) = query.and_then(|query| query.valid()) else { return Flow::unknown() };
    let mut flow = Flow::of(expr, source);
    let of_group = site.group.labels.iter().map(|label| (&label.name, label.value.text()));
    let of_rule = site.rule.labels.iter().map(|label| (&label.name, label.value.text.text()));
    for (name, value) in of_group.chain(of_rule) {
        let cause = Cause::new(name.span, Origin::Rule);
        let known = if value.is_empty() { Known::absent(cause) } else { Known::certain(Some(value), cause) };
        flow = flow.with(&name.value, known);
    }
    flow
}
