//! Unit tests of rules: promtool's test files with promtool's verdicts, and what promtool cannot tell.
//!
//! A run reads test files and the rule files they name (`source`), plans every rule once (`rulebook`), and
//! lets time pass for each test on a storage of its own (`case`): input series are spelled out as they are
//! needed (`feed`), rules are evaluated and remember their alerts (`evaluation`, `alerting`), those that read
//! input series alone for many moments at once (`foresight`). What is found is compared with what is expected
//! (`verdict`), and so is whom Alertmanager would tell (`notifications`). A test that fails is explained at its
//! expectation, with the rule beside it (`explain`), and in promtool's words (`classic`). Beside it all, what the
//! tests show of each rule is counted, when that is asked for (`coverage`).
//!
//! Where promtool leaves something to chance, this does not: groups that `group_eval_order` does not order are
//! evaluated in the order of `rule_files`, then of the file.

pub mod alerting;
pub mod case;
mod chance;
pub mod classic;
pub mod coverage;
mod dump;
pub mod evaluation;
mod explain;
mod feed;
mod foresight;
mod notifications;
mod operands;
pub mod rulebook;
mod selected;
mod signature;
pub mod source;
mod story;
pub mod verdict;
pub mod words;

use std::path::PathBuf;

use rayon::prelude::*;

use crate::{
    diag::{Diagnostic, Severity},
    model::suite::{Suite, TestCase},
    promql::Feature,
    text::{FileId, Files, Span},
    vocab::Pattern,
    workspace::{Progress, shown},
};

use coverage::{Coverage, Tally, Watchlist};
use rulebook::PlannedGroup;
use source::{RulesFile, Sources, SuiteFile};

/// How the program was called.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Spelling {
    /// `promcheck test`: all that this program adds.
    Own,
    /// `promcheck test --promtool`: the same, but test files must be such that promtool can read them.
    Portable,
    /// `promcheck test rules`: verdicts are promtool's; what only this program is strict about are warnings.
    Promtool,
}

impl Spelling {
    /// Whether keys that promtool does not know are refused.
    pub fn is_portable(self) -> bool {
        self != Spelling::Own
    }
}

/// What to test, and how.
#[derive(Clone, Debug)]
pub struct Request {
    /// Test files, in order.
    pub files: Vec<PathBuf>,
    /// How the program was called.
    pub spelling: Spelling,
    /// Only tests with a part of their name like this.
    pub run: Option<Pattern>,
    /// Whether keys in rule files that Prometheus does not know are passed over.
    pub ignore_unknown_fields: bool,
    /// Parts of PromQL that are switched on.
    pub features: Vec<Feature>,
    /// Whether names of metrics go only at the end of a query (`promql-delayed-name-removal`).
    pub delayed_name_removal: bool,
    /// Whether failures in promtool's words are differences.
    pub diff: bool,
    /// Whether each test tells all its series at its end.
    pub dump: bool,
    /// Whether it is counted what the tests show of the rules.
    pub coverage: bool,
}

impl Request {
    /// Whether a test was asked for.
    fn wants(&self, test: &TestCase) -> bool {
        let name = test.name.as_ref().map_or("", |name| &name.value);
        self.run.as_ref().is_none_or(|pattern| pattern.is_match(name))
    }
}

/// How a run went.
#[derive(Debug)]
pub struct Report {
    /// The files that spans point into.
    pub files: Files,
    /// The test files, in the order they were given.
    pub suites: Vec<SuiteReport>,
    /// What the tests showed of the rules, when that was asked for.
    pub coverage: Option<Coverage>,
}

/// How the tests of one file went.
#[derive(Debug)]
pub struct SuiteReport {
    /// The test file.
    pub file: FileId,
    /// Why none of its tests could be run.
    pub refusals: Vec<Failure>,
    /// What is odd about the file, which fails no test.
    pub warnings: Vec<Diagnostic>,
    /// Patterns of rule files that match nothing, with the folder put before them, as they are shown.
    pub unmatched: Vec<String>,
    /// Its tests that were run, in order.
    pub cases: Vec<CaseReport>,
    /// Names of its tests that were not asked for.
    pub passed_over: Vec<String>,
    /// What it reads: rule files, the folders they are looked for in, and a configuration of Alertmanager.
    pub reads: Vec<PathBuf>,
}

