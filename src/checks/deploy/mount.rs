//! Files that a program needs inside its container and that are not mounted there.

use std::path::{Path, PathBuf};

use crate::{
    check,
    facts::{Container, Place, Program},
    kit::*,
    model::{
        Document,
        compose::{self, MountKind},
        provisioning::Provisioning,
    },
    vocab::{nearest, slip_of},
    workspace::{Workspace, normalised},
};

check! {
    /// A file that a program needs is not mounted into its container, or the source does not exist.
    ///
    /// ## Why it matters
    /// The file lies in the repository and looks right, but the program in the container does not see it: it fails
    /// to start, or runs without the rules, templates or dashboards. For a source that does not exist Docker makes an
    /// empty folder.
    ///
    /// ## Example
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"]
    /// ```
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     volumes:
    ///       - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
    ///       - ./alerts.yml:/etc/prometheus/alerts.yml:ro
    /// ```
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    pub struct Mount {}
    id: "deploy/mount", severity: Error,
}

impl Check for Mount {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        for container in facts.deployment.containers() {
            for mount in &container.service.mounts {
                missing_source(workspace, container, mount, out);
            }
            // Loki's configuration often lies elsewhere than what is linted.
            if container.program.is_none_or(|program| program == Program::Loki) {
                continue;
            }
            missing_config(workspace, container, out);
            unread_config(workspace, container, out);
        }
        let mut groups: Vec<Vec<Unmounted<'_, '_>>> = Vec::new();
        let needs = needs(workspace);
        for one in needs.iter().filter_map(|need| unmounted(workspace, facts, need, out)) {
            match groups.iter_mut().find(|group| group[0].is_beside(&one)) {
                Some(group) => group.push(one),
                None => groups.push(vec![one]),
            }
        }
        for group in &groups {
            tell(workspace, group, out);
        }
    }
}

/// A path inside the container of a program that a configuration names.
struct Need<'w> {
    program: Program,
    /// The file of the configuration, on the host.
    config: &'w Path,
    entry: Spanned<String>,
    what: What,
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum What {
    Rules,
    Templates,
    Dashboards,
}

/// Every path that configurations name.
fn needs(workspace: &Workspace) -> Vec<Need<'_>> {
    let mut needs = Vec::new();
    for document in workspace.documents.iter().filter(|document| !document.in_manifest) {
        let config = workspace.files.file(document.file).path.as_path();
        let mut add = |program, entry: &Spanned<String>, what| {
            if !entry.value.contains("${") && !entry.value.contains("{{") {
                needs.push(Need { program, config, entry: entry.clone(), what });
            }
        };
        if let Some(prometheus) = document.prometheus() {
            prometheus.rule_files.iter().for_each(|entry| add(Program::Prometheus, entry, What::Rules));
        }
        if let Some(alertmanager) = document.alertmanager() {
            alertmanager.templates.iter().for_each(|entry| add(Program::Alertmanager, entry, What::Templates));
        }
        if let Some(Provisioning::Dashboards(file)) = document.provisioning() {
            let paths = file.providers.iter().filter_map(|provider| provider.path.as_ref()?.located());
            paths.for_each(|entry| add(Program::Grafana, &entry, What::Dashboards));
        }
    }
    needs
}

/// A path at which a container has nothing mounted.
struct Unmounted<'n, 'w> {
    need: &'n Need<'w>,
    container: &'n Container<'w>,
    path: PathBuf,
    /// What lies beside the configuration on the host as it should in the container.
    there: Option<PathBuf>,
    severity: Severity,
}

impl Unmounted<'_, '_> {
    /// Whether two paths are of one folder of one container, which one configuration names.
    fn is_beside(&self, other: &Self) -> bool {
        self.need.config == other.need.config
            && std::ptr::eq(self.container, other.container)
            && self.path.parent() == other.path.parent()
            && self.severity == other.severity
            && self.there.is_some() == other.there.is_some()
    }

