//! The syntax tree of LogQL: log queries, and the metrics that are computed of them.

use crate::{
    text::{Excerpt, Span, Spanned},
    vocab::Pattern,
};

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Expr {
    /// Log lines: `{app="shop"} |= "error"`.
    Log(LogQuery),
    /// A number for each stream: `rate({app="shop"}[5m])`.
    Range(Box<RangeAggregation>),
    /// Streams taken together: `sum by (app) (…)`.
    Vector(Box<VectorAggregation>),
    /// `a / b`.
    Binary(Box<Binary>),
    /// `label_replace(…)`.
    LabelReplace(Box<LabelReplace>),
    /// A number, or `vector(1)`.
    Number(Spanned<f64>),
    /// `(…)`.
    Paren(Box<Expr>, Span),
}

/// Streams, and what their lines pass through.
#[derive(Clone, PartialEq, Debug)]
pub struct LogQuery {
    /// All of it.
    pub span: Span,
    /// Which streams.
    pub selector: Selector,
    /// What happens to their lines, in order.
    pub stages: Vec<Stage>,
}

/// `{app="shop", level!="debug"}`.
#[derive(Clone, PartialEq, Debug)]
pub struct Selector {
    /// With its braces.
    pub span: Span,
    /// In the order written.
    pub matchers: Vec<Matcher>,
}

/// `label="value"`.
#[derive(Clone, PartialEq, Debug)]
pub struct Matcher {
    /// All of it.
    pub span: Span,
    /// The label.
    pub label: Spanned<String>,
    /// How it compares.
    pub op: Spanned<MatchOp>,
    /// The value, decoded; its place includes the quotes.
    pub value: Spanned<String>,
}

/// How a matcher or a line filter compares.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MatchOp {
    /// `=`, and `|=` of lines, which contain the text.
    Equal,
    /// `!=`.
    NotEqual,
    /// `=~`, and `|~` of lines.
    Regex,
    /// `!~`.
    NotRegex,
}

/// A step of a pipeline.
#[derive(Clone, PartialEq, Debug)]
pub struct Stage {
    /// With its `|`.
    pub span: Span,
    /// What it does.
    pub kind: StageKind,
}

/// What a step of a pipeline does.
#[derive(Clone, PartialEq, Debug)]
pub enum StageKind {
    /// `|= "error" or "fatal"`: keeps lines.
    LineFilter(LineFilter),
    /// `| json`, `| logfmt`, `| unpack`: makes labels of the line.
    Parser(Parser),
    /// `| level="error"`: keeps lines by their labels.
    LabelFilter(LabelFilter),
    /// `| line_format "…"`: writes the line anew, by a template.
    LineFormat(Excerpt),
    /// `| label_format a=b, c="…"`: renames labels, and makes some by templates.
    LabelFormat(Vec<Formatted>),
    /// `| drop a, b="c"`: removes labels.
    Drop(Vec<Chosen>),
    /// `| keep a, b="c"`: removes all other labels.
    Keep(Vec<Chosen>),
    /// `| decolorize`: removes colour codes.
    Decolorize,
}

/// A label that `label_format` makes.
#[derive(Clone, PartialEq, Debug)]
pub struct Formatted {
    /// Its name.
    pub name: Spanned<String>,
    /// What it is made of.
    pub source: FormatSource,
}

/// What a label is made of.
#[derive(Clone, PartialEq, Debug)]
pub enum FormatSource {
    /// The label that it was called before.
    Label(Spanned<String>),
    /// A template.
    Template(Excerpt),
}

/// A label that `drop` or `keep` names.
#[derive(Clone, PartialEq, Debug)]
pub struct Chosen {
    /// Its name.
    pub name: Spanned<String>,
    /// Whether it is chosen only where it has a certain value.
    pub is_conditional: bool,
}

/// A filter of lines.
#[derive(Clone, PartialEq, Debug)]
pub struct LineFilter {
    /// How it compares.
    pub op: Spanned<LineOp>,
    /// What it looks for, one of them being enough; decoded, with the place of the quotes.
    pub wanted: Vec<Spanned<String>>,
}

/// How a line is compared.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LineOp {
    /// `|=`, `!=`: contains a text, or does not.
    Contains {
        /// Whether lines that contain it are dropped.
        negated: bool,
    },
    /// `|~`, `!~`: matches a regular expression anywhere, or does not.
    Matches {
        /// Whether lines that match are dropped.
        negated: bool,
    },
    /// `|>`, `!>`: fits a pattern such as `<_> error <_>`, or does not.
    Fits {
        /// Whether lines that fit are dropped.
        negated: bool,
    },
}

/// What makes labels of a line.
#[derive(Clone, PartialEq, Debug)]
pub enum Parser {
    /// `json`, with the labels it makes when they are listed.
    Json(Vec<Spanned<String>>),
    /// `logfmt`, likewise.
    Logfmt(Vec<Spanned<String>>),
    /// `unpack`.
    Unpack,
    /// `regexp "…"`.
    Regexp(Spanned<String>),
    /// `pattern "…"`.
    Pattern(Spanned<String>),
}

/// A condition on labels.
#[derive(Clone, PartialEq, Debug)]
pub enum LabelFilter {
    /// `level="error"`.
    Matcher(Matcher),
    /// `duration > 10s`, `size >= 20MB`, `status != 200`, `addr = ip("10.0.0.0/8")`.
    Compared(Spanned<String>),
    /// `a and b`, `a, b`, `a b`, `a or b`.
    Several(Vec<LabelFilter>),
}

