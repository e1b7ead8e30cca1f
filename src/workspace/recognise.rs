//! What a file is, told from what it contains, and the documents in it.

use std::path::Path;

use crate::{
    diag::{Cause, Diagnostic},
    exposition::{Exposition, looks_like_exposition},
    markdown::Markdown,
    model::{
        Body, Document, alertmanager,
        compose::{self, EnvFile, Variables, env_file::is_env_file},
        dashboard, exemptions, loki,
        manifest::{self, Manifest, Resource},
        prometheus, provisioning, proxy, rules, suite,
    },
    template::{Dialect, Template},
    text::{Excerpt, SourceFile, Span},
    tree::{self, Complaints, Kind, Node, Stream},
    vocab::AnchorStyle,
};

use super::{
    EXEMPTIONS, Fate, Reading,
    discover::{has_braces_by_end, is_sample_by_end, is_variant},
};

/// How deep texts may be embedded in texts: a dashboard in a ConfigMap in a List.
const NESTING: usize = 4;

/// Reads the documents of a file. The headings of a page get the anchors of `anchors`.
pub fn documents(source: &Excerpt, file: &SourceFile, anchors: AnchorStyle) -> (Reading, Vec<Document>) {
    let extension = file.path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let is_page = ["md", "markdown"].iter().any(|page| extension.eq_ignore_ascii_case(page));
    let found = if is_page { docs(source, anchors) } else { read(source, &file.path, 0) };
    (found.reading, found.documents)
}

/// What one text gave.
struct Found {
    reading: Reading,
    documents: Vec<Document>,
}

impl Found {
    fn nothing(fate: Fate) -> Self {
        Self { reading: Reading::new(fate), documents: Vec::new() }
    }
}

fn read(source: &Excerpt, path: &Path, depth: usize) -> Found {
    if path.file_name().is_some_and(|name| name == EXEMPTIONS) {
        return exempt(source);
    }
    if is_env_file(path) {
        let documents = vec![whole(source, Body::Environment(Box::new(EnvFile::parse(source))))];
        return Found { reading: Reading::new(Fate::Read), documents };
    }
    if is_variant(path) {
        let has_braces = has_braces_by_end(path);
        return match tree::rendered_later(source.text(), has_braces).filter(|_| !is_sample_by_end(path)) {
            Some(templated) if speaks_of_monitoring(source.text()) => Found::nothing(Fate::Templated(templated)),
            Some(_) => Found::nothing(Fate::Unrelated),
            None => read(source, &path.with_extension(""), depth),
        };
    }
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        // A page inside of another file is shown by no site.
        "md" | "markdown" => docs(source, AnchorStyle::default()),
        "json" => structured(source, tree::json(source), depth),
        "yml" | "yaml" | "rules" | "rule" => of_victoria(structured(source, tree::yaml(source), depth), path),
        "prom" | "metrics" if has_sections(source.text()) => Found::nothing(Fate::Unrelated),
        "prom" | "metrics" => exposition(source),
        "tmpl" => templates(source),
        "conf" => proxy(source),
        _ if looks_like_exposition(source.text()) => exposition(source),
        _ => structured(source, tree::yaml(source), depth),
    }
}

/// A file of dashboard-linter, which is known by its name alone.
fn exempt(source: &Excerpt) -> Found {
    let stream = tree::yaml(source);
    let root = stream.first().and_then(tree::Tree::root).filter(|root| exemptions::looks_like(*root));
    let Some(root) = root else { return Found::nothing(Fate::Unrelated) };
    let mut complaints = Complaints::new();
    let body = exemptions::lower(root, &mut complaints).map(|exemptions| Body::Exemptions(Box::new(exemptions)));
    let documents = body.into_iter().map(|body| Document { complaints: complaints.clone(), ..whole(source, body) });
    let documents = documents.collect();
    Found { reading: Reading { complaints: stream.complaints, ..Reading::new(Fate::Read) }, documents }
}

fn whole(source: &Excerpt, body: Body) -> Document {
    Document { file: source.file(), span: source.full_span(), body, complaints: Complaints::new(), in_manifest: false }
}

