//! What a file is, told from what it contains, and the documents in it.

use std::path::Path;

use crate::{
    diag::Diagnostic,
    markdown::Markdown,
    model::{
        Body, Document, alertmanager, dashboard,
        manifest::{self, Manifest, Resource},
        prometheus, provisioning, rules,
    },
    text::{Excerpt, SourceFile},
    tree::{self, Complaints, Kind, Node, Stream},
};

use super::{Fate, Reading};

/// How deep texts may be embedded in texts: a dashboard in a ConfigMap in a List.
const NESTING: usize = 4;

/// Reads the documents of a file.
pub fn documents(source: &Excerpt, file: &SourceFile) -> (Reading, Vec<Document>) {
    let found = read(source, &file.path, 0);
    (Reading { fate: found.fate, complaints: found.complaints }, found.documents)
}

/// What one text gave.
struct Found {
    fate: Fate,
    complaints: Complaints,
    documents: Vec<Document>,
}

fn read(source: &Excerpt, path: &Path, depth: usize) -> Found {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "md" | "markdown" => docs(source),
        "json" => structured(source, tree::json(source), depth),
        _ => structured(source, tree::yaml(source), depth),
    }
}

fn docs(source: &Excerpt) -> Found {
    let body = Body::Docs(Box::new(Markdown::parse(source)));
    let document = Document {
        file: source.file(),
        span: source.full_span(),
        body,
        complaints: Complaints::new(),
        in_manifest: false,
    };
    Found { fate: Fate::Read, complaints: Complaints::new(), documents: vec![document] }
}

fn structured(source: &Excerpt, stream: Stream, depth: usize) -> Found {
    let mut documents: Vec<Document> = Vec::new();
    let mut complaints = stream.complaints;
    for root in stream.documents.iter().filter_map(tree::Tree::root) {
        if let Some(first) = documents.first().filter(|first| !first.in_manifest) {
            if !root.is_null() {
                complaints.push(ignored(root, first));
            }
            continue;
        }
        if manifest::is_manifest(root) && !dashboard::looks_like(root) {
            documents.extend(manifests(root, depth));
        } else {
            documents.extend(document(root));
        }
    }
    if !documents.is_empty() {
        return Found { fate: Fate::Read, complaints, documents };
    }
    if !complaints.is_empty() && speaks_of_monitoring(source.text()) {
        return Found { fate: Fate::Unreadable, complaints, documents };
    }
    Found { fate: Fate::Unrelated, complaints: Complaints::new(), documents }
}

/// Prometheus, Alertmanager and Grafana read the first document of a file and pass over the others.
fn ignored(root: Node<'_>, first: &Document) -> Diagnostic {
    let start = root.span();
    let place = root.raw_entries().next().map_or(start, |(key, _)| key.span());
    Diagnostic::warning(place, "this second document of the file is ignored")
        .label(
            crate::text::Span::new(first.file, first.span.start, first.span.start),
            "only the first document is read",
        )
        .help("move it into a file of its own")
}

fn document(root: Node<'_>) -> Option<Document> {
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
    Some(Document { file: root.span().file, span: root.span(), body, complaints, in_manifest: false })
}

/// The documents in a Kubernetes manifest: the resource itself, and the files it carries.
fn manifests(root: Node<'_>, depth: usize) -> Vec<Document> {
    let mut complaints = Complaints::new();
    let file = root.span().file;
    let mut documents: Vec<Document> = Vec::new();
    for one in manifest::lower(root, &mut complaints) {
        let (span, kind) = (one.span, one.kind.value.clone());
        let body = match one.resource {
            Resource::Other => continue,
            Resource::Rules(rules) => Body::Rules(Box::new(rules)),
            Resource::ConfigMap(map) => {
                for text in map.texts.iter().filter(|_| depth < NESTING) {
                    documents.extend(embedded(&text.value, Path::new(&text.name.value), depth));
                }
                continue;
            }
            Resource::GrafanaDashboard(json) => {
                documents.extend(
                    json.iter()
                        .flat_map(|json| embedded(json, Path::new(&kind).with_extension("json").as_path(), depth)),
                );
                continue;
            }
            resource => Body::Manifest(Box::new(Manifest { resource, ..one })),
        };
        documents.push(Document { file, span, body, complaints: Complaints::new(), in_manifest: true });
    }
    if let Some(first) = documents.first_mut() {
        first.complaints.splice(0..0, complaints);
    }
    documents
}

/// The documents in a text that a manifest carries; what is wrong with the text itself is complained of
/// in its first document.
fn embedded(text: &Excerpt, name: &Path, depth: usize) -> Vec<Document> {
    let wanted = ["json", "yml", "yaml", "rules"];
    if !name.extension().and_then(|extension| extension.to_str()).is_some_and(|extension| wanted.contains(&extension)) {
        return Vec::new();
    }
    let found = read(text, name, depth + 1);
    let mut documents = found.documents;
    documents.iter_mut().for_each(|document| document.in_manifest = true);
    if let Some(first) = documents.first_mut() {
        first.complaints.splice(0..0, found.complaints);
    }
    documents
}

fn is_rules(root: Node<'_>) -> bool {
    let Some(groups) = root.get("groups") else { return false };
    let is_rule = |rule: Node<'_>| ["expr", "alert", "record"].iter().any(|key| rule.get(key).is_some());
    let only_groups = || root.raw_entries().count() == 1 && groups.kind() == Kind::Sequence;
    let named = |group: Node<'_>| group.get("name").is_some() && group.get("rules").is_some();
    groups.items().any(|group| group.get("rules").is_some_and(|rules| rules.items().any(is_rule)))
        || (only_groups() && groups.items().all(named))
}

/// Scrape jobs or rule files, and none of what Promtail, OpenTelemetry and unit tests have beside them.
fn is_prometheus(root: Node<'_>) -> bool {
    let scrapes = root.get("scrape_configs").is_some_and(|jobs| jobs.kind() == Kind::Sequence || jobs.is_null());
    let global = root
        .get("global")
        .is_some_and(|global| ["scrape_interval", "evaluation_interval"].iter().any(|key| global.get(key).is_some()));
    let foreign = ["clients", "positions", "receivers", "exporters", "tests", "metrics", "ingester", "kind"];
    (scrapes || global || root.get("rule_files").is_some()) && !foreign.iter().any(|key| root.get(key).is_some())
}

/// A routing tree, or receivers with integrations. OpenTelemetry's receivers are a map, not a list.
fn is_alertmanager(root: Node<'_>) -> bool {
    let routes = root.get("route").is_some_and(|route| {
        ["receiver", "routes", "group_by", "group_wait", "repeat_interval"].iter().any(|key| route.get(key).is_some())
    });
    let has_integration = |receiver: Node<'_>| {
        receiver.raw_entries().any(|(key, _)| key.text().is_some_and(|key| key.ends_with("_configs")))
    };
    let receivers = root.get("receivers").is_some_and(|receivers| {
        receivers.items().any(|receiver| receiver.get("name").is_some() && has_integration(receiver))
    });
    (routes || receivers) && root.get("kind").is_none()
}

/// Whether a text that could not be read was probably meant to be a file of ours.
fn speaks_of_monitoring(text: &str) -> bool {
    let marks = [
        "scrape_configs:",
        "rule_files:",
        "alert:",
        "record:",
        "receivers:",
        "alertmanagers:",
        "group_wait:",
        "input_series:",
        "datasources:",
        "\"panels\"",
        "\"templating\"",
        "\"schemaVersion\"",
        "\"expr\"",
    ];
    marks.iter().any(|mark| text.contains(mark))
}
