//! `rule_files` entries that name a file which is not there.

use crate::{check, facts::LeadsTo, kit::*, model::Document, vocab::nearest};

check! {
    /// A rule file that the configuration names does not exist.
    ///
    /// ## Why it matters
    /// Prometheus refuses to start, or to reload, when a rule file named without wildcard is missing. After a
    /// failed reload it goes on with the old rules, and nobody notices.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files:
    ///   - rules/alerts.yml
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files:
    ///   - rules/alerts.yml
    /// ```
    /// ```yaml path=rules/alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    pub struct RuleFileMissing {}
    id: "prometheus/rule-file-missing", severity: Error,
}

impl Check for RuleFileMissing {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(server) = facts.servers.of_document(document) else { return };
        for entry in &server.rule_files {
            let LeadsTo::Nothing(nowhere) = &entry.leads_to else { continue };
            if entry.entry.value.contains(['*', '?', '[']) {
                continue;
            }
            let folder = nowhere.parent().unwrap_or(nowhere);
            let finding = out
                .report(entry.entry.span, format!("rule file `{}` does not exist", entry.entry.value))
                .here(format!("looked for {}", nowhere.display()))
                .label_if(entry.mount, "its folder is mounted here");
            let there = facts.workspace.disk.glob(&folder.join("*"));
            let names: Vec<&str> = there.iter().filter_map(|path| path.file_name()?.to_str()).collect();
            let wanted = nowhere.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            match nearest(wanted, names.iter().copied()) {
                Some(near) => finding.help(format!("there is `{near}` in that folder")).instead(
                    &facts.workspace.files,
                    wanted,
                    near,
                ),
                None => finding.help("correct the path; it is relative to the folder of this file"),
            };
        }
    }
}