/// Whether a text begins with a section in brackets, as files of settings do and no page of metrics does.
fn has_sections(text: &str) -> bool {
    let mut said = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    said.next().is_some_and(|line| line.starts_with('[') && line.ends_with(']'))
}

fn exposition(source: &Excerpt) -> Found {
    let page = Exposition::parse(source);
    let complaints = page.errors.clone();
    let documents = vec![whole(source, Body::Exposition(Box::new(page)))];
    Found { reading: Reading { complaints, ..Reading::new(Fate::Read) }, documents }
}

/// Of all programs with such files, nginx alone is of interest.
fn proxy(source: &Excerpt) -> Found {
    let Some(proxy) = proxy::read(source) else { return Found::nothing(Fate::Unrelated) };
    Found { reading: Reading::new(Fate::Read), documents: vec![whole(source, Body::Proxy(Box::new(proxy)))] }
}

/// Templates of notifications define templates; others make files of any kind.
fn templates(source: &Excerpt) -> Found {
    let template = Template::parse(source.clone(), Dialect::Alertmanager);
    if template.definitions().is_empty() {
        return Found::nothing(Fate::Unrelated);
    }
    let documents = vec![whole(source, Body::Templates(Box::new(template)))];
    Found { reading: Reading::new(Fate::Read), documents }
}

fn docs(source: &Excerpt, anchors: AnchorStyle) -> Found {
    let page = Markdown::parse_for(source, anchors);
    let mut reading = Reading::new(Fate::Read);
    for comment in page.comments.iter().filter(|comment| tree::is_directive(comment.text.text())) {
        let covers = block_after(source, comment.span);
        reading.directives.extend(tree::directive(&comment.text, comment.span, covers, &mut reading.about_directives));
    }
    Found { reading, documents: vec![whole(source, Body::Docs(Box::new(page)))] }
}

/// The line of a comment and the block of text that follows it, up to the next blank line.
fn block_after(source: &Excerpt, comment: Span) -> Span {
    let text = source.text();
    let end = source.offset_of(comment.end.saturating_sub(1)).map_or(text.len(), |last| last + 1);
    let rest = text.get(end..).unwrap_or_default();
    let gap = rest.len() - rest.trim_start().len();
    let block = rest.get(gap..).unwrap_or_default();
    let length = block.find("\n\n").unwrap_or(block.len());
    comment.to(source.span(end..end + gap + length))
}

fn structured(source: &Excerpt, stream: Stream, depth: usize) -> Found {
    if depth == 0
        && let Some(templated) = tree::templated(&stream)
    {
        let is_ours = speaks_of_monitoring(source.text());
        return Found::nothing(if is_ours { Fate::Templated(templated) } else { Fate::Unrelated });
    }
    let mut reading = Reading::new(Fate::Read);
    let mut documents: Vec<Document> = Vec::new();
    let mut complaints = Complaints::new();
    for tree in &stream.documents {
        let Some(root) = tree.root() else { continue };
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
        reading.directives.extend(tree::directives(tree, &mut reading.about_directives));
    }
    complaints.splice(0..0, stream.complaints);
    if !complaints.is_empty()
        && let Some(cause) = conflict(source).or_else(|| fence(source))
    {
        complaints = vec![cause];
    }
    if documents.is_empty() {
        let ours = !complaints.is_empty() && speaks_of_monitoring(source.text());
        let unreadable = || Reading { complaints, ..Reading::new(Fate::Unreadable) };
        return Found { reading: if ours { unreadable() } else { Reading::new(Fate::Unrelated) }, documents };
    }
    reading.complaints = complaints;
    Found { reading, documents }
}

/// The first conflict of a merge that nobody resolved. All else that is wrong with the file comes from it.
fn conflict(source: &Excerpt) -> Option<Diagnostic> {
    let text = source.text();
    let begins =
        |mark: &str| text.match_indices(mark).find(|(at, _)| text[..*at].is_empty() || text[..*at].ends_with('\n'));
    let (start, end) = (begins("<<<<<<< ")?.0, begins(">>>>>>> ")?.0);
    let line = text[start..].lines().next().unwrap_or_default();
    (start < end).then(|| {
        Diagnostic::error(source.span(start..start + line.len()), "a conflict of a merge is not resolved here")
            .help("keep one of the two sides, and remove the marks")
    })
}

