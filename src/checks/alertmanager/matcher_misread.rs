//! Matchers that Alertmanager reads otherwise than they look.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        alertmanager::{Alertmanager, MatchOp, Matcher, MatcherText, Matchers, Reading},
    },
    text::Files,
};

check! {
    /// A matcher does not mean what it looks like.
    ///
    /// ## Why it matters
    /// Alertmanager reads matchers with two grammars. What the newer one refuses it takes as the older one does,
    /// without an error: single quotes become a part of the value, and a brace at the end is dropped. Such a matcher
    /// matches nothing, and its alerts go to the route above.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: ["severity='critical'"]
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
    ///     - matchers: ['severity="critical"']
    ///       receiver: pager
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    /// ```
    pub struct MatcherMisread {}
    id: "alertmanager/matcher-misread", severity: Warning,
}

impl Check for MatcherMisread {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(config) = document.alertmanager() else { return };
        let files = &facts.workspace.files;
        for matchers in all(config) {
            let mut rest = matchers.all.as_slice();
            for text in &matchers.texts {
                let (own, others) = rest.split_at(text.count.min(rest.len()));
                rest = others;
                judge(text, own, files, out);
            }
        }
    }
}

/// All matchers of a configuration; the root may have none.
fn all(config: &Alertmanager) -> Vec<&Matchers> {
    let routes = config.routes().into_iter().skip(1).map(|route| &route.matchers);
    let sides = config.inhibit_rules.iter().flat_map(|rule| [&rule.source, &rule.target]);
    routes.chain(sides).collect()
}

fn judge(text: &MatcherText, own: &[Matcher], files: &Files, out: &mut Sink<'_>) {
    if own.is_empty() && !matches!(text.reading, Reading::Unreadable) {
        out.report(text.text.full_span(), "this matcher is empty, so it holds for every alert")
            .help("write a condition, or remove the entry");
        return;
    }
    if !matches!(text.reading, Reading::Classic { .. } | Reading::Disagreement { .. }) {
        return;
    }
    let brace = brace_eaten(text, own);
    let meant: Vec<String> =
        own.iter().map(|matcher| meant(matcher, brace).unwrap_or_else(|| matcher.to_string())).collect();
    let wrong = own.iter().find(|matcher| meant_value(matcher, brace).is_some());
    let finding = match (wrong, &text.reading) {
        (Some(matcher), _) => {
            let message = format!("Alertmanager reads this as `{matcher}`: {}", why(matcher, brace));
            out.report(matcher.span, message).severity(Severity::Error)
        }
        (None, Reading::Disagreement { utf8 }) => {
            let newer = utf8.iter().map(Matcher::to_string).collect::<Vec<_>>().join(",");
            let message =
                format!("Alertmanager's two grammars read this differently; the older one counts, not `{newer}`");
            out.report(text.text.full_span(), message)
        }
        (None, _) => out.report(
            text.text.full_span(),
            "only Alertmanager's older grammar reads this, which goes away with a later release",
        ),
    };
    let meant = meant.join(",");
    let finding = finding.help(format!("write `{meant}`"));
    if let Some(place) = scalar(text, files) {
        let quoted = format!("'{}'", meant.replace('\'', "''"));
        finding.fix(Fix::edit(format!("write `{meant}`"), Applicability::Safe, place, quoted));
    }
}

/// Whether a brace that belongs to the last value was taken for the end of the list.
fn brace_eaten(text: &MatcherText, own: &[Matcher]) -> bool {
    let said = text.text.text().trim();
    let opens =
        |matcher: &Matcher| matcher.value.text().matches('{').count() > matcher.value.text().matches('}').count();
    !said.starts_with('{') && said.ends_with('}') && own.last().is_some_and(opens)
}

/// The value that was certainly meant, when it is another than Alertmanager reads.
fn meant_value(matcher: &Matcher, brace_eaten: bool) -> Option<String> {
    let value = matcher.value.text();
    let unquoted = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let one_sign = value.strip_prefix('=').filter(|_| matcher.op == MatchOp::Equal);
    let closed = (brace_eaten && value.contains('{')).then(|| format!("{value}}}"));
    unquoted.or(one_sign.map(|rest| rest.trim().trim_matches('"'))).map(str::to_owned).or(closed)
}

fn meant(matcher: &Matcher, brace_eaten: bool) -> Option<String> {
    Some(matcher.printed_with(&meant_value(matcher, brace_eaten)?))
}

fn why(matcher: &Matcher, brace_eaten: bool) -> &'static str {
    match matcher.value.text() {
        value if value.starts_with('\'') => "single quotes are a part of the value",
        value if value.starts_with('=') => "the second `=` is a part of the value",
        _ if brace_eaten => "the last brace is taken for the end of the list",
        _ => "the older grammar counts",
    }
}

/// The scalar that holds a text, with its quotes; `None` when it goes over several lines.
fn scalar(text: &MatcherText, files: &Files) -> Option<Span> {
    let span = text.text.full_span();
    let file = files.file(span.file);
    if file.slice(span).contains('\n') || text.text.text().is_empty() {
        return None;
    }
    let byte = |at: u32| file.text.as_bytes().get(at as usize).copied();
    let before = span.start.checked_sub(1).and_then(byte);
    match (before, byte(span.end)) {
        (Some(open @ (b'\'' | b'"')), Some(close)) if open == close => {
            Some(Span::new(span.file, span.start - 1, span.end + 1))
        }
        (Some(b'\'' | b'"'), _) => None,
        _ => Some(span),
    }
}
