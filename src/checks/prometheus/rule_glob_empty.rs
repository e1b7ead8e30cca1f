//! `rule_files` patterns that match nothing.

use crate::{check, facts::LeadsTo, kit::*, model::Document};

check! {
    /// A pattern in `rule_files` matches no file, so it loads nothing.
    ///
    /// ## Why it matters
    /// Prometheus takes a pattern without matches in silence: no rule of it is ever evaluated, and the server
    /// looks healthy.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files:
    ///   - rules/*.yaml
    /// ```
    /// ```yaml path=rules/alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files:
    ///   - rules/*.yml
    /// ```
    /// ```yaml path=rules/alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    pub struct RuleGlobEmpty {}
    id: "prometheus/rule-glob-empty", severity: Warning,
}

impl Check for RuleGlobEmpty {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(server) = facts.servers.of_document(document) else { return };
        for entry in &server.rule_files {
            let LeadsTo::Nothing(nowhere) = &entry.leads_to else { continue };
            let Some(folder) = nowhere.parent().filter(|_| entry.entry.value.contains(['*', '?', '['])) else {
                continue;
            };
            let disk = &facts.workspace.disk;
            let finding = out.report(entry.entry.span, format!("`{}` matches no file", entry.entry.value));
            if !folder.as_os_str().is_empty() && !disk.exists(folder) {
                finding
                    .here(format!("there is no folder {}", folder.display()))
                    .help("correct the path, or make the folder");
                continue;
            }
            let finding = finding.here(format!("nothing in {} fits", shown(folder)));
            match disk.glob(&folder.join("*.y*ml")).first().and_then(|path| path.file_name()?.to_str()) {
                Some(name) => finding.help(format!("the folder holds `{name}`; let the pattern match it")),
                None => finding.help("correct the path; it is relative to the folder of this file"),
            };
        }
    }
}

fn shown(folder: &std::path::Path) -> String {
    if folder.as_os_str().is_empty() { "the folder of this file".to_owned() } else { folder.display().to_string() }
}