/// The fence of a Markdown page that a file was pasted with. All else that is wrong with the file comes from it.
fn fence(source: &Excerpt) -> Option<Diagnostic> {
    let line = source.text().lines().next().filter(|line| line.starts_with("```"))?;
    let message = "the file begins with a fence of Markdown";
    Some(Diagnostic::error(source.span(0..line.len()), message).help("remove this line, and the fence at the end"))
}

/// Takes rules for VictoriaMetrics' where their file is called so, and they hold what only its language has.
fn of_victoria(mut found: Found, path: &Path) -> Found {
    const NAMES: [&str; 10] = [
        "metricsql",
        "victoria",
        "vmagent",
        "vmalert",
        "vmanomaly",
        "vmauth",
        "vmcluster",
        "vminsert",
        "vmselect",
        "vmsingle",
    ];
    let is_called_so = |name: &str| NAMES.iter().any(|word| name.contains(word));
    let mut parts = path.iter().rev().take(2).map(|part| part.to_string_lossy().to_lowercase());
    if !parts.any(|part| is_called_so(&part)) {
        return found;
    }
    for document in &mut found.documents {
        if let Body::Rules(file) = &mut document.body {
            file.take_for_victoria();
        }
    }
    found
}

/// Prometheus, Alertmanager and Grafana read the first document of a file and pass over the others.
fn ignored(root: Node<'_>, first: &Document) -> Diagnostic {
    let start = root.span();
    let place = root.raw_entries().next().map_or(start, |(key, _)| key.span());
    Diagnostic::warning(place, "this second document of the file is ignored")
        .label(Span::new(first.file, first.span.start, first.span.start), "only the first document is read")
        .help("move it into a file of its own")
        .cause(Cause::Habit)
}

fn document(root: Node<'_>) -> Option<Document> {
    let mut complaints = Complaints::new();
    let body = if suite::looks_like(root) {
        Body::Suite(Box::new(suite::lower(root, &mut complaints)?))
    } else if provisioning::looks_like(root) {
        Body::Provisioning(Box::new(provisioning::lower(root, &mut complaints)?))
    } else if is_rules(root) {
        Body::Rules(Box::new(rules::lower(root, &mut complaints)))
    } else if is_alertmanager(root) {
        Body::Alertmanager(Box::new(alertmanager::lower(root, &mut complaints)))
    } else if is_prometheus(root) {
        Body::Prometheus(Box::new(prometheus::lower(root, &mut complaints)))
    } else if compose::looks_like(root) {
        Body::Compose(Box::new(compose::lower(root, &Variables::default(), &mut complaints)))
    } else if loki::looks_like(root) {
        Body::Loki(Box::new(loki::lower(root)))
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
            Resource::Rules(rules) => {
                let body = Body::Rules(Box::new(rules));
                documents.push(Document { file, span, body, complaints: Complaints::new(), in_manifest: true });
                Body::Manifest(Box::new(Manifest { resource: Resource::Named, ..one }))
            }
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
        first.complaints.splice(0..0, found.reading.complaints);
    }
    documents
}

fn is_rules(root: Node<'_>) -> bool {
    let Some(groups) = root.get("groups") else { return false };
    let is_rule = |rule: Node<'_>| ["expr", "alert", "record"].iter().any(|key| rule.get(key).is_some());
    let only_groups = || root.raw_entries().count() == 1 && groups.kind() == Kind::Sequence;
    let named = |group: Node<'_>| group.get("name").is_some() && group.get("rules").is_some();
    // Rules that slipped out of their group by a wrong indentation.
    let slipped =
        |group: Node<'_>| group.get("expr").is_some() && ["alert", "record"].iter().any(|key| group.get(key).is_some());
    let holds_rules = |group: Node<'_>| group.get("rules").is_some_and(|rules| rules.items().any(is_rule));
    let rules = || groups.items().filter_map(|group| group.get("rules")).flat_map(|rules| rules.items());
    if rules().take(ENOUGH_RULES).any(asks_database) {
        return false;
    }
    groups.items().any(|group| holds_rules(group) || slipped(group)) || (only_groups() && groups.items().all(named))
}

