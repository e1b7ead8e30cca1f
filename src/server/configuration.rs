//! Whether Prometheus loads its configuration, and with what files, as `promtool check config` says.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    diag::{Diagnostic, Label},
    model::{
        Pair,
        prometheus::{
            self, AlertmanagerEndpoint, Discovery, Prometheus, RelabelRule, ScrapeConfig, StaticConfig, TargetFate,
            alertmanager_fate, demands, job_demands, removed, removed_from_job, target_fate,
        },
        settings::{Settings, has, place},
    },
    text::{Excerpt, FileId, Files, Span, Spanned},
    tree::{self, Node, Tree},
    vocab::Duration,
    workspace::{Disk, Text, read_bytes, text},
};

use super::{about_first, refusals};

/// The check that claims what is wrong with a configuration.
const INVALID: &str = "prometheus/invalid";

/// How a configuration is to be read.
#[derive(Copy, Clone, Debug, Default)]
pub struct ConfigReading {
    /// Whether files that it names are left alone (`--syntax-only`).
    pub syntax_only: bool,
    /// Whether it is for an agent, which evaluates no rules (`--agent`).
    pub agent: bool,
}

/// A configuration as Prometheus loads it.
#[derive(Debug)]
pub struct LoadedConfig {
    /// Its file.
    pub file: FileId,
    /// Why Prometheus refuses it or a file that it names, in the order of the files; nothing when it does not.
    pub refusals: Vec<Diagnostic>,
    /// The rule files that it names, in order; which of them are good is another question.
    pub rule_files: Vec<PathBuf>,
    /// Patterns of files with targets that match nothing, as Prometheus reads them, each with the name of its job;
    /// nothing for Alertmanagers.
    pub unmatched: Vec<(PathBuf, Option<String>)>,
    /// Each job that is scraped: its name, and how often.
    pub intervals: Vec<(Option<Spanned<String>>, Duration)>,
}

/// Loads a configuration from its bytes, or complains of the reason why there are none. Unlike Prometheus, which stops
/// at the first reason, it finds them all.
pub fn load_config(
    files: &mut Files,
    path: PathBuf,
    bytes: Result<Vec<u8>, String>,
    reading: ConfigReading,
) -> LoadedConfig {
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let Opened { file, mut complaints, lowered } = opened(files, path, bytes, prometheus::lower);
    let mut loaded = LoadedConfig {
        file,
        refusals: Vec::new(),
        rule_files: Vec::new(),
        unmatched: Vec::new(),
        intervals: Vec::new(),
    };
    if let Some(config) = lowered {
        complaints.extend(demands(&config, &complaints));
        complaints.extend(removed(&config));
        let mut loading = Loading { files, reading, config: &config, complaints, loaded: &mut loaded };
        if reading.agent {
            loading.agent();
        }
        if !reading.syntax_only {
            loading.rule_files(&folder);
        }
        config.scrape_configs.iter().for_each(|job| loading.job(job, &folder));
        if !reading.syntax_only {
            loading.further_jobs(&folder);
        }
        config.alerting.alertmanagers.iter().for_each(|endpoint| loading.endpoint(endpoint, &folder));
        complaints = loading.complaints;
    }
    loaded.refusals = refusals(complaints, INVALID);
    loaded
}

/// A file that was read, and what its first document says.
struct Opened<T> {
    file: FileId,
    complaints: Vec<Diagnostic>,
    lowered: Option<T>,
}

fn opened<T>(
    files: &mut Files,
    path: PathBuf,
    bytes: Result<Vec<u8>, String>,
    lower: fn(Node<'_>, &mut Vec<Diagnostic>) -> T,
) -> Opened<T> {
    let id = FileId(files.len() as u32);
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let Text { file, mut complaints, is_text } = text(id, path, bytes);
    let text = file.text.clone();
    let file = files.add(file);
    let mut lowered = None;
    if is_text {
        let source = Excerpt::whole(file, text);
        let stream = if is_json { tree::json(&source) } else { tree::yaml(&source) };
        complaints.extend(about_first(&stream));
        lowered = stream.first().and_then(Tree::root).map(|root| lower(root, &mut complaints));
    }
    Opened { file, complaints, lowered }
}

/// A configuration in the act of being loaded.
struct Loading<'l> {
    files: &'l mut Files,
    reading: ConfigReading,
    config: &'l Prometheus,
    complaints: Vec<Diagnostic>,
    loaded: &'l mut LoadedConfig,
}

