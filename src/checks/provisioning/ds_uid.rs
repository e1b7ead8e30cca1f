//! Uids of datasources that Grafana does not take.

use crate::{
    check,
    kit::*,
    model::{Document, provisioning::Provisioning},
};

check! {
    /// The uid of a datasource has letters or a length that Grafana does not allow.
    ///
    /// ## Why it matters
    /// A uid has up to 40 letters, digits, dashes and underscores. Grafana 11.2 warns of others, Grafana 12 refuses the
    /// file, and with it to start; links to such a datasource break before.
    ///
    /// ## Example
    /// ```yaml path=grafana/datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - {name: Prometheus, uid: prometheus main, type: prometheus, url: "http://prometheus:9090"}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=grafana/datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - {name: Prometheus, uid: prometheus-main, type: prometheus, url: "http://prometheus:9090"}
    /// ```
    pub struct DsUid {}
    id: "provisioning/ds-uid", severity: Warning,
}

const LONGEST: usize = 40;

impl Check for DsUid {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(Provisioning::Datasources(file)) = document.provisioning() else { return };
        let uids = file.datasources.iter().filter_map(|one| one.uid.as_ref()?.located());
        for uid in uids.filter(|uid| !uid.value.contains("{{")) {
            let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            if let Some(letter) = uid.value.chars().find(|c| !is_allowed(*c)) {
                out.report(uid.span, format!("the uid `{}` has a `{letter}` in it", uid.value))
                    .help("take letters, digits, `-` and `_` only, here and in the dashboards that use it");
            } else if uid.value.len() > LONGEST {
                out.report(uid.span, format!("this uid has {} letters, and may have {LONGEST}", uid.value.len()))
                    .help("shorten it, here and in the dashboards that use it");
            }
        }
    }
}
