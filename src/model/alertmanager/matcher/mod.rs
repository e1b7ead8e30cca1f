//! Matchers: conditions on labels, in the two grammars that Alertmanager reads side by side.
//!
//! Since 0.27 Alertmanager reads every text with its new grammar (UTF-8) and with the classic one. Where
//! the new one fails, or where the two understand different things, the classic reading counts. Several
//! texts thereby say something else than their author meant, so a text carries how it was read.

mod classic;
mod utf8;

use std::{fmt, ops::Range};

use crate::{
    diag::Diagnostic,
    text::{Excerpt, Span, Spanned},
    tree::Complaints,
    vocab::{Pattern, PatternUse, shortened},
};

/// How a label is compared.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MatchOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`, anchored at both ends.
    Regex,
    /// `!~`, anchored at both ends.
    NotRegex,
}

impl MatchOp {
    /// Its sign.
    pub fn sign(self) -> &'static str {
        match self {
            MatchOp::Equal => "=",
            MatchOp::NotEqual => "!=",
            MatchOp::Regex => "=~",
            MatchOp::NotRegex => "!~",
        }
    }

    /// The operator of a sign.
    pub fn of(sign: &str) -> Option<Self> {
        [MatchOp::Equal, MatchOp::NotEqual, MatchOp::Regex, MatchOp::NotRegex].into_iter().find(|op| op.sign() == sign)
    }

    /// Whether the value is a regular expression.
    pub fn is_regex(self) -> bool {
        matches!(self, MatchOp::Regex | MatchOp::NotRegex)
    }
}

/// How a matcher was written.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MatcherStyle {
    /// As text in a list: `matchers: ['a="b"']`.
    Text,
    /// As an entry of `match`.
    Match,
    /// As an entry of `match_re`.
    MatchRe,
    /// As a map with `name` and `value`, in an `AlertmanagerConfig` manifest.
    Object,
}

/// A condition on one label.
#[derive(Clone, Debug)]
pub struct Matcher {
    /// The label.
    pub name: Spanned<String>,
    /// How it is compared.
    pub op: MatchOp,
    /// With what; the place excludes quotes. Where `op` asks for a regular expression, it is one.
    pub value: Excerpt,
    /// The whole matcher.
    pub span: Span,
    /// How it was written.
    pub style: MatcherStyle,
}

impl Matcher {
    /// Whether two matchers ask the same, wherever they stand.
    pub fn says_same(&self, other: &Matcher) -> bool {
        self.name.value == other.name.value && self.op == other.op && self.value.text() == other.value.text()
    }
}

impl Matcher {
    /// Whether it compares letter by letter with what is plainly a regular expression: words joined by `|`, or
    /// `.*` or `.+` in it. A value in single quotes is another mistake.
    pub fn looks_like_regex(&self) -> bool {
        let value = self.value.text();
        let is_word = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
        let is_choice = value.contains('|') && value.split('|').all(is_word);
        let is_open = value.contains(".*") || value.contains(".+");
        let is_misread = value.starts_with(['\'', '=']);
        !self.op.is_regex()
            && !is_misread
            && (is_choice || is_open)
            && Pattern::of(value, PatternUse::Alertmanager).is_ok()
    }

    /// As Alertmanager prints it, with another value.
    pub fn printed_with(&self, value: &str) -> String {
        let (name, sign) = (&self.name.value, self.op.sign());
        if name.is_empty() || name.contains(utf8::is_reserved) {
            return format!("{}{sign}{}", quoted(name), quoted(value));
        }
        let value = value.replace('\\', r"\\").replace('\n', r"\n").replace('"', r#"\""#);
        format!("{name}{sign}\"{value}\"")
    }
}

impl fmt::Display for Matcher {
    /// As Alertmanager prints it: the value always in quotes, the name only when it needs them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.printed_with(self.value.text()))
    }
}

/// One text that holds matchers, and how it was read.
#[derive(Clone, Debug)]
pub struct MatcherText {
    /// The text.
    pub text: Excerpt,
    /// How many matchers it gave.
    pub count: usize,
    /// How it was read.
    pub reading: Reading,
}

/// How a text of matchers was read.
#[derive(Clone, Debug)]
pub enum Reading {
    /// Both grammars understand the same.
    Agreed,
    /// Only the UTF-8 grammar understands it; Alertmanager in classic mode refuses it.
    Utf8,
    /// Only the classic grammar understands it; Alertmanager in strict mode refuses it.
    Classic {
        /// What the UTF-8 grammar stumbles over, and where.
        why: Spanned<String>,
    },
    /// The grammars understand different things; the classic reading counts.
    Disagreement {
        /// What the UTF-8 grammar understands.
        utf8: Vec<Matcher>,
    },
    /// Neither grammar understands it.
    Unreadable,
}

