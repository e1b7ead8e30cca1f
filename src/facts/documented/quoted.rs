//! Rules that the docs quote, and how they differ from the real ones.

use std::ops::Range;

use crate::{
    markdown::Markdown,
    promql::{self, Query},
    text::{Excerpt, Span, Spanned},
    tree::{Kind, Node, yaml},
    vocab::Duration,
};

use super::{lesson::is_lesson, names::Names};

/// A rule, or its expression, as the docs quote it.
#[derive(Debug)]
pub struct Quoted<'w> {
    /// The alert.
    pub alert: &'w str,
    /// Its expression.
    pub expr: Excerpt,
    /// Its `for`.
    pub hold: Option<Spanned<Duration>>,
    /// Its severity.
    pub severity: Option<Spanned<String>>,
}

/// The quoted rules in the code blocks of a page.
pub fn quoted<'w>(markdown: &Markdown, names: &Names<'w>) -> Vec<Quoted<'w>> {
    let mut found = Vec::new();
    for block in &markdown.code_blocks {
        let is_yaml = matches!(block.language.as_str(), "" | "yaml" | "yml");
        if !is_yaml
            || !block.code.text().contains("alert:")
            || tells_of_change(block.code.text())
            || is_lesson(markdown, block.heading, block.span)
        {
            continue;
        }
        for tree in yaml(&block.code).documents {
            let rules = tree.nodes().filter(|node| node.kind() == Kind::Mapping && node.get("alert").is_some());
            let rules: Vec<Node<'_>> = rules.collect();
            let quoted: Vec<_> = rules.iter().filter_map(|node| quoted_rule(*node, names)).collect();
            // Where most have names that are unknown here, the others are of others, too.
            if quoted.len() * 3 > rules.len() || rules.len() < 3 {
                found.extend(quoted);
            }
        }
    }
    found
}

/// Whether a comment in a block says that it shows how something is changed, or might be.
fn tells_of_change(text: &str) -> bool {
    let comments = text.lines().filter_map(|line| line.split_once('#')).map(|(_, comment)| comment.to_lowercase());
    let words = ["example:", "changed from", "change from", "instead of", "previously", "before:", "after:"];
    let begins =
        |comment: &str| ["was ", "example ", "sample "].iter().any(|word| comment.trim_start().starts_with(word));
    let ends = |comment: &str| ["example", "sample"].iter().any(|word| comment.trim_end().ends_with(word));
    let tells = |comment: &str| words.iter().any(|word| comment.contains(word)) || begins(comment) || ends(comment);
    comments.into_iter().any(|comment| tells(&comment))
}

fn quoted_rule<'w>(node: Node<'_>, names: &Names<'w>) -> Option<Quoted<'w>> {
    let alert = names.exact(node.get("alert")?.text()?)?;
    let expr = node.get("expr")?.excerpt()?;
    let hold = node.get("for").and_then(|node| {
        let duration = Duration::parse(node.text()?).ok()?;
        Some(Spanned::new(node.span(), duration))
    });
    let severity = node
        .get("labels")
        .and_then(|labels| labels.get("severity"))
        .and_then(|node| Some(Spanned::new(node.span(), node.text()?.to_lowercase())));
    Some(Quoted { alert, expr, hold, severity })
}

/// Whether a code span is an expression that compares something: `up{job="api"} == 0`.
pub fn is_expression(code: &Excerpt) -> bool {
    let query = Query::parse(code.clone());
    let compares = |expr: &promql::Expr| {
        expr.walk().any(|part| matches!(part, promql::Expr::Binary(binary) if binary.op.value.is_comparison()))
    };
    code.text().contains(['(', '{', '_']) && !has_unit(code.text()) && query.valid().is_some_and(compares)
}

/// Whether a number in a text has a unit behind it as people write it, which PromQL takes for a metric: `> 5/s`.
fn has_unit(text: &str) -> bool {
    const UNITS: [&str; 14] =
        ["s", "sec", "second", "m", "min", "minute", "h", "hour", "d", "day", "ms", "req", "op", "ops"];
    text.match_indices('/').any(|(at, _)| {
        let is_number = text[..at].trim_end().ends_with(|letter: char| letter.is_ascii_digit());
        let behind = text[at + 1..].trim_start();
        let length = behind.find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '_' | ':'));
        let (word, rest) = behind.split_at(length.unwrap_or(behind.len()));
        is_number && UNITS.contains(&word) && !rest.starts_with(['{', '[', '('])
    })
}

