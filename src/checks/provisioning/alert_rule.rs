//! Rules of Grafana's own ruler that refer to what is not there.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::target::Language,
        provisioning::{
            Provisioning,
            alerting::{self, AlertGroup, AlertQuery, AlertingFile},
            setting::Setting,
        },
    },
    vocab::{Duration, listed, nearest},
    workspace::Workspace,
};

check! {
    /// A rule of Grafana's ruler refers to a query, datasource or contact point that is not there.
    ///
    /// ## Why it matters
    /// Grafana does not start with a rule whose condition is missing or whose interval it cannot keep. A rule that asks a
    /// datasource which is not there only ends in an error state at each evaluation.
    ///
    /// ## Example
    /// ```yaml path=grafana/rules.yml
    /// apiVersion: 1
    /// groups:
    ///   - name: shop
    ///     folder: Shop
    ///     interval: 1m
    ///     rules:
    ///       - uid: down
    ///         title: Down
    ///         condition: C
    ///         for: 5m
    ///         data:
    ///           - {refId: A, datasourceUid: prometheus, model: {expr: up}}
    ///           - {refId: B, datasourceUid: __expr__, model: {type: threshold, expression: A}}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=grafana/rules.yml
    /// apiVersion: 1
    /// groups:
    ///   - name: shop
    ///     folder: Shop
    ///     interval: 1m
    ///     rules:
    ///       - uid: down
    ///         title: Down
    ///         condition: B
    ///         for: 5m
    ///         data:
    ///           - {refId: A, datasourceUid: prometheus, model: {expr: up}}
    ///           - {refId: B, datasourceUid: __expr__, model: {type: threshold, expression: A}}
    /// ```
    pub struct AlertRule {}
    id: "provisioning/alert-rule", severity: Error,
}

/// How often Grafana's scheduler looks, in seconds.
const TICK: i64 = 10;

impl Check for AlertRule {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(Provisioning::Alerting(file)) = document.provisioning() else { return };
        let names = Names::of(facts.workspace);
        let mut unknown: BTreeMap<String, Vec<Span>> = BTreeMap::new();
        for group in &file.groups {
            pace(group, out);
            for rule in &group.rules {
                let ids = ref_ids(rule, out);
                inputs(rule, &ids, out);
                for query in &rule.data {
                    if let Some(uid) = asks(query, facts, out) {
                        unknown.entry(uid.value).or_default().push(uid.span);
                    }
                }
                panel(rule, facts, out);
                notifies(rule, &names, facts, out);
            }
        }
        for (uid, places) in unknown {
            nowhere(&uid, &places, facts, out);
        }
    }
}

/// Reports an interval that the scheduler cannot keep.
fn pace(group: &AlertGroup, out: &mut Sink<'_>) {
    let Some(interval) = group.interval else { return };
    if interval.value == Duration::ZERO || interval.value.as_milliseconds() % (TICK * 1000) != 0 {
        out.report(interval.span, format!("Grafana cannot evaluate every {}: it looks every {TICK}s", interval.value))
            .help(format!("take a multiple of {TICK}s"));
    }
}

/// The ref ids of a rule's queries, each with its query; reports those that stand twice.
fn ref_ids<'r>(rule: &'r alerting::AlertRule, out: &mut Sink<'_>) -> BTreeMap<String, &'r AlertQuery> {
    let mut ids: BTreeMap<String, &AlertQuery> = BTreeMap::new();
    for query in &rule.data {
        let Some(id) = query.ref_id.as_ref().and_then(Setting::located) else { continue };
        if let Some(first) = ids.get(&id.value) {
            out.report(id.span, format!("the refId `{}` is taken", id.value))
                .label_if(first.ref_id.as_ref().map(Setting::span), "by this query")
                .help("give each query of the rule a refId of its own");
            continue;
        }
        ids.insert(id.value, query);
    }
    ids
}

