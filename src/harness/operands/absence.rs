//! Why a selector selects nothing.

use crate::{
    engine::{LabelMatcher, Value},
    promql::{Expr, ast::VectorSelector},
    vocab::Duration,
};

use super::super::explain::Scene;

/// Why a selector gives nothing at the time of a scene, in a few words; `None` for anything else, and for a selector
/// that looks at another time.
pub(super) fn why(expr: &Expr, scene: &Scene<'_>) -> Option<String> {
    let (selector, modifiers): (&VectorSelector, _) = match expr {
        Expr::Selector(selector) => (selector, &selector.modifiers),
        Expr::Range(range) => (&range.selector, &range.modifiers),
        _ => return None,
    };
    let matchers = LabelMatcher::all_of(selector)?;
    let series = scene.storage.select(&matchers);
    if series.is_empty() {
        let name = matchers.iter().find_map(LabelMatcher::metric_name)?;
        let is_there = !scene.storage.select(&[LabelMatcher::equal(crate::engine::METRIC_NAME, name)]).is_empty();
        return Some(match is_there {
            true => format!("no series of `{name}` has such labels"),
            false => format!("there is no series `{name}`"),
        });
    }
    if modifiers.offset.is_some() || modifiers.at.is_some() {
        return None;
    }
    let last = series.iter().filter_map(|series| series.last()).max_by_key(|point| point.at)?;
    let since = Duration::milliseconds(last.at - scene.clock.start);
    Some(match last.value {
        Value::Float(_) | Value::Histogram(_) if last.value.is_stale() => format!("it is stale from {since} on"),
        _ => format!("the last sample is at {since}"),
    })
}