/// Why a grammar does not understand a text.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Misread {
    at: Range<usize>,
    message: String,
}

impl Misread {
    fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

/// Reads a text of zero or more matchers as Alertmanager does by default; complains when neither
/// grammar understands it, and then gives no matchers.
pub fn parse(text: &Excerpt, complaints: &mut Complaints) -> (Vec<Matcher>, MatcherText) {
    let (matchers, reading) = match (utf8::parse(text), classic::parse(text)) {
        (Ok(utf8), Ok(classic)) if same(&utf8, &classic) => (utf8, Reading::Agreed),
        (Ok(utf8), Ok(classic)) => (classic, Reading::Disagreement { utf8 }),
        (Ok(utf8), Err(_)) => (utf8, Reading::Utf8),
        (Err(why), Ok(classic)) => (classic, Reading::Classic { why: Spanned::new(text.span(why.at), why.message) }),
        (Err(why), Err(classic)) => {
            let complaint = Diagnostic::error(text.span(classic.at), classic.message);
            complaints.push(complaint.label(text.span(why.at), why.message));
            (Vec::new(), Reading::Unreadable)
        }
    };
    let read = MatcherText { text: text.clone(), count: matchers.len(), reading };
    (matchers, read)
}

/// Reads a text of exactly one matcher as amtool reads labels on its command line; the error is amtool's in our words.
pub fn parse_one(text: &Excerpt) -> Result<Matcher, String> {
    if text.text().starts_with('{') || text.text().ends_with('}') {
        return Err(format!("`{}` begins or ends with a brace", text.text()));
    }
    let utf8 = utf8::parse(text).map_err(|why| why.message).and_then(|mut matchers| match matchers.len() {
        1 => Ok(matchers.remove(0)),
        0 => Err("there is no matcher".to_owned()),
        many => Err(format!("one matcher is expected, and these are {many}")),
    });
    match (utf8, classic::parse_one(text)) {
        (Ok(utf8), Ok(classic)) if utf8.says_same(&classic) => Ok(utf8),
        (_, Ok(classic)) => Ok(classic),
        (Ok(utf8), Err(_)) => Ok(utf8),
        (Err(_), Err(why)) => Err(why.message),
    }
}

fn same(left: &[Matcher], right: &[Matcher]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(left, right)| left.says_same(right))
}

/// Refuses a value that Go cannot read as the regular expression it should be.
fn check_pattern(op: MatchOp, value: &Excerpt, at: Range<usize>) -> Result<(), Misread> {
    match pattern_error(op, value) {
        Some(message) => Err(Misread::new(at, message)),
        None => Ok(()),
    }
}

/// Why a value is not the regular expression it should be.
pub(in crate::model) fn pattern_error(op: MatchOp, value: &Excerpt) -> Option<String> {
    let error = op.is_regex().then(|| Pattern::of(value.text(), PatternUse::Alertmanager).err()).flatten()?;
    Some(format!("`{}` is no regular expression: {error}", shortened(value.text(), 60)))
}

/// A text in quotes as Go prints it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str(r"\\"),
            '\u{7}' => quoted.push_str(r"\a"),
            '\u{8}' => quoted.push_str(r"\b"),
            '\t' => quoted.push_str(r"\t"),
            '\n' => quoted.push_str(r"\n"),
            '\u{b}' => quoted.push_str(r"\v"),
            '\u{c}' => quoted.push_str(r"\f"),
            '\r' => quoted.push_str(r"\r"),
            _ if letter.is_ascii_control() => quoted.push_str(&format!(r"\x{:02x}", u32::from(letter))),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// A part of a text, which has its right place even when it is empty.
