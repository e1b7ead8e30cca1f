//! What a ruler reads of other servers rather than of itself.

use crate::{
    model::{Document, rules::Ruler},
    promql::ast::{MatchOp, Matcher, VectorSelector},
};

/// Whether a ruler that sees the series of many servers leaves out its own, by a label that each of them adds.
pub fn is_of_others(selector: &VectorSelector, document: &Document) -> bool {
    let excludes = |matcher: &Matcher| {
        matches!(matcher.op.value, MatchOp::NotEqual | MatchOp::NotRegex) && !matcher.value.value.is_empty()
    };
    document.rule_file().is_some_and(|file| matches!(file.ruler, Ruler::Thanos | Ruler::Mimir))
        && selector.matchers.iter().any(excludes)
}