    /// The volume that would bring it there; of a pattern, its folder.
    fn volume(&self) -> Option<String> {
        let there = self.there.as_deref()?;
        let is_pattern = has_wildcard(&self.path);
        let target = if is_pattern { self.path.parent().unwrap_or(Path::new("/")) } else { &self.path };
        let source = if is_pattern { home_of(there) } else { there };
        let source = source.strip_prefix(&self.container.home.folder).unwrap_or(source);
        Some(format!("./{}:{}:ro", source.display(), target.display()))
    }
}

/// Finds that a container lacks a path, and reports folders of dashboards that are gone.
fn unmounted<'n, 'w>(
    workspace: &Workspace,
    facts: &'n Facts<'w>,
    need: &'n Need<'w>,
    out: &mut Sink<'_>,
) -> Option<Unmounted<'n, 'w>> {
    for (container, config) in facts.deployment.seeing(need.program, need.config) {
        let folder = config.parent().unwrap_or(Path::new("/"));
        let path = normalised(&folder.join(&need.entry.value));
        let is_read = match need.program {
            Program::Grafana => config.starts_with("/etc/grafana/provisioning") && path.is_absolute(),
            Program::Prometheus | Program::Alertmanager | Program::Loki => container.may_run(&config),
        };
        match container.look_at(&path) {
            _ if !is_read || need.what == What::Dashboards && container.mounts_in(&path) => continue,
            Place::Image if !path.starts_with("/usr/share") && !container.mounts_below(&path) => {}
            Place::Host(there, mount)
                if need.what == What::Dashboards && is_gone(workspace, container, mount, &there) =>
            {
                out.report(need.entry.span, format!("folder `{}` does not exist", need.entry.value))
                    .here(format!("looked for {}", there.display()))
                    .label(mount.span, "mounted here");
                return None;
            }
            _ => continue,
        }
        let beside = path.strip_prefix(folder).ok().map(|rest| home_of(need.config).join(rest));
        let is_meant = |beside: &PathBuf| need.what != What::Rules || may_hold_rules(workspace, beside);
        let there = beside.filter(|beside| lies_at(workspace, beside) && is_meant(beside));
        if there.is_none() && need.what == What::Templates {
            continue;
        }
        let is_certain = there.is_some() || !has_wildcard(&path);
        let severity = if is_certain { Severity::Error } else { Severity::Warning };
        return Some(Unmounted { need, container, path, there, severity });
    }
    None
}

/// Whether what lies at a path may be rules: it is no file of something else.
fn may_hold_rules(workspace: &Workspace, path: &Path) -> bool {
    let Some(file) = workspace.file_at(path) else { return true };
    let documents = workspace.documents_of(file);
    documents.is_empty() || documents.iter().any(|document| document.rule_file().is_some())
}

/// Reports the paths of one folder that a container lacks.
fn tell(workspace: &Workspace, group: &[Unmounted<'_, '_>], out: &mut Sink<'_>) {
    for one in group {
        let (place, name) = (one.need.entry.span, one.container.name());
        let finding = out
            .report(place, format!("nothing is mounted at `{}` in the container `{name}`", one.path.display()))
            .severity(one.severity)
            .label(one.container.place_of_name(), format!("`{name}` reads this file, and has no volume with that path"))
            .shared(group[0].need.entry.span);
        match one.volume() {
            Some(volume) => {
                finding.help(format!("add the volume `{volume}`")).fix_if(more(workspace, one.container, &volume))
            }
            None => finding.help("mount the file or its folder under `volumes`, or remove the entry"),
        };
    }
}

/// Adds a volume behind the last one of a container, where that stands alone on its line.
fn more(workspace: &Workspace, container: &Container<'_>, volume: &str) -> Option<Fix> {
    let is_volume = |mount: &&compose::Mount| matches!(mount.kind, MountKind::Bind | MountKind::Volume);
    let last = container.service.mounts.iter().rfind(is_volume)?;
    let file = workspace.files.file(last.span.file);
    let text = &*file.text;
    let start = text[..last.span.start as usize].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[last.span.end as usize..].find('\n').map_or(text.len(), |step| last.span.end as usize + step);
    let line = text[start..end].trim_end();
    let indent = line.len() - line.trim_start().len();
    let is_item = line.trim_start().starts_with("- ") && !line.contains(['{', '#']) && !line.ends_with(':');
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '/' | ':' | '-' | '_');
    let is_plain = volume.chars().all(is_letter) && !file.slice(last.span).contains('\n');
    let place = Span::new(last.span.file, (start + line.len()) as u32, (start + line.len()) as u32);
    let added = format!("\n{}- {volume}", &line[..indent]);
    (is_item && is_plain).then(|| Fix::edit("add the volume", Applicability::Unsafe, place, added))
}

