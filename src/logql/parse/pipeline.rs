//! What lines pass through: filters, parsers, formats.

use crate::{
    logql::{
        ast::{Chosen, FormatSource, Formatted, LabelFilter, LineFilter, LineOp, Parser as Step, Stage, StageKind},
        lex::Error,
        literal::inside_quotes,
        token::TokenKind,
    },
    text::{Excerpt, Spanned},
};

use super::Parser;

impl Parser<'_> {
    /// The next step of a pipeline; none when something else follows.
    pub(super) fn stage(&mut self) -> Result<Option<Stage>, Error> {
        let first = self.at;
        let kind = if let Some(op) = self.line_op() {
            Some(StageKind::LineFilter(self.line_filter(op)?))
        } else if self.is("|") && !self.at_unwrap() {
            self.step();
            Some(self.piped()?)
        } else {
            None
        };
        Ok(kind.map(|kind| Stage { span: self.span_from(first), kind }))
    }

    /// Whether `| unwrap` follows, which only range aggregations have.
    pub(super) fn at_unwrap(&self) -> bool {
        let next = (self.at + 1).min(self.tokens.len() - 1);
        *self.second() == TokenKind::Word && self.text(next).eq_ignore_ascii_case("unwrap")
    }

    /// `| unwrap size`, `| unwrap duration(took)`.
    pub(super) fn unwrap(&mut self) -> Result<Spanned<String>, Error> {
        self.step();
        self.step();
        let name = self.name("the label to unwrap")?;
        let converts = matches!(name.value.as_str(), "bytes" | "duration" | "duration_seconds");
        if !(converts && self.take("(")) {
            return Ok(name);
        }
        let name = self.name("the label to unwrap")?;
        self.need(")", "after the label")?;
        Ok(name)
    }

    /// The operator of a line filter. `!=` is one only before a text: it compares metrics, too.
    fn line_op(&self) -> Option<LineOp> {
        let negated = true;
        match self.kind() {
            TokenKind::Sign("|=") => Some(LineOp::Contains { negated: false }),
            TokenKind::Sign("|~") => Some(LineOp::Matches { negated: false }),
            TokenKind::Sign("|>") => Some(LineOp::Fits { negated: false }),
            TokenKind::Sign("!=") if self.text_follows() => Some(LineOp::Contains { negated }),
            TokenKind::Sign("!~") => Some(LineOp::Matches { negated }),
            TokenKind::Sign("!>") => Some(LineOp::Fits { negated }),
            _ => None,
        }
    }

    /// Whether a text, or `ip(…)`, stands after the token at hand.
    fn text_follows(&self) -> bool {
        let next = (self.at + 1).min(self.tokens.len() - 1);
        matches!(self.second(), TokenKind::Text(_)) || self.text(next).eq_ignore_ascii_case("ip")
    }

    fn line_filter(&mut self, op: LineOp) -> Result<LineFilter, Error> {
        let op = Spanned::new(self.excerpt.span(self.step()), op);
        let mut wanted = vec![self.wanted()?];
        while self.is_word("or") && self.text_follows() {
            self.step();
            wanted.push(self.wanted()?);
        }
        Ok(LineFilter { op, wanted })
    }

    /// `"error"`, `ip("10.0.0.0/8")`.
    fn wanted(&mut self) -> Result<Spanned<String>, Error> {
        if self.take_word("ip") { self.address() } else { self.string("a text in quotes after the filter") }
    }

    fn address(&mut self) -> Result<Spanned<String>, Error> {
        self.need("(", "after `ip`")?;
        let address = self.string("an address in quotes")?;
        self.need(")", "after the address")?;
        Ok(address)
    }

    /// What stands behind a `|`.
    fn piped(&mut self) -> Result<StageKind, Error> {
        let word = self.word().unwrap_or_default();
        // A label may have the name of a parser.
        let is_label =
            matches!(self.second(), TokenKind::Sign("=" | "!=" | "=~" | "!~" | "==" | ">" | ">=" | "<" | "<="));
        if !is_label {
            match word.as_str() {
                "json" => return self.listing(Step::Json),
                "logfmt" => return self.listing(Step::Logfmt),
                "unpack" | "decolorize" => {
                    self.step();
                    let is_parser = word == "unpack";
                    return Ok(if is_parser { StageKind::Parser(Step::Unpack) } else { StageKind::Decolorize });
                }
                "regexp" => return self.with_text(|text| StageKind::Parser(Step::Regexp(text))),
                "pattern" => return self.with_text(|text| StageKind::Parser(Step::Pattern(text))),
                "line_format" => {
                    self.step();
                    return self.template("a text in quotes after `line_format`").map(StageKind::LineFormat);
                }
                "label_format" => return self.label_format(),
                "drop" => return self.labels().map(StageKind::Drop),
                "keep" => return self.labels().map(StageKind::Keep),
                _ => {}
            }
        }
        if word.is_empty() && !self.is("(") {
            return Err(self.expected("a parser, a format or a filter of labels after `|`"));
        }
        self.label_filter().map(StageKind::LabelFilter)
    }

    fn with_text(&mut self, kind: impl FnOnce(Spanned<String>) -> StageKind) -> Result<StageKind, Error> {
        let word = self.word().unwrap_or_default();
        self.step();
        self.string(&format!("a text in quotes after `{word}`")).map(kind)
    }

    fn template(&mut self, what: &str) -> Result<Excerpt, Error> {
        let range = self.tokens[self.at].range.clone();
        self.string(what)?;
        Ok(inside_quotes(self.excerpt, range))
    }

    /// `json`, `json status, method="request.method"`, `logfmt --strict`.
    fn listing(&mut self, kind: fn(Vec<Spanned<String>>) -> Step) -> Result<StageKind, Error> {
        self.step();
        while *self.kind() == TokenKind::Flag {
            self.step();
        }
        let mut labels = Vec::new();
        if *self.kind() == TokenKind::Word && !self.is_word("offset") {
            loop {
                labels.push(self.name("the name of a label")?);
                if self.take("=") {
                    self.string("the path in quotes")?;
                }
                if !self.take(",") {
                    break;
                }
            }
        }
        Ok(StageKind::Parser(kind(labels)))
    }

    fn label_format(&mut self) -> Result<StageKind, Error> {
        self.step();
        let mut labels = Vec::new();
        loop {
            let name = self.name("the name of a label")?;
            self.need("=", "after the label")?;
            let source = if *self.kind() == TokenKind::Word {
                FormatSource::Label(self.name("the label it was called before")?)
            } else {
                FormatSource::Template(self.template("a label, or a template in quotes")?)
            };
            labels.push(Formatted { name, source });
            if !self.take(",") {
                return Ok(StageKind::LabelFormat(labels));
            }
        }
    }

    /// The labels of `drop` and `keep`, some perhaps with a value.
    fn labels(&mut self) -> Result<Vec<Chosen>, Error> {
        self.step();
        let mut labels = Vec::new();
        loop {
            let name = self.name("the name of a label")?;
            let is_conditional = self.match_op().is_some();
            if is_conditional {
                self.step();
                self.string("the value in quotes")?;
            }
            labels.push(Chosen { name, is_conditional });
            if !self.take(",") {
                return Ok(labels);
            }
        }
    }

    /// Conditions with `and`, `or`, commas, or nothing between.
    fn label_filter(&mut self) -> Result<LabelFilter, Error> {
        let mut filters = vec![self.condition()?];
        loop {
            let is_joined = self.take_word("and") || self.take_word("or") || self.take(",");
            let follows = self.is("(") || (*self.kind() == TokenKind::Word && self.comparison_follows());
            if !is_joined && !follows {
                let only = if filters.len() == 1 { filters.pop() } else { None };
                return Ok(only.unwrap_or(LabelFilter::Several(filters)));
            }
            filters.push(self.condition()?);
        }
    }

    fn comparison_follows(&self) -> bool {
        matches!(self.second(), TokenKind::Sign("=" | "!=" | "=~" | "!~" | "==" | ">" | ">=" | "<" | "<="))
    }

    fn condition(&mut self) -> Result<LabelFilter, Error> {
        if self.take("(") {
            let inner = self.deeper(Self::label_filter)?;
            self.need(")", "to close the bracket")?;
            return Ok(inner);
        }
        if *self.kind() == TokenKind::Word && !self.comparison_follows() {
            let label = self.text(self.at).to_owned();
            self.step();
            return Err(self.expected(&format!("a comparison after the label `{label}`")));
        }
        let compares_text = matches!(self.tokens[(self.at + 2).min(self.tokens.len() - 1)].kind, TokenKind::Text(_));
        if self.match_op_after_label() && compares_text {
            return self.matcher().map(LabelFilter::Matcher);
        }
        let label = self.name("a condition on a label")?;
        let is_match = self.match_op().is_some_and(|op| op.is_regex());
        self.step();
        if is_match {
            return Err(self.expected("a regular expression in quotes"));
        }
        self.quantity()?;
        Ok(LabelFilter::Compared(label))
    }

    fn match_op_after_label(&self) -> bool {
        matches!(self.second(), TokenKind::Sign("=" | "!=" | "=~" | "!~"))
    }

    /// What a label is compared with: a number, a duration, a size or a network.
    fn quantity(&mut self) -> Result<(), Error> {
        if self.take_word("ip") {
            return self.address().map(drop);
        }
        if !self.take("-") {
            self.take("+");
        }
        match self.kind() {
            TokenKind::Number(_) | TokenKind::Duration | TokenKind::Bytes => {
                self.step();
                Ok(())
            }
            _ => Err(self.expected("a text in quotes, a number, a duration or a size")),
        }
    }
}
