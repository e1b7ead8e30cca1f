//! Provisioned alerting: rules of Grafana's own ruler, contact points, and the rest of its Alertmanager.

use crate::{
    diag::{Cause, Diagnostic},
    model::{
        Keys, Pair,
        alertmanager::{ALERTMANAGER_TIMES, TimeInterval, lower_spec},
        dashboard::{
            interpolation::{Interpolated, Scope},
            target::{Language, ServerExpression},
        },
    },
    text::{Excerpt, Span, Spanned},
    tree::{Complaints, Fields, Node},
    vocab::Duration,
};

use super::{
    policy::PolicyTree,
    setting::{self, Setting, duration, flag, integer, setting, settings},
};

/// A file of alerting resources.
#[derive(Clone, Debug)]
pub struct AlertingFile {
    /// The whole document.
    pub span: Span,
    /// `apiVersion`.
    pub api_version: Option<Spanned<i64>>,
    /// Rules, in groups.
    pub groups: Vec<AlertGroup>,
    /// Contact points.
    pub contact_points: Vec<ContactPoint>,
    /// Notification policies: one tree per organisation, each replacing that organisation's.
    pub policies: Vec<PolicyTree>,
    /// The mute timings it defines.
    pub mute_times: Vec<MuteTiming>,
    /// Notification templates.
    pub templates: Vec<NotificationTemplate>,
    /// Uids of rules to delete.
    pub deleted_rules: Vec<Setting>,
}

/// A group of rules, evaluated together.
#[derive(Clone, Debug)]
pub struct AlertGroup {
    /// The whole map.
    pub span: Span,
    /// The organisation; 1 when absent.
    pub org: Option<Spanned<i64>>,
    /// Its name.
    pub name: Option<Setting>,
    /// The folder that holds it.
    pub folder: Option<Setting>,
    /// How often it is evaluated.
    pub interval: Option<Spanned<Duration>>,
    /// Its rules, in order.
    pub rules: Vec<AlertRule>,
}

/// A rule of Grafana's ruler.
#[derive(Clone, Debug)]
pub struct AlertRule {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Its identity.
    pub uid: Option<Setting>,
    /// Its title.
    pub title: Option<Setting>,
    /// The ref id of the query that decides.
    pub condition: Option<Setting>,
    /// Its queries and expressions.
    pub data: Vec<AlertQuery>,
    /// How long the condition must hold.
    pub hold_duration: Option<Spanned<Duration>>,
    /// How long it keeps firing after the condition ended.
    pub keep_firing: Option<Spanned<Duration>>,
    /// What no data means: `NoData`, `OK`, `Alerting`, `KeepLast`.
    pub no_data_state: Option<Setting>,
    /// What a failed query means: `Error`, `OK`, `Alerting`, `KeepLast`.
    pub error_state: Option<Setting>,
    /// Labels. Grafana expands `$…` in them, template variables included.
    pub labels: Vec<Pair>,
    /// Annotations. Grafana expands only `${…}` in them.
    pub annotations: Vec<Pair>,
    /// The dashboard it belongs to.
    pub dashboard_uid: Option<Setting>,
    /// The panel it belongs to.
    pub panel_id: Option<Spanned<i64>>,
    /// Whether it is not evaluated.
    pub is_paused: Option<Spanned<bool>>,
    /// Where its alerts go, past the policies.
    pub notification: Option<NotificationSettings>,
    /// For a recording rule: what it records.
    pub record: Option<Record>,
}

/// One query or expression of a rule.
#[derive(Clone, Debug)]
pub struct AlertQuery {
    /// The whole map.
    pub span: Span,
    /// `A`, `B`, …
    pub ref_id: Option<Setting>,
    /// The datasource; `__expr__` or `-100` for an expression.
    pub datasource_uid: Option<Setting>,
    /// Start of the time range, in seconds before now.
    pub from_seconds: Option<Spanned<i64>>,
    /// End of the time range, in seconds before now.
    pub to_seconds: Option<Spanned<i64>>,
    /// The plugin the model claims to be for.
    pub plugin: Option<Spanned<String>>,
    /// `expr` of the model.
    pub expr: Option<Excerpt>,
    /// `expr` as PromQL, unless the model claims another plugin.
    pub query: Option<Interpolated>,
    /// The server-side expression, when it is one.
    pub expression: Option<ServerExpression>,
}

