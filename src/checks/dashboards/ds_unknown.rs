//! References to datasources that nobody provisions.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::{
    check,
    facts::{Datasources, Provisioned},
    kit::*,
    model::{
        Document,
        dashboard::{Dashboard, Style, datasource::DatasourceRef},
        provisioning::{datasource::Datasource, derived_uid},
    },
    vocab::nearest,
};

check! {
    /// A dashboard asks a datasource that is not provisioned under this uid or name.
    ///
    /// ## Why it matters
    /// Grafana shows "Datasource … was not found" and an empty panel. A datasource that is provisioned without a
    /// uid gets one derived from its name, such as `PBFA97CFB590B2093` for `Prometheus`; a dashboard that says
    /// `prometheus` does not find it.
    ///
    /// ## Example
    /// ```yaml path=datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - name: Prometheus
    ///     type: prometheus
    ///     url: http://prometheus:9090
    /// ```
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "stat", "title": "Up",
    ///   "datasource": {"type": "prometheus", "uid": "prometheus"},
    ///   "targets": [{"refId": "A", "expr": "sum(up)"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - name: Prometheus
    ///     uid: prometheus
    ///     type: prometheus
    ///     url: http://prometheus:9090
    /// ```
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "stat", "title": "Up",
    ///   "datasource": {"type": "prometheus", "uid": "prometheus"},
    ///   "targets": [{"refId": "A", "expr": "sum(up)"}]}]}
    /// ```
    pub struct DsUnknown {}
    id: "dashboards/ds-unknown", severity: Error,
}

impl Check for DsUnknown {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard().filter(|_| facts.datasources.are_complete()) else { return };
        let mut unknown: BTreeMap<&str, Vec<&DatasourceRef>> = BTreeMap::new();
        let overruled = overruled(dashboard, &facts.datasources);
        for reference in dashboard.datasource_references() {
            if let Some(name) = Datasources::literal(reference)
                && facts.datasources.lack(name)
            {
                unknown.entry(name).or_default().push(reference);
            }
        }
        for (name, mut references) in unknown {
            // What is asked comes first, and decides how bad it is.
            references.sort_by_key(|one| overruled.contains(&one.points_to.span));
            let is_asked = references.first().is_some_and(|one| !overruled.contains(&one.points_to.span));
            report(name, &references, is_asked, facts, out);
        }
    }
}

/// Where queries name another datasource than their panel, whose own decides and is there.
fn overruled(dashboard: &Dashboard, datasources: &Datasources<'_>) -> BTreeSet<Span> {
    let kind = |one: &DatasourceRef| std::mem::discriminant(&one.points_to.value);
    // In v2 there is no datasource of the panel.
    let panels = dashboard.panels.iter().filter(|_| dashboard.style == Style::Classic);
    let named = panels.flat_map(|panel| {
        let own = panel.datasource.as_ref();
        let own = own.filter(|one| Datasources::literal(one).is_some_and(|name| datasources.find(name).is_some()));
        let named = panel.targets.iter().filter_map(|target| target.datasource.as_ref());
        named.filter(move |one| own.is_some_and(|own| kind(own) == kind(one)))
    });
    named.map(|reference| reference.points_to.span).collect()
}

fn report(name: &str, references: &[&DatasourceRef], is_asked: bool, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(first) = references.first() else { return };
    let others = here_and_more(references.len());
    let plugin = first.plugin.as_ref().map(|plugin| plugin.value.as_str());
    // A dashboard that stands apart from the provisioning may be meant for another Grafana; and where no datasource of
    // the plugin is provisioned, somebody may make one by hand.
    let is_of_plugin = |plugin| facts.datasources.all().iter().any(|one| one.plugin().as_deref() == Some(plugin));
    let is_proven = provisioned_beside(first.span, facts) && plugin.is_none_or(is_of_plugin);
    let severity = if is_asked && is_proven { Severity::Error } else { Severity::Warning };
    let finding = out
        .report(first.points_to.span, format!("no datasource with uid `{name}` is provisioned{others}"))
        .severity(severity);
    let Some(meant) = meant(name, plugin, &facts.datasources) else {
        finding.help(format!("provision it with `uid: {name}`, or use one of the provisioned uids"));
        return;
    };
    let (Some(own_name), Some(uid)) = (meant.name(), meant.datasource.effective_uid()) else { return };
    if meant.datasource.uid.is_none() {
        let finding = finding.label(meant.place(), format!("`{own_name}` is provisioned here without a uid"));
        let finding = finding.help(format!(
            "Grafana derives the uid `{}` from that name; add `uid: {name}` to the datasource",
            derived_uid(&own_name)
        ));
        finding.fix_if(with_uid(meant.datasource, name, facts));
    } else {
        let finding = finding
            .label(meant.place(), format!("`{own_name}` is provisioned here with uid `{uid}`"))
            .help(format!("say `{uid}`"));
        let edits = references.iter().map(|one| Edit { span: one.points_to.span, text: format!("\"{uid}\"") });
        if let Some(fix) = Fix::edits_of(format!("ask `{uid}`"), Applicability::Unsafe, edits.collect()) {
            finding.fix(fix);
        }
    }
}

/// Whether datasources are provisioned for the same Grafana as the dashboard: it stands below the folder
/// that holds them, not counting folders that Grafana itself prescribes.
fn provisioned_beside(dashboard: Span, facts: &Facts<'_>) -> bool {
    let files = &facts.workspace.files;
    let dashboard = &files.file(dashboard.file).path;
    let prescribed = |folder: &Path| folder.ends_with("datasources") || folder.ends_with("provisioning");
    facts.datasources.all().iter().any(|one| {
        let folders = files.file(one.document.file).path.ancestors().skip(1);
        folders.into_iter().find(|folder| !prescribed(folder)).is_none_or(|home| dashboard.starts_with(home))
    })
}

/// The datasource that was probably meant: the only one of the plugin, or one of a similar name.
fn meant<'w>(name: &str, plugin: Option<&str>, datasources: &Datasources<'w>) -> Option<Provisioned<'w>> {
    let plugin = plugin.unwrap_or(name);
    let mut of_plugin = datasources.all().iter().filter(|one| one.plugin().as_deref() == Some(plugin));
    if let (Some(only), None) = (of_plugin.next(), of_plugin.next()) {
        return Some(*only);
    }
    datasources.find(nearest(name, datasources.uids())?)
}

/// Gives a datasource a uid, in a line of its own below its name. In braces there is no such line.
fn with_uid(datasource: &Datasource, uid: &str, facts: &Facts<'_>) -> Option<Fix> {
    let key = datasource.keys.span("name")?;
    let text = &facts.workspace.files.file(key.file).text;
    let at = key.start as usize;
    let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let length = text[at..].find(['\n', '\r']).unwrap_or(text.len() - at);
    let is_word = uid.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    // Shorter words may be numbers, nothing, or true and false to YAML.
    let is_plain = is_word && uid.len() > 5 && uid.starts_with(|first: char| first.is_ascii_alphabetic());
    if !is_word
        || !text[start..at].trim_matches([' ', '-']).is_empty()
        || text[at..at + length].contains(['{', '|', '>'])
    {
        return None;
    }
    let end = key.start + u32::try_from(length).ok()?;
    let uid = if is_plain { uid.to_owned() } else { format!("\"{uid}\"") };
    let line = format!("\n{}uid: {uid}", " ".repeat(at - start));
    Some(Fix::edit(format!("give it the uid {uid}"), Applicability::Unsafe, Span::new(key.file, end, end), line))
}
