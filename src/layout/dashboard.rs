//! Expressions of dashboards in JSON, with Grafana's variables in them.
//!
//! Those of variables are left alone: Grafana reads `label_values(…)` in one line only.

use std::{collections::BTreeMap, fmt::Write};

use crate::{
    diag::{Edit, edited},
    model::dashboard::interpolation::Interpolated,
    text::{Excerpt, FileId, SharedText, SourceFile, Span},
    tree::{self, Node, Stream},
    workspace::{Workspace, load_texts},
};

use super::{has_comment, nodes};

/// Expressions by the place of their text.
type Queries<'w> = BTreeMap<Span, &'w Interpolated>;

/// The text of a file with the expressions of its dashboard laid out anew; `None` when that changes nothing.
pub fn laid_out(workspace: &Workspace, file: FileId) -> Option<String> {
    let queries = queries(workspace, file);
    if queries.is_empty() {
        return None;
    }
    let SourceFile { text: source, name, .. } = workspace.files.file(file);
    let before = tree::json(&Excerpt::whole(file, source.clone()));
    let edits: Vec<Edit> = nodes(&before).filter_map(|node| edit(node, &queries, source)).collect();
    let text = edited(source, &edits, 0)?;
    let again = load_texts(vec![(name.clone(), text)]);
    let text = &again.files.file(FileId(0)).text;
    let is_sound = is_same(&before, text, &queries, &self::queries(&again, FileId(0)));
    (is_sound && **text != **source).then(|| text.to_string())
}

/// The expressions that may be laid out: of panels and annotations, where PromQL is asked for or the text can be nothing else.
fn queries(workspace: &Workspace, file: FileId) -> Queries<'_> {
    let mut found = Queries::new();
    for dashboard in workspace.documents_of(file).iter().filter_map(|document| document.dashboard()) {
        let all = dashboard.queries().map(|query| query.interpolated);
        found.extend(all.map(|query| (query.raw.full_span(), query)));
        for of_variable in dashboard.variables.iter().filter_map(|variable| variable.query.promql()) {
            found.remove(&of_variable.raw.full_span());
        }
    }
    found
}

/// What is to be written in the place of a string that is an expression, if that is something else.
fn edit(node: Node<'_>, queries: &Queries<'_>, source: &str) -> Option<Edit> {
    let query = query_of(node, queries)?;
    if has_comment(query.raw.text()) {
        return None;
    }
    let pretty = query.with_stand_ins()?.pretty()?;
    if pretty == query.raw.text() {
        return None;
    }
    let span = node.span();
    Some(Edit { span, text: quoted(&pretty, source.get(span.range())?) })
}

/// The expression that a string holds, and nothing besides.
fn query_of<'w>(node: Node<'_>, queries: &Queries<'w>) -> Option<&'w Interpolated> {
    queries.get(&node.excerpt()?.full_span()).copied()
}

/// A text as a string of JSON, in the way of an old one: programs in Go write `<`, `>` and `&` by their numbers.
fn quoted(text: &str, old: &str) -> String {
    let is_escaped = ["\\u003c", "\\u003e", "\\u0026"].iter().any(|escape| old.contains(escape));
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '<' | '>' | '&' if is_escaped => escape(character, &mut quoted),
            character if character.is_control() => escape(character, &mut quoted),
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

fn escape(character: char, out: &mut String) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        // Writing to a string cannot fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
}

