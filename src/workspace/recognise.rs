//! What a file is, told from what it contains, and the documents in it.

use std::sync::Arc;

use crate::{
    markdown::Markdown,
    model::{Body, Document, alertmanager, dashboard, prometheus, provisioning, rules},
    text::{Excerpt, FileId, SourceFile},
    tree::{self, Complaints, Kind, Node, Stream},
};

use super::{Fate, Reading};

/// Reads the documents of a file.
pub fn documents(id: FileId, file: &SourceFile) -> (Reading, Vec<Document>) {
    let source = Excerpt::whole(id, Arc::clone(&file.text));
    let extension = file.path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "md" | "markdown" => docs(&source),
        "json" => structured(&source, tree::json(&source)),
        _ => structured(&source, tree::yaml(&source)),
    }
}

fn docs(source: &Excerpt) -> (Reading, Vec<Document>) {
    let body = Body::Docs(Box::new(Markdown::parse(source)));
    let document = Document {
        file: source.file(),
        span: source.full_span(),
        body,
        complaints: Complaints::new(),
        in_manifest: false,
    };
    (Reading { fate: Fate::Read, complaints: Vec::new() }, vec![document])
}

fn structured(source: &Excerpt, stream: Stream) -> (Reading, Vec<Document>) {
    let roots = stream.documents.iter().filter_map(tree::Tree::root);
    let documents: Vec<Document> = roots.filter_map(|root| document(source.file(), root)).collect();
    let fate = if documents.is_empty() { Fate::Unrelated } else { Fate::Read };
    let complaints = if documents.is_empty() { Vec::new() } else { stream.complaints };
    (Reading { fate, complaints }, documents)
}

fn document(file: FileId, root: Node<'_>) -> Option<Document> {
    let mut complaints = Complaints::new();
    let body = if provisioning::looks_like(root) {
        Body::Provisioning(Box::new(provisioning::lower(root, &mut complaints)?))
    } else if is_rules(root) {
        Body::Rules(Box::new(rules::lower(root, &mut complaints)))
    } else if is_alertmanager(root) {
        Body::Alertmanager(Box::new(alertmanager::lower(root, &mut complaints)))
    } else if is_prometheus(root) {
        Body::Prometheus(Box::new(prometheus::lower(root, &mut complaints)))
    } else if dashboard::looks_like(root) {
        Body::Dashboard(Box::new(dashboard::lower(root, &mut complaints)))
    } else {
        return None;
    };
    Some(Document { file, span: root.span(), body, complaints, in_manifest: false })
}

/// A routing tree, or receivers with integrations. Loki and Mimir have neither; OpenTelemetry's
/// receivers are a map, not a list.
fn is_alertmanager(root: Node<'_>) -> bool {
    let routes = root.get("route").is_some_and(|route| {
        ["receiver", "routes", "group_by", "group_wait", "repeat_interval"].iter().any(|key| route.get(key).is_some())
    });
    let receivers = root.get("receivers").is_some_and(|receivers| {
        receivers.items().any(|receiver| {
            receiver.get("name").is_some()
                && receiver.raw_entries().any(|(key, _)| key.text().is_some_and(|key| key.ends_with("_configs")))
        })
    });
    (routes || receivers) && root.get("kind").is_none()
}

fn is_rules(root: Node<'_>) -> bool {
    let Some(groups) = root.get("groups") else { return false };
    groups.items().any(|group| {
        group.get("rules").is_some_and(|rules| {
            rules
                .items()
                .any(|rule| rule.get("expr").is_some() || rule.get("alert").is_some() || rule.get("record").is_some())
        })
    })
}

fn is_prometheus(root: Node<'_>) -> bool {
    let scrapes = root.get("scrape_configs").is_some_and(|jobs| jobs.kind() == Kind::Sequence);
    let foreign = ["clients", "positions", "receivers", "exporters"].iter().any(|key| root.get(key).is_some());
    (scrapes || root.get("rule_files").is_some()) && !foreign
}
