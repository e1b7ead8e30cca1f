//! Test files: promtool's rule tests, and what this program adds to them.

pub mod judgment;
mod lower;
pub mod notation;
pub mod notification;
pub mod series;

use crate::{
    diag::Diagnostic,
    promql::{Feature, Query},
    text::{Excerpt, Span, Spanned},
    tree::{Complaints, Kind, Node},
    vocab::Duration,
};

use super::Pair;
use notation::{HistogramText, Values};
use notification::{NotificationTest, Silence};
use series::Series;

/// A test file.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The whole document.
    pub span: Span,
    /// Globs of rule files, relative to the test file.
    pub rule_files: Vec<Spanned<String>>,
    /// How often rules are evaluated; a minute when absent or zero.
    pub evaluation_interval: Option<Spanned<Duration>>,
    /// Names of groups in the order of their evaluation; unnamed ones come first.
    pub group_order: Vec<Spanned<String>>,
    /// Whether values may differ in the last bit.
    pub fuzzy_compare: Option<Spanned<bool>>,
    /// The tests, in order.
    pub tests: Vec<TestCase>,
    /// The Alertmanager configuration that notifications go through, relative to the test file.
    pub alertmanager_config: Option<Spanned<String>>,
    /// Whether a group's own interval drives its evaluation; promtool ignores it.
    pub group_intervals: Option<Spanned<GroupIntervals>>,
    /// How far values may be off.
    pub tolerance: Option<Tolerance>,
    /// Keys that promtool does not know and that this program added, at their places.
    pub additions: Vec<Spanned<String>>,
}

impl Suite {
    /// How early a group is evaluated; one that `group_eval_order` does not name ranks with the first.
    pub fn rank(&self, group: &str) -> usize {
        self.group_order.iter().position(|name| name.value == group).unwrap_or_default()
    }

    /// The same file where these features of PromQL are on; takes away the complaints that are then none.
    pub fn with_features(mut self, features: &[Feature], complaints: &mut Complaints) -> Self {
        for test in self.tests.iter_mut().flat_map(|test| &mut test.expr_tests) {
            test.query = test.query.take().map(|query| query.with_features(features));
        }
        if features.contains(&Feature::UnquotedNames) {
            let inputs =
                self.tests.iter().flat_map(|test| &test.input_series).filter_map(|input| input.series.as_ref());
            let tests = self.tests.iter().flat_map(|test| &test.expr_tests);
            let samples = tests.flat_map(|test| &test.samples).filter_map(|sample| sample.series.as_ref());
            let unquoted: Vec<&Diagnostic> = inputs.chain(samples).flat_map(|series| &series.unquoted).collect();
            complaints.retain(|complaint| !unquoted.contains(&complaint));
        }
        self
    }
}

/// Whether a group's own interval drives its evaluation.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum GroupIntervals {
    /// Every group is evaluated at the file's interval, as promtool does.
    #[default]
    Ignore,
    /// Each group is evaluated at its own.
    Honour,
}

/// How far an expected value may be off; once given, NaN equals NaN.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Tolerance {
    /// The whole map.
    pub span: Span,
    /// The greatest difference.
    pub absolute: Option<Spanned<f64>>,
    /// The greatest difference as a share of the expected value.
    pub relative: Option<Spanned<f64>>,
}

/// One test: series over time, and what is expected of them.
#[derive(Clone, Debug)]
pub struct TestCase {
    /// The whole map.
    pub span: Span,
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// The time between samples; the evaluation interval when absent.
    pub interval: Option<Spanned<Duration>>,
    /// When it begins, in milliseconds since 1970; 0 when absent.
    pub start: Option<Spanned<i64>>,
    /// The series.
    pub input_series: Vec<InputSeries>,
    /// What is expected of alerts.
    pub alert_tests: Vec<AlertTest>,
    /// What is expected of expressions.
    pub expr_tests: Vec<ExprTest>,
    /// What is expected of notifications.
    pub notification_tests: Vec<NotificationTest>,
    /// Silences that hold during the test.
    pub silences: Vec<Silence>,
    /// Labels of the server, for templates.
    pub external_labels: Vec<Pair>,
    /// Address of the server, for templates.
    pub external_url: Option<Spanned<String>>,
}