/// Where a rule's alerts go, past the policies.
#[derive(Clone, PartialEq, Debug)]
pub struct NotificationSettings {
    /// The whole map.
    pub span: Span,
    /// Name of a contact point.
    pub receiver: Option<Setting>,
    /// Labels to group by.
    pub group_by: Vec<Setting>,
    /// Names of mute timings.
    pub mute_times: Vec<Setting>,
    /// Names of timings outside of which it is mute.
    pub active_times: Vec<Setting>,
}

/// What a recording rule records.
#[derive(Clone, PartialEq, Debug)]
pub struct Record {
    /// The whole map.
    pub span: Span,
    /// Name of the new series.
    pub metric: Option<Setting>,
    /// The ref id whose result is recorded.
    pub from: Option<Setting>,
    /// The datasource it is written to.
    pub target: Option<Setting>,
}

/// A contact point.
#[derive(Clone, PartialEq, Debug)]
pub struct ContactPoint {
    /// The whole map.
    pub span: Span,
    /// The organisation; 1 when absent.
    pub org: Option<Spanned<i64>>,
    /// The name by which policies refer to it.
    pub name: Option<Setting>,
    /// Where it sends to.
    pub receivers: Vec<Integration>,
}

/// One way by which a contact point notifies.
#[derive(Clone, PartialEq, Debug)]
pub struct Integration {
    /// The whole map.
    pub span: Span,
    /// Its identity.
    pub uid: Option<Setting>,
    /// `email`, `slack`, …
    pub kind: Option<Setting>,
    /// Its settings at any depth: the last key and the text.
    pub settings: Vec<(Spanned<String>, Setting)>,
    /// Whether it is not told that an alert is resolved.
    pub disable_resolve_message: Option<Spanned<bool>>,
}

/// A named time, which policies and rules refer to.
#[derive(Clone, Debug)]
pub struct MuteTiming {
    /// The organisation; 1 when absent.
    pub org: Option<Spanned<i64>>,
    /// Its name and its parts, in Alertmanager's spelling; Grafana puts nothing in from outside here.
    pub interval: TimeInterval,
}

/// Something with a name.
#[derive(Clone, PartialEq, Debug)]
pub struct Named {
    /// The whole map.
    pub span: Span,
    /// The organisation; 1 when absent.
    pub org: Option<Spanned<i64>>,
    /// The name.
    pub name: Option<Setting>,
}

/// A group of notification templates.
#[derive(Clone, PartialEq, Debug)]
pub struct NotificationTemplate {
    /// The whole map and the name.
    pub named: Named,
    /// The text, a Go template.
    pub template: Option<Excerpt>,
}

impl AlertingFile {
    pub(super) fn lower(root: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(root, "alerting file", complaints)?;
        let api_version = integer(&mut fields, "apiVersion", complaints);
        let groups = fields.list("groups", complaints);
        let contact_points = fields.list("contactPoints", complaints);
        let policies = fields.list("policies", complaints);
        let mute_times = fields.list("muteTimes", complaints);
        let templates = fields.list("templates", complaints);
        let deleted_rules = fields.list("deleteRules", complaints);
        for other in ["deleteContactPoints", "resetPolicies", "deleteMuteTimes", "deleteTemplates"] {
            fields.value(other);
        }
        setting::finish(fields, complaints);
        Some(Self {
            span: root.span(),
            api_version,
            groups: groups.into_iter().filter_map(|node| AlertGroup::lower(node, complaints)).collect(),
            contact_points: contact_points
                .into_iter()
                .filter_map(|node| ContactPoint::lower(node, complaints))
                .collect(),
            policies: policies.into_iter().filter_map(|node| PolicyTree::lower(node, complaints)).collect(),
            mute_times: mute_times.into_iter().filter_map(|node| MuteTiming::lower(node, complaints)).collect(),
            templates: templates.into_iter().filter_map(|node| NotificationTemplate::lower(node, complaints)).collect(),
            deleted_rules: deleted_rules.into_iter().filter_map(uid_of).collect(),
        })
    }
}

