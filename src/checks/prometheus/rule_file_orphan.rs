//! Rule files that no configuration loads.

use std::path::Path;

use crate::{
    check,
    facts::{Container, LeadsTo, RuleFiles},
    kit::*,
    model::{Document, rules::Ruler},
    workspace::{is_sample, shared_folders},
};

check! {
    /// A rule file is loaded by no Prometheus configuration beside it.
    ///
    /// ## Why it matters
    /// Its alerts look real and are never evaluated.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: node
    ///     static_configs: [{targets: ["node:9100"]}]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// scrape_configs:
    ///   - job_name: node
    ///     static_configs: [{targets: ["node:9100"]}]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    pub struct RuleFileOrphan {}
    id: "prometheus/rule-file-orphan", severity: Warning,
}

impl Check for RuleFileOrphan {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(rules) = document.rule_file() else { return };
        if document.in_manifest || rules.ruler != Ruler::Prometheus || rules.rules().next().is_none() {
            return;
        }
        let path = &facts.workspace.files.file(document.file).path;
        if is_sample(path) || is_of_another(document, path, facts) {
            return;
        }
        let servers = facts.servers.all();
        if servers.iter().any(|server| server.loads(path) || server.may_load(path)) {
            return;
        }
        let beside = servers.iter().rev().filter(|server| belongs_to(path, &server.file.path));
        let Some(nearest) = beside.max_by_key(|server| shared_folders(path, &server.file.path)) else { return };
        if nearest.rule_files.iter().any(|entry| may_be_installed_as(entry, path, facts)) {
            return;
        }
        // Where it has none and sends its samples on, rules may be evaluated at the other end.
        if nearest.config.rule_files.is_empty() && !nearest.config.remote_write.is_empty() {
            return;
        }
        let place = rules.keys.span("groups").unwrap_or(rules.span);
        let (proof, words) = match nearest.config.keys.span("rule_files") {
            Some(span) => (span, "these entries do not lead here"),
            None => (
                Span::new(nearest.document.file, nearest.config.span.start, nearest.config.span.start),
                "this configuration has no `rule_files`",
            ),
        };
        let count = rules.rules().count();
        let lost = if count == 1 { "1 rule is".to_owned() } else { format!("{count} rules are") };
        out.report(place, format!("no configuration loads this file: {lost} never evaluated"))
            .label(proof, words)
            .help(format!("add it to `rule_files` of {}, or remove it", nearest.file.name));
    }
}

/// Whether an entry that leads somewhere else names a file that is not here, and whose name has that of this one in it:
/// whoever puts it there may call it so, as `/etc/prometheus/rules/shop-alerts.yml` for `alerts.yml`.
fn may_be_installed_as(entry: &RuleFiles<'_>, path: &Path, facts: &Facts<'_>) -> bool {
    let letters = |path: &Path| -> String {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        stem.chars().filter(|letter| letter.is_alphanumeric()).collect()
    };
    let there = Path::new(&entry.entry.value);
    let is_here = || facts.workspace.files.iter().any(|(_, file)| file.path.file_name() == there.file_name());
    entry.leads_to == LeadsTo::Unknown
        && there.is_absolute()
        && !entry.entry.value.contains(['*', '?', '['])
        && letters(there).contains(&letters(path))
        && !is_here()
}

/// Whether vmalert evaluates the file, or a ruler of another program sees it.
fn is_of_another(document: &Document, path: &Path, facts: &Facts<'_>) -> bool {
    let is_ruler = |container: &&Container<'_>| {
        let image = container.image().and_then(|image| image.name.as_deref()).unwrap_or_default();
        let name = image.rsplit('/').next().unwrap_or_default();
        ["cortex", "enterprise-metrics", "loki", "mimir", "thanos"].iter().any(|ruler| name.starts_with(ruler))
    };
    let mut rulers = facts.deployment.containers().iter().filter(is_ruler);
    facts.victoria.evaluates(document.file) || rulers.any(|ruler| !ruler.paths_of(path).is_empty())
}

/// Folders of what is there for tests.
const OF_TESTS: [&str; 6] = ["test", "tests", "testdata", "fixture", "fixtures", "e2e"];

/// Whether a rule file stands below the folder of a configuration, or below the folder above it. What is for tests
/// belongs to a configuration of the same test only.
fn belongs_to(rules: &Path, config: &Path) -> bool {
    let folder = config.parent().unwrap_or(Path::new(""));
    let is_of_tests = |path: &Path| path.iter().any(|part| OF_TESTS.iter().any(|word| part == *word));
    let above = folder.parent().filter(|home| !home.as_os_str().is_empty() && !is_of_tests(config));
    let home = above.unwrap_or(folder);
    rules.strip_prefix(home).is_ok_and(|rest| !is_of_tests(rest))
}
