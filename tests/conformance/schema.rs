//! Which keys and values are refused before anything is judged by its meaning, as promtool 3.5.3 and
//! amtool 0.33.1 say.
//!
//! A case is a file. One that the tool accepts must be read without complaint. Of one in which the tool
//! misses fields, every such field must be complained of, or be known to belong to a relative of
//! Prometheus. Files refused for what they mean are no cases here. Rules that slipped out of their group get
//! one complaint instead of one for each of their fields, which counts as a disagreement.

use std::collections::BTreeMap;

use promcheck::{
    diag::Diagnostic,
    model::{alertmanager, manifest, prometheus, rules},
    text::{Excerpt, FileId, SourceFile},
    tree::{self, Complaints, Node, Tree},
};
use serde_json::Value;

use super::board::{Data, Suite};

/// What a reader said of a file: complaints, and keys taken for those of another system.
type Heard = (Complaints, Vec<String>);

pub fn run(data: &Data) -> Vec<Suite> {
    let kinds: BTreeMap<String, String> = data
        .rows("manifest.jsonl")
        .iter()
        .filter_map(|row| Some((row["path"].as_str()?.to_owned(), row["form"].as_str()?.to_owned())))
        .collect();
    let mut rules = Suite::new("schema/rules");
    let mut manifests = Suite::new("schema/manifests");
    for row in data.rows("rules-verdicts.jsonl") {
        let Some(path) = row["path"].as_str() else { continue };
        let stderr = row["check"]["stderr"].as_str().unwrap_or_default();
        let accepted = row["check"]["rc"] == 0;
        match kinds.get(path).map(String::as_str) {
            Some("crd") => {}
            Some("crd-unwrapped") => {
                judge(data, path, accepted, stderr, lower_rules, &mut rules);
                let wrapped = path.replace(".unwrapped.yaml", "");
                judge_manifest(data, &wrapped, stderr, &mut manifests);
            }
            _ => judge(data, path, accepted, stderr, lower_rules, &mut rules),
        }
    }
    let mut alertmanagers = Suite::new("schema/alertmanager");
    for row in data.rows("alertmanager-verdicts.jsonl") {
        let (Some(path), Some(stdout)) = (row["path"].as_str(), row["stdout"].as_str()) else { continue };
        judge(data, path, row["rc"] == 0, stdout, lower_alertmanager, &mut alertmanagers);
    }
    vec![rules, manifests, alertmanagers, servers(data)]
}

fn servers(data: &Data) -> Suite {
    let mut suite = Suite::new("schema/prometheus");
    for row in data.rows("stacks-verdicts.jsonl") {
        let verdict = &row["verdict"]["check_config_syntax_only"];
        if row["role"] != "prometheus" || verdict == &Value::Null {
            continue;
        }
        let (Some(path), Some(out)) = (row["path"].as_str(), verdict["out"].as_str()) else { continue };
        judge(data, path, verdict["rc"] == 0, out, lower_prometheus, &mut suite);
    }
    suite
}

fn lower_rules(root: Node<'_>) -> Heard {
    let mut complaints = Complaints::new();
    let file = rules::lower(root, &mut complaints);
    (complaints, file.foreign_keys.into_iter().map(|key| key.value).collect())
}

fn lower_alertmanager(root: Node<'_>) -> Heard {
    let mut complaints = Complaints::new();
    alertmanager::lower(root, &mut complaints);
    // Keys that came with 0.34, one version after the judge's.
    (complaints, vec!["labels".to_owned()])
}

fn lower_prometheus(root: Node<'_>) -> Heard {
    let mut complaints = Complaints::new();
    prometheus::lower(root, &mut complaints);
    // The judge was built without this discovery.
    (complaints, vec!["azure_sd_configs".to_owned()])
}

fn judge(data: &Data, path: &str, accepted: bool, said: &str, lower: fn(Node<'_>) -> Heard, suite: &mut Suite) {
    let missed = missing_fields(said);
    if !accepted && missed.is_empty() {
        return;
    }
    let text = data.text(path);
    let stream = tree::yaml(&Excerpt::whole(FileId(0), text.as_str()));
    let (mut complaints, foreign) = stream.first().and_then(Tree::root).map(lower).unwrap_or_default();
    complaints.extend(stream.complaints);
    let file = SourceFile::new(path.into(), path.to_owned(), text);
    let told = |complaint: &Diagnostic| (file.position(complaint.span.start).line, complaint.message.clone());
    let told: Vec<_> = complaints.iter().map(told).collect();
    // Rules in the place of groups are one complaint here; promtool names each of their keys.
    let strayed = told.iter().any(|(_, message)| message.contains("where a group should") || message.contains("where groups should"));
    let of_rules = ["alert", "record", "expr", "for", "keep_firing_for", "annotations"];
    let unheard: Vec<_> = missed
        .iter()
        .filter(|(_, key)| !(foreign.contains(key) || strayed && of_rules.contains(&key.as_str())))
        .filter(|(line, key)| !told.iter().any(|(at, message)| at == line && message.contains(&format!("`{key}`"))))
        .collect();
    let passed = if accepted { told.is_empty() } else { unheard.is_empty() };
    suite.case(passed, || format!("{path}\n  unheard: {unheard:?}\n  promcheck: {told:?}"));
}

/// A manifest must be complained of exactly when the rules inside it, by themselves, miss fields.
fn judge_manifest(data: &Data, path: &str, said: &str, suite: &mut Suite) {
    let stream = tree::yaml(&Excerpt::whole(FileId(0), data.text(path)));
    let mut complaints = Complaints::new();
    let mut foreign = false;
    for root in stream.documents.iter().filter_map(Tree::root) {
        for manifest in manifest::lower(root, &mut complaints) {
            if let manifest::Resource::Rules(file) = manifest.resource {
                foreign |= !file.foreign_keys.is_empty();
            }
        }
    }
    let missed = !missing_fields(said).is_empty();
    let heard = foreign || !complaints.is_empty();
    suite.case(missed == heard, || format!("{path}\n  promtool: {said}\n  promcheck: {complaints:?}"));
}

/// Line and name of every field that a tool did not find or found twice.
fn missing_fields(said: &str) -> Vec<(u32, String)> {
    let lines = said.lines().filter(|line| line.contains(" not found in type ") || line.contains(" already set in "));
    let mut fields: Vec<_> = lines
        .filter_map(|line| {
            let (number, rest) = line.split_once("line ")?.1.split_once(": field ")?;
            Some((number.parse().ok()?, rest.split(' ').next()?.to_owned()))
        })
        .collect();
    fields.sort();
    fields.dedup();
    fields
}
