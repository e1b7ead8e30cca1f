//! Paths that Alertmanager looks for in another folder than its configuration's.

use std::path::Path;

use crate::{
    check,
    kit::*,
    model::{
        Document,
        alertmanager::{Alertmanager, IntegrationKind},
        settings::{Setting, Shape, Value},
    },
};

check! {
    /// A file is named by a relative path, and Alertmanager looks for it where it was started.
    ///
    /// ## Why it matters
    /// Templates and the files of `http_config` are looked for beside the configuration; keys, tokens, passwords and the
    /// certificates of mail are not, but in the working directory, which in the official image is `/alertmanager`.
    /// The file is read only when somebody is to be told: the notification fails then, at the worst time.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: pager
    /// receivers:
    ///   - name: pager
    ///     pagerduty_configs:
    ///       - routing_key_file: secrets/pagerduty
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: pager
    /// receivers:
    ///   - name: pager
    ///     pagerduty_configs:
    ///       - routing_key_file: /etc/alertmanager/secrets/pagerduty
    /// ```
    pub struct RelativePath {}
    id: "alertmanager/relative-path", severity: Warning,
}

impl Check for RelativePath {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(config) = document.alertmanager() else { return };
        let folder = facts.workspace.files.file(document.file).path.parent().unwrap_or(Path::new(""));
        for setting in unresolved(config) {
            let Some(Value::Text(text)) = &setting.value else { continue };
            let path = text.text();
            if !matches!(setting.shape, Shape::Path)
                || path.is_empty()
                || path.starts_with('/')
                || path.contains(['$', '{', '<'])
            {
                continue;
            }
            let is_beside = !document.in_manifest && facts.workspace.disk.exists(&folder.join(path));
            let finding = out.report(
                text.full_span(),
                format!("`{path}` is looked for where Alertmanager is started, not beside this file"),
            );
            let finding = if is_beside { finding.here("there is such a file beside this one") } else { finding };
            finding
                .help(format!("write the whole path, such as `/etc/alertmanager/{}`", path.trim_start_matches("./")));
        }
    }
}

/// The settings whose paths are not looked for beside the configuration (Alertmanager, `resolveFilepaths`): all but
/// those of HTTP clients, and of incident.io also these.
fn unresolved(config: &Alertmanager) -> Vec<&Setting> {
    let integrations = config.receivers.iter().flat_map(|receiver| &receiver.integrations);
    let of_integrations = integrations.map(|one| (&one.settings, one.kind == IntegrationKind::Incidentio));
    let others = config.global.iter().chain(&config.tracing).map(|settings| (settings, false));
    let mut all = Vec::new();
    for (settings, with_client) in others.chain(of_integrations) {
        for setting in settings.iter().filter(|one| with_client || one.key.value != "http_config") {
            all.push(setting);
            if let Some(Value::Map(map)) = &setting.value {
                all.extend(map.deep());
            }
        }
    }
    all
}
