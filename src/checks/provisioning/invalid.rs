//! What Grafana refuses in its provisioning beyond unknown keys and wrong types.

use std::{collections::BTreeMap, path::Path};

use crate::{
    check,
    facts::Program,
    kit::*,
    model::{
        Document,
        provisioning::{
            Provisioning,
            alerting::{AlertRule, ContactPoint, Integration},
            datasource::Datasource,
            provider::Provider,
            setting::Setting,
        },
    },
    text::FileId,
    vocab::{listed, nearest},
    workspace::Workspace,
};

check! {
    /// Grafana refuses a provisioning file, or one of its entries replaces another.
    ///
    /// ## Why it matters
    /// Grafana does not start with two default datasources, with two that share a uid, with a provider without a path, or
    /// with an unknown state of an alert rule. Of two datasources with one name it keeps the later, without a word.
    ///
    /// ## Example
    /// ```yaml path=grafana/datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - {name: Prometheus, type: prometheus, url: "http://prometheus:9090", isDefault: true}
    ///   - {name: Loki, type: loki, url: "http://loki:3100", isDefault: true}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=grafana/datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - {name: Prometheus, type: prometheus, url: "http://prometheus:9090", isDefault: true}
    ///   - {name: Loki, type: loki, url: "http://loki:3100"}
    /// ```
    pub struct Invalid {}
    id: "provisioning/invalid", severity: Error,
}

impl Check for Invalid {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut homes: BTreeMap<Reader<'_>, Vec<&Provisioning>> = BTreeMap::new();
        for document in &workspace.documents {
            let Some(provisioning) = document.provisioning() else { continue };
            homes.entry(Reader::of(document, facts)).or_default().push(provisioning);
        }
        for files in homes.into_values() {
            let (mut datasources, mut providers, mut rules, mut points) = (vec![], vec![], vec![], vec![]);
            for file in files {
                match file {
                    Provisioning::Datasources(file) => datasources.extend(&file.datasources),
                    Provisioning::Dashboards(file) => providers.extend(&file.providers),
                    Provisioning::Alerting(file) => {
                        rules.extend(file.groups.iter().flat_map(|group| &group.rules));
                        points.extend(&file.contact_points);
                    }
                }
            }
            of_datasources(&datasources, out);
            providers.into_iter().for_each(|provider| of_provider(provider, out));
            repeated(rules.iter().filter_map(|rule| rule.uid.as_ref()), "an alert rule", out);
            rules.into_iter().for_each(|rule| of_rule(rule, out));
            points.into_iter().for_each(|point| of_contact_point(point, out));
        }
    }
}

