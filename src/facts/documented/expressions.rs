//! The PromQL that a page quotes: blocks of it, code that can be nothing else, expressions of quoted rules.

use std::ops::Range;

use crate::{
    markdown::{CodeBlock, Inline, Markdown},
    promql::{Expr, Query},
    text::Excerpt,
    tree::{Kind, Node, yaml},
    vocab::{Phrases, is_label_name},
};

/// PromQL on a page.
#[derive(Debug)]
pub struct Quotation {
    /// The expression, as far as it could be read.
    pub query: Query,
    /// Whether it is that of a quoted rule, which may be an example of how rules are written.
    pub is_of_rule: bool,
}

/// Lines of a block that are tried as one expression, at most.
const MOST_LINES: usize = 40;

/// All PromQL that a page quotes. What has a placeholder or a variable in it is left out.
pub fn quotations(page: &Markdown) -> Vec<Quotation> {
    let mut found = Vec::new();
    for block in page.code_blocks.iter().filter(|block| !is_warned_of(page, block)) {
        found.extend(quoted_in(block));
    }
    let cells = page.tables.iter().flat_map(|table| &table.rows).flat_map(|row| &row.cells);
    // What is crossed is shown as wrong.
    let is_shown = |content: &&Inline| !["❌", "✗"].iter().any(|mark| content.text.text().contains(mark));
    let spans = page.prose().into_iter().chain(cells).filter(is_shown).flat_map(Inline::code_spans);
    let is_meant = |code: &Excerpt| is_literal(code.text()) && !is_notation(code.text()) && may_be_promql(code.text());
    for code in spans.filter(is_meant) {
        let query = Query::parse(code);
        if query.valid().is_none_or(selects_certainly) {
            found.push(Quotation { query, is_of_rule: false });
        }
    }
    found.sort_by_key(|one| one.query.text.full_span());
    found
}

/// Whether the sentence above a block says that it shows what nobody should write: "Avoid queries such as:".
fn is_warned_of(page: &Markdown, block: &CodeBlock) -> bool {
    static WARNINGS: Phrases =
        Phrases::of(&["avoid", "never ", "don't", "do not", "wrong", "incorrect", "mistake", "anti-pattern", "❌"]);
    page.paragraph_above(block.heading, block.span).is_some_and(|intro| {
        let text = intro.content.text.text().trim_end();
        text.ends_with(':') && WARNINGS.are_in(&text.rsplit(". ").next().unwrap_or_default().to_lowercase())
    })
}

/// Whether a line is a comment that begins by saying that what follows is wrong: `# ❌ Bad`.
fn says_it_is_wrong(line: &str) -> bool {
    const BEGINNINGS: [&str; 8] = ["avoid", "bad", "do not", "don't", "incorrect", "never", "wrong", "anti-pattern"];
    let said = line.trim_start().trim_start_matches(['#', '-', '/', ' ']).to_lowercase();
    let words = said.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    is_comment(line) && (said.starts_with(['❌', '✗']) || BEGINNINGS.iter().any(|start| words.starts_with(start)))
}

fn quoted_in(block: &CodeBlock) -> Vec<Quotation> {
    match block.language.as_str() {
        "promql" => {
            let text = block.code.text();
            let literal = paragraphs(text).into_iter().filter(|range| {
                let said = without_comments(&text[range.clone()]);
                is_literal(&said)
                    && !is_rule(&said)
                    && !said.lines().any(is_sample)
                    && !has_bare_labels(&said)
                    && !is_of_variable(&said)
                    && !is_grammar(&said)
                    && !text[range.clone()].lines().any(says_it_is_wrong)
            });
            let pieces = literal.flat_map(|range| pieces(&block.code, range));
            pieces
                .filter(|query| !is_definition(query.text.text()))
                .map(|query| Quotation { query, is_of_rule: false })
                .collect()
        }
        "yaml" | "yml" if block.code.text().contains("expr:") => {
            let trees = yaml(&block.code).documents;
            let nodes = trees.iter().flat_map(|tree| tree.nodes()).filter(|node| node.kind() == Kind::Mapping);
            let written = nodes
                .filter_map(expression_of_rule)
                .filter(|expr| is_literal(expr.text()) && !has_bare_labels(expr.text()));
            let queries = written.map(Query::parse);
            queries.map(|query| Quotation { query, is_of_rule: true }).collect()
        }
        _ => Vec::new(),
    }
}

fn expression_of_rule(node: Node<'_>) -> Option<Excerpt> {
    node.get("alert").or_else(|| node.get("record"))?;
    node.get("expr")?.excerpt()
}

