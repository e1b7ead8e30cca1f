//! Anchors in regular expressions that are anchored anyway.

use crate::{
    check,
    facts::routing::boards,
    kit::*,
    model::{
        Document,
        alertmanager::{Matcher, MatcherStyle},
    },
    vocab::{Pattern, PatternUse},
};

check! {
    /// A regular expression of a matcher is anchored by hand, or escapes from the anchors that it is given.
    ///
    /// ## Why it matters
    /// Alertmanager compares with the whole value, as if the expression stood in `^(?:…)$`. Anchors of one's own change
    /// nothing, and make the reader wonder whether those without them match a part only. An expression like `a)|(b`,
    /// which is balanced only once it stands there, matches all that begins with `a` or ends with `b`.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: ['team=~"^(db|web)$"']
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
    ///     - matchers: ['team=~"(db|web)"']
    ///       receiver: pager
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    /// ```
    pub struct RegexAnchors {}
    id: "alertmanager/regex-anchors", severity: Warning,
}

impl Check for RegexAnchors {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        for board in boards(facts.workspace, document) {
            let of_routes = board.tree.nodes().iter().map(|node| &node.route.matchers);
            let of_sides = board.inhibit_rules.iter().flat_map(|rule| [&rule.source, &rule.target]);
            let matchers = of_routes.chain(of_sides).flat_map(|matchers| &matchers.all);
            matchers.filter(|matcher| matcher.op.is_regex()).for_each(|matcher| judge(matcher, out));
        }
    }
}

fn judge(matcher: &Matcher, out: &mut Sink<'_>) {
    let Ok(pattern) = Pattern::of(matcher.value.text(), PatternUse::Alertmanager) else { return };
    if pattern.breaks_out() {
        out.report(
            matcher.value.full_span(),
            "this closes a parenthesis of Alertmanager's own, so it matches parts of values",
        )
        .help("balance the parentheses");
        return;
    }
    let value = matcher.value.text();
    let Some((start, end)) = inner(value) else { return };
    let bare = &value[start..end];
    let edits = [0..start, end..value.len()].into_iter().filter(|range| !range.is_empty());
    let edits: Option<Vec<Edit>> =
        edits.map(|range| Some(Edit { span: matcher.value.editable(range)?, text: String::new() })).collect();
    let finding = out
        .report(matcher.value.full_span(), "the whole value is compared anyway, so the anchors change nothing")
        .severity(Severity::Info)
        .help(format!("write `{bare}`"));
    let is_safe = matcher.style == MatcherStyle::Text || is_plain_scalar(bare);
    let fix =
        edits.filter(|_| is_safe).and_then(|edits| Fix::edits_of("leave out the anchors", Applicability::Safe, edits));
    finding.fix_if(fix);
}

/// What stands between anchors that are redundant; `None` when there are none, or nothing else.
fn inner(value: &str) -> Option<(usize, usize)> {
    let after = value.strip_prefix('^').filter(|rest| !rest.starts_with(['*', '+', '?', '{']));
    let start = usize::from(after.is_some());
    let before = value.strip_suffix('$').unwrap_or_default();
    let escapes = before.len() - before.trim_end_matches('\\').len();
    let is_anchor = value.ends_with('$') && escapes.is_multiple_of(2) && !value.contains(r"\Q");
    let end = value.len() - usize::from(is_anchor);
    ((start > 0 || end < value.len()) && start < end).then_some((start, end))
}

/// Whether YAML reads a text as itself without quotes.
fn is_plain_scalar(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric() || matches!(first, '(' | '.' | '/'))
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "()|.*+?_-/\\".contains(letter))
        && !text.eq_ignore_ascii_case("null")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_redundant_anchors() {
        for (value, expected) in [
            ("^a$", Some("a")),
            ("^a|b$", Some("a|b")),
            ("a$", Some("a")),
            ("^a", Some("a")),
            (r"a\$", None),
            (r"a\\$", Some(r"a\\")),
            ("^*a", None),
            ("^$", None),
            ("a", None),
            ("", None),
            (r"\Qa$", None),
        ] {
            assert_eq!(inner(value).map(|(start, end)| &value[start..end]), expected, "{value}");
        }
    }
}