/// Whether a path leads into a mounted folder that exists, but not to anything in it.
fn is_gone(workspace: &Workspace, container: &Container<'_>, mount: &compose::Mount, path: &Path) -> bool {
    let disk = &workspace.disk;
    container.source(mount).is_some_and(|source| disk.exists(&source)) && !disk.exists(path) && is_ours(workspace, path)
}

/// Reports a bind mount of configuration whose source is not there.
fn missing_source(workspace: &Workspace, container: &Container<'_>, mount: &compose::Mount, out: &mut Sink<'_>) {
    let written = mount.source.as_ref().filter(|source| source.asks().is_empty());
    let (Some(written), Some(source), Some(target)) = (written, container.source(mount), &mount.target) else { return };
    let Some(target) = target.known().filter(|_| mount.kind == MountKind::Bind) else { return };
    if workspace.disk.exists(&source) || !is_ours(workspace, &source) {
        return;
    }
    let slip = misspelt(workspace, &source);
    let wanted = container.program.is_some_and(|program| {
        program != Program::Loki
            && (Path::new(&target).starts_with(program.folder())
                || Path::new(&target).starts_with("/var/lib/grafana/dashboards"))
    });
    if slip.is_none() && (!wanted || is_private(&source)) {
        return;
    }
    // Git keeps no empty folders, so that a folder may be meant to be empty.
    let is_proven = container.home.is_proven && (source.extension().is_some() || slip.is_some());
    let severity = if is_proven { Severity::Error } else { Severity::Warning };
    let text = written.text.text();
    let finding = out
        .report(written.span(), format!("`{text}` does not exist, but is mounted at `{target}`"))
        .here(format!("looked for {}", source.display()))
        .severity(severity);
    if let Some((wrong, meant)) = slip {
        finding.help(format!("there is `{meant}`")).instead(&workspace.files, &wrong, &meant);
        return;
    }
    let names = names_in(workspace, home_of(&source));
    let wanted = source.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(near) = nearest(wanted, names.iter().map(String::as_str)) else {
        finding.help("correct the path; Docker would make an empty folder of it");
        return;
    };
    let finding = finding.help(format!("there is `{near}` in that folder"));
    // Whether another dashboard may be shown in its place only its author knows.
    if !target.contains("/dashboards") {
        finding.instead(&workspace.files, wanted, near);
    }
}

/// The first part of a path that is not there, where a file or folder beside it is called so but for a slip of the finger,
/// and that one's name.
fn misspelt(workspace: &Workspace, path: &Path) -> Option<(String, String)> {
    let mut folder = PathBuf::new();
    for part in path.components() {
        let next = folder.join(part);
        if !workspace.disk.exists(&next) {
            let beside = workspace.disk.matching(&folder.join("*"))?;
            let names = beside.iter().filter_map(|path| path.file_name()?.to_str());
            let wrong = part.as_os_str().to_str()?;
            return slip_of(wrong, names).map(|meant| (wrong.to_owned(), meant.to_owned()));
        }
        folder = next;
    }
    None
}

/// Reports a `--config.file` that the container does not have.
fn missing_config(workspace: &Workspace, container: &Container<'_>, out: &mut Sink<'_>) {
    let (Some(flag), Some(program)) = (container.flag("config.file"), container.program) else { return };
    let is_open = workspace.files.slice(flag.span).contains('$');
    let path = Path::new(&flag.value);
    if is_open || !container.is_stock() || !path.is_absolute() {
        return;
    }
    let default = program.folder().join(format!("{}.yml", program.name().to_lowercase()));
    match container.look_at(path) {
        Place::Image if path != default => {
            out.report(flag.span, format!("nothing is mounted at `{}`", flag.value))
                .label(container.place_of_name(), format!("`{}` has no volume with that path", container.name()))
                .help(format!("mount the configuration there, so that {} starts", program.name()));
        }
        Place::Host(there, mount) if is_gone(workspace, container, mount, &there) => {
            out.report(flag.span, format!("`{}` does not exist", flag.value))
                .here(format!("looked for {}", there.display()))
                .label(mount.span, "mounted here");
        }
        _ => {}
    }
}