impl Loading<'_> {
    /// An agent has no rules, so it has nobody to tell and nothing to read.
    fn agent(&mut self) {
        let config = self.config;
        let alerting = &config.alerting;
        for (key, is_used) in [
            ("alerting", !(alerting.alertmanagers.is_empty() && alerting.alert_relabel_configs.is_empty())),
            ("rule_files", !config.rule_files.is_empty()),
            ("remote_read", !config.remote_read.is_empty()),
        ] {
            if let Some(place) = config.keys.span(key).filter(|_| is_used) {
                self.complaints.push(Diagnostic::error(place, format!("an agent does not take `{key}`")));
            }
        }
    }

    /// The files that a pattern leads to, from a folder; complains of a pattern that is none.
    fn matching(&mut self, pattern: &str, place: Span, folder: &Path) -> Vec<PathBuf> {
        let found = Disk::Real.matching(&folder.join(pattern));
        if found.is_none() {
            let message = format!("`{pattern}` is a malformed pattern");
            let complaint = Diagnostic::error(place, message);
            self.complaints.push(complaint.help("close the bracket, or write `\\[` for the letter"));
        }
        found.unwrap_or_default()
    }

    fn rule_files(&mut self, folder: &Path) {
        for pattern in &self.config.rule_files {
            let found = self.matching(&pattern.value, pattern.span, folder);
            if found.is_empty() && !pattern.value.contains('*') && !pattern.value.is_empty() {
                let message = format!("there is no rule file `{}`", pattern.value);
                let complaint = Diagnostic::error(pattern.span, message);
                self.complaints.push(complaint.help("paths are relative to the folder of this file"));
            }
            self.loaded.rule_files.extend(found);
        }
    }

    /// The jobs of `scrape_config_files`.
    fn further_jobs(&mut self, folder: &Path) {
        let config = self.config;
        let mut names: BTreeMap<String, Span> = BTreeMap::new();
        for name in config.scrape_configs.iter().filter_map(|job| job.job_name.as_ref()) {
            names.insert(name.value.clone(), name.span);
        }
        for pattern in &config.scrape_config_files {
            for path in self.matching(&pattern.value, pattern.span, folder) {
                let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
                let bytes = read_bytes(&path);
                let opened = opened(self.files, path, bytes, prometheus::lower_scrape_configs);
                let jobs = opened.lowered.unwrap_or_default();
                self.complaints.extend(job_demands(config, &jobs, &opened.complaints));
                self.complaints.extend(jobs.iter().filter_map(removed_from_job));
                self.complaints.extend(opened.complaints);
                let mut own: BTreeMap<String, Span> = BTreeMap::new();
                for job in &jobs {
                    self.job(job, &folder);
                    let Some(name) = &job.job_name else { continue };
                    if let Some(first) = names.get(&name.value) {
                        let message = format!("the job name `{}` is taken", name.value);
                        self.complaints.push(Diagnostic::error(name.span, message).label(*first, "first used here"));
                    }
                    own.insert(name.value.clone(), name.span);
                }
                names.extend(own);
            }
        }
    }

    fn job(&mut self, job: &ScrapeConfig, folder: &Path) {
        let config = self.config;
        let settings = &job.settings;
        self.key_pair(settings, folder);
        for (map, key) in [(settings.map("authorization"), "credentials_file"), (Some(settings), "bearer_token_file")] {
            if let Some(map) = map {
                self.existing(map, key, folder);
            }
        }
        for discovery in &job.discoveries {
            if discovery.kind.value == "kubernetes" {
                self.key_pair(&discovery.settings, folder);
            }
            let name = job.job_name.as_ref().map(|name| name.value.clone()).unwrap_or_default();
            for group in self.target_groups(discovery, folder, Some(&name)) {
                self.targets(&group, &job.relabel_configs, |address, labels| target_fate(config, job, address, labels));
            }
        }
        for group in &job.static_configs {
            self.targets(group, &job.relabel_configs, |address, labels| target_fate(config, job, address, labels));
        }
        self.loaded.intervals.push((job.job_name.clone(), config.scrape_interval(job)));
    }

    fn endpoint(&mut self, endpoint: &AlertmanagerEndpoint, folder: &Path) {
        let config = self.config;
        let mut groups = endpoint.static_configs.clone();
        for discovery in &endpoint.discoveries {
            groups.extend(self.target_groups(discovery, folder, None));
        }
        for group in &groups {
            let fate = |address: &str, labels: &[Pair]| alertmanager_fate(config, endpoint, address, labels);
            self.targets(group, &endpoint.relabel_configs, fate);
        }
    }

    /// promtool wants the two files of a client's certificate together, and to be there.
    fn key_pair(&mut self, settings: &Settings, folder: &Path) {
        let Some(tls) = settings.map("tls_config") else { return };
        for (own, other) in [("cert_file", "key_file"), ("key_file", "cert_file")] {
            let inline = other.trim_end_matches("_file");
            if has(tls, own) && !has(tls, other) && (has(tls, inline) || has(tls, &format!("{inline}_ref"))) {
                let message = format!("`{own}` stands without `{other}`");
                self.complaints.push(Diagnostic::error(place(tls, own), message));
            }
            self.existing(tls, own, folder);
        }
    }

    /// Complains of a file that is not there.
    fn existing(&mut self, settings: &Settings, key: &str, folder: &Path) {
        let Some(path) = settings.text(key).filter(|path| !path.text().is_empty() && !self.reading.syntax_only) else {
            return;
        };
        if !Disk::Real.exists(&folder.join(path.text())) {
            let complaint = Diagnostic::error(path.full_span(), format!("there is no file `{}`", path.text()));
            self.complaints.push(complaint.help("paths are relative to the folder of this file"));
        }
    }

    /// The targets in the files of a discovery by files.
    fn target_groups(&mut self, discovery: &Discovery, folder: &Path, job: Option<&str>) -> Vec<StaticConfig> {
        let mut groups = Vec::new();
        if self.reading.syntax_only || discovery.kind.value != "file" {
            return groups;
        }
        for pattern in discovery.files() {
            let found = self.matching(pattern.text(), pattern.full_span(), folder);
            if found.is_empty() {
                self.loaded.unmatched.push((folder.join(pattern.text()), job.map(str::to_owned)));
            }
            for path in found {
                let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
                if !matches!(extension.as_deref(), Some("json" | "yml" | "yaml")) {
                    let message = format!("`{}` is neither JSON nor YAML by its name", path.display());
                    self.complaints.push(Diagnostic::error(pattern.full_span(), message));
                    continue;
                }
                let bytes = read_bytes(&path);
                let opened = opened(self.files, path, bytes, prometheus::lower_target_groups);
                self.complaints.extend(opened.complaints);
                groups.extend(opened.lowered.unwrap_or_default());
            }
        }
        groups
    }

    /// Complains of targets that cannot be used once they are relabelled.
    fn targets(
        &mut self,
        group: &StaticConfig,
        rules: &[RelabelRule],
        fate: impl Fn(&str, &[Pair]) -> Option<TargetFate>,
    ) {
        for target in &group.targets {
            // Without rules a slash has been complained of where the target stands.
            let is_known = rules.is_empty() && target.value.contains('/') && target.span.file == self.loaded.file;
            if let Some(TargetFate::Refused(fault)) = fate(&target.value, &group.labels).filter(|_| !is_known) {
                let complaint = Diagnostic::error(target.span, format!("`{}` cannot be used: {fault}", target.value));
                let step = rules.iter().rev().find(|_| target.span.file == self.loaded.file);
                let rule =
                    step.map(|rule| Label { span: rule.span, message: "the last rule that it passes".to_owned() });
                self.complaints.push(Diagnostic { labels: rule.into_iter().collect(), ..complaint });
            }
        }
    }
}