/// Whether a text reads as the same tree, node by node, but for expressions, which are the same as expressions.
fn is_same(before: &Stream, text: &SharedText, old: &Queries<'_>, new: &Queries<'_>) -> bool {
    let after = tree::json(&Excerpt::whole(FileId(0), text.clone()));
    if !after.complaints.is_empty() || nodes(before).count() != nodes(&after).count() {
        return false;
    }
    let line = |node, queries| Some(query_of(node, queries)?.with_stand_ins()?.line());
    nodes(before).zip(nodes(&after)).all(|(one, other)| {
        let is_same_kind = std::mem::discriminant(&one.kind()) == std::mem::discriminant(&other.kind());
        let is_same_query = || line(one, old).is_some_and(|one| line(other, new) == Some(one));
        is_same_kind && (one.text() == other.text() || is_same_query())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The expression of a panel after one run, which a second leaves alone; all else is as it was.
    fn after(expr: &str) -> String {
        let file = |expr: &str| {
            format!(
                "{{\"title\":  \"a\\u003e\", \"panels\": [\n{{\"type\": \"timeseries\", \"datasource\": {{\"type\": \"prometheus\"}},\"targets\":[{{\"refId\":\"A\",\t\"expr\": {expr} }}]}}]}}\n"
            )
        };
        let once = |text: &str| {
            let workspace = load_texts(vec![("a.json".to_owned(), text.to_owned())]);
            crate::layout::laid_out(&workspace, FileId(0)).unwrap_or_else(|| text.to_owned())
        };
        let (before, first) = (file(expr), once(&file(expr)));
        assert_eq!(once(&first), first, "a second run changes {expr}");
        let (head, tail) = before.split_once(expr).expect("it is there");
        let rest = first.strip_prefix(head).and_then(|rest| rest.strip_suffix(tail));
        rest.expect("nothing else changes").to_owned()
    }

    #[test]
    fn variables_stay_as_they_are() {
        for (before, expected) in [
            (r#""sum(x)by(job)""#, r#""sum by (job) (x)""#),
            (r#""rate(x{job=~\"$job\"}[$__rate_interval])>1""#, r#""rate(x{job=~\"$job\"}[$__rate_interval]) > 1""#),
            (
                r#""rate(x{b=\"${b:regex}\",a=\"[[a]]\"}[${__range_s}s])""#,
                r#""rate(x{a=\"[[a]]\",b=\"${b:regex}\"}[${__range_s}s])""#,
            ),
            (
                r#""topk($k,sum(${metric}_total)by($label,job))""#,
                r#""topk($k, sum by ($label, job) (${metric}_total))""#,
            ),
            (r#""max_over_time(x[$w:$step]offset $back)""#, r#""max_over_time(x[$w:$step] offset $back)""#),
            (r#""x{$label=\"a\",job!=\"b$c\"}*$factor""#, r#""x{$label=\"a\",job!=\"b$c\"} * $factor""#),
            // In the way of the program that wrote it.
            (r#""x\u003e1""#, r#""x \u003e 1""#),
            (r#""x \u003e 1""#, r#""x \u003e 1""#),
            (r#""a{b=\"\u00e4\"}\t+1""#, r#""a{b=\"ä\"} + 1""#),
        ] {
            assert_eq!(after(before), expected, "{before}");
        }
    }

    #[test]
    fn what_a_variable_may_make_something_else_of_is_left_alone() {
        for expr in [
            // All matchers, a function, an operator, a list with its brackets.
            r#""sum(x{$filter,a=\"b\"})by(job)""#,
            r#""$f(x)by(job)""#,
            r#""x $op  1""#,
            r#""sum(x)by $labels""#,
            // Values of variables are escaped otherwise in other quotes.
            r#""sum(x{a='$b'})by(job)""#,
            r#""sum(x{a=`$b`})by(job)""#,
            // Comments, and what is no PromQL.
            r#""sum(x)by(job) # of all""#,
            r#""sum(x)by(job""#,
            r#""sum(x)by($__conditional_$a)))""#,
        ] {
            assert_eq!(after(expr), expr);
        }
    }

    #[test]
    fn lines_are_as_long_as_they_are_read() {
        let short = format!(r#""sum(rate({}{{job=\"$j\"}}[$__rate_interval]))""#, "m".repeat(60));
        assert_eq!(after(&short), short);
        let long = format!(r#""sum(rate({}{{job=\"$jobs1\"}}[$__rate_interval]))""#, "m".repeat(60));
        let name = "m".repeat(60);
        let expected = format!(r#""sum(\n  rate({name}{{job=\"$jobs1\"}}[$__rate_interval])\n)""#);
        assert_eq!(after(&long), expected);
    }

    proptest! {
        #[test]
        fn variables_survive(
            names in proptest::collection::vec("[a-z]{1,8}", 3), braces in any::<bool>(), blanks in " {1,4}",
        ) {
            let variable = |name: &str| if braces { format!("${{{name}}}") } else { format!("${name}") };
            let all: Vec<String> = names.iter().map(|name| variable(name)).collect();
            let expr = format!(
                r#""sum(rate({}_total{{{}=\"{}\"}}[$__interval])){blanks}by({})""#, all[0], all[1], all[2], all[0]
            );
            let expected = format!(
                r#""sum by ({}) (rate({}_total{{{}=\"{}\"}}[$__interval]))""#, all[0], all[0], all[1], all[2]
            );
            prop_assert_eq!(after(&expr), expected);
        }
    }
}
