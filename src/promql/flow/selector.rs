//! What a selector says about the labels of the series it picks.

use super::{
    super::ast::{MatchOp, Matcher, VectorSelector},
    Cause, Flow, Known, Origin, Source,
};

pub(super) fn flow(selector: &VectorSelector, source: &dyn Source) -> Flow {
    let mut flow = source.series(selector);
    if let Some(name) = &selector.name {
        let value = (!source.is_open(name.span)).then_some(name.value.as_str());
        flow = flow.with("__name__", Known::certain(value, Cause::new(name.span, Origin::Matcher)));
    }
    for matcher in &selector.matchers {
        if source.is_open(matcher.label.span) || source.is_open(matcher.value.span) {
            continue;
        }
        let before = flow.label(&matcher.label.value);
        if let Some(known) = known(matcher)
            && before.value().is_none()
        {
            flow = flow.with(&matcher.label.value, known);
        }
    }
    flow
}

/// What a matcher says about its label; `None` when it says nothing about its presence.
fn known(matcher: &Matcher) -> Option<Known> {
    let value = matcher.value.value.as_str();
    let cause = Cause::new(matcher.span, Origin::Matcher);
    match matcher.op.value {
        MatchOp::Equal if value.is_empty() => Some(Known::absent(cause)),
        MatchOp::Equal => Some(Known::certain(Some(value), cause)),
        MatchOp::NotEqual if value.is_empty() => Some(Known::certain(None, cause)),
        MatchOp::NotEqual => None,
        MatchOp::Regex => {
            let pattern = matcher.pattern()?;
            match pattern.literals() {
                Some([only]) if only.is_empty() => Some(Known::absent(cause)),
                Some([only]) => Some(Known::certain(Some(only), cause)),
                _ => (!pattern.is_match("")).then(|| Known::certain(None, cause)),
            }
        }
        MatchOp::NotRegex => matcher.pattern()?.is_match("").then(|| Known::certain(None, cause)),
    }
}
