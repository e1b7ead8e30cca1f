//! Suppressions written as comments: `# promcheck: ignore group/check -- reason`.

use std::ops::Range;

use jiff::civil::Date;

use crate::{
    diag::Diagnostic,
    text::{Excerpt, Span, Spanned},
    vocab::{nearest, shortened},
};

use super::{Complaints, Kind, Node, Tree, line::Line};

/// What a suppression looks like.
const EXAMPLE: &str =
    "write `promcheck: ignore group/check -- why`, with `until=2027-01-31` before `--` if it shall end";

/// A suppression that stands beside what it suppresses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Directive {
    /// The whole comment.
    pub span: Span,
    /// The ids of the checks that are silenced, `group/check`; whether they exist is not known here.
    pub checks: Vec<Spanned<String>>,
    /// Why.
    pub reason: Option<String>,
    /// The last day on which it is in force.
    pub until: Option<Spanned<Date>>,
    /// Where it is in force: for findings that begin inside.
    pub covers: Span,
}

/// The suppressions among the comments of a document. One that shares its line with an entry covers
/// that line and the text that begins on it; one on a line of its own covers the entry or list item
/// that follows it; `ignore-file` covers the file.
pub fn directives(tree: &Tree, complaints: &mut Complaints) -> Vec<Directive> {
    let source = tree.source();
    let mut found = Vec::new();
    for comment in tree.comments.iter().filter(|comment| is_directive(&comment.text)) {
        let Some(start) = source.offset_of(comment.span.start) else { continue };
        let line = Line::at(source.text(), start);
        let Some((verb, mut directive)) = read(&source.sub(start..line.end), comment.span, complaints) else {
            continue;
        };
        let covers = match verb {
            Verb::IgnoreFile => Some(directive.covers),
            Verb::Ignore if comment.trailing => Some(beside(tree, line, start)),
            Verb::Ignore => tree.first_from(line.end).and_then(below),
        };
        match covers {
            Some(covers) => {
                directive.covers = covers;
                found.push(directive);
            }
            None => complaints.push(
                Diagnostic::warning(comment.span, "nothing follows this suppression")
                    .help("put it on the line above what it is about, or write `ignore-file`"),
            ),
        }
    }
    found
}

/// Whether a comment, without its sign, is a suppression or was meant to be one. Comments of the form
/// `promcheck: key=value` are not.
pub fn is_directive(comment: &str) -> bool {
    let Some(rest) = comment.trim_start().strip_prefix("promcheck") else { return false };
    let verb = rest.trim_start_matches([':', ' ', '\t']).split([' ', '\t']).next().unwrap_or_default();
    (rest.starts_with(':') && !verb.contains('=')) || Verb::of(verb).is_some()
}

/// Reads a suppression from a comment that [`is_directive`], such as an HTML comment of a Markdown page;
/// `<!--` and `-->` may stand around it. `covers` is where it is in force unless it says `ignore-file`.
pub fn directive(comment: &Excerpt, span: Span, covers: Span, complaints: &mut Complaints) -> Option<Directive> {
    let (verb, directive) = read(comment, span, complaints)?;
    Some(match verb {
        Verb::Ignore => Directive { covers, ..directive },
        Verb::IgnoreFile => directive,
    })
}

/// How far a suppression reaches.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Verb {
    Ignore,
    IgnoreFile,
}

impl Verb {
    const WORDS: [&str; 2] = ["ignore", "ignore-file"];

    fn of(word: &str) -> Option<Self> {
        match word {
            "ignore" => Some(Self::Ignore),
            "ignore-file" => Some(Self::IgnoreFile),
            _ => None,
        }
    }
}