/// Lines of a window: `{…} | json [5m] offset 1h`.
#[derive(Clone, PartialEq, Debug)]
pub struct LogRange {
    /// All of it.
    pub span: Span,
    /// The lines.
    pub log: LogQuery,
    /// The window in seconds, at the brackets.
    pub window: Spanned<f64>,
    /// The label whose value is the sample, instead of the line itself.
    pub unwrap: Option<Spanned<String>>,
}

/// `count_over_time(…)`.
#[derive(Clone, PartialEq, Debug)]
pub struct RangeAggregation {
    /// All of it.
    pub span: Span,
    /// Its name, in lower case.
    pub op: Spanned<String>,
    /// The quantile of `quantile_over_time`.
    pub parameter: Option<Spanned<f64>>,
    /// What is aggregated.
    pub range: LogRange,
    /// `by (…)`, `without (…)`.
    pub grouping: Option<Grouping>,
}

/// `sum by (app) (…)`.
#[derive(Clone, PartialEq, Debug)]
pub struct VectorAggregation {
    /// All of it.
    pub span: Span,
    /// Its name, in lower case.
    pub op: Spanned<String>,
    /// The number of `topk` and `bottomk`.
    pub parameter: Option<Spanned<f64>>,
    /// What is aggregated.
    pub operand: Expr,
    /// `by (…)`, `without (…)`.
    pub grouping: Option<Grouping>,
}

/// Which labels remain.
#[derive(Clone, PartialEq, Debug)]
pub struct Grouping {
    /// From the word to the bracket.
    pub span: Span,
    /// Whether the labels are those that go.
    pub without: bool,
    /// The labels.
    pub labels: Vec<Spanned<String>>,
}

/// `a > bool on (app) b`.
#[derive(Clone, PartialEq, Debug)]
pub struct Binary {
    /// All of it.
    pub span: Span,
    /// The sign or word, in lower case.
    pub op: Spanned<String>,
    /// Its left side.
    pub left: Expr,
    /// Its right side.
    pub right: Expr,
}

/// `label_replace(v, "dst", "$1", "src", "regex")`.
#[derive(Clone, PartialEq, Debug)]
pub struct LabelReplace {
    /// All of it.
    pub span: Span,
    /// What is renamed.
    pub operand: Expr,
    /// The pattern.
    pub pattern: Spanned<String>,
}

impl LogQuery {
    /// The templates of its formats, in order.
    pub fn templates(&self) -> impl Iterator<Item = &Excerpt> {
        self.stages.iter().flat_map(|stage| match &stage.kind {
            StageKind::LineFormat(template) => vec![template],
            StageKind::LabelFormat(labels) => labels.iter().filter_map(Formatted::template).collect(),
            _ => Vec::new(),
        })
    }
}

impl Formatted {
    /// The template that it is made by.
    pub fn template(&self) -> Option<&Excerpt> {
        match &self.source {
            FormatSource::Template(template) => Some(template),
            FormatSource::Label(_) => None,
        }
    }
}

impl Expr {
    /// All of it.
    pub fn span(&self) -> Span {
        match self {
            Self::Log(log) => log.span,
            Self::Range(range) => range.span,
            Self::Vector(vector) => vector.span,
            Self::Binary(binary) => binary.span,
            Self::LabelReplace(replace) => replace.span,
            Self::Number(number) => number.span,
            Self::Paren(_, span) => *span,
        }
    }

    /// Its parts, and theirs, itself first.
    pub fn walk(&self) -> Vec<&Self> {
        let mut found = vec![self];
        let mut at = 0;
        while let Some(expr) = found.get(at).copied() {
            match expr {
                Self::Vector(vector) => found.push(&vector.operand),
                Self::Binary(binary) => found.extend([&binary.left, &binary.right]),
                Self::LabelReplace(replace) => found.push(&replace.operand),
                Self::Paren(inner, _) => found.push(inner),
                Self::Log(_) | Self::Range(_) | Self::Number(_) => {}
            }
            at += 1;
        }
        found
    }

    /// The log queries in it.
    pub fn logs(&self) -> impl Iterator<Item = &LogQuery> {
        self.walk().into_iter().filter_map(|expr| match expr {
            Self::Log(log) => Some(log),
            Self::Range(range) => Some(&range.range.log),
            _ => None,
        })
    }

    /// The windows in it.
    pub fn ranges(&self) -> impl Iterator<Item = &RangeAggregation> {
        self.walk().into_iter().filter_map(|expr| match expr {
            Self::Range(range) => Some(&**range),
            _ => None,
        })
    }
}

impl Matcher {
    /// Whether it takes a value; an absent label has the empty one. A broken pattern takes everything.
    pub fn matches(&self, value: &str) -> bool {
        match self.op.value {
            MatchOp::Equal => self.value.value == value,
            MatchOp::NotEqual => self.value.value != value,
            MatchOp::Regex => self.pattern().is_none_or(|pattern| pattern.is_match(value)),
            MatchOp::NotRegex => self.pattern().is_none_or(|pattern| !pattern.is_match(value)),
        }
    }

    /// Its regular expression, when it has one that compiles.
    pub fn pattern(&self) -> Option<Pattern> {
        self.op.value.is_regex().then(|| Pattern::anchored(&self.value.value).ok()).flatten()
    }

    /// Every value it takes, when they can be listed.
    pub fn values(&self) -> Option<Vec<String>> {
        match self.op.value {
            MatchOp::Equal => Some(vec![self.value.value.clone()]),
            MatchOp::Regex => self.pattern()?.literals().map(<[String]>::to_vec),
            MatchOp::NotEqual | MatchOp::NotRegex => None,
        }
    }
}

impl MatchOp {
    /// Whether the value is a regular expression.
    pub fn is_regex(self) -> bool {
        matches!(self, Self::Regex | Self::NotRegex)
    }
}