/// A series with its samples.
#[derive(Clone, Debug)]
pub struct InputSeries {
    /// The whole map.
    pub span: Span,
    /// Name and labels; `None` when they cannot be read.
    pub series: Option<Series>,
    /// Its samples; `None` when there are none.
    pub values: Option<Values>,
}

/// What is expected of an alert at a moment.
#[derive(Clone, Debug)]
pub struct AlertTest {
    /// The whole map.
    pub span: Span,
    /// The moment, from the start of the test; 0 when absent.
    pub eval_time: Option<Spanned<Duration>>,
    /// Name of the alert.
    pub alertname: Option<Spanned<String>>,
    /// Only of this group.
    pub groupname: Option<Spanned<String>>,
    /// The alerts that fire; none when absent.
    pub firing: Expected,
    /// The alerts that are pending.
    pub pending: Expected,
    /// The alerts that stopped firing at this moment.
    pub resolved: Expected,
    /// How labels and annotations are compared.
    pub matching: Option<Spanned<Matching>>,
    /// How many alerts fire, whatever their labels.
    pub count: Option<Spanned<i64>>,
}

/// A list of expected alerts.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// The key, when it is written.
    pub key: Option<Span>,
    /// The alerts, in order.
    pub alerts: Vec<ExpectedAlert>,
}

/// An expected alert.
#[derive(Clone, Debug)]
pub struct ExpectedAlert {
    /// The whole map.
    pub span: Span,
    /// Its labels; `alertname` need not be there.
    pub labels: Vec<Pair>,
    /// Its annotations.
    pub annotations: Vec<Pair>,
}

/// How labels and annotations are compared.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Matching {
    /// All of them, as promtool does.
    #[default]
    Exact,
    /// Those that are listed; `/…/` is a regular expression.
    Subset,
}

/// What is expected of an expression at a moment.
#[derive(Clone, Debug)]
pub struct ExprTest {
    /// The whole map.
    pub span: Span,
    /// The expression.
    pub query: Option<Query>,
    /// The moment, from the start of the test; 0 when absent.
    pub eval_time: Option<Spanned<Duration>>,
    /// The result; nothing when absent.
    pub samples: Vec<ExpectedSample>,
}

/// An expected sample.
#[derive(Clone, Debug)]
pub struct ExpectedSample {
    /// The whole map.
    pub span: Span,
    /// Its series; `None` when absent, which is a sample without labels, or unreadable.
    pub series: Option<Series>,
    /// Its value; 0 when absent.
    pub value: Option<Spanned<f64>>,
    /// Its histogram, with the text it was written as.
    pub histogram: Option<(Excerpt, HistogramText)>,
}

const FILE_KEYS: [&str; 8] = [
    "rule_files",
    "evaluation_interval",
    "group_eval_order",
    "fuzzy_compare",
    "tests",
    "alertmanager_config",
    "group_intervals",
    "tolerance",
];

/// Whether a document is a test file, by its content: its keys are those of a test file, or its tests
/// have what only such tests have.
pub fn looks_like(root: Node<'_>) -> bool {
    if root.kind() != Kind::Mapping {
        return false;
    }
    let keys = root.entries();
    let own = keys.iter().all(|(key, _)| key.text().is_some_and(|key| FILE_KEYS.contains(&key)));
    if own && (root.get("evaluation_interval").is_some() || root.get("group_eval_order").is_some()) {
        return true;
    }
    let Some(tests) = root.get("tests") else { return false };
    let marks = ["input_series", "alert_rule_test", "promql_expr_test", "notification_test"];
    let marked = tests.items().any(|test| marks.iter().any(|mark| test.get(mark).is_some()));
    let empty = tests.is_null() || (tests.kind() == Kind::Sequence && tests.items().next().is_none());
    marked || (own && (empty || root.get("rule_files").is_some()))
}

/// Reads a test file as strictly as promtool does, and this program's additions with it.
pub fn lower(root: Node<'_>, complaints: &mut Complaints) -> Option<Suite> {
    lower::suite(root, complaints)
}

#[cfg(test)]
mod tests;