/// Who reads a file, together with others.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Reader<'w> {
    /// The Grafana of a compose file, by the name of its service.
    Container(FileId, &'w str),
    /// Whoever is given the folder, which is laid out as Grafana wants it.
    Folder(&'w Path),
    /// Nobody that is known: it may be one of several alternatives.
    Unknown(FileId, u32),
}

impl<'w> Reader<'w> {
    fn of(document: &'w Document, facts: &Facts<'w>) -> Self {
        let path = facts.workspace.files.file(document.file).path.as_path();
        let folder = path.parent().unwrap_or(path);
        let mut seeing = facts.deployment.seeing(Program::Grafana, path);
        let reader = seeing.find(|(_, path)| path.starts_with("/etc/grafana/provisioning"));
        let is_laid_out = ["datasources", "dashboards", "alerting"].iter().any(|kind| folder.ends_with(kind))
            && folder.parent().is_some_and(|home| home.ends_with("provisioning"));
        match reader {
            _ if document.in_manifest => Self::Unknown(document.file, document.span.start),
            Some((container, _)) => Self::Container(container.document.file, container.name()),
            None if is_laid_out => Self::Folder(folder),
            None => Self::Unknown(document.file, document.span.start),
        }
    }
}

fn of_datasources(all: &[&Datasource], out: &mut Sink<'_>) {
    let org = |one: &Datasource| one.org.map_or(1, |org| org.value.max(1));
    let mut defaults: BTreeMap<i64, Span> = BTreeMap::new();
    let mut names: BTreeMap<(i64, String), &Setting> = BTreeMap::new();
    let mut uids: BTreeMap<(i64, String), &Datasource> = BTreeMap::new();
    for one in all {
        if let Some(default) = one.is_default.filter(|default| default.value) {
            match defaults.get(&org(one)) {
                Some(first) => {
                    out.report(
                        default.span,
                        "this is the second default datasource, with which Grafana does not start",
                    )
                    .label(*first, "the first")
                    .help("keep one `isDefault: true`")
                    .fix(Fix::edit(
                        "make it no default",
                        Applicability::Unsafe,
                        default.span,
                        "false",
                    ));
                    continue;
                }
                None => {
                    defaults.insert(org(one), default.span);
                }
            }
        }
        let Some((name, known)) = one.name.as_ref().and_then(|name| Some((name, name.known()?))) else { continue };
        if let Some(first) = names.insert((org(one), known.clone()), name) {
            out.report(name.span(), format!("the datasource `{known}` replaces the one of the same name"))
                .severity(Severity::Warning)
                .label(first.span(), "this one is lost")
                .help("give one of them another name");
            continue;
        }
        let Some((uid, known)) = one.uid.as_ref().and_then(|uid| Some((uid, uid.known()?))) else { continue };
        if let Some(first) = uids.insert((org(one), known.clone()), one) {
            out.report(uid.span(), format!("the uid `{known}` is taken, so that Grafana does not start"))
                .label(first.uid.as_ref().map_or(first.span, Setting::span), "by another datasource")
                .help("give each datasource a uid of its own");
        }
    }
}

fn of_provider(provider: &Provider, out: &mut Sink<'_>) {
    if let Some(kind) = provider.kind.as_ref().and_then(Setting::located).filter(|kind| kind.value != "file") {
        out.report(kind.span, format!("there is no provider of the type `{}`", kind.value))
            .help("the only one is `file`")
            .fix(Fix::edit("say `file`", Applicability::Unsafe, kind.span, "file"));
        return;
    }
    if provider.path.is_none() && !provider.keys.is_damaged() {
        let place = provider.name.as_ref().map_or(provider.span, Setting::span);
        out.report(place, "this provider has no path").help("name the folder with the dashboards by `options.path`");
    }
    let (Some(structure), Some(folder)) =
        (provider.folders_from_files, provider.folder.as_ref().or(provider.folder_uid.as_ref()))
    else {
        return;
    };
    if structure.value && folder.known().is_some_and(|folder| !folder.is_empty()) {
        out.report(folder.span(), "Grafana refuses a provider with both a folder and `foldersFromFilesStructure`")
            .label(structure.span, "the folders come from the disk")
            .help("remove one of the two");
    }
}

fn of_rule(rule: &AlertRule, out: &mut Sink<'_>) {
    let states = [
        ("noDataState", &rule.no_data_state, ["NoData", "OK", "Alerting", "KeepLast"]),
        ("execErrState", &rule.error_state, ["Error", "OK", "Alerting", "KeepLast"]),
    ];
    for (key, state, known) in states {
        let Some(state) = state.as_ref().and_then(Setting::located) else { continue };
        if known.contains(&state.value.as_str()) {
            continue;
        }
        let finding = out.report(state.span, format!("`{}` is no value of `{key}`", state.value));
        match nearest(&state.value, known) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(Fix::edit(
                format!("say `{near}`"),
                Applicability::Unsafe,
                state.span,
                near,
            )),
            None => finding.help(format!("values are {}", listed(known, ", "))),
        };
    }
}

fn of_contact_point(point: &ContactPoint, out: &mut Sink<'_>) {
    let mut lacks = |place: Span, what: &str| {
        out.report(place, format!("Grafana refuses a contact point without {what}")).help("add it");
    };
    if point.name.is_none() {
        lacks(point.span, "a `name`");
    }
    for Integration { span, uid, kind, settings, .. } in &point.receivers {
        match (uid, kind) {
            (None, _) => lacks(*span, "a `uid` of each of its receivers"),
            (_, None) => lacks(*span, "a `type` of each of its receivers"),
            _ if settings.is_empty() => lacks(*span, "`settings` of each of its receivers"),
            _ => {}
        }
    }
}

/// Reports uids that stand twice.
fn repeated<'w>(uids: impl Iterator<Item = &'w Setting>, of: &str, out: &mut Sink<'_>) {
    let mut seen: BTreeMap<String, &Setting> = BTreeMap::new();
    for uid in uids {
        let Some(known) = uid.known() else { continue };
        match seen.get(&known) {
            Some(first) => {
                out.report(uid.span(), format!("the uid `{known}` belongs to {of} already"))
                    .label(first.span(), "to this one")
                    .help("give each a uid of its own");
            }
            None => {
                seen.insert(known, uid);
            }
        }
    }
}