fn uid_of(node: Node<'_>) -> Option<Setting> {
    node.get("uid")?.excerpt().map(|text| Setting { text })
}

impl AlertGroup {
    fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "group of alert rules", complaints)?;
        let interval_given = fields.has("interval");
        let group = Self {
            span: node.span(),
            org: integer(&mut fields, "orgId", complaints),
            name: setting(&mut fields, "name", complaints),
            folder: setting(&mut fields, "folder", complaints),
            interval: duration(&mut fields, "interval", complaints),
            rules: fields
                .list("rules", complaints)
                .into_iter()
                .filter_map(|rule| AlertRule::lower(rule, complaints))
                .collect(),
        };
        for (missing, key) in
            [(group.name.is_none(), "name"), (group.folder.is_none(), "folder"), (!interval_given, "interval")]
        {
            if missing {
                complaints.push(Diagnostic::error(node.span(), format!("this group of alert rules has no `{key}`")));
            }
        }
        setting::finish(fields, complaints);
        Some(group)
    }
}

impl AlertRule {
    fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "alert rule", complaints)?;
        let data_given = fields.has("data");
        if !data_given && let (Some(_), Some(alert)) = (fields.value("expr"), fields.key_span("alert")) {
            let message = "this is a rule of Prometheus, which Grafana does not load from here";
            complaints.push(
                Diagnostic::error(alert, message)
                    .help("have Prometheus load it, or export it from Grafana")
                    .cause(Cause::Habit),
            );
            return None;
        }
        let rule = Self {
            span: node.span(),
            keys: Keys::of(node),
            uid: setting(&mut fields, "uid", complaints),
            title: setting(&mut fields, "title", complaints),
            condition: setting(&mut fields, "condition", complaints),
            data: fields
                .list("data", complaints)
                .into_iter()
                .filter_map(|query| AlertQuery::lower(query, complaints))
                .collect(),
            hold_duration: duration(&mut fields, "for", complaints),
            keep_firing: duration(&mut fields, "keepFiringFor", complaints),
            no_data_state: setting(&mut fields, "noDataState", complaints),
            error_state: setting(&mut fields, "execErrState", complaints),
            labels: Pair::all(fields.string_map("labels", complaints)),
            annotations: Pair::all(fields.string_map("annotations", complaints)),
            // The misspelling is Grafana's own and still read.
            dashboard_uid: setting(&mut fields, "dashboardUid", complaints)
                .or_else(|| setting(&mut fields, "dasboardUid", complaints)),
            panel_id: integer(&mut fields, "panelId", complaints),
            is_paused: flag(&mut fields, "isPaused", complaints),
            notification: fields
                .value("notification_settings")
                .and_then(|node| NotificationSettings::lower(node, complaints)),
            record: fields.value("record").and_then(|node| Record::lower(node, complaints)),
        };
        fields.value("missing_series_evals_to_resolve");
        for (missing, key) in [
            (rule.title.is_none(), "title"),
            (rule.uid.is_none(), "uid"),
            (!data_given, "data"),
            (rule.condition.is_none() && rule.record.is_none(), "condition"),
        ] {
            if missing {
                complaints.push(Diagnostic::error(node.span(), format!("this alert rule has no `{key}`")));
            }
        }
        setting::finish(fields, complaints);
        Some(rule)
    }
}

impl AlertQuery {
    fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "query of an alert rule", complaints)?;
        let ref_id = setting(&mut fields, "refId", complaints);
        let datasource_uid = setting(&mut fields, "datasourceUid", complaints);
        fields.value("queryType");
        let range = fields.value("relativeTimeRange");
        let model = fields.value("model");
        setting::finish(fields, complaints);
        let seconds = |key: &str| {
            let value = range?.get(key)?;
            value.text()?.parse().ok().map(|seconds| Spanned::new(value.span(), seconds))
        };
        let plugin = model.and_then(|model| {
            let kind = model.get("datasource")?.get("type")?;
            Some(Spanned::new(kind.span(), kind.text()?.to_owned()))
        });
        let uid = datasource_uid.as_ref().map(|uid| uid.text.text());
        let is_expression = matches!(uid, Some("__expr__" | "-100"));
        let expr = model.and_then(|model| model.get("expr")?.excerpt()).filter(|_| !is_expression);
        let other = plugin.as_ref().is_some_and(|plugin| Language::of_plugin(plugin) != Language::PromQl);
        let text = expr.clone().filter(|text| !other && !text.text().trim().is_empty());
        Some(Self {
            span: node.span(),
            ref_id,
            datasource_uid,
            from_seconds: seconds("from"),
            to_seconds: seconds("to"),
            plugin,
            expr,
            query: text.map(|text| Interpolated::read(text, &Scope::new())),
            expression: model.filter(|_| is_expression).map(ServerExpression::lower),
        })
    }
}