/// Reports conditions and expressions that read what is not there, or each other in a circle.
fn inputs(rule: &alerting::AlertRule, ids: &BTreeMap<String, &AlertQuery>, out: &mut Sink<'_>) {
    let is_whole = rule.data.iter().all(|query| query.ref_id.as_ref().is_some_and(|id| id.known().is_some()));
    if !is_whole || rule.data.is_empty() {
        return;
    }
    let of_record = rule.record.as_ref().and_then(|record| record.from.as_ref());
    for (what, id) in [("the condition", rule.condition.as_ref()), ("the recorded query", of_record)] {
        let Some(id) = id.and_then(Setting::located).filter(|id| !ids.contains_key(&id.value)) else { continue };
        let finding = out.report(id.span, format!("{what} is `{}`, but no query has this refId", id.value));
        let finding = finding.help(format!("name one of {}", listed(ids.keys(), ", ")));
        if let ([only], "the condition") = (ids.keys().collect::<Vec<_>>().as_slice(), what) {
            finding.fix(Fix::edit(format!("say `{only}`"), Applicability::Unsafe, id.span, only.as_str()));
        }
    }
    for query in &rule.data {
        for input in query.expression.iter().flat_map(|expression| &expression.inputs) {
            if !ids.contains_key(&input.value) {
                out.report(
                    input.span,
                    format!("this reads `{}`, but no query of the rule has this refId", input.value),
                )
                .help(format!("name one of {}", listed(ids.keys(), ", ")));
            }
        }
    }
    let circle = ids.iter().find(|(id, query)| reaches(query, id, ids, &mut BTreeSet::new()));
    if let Some((id, input)) = circle.and_then(|(id, query)| Some((id, query.expression.as_ref()?.inputs.first()?))) {
        out.report(input.span, format!("`{id}` depends on itself")).help("let expressions read earlier queries only");
    }
}

/// Whether a query depends on a ref id, by whatever way.
fn reaches<'r>(
    query: &'r AlertQuery,
    wanted: &str,
    ids: &BTreeMap<String, &'r AlertQuery>,
    seen: &mut BTreeSet<&'r str>,
) -> bool {
    let inputs = query.expression.iter().flat_map(|expression| &expression.inputs);
    let mut names = inputs.map(|input| input.value.as_str());
    names.any(|name| {
        let next = ids.get(name).filter(|_| seen.insert(name));
        name == wanted || next.is_some_and(|next| reaches(next, wanted, ids, seen))
    })
}

/// Reports PromQL that is none, and a range without length. Returns a datasource that is not there.
fn asks(query: &AlertQuery, facts: &Facts<'_>, out: &mut Sink<'_>) -> Option<Spanned<String>> {
    let uid = query.datasource_uid.as_ref().and_then(Setting::located)?;
    if matches!(uid.value.as_str(), "__expr__" | "-100" | "grafana") || uid.value.starts_with("-- ") {
        return None;
    }
    if let (Some(from), to) = (query.from_seconds, query.to_seconds.map_or(0, |to| to.value))
        && from.value <= to
    {
        out.report(from.span, format!("the query begins {}s ago and ends {to}s ago", from.value))
            .help("let `from` be greater than `to`: both count seconds back from now");
    }
    let found = facts.datasources.find(&uid.value);
    let plugin = found.and_then(|found| found.plugin()).or(query.plugin.as_ref().map(|plugin| plugin.value.clone()));
    let asks_victoria = facts.datasources.may_be_victoria(&uid.value);
    let is_promql = plugin.is_some_and(|plugin| Language::of_plugin(&plugin) == Language::PromQl) && !asks_victoria;
    for interpolated in query.query.iter().filter(|_| is_promql) {
        for error in interpolated.query.iter().flat_map(|query| query.errors()) {
            if interpolated.uses_in(error.span).next().is_none() {
                out.adopt(error.clone());
            }
        }
    }
    facts.datasources.lack(&uid.value).then_some(uid)
}

/// Reports a datasource that is not there, once for all queries of a file.
fn nowhere(uid: &str, places: &[Span], facts: &Facts<'_>, out: &mut Sink<'_>) {
    let datasources = &facts.datasources;
    let unnamed = datasources
        .all()
        .iter()
        .find(|one| one.datasource.uid.is_none() && one.name().is_some_and(|name| name.eq_ignore_ascii_case(uid)));
    let message = format!("no datasource with uid `{uid}` is provisioned");
    let finding = out.report_at(places, message);
    match (unnamed, nearest(uid, datasources.uids())) {
        (Some(one), _) => finding
            .label(one.place(), "provisioned here without a uid, so that Grafana derives one from the name")
            .help(format!("add `uid: {uid}` to the datasource")),
        (None, Some(near)) => finding.help(format!("there is `{near}`")).instead(&facts.workspace.files, uid, near),
        (None, None) => finding.help("provision it under this uid, or name one that is provisioned"),
    };
}