/// Reports a configuration that is mounted where the program does not look, so that it runs with the one of its
/// image.
fn unread_config(workspace: &Workspace, container: &Container<'_>, out: &mut Sink<'_>) {
    let (Some(program), Some(read)) = (container.program, container.config_path()) else { return };
    if read != program.default_config()
        || !matches!(container.look_at(&read), Place::Image)
        || container.may_run(Path::new(""))
    {
        return;
    }
    let is_config = |document: &&Document| match program {
        Program::Prometheus => document.prometheus().is_some(),
        Program::Alertmanager => document.alertmanager().is_some(),
        Program::Loki => document.loki().is_some(),
        Program::Grafana => false,
    };
    let mut configs = workspace.documents.iter().filter(is_config).filter(|document| !document.in_manifest);
    let mounted = configs.find_map(|document| {
        let file = &workspace.files.file(document.file).path;
        let path = container.paths_of(file).into_iter().next()?;
        let Place::Host(_, mount) = container.look_at(&path) else { return None };
        Some((path, mount.target.as_ref()?.span(), container.place_of_name()))
    });
    let Some((path, place, name)) = mounted else { return };
    out.report(place, format!("{} does not read `{}`, but `{}`", program.name(), path.display(), read.display()))
        .label(name, format!("`{}` runs with the configuration of its image", container.name()))
        .help(format!("mount it at `{}`, or name its place with `--config.file`", read.display()));
}

fn home_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

fn has_wildcard(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '['])
}

fn lies_at(workspace: &Workspace, path: &Path) -> bool {
    let disk = &workspace.disk;
    if has_wildcard(path) { !disk.glob(path).is_empty() } else { disk.exists(path) }
}

/// Whether a path that is not there should be: it lies in a folder that is linted, git ignores neither it nor what it
/// holds, and it is not made of a template beside it.
fn is_ours(workspace: &Workspace, path: &Path) -> bool {
    let inside = |root: &PathBuf| path.strip_prefix(normalised(root)).is_ok_and(|rest| !rest.starts_with(".."));
    let is_inside = workspace.roots.iter().any(inside) || workspace.roots.is_empty() && !path.starts_with("..");
    let is_left_out = || workspace.disk.is_ignored(path) || workspace.disk.holds_ignored(path);
    is_inside && !is_left_out() && !has_template(workspace, path)
}

fn has_template(workspace: &Workspace, path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let marks = ["template", "tmpl", "tpl", "example", "sample", "dist", "j2", "in"];
    names_in(workspace, home_of(path)).iter().any(|name| {
        let rest = name.strip_prefix(stem).unwrap_or_default();
        rest.split(['.', '-', '_']).any(|word| marks.contains(&word))
    })
}

/// Whether a path holds what is kept out of repositories: keys, certificates, passwords.
fn is_private(path: &Path) -> bool {
    let folders = ["certs", "ssl", "tls", "secrets", "keys", "data"];
    let extensions = ["pem", "crt", "key", "cert", "htpasswd", "env"];
    path.components().any(|part| folders.iter().any(|folder| part.as_os_str() == *folder))
        || path.extension().is_some_and(|extension| extensions.iter().any(|known| extension == *known))
        || path.file_name().is_some_and(is_secret)
}

fn is_secret(name: &std::ffi::OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_lowercase();
    ["password", "token", "secret", "credential", "webhook", "apikey", "api_key", "slack_url", "api_url"]
        .iter()
        .any(|word| name.contains(word))
}

fn names_in(workspace: &Workspace, folder: &Path) -> Vec<String> {
    let files = workspace.disk.glob(&folder.join("*"));
    files.iter().filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect()
}
