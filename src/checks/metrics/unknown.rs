//! Metrics that nothing exports or records.

use std::collections::BTreeMap;

use crate::{
    catalog::{Misnamed, misnamed},
    check,
    kit::*,
    workspace::Workspace,
};

use super::{
    cause::cause,
    missing::{Missing, is_known, is_slip, judge, misspelt, similar},
    served,
};

check! {
    /// An expression asks for a metric that no target exports and no rule records.
    ///
    /// What targets export is known from captured `/metrics` pages: files such as `metrics/backend.prom`, named
    /// like the job or the host they were captured from, or named under `metrics:` in the configuration. And from the
    /// source code of scraped programs, where a compose file says of which folder their containers are built. With
    /// `promcheck lint --prometheus URL` a live server says which metrics it has.
    ///
    /// ## Why it matters
    /// An alert on a metric that does not exist never fires, and looks exactly like a healthy system.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - job_name: backend
    ///     static_configs: [{targets: ["backend:8080"]}]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: Backlog
    ///   expr: jobs_wating > 100
    /// ```
    /// ```text path=metrics/backend.prom
    /// # TYPE jobs_waiting gauge
    /// jobs_waiting 3
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - job_name: backend
    ///     static_configs: [{targets: ["backend:8080"]}]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: Backlog
    ///   expr: jobs_waiting > 100
    /// ```
    /// ```text path=metrics/backend.prom
    /// # TYPE jobs_waiting gauge
    /// jobs_waiting 3
    /// ```
    pub struct Unknown {}
    id: "metrics/unknown", severity: Error,
}

impl Check for Unknown {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut missing: BTreeMap<&str, (Missing<'_>, Vec<Span>)> = BTreeMap::new();
        let mut meant: BTreeMap<&str, (Misnamed, Vec<Span>)> = BTreeMap::new();
        let mut unserved: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
        let mut misspelt_names: BTreeMap<&str, Option<Missing<'_>>> = BTreeMap::new();
        let mut nearly: BTreeMap<&str, Option<Misnamed>> = BTreeMap::new();
        // Where nothing here says which metrics there are, only the names that exporters nearly have, or that other
        // expressions nearly ask for, are worth a look.
        let tells = tells_of_metrics(facts);
        for asked in facts
            .asked
            .named(|name| !is_known(name, facts) && (tells || misnamed(name).is_some() || is_nearly_asked(name, facts)))
        {
            let name = asked.name.value.as_str();
            let misspelt = || misspelt_names.entry(name).or_insert_with(|| misspelt(asked, facts)).clone();
            let found = judge(asked, facts, misspelt);
            let near = nearly.entry(name).or_insert_with(|| misnamed(name)).clone();
            let near = near.filter(|near| found.is_none() && is_slip(asked, near, facts));
            let is_unserved = found.is_none() && near.is_none() && served::lacks(asked, facts);
            if found.is_none() && near.is_none() && !is_unserved || cause(asked, facts).is_some() {
                continue;
            }
            if let Some(found) = found {
                missing.entry(name).or_insert((found, Vec::new())).1.push(asked.name.span);
            } else if let Some(found) = near {
                meant.entry(name).or_insert((found, Vec::new())).1.push(asked.name.span);
            } else if is_unserved {
                unserved.entry(name).or_default().push(asked.name.span);
            }
        }
        for (name, (found, places)) in missing {
            report(name, &found, &places, facts, out);
        }
        for (name, (found, places)) in meant {
            misnamed_by(name, &found, &places, out);
        }
        for (name, places) in unserved {
            not_served(name, &places, facts, out);
        }
    }
}

/// Whether an expression asks for a metric that a name is but for a slip of the finger.
fn is_nearly_asked(name: &str, facts: &Facts<'_>) -> bool {
    facts.asked.nearly_named(name).next().is_some()
}

/// Whether a configuration, a captured page, docs or a server say which metrics there are.
fn tells_of_metrics(facts: &Facts<'_>) -> bool {
    let inventory = &facts.inventory;
    let has_pages = !inventory.pages().is_empty() || !inventory.documented().is_empty();
    has_pages || inventory.server().is_some() || !facts.servers.all().is_empty()
}

/// Reports a name that a well-known exporter nearly has.
fn misnamed_by(name: &str, found: &Misnamed, places: &[Span], out: &mut Sink<'_>) {
    let metric = &found.metric;
    let message = format!("current versions of the {} have no `{name}`", found.maker());
    let finding = out.report_at(places, message);
    finding
        .severity(Severity::Warning)
        .help(format!("did you mean `{metric}`?"))
        .rewrite(&format!("use `{metric}`"), metric);
}

/// Reports a name that the live server does not have.
fn not_served(name: &str, places: &[Span], facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(server) = facts.inventory.server() else { return };
    let since = if server.since.is_empty() { String::new() } else { format!(" in the last {}", server.since) };
    let message = format!("`{}` had no series `{name}`{since}, and nothing here defines it", server.address);
    let finding = out.report_at(places, message);
    let names: Vec<&str> = server.names().collect();
    match similar(name, &names) {
        Some(near) => finding.severity(Severity::Warning).help(format!("did you mean `{near}`?")),
        None => finding.severity(Severity::Warning).help("correct the name, or see why nothing delivers it"),
    };
}

fn report(name: &str, found: &Missing<'_>, places: &[Span], facts: &Facts<'_>, out: &mut Sink<'_>) {
    let message = match found.names.as_slice() {
        [near] if found.only_by_spelling => format!("`{name}` is asked for only here, and elsewhere it is `{near}`"),
        _ if name.contains(':') => format!("no rule records `{name}`"),
        _ => format!("no target exports `{name}`"),
    };
    let finding = out.report_at(places, message);
    let finding = finding.severity(found.severity);
    let finding = match &found.proof {
        Some((span, words)) => finding.label(*span, words.clone()),
        None => finding,
    };
    if let Some(near) = similar(name, &found.names) {
        finding.help(format!("did you mean `{near}`?"));
    } else if facts.inventory.pages().is_empty() {
        finding.help("correct the name, or take out what reads it");
    } else {
        finding.help("correct the name, or capture the page anew if the metric is new");
    }
}
