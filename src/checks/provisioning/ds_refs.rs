//! Datasources that refer to others which are not there, or are of the wrong kind.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        provisioning::{Provisioning, datasource::DatasourceReference},
    },
    vocab::nearest,
};

check! {
    /// A datasource refers to another by a uid that none has, or that one of the wrong kind has.
    ///
    /// ## Why it matters
    /// The link from an exemplar, a span or a log line leads nowhere, or the alerts of the datasource are sent to nobody.
    ///
    /// ## Example
    /// ```yaml path=grafana/datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - name: Prometheus
    ///     type: prometheus
    ///     uid: prometheus
    ///     url: http://prometheus:9090
    ///     jsonData: {exemplarTraceIdDestinations: [{name: trace_id, datasourceUid: tempo}]}
    ///   - {name: Traces, type: tempo, uid: traces, url: "http://tempo:3200"}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=grafana/datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - name: Prometheus
    ///     type: prometheus
    ///     uid: prometheus
    ///     url: http://prometheus:9090
    ///     jsonData: {exemplarTraceIdDestinations: [{name: trace_id, datasourceUid: traces}]}
    ///   - {name: Traces, type: tempo, uid: traces, url: "http://tempo:3200"}
    /// ```
    pub struct DsRefs {}
    id: "provisioning/ds-refs", severity: Error,
}

impl Check for DsRefs {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(Provisioning::Datasources(file)) = document.provisioning() else { return };
        for reference in file.datasources.iter().flat_map(|one| &one.json_data.references) {
            refer(reference, facts, out);
        }
        for key in file.datasources.iter().flat_map(|one| &one.json_data.unread_names) {
            out.report(*key, "a derived field has no `datasourceName`, so that its link leads to no datasource")
                .severity(Severity::Warning)
                .help("say `datasourceUid`, with the uid of the datasource");
        }
    }
}

fn refer(reference: &DatasourceReference, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let place = reference.place.as_str();
    let Some(uid) = reference.uid.located().filter(|uid| !is_built_in(&uid.value)) else { return };
    let Some(other) = facts.datasources.find(&uid.value) else {
        if facts.datasources.lack(&uid.value) {
            let finding =
                out.report(uid.span, format!("`{place}` refers to `{}`, but no datasource has this uid", uid.value));
            match nearest(&uid.value, facts.datasources.uids()) {
                Some(near) => {
                    finding.help(format!("there is `{near}`")).instead(&facts.workspace.files, &uid.value, near)
                }
                None => finding.help("provision it under this uid, or name one that is provisioned"),
            };
        }
        return;
    };
    let Some(plugin) = other.plugin() else { return };
    let wanted: &[&str] = match place {
        "alertmanagerUid" => &["alertmanager"],
        "serviceMap" => &["prometheus"],
        _ => return,
    };
    if !wanted.contains(&plugin.as_str()) && !plugin.contains("prometheus") {
        out.report(uid.span, format!("`{place}` refers to a datasource of the type `{plugin}`"))
            .severity(Severity::Warning)
            .label(other.place(), format!("`{}` is provisioned here", uid.value))
            .help(format!("name one of the type `{}`", wanted[0]));
    }
}

/// What Grafana itself brings along.
fn is_built_in(uid: &str) -> bool {
    uid == "grafana" || uid.starts_with("--")
}
