//! Selectors whose matchers exclude each other.

use crate::{
    check,
    kit::*,
    promql::{
        Selection,
        ast::{MatchOp, Matcher, VectorSelector},
    },
};

check! {
    /// The matchers of a selector exclude each other, so that it selects nothing.
    ///
    /// ## Why it matters
    /// A label has one value. A selector that wants two different ones, or a value that its own pattern refuses,
    /// never finds a series: the alert cannot fire, the panel is empty.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: ManyErrors
    ///   expr: rate(http_requests_total{status="500", status="503"}[5m]) > 1
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: ManyErrors
    ///   expr: rate(http_requests_total{status=~"500|503"}[5m]) > 1
    /// ```
    pub struct EmptyMatchers {}
    id: "promql/empty-matchers", severity: Error,
}

/// Pairs of more matchers than anybody writes would take ever longer to look at.
const MOST_MATCHERS: usize = 128;

impl Check for EmptyMatchers {
    type Subject = EachSelection;

    fn check(&self, Part { site, part: selection }: Part<'_, Selection<'_>>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let matchers = &selection.selector.matchers;
        if matchers.len() > MOST_MATCHERS {
            return;
        }
        for (place, matcher) in matchers.iter().enumerate() {
            let label = matcher.label.value.as_str();
            if matchers[..place].iter().any(|earlier| earlier.label.value == label) {
                continue;
            }
            let is_last = matchers[place + 1..].iter().all(|later| later.label.value != label);
            if is_last && !matcher.op.is_regex() {
                continue;
            }
            let matchers = closed_matchers(selection.selector, label, site);
            if let Some(single) = matchers.iter().find(|matcher| takes_nothing(matcher)) {
                out.report(single.span, format!("no value of `{label}` passes this matcher, so nothing is selected"))
                    .help("without the matcher, all series are selected");
            } else if let Some((first, second)) = contradiction(&matchers) {
                out.report(second.span, format!("no value of `{label}` passes both matchers, so nothing is selected"))
                    .label(first.span, "excludes what the other wants")
                    .help(remedy(first, second));
            }
        }
    }
}

fn closed_matchers<'e>(selector: &'e VectorSelector, label: &'e str, site: QuerySite<'_>) -> Vec<&'e Matcher> {
    selector.matchers_of(label).filter(|matcher| !site.is_open(matcher.span)).collect()
}

fn takes_nothing(matcher: &Matcher) -> bool {
    matcher.pattern().is_some_and(|pattern| match matcher.op.value {
        MatchOp::NotRegex => pattern.matches_everything(),
        _ => pattern.matches_nothing(),
    })
}

/// Two matchers of one label that no value passes, as far as one of them lists its values.
fn contradiction<'e>(matchers: &[&'e Matcher]) -> Option<(&'e Matcher, &'e Matcher)> {
    let pairs = matchers
        .iter()
        .enumerate()
        .flat_map(|(at, first)| matchers[at + 1..].iter().map(move |second| (first, second)));
    pairs.map(|(first, second)| (*first, *second)).find(|(first, second)| {
        let exclude = |one: &Matcher, other: &Matcher| {
            one.values().is_some_and(|values| !values.iter().any(|value| other.matches(value)))
        };
        exclude(first, second) || exclude(second, first)
    })
}

fn remedy(first: &Matcher, second: &Matcher) -> String {
    match (first.op.value, second.op.value) {
        (MatchOp::Equal, MatchOp::Equal) => {
            let (label, one, other) = (&first.label.value, &first.value.value, &second.value.value);
            format!("to select either, write `{label}=~\"{one}|{other}\"`")
        }
        _ => "remove one of them".to_owned(),
    }
}
