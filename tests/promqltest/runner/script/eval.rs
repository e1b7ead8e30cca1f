//! `eval`: an expression, when it is evaluated, and what must come out.

use std::sync::LazyLock;

use promcheck::{
    input::SeriesLine,
    promql::{Feature, Query},
    text::{Excerpt, FileId},
    vocab::Duration,
};
use regex::Regex;

use super::{Lines, Text, Unreadable, load::described};

static INSTANT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^eval(?:_(fail|warn|ordered|info))?[\t ]+instant[\t ]+(?:at[\t ]+(.+?))?[\t ]+(.+)$")
        .expect("it is one")
});
static RANGE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern =
        r"^eval(?:_(fail|warn|info))?[\t ]+range[\t ]+from[\t ]+(.+)[\t ]+to[\t ]+(.+)[\t ]+step[\t ]+(.+?)[\t ]+(.+)$";
    Regex::new(pattern).expect("it is one")
});
static EXPECT: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^expect[\t ]+(ordered|fail|warn|no_warn|info|no_info)(?:[\t ]+(regex|msg):(.+))?$";
    Regex::new(pattern).expect("it is one")
});
static EXPECT_RANGE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^expect range vector[\t ]+from[\t ]+(.+)[\t ]+to[\t ]+(.+)[\t ]+step[\t ]+(.+)$";
    Regex::new(pattern).expect("it is one")
});

/// An `eval` command.
pub struct Eval {
    /// Its line of the script, from 1.
    pub line: usize,
    /// The expression as written.
    pub expr: String,
    /// When it is evaluated.
    pub times: Times,
    /// What must come out.
    pub expected: Expectations,
}

/// When an expression is evaluated, in milliseconds.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Times {
    /// Once.
    Instant(i64),
    /// Again and again.
    Range {
        /// The first time.
        start: i64,
        /// No time is later.
        end: i64,
        /// From one time to the next.
        step: i64,
    },
}

/// What must come out.
#[derive(Default)]
pub struct Expectations {
    /// The evaluation must fail, with this message.
    pub failure: Option<Text>,
    /// Warnings: each must be one of these, and each of these must be there. Empty to ask for none of this.
    pub warnings: Vec<Text>,
    /// The same of infos.
    pub infos: Vec<Text>,
    /// `eval_warn`: there must be a warning.
    pub some_warning: bool,
    /// `eval_info`: there must be an info.
    pub some_info: bool,
    /// No warning may be there.
    pub no_warning: bool,
    /// No info may be there.
    pub no_info: bool,
    /// The series must come in the written order.
    pub ordered: bool,
    /// Of an instant evaluation: the result is a range vector with samples at these times.
    pub window: Option<Times>,
    /// The result.
    pub wanted: Wanted,
}

/// The expected result.
pub enum Wanted {
    /// A number.
    Scalar(f64),
    /// A string.
    Text(String),
    /// Series, possibly none.
    Series(Vec<SeriesLine>),
}

impl Default for Wanted {
    fn default() -> Self {
        Wanted::Series(Vec::new())
    }
}

impl Eval {
    /// Reads the block that a line begins.
    pub fn read(first: &str, lines: &mut Lines<'_>) -> Result<Self, Unreadable> {
        let line = lines.number();
        let (variant, times, expr) = head(first).map_err(|why| lines.unreadable(why))?;
        let query = Query::parse(Excerpt::whole(FileId(0), expr)).with_features(&Feature::ALL);
        if let Some(error) = query.errors().first() {
            return Err(lines.unreadable(format!("`{expr}`: {}", error.message)));
        }
        let mut expected = Expectations::of_variant(variant);
        while let Some(line) = lines.of_block() {
            if !expected.read(line, times, variant == "fail", lines)? {
                break;
            }
        }
        Ok(Self { line, expr: expr.to_owned(), times, expected })
    }
}

/// The old spelling's variant, the times and the expression.
fn head(first: &str) -> Result<(&str, Times, &str), String> {
    let word = |capture: Option<regex::Match<'_>>| capture.map_or(0..0, |found| found.range());
    if let Some(parts) = INSTANT.captures(first) {
        let at = milliseconds(&first[word(parts.get(2))])?;
        return Ok((&first[word(parts.get(1))], Times::Instant(at), &first[word(parts.get(3))]));
    }
    let Some(parts) = RANGE.captures(first) else {
        return Err("neither `eval instant at TIME EXPR` nor `eval range from TIME to TIME step TIME EXPR`".to_owned());
    };
    let [from, to, step] = [2, 3, 4].map(|part| &first[word(parts.get(part))]);
    Ok((&first[word(parts.get(1))], range(from, to, step)?, &first[word(parts.get(5))]))
}

fn milliseconds(text: &str) -> Result<i64, String> {
    Duration::parse(text).map(Duration::as_milliseconds).map_err(|error| format!("`{text}` is no duration: {error}"))
}

fn range(from: &str, to: &str, step: &str) -> Result<Times, String> {
    let (start, end, step) = (milliseconds(from)?, milliseconds(to)?, milliseconds(step)?);
    if end < start {
        return Err(format!("it ends at {to}, before it starts at {from}"));
    }
    Ok(Times::Range { start, end, step })
}

