//! What parses, but is refused by Loki all the same.

use std::collections::BTreeSet;

use crate::{
    diag::Diagnostic,
    text::Spanned,
    vocab::{Pattern, PatternUse},
};

use super::ast::{
    Expr, Formatted, LabelFilter, LineOp, LogQuery, MatchOp, Matcher, Parser, RangeAggregation, Selector, StageKind,
};

/// Complains of everything that Loki refuses in an expression that parses.
pub(super) fn validate(expr: &Expr, errors: &mut Vec<Diagnostic>) {
    for part in expr.walk() {
        match part {
            Expr::Range(range) => aggregation(range, errors),
            Expr::Vector(vector) => {
                metric(&vector.operand, &format!("`{}`", vector.op.value), errors);
                let op = vector.op.value.as_str();
                let wants = matches!(op, "topk" | "bottomk" | "approx_topk");
                if wants != vector.parameter.is_some() {
                    let what = if wants { "needs a number first" } else { "takes no number" };
                    errors.push(Diagnostic::error(vector.op.span, format!("`{op}` {what}")));
                }
            }
            Expr::Binary(binary) => {
                let what = format!("`{}`", binary.op.value);
                metric(&binary.left, &what, errors);
                metric(&binary.right, &what, errors);
            }
            Expr::LabelReplace(replace) => {
                metric(&replace.operand, "`label_replace`", errors);
                pattern(&replace.pattern, PatternUse::Relabel, errors);
            }
            Expr::Log(_) | Expr::Number(_) | Expr::Paren(..) => {}
        }
    }
    for log in expr.logs() {
        selector(&log.selector, errors);
        stages(log, errors);
    }
    errors.sort_by_key(|error| error.span);
}

/// Complains of lines where numbers are wanted.
fn metric(expr: &Expr, what: &str, errors: &mut Vec<Diagnostic>) {
    let mut inner = expr;
    while let Expr::Paren(next, _) = inner {
        inner = next;
    }
    if let Expr::Log(log) = inner {
        let error = Diagnostic::error(log.span, format!("{what} takes numbers, but these are lines"));
        errors.push(error.help("count them: `count_over_time(… [5m])`"));
    }
}

fn selector(selector: &Selector, errors: &mut Vec<Diagnostic>) {
    let before = errors.len();
    for matcher in selector.matchers.iter().filter(|matcher| matcher.op.value.is_regex()) {
        pattern(&matcher.value, PatternUse::Matcher, errors);
    }
    if errors.len() > before {
        return;
    }
    // Every matcher that takes the empty value would select all streams.
    if selector.matchers.iter().all(|matcher| matcher.matches("")) {
        let error =
            Diagnostic::error(selector.span, "no matcher refuses the empty value, so Loki refuses the selector");
        errors.push(error.help("say at least one such as `app=\"shop\"` or `app=~\".+\"`"));
    }
}

fn stages(log: &LogQuery, errors: &mut Vec<Diagnostic>) {
    for stage in &log.stages {
        match &stage.kind {
            StageKind::LineFilter(filter) => {
                for text in &filter.wanted {
                    match filter.op.value {
                        LineOp::Contains { .. } => {}
                        LineOp::Matches { .. } => pattern(text, PatternUse::Search, errors),
                        LineOp::Fits { .. } => fitting(text, false, errors),
                    }
                }
            }
            StageKind::LabelFilter(filter) => label_filter(filter, errors),
            StageKind::LabelFormat(labels) => formatted(labels, errors),
            StageKind::Parser(Parser::Regexp(text)) => captures(text, errors),
            StageKind::Parser(Parser::Pattern(text)) => fitting(text, true, errors),
            _ => {}
        }
    }
}

/// One `label_format` makes each label once, and never the one of errors.
fn formatted(labels: &[Formatted], errors: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    for label in labels {
        let name = &label.name.value;
        if name == "__error__" {
            errors.push(Diagnostic::error(label.name.span, "`__error__` cannot be formatted"));
        } else if !seen.insert(name) {
            let error = Diagnostic::error(label.name.span, format!("one `label_format` makes `{name}` twice"));
            errors.push(error.help("use a second `label_format` behind it"));
        }
    }
}

fn label_filter(filter: &LabelFilter, errors: &mut Vec<Diagnostic>) {
    match filter {
        LabelFilter::Matcher(Matcher { op, value, .. }) if op.value.is_regex() => {
            pattern(value, PatternUse::Matcher, errors);
        }
        LabelFilter::Several(filters) => filters.iter().for_each(|filter| label_filter(filter, errors)),
        _ => {}
    }
}

fn pattern(text: &Spanned<String>, usage: PatternUse, errors: &mut Vec<Diagnostic>) {
    if let Err(error) = Pattern::of(&text.value, usage) {
        errors.push(Diagnostic::error(text.span, format!("this is no regular expression: {error}")));
    }
}