/// A suppression that covers its whole file so far.
fn read(comment: &Excerpt, span: Span, complaints: &mut Complaints) -> Option<(Verb, Directive)> {
    let text = comment.text();
    let mut warn = |range: Range<usize>, message: &str, help: &str| {
        complaints.push(Diagnostic::warning(comment.span(range), message).help(help));
    };
    let start = text.find("promcheck")?;
    let body = start + "promcheck".len();
    let end = text.find("-->").unwrap_or(text.len());
    let whole = start..text.get(..end)?.trim_end().len();
    if !text[body..].starts_with(':') {
        warn(start..body, "no colon stands behind `promcheck`", EXAMPLE);
    }
    let (body, reason) = split_reason(text.get(body..end)?, body);
    let mut words = words(text, body);
    let Some(first) = words.next() else {
        warn(whole, "this comment for promcheck says nothing", EXAMPLE);
        return None;
    };
    let said = &text[first.clone()];
    let Some(verb) = Verb::of(said) else {
        let help = nearest(said, Verb::WORDS).map_or(EXAMPLE.to_owned(), |near| format!("did you mean `{near}`?"));
        warn(first, &format!("promcheck does not know `{}`", shortened(said, 30)), &help);
        return None;
    };
    let (mut checks, mut until, mut misread) = (Vec::new(), None, false);
    for word in words {
        let said = &text[word.clone()];
        if let Some(date) = said.strip_prefix("until=") {
            match date.parse::<Date>() {
                Ok(date) => until = Some(Spanned::new(comment.span(word), date)),
                Err(_) => {
                    misread = true;
                    warn(word, &format!("`{date}` is no date"), "write the last day as in `until=2027-01-31`");
                }
            }
        } else if is_check(said) {
            checks.push(Spanned::new(comment.span(word), said.to_owned()));
        } else {
            misread = true;
            warn(word, &format!("`{}` is not the id of a check", shortened(said, 30)), EXAMPLE);
        }
    }
    if reason.is_none() {
        warn(whole.clone(), "this suppression gives no reason", "write it behind ` -- `, for who reads the file next");
    }
    if checks.is_empty() {
        if !misread {
            warn(whole, "this suppression names no check", EXAMPLE);
        }
        return None;
    }
    let covers = Span::new(span.file, 0, u32::MAX);
    Some((verb, Directive { span, checks, reason, until, covers }))
}

/// The range before the reason, and the reason.
fn split_reason(body: &str, start: usize) -> (Range<usize>, Option<String>) {
    let mark = body.match_indices("--").find(|(at, _)| *at == 0 || body[..*at].ends_with([' ', '\t']));
    match mark {
        Some((at, _)) => {
            let reason = body[at + 2..].trim_matches(|char: char| char == '-' || char.is_whitespace());
            (start..start + at, (!reason.is_empty()).then(|| reason.to_owned()))
        }
        None => (start..start + body.len(), None),
    }
}

/// The words of a range of a text: what stands between blanks, commas and the colon at its beginning.
fn words(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let body = text.get(range.clone()).unwrap_or_default();
    let body_start = range.start + usize::from(body.starts_with(':'));
    let body = body.strip_prefix(':').unwrap_or(body);
    body.split([' ', '\t', ',', '\r', '\n']).filter(|word| !word.is_empty()).map(move |word| {
        let at = body_start + (word.as_ptr() as usize - body.as_ptr() as usize);
        at..at + word.len()
    })
}

fn is_check(word: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    word.split_once('/').is_some_and(|(group, check)| is_name(group) && is_name(check))
}

/// What a comment at the end of a line speaks of: the line, and the text that begins on it.
fn beside(tree: &Tree, line: Line, comment: usize) -> Span {
    let whole = tree.source().span(line.start..line.end);
    let before = tree.last_before(comment).filter(|node| node.offset() >= line.start);
    before.map_or(whole, |node| whole.to(node.span()))
}

