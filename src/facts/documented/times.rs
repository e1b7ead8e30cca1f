//! Pages that tell what was, what somebody plans, or what others are taught: they need not agree with what is.

use std::path::Path;

/// Folders of such pages.
const FOLDERS: [&str; 38] = [
    "adr",
    "adrs",
    "archive",
    "archived",
    "archives",
    "backlog",
    "changelogs",
    "course",
    "course-materials",
    "courses",
    "decisions",
    "design-docs",
    "design-proposals",
    "epics",
    "history",
    "issues",
    "learning",
    "lectures",
    "legacy",
    "lessons",
    "old",
    "old-docs",
    "plan",
    "planning",
    "plans",
    "postmortems",
    "prd",
    "prds",
    "proposals",
    "releases",
    "reports",
    "rfc",
    "rfcs",
    "roadmaps",
    "sprints",
    "stories",
    "study",
    "templates",
];

/// Words of their names.
const WORDS: [&str; 22] = [
    "adr",
    "archive",
    "archived",
    "changelog",
    "completion",
    "epic",
    "history",
    "legacy",
    "masterplan",
    "plan",
    "postmortem",
    "prd",
    "progress",
    "proposal",
    "report",
    "results",
    "retrospective",
    "rfc",
    "roadmap",
    "spec",
    "template",
    "todo",
];

/// Words that make a plan one of what to do now, when something happens.
const STANDING: [&str; 12] = [
    "action",
    "backup",
    "business",
    "contingency",
    "continuity",
    "disaster",
    "dr",
    "emergency",
    "incident",
    "recovery",
    "response",
    "rollback",
];

/// What reports call themselves at the end of names in capitals: `SETUP_COMPLETE`, `LOAD_TEST_ANALYSIS`. In small
/// letters, these are words of how things are done: `log-analysis`.
const OF_REPORTS: [&str; 10] = [
    "ANALYSIS",
    "ASSESSMENT",
    "AUDIT",
    "COMPLETE",
    "COMPLETED",
    "DONE",
    "RECOMMENDATION",
    "RECOMMENDATIONS",
    "REVIEW",
    "SUCCESS",
];

/// Whether a page says by its name or folder that it is of another time than the present.
pub fn is_of_other_times(path: &Path) -> bool {
    let path = path.with_extension("").to_string_lossy().replace('\\', "/");
    if is_capital_report(path.rsplit('/').next().unwrap_or_default()) || is_of_specification(&path) {
        return true;
    }
    let lower = path.to_lowercase();
    let mut parts = lower.split('/').rev();
    let name = parts.next().unwrap_or_default();
    let words: Vec<&str> = name.split(|letter: char| !letter.is_alphanumeric()).collect();
    let is_standing = words.iter().any(|word| STANDING.contains(word));
    words.iter().any(|word| WORDS.contains(word) && !(is_standing && *word == "plan"))
        || is_dated(name)
        || parts.any(|folder| is_of_other_pages(folder) || is_dated(folder))
}

/// Whether a name in capitals ends like that of a report.
fn is_capital_report(name: &str) -> bool {
    let mut words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_report = words.next_back().is_some_and(|last| OF_REPORTS.contains(&last));
    is_report && words.next().is_some() && !name.contains(char::is_lowercase)
}