/// The runs of lines between empty ones.
fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut is_open = false;
    for line in lines(text, 0..text.len()) {
        if text[line.clone()].trim().is_empty() {
            is_open = false;
        } else if let Some(last) = found.last_mut().filter(|_| is_open) {
            last.end = line.end;
        } else {
            found.push(line);
            is_open = true;
        }
    }
    found
}

/// Whether a line is a comment: of PromQL, or of another language, by which docs often set off their examples.
fn is_comment(line: &str) -> bool {
    ["#", "--", "//"].iter().any(|mark| line.trim_start().starts_with(mark))
}

/// A text without its lines of comments, and without what stands behind `#` and a space.
fn without_comments(text: &str) -> String {
    let said = |line: &str| match is_comment(line) {
        true => String::new(),
        false => line.split(" #").next().unwrap_or_default().to_owned(),
    };
    text.lines().map(said).collect::<Vec<_>>().join("\n")
}

/// The lines of a part of a text, without their ends.
fn lines(text: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let mut start = within.start;
    let all = text[within].split_inclusive('\n').map(|line| {
        let from = start;
        start += line.len();
        from..from + line.trim_end_matches(['\n', '\r']).len()
    });
    all.collect()
}

/// The expressions of a paragraph: all of it is one; or each of its lines, or of the longest runs of them, that can be
/// one. What is between them is broken.
fn pieces(code: &Excerpt, range: Range<usize>) -> Vec<Query> {
    let read = |range: Range<usize>| Query::parse(code.sub(range));
    let whole = read(range.clone());
    if whole.errors().is_empty() {
        return vec![whole];
    }
    let text = code.text();
    let is_said = |line: &Range<usize>| !is_comment(&text[line.clone()]);
    let lines: Vec<Range<usize>> = lines(text, range).into_iter().filter(is_said).take(MOST_LINES).collect();
    let run = |first: usize| {
        let from = lines[first].start;
        (first..lines.len()).rev().find(|last| read(from..lines[*last].end).valid().is_some())
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let end = match run(at) {
            Some(last) => last + 1,
            None => (at + 1..lines.len()).find(|next| run(*next).is_some()).unwrap_or(lines.len()),
        };
        found.push(read(lines[at].start..lines[end - 1].end));
        at = end;
    }
    // What is broken twice, where all brackets are closed in the end, is one expression with one fault.
    let broken = found.iter().filter(|query| !query.errors().is_empty()).count();
    if broken > 1 && opened(whole.text.text()) == closed(whole.text.text()) { vec![whole] } else { found }
}

fn opened(text: &str) -> usize {
    text.matches(['(', '{', '[']).count()
}

fn closed(text: &str) -> usize {
    text.matches([')', '}', ']']).count()
}

/// Whether a text is meant as it is written: nothing in it stands for something else.
fn is_literal(text: &str) -> bool {
    let marks = ["...", "…", "$", "{{", "[[", "%s", "→", "=>", "\\", " for ", "≥", "≤", "≠"];
    let names_a_part =
        || text.split('<').skip(1).any(|behind| behind.starts_with(char::is_alphabetic) && behind.contains('>'));
    !marks.iter().any(|mark| text.contains(mark)) && !names_a_part()
}

/// Whether a text is a rule in YAML rather than an expression.
fn is_rule(text: &str) -> bool {
    let starts = |line: &str| ["alert:", "record:", "expr:"].iter().any(|key| line.starts_with(key));
    text.lines().any(|line| starts(line.trim_start_matches([' ', '-'])))
}

/// Whether a line is one of a page of metrics: a selector and its value, a name and its type, or a question at a prompt.
fn is_sample(line: &str) -> bool {
    let line = line.trim();
    if ["(counter)", "(gauge)", "(histogram)", "(summary)"].iter().any(|kind| line.ends_with(kind)) {
        return true;
    }
    let value = line.rsplit_once('}').map_or("", |(_, behind)| behind.split('#').next().unwrap_or_default().trim());
    value.parse::<f64>().is_ok() || line.starts_with("$ ")
}

/// Whether a code span says something in the manner of PromQL rather than in PromQL: a sample with its value, labels
/// without values, values with units, a choice of values.
fn is_notation(text: &str) -> bool {
    let behind = text.rsplit(['}', ']', ')']).next().unwrap_or_default().trim();
    let number = behind.trim_start_matches(['<', '>', '=', '!', ' ']);
    let unit = number.trim_start_matches(|letter: char| letter.is_ascii_digit() || matches!(letter, '.' | '_'));
    let has_unit =
        unit.len() < number.len() && unit.starts_with(|letter: char| letter.is_alphabetic() || letter == '%');
    // `rate([5m])` and `rate({}[5m])` leave out what is counted, in PromQL or in TraceQL.
    let leaves_out = text.contains("([") || text.contains("({}");
    is_sample(text)
        || equates(text)
        || has_dotted_name(text)
        || text.starts_with("for:")
        || has_unit
        || leaves_out
        || text.contains("\"|\"")
        || text.contains("(*")
        || has_bare_labels(text)
}

