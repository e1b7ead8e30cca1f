//! Regular expressions after a sign that compares letter by letter.

use crate::{
    check,
    facts::routing::{Origin, boards},
    kit::*,
    model::{
        Document,
        alertmanager::{Matcher, MatcherStyle},
    },
};

check! {
    /// A matcher compares a label with the letters of a regular expression.
    ///
    /// ## Why it matters
    /// `=` and `!=` compare letter by letter, so `severity="critical|warning"` holds for no alert. The alerts
    /// that were meant go to the route above, or are not silenced.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: ['severity="critical|warning"']
    ///       receiver: pager
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: ['severity=~"critical|warning"']
    ///       receiver: pager
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    /// ```
    pub struct RegexAsLiteral {}
    id: "alertmanager/regex-as-literal", severity: Warning,
}

impl Check for RegexAsLiteral {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let dispatcher = facts.routing.at(document);
        let alerts = dispatcher.and_then(|dispatcher| dispatcher.alerts.as_deref()).unwrap_or_default();
        let is_set = |matcher: &Matcher| {
            let set = alerts.iter().flat_map(|alert| alert.set_labels());
            set.into_iter().any(|(name, value)| name.value == matcher.name.value && value == matcher.value.text())
        };
        for board in boards(facts.workspace, document) {
            let of_routes = board.tree.nodes().iter().map(|node| &node.route.matchers);
            let of_sides = board.inhibit_rules.iter().flat_map(|rule| [&rule.source, &rule.target]);
            for matcher in of_routes.chain(of_sides).flat_map(|matchers| &matchers.all) {
                if matcher.looks_like_regex() && !is_set(matcher) {
                    say(matcher, board.origin, facts, out);
                }
            }
        }
    }
}

fn say(matcher: &Matcher, origin: Origin, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let (name, value) = (&matcher.name.value, matcher.value.text());
    let sign = if matcher.op.sign() == "!=" { "!~" } else { "=~" };
    let message = format!("`{matcher}` compares letter by letter, though `{value}` is a regular expression");
    let finding = out.report(matcher.span, message);
    match matcher.style {
        MatcherStyle::Text => {
            let finding = finding.help(format!("write `{name}{sign}\"{value}\"`"));
            if let Some(place) = sign_of(matcher, facts) {
                finding.fix(Fix::edit(format!("compare with `{sign}`"), Applicability::Unsafe, place, sign));
            }
        }
        MatcherStyle::Object => {
            finding.help(match origin {
                Origin::Policies => format!("write `[{name}, {sign}, {value}]`"),
                Origin::Alertmanager | Origin::Manifest => format!("write `matchType: {sign}`"),
            });
        }
        MatcherStyle::Match | MatcherStyle::MatchRe => {
            finding.help(format!("write it under `matchers` as `{name}{sign}\"{value}\"`"));
        }
    }
}

/// Where the sign of a matcher stands.
fn sign_of(matcher: &Matcher, facts: &Facts<'_>) -> Option<Span> {
    let span = matcher.span;
    let sign = matcher.op.sign();
    let at = facts.workspace.files.file(span.file).slice(span).find(sign)?;
    let start = span.start + u32::try_from(at).ok()?;
    Some(Span::new(span.file, start, start + sign.len() as u32))
}