/// How one test went.
#[derive(Debug)]
pub struct CaseReport {
    /// Its name, or `unnamed#` and its number from 0.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// How many expectations it has.
    pub expectations: usize,
    /// What was not as expected, in promtool's order.
    pub failures: Vec<Failure>,
    /// What is odd about it, which does not fail it.
    pub warnings: Vec<Diagnostic>,
    /// All series at its end, when that was asked for.
    pub dump: Option<String>,
    /// What it showed of the rules, when that was asked for.
    pub seen: Tally,
}

/// Something that was not as expected.
#[derive(Clone, Debug)]
pub struct Failure {
    /// For people: at the expectation.
    pub finding: Diagnostic,
    /// In promtool's words.
    pub classic: String,
}

impl Failure {
    /// A failure that promtool has no words for.
    fn of(finding: Diagnostic) -> Self {
        Self { classic: finding.message.clone(), finding }
    }
}

impl SuiteReport {
    /// Whether a test failed or none could be run.
    pub fn has_failed(&self) -> bool {
        !self.refusals.is_empty() || self.cases.iter().any(|case| !case.failures.is_empty())
    }

    /// All failures, in order.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.refusals.iter().chain(self.cases.iter().flat_map(|case| &case.failures))
    }
}

impl Report {
    /// All that is to be shown to a person: failures and warnings, each once, by place.
    pub fn findings(&self) -> Vec<Diagnostic> {
        let failures = self.suites.iter().flat_map(SuiteReport::failures).map(|failure| &failure.finding);
        let of_files = self.suites.iter().flat_map(|suite| &suite.warnings);
        let of_cases = self.suites.iter().flat_map(|suite| suite.cases.iter().flat_map(|case| &case.warnings));
        let mut findings: Vec<Diagnostic> = failures.chain(of_files).chain(of_cases).cloned().collect();
        findings.sort_by(|one, other| (one.span, &one.message).cmp(&(other.span, &other.message)));
        findings.dedup();
        findings
    }
}

/// Runs tests, and tells how far it is.
pub fn run(request: &Request, progress: &Progress) -> Report {
    progress.begin("reading files", 0);
    let sources = source::read(request);
    let planned: Vec<Vec<PlannedGroup<'_>>> = sources
        .rules
        .par_iter()
        .map(|(_, rules)| rules.parts.iter().flat_map(|part| rulebook::planned(rules.file, part)).collect())
        .collect();
    let watchlist = request.coverage.then(|| Watchlist::of(planned.iter().flatten()));
    let setup = Setup { sources: &sources, planned: &planned, watchlist: watchlist.as_ref(), request };
    let tests = sources.suites.iter().flat_map(|file| &file.suite).flat_map(|suite| &suite.tests);
    progress.begin("running tests", tests.filter(|test| request.wants(test)).count());
    let suites: Vec<SuiteReport> =
        sources.suites.par_iter().with_max_len(1).map(|suite| run_suite(suite, setup, progress)).collect();
    let seen = || suites.iter().flat_map(|suite| &suite.cases).map(|case| &case.seen);
    let coverage = watchlist.map(|watchlist| watchlist.sum(sources.managers.values(), seen()));
    Report { suites, coverage, files: sources.files }
}

/// What all tests are run with.
#[derive(Copy, Clone)]
struct Setup<'r> {
    sources: &'r Sources,
    /// The groups of each rule file, in the order of their paths.
    planned: &'r [Vec<PlannedGroup<'r>>],
    watchlist: Option<&'r Watchlist<'r>>,
    request: &'r Request,
}

