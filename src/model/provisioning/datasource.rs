//! Provisioned datasources.

use sha2::{Digest, Sha256};

use crate::{
    diag::Diagnostic,
    model::Keys,
    text::{Span, Spanned},
    tree::{Complaints, Fields, Kind, Node},
};

use super::setting::{self, Setting, flag, integer, setting};

/// A file of datasources.
#[derive(Clone, Debug)]
pub struct DatasourceFile {
    /// The whole document.
    pub span: Span,
    /// `apiVersion`; without one Grafana reads the old spelling of keys (`is_default`).
    pub api_version: Option<Spanned<i64>>,
    /// Whether datasources that vanish from the file are deleted.
    pub prune: Option<Spanned<bool>>,
    /// The datasources, in order.
    pub datasources: Vec<Datasource>,
    /// Datasources to delete, before any is added.
    pub deleted: Vec<DeletedDatasource>,
}

/// A datasource.
#[derive(Clone, Debug)]
pub struct Datasource {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Its name, by which Grafana recognises it on the next start.
    pub name: Option<Setting>,
    /// The plugin id.
    pub kind: Option<Setting>,
    /// By what dashboards refer to it.
    pub uid: Option<Setting>,
    /// Where the server answers.
    pub url: Option<Setting>,
    /// `proxy` or `direct`.
    pub access: Option<Setting>,
    /// The organisation; 1 when absent.
    pub org: Option<Spanned<i64>>,
    /// Whether targets without a datasource ask this one.
    pub is_default: Option<Spanned<bool>>,
    /// Whether it may be edited in the browser.
    pub editable: Option<Spanned<bool>>,
    /// Name of the database.
    pub database: Option<Setting>,
    /// Settings of the plugin.
    pub json_data: JsonData,
    /// Its secrets, by name.
    pub secrets: Vec<(Spanned<String>, Setting)>,
}

/// The settings of a datasource's plugin that others depend on.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct JsonData {
    /// The scrape interval that `$__rate_interval` counts on.
    pub time_interval: Option<Setting>,
    /// `GET` or `POST`.
    pub http_method: Option<Setting>,
    /// Whether Grafana's alerting shows its rules; true when absent.
    pub manage_alerts: Option<Spanned<bool>>,
    /// `Prometheus`, `Mimir`, `Cortex`, `Thanos`.
    pub prometheus_type: Option<Setting>,
    /// The version of the server.
    pub prometheus_version: Option<Setting>,
    /// For an Alertmanager: `prometheus`, `mimir`, `cortex`.
    pub implementation: Option<Setting>,
    /// Uids of other datasources, wherever they stand in the settings.
    pub references: Vec<DatasourceReference>,
    /// Derived fields of Loki that name a datasource by `datasourceName`, which Grafana does not read: that key.
    pub unread_names: Vec<Span>,
}

/// A uid of another datasource.
#[derive(Clone, PartialEq, Debug)]
pub struct DatasourceReference {
    /// The setting it stands in, such as `tracesToLogsV2`.
    pub place: String,
    /// The uid.
    pub uid: Setting,
}

/// A datasource to delete.
#[derive(Clone, PartialEq, Debug)]
pub struct DeletedDatasource {
    /// Its name.
    pub name: Option<Setting>,
    /// Its organisation.
    pub org: Option<Spanned<i64>>,
}

/// The uid that Grafana gives a provisioned datasource without one: `P` and the first eight bytes of
/// the name's SHA-256 in capital hexadecimal (`safeUIDFromName`).
pub fn derived_uid(name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    digest.iter().take(8).fold("P".to_owned(), |uid, byte| format!("{uid}{byte:02X}"))
}

impl Datasource {
    /// Its uid, given or derived; `None` when it depends on something outside of the file.
    pub fn effective_uid(&self) -> Option<String> {
        match &self.uid {
            Some(uid) => uid.known(),
            None => self.name.as_ref()?.known().map(|name| derived_uid(&name)),
        }
    }

    fn lower(node: Node<'_>, old: bool, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "datasource", complaints)?;
        let key = |new: &'static str, before: &'static str| if old { before } else { new };
        let name = setting(&mut fields, "name", complaints);
        if name.is_none() {
            complaints.push(Diagnostic::error(node.span(), "this datasource has no `name`"));
        }
        let json_data = fields.value(key("jsonData", "json_data")).map(JsonData::lower).unwrap_or_default();
        let mut secrets: Vec<_> =
            fields.value(key("secureJsonData", "secure_json_data")).map(texts).unwrap_or_default();
        // Gone since Grafana 9, but still in many files: it says so itself in its log.
        for gone in ["password", key("basicAuthPassword", "basic_auth_password")] {
            let place = fields.key_span(gone);
            let text = fields.value(gone).and_then(Node::excerpt);
            secrets
                .extend(place.zip(text).map(|(place, text)| (Spanned::new(place, gone.to_owned()), Setting { text })));
        }
        let datasource = Self {
            span: node.span(),
            keys: Keys::of(node),
            name,
            kind: setting(&mut fields, "type", complaints),
            uid: if old { None } else { setting(&mut fields, "uid", complaints) },
            url: setting(&mut fields, "url", complaints),
            access: setting(&mut fields, "access", complaints),
            org: integer(&mut fields, key("orgId", "org_id"), complaints),
            is_default: flag(&mut fields, key("isDefault", "is_default"), complaints),
            editable: flag(&mut fields, "editable", complaints),
            database: setting(&mut fields, "database", complaints),
            json_data,
            secrets,
        };
        let others = ["orgName", "version", "user", "basicAuth", "basicAuthUser", "withCredentials", "correlations"];
        let others_before =
            ["org_name", "version", "user", "basic_auth", "basic_auth_user", "with_credentials", "correlations"];
        for other in if old { others_before } else { others } {
            fields.value(other);
        }
        setting::finish(fields, complaints);
        Some(datasource)
    }
}