fn part(text: &Excerpt, range: Range<usize>) -> Excerpt {
    if range.is_empty() {
        let span = text.span(range);
        return Excerpt::verbatim(span.file, span.start, "");
    }
    text.sub(range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;
    use proptest::prelude::*;

    fn read(text: &str) -> String {
        let mut complaints = Vec::new();
        let (matchers, read) = parse(&Excerpt::whole(FileId(0), text), &mut complaints);
        let list = |matchers: &[Matcher]| matchers.iter().map(Matcher::to_string).collect::<Vec<_>>().join(",");
        let how = match &read.reading {
            Reading::Agreed => "agreed".to_owned(),
            Reading::Utf8 => "utf8".to_owned(),
            Reading::Classic { .. } => "classic".to_owned(),
            Reading::Disagreement { utf8 } => format!("not {}", list(utf8)),
            Reading::Unreadable => format!("unreadable: {}", complaints[0].message),
        };
        format!("{} ({how})", list(&matchers))
    }

    #[test]
    fn reads_as_alertmanager_does() {
        for (text, expected) in [
            (r#"severity="page""#, r#"severity="page" (agreed)"#),
            ("severity=page", r#"severity="page" (agreed)"#),
            (r#"{a=~"b|c", d != e,}"#, r#"a=~"b|c",d!="e" (agreed)"#),
            ("", " (agreed)"),
            ("{}", " (agreed)"),
            // Alertmanager takes the quotes for a part of the value.
            ("a='b'", r#"a="'b'" (classic)"#),
            ("a==b", r#"a="=b" (classic)"#),
            ("a=~[a-z]{2}", r#"a=~"[a-z]{2" (classic)"#),
            ("a=[a-z]+", r#"a="[a-z]+" (agreed)"#),
            (r#"a="x\.y""#, r#"a="x\\.y" (classic)"#),
            (r#"a=~"\d+""#, r#"a=~"\\d+" (classic)"#),
            ("a=\"x\\by\"", "a=\"x\\\\by\" (not a=\"x\u{8}y\")"),
            ("a=", r#"a="" (classic)"#),
            (r#"a="""#, r#"a="" (agreed)"#),
            (r#""a"=b"#, r#"a="b" (utf8)"#),
            ("a-b=x", r#"a-b="x" (utf8)"#),
            ("1a=x", r#"1a="x" (utf8)"#),
            ("gr\u{f6}\u{df}e=x", "gr\u{f6}\u{df}e=\"x\" (utf8)"),
            (r#""with space"="x""#, r#""with space"="x" (utf8)"#),
            ("{a=b", r#"a="b" (classic)"#),
            ("a=b}", r#"a="b" (classic)"#),
            (r#"a="\u00e9""#, "a=\"\\\\u00e9\" (not a=\"\u{e9}\")"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn complains_of_what_no_grammar_reads() {
        for (text, expected) in [
            ("a=~b{1,2}", "`2` is no matcher"),
            ("a=~(b", "`(b` is no regular expression: `(` is never closed"),
            ("a=x,b=y,c", "`c` is no matcher"),
            ("a: b", "`a: b` is no matcher"),
            ("a", "`a` is no matcher"),
            (r#"a="b"#, "a quote in `\"b` is not closed"),
            (r#"a=b"c"#, "`b\"c` holds a quote that is not escaped"),
        ] {
            assert_eq!(read(text), format!(" (unreadable: {expected})"), "{text}");
        }
    }

    #[test]
    fn knows_the_places() {
        let text = Excerpt::verbatim(FileId(0), 10, r#"{ab =~ "c\"d", e=f}"#);
        let (matchers, _) = parse(&text, &mut Vec::new());
        let places: Vec<_> = matchers
            .iter()
            .map(|matcher| (matcher.span.range(), matcher.name.span.range(), matcher.value.full_span().range()))
            .collect();
        assert_eq!(places, [(11..23, 11..13, 18..22), (25..28, 25..26, 27..28)]);
    }

    #[test]
    fn reads_one_as_amtool_reads_labels() {
        let one = |text: &str| parse_one(&Excerpt::whole(FileId(0), text)).map(|matcher| matcher.to_string());
        for (text, expected) in [
            ("a=b", r#"a="b""#),
            ("a=b,c=d", r#"a="b,c=d""#),
            ("a=\"b c\"", r#"a="b c""#),
            ("a=b c", r#"a="b c""#),
            ("a!=b", r#"a!="b""#),
            ("gr\u{f6}\u{df}e=x", "gr\u{f6}\u{df}e=\"x\""),
        ] {
            assert_eq!(one(text).as_deref(), Ok(expected), "{text}");
        }
        for text in ["service", "", "=x", "a-b=c,d=e"] {
            assert!(one(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,40}") {
            parse(&Excerpt::whole(FileId(0), text), &mut Vec::new());
        }

        #[test]
        fn reads_what_it_prints(name in "[a-z]{1,4}|[a-z \"=]{1,4}", value in ".{0,12}") {
            let value = value.replace(['\r', '\u{0}'], "");
            let matcher = Matcher {
                name: Spanned::new(Span::start_of(FileId(0)), name),
                op: MatchOp::NotEqual,
                value: Excerpt::whole(FileId(0), value),
                span: Span::start_of(FileId(0)),
                style: MatcherStyle::Text,
            };
            let printed = matcher.to_string();
            let (read, _) = parse(&Excerpt::whole(FileId(0), printed.clone()), &mut Vec::new());
            prop_assert!(read.len() == 1 && read[0].says_same(&matcher), "{printed}");
        }
    }
}
