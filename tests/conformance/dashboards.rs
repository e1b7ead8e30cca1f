//! Dashboards of real people: which of their PromQL expressions are analysed, and why the others are not.
//! An expression is analysed when it was read to its end, variables and all, or when its mistake is told.

use std::{
    collections::BTreeMap,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use promcheck::{
    model::dashboard::{Dashboard, queries::DashboardQuery},
    promql::may_be_metricsql,
    workspace::load_texts,
};

use super::board::{Data, Suite};

/// Reads every dashboard of `dashboards`, and prints what stands in the way of analysing expressions.
#[expect(clippy::print_stdout, reason = "the scoreboard is printed")]
pub fn run(data: &Data) -> Vec<Suite> {
    let mut read = Suite::new("dashboards/read");
    let mut analysed = Suite::new("dashboards/analysed");
    let mut reasons: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut paths = Vec::new();
    files(&data.path("dashboards"), &mut paths);
    for path in paths {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let loaded = catch_unwind(AssertUnwindSafe(|| load_texts(vec![(name.clone(), text)]))).ok();
        read.case(loaded.is_some(), || format!("{}: panicked", path.display()));
        let Some(workspace) = loaded else { continue };
        for dashboard in workspace.documents.iter().filter_map(|document| document.dashboard()) {
            for query in dashboard.queries() {
                let reason = obstacle(dashboard, query);
                if let Some(reason) = reason {
                    *reasons.entry(reason).or_default() += 1;
                }
                let expr = query.interpolated.raw.text();
                analysed.case(reason.is_none(), || format!("{name}: {}: {expr}", reason.unwrap_or_default()));
            }
        }
    }
    for (reason, count) in reasons {
        println!("    not analysed: {reason}: {count}");
    }
    vec![read, analysed]
}

/// All files below a folder, in order.
pub fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            files(&entry, found);
        } else {
            found.push(entry);
        }
    }
}

/// Why an expression is not analysed.
fn obstacle(dashboard: &Dashboard, query: DashboardQuery<'_>) -> Option<&'static str> {
    let Some(read) = &query.interpolated.query else { return Some("its shape depends on the values of variables") };
    if read.errors().is_empty() {
        return None;
    }
    let is_metricsql = |query: DashboardQuery<'_>| {
        let read = query.interpolated.query.as_ref();
        read.is_some_and(|read| !read.errors().is_empty() && may_be_metricsql(read.text.text()))
    };
    if !query.certain {
        Some("nothing says that a Prometheus is asked, and it does not parse")
    } else if dashboard.queries().any(is_metricsql) {
        Some("the dashboard has MetricsQL, and it does not parse")
    } else if read.errors().iter().all(|error| query.interpolated.uses_in(error.span).next().is_some()) {
        Some("it does not parse at a variable")
    } else {
        None
    }
}