impl DatasourceFile {
    pub(super) fn lower(root: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(root, "datasource file", complaints)?;
        let api_version = integer(&mut fields, "apiVersion", complaints);
        let old = api_version.is_none_or(|version| version.value < 1);
        let datasources = fields.list("datasources", complaints);
        let deleted = fields.list(if old { "delete_datasources" } else { "deleteDatasources" }, complaints);
        let file = Self {
            span: root.span(),
            api_version,
            prune: flag(&mut fields, "prune", complaints),
            datasources: datasources.into_iter().filter_map(|node| Datasource::lower(node, old, complaints)).collect(),
            deleted: deleted.into_iter().filter_map(|node| deleted_datasource(node, old, complaints)).collect(),
        };
        setting::finish(fields, complaints);
        Some(file)
    }
}

fn deleted_datasource(node: Node<'_>, old: bool, complaints: &mut Complaints) -> Option<DeletedDatasource> {
    let mut fields = Fields::of(node, "deleted datasource", complaints)?;
    let (org, org_name) = if old { ("org_id", "org_name") } else { ("orgId", "orgName") };
    let deleted = DeletedDatasource {
        name: setting(&mut fields, "name", complaints),
        org: integer(&mut fields, org, complaints),
    };
    fields.value(org_name);
    setting::finish(fields, complaints);
    Some(deleted)
}

fn texts(node: Node<'_>) -> Vec<(Spanned<String>, Setting)> {
    let entries = node.entries().into_iter();
    entries
        .filter_map(|(key, value)| {
            Some((Spanned::new(key.span(), key.text()?.to_owned()), Setting { text: value.excerpt()? }))
        })
        .collect()
}

impl JsonData {
    /// Any key may stand here: each plugin has its own.
    fn lower(node: Node<'_>) -> Self {
        let text = |key: &str| {
            let value = node.get(key).filter(|value| !value.is_null())?;
            value.excerpt().filter(|text| !text.text().is_empty()).map(|text| Setting { text })
        };
        let mut references = Vec::new();
        gather_references(node, "jsonData", 0, &mut references);
        let derived = node.get("derivedFields").into_iter().flat_map(Node::items);
        let unread = derived.filter(|field| field.get("datasourceUid").is_none()).flat_map(Node::entries);
        Self {
            unread_names: unread
                .map(|(key, _)| key)
                .filter(|key| key.text() == Some("datasourceName"))
                .map(Node::span)
                .collect(),
            time_interval: text("timeInterval"),
            http_method: text("httpMethod"),
            manage_alerts: text("manageAlerts").and_then(|manage| {
                manage.located()?.value.parse().ok().map(|truth| Spanned::new(manage.span(), truth))
            }),
            prometheus_type: text("prometheusType"),
            prometheus_version: text("prometheusVersion"),
            implementation: text("implementation"),
            references,
        }
    }
}

fn gather_references(node: Node<'_>, place: &str, depth: usize, found: &mut Vec<DatasourceReference>) {
    if depth > 8 {
        return;
    }
    for (key, value) in node.entries() {
        let key = key.text().unwrap_or_default();
        match value.kind() {
            Kind::Scalar(_) if matches!(key, "datasourceUid" | "alertmanagerUid") && !value.is_null() => {
                let place = if depth == 0 { key } else { place };
                found.extend(
                    value
                        .excerpt()
                        .filter(|text| !text.text().is_empty())
                        .map(|text| DatasourceReference { place: place.to_owned(), uid: Setting { text } }),
                );
            }
            Kind::Scalar(_) => {}
            Kind::Mapping => gather_references(value, key, depth + 1, found),
            Kind::Sequence => value.items().for_each(|item| gather_references(item, key, depth + 1, found)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_the_uids_that_grafana_derives() {
        for (name, uid) in [("Prometheus", "PBFA97CFB590B2093"), ("prometheus", "P1809F7CD0C75ACF3")] {
            assert_eq!(derived_uid(name), uid);
        }
    }
}