/// Whether labels stand without their values: `requests_total{method, path}` says which there are, and `{queue}_total` is
/// one for each queue.
fn has_bare_labels(text: &str) -> bool {
    let labels = text.split('{').skip(1).filter_map(|behind| behind.split_once('}')).map(|(labels, _)| labels);
    labels.flat_map(|labels| labels.split(',')).any(|label| is_label_name(label.trim()))
}

/// Whether a text tells how PromQL is written rather than being some: kinds of values and words stand where values do
/// (`rate(range-vector)`, `jobs[duration]`), or letters that PromQL knows in texts alone (`φ`, `✅`).
fn is_grammar(text: &str) -> bool {
    const KINDS: [&str; 4] = ["range-vector", "instant-vector", "range_vector", "instant_vector"];
    let outside: String = text.split(['"', '\'', '`']).step_by(2).collect();
    let mut brackets = outside.split('[').skip(1).filter_map(|behind| behind.split_once(']'));
    let is_words = |inside: &str| inside.starts_with(|first: char| first.is_ascii_alphabetic()) && inside.len() > 3;
    !outside.is_ascii()
        || KINDS.iter().any(|kind| outside.contains(kind))
        || brackets.any(|(inside, _)| is_words(inside))
}

/// Whether an expression gets a name here: `share = rate(a_total[5m]) / b`, `CPU: 1 - avg(a)`. A number behind `=` is
/// compared with.
fn is_definition(text: &str) -> bool {
    let Some(line) = text.lines().find(|line| !is_comment(line) && !line.trim().is_empty()) else { return false };
    let line = line.trim_start_matches([' ', '-', '*']);
    let is_name = |name: &str| {
        let is_of_words = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':' | ' ');
        !name.is_empty() && name.chars().all(is_of_words)
    };
    let is_value = |value: &str| value.starts_with(['=', '~']) || value.trim().parse::<f64>().is_ok();
    let equated = line.split_once('=').is_some_and(|(name, value)| is_name(name.trim()) && !is_value(value));
    equated || line.split_once(": ").is_some_and(|(name, _)| is_name(name))
}

/// Whether a text is what a variable of a dashboard asks, which only Grafana knows.
fn is_of_variable(text: &str) -> bool {
    ["label_values(", "query_result(", "label_names("].iter().any(|call| text.contains(call))
}

/// Whether a name has a dot in it, as OpenTelemetry and others call theirs.
fn has_dotted_name(text: &str) -> bool {
    let is_letter = |letter: &u8| letter.is_ascii_alphabetic() || *letter == b'_';
    let is_inside = |at: usize| text[..at].matches('"').count() % 2 == 1;
    text.match_indices('.').any(|(at, _)| {
        let bytes = text.as_bytes();
        bytes[..at].last().is_some_and(is_letter) && bytes.get(at + 1).is_some_and(is_letter) && !is_inside(at)
    })
}

/// Whether something is said to be equal to something else, by a `=` that is none of a matcher: `share = a / b`.
fn equates(text: &str) -> bool {
    let mut depth = 0;
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            '=' if depth == 0
                && !"=!<>".contains(before)
                && !letters.peek().is_some_and(|next| "=~".contains(*next)) =>
            {
                return true;
            }
            _ => {}
        }
        before = letter;
    }
    false
}

/// Whether a code span can be nothing but PromQL: it selects over a range, or takes the quantile of a histogram.
fn may_be_promql(text: &str) -> bool {
    let calls = ["rate(", "irate(", "increase(", "delta(", "deriv(", "_over_time(", "changes(", "resets("];
    let has_range = || {
        text.split('[').skip(1).any(|behind| {
            let digits = behind.len() - behind.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
            digits > 0 && behind[digits..].starts_with(['s', 'm', 'h', 'd', 'w'])
        })
    };
    calls.iter().any(|call| text.contains(call)) && has_range() || selects_by_label(text)
}

/// Whether a text begins as a selector of a metric by its labels: `up{job="api"}`.
fn selects_by_label(text: &str) -> bool {
    let name = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':')).count();
    // `_stream:{app="api"}` is one of VictoriaLogs.
    name > 0 && !text[..name].ends_with(':') && text[name..].starts_with('{') && text.contains("=\"")
}