/// Whether a page is part of the specification of one feature, which is written before it: `specs/004-alerting/`.
fn is_of_specification(path: &str) -> bool {
    let folders: Vec<&str> = path.split('/').collect();
    folders.windows(2).any(|pair| {
        let number = pair[1].split('-').next().unwrap_or_default();
        pair[0] == "specs" && number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether a page is an article: its head names the day and who wrote it.
pub fn is_article(text: &str) -> bool {
    let Some((head, _)) = text.strip_prefix("---").and_then(|rest| rest.split_once("\n---")) else { return false };
    let has = |keys: &[&str]| {
        let names = head.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name);
        names.into_iter().any(|name| keys.contains(&name))
    };
    has(&["date", "pubDate", "publishDate", "published", "publishedAt"]) && has(&["author", "authors"])
}

/// Whether a folder is one of such pages; it may have a number, as in `08-reports`, or say so: `outdated-notes`.
fn is_of_other_pages(folder: &str) -> bool {
    let unnumbered =
        folder.trim_start_matches(|letter: char| letter.is_ascii_digit() || matches!(letter, '-' | '_' | '.'));
    FOLDERS.contains(&unnumbered) || is_put_away(folder)
}

/// Whether a folder says that what lies there is in use no more: `docs_legacy`, `04-Archive`.
fn is_put_away(folder: &str) -> bool {
    const SAID: [&str; 6] = ["archive", "archived", "deprecated", "legacy", "obsolete", "outdated"];
    let lower = folder.to_lowercase();
    lower.split(|letter: char| !letter.is_alphanumeric()).any(|word| SAID.contains(&word))
}

/// Whether a name holds a day, as `2025-03-01-outage`: what stands there tells of that day.
fn is_dated(name: &str) -> bool {
    let numbers: Vec<&str> = name.split(|letter: char| !letter.is_ascii_digit()).collect();
    let is_one_of =
        |number: &str, most: u8| number.len() == 2 && number.parse().is_ok_and(|it: u8| 0 < it && it <= most);
    let is_day = |year: &str, month: &str, day: &str| {
        year.len() == 4 && year.starts_with("20") && is_one_of(month, 12) && is_one_of(day, 31)
    };
    numbers.windows(3).any(|parts| is_day(parts[0], parts[1], parts[2]))
        || numbers.iter().any(|one| one.len() == 8 && is_day(&one[..4], &one[4..6], &one[6..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_present_from_other_times() {
        for (path, expected) in [
            ("README.md", false),
            ("docs/monitoring.md", false),
            ("CHANGELOG.md", true),
            ("docs/CHANGELOG-archive.md", true),
            ("docs/adr/0011-rollback.md", true),
            ("plans/monitoring.md", true),
            ("docs/ALERTING_IMPLEMENTATION_PLAN.md", true),
            ("docs/disaster-recovery-plan.md", false),
            ("docs/incident-history.md", true),
            ("docs/planning.md", false),
            ("docs/planning/stories/deploy/ports.md", true),
            ("docs/TRACING_MASTERPLAN.md", true),
            ("docs/learning/alerting.md", true),
            ("docs/learning.md", false),
            ("DO-003_COMPLETION_REPORT.md", true),
            ("epics/STAGE-1.md", true),
            ("docs/issues/EPIC_1.md", true),
            ("docs/LOAD_TEST_RESULTS.md", true),
            ("progress.md", true),
            ("study/02-prometheus.md", true),
            ("docs/legacy-architecture.md", true),
            ("docs/PRD-004-devops.md", true),
            ("templates/runbook.md", true),
            ("docs/08-REPORTS/ports.md", true),
            ("docs/outdated-notes/ports.md", true),
            ("docs/08-alerts/ports.md", false),
            ("docs_legacy/ports.md", true),
            ("explanation/alerts.md", false),
            ("docs/2025-03-01-new-alerts/notes.md", true),
            ("docs/STATUS_20250301.md", true),
            ("docs/alerts-2025.md", false),
            ("docs/10.20.30.40/alerts.md", false),
            ("MONITORING_SETUP_COMPLETE.md", true),
            ("docs/LOAD_TEST_ANALYSIS.md", true),
            ("docs/log-analysis.md", false),
            ("docs/COMPLETE_MONITORING_GUIDE.md", false),
            ("docs/spec.md", true),
            ("specs/004-alerting/quickstart.md", true),
            ("specs/alerting.md", false),
        ] {
            assert_eq!(is_of_other_times(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn an_article_has_a_day_and_an_author() {
        assert!(is_article("---\ntitle: Our ports\ndate: 2025-03-01\nauthor: Jo\n---\n# Ports\n"));
        assert!(!is_article("---\ntitle: Our ports\ndate: 2025-03-01\n---\nauthor: Jo\n"));
        assert!(!is_article("# Ports\n\ndate: 2025-03-01\nauthor: Jo\n---\n"));
    }
}
