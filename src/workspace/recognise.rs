//! What a file is, told from what it contains, and the documents in it.

use crate::{
    model::{Body, Document, prometheus, rules},
    text::{Excerpt, FileId, SourceFile},
    tree::{self, Complaints, Kind, Node, Stream},
};

use super::{Fate, Reading};

/// Reads the documents of a file.
pub fn documents(id: FileId, file: &SourceFile) -> (Reading, Vec<Document>) {
    let source = Excerpt::whole(id, std::sync::Arc::clone(&file.text));
    let extension = file.path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let stream = match extension {
        "json" => tree::json(&source),
        _ => tree::yaml(&source),
    };
    let documents = of_stream(id, &stream);
    let fate = if documents.is_empty() { Fate::Unrelated } else { Fate::Read };
    let complaints = if documents.is_empty() { Vec::new() } else { stream.complaints };
    (Reading { fate, complaints }, documents)
}

fn of_stream(file: FileId, stream: &Stream) -> Vec<Document> {
    let roots = stream.documents.iter().filter_map(tree::Tree::root);
    roots.filter_map(|root| document(file, root)).collect()
}

fn document(file: FileId, root: Node<'_>) -> Option<Document> {
    let mut complaints = Complaints::new();
    let body = if is_rules(root) {
        Body::Rules(Box::new(rules::lower(root, &mut complaints)))
    } else if is_prometheus(root) {
        Body::Prometheus(Box::new(prometheus::lower(root, &mut complaints)))
    } else {
        return None;
    };
    Some(Document { file, span: root.span(), body, complaints, in_manifest: false })
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
