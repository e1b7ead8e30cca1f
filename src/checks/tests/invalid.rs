//! Test files that name rule files, configurations or groups that are not there.

use std::path::Path;

use crate::{
    check,
    facts::TestedRules,
    kit::*,
    model::Document,
    vocab::nearest,
    workspace::{Fate, Workspace, normalised},
};

check! {
    /// A test file names a rule file, an Alertmanager configuration or a group that does not exist.
    ///
    /// ## Why it matters
    /// promtool mentions a rule file that is not there in passing and goes on: the tests run without its rules, and
    /// every test that expects no alert passes. A group in `group_eval_order` that no file has orders nothing.
    ///
    /// ## Example
    /// ```yaml path=tests/alerts.yml
    /// rule_files: [../rules/alert.yml]
    /// tests: []
    /// ```
    /// ```yaml path=rules/alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=tests/alerts.yml
    /// rule_files: [../rules/alerts.yml]
    /// tests: []
    /// ```
    /// ```yaml path=rules/alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    pub struct Invalid {}
    id: "tests/invalid", severity: Error,
}

impl Check for Invalid {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(tested) = facts.suites.of_document(document) else { return };
        let disk = &facts.workspace.disk;
        // What git passes over is made by a build before the tests run.
        let home = facts.workspace.files.file(document.file).path.parent().unwrap_or(Path::new(""));
        let is_of_jsonnet = || ["*.jsonnet", "*.libsonnet"].iter().any(|name| !disk.glob(&home.join(name)).is_empty());
        let is_made = |place: &Path| {
            let is_nowhere = place.parent().is_some_and(|folder| !disk.exists(folder));
            disk.is_ignored(place) || is_rendered(place, facts.workspace) || is_nowhere && is_of_jsonnet()
        };
        for (pattern, place) in tested.unmatched.iter().filter(|(_, place)| !is_made(place)) {
            let finding = out.report(pattern.span, format!("`{}` matches no rule file", pattern.value));
            let folder = place.parent().unwrap_or(Path::new(""));
            let there = disk.glob(&folder.join("*.y*ml"));
            let names: Vec<&str> = there.iter().filter_map(|path| path.file_name()?.to_str()).collect();
            let wanted = place.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
            match nearest(&wanted, names.iter().copied()) {
                Some(near) => {
                    finding.help(format!("did you mean `{near}`?")).instead(&facts.workspace.files, &wanted, near)
                }
                None => finding.help("paths are relative to the folder of the test file"),
            };
        }
        if let Some(config) = &tested.suite.alertmanager_config
            && !disk.exists(&normalised(&home.join(&config.value)))
        {
            out.report(config.span, format!("there is no file `{}`", config.value))
                .help("the path is relative to the folder of the test file");
        }
        unknown_groups(tested, out);
    }
}

/// Whether a file is made of a template, by its name or by one of its name.
fn is_rendered(place: &Path, workspace: &Workspace) -> bool {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let mut words = name.split(['.', '-', '_']);
    let mut files = workspace.files.iter().zip(&workspace.readings);
    words.any(|word| ["compiled", "generated", "rendered"].contains(&word))
        || files.any(|((_, file), reading)| {
            matches!(reading.fate, Fate::Templated(_)) && file.path.file_name() == place.file_name()
        })
}

fn unknown_groups(tested: &TestedRules<'_>, out: &mut Sink<'_>) {
    if !tested.is_complete || !tested.unmatched.is_empty() {
        return;
    }
    let groups = tested.rules.iter().filter_map(|document| document.rule_file()).flat_map(|file| &file.groups);
    let known: Vec<&str> = groups.filter_map(|group| Some(group.name.as_ref()?.value.as_str())).collect();
    for name in tested.suite.group_order.iter().filter(|name| !known.contains(&name.value.as_str())) {
        let finding = out
            .report(name.span, format!("no rule file of this test has a group `{}`", name.value))
            .severity(Severity::Warning);
        if let Some(near) = nearest(&name.value, known.iter().copied()) {
            finding.help(format!("did you mean `{near}`?"));
        }
    }
}