/// The expression of `regexp`, which names the labels that it makes.
fn captures(text: &Spanned<String>, errors: &mut Vec<Diagnostic>) {
    match Pattern::of(&text.value, PatternUse::Search) {
        Err(error) => errors.push(Diagnostic::error(text.span, format!("this is no regular expression: {error}"))),
        Ok(pattern) => {
            if pattern.groups().iter().all(Option::is_none) {
                let error = Diagnostic::error(text.span, "the expression names no capture, so it makes no label");
                errors.push(error.help("name one: `(?P<method>\\w+)`"));
            }
        }
    }
}

/// A pattern such as `<ip> - <_>`; those that make labels name some, those that filter lines name none.
fn fitting(text: &Spanned<String>, makes_labels: bool, errors: &mut Vec<Diagnostic>) {
    let names = holes(&text.value);
    let mut seen = BTreeSet::new();
    let named: Vec<&str> = names.iter().map(|(name, ..)| *name).filter(|name| *name != "_").collect();
    let message = if let Some(twice) = named.iter().find(|name| !seen.insert(**name)) {
        format!("the pattern has the capture `<{twice}>` twice")
    } else if names.windows(2).any(|pair| pair[0].2 == pair[1].1) {
        "two captures of the pattern touch, so nothing tells where the first one ends".to_owned()
    } else if makes_labels && named.is_empty() {
        "the pattern names no capture, so it makes no label".to_owned()
    } else if !makes_labels && !named.is_empty() {
        "a pattern that filters lines names no captures: say `<_>`".to_owned()
    } else {
        return;
    };
    errors.push(Diagnostic::error(text.span, message));
}

/// The captures of a pattern: name, start and end.
fn holes(pattern: &str) -> Vec<(&str, usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = pattern[from..].find('<').map(|step| from + step) {
        from = open + 1;
        let Some(close) = pattern[from..].find('>').map(|step| from + step) else { break };
        let name = &pattern[from..close];
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if is_name {
            found.push((name, open, close + 1));
            from = close + 1;
        }
    }
    found
}

fn aggregation(range: &RangeAggregation, errors: &mut Vec<Diagnostic>) {
    let op = range.op.value.as_str();
    let mut refuse = |span, message: String, help: &str| errors.push(Diagnostic::error(span, message).help(help));
    let counts = matches!(op, "count_over_time" | "bytes_over_time" | "bytes_rate");
    let either = matches!(op, "rate" | "absent_over_time");
    match &range.range.unwrap {
        Some(unwrap) if counts => {
            refuse(unwrap.span, format!("`{op}` works on lines, not on an unwrapped label"), "leave `unwrap` out");
        }
        None if !counts && !either => {
            let help = "say which label holds the number: `| unwrap duration`";
            refuse(range.op.span, format!("`{op}` needs an unwrapped label"), help);
        }
        _ => {}
    }
    if (op == "quantile_over_time") != range.parameter.is_some() {
        let message = if op == "quantile_over_time" { "needs a quantile first" } else { "takes no number" };
        refuse(range.op.span, format!("`{op}` {message}"), "write it as `quantile_over_time(0.95, …)`");
    }
    let may_group = matches!(
        op,
        "avg_over_time"
            | "stddev_over_time"
            | "stdvar_over_time"
            | "quantile_over_time"
            | "max_over_time"
            | "min_over_time"
            | "first_over_time"
            | "last_over_time"
    );
    if let Some(grouping) = range.grouping.as_ref().filter(|_| !may_group) {
        refuse(grouping.span, format!("`{op}` cannot be grouped"), "group a `sum` around it");
    }
}

impl Selector {
    /// Two matchers of one label that no value passes, or twice the one that passes none at all; of those that
    /// are not open.
    pub fn contradiction(&self, is_open: impl Fn(&Matcher) -> bool) -> Option<(&Matcher, &Matcher)> {
        let closed: Vec<&Matcher> = self.matchers.iter().filter(|matcher| !is_open(matcher)).collect();
        let nothing = |matcher: &&Matcher| {
            matcher.pattern().is_some_and(|pattern| match matcher.op.value {
                MatchOp::NotRegex => pattern.matches_everything(),
                _ => pattern.matches_nothing(),
            })
        };
        if let Some(one) = closed.iter().copied().find(nothing) {
            return Some((one, one));
        }
        let exclude = |one: &Matcher, other: &Matcher| {
            one.values().is_some_and(|values| !values.iter().any(|value| other.matches(value)))
        };
        closed.iter().enumerate().find_map(|(at, first)| {
            let of_label = |second: &&&Matcher| second.label.value == first.label.value;
            let mut later = closed[at + 1..].iter().filter(of_label);
            later.find(|second| exclude(first, second) || exclude(second, first)).map(|second| (*first, *second))
        })
    }
}