/// Reports a dashboard or panel that is not there.
fn panel(rule: &alerting::AlertRule, facts: &Facts<'_>, out: &mut Sink<'_>) {
    // What Grafana exports of a rule without a panel has an empty uid, and 0 for the panel.
    let is_empty = |uid: &&Setting| uid.text.text().is_empty();
    let Some(uid) = rule.dashboard_uid.as_ref().filter(|uid| !is_empty(uid)) else {
        if let Some(panel) = rule.panel_id.filter(|panel| panel.value != 0) {
            let finding = out.report(panel.span, "a panel without its dashboard").severity(Severity::Warning);
            finding.help("add `dashboardUid`: without it Grafana makes no link to the panel");
        }
        return;
    };
    let Some(uid) = uid.located() else { return };
    let dashboards = || facts.workspace.documents.iter().filter_map(Document::dashboard);
    let of_uid = |wanted: &str| dashboards().find(|one| one.uid.as_ref().is_some_and(|own| own.value == wanted));
    let Some(dashboard) = of_uid(&uid.value) else {
        let uids: Vec<&str> = dashboards().filter_map(|one| Some(one.uid.as_ref()?.value.as_str())).collect();
        if !uids.is_empty() {
            let finding = out.report(uid.span, format!("no dashboard here has the uid `{}`", uid.value));
            let finding = finding.severity(Severity::Warning);
            match nearest(&uid.value, uids) {
                Some(near) => {
                    finding.help(format!("there is `{near}`")).instead(&facts.workspace.files, &uid.value, near)
                }
                None => finding.help("name the uid of a dashboard that is provisioned"),
            };
        }
        return;
    };
    if let Some(id) = rule.panel_id
        && !dashboard.panels.iter().any(|panel| panel.id.as_ref().is_some_and(|own| own.value == id.value))
    {
        out.report(id.span, format!("the dashboard `{}` has no panel {}", uid.value, id.value))
            .label_if(dashboard.uid.as_ref().map(|uid| uid.span), "this dashboard")
            .help("name the id of one of its panels");
    }
}

/// The names of contact points and mute timings of all files.
struct Names {
    contact_points: Option<BTreeSet<String>>,
    mute_times: Option<BTreeSet<String>>,
}

impl Names {
    /// Gathers them; `None` where there are none, or one hangs on the environment.
    fn of(workspace: &Workspace) -> Self {
        let files = || {
            workspace.documents.iter().filter_map(|document| match document.provisioning() {
                Some(Provisioning::Alerting(file)) => Some(file),
                _ => None,
            })
        };
        let all = |names: fn(&AlertingFile) -> Vec<Option<String>>| {
            let names: Option<BTreeSet<String>> = files().flat_map(names).collect();
            names.filter(|names| !names.is_empty())
        };
        Self {
            contact_points: all(|file| file.contact_points.iter().map(|one| one.name.as_ref()?.known()).collect()),
            mute_times: all(|file| {
                file.mute_times.iter().map(|one| Some(one.interval.name.as_ref()?.value.clone())).collect()
            }),
        }
    }
}

/// Reports a contact point or a mute timing that is not provisioned where others are.
fn notifies(rule: &alerting::AlertRule, names: &Names, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(settings) = &rule.notification else { return };
    let mut look = |what: &str, name: &Setting, known: &Option<BTreeSet<String>>| {
        let (Some(name), Some(known)) = (name.located(), known) else { return };
        if known.contains(&name.value) || name.value == "grafana-default-email" {
            return;
        }
        let finding = out.report(name.span, format!("no {what} called `{}` is provisioned", name.value));
        let finding = finding.severity(Severity::Warning);
        match nearest(&name.value, known.iter().map(String::as_str)) {
            Some(near) => finding.help(format!("there is `{near}`")).instead(&facts.workspace.files, &name.value, near),
            None => finding.help(format!("provision it, or name one of {}", listed(known, ", "))),
        };
    };
    settings.receiver.iter().for_each(|name| look("contact point", name, &names.contact_points));
    let timings = settings.mute_times.iter().chain(&settings.active_times);
    timings.for_each(|name| look("mute timing", name, &names.mute_times));
}