/// So many rules of a file tell whose they are.
const ENOUGH_RULES: usize = 16;

/// Whether a rule is one of another program, which asks a database in SQL.
fn asks_database(rule: Node<'_>) -> bool {
    let expr = rule.get("expr").and_then(|expr| expr.text()).unwrap_or_default();
    let mut words = expr.split_whitespace();
    words.next().is_some_and(|word| word.eq_ignore_ascii_case("select"))
        && words.any(|word| word.eq_ignore_ascii_case("from"))
}

/// Scrape jobs or rule files, and none of what Promtail, OpenTelemetry and unit tests have beside them; or global settings,
/// but for those among the values of a chart.
fn is_prometheus(root: Node<'_>) -> bool {
    let scrapes = root.get("scrape_configs").is_some_and(|jobs| jobs.kind() == Kind::Sequence || jobs.is_null());
    let global = root
        .get("global")
        .is_some_and(|global| ["scrape_interval", "evaluation_interval"].iter().any(|key| global.get(key).is_some()));
    let is_of_chart = || {
        let keys: Vec<&str> = root.raw_entries().filter_map(|(key, _)| key.text()).collect();
        keys.iter().filter(|key| !OF_PROMETHEUS.contains(key)).count() > keys.len() / 2
    };
    let global = global && !is_of_chart();
    let foreign = ["clients", "positions", "receivers", "exporters", "tests", "metrics", "ingester", "kind"];
    (scrapes || global || root.get("rule_files").is_some()) && !foreign.iter().any(|key| root.get(key).is_some())
}

/// What stands at the top of a configuration of Prometheus.
const OF_PROMETHEUS: [&str; 11] = [
    "alerting",
    "global",
    "otlp",
    "remote_read",
    "remote_write",
    "rule_files",
    "runtime",
    "scrape_config_files",
    "scrape_configs",
    "storage",
    "tracing",
];

/// A routing tree, or receivers with integrations, or receivers beside something like a routing tree, if only by its name
/// or by what it holds. OpenTelemetry's receivers are a map, not a list.
fn is_alertmanager(root: Node<'_>) -> bool {
    let has_any = |node: Node<'_>, keys: &[&str]| keys.iter().any(|key| node.get(key).is_some());
    let is_route = |node: Node<'_>| has_any(node, &["receiver", "routes", "group_by", "group_wait", "repeat_interval"]);
    let has_integration = |receiver: Node<'_>| {
        receiver.raw_entries().any(|(key, _)| key.text().is_some_and(|key| key.ends_with("_configs")))
    };
    let receivers = || root.get("receivers").into_iter().flat_map(|receivers| receivers.items());
    let named = || receivers().filter(|receiver| receiver.get("name").is_some());
    let may_be_route = |(key, value): (Node<'_>, Node<'_>)| key.text() == Some("route") || is_route(value);
    (root.get("route").is_some_and(is_route)
        || named().any(has_integration)
        || named().next().is_some() && root.raw_entries().any(may_be_route))
        && root.get("kind").is_none()
}

/// Whether a text that could not be read, or has to be rendered first, was probably meant to be a file of ours.
fn speaks_of_monitoring(text: &str) -> bool {
    let marks = [
        "groups:",
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
        "kind: Prometheus",
        "kind: Alertmanager",
        "kind: ServiceMonitor",
        "kind: PodMonitor",
        "kind: Probe",
        "kind: ScrapeConfig",
    ];
    // In JSON only keys are in quotes; words before a colon may stand in any text of it.
    let begins = |mark: &str| text.trim_start().starts_with(mark);
    let is_json = (begins("{") || begins("[")) && !begins("{{") && !begins("{%");
    // `disk_alert:` is a key of something else.
    let is_word =
        |at: usize| !text[..at].ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.'));
    // A rule has an expression, too: `alert: true` is a setting of something else.
    let is_whole = |mark: &str| !matches!(mark, "alert:" | "record:") || text.contains("expr:");
    let has = |mark: &str| is_whole(mark) && text.match_indices(mark).any(|(at, _)| is_word(at));
    marks.iter().any(|mark| (!is_json || mark.starts_with('"')) && has(mark))
}