/// Whether every selector of an expression names a metric.
fn selects_certainly(expr: &Expr) -> bool {
    let mut selections = expr.selections().peekable();
    selections.peek().is_some() && selections.all(|one| one.selector.metric_name().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    fn quoted(text: &str) -> Vec<String> {
        let page = Markdown::parse(&Excerpt::whole(FileId(0), text));
        let found = quotations(&page);
        found
            .iter()
            .map(|one| format!("{}{}", if one.query.errors().is_empty() { "" } else { "! " }, one.query.text.text()))
            .collect()
    }

    #[test]
    fn finds_what_can_be_nothing_else() {
        for (text, expected) in [
            ("the rate, `rate(x_total[5m])`", vec!["rate(x_total[5m])"]),
            ("`rate(x_total[5m]` and `increase(x[1h]))`", vec!["! rate(x_total[5m]", "! increase(x[1h]))"]),
            ("`up{job=\"api\"}`, `up`, `rate(x)`, `a[5]`, `f(a[1])`", vec!["up{job=\"api\"}"]),
            ("`rate(x{job=\"$job\"}[5m])`, `rate(<metric>[5m])`, `rate(...[5m])`", vec![]),
            ("| What | PromQL |\n|---|---|\n| a | `rate(a_total[1m])` |", vec!["rate(a_total[1m])"]),
            ("`up{job=\"api\"} 1`, `up{job=\"api\"} = 0`, `up{job=\"a\"|\"b\"}`, `up{job,env=\"x\"}`", vec![]),
            ("`rate(sent_bytes_total[5m]) > 10MB/s`, `changes(*_total[5m]) == 0`", vec![]),
            ("`rate([5m])`, `sum(rate({}[5m])) by (resource.name)`, `_stream:{app=\"a\"} error`", vec![]),
            ("`min_over_time(a[5m]) ≥ 80`", vec![]),
            ("- `rate(sum(a)[5m])` ❌\n- `rate(a[5m])`", vec!["rate(a[5m])"]),
            ("`share = 1 - rate(a{b=\"c\"}[5m])`, `rate(a[5m]) > 0 and reason=Oom`, `for: 0m + irate(a[5m])`", vec![]),
            ("`sum(rate(agent.errors{kind=\"a\"}[5m])) > 0`", vec![]),
            ("`up{host=\"a.b\"}`", vec!["up{host=\"a.b\"}"]),
            ("`rate(a[5m]) >= 1`, `rate(a[5m]) != 1`", vec!["rate(a[5m]) >= 1", "rate(a[5m]) != 1"]),
            ("`rate(sent_bytes_total[5m]) > 10`", vec!["rate(sent_bytes_total[5m]) > 10"]),
            ("```yaml\n- alert: A\n  expr: up ==\n- expr: up ==\n```", vec!["! up =="]),
            ("```yaml\n- alert: A\n  expr: queue_{name}_length > 5\n```", vec![]),
        ] {
            assert_eq!(quoted(text), expected, "{text}");
        }
    }

    #[test]
    fn takes_blocks_apart() {
        for (block, expected) in [
            ("up", vec!["up"]),
            ("# the sum\nsum(\n  up\n)\n\nup == 0", vec!["# the sum\nsum(\n  up\n)", "up == 0"]),
            ("up\nrate(x[5m])\n  > 5", vec!["up", "rate(x[5m])\n  > 5"]),
            ("# so many ...\nup # and $more", vec!["# so many ...\nup # and $more"]),
            ("sum(up)\n) > <limit>", vec![]),
            ("up{job=\"api\"} 1", vec![]),
            ("# by method\nrequests_total{method, path}\n\nrequests_total{method}", vec![]),
            ("up\n\nalert: A\nexpr: up == 0", vec!["up"]),
            ("label_values(up, job)", vec![]),
            ("rate(range-vector)\n\njobs[time_range]\n\nhistogram_quantile(φ, b)\n\nup ✅", vec![]),
            ("# ❌ Bad\nrate(sum(a)[5m])\n\n# Good\nup", vec!["# Good\nup"]),
            ("up{host=\"Tür\"}", vec!["up{host=\"Tür\"}"]),
            ("share = rate(a[5m]) / b\nq = 'up{a=\"b\"}'\n- CPU: 1 - avg(a)\n\nup", vec!["up"]),
            ("sum(up) = 0\n\nup{} = 1", vec!["! sum(up) = 0", "! up{} = 1"]),
            ("# ours\njobs_total\njob_seconds (histogram)", vec![]),
            ("up\nsum(rate(x[5m])\nup == 0", vec!["up", "! sum(rate(x[5m])", "up == 0"]),
            ("topk(3,\n  rate(x[5m])\n) by (a) by (b)", vec!["! topk(3,\n  rate(x[5m])\n) by (a) by (b)"]),
            ("topk(3,\nfloor(\nx\n) by (a)\n)", vec!["! topk(3,\nfloor(\nx\n) by (a)\n)"]),
        ] {
            assert_eq!(quoted(&format!("```promql\n{block}\n```")), expected, "{block}");
        }
    }
}