/// How a quoted expression compares with the rule's.
#[derive(Debug, PartialEq)]
pub enum Comparison {
    /// They are the same but for spaces.
    Same,
    /// They are the same but for this number: in the quotation, and in the rule.
    OtherNumber(Span, Span),
    /// They are different expressions.
    Different,
}

/// Compares a quoted expression with that of a rule.
pub fn compare(quoted: &Excerpt, rule: &Excerpt) -> Comparison {
    let (left, right) = (skeleton(quoted.text()), skeleton(rule.text()));
    if left.0 != right.0 || left.1.len() != right.1.len() {
        return Comparison::Different;
    }
    let mut differing = left.1.iter().zip(&right.1).filter(|(one, other)| one.0 != other.0);
    match (differing.next(), differing.next()) {
        (None, _) => Comparison::Same,
        (Some((one, other)), None) => Comparison::OtherNumber(quoted.span(one.1.clone()), rule.span(other.1.clone())),
        _ => Comparison::Different,
    }
}

/// A number with its place.
type Number = (f64, Range<usize>);

/// An expression without spaces, its numbers as `#`, and the numbers.
fn skeleton(text: &str) -> (String, Vec<Number>) {
    let mut out = String::new();
    let mut numbers = Vec::new();
    let mut quote: Option<char> = None;
    let mut brackets = 0usize;
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let within_word =
            text[..at].ends_with(|before: char| before.is_alphanumeric() || matches!(before, '_' | ':' | '.'));
        let start = at;
        at += letter.len_utf8();
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(letter),
            (None, '[') => brackets += 1,
            (None, ']') => brackets = brackets.saturating_sub(1),
            (None, letter) if letter.is_whitespace() => continue,
            (None, letter) if letter.is_ascii_digit() && !within_word && brackets == 0 => {
                let length = text[start..].find(|next: char| !next.is_ascii_digit() && next != '.');
                let end = length.map_or(text.len(), |length| start + length);
                let whole = !text[end..].starts_with(|next: char| next.is_alphanumeric() || next == '_');
                if let Some(value) = text[start..end].parse().ok().filter(|_| whole) {
                    numbers.push((value, start..end));
                    out.push('#');
                    at = end;
                    continue;
                }
            }
            _ => {}
        }
        out.push(if letter == '\'' { '"' } else { letter });
    }
    (out, numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    fn excerpt(text: &str) -> Excerpt {
        Excerpt::whole(FileId(0), text)
    }

    #[test]
    fn compares_but_for_spaces_and_numbers() {
        let rule = excerpt("rate(a_total{code=~\"5..\"}[5m])\n  > 0.05");
        for (quoted, expected) in [
            ("rate(a_total{code=~'5..'}[5m]) > 0.05", Comparison::Same),
            (
                "rate(a_total{code=~\"5..\"}[5m]) > 0.1",
                Comparison::OtherNumber(excerpt("").span(0..0), excerpt("").span(0..0)),
            ),
            ("rate(a_total{code=~\"4..\"}[5m]) > 0.1", Comparison::Different),
            ("rate(b_total{code=~\"5..\"}[5m]) > 0.05", Comparison::Different),
            ("rate(a_total{code=~\"5..\"}[1m]) > 0.05", Comparison::Different),
        ] {
            match (compare(&excerpt(quoted), &rule), expected) {
                (Comparison::OtherNumber(one, other), Comparison::OtherNumber(..)) => {
                    assert_eq!((&quoted[one.range()], &rule.text()[other.range()]), ("0.1", "0.05"));
                }
                (found, expected) => assert_eq!(found, expected, "{quoted}"),
            }
        }
        assert!(is_expression(&excerpt("redis_up == 0")) && !is_expression(&excerpt("redis_up")));
        assert!(!is_expression(&excerpt("rate(a_total[5m]) > 5/s")) && is_expression(&excerpt("a_b > 5/s_total")));
        assert!(!is_expression(&excerpt("a > b")) && !is_expression(&excerpt("5m")));
    }
}