impl Expectations {
    /// What the old spelling `eval_…` asks for.
    fn of_variant(variant: &str) -> Self {
        Self {
            failure: (variant == "fail").then_some(Text::Any),
            some_warning: variant == "warn",
            some_info: variant == "info",
            ordered: variant == "ordered",
            ..Self::default()
        }
    }

    /// Takes in a line; `false` when it is the last of the block.
    fn read(&mut self, line: &str, times: Times, old_fail: bool, lines: &Lines<'_>) -> Result<bool, Unreadable> {
        let unreadable = |why: String| lines.unreadable(why);
        if old_fail && let Some(message) = line.strip_prefix("expected_fail_message") {
            self.failure = Some(Text::Exactly(message.trim().to_owned()));
            return Ok(false);
        }
        if old_fail && let Some(pattern) = line.strip_prefix("expected_fail_regexp") {
            self.failure = Some(Text::containing(pattern.trim()).map_err(unreadable)?);
            return Ok(false);
        }
        if line.starts_with("expect range vector") {
            let parts = EXPECT_RANGE.captures(line).ok_or_else(|| unreadable("not a range vector".to_owned()))?;
            self.window = Some(range(&parts[1], &parts[2], &parts[3]).map_err(unreadable)?);
            return Ok(true);
        }
        if let Some(literal) = line.strip_prefix("expect string") {
            self.wanted = Wanted::Text(string(literal.trim_start()).map_err(unreadable)?);
            return Ok(true);
        }
        if line.split(' ').next() == Some("expect") {
            self.expect(line).map_err(unreadable)?;
            return Ok(true);
        }
        if let Some(number) = number(line) {
            self.wanted = Wanted::Scalar(number);
            return Ok(false);
        }
        self.series(described(line, lines)?, times).map_err(unreadable)?;
        Ok(true)
    }

    fn expect(&mut self, line: &str) -> Result<(), String> {
        let parts = EXPECT.captures(line).ok_or_else(|| format!("`{line}` is no expectation"))?;
        let text = parts.get(3).map_or("", |text| text.as_str().trim());
        let text = match parts.get(2).map(|kind| kind.as_str()) {
            Some("msg") => Text::Exactly(text.to_owned()),
            Some(_) => Text::containing(text)?,
            None => Text::Any,
        };
        match &parts[1] {
            "ordered" => self.ordered = true,
            "fail" if self.failure.is_some() => return Err("a second `expect fail`".to_owned()),
            "fail" => self.failure = Some(text),
            "warn" => self.warnings.push(text),
            "info" => self.infos.push(text),
            "no_warn" => self.no_warning = true,
            _ => self.no_info = true,
        }
        let contradicts = self.no_warning && !self.warnings.is_empty() || self.no_info && !self.infos.is_empty();
        if contradicts { Err("it cannot be expected and not be expected".to_owned()) } else { Ok(()) }
    }

    fn series(&mut self, described: SeriesLine, times: Times) -> Result<(), String> {
        let moments = described.values.moments();
        if moments == 0 {
            return Err("an expected series needs a value".to_owned());
        }
        if moments > 1 && self.window.is_none() && matches!(times, Times::Instant(_)) {
            return Err("an instant evaluation gives one value, unless `expect range vector` is said".to_owned());
        }
        match &mut self.wanted {
            Wanted::Series(series) => series.push(described),
            wanted => *wanted = Wanted::Series(vec![described]),
        }
        Ok(())
    }
}

/// A number on a line of its own, as Go reads an integer of any base, and else a float.
fn number(text: &str) -> Option<f64> {
    if !text.starts_with(|first: char| first.is_ascii_alphanumeric() || matches!(first, '+' | '-' | '.')) {
        return None;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned.starts_with(['+', '-']) {
        return None;
    }
    let query = Query::parse(Excerpt::whole(FileId(0), unsigned));
    let value = match unsigned.to_ascii_lowercase().as_str() {
        "infinity" => f64::INFINITY,
        _ => query.valid()?.number().filter(|_| !unsigned.ends_with(|last: char| "smhdwy".contains(last)))?,
    };
    Some(if text.starts_with('-') { -value } else { value })
}

/// A string in double quotes or backquotes.
fn string(literal: &str) -> Result<String, String> {
    let query = Query::parse(Excerpt::whole(FileId(0), literal));
    let text = query.valid().and_then(|expr| expr.string()).filter(|_| literal.starts_with(['"', '`']));
    text.map(|text| text.value.to_string()).ok_or_else(|| format!("`{literal}` is no string in quotes"))
}

#[test]
fn numbers_stand_alone() {
    for (text, expected) in [
        ("3", Some(3.0)),
        ("-0.5", Some(-0.5)),
        ("0x1F", Some(31.0)),
        ("017", Some(15.0)),
        ("1e3", Some(1000.0)),
        ("+Inf", Some(f64::INFINITY)),
        ("-Infinity", Some(f64::NEG_INFINITY)),
        ("5m", None),
        ("{} 3", None),
        ("up 3", None),
        ("inf 3", None),
    ] {
        assert_eq!(number(text), expected, "{text}");
    }
    assert!(number("NaN").is_some_and(f64::is_nan));
}
