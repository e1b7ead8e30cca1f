//! One line of a page: what it says and where it goes wrong.

use std::{borrow::Cow, collections::BTreeSet, ops::Range};

use crate::vocab::{is_label_name, is_metric_name, parse_float};

/// Offending bytes of the line and what is wrong with them.
pub(super) type Fault = (Range<usize>, String);

/// A line; ranges are bytes of it.
#[derive(PartialEq, Debug)]
pub(super) enum Line {
    /// Nothing, or a comment.
    Blank,
    /// `# EOF`.
    End,
    /// `# HELP`, `# TYPE`, `# UNIT`: the word, the metric's name, which may be missing, and the rest.
    Meta {
        word: Range<usize>,
        name: Range<usize>,
        rest: Range<usize>,
    },
    Sample(SampleLine),
}

/// A sample; names and values without quotes.
#[derive(PartialEq, Debug)]
pub(super) struct SampleLine {
    pub(super) name: Range<usize>,
    pub(super) labels: Vec<(Range<usize>, Range<usize>)>,
    pub(super) value: f64,
    /// Milliseconds since 1970.
    pub(super) time: Option<i64>,
    pub(super) whole: Range<usize>,
}

/// Reads a line without its line break.
pub(super) fn read(text: &str, open_metrics: bool) -> Result<Line, Fault> {
    let mut scanner = Scanner { text, at: 0 };
    scanner.skip_blanks();
    match scanner.peek() {
        None => Ok(Line::Blank),
        Some(b'#') => scanner.meta(),
        Some(_) => scanner.sample(open_metrics),
    }
}

/// A label value or help text with its escapes `\\`, `\"`, `\n` resolved.
pub(super) fn unescaped(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut characters = raw.chars();
    while let Some(character) = characters.next() {
        match (character, characters.clone().next()) {
            ('\\', Some(escaped @ ('\\' | '"' | 'n'))) => {
                out.push(if escaped == 'n' { '\n' } else { escaped });
                characters.next();
            }
            _ => out.push(character),
        }
    }
    Cow::Owned(out)
}

