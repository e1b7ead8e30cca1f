//! What the checks of pint and the validations of promruval are called here. Those that need a server, or a policy of the
//! project, have no row.

/// Another linter of rules.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Peer {
    /// <https://cloudflare.github.io/pint>
    Pint,
    /// <https://github.com/FUSAKLA/promruval>
    Promruval,
}

impl Peer {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Peer::Pint => "pint",
            Peer::Promruval => "promruval",
        }
    }
}

/// One check of another linter.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Translation {
    /// Whose.
    pub peer: Peer,
    /// What it is called there.
    pub theirs: &'static str,
    /// The checks here that find the same, or a part of it.
    pub ours: &'static [&'static str],
}

const fn pint(theirs: &'static str, ours: &'static [&'static str]) -> Translation {
    Translation { peer: Peer::Pint, theirs, ours }
}

const fn promruval(theirs: &'static str, ours: &'static [&'static str]) -> Translation {
    Translation { peer: Peer::Promruval, theirs, ours }
}

/// All, sorted by linter and name.
pub const TABLE: &[Translation] = &[
    pint("alerts/annotation", &["runbooks/missing"]),
    pint("alerts/comparison", &["promql/alert-condition", "promql/constant-compare"]),
    pint("alerts/external_labels", &["rules/template-external"]),
    pint("alerts/for", &["rules/for-step", "rules/structure"]),
    pint(
        "alerts/template",
        &["rules/template-label", "rules/template-scale", "rules/template-syntax", "rules/value-in-label"],
    ),
    pint("group/interval", &["rules/group-interval"]),
    pint("promql/counter", &["promql/counter-raw"]),
    pint("promql/features", &["promql/features"]),
    pint("promql/fragile", &["promql/topk-alert"]),
    pint("promql/impossible", &["promql/constant-compare", "promql/impossible-join", "promql/quantile-no-le"]),
    pint("promql/nan", &["promql/zero-divisor"]),
    pint("promql/rate", &["promql/function-kind", "promql/rate-of-sum", "promql/rate-window"]),
    pint("promql/regexp", &["promql/regex"]),
    pint(
        "promql/series",
        &["metrics/alerts-series", "metrics/job-unknown", "metrics/label-unknown", "metrics/unknown"],
    ),
    pint("promql/syntax", &["promql/syntax"]),
    pint("promql/vector_matching", &["promql/impossible-join"]),
    pint("rule/dependency", &["rules/order", "rules/removed-record"]),
    pint("rule/duplicate", &["rules/duplicate"]),
    pint("rule/link", &["runbooks/anchor", "runbooks/local"]),
    pint("yaml/parse", &["general/parse", "rules/structure"]),
    promruval("annotationIsValidURL", &["runbooks/anchor", "runbooks/local"]),
    promruval("expressionDoesNotUseExperimentalFunctions", &["promql/features"]),
    promruval("expressionDoesNotUseIrate", &["promql/irate-alert"]),
    promruval("expressionDoesNotUseRangeShorterThan", &["promql/rate-window"]),
    promruval("expressionIsValidPromQL", &["promql/syntax"]),
    promruval("expressionSelectorsMatchesAnything", &["metrics/job-unknown", "metrics/unknown"]),
    promruval("expressionUsesExistingLabels", &["metrics/label-unknown"]),
    promruval("hasAllowedEvaluationInterval", &["rules/group-interval"]),
    promruval("hasAnnotations", &["runbooks/missing"]),
    promruval("rateBeforeAggregation", &["promql/rate-of-sum"]),
    promruval("validFunctionsOnCounters", &["promql/counter-raw", "promql/function-kind"]),
    promruval("validateAnnotationTemplates", &["rules/template-label", "rules/template-syntax"]),
    promruval("validateLabelTemplates", &["rules/template-label", "rules/template-syntax"]),
];