/// What a comment above a node speaks of: the list item, or the entry with its value.
fn below(node: Node<'_>) -> Option<Span> {
    let text = node.tree().source().text();
    let line = Line::at(text, node.offset());
    let behind_dash = text.get(line.start..node.offset()).is_some_and(|before| before.contains('-'));
    let is_flow = text.get(node.offset()..).is_some_and(|rest| rest.starts_with(['[', '{']));
    match node.kind() {
        Kind::Sequence if !is_flow && !behind_dash => node.items().next().map(Node::span),
        Kind::Mapping if !is_flow && !behind_dash => {
            node.raw_entries().next().map(|(key, value)| key.span().to(value.span()))
        }
        Kind::Scalar(_) => Some(node.value_if_key().map_or(node.span(), |value| node.span().to(value.span()))),
        Kind::Sequence | Kind::Mapping => Some(node.span()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{text::FileId, tree::yaml};

    /// The checks, the reason, the date and what is covered; then the complaints.
    fn read(text: &str) -> Vec<String> {
        let stream = yaml(&Excerpt::whole(FileId(0), text));
        let mut complaints = Vec::new();
        let mut found = Vec::new();
        for directive in stream.documents.iter().flat_map(|tree| directives(tree, &mut complaints)) {
            let checks: Vec<&str> = directive.checks.iter().map(|check| &text[check.span.range()]).collect();
            let covers = directive.covers.start as usize..text.len().min(directive.covers.end as usize);
            let until = directive.until.map_or(String::new(), |until| format!(" until {}", until.value));
            let reason = directive.reason.unwrap_or_default();
            found.push(format!("{}{until} ({reason}): {:?}", checks.join("+"), &text[covers]));
        }
        found.extend(
            complaints.iter().map(|complaint| format!("! {} @ {}", complaint.message, &text[complaint.span.range()])),
        );
        found
    }

    #[test]
    fn each_covers_what_it_stands_by() {
        let cases = [
            ("a: 1 # promcheck: ignore x/y -- why\nb: 2\n", r#"x/y (why): "a: 1 # promcheck: ignore x/y -- why""#),
            ("a: | # promcheck: ignore x/y -- z\n  t\nb: 2\n", r#"x/y (z): "a: | # promcheck: ignore x/y -- z\n  t""#),
            ("# promcheck: ignore x/y, x/z -- z\na: 1\nb: 2\n", r#"x/y+x/z (z): "a: 1""#),
            ("r:\n# promcheck: ignore x/y -- z\n- a: 1\n  b: 2\n- c: 1\n", r#"x/y (z): "a: 1\n  b: 2""#),
            ("r:\n- a: 1\n# promcheck: ignore x/y -- z\n- a: 1\n  b: 2\n", r#"x/y (z): "a: 1\n  b: 2""#),
            ("r:\n- a: 1\n  # promcheck: ignore x/y -- z\n\n  # more\n  b: >\n    2\n", r#"x/y (z): "b: >\n    2""#),
            ("r:\n# promcheck: ignore x/y -- z\n- [a, b]\n", r#"x/y (z): "[a, b]""#),
            (
                "a: 1\n# promcheck: ignore-file x/y until=2027-01-31 -- z\n",
                "x/y until 2027-01-31 (z): \"a: 1\\n# promcheck: ignore-file x/y until=2027-01-31 -- z\\n\"",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), [expected], "in {text:?}");
        }
    }

    #[test]
    fn malformed_ones_are_named() {
        let cases: [(&str, &[&str]); 8] = [
            ("# promcheck: ignore -- z\na: 1\n", &["! this suppression names no check @ promcheck: ignore -- z"]),
            (
                "# promcheck: ignore x/y\na: 1\n",
                &["x/y (): \"a: 1\"", "! this suppression gives no reason @ promcheck: ignore x/y"],
            ),
            ("# promcheck: ignroe x/y -- z\na: 1\n", &["! promcheck does not know `ignroe` @ ignroe"]),
            (
                "# promcheck ignore x/y -- z\na: 1\n",
                &["x/y (z): \"a: 1\"", "! no colon stands behind `promcheck` @ promcheck"],
            ),
            (
                "# promcheck: ignore x/y until=2027-02-30 -- z\na: 1\n",
                &["x/y (z): \"a: 1\"", "! `2027-02-30` is no date @ until=2027-02-30"],
            ),
            ("# promcheck: ignore all -- z\na: 1\n", &["! `all` is not the id of a check @ all"]),
            (
                "a: 1\n# promcheck: ignore x/y -- z\n",
                &["! nothing follows this suppression @ # promcheck: ignore x/y -- z"],
            ),
            ("# promcheck is what we use\n# promcheck: alert=Slow\na: 1\n", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "in {text:?}");
        }
    }

    #[test]
    fn html_comments_cover_what_they_are_given() {
        let page = Excerpt::whole(FileId(0), "<!-- promcheck: ignore docs/threshold -- measured by hand -->\nSlow.");
        let comment = page.sub(0..61);
        let covers = page.span(62..67);
        let mut complaints = Vec::new();
        let found = directive(&comment, comment.full_span(), covers, &mut complaints).expect("a directive");
        assert_eq!(found.reason.as_deref(), Some("measured by hand"));
        assert_eq!((found.covers, complaints), (covers, vec![]));
    }
}