impl NotificationSettings {
    fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "notification settings", complaints)?;
        let notification = Self {
            span: node.span(),
            receiver: setting(&mut fields, "receiver", complaints),
            group_by: settings(&mut fields, "group_by", complaints),
            mute_times: settings(&mut fields, "mute_time_intervals", complaints),
            active_times: settings(&mut fields, "active_time_intervals", complaints),
        };
        for key in ["group_wait", "group_interval", "repeat_interval"] {
            duration(&mut fields, key, complaints);
        }
        setting::finish(fields, complaints);
        Some(notification)
    }
}

impl Record {
    fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "record of an alert rule", complaints)?;
        let record = Self {
            span: node.span(),
            metric: setting(&mut fields, "metric", complaints),
            from: setting(&mut fields, "from", complaints),
            target: setting(&mut fields, "targetDatasourceUid", complaints),
        };
        setting::finish(fields, complaints);
        Some(record)
    }
}

impl ContactPoint {
    fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "contact point", complaints)?;
        let contact = Self {
            span: node.span(),
            org: integer(&mut fields, "orgId", complaints),
            name: setting(&mut fields, "name", complaints),
            receivers: fields
                .list("receivers", complaints)
                .into_iter()
                .filter_map(|receiver| Integration::lower(receiver, complaints))
                .collect(),
        };
        setting::finish(fields, complaints);
        Some(contact)
    }
}

impl Integration {
    fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "receiver of a contact point", complaints)?;
        let mut found = Vec::new();
        if let Some(node) = fields.value("settings") {
            gather_settings(node, 0, &mut found);
        }
        let integration = Self {
            span: node.span(),
            uid: setting(&mut fields, "uid", complaints),
            kind: setting(&mut fields, "type", complaints),
            settings: found,
            disable_resolve_message: flag(&mut fields, "disableResolveMessage", complaints),
        };
        setting::finish(fields, complaints);
        Some(integration)
    }
}

fn gather_settings(node: Node<'_>, depth: usize, found: &mut Vec<(Spanned<String>, Setting)>) {
    for (key, value) in node.entries() {
        if let (Some(name), Some(text)) = (key.text(), value.excerpt()) {
            found.push((Spanned::new(key.span(), name.to_owned()), Setting { text }));
        } else if depth < 8 {
            gather_settings(value, depth + 1, found);
        }
    }
}

impl MuteTiming {
    fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let list = "time_intervals";
        let mut fields = Fields::of(node, "mute timing", complaints)?;
        let org = integer(&mut fields, "orgId", complaints);
        let name = fields.string("name", complaints).filter(|name| !name.value.is_empty());
        let items = fields.list(list, complaints).into_iter();
        let from = complaints.len();
        let specs = items.filter_map(|item| lower_spec(item, ALERTMANAGER_TIMES, complaints)).collect();
        setting::soften(&mut complaints[from..]);
        setting::finish(fields, complaints);
        Some(Self { org, interval: TimeInterval { span: node.span(), keys: Keys::of(node), list, name, specs } })
    }
}

impl Named {
    fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "notification template", complaints)?;
        let org = integer(&mut fields, "orgId", complaints);
        Some(Self { span: node.span(), org, name: setting(&mut fields, "name", complaints) })
    }
}

impl NotificationTemplate {
    fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let named = Named::lower(node, complaints)?;
        Some(Self { named, template: node.get("template").and_then(Node::excerpt) })
    }
}
