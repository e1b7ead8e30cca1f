//! What a configuration uses that the Alertmanager of the project does not know yet.

use crate::{
    check,
    facts::{LeadsTo, Program, running},
    kit::*,
    model::{
        Document,
        alertmanager::{newer_in_template, newer_than},
    },
};

check! {
    /// A configuration uses a key, a receiver or a template function that came after the release that runs.
    ///
    /// ## Why it matters
    /// An older Alertmanager does not pass over what it does not know: it refuses the whole file, or loses every
    /// notification whose template calls the function. Which release runs is said by `alertmanager_version` in
    /// `.promcheck.yml`, else by the tag of the image in a compose file.
    ///
    /// ## Example
    /// ```yaml path=compose.yml
    /// services:
    ///   alertmanager:
    ///     image: prom/alertmanager:v0.25.0
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: chat
    /// receivers:
    ///   - name: chat
    ///     msteamsv2_configs:
    ///       - webhook_url_file: /run/secrets/teams
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=compose.yml
    /// services:
    ///   alertmanager:
    ///     image: prom/alertmanager:v0.28.0
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: chat
    /// receivers:
    ///   - name: chat
    ///     msteamsv2_configs:
    ///       - webhook_url_file: /run/secrets/teams
    /// ```
    pub struct Newer {}
    id: "alertmanager/newer", severity: Error,
}

impl Check for Newer {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(config) = document.alertmanager() else { return };
        let path = &facts.workspace.files.file(document.file).path;
        let Some(running) = running(facts, Program::Alertmanager, path) else { return };
        let mut complaints = newer_than(config, running.version);
        for entry in facts.routing.at(document).into_iter().flat_map(|dispatcher| &dispatcher.templates) {
            if matches!(entry.leads_to, LeadsTo::Files(_)) {
                for template in &entry.templates {
                    complaints.extend(newer_in_template(template, running.version));
                }
            }
        }
        for complaint in complaints {
            out.adopt(complaint).label_if(running.proof, "this is what runs");
        }
    }
}