fn run_suite(file: &SuiteFile, setup: Setup<'_>, progress: &Progress) -> SuiteReport {
    let Setup { sources, planned, watchlist, request } = setup;
    let mut report = SuiteReport {
        file: file.file,
        refusals: Vec::new(),
        warnings: Vec::new(),
        unmatched: file.unmatched.iter().map(|(_, path)| shown(path)).collect(),
        cases: Vec::new(),
        passed_over: Vec::new(),
        reads: file.reads.clone(),
    };
    let (refusals, of_cases) = sorted_out(file);
    report.refusals = refusals.into_iter().map(|finding| refusal(finding, sources)).collect();
    for (span, _) in file.unmatched.iter().filter(|_| request.spelling != Spelling::Promtool) {
        report.refusals.push(refusal(unmatched(*span), sources));
    }
    let Some(suite) = file.suite.as_ref().filter(|_| report.refusals.is_empty()) else { return report };
    let rules: Vec<&RulesFile> = file.rule_files.iter().filter_map(|path| sources.rules.get(path)).collect();
    let of_path = |path| sources.rules.keys().position(|known| known == path);
    let groups: Vec<&PlannedGroup<'_>> =
        file.rule_files.iter().filter_map(of_path).flat_map(|at| &planned[at]).collect();
    let groups = in_order(groups, suite);
    if request.spelling != Spelling::Promtool {
        report.warnings.extend(chance::left_to_chance(&groups, suite));
    }
    let (tests, others): (Vec<_>, Vec<_>) = suite.tests.iter().enumerate().partition(|(_, test)| request.wants(test));
    report.passed_over =
        others.into_iter().map(|(_, test)| test.name.as_ref().map_or("", |name| &name.value).to_owned()).collect();
    let unloadable = unloadable(&rules, request, sources);
    let manager = file
        .manager
        .as_ref()
        .and_then(|(named, path)| Some(notifications::Manager { named: *named, loaded: sources.managers.get(path)? }));
    report.cases = tests
        .into_par_iter()
        .with_max_len(1)
        .map(|(number, test)| {
            let (groups, manager, files) = (&groups[..], manager.as_ref(), &sources.files);
            let setting = case::Setting { test, number, suite, groups, manager, request, watchlist, files };
            let done = match (&of_cases[number][..], &unloadable[..]) {
                ([], []) => case::run(&setting),
                ([], failures) => CaseReport::refused(&setting, failures.to_vec()),
                (own, _) => {
                    let failures = own.iter().map(|finding| refusal(finding.clone(), sources)).collect();
                    CaseReport::refused(&setting, failures)
                }
            };
            progress.one_more();
            done
        })
        .collect();
    report
}

/// What keeps a file from being read, and what keeps each of its tests from being run: a series that is none
/// fails its test alone, as in promtool.
fn sorted_out(file: &SuiteFile) -> (Vec<Diagnostic>, Vec<Vec<Diagnostic>>) {
    let tests: &[TestCase] = file.suite.as_ref().map_or(&[], |suite| &suite.tests);
    let mut of_cases = vec![Vec::new(); tests.len()];
    let mut of_file = Vec::new();
    for complaint in file.complaints.iter().filter(|complaint| complaint.severity == Severity::Error) {
        let home = tests.iter().position(|test| test.span.contains(complaint.span));
        match home.filter(|at| concerns_test(&tests[*at], complaint)) {
            Some(at) => of_cases[at].push(complaint.clone()),
            None => of_file.push(complaint.clone()),
        }
    }
    (of_file, of_cases)
}

/// Whether promtool meets what is wrong here only when it runs the test.
fn concerns_test(test: &TestCase, complaint: &Diagnostic) -> bool {
    let in_series = test.input_series.iter().any(|series| series.span.contains(complaint.span));
    let of_alert = test.alert_tests.iter().any(|alert| alert.span == complaint.span && alert.alertname.is_none());
    (in_series && !crate::tree::is_unknown_key(complaint)) || of_alert
}

/// What keeps rules from being loaded, in the first rule file that has something.
fn unloadable(rules: &[&RulesFile], request: &Request, sources: &Sources) -> Vec<Failure> {
    let broken = rules.iter().filter(|rules| rules.complaints.iter().any(|one| one.severity == Severity::Error));
    let shown = if request.spelling == Spelling::Promtool { 1 } else { usize::MAX };
    let complaints = broken.take(shown).flat_map(|rules| &rules.complaints);
    complaints.filter(|one| one.severity == Severity::Error).map(|one| refusal(one.clone(), sources)).collect()
}

/// A finding with its place in one line.
fn refusal(finding: Diagnostic, sources: &Sources) -> Failure {
    let file = sources.files.file(finding.span.file);
    let place = file.position(finding.span.start);
    let classic = format!("{}: {}:{}: {}", file.name, place.line, place.column, finding.message);
    Failure { finding, classic }
}

fn unmatched(span: Span) -> Diagnostic {
    Diagnostic::error(span, "no rule file matches this")
        .help("paths are relative to the folder of the test file; promtool says so in passing and tests nothing")
}

/// Groups as `group_eval_order` puts them: one that it does not name ranks with the first.
fn in_order<'p, 's>(mut groups: Vec<&'p PlannedGroup<'s>>, suite: &Suite) -> Vec<&'p PlannedGroup<'s>> {
    groups.sort_by_key(|group| suite.rank(group.name));
    groups
}
