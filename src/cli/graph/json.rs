//! The graph for programs; `promcheck schema graph` describes it.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::{
    diag::Diagnostic,
    exposition::MetricKind,
    graph::{About, Edge, Node},
    text::{Files, Span},
};

use super::{
    super::metrics::{at, of_origin},
    Drawn,
};

/// Writes one JSON object: `nodes`, each with an id, and `edges` between ids.
pub fn write(drawn: &Drawn<'_>, out: &mut dyn Write) -> io::Result<()> {
    let edges: Vec<Value> = drawn.graph.edges.iter().map(|edge| of_edge(edge, drawn)).collect();
    serde_json::to_writer_pretty(&mut *out, &json!({ "version": 1, "nodes": nodes(drawn), "edges": edges }))?;
    writeln!(out)
}

/// All nodes.
pub fn nodes(drawn: &Drawn<'_>) -> Vec<Value> {
    let nodes = drawn.graph.nodes.iter().enumerate();
    nodes.map(|(number, node)| of_node(node, drawn.findings.at(number), drawn.files)).collect()
}

/// Places as objects.
pub fn places(spans: &[Span], files: &Files) -> Vec<Value> {
    spans.iter().map(|span| at(json!({}), *span, files)).collect()
}

fn of_edge(edge: &Edge, drawn: &Drawn<'_>) -> Value {
    json!({
        "from": drawn.graph.nodes[edge.from].id,
        "to": drawn.graph.nodes[edge.to].id,
        "relation": drawn.graph.relation(edge).word(),
        "certain": edge.certain,
        "places": places(&edge.places, drawn.files),
    })
}

fn of_node(node: &Node, findings: &[&Diagnostic], files: &Files) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| drop(object.insert(key.to_owned(), value));
    put("id", json!(node.id));
    put("kind", json!(node.kind().word()));
    put("name", json!(node.name));
    put("within", json!(node.within));
    put("places", json!(places(&node.places, files)));
    put("concerns", node.concerns.iter().map(|concern| concern.word()).collect());
    put("findings", findings.iter().map(|finding| of_finding(finding, files)).collect());
    match &node.about {
        About::Job { targets, left_out } => {
            put("targets", json!(targets));
            put("left_out", json!(left_out));
        }
        About::Source => {}
        About::Metric(measured) => {
            put("type", json!(measured.kind.map(MetricKind::word)));
            put("labels", json!(measured.labels));
            put("series", json!(measured.series));
            put("origins", measured.origins.iter().map(|origin| of_origin(origin, files)).collect());
        }
        About::Record(rules) => {
            let rule = |rule: &crate::graph::Recording| {
                at(json!({ "expr": rule.expr, "labels": pairs(&rule.labels) }), rule.place, files)
            };
            put("rules", rules.iter().map(rule).collect());
        }
        About::Alert(alerting) => {
            put("exprs", json!(alerting.exprs));
            put("severity", json!(alerting.severity()));
            put("for", json!(alerting.hold));
            put("keep_firing_for", json!(alerting.keep_firing));
            put("labels", pairs(&alerting.labels));
            put("annotations", pairs(&alerting.annotations));
        }
        About::Dashboard { uid, panels } => {
            put("uid", json!(uid));
            put("panels", panels.iter().map(|one| json!({ "title": one.title, "exprs": one.exprs })).collect());
        }
        About::Route { matchers, goes_on, settings } => {
            put("matchers", json!(matchers));
            put("continue", json!(goes_on));
            put("settings", settings.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect());
        }
        About::Receiver { means, is_unseen } => {
            put("means", json!(means));
            put("unseen", json!(is_unseen));
        }
        About::Runbook { link } => put("link", json!(link)),
    }
    Value::Object(object)
}

fn of_finding(finding: &Diagnostic, files: &Files) -> Value {
    let object = json!({
        "check": finding.check,
        "severity": finding.severity.word(),
        "message": finding.message,
    });
    at(object, finding.span, files)
}

fn pairs(pairs: &[(String, String)]) -> Value {
    pairs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect()
}