/// A number as both formats have it: as Go's, but with neither `_` nor the exponent of hexadecimal ones.
pub fn number(text: &str) -> Option<f64> {
    if text.contains(['p', 'P', '_']) { None } else { parse_float(text).ok() }
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// The bytes up to a blank or one of `stops`.
    fn word(&mut self, stops: &[u8]) -> Range<usize> {
        let start = self.at;
        while self.peek().is_some_and(|byte| !matches!(byte, b' ' | b'\t') && !stops.contains(&byte)) {
            self.at += 1;
        }
        start..self.at
    }

    /// The text between the quote here and the next one that is not escaped.
    fn quoted(&mut self, what: &str) -> Result<Range<usize>, Fault> {
        let open = self.at;
        self.at += 1;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.at += 1;
                    return Ok(open + 1..self.at - 1);
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        Err((open..self.text.len(), format!("the quote of the {what} is never closed")))
    }

    /// A name, quoted or not, up to one of `stops`.
    fn name(&mut self, stops: &[u8], what: &str) -> Result<Range<usize>, Fault> {
        if self.peek() == Some(b'"') {
            return self.quoted(what);
        }
        let name = self.word(stops);
        let fits = if what == "label name" { is_label_name } else { is_metric_name };
        if name.is_empty() {
            return Err((self.here(), format!("a {what} is missing")));
        }
        if !fits(&self.text[name.clone()]) {
            let message = format!("`{}` is not a {what}", &self.text[name.clone()]);
            return Err((name, message));
        }
        Ok(name)
    }

    /// The next character, or the end of the line.
    fn here(&self) -> Range<usize> {
        let length = self.text[self.at..].chars().next().map_or(0, char::len_utf8);
        self.at..self.at + length
    }

    fn meta(&mut self) -> Result<Line, Fault> {
        if self.text.trim_end() == "# EOF" {
            return Ok(Line::End);
        }
        self.at += 1;
        self.skip_blanks();
        let word = self.word(&[]);
        if !matches!(&self.text[word.clone()], "HELP" | "TYPE" | "UNIT") {
            return Ok(Line::Blank);
        }
        self.skip_blanks();
        let name = if self.peek().is_none() { self.here() } else { self.name(&[], "metric name")? };
        self.skip_blanks();
        let end = self.text.trim_end_matches('\r').len().max(self.at);
        Ok(Line::Meta { word, name, rest: self.at..end })
    }

    fn sample(&mut self, open_metrics: bool) -> Result<Line, Fault> {
        let start = self.at;
        let mut labels = Vec::new();
        let mut name = None;
        if self.peek() != Some(b'{') {
            name = Some(self.name(b"{", "metric name")?);
            self.skip_blanks();
        }
        if self.peek() == Some(b'{') {
            self.labels(&mut name, &mut labels)?;
            self.skip_blanks();
        }
        let Some(name) = name else {
            return Err((start..self.at, "the sample has no metric name".to_owned()));
        };
        let value_range = self.word(&[]);
        let value_text = &self.text[value_range.clone()];
        if value_text.is_empty() {
            return Err((start..self.text.trim_end().len().max(start), "the sample has no value".to_owned()));
        }
        let Some(value) = number(value_text) else {
            let message = format!("`{value_text}` is not a value");
            return Err((value_range, message));
        };
        let time = self.rest(open_metrics)?;
        Ok(Line::Sample(SampleLine { name, labels, value, time, whole: start..value_range.end }))
    }

    /// What follows the value: a timestamp, which is given back in milliseconds, and an exemplar in OpenMetrics.
    fn rest(&mut self, open_metrics: bool) -> Result<Option<i64>, Fault> {
        self.skip_blanks();
        let timestamp = self.word(b"#");
        let text = &self.text[timestamp.clone()];
        // OpenMetrics counts seconds, the older format milliseconds.
        let time = match open_metrics {
            true => text.parse::<f64>().ok().map(|seconds| (seconds * 1000.0) as i64),
            false => text.parse::<i64>().ok(),
        };
        if !text.is_empty() && time.is_none() {
            let message = format!("`{text}` is not a timestamp");
            return Err((timestamp, message));
        }
        self.skip_blanks();
        match self.peek() {
            None | Some(b'\r') => Ok(time),
            Some(b'#') if open_metrics => Ok(time),
            Some(_) => {
                Err((self.at..self.text.trim_end().len(), "text follows the value and the timestamp".to_owned()))
            }
        }
    }

    /// `{name="value", …}`; a quoted name without a value is the metric's.
    fn labels(
        &mut self,
        metric: &mut Option<Range<usize>>,
        labels: &mut Vec<(Range<usize>, Range<usize>)>,
    ) -> Result<(), Fault> {
        let open = self.at;
        let text = self.text;
        let mut known = BTreeSet::new();
        self.at += 1;
        loop {
            self.skip_blanks();
            match self.peek() {
                None => return Err((open..open + 1, "`{` is never closed".to_owned())),
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(_) => {}
            }
            let quoted = self.peek() == Some(b'"');
            let name = self.name(b"=,}", "label name")?;
            self.skip_blanks();
            if quoted && metric.is_none() && self.peek() != Some(b'=') {
                *metric = Some(name);
            } else {
                let value = self.label_value(&name)?;
                if &self.text[name.clone()] == "__name__" {
                    return Err((name, "label `__name__` is the metric's name itself".to_owned()));
                }
                if !known.insert(&text[name.clone()]) {
                    let message = format!("label `{}` is given twice", &self.text[name.clone()]);
                    return Err((name, message));
                }
                labels.push((name, value));
            }
            self.skip_blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') | None => {}
                Some(_) => return Err((self.here(), "labels are not separated by `,`".to_owned())),
            }
        }
    }

    fn label_value(&mut self, name: &Range<usize>) -> Result<Range<usize>, Fault> {
        if self.peek() != Some(b'=') {
            return Err((name.clone(), format!("label `{}` has no value", &self.text[name.clone()])));
        }
        self.at += 1;
        self.skip_blanks();
        if self.peek() != Some(b'"') {
            let value = self.word(b",}");
            let place = if value.is_empty() { name.clone() } else { value };
            return Err((place, format!("the value of label `{}` is not quoted", &self.text[name.clone()])));
        }
        self.quoted("label value")
    }
}
