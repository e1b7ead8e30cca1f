//! Regular expressions where none is meant, and the reverse.

use crate::{
    check,
    kit::*,
    promql::ast::{MatchOp, Matcher},
};

check! {
    /// A matcher takes a pattern for plain text, or plain text for a pattern.
    ///
    /// ## Why it matters
    /// `=` takes its value literally: `job="api.*"` finds a job called `api.*`, that is none. The reverse, a
    /// pattern that is plain text or has its own anchors, works, and says more than it means.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up{job="api.*"} == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up{job=~"api.*"} == 0
    /// ```
    pub struct Regex {}
    id: "promql/regex", severity: Warning,
}

impl Check for Regex {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(expr) = site.expr() else { return };
        let matchers = expr.selections().flat_map(|selection| &selection.selector.matchers);
        let mut simpler = None;
        for matcher in matchers.filter(|matcher| site.is_literal(matcher.span)) {
            match matcher.op.value {
                MatchOp::Equal | MatchOp::NotEqual => literal(matcher, out),
                MatchOp::Regex | MatchOp::NotRegex => simpler = simpler.or_else(|| Simpler::of(matcher)),
            }
        }
        // Only a hint, so that one for each expression is enough.
        if let Some(simpler) = simpler {
            let finding = out.report(simpler.place, simpler.message).severity(Severity::Info).help(simpler.remedy);
            if let Some(plain) = simpler.operator {
                finding.fix(Fix::edit(format!("use `{plain}`"), Applicability::Safe, simpler.place, plain));
            }
        }
    }
}

/// `=` with what only makes sense as a pattern.
fn literal(matcher: &Matcher, out: &mut Sink<'_>) {
    let value = &matcher.value.value;
    if !value.bytes().any(|byte| matches!(byte, b'.' | b'|')) {
        return;
    }
    let looks_like_pattern = [".*", ".+"].iter().any(|sign| value.contains(sign)) || is_alternation(value);
    if looks_like_pattern {
        let op = matcher.op.value.text();
        let regex = if matcher.op.value == MatchOp::Equal { "=~" } else { "!~" };
        let fix = Fix::edit(format!("use `{regex}`"), Applicability::Unsafe, matcher.op.span, regex);
        out.report(matcher.op.span, format!("`{op}` takes \"{value}\" literally, not as a pattern"))
            .help(format!("use `{regex}`"))
            .fix(fix);
    }
}

/// Whether a text is words with `|` between them, and nothing else.
fn is_alternation(value: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    value.contains('|') && value.split('|').all(is_word)
}

/// A pattern that could be said more simply.
struct Simpler {
    place: Span,
    message: String,
    remedy: String,
    /// The operator that means the same, where only that is to change.
    operator: Option<&'static str>,
}

impl Simpler {
    fn of(matcher: &Matcher) -> Option<Self> {
        let value = &matcher.value.value;
        let has_anchors = value.starts_with('^') || value.ends_with('$') && !value.ends_with("\\$");
        if has_anchors && !value.contains('|') {
            let bare = value.trim_start_matches('^').trim_end_matches('$');
            let message = "a matcher compares the whole value, so `^` and `$` say nothing".to_owned();
            return Some(Self {
                place: matcher.value.span,
                message,
                remedy: format!("write \"{bare}\""),
                operator: None,
            });
        }
        let is_plain = !value.is_empty() && matches!(matcher.pattern()?.literals(), Some([only]) if *only == **value);
        let plain = if matcher.op.value == MatchOp::Regex { "=" } else { "!=" };
        is_plain.then(|| Self {
            place: matcher.op.span,
            message: format!("\"{value}\" is no pattern, but plain text"),
            remedy: format!("use `{plain}`"),
            operator: Some(plain),
        })
    }
}
