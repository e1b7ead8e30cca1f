//! The tokens of PromQL.

use std::ops::Range;

use super::operators::{AggregationOp, BinaryOp};

/// A token: what it is and where in the expression's text.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// What a token is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum TokenKind {
    /// A word without a colon that means nothing by itself.
    Identifier,
    /// A word with a colon.
    MetricIdentifier,
    Keyword(Keyword),
    Aggregator(AggregationOp),
    Operator(BinaryOp),
    Number,
    Duration,
    String,
    LeftParen,
    RightParen,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    Comma,
    Colon,
    /// `=`.
    Assign,
    /// `=~`.
    RegexMatch,
    /// `!~`.
    RegexMismatch,
    /// `@`.
    At,
    /// What is no token; the lexer has reported it.
    Bad,
    /// Behind the last token.
    End,
}

/// A word with a meaning of its own.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Keyword {
    Offset,
    Anchored,
    Smoothed,
    By,
    Without,
    On,
    Ignoring,
    GroupLeft,
    GroupRight,
    Fill,
    FillLeft,
    FillRight,
    Bool,
    Start,
    End,
    Step,
    Range,
    MaxOf,
    MinOf,
}

impl Token {
    /// Its bytes in the expression's text.
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The longest word with a meaning.
const LONGEST_WORD: usize = 12;

impl TokenKind {
    /// What a word outside braces is; keywords count in any case.
    pub(super) fn of_word(word: &str) -> TokenKind {
        let mut lower = [0; LONGEST_WORD];
        let Some(lower) = lower.get_mut(..word.len()) else { return TokenKind::of_name(word) };
        lower.copy_from_slice(word.as_bytes());
        lower.make_ascii_lowercase();
        let keyword = match &*lower {
            b"and" => return TokenKind::Operator(BinaryOp::And),
            b"or" => return TokenKind::Operator(BinaryOp::Or),
            b"unless" => return TokenKind::Operator(BinaryOp::Unless),
            b"atan2" => return TokenKind::Operator(BinaryOp::Atan2),
            b"inf" | b"nan" => return TokenKind::Number,
            b"offset" => Keyword::Offset,
            b"anchored" => Keyword::Anchored,
            b"smoothed" => Keyword::Smoothed,
            b"by" => Keyword::By,
            b"without" => Keyword::Without,
            b"on" => Keyword::On,
            b"ignoring" => Keyword::Ignoring,
            b"group_left" => Keyword::GroupLeft,
            b"group_right" => Keyword::GroupRight,
            b"fill" => Keyword::Fill,
            b"fill_left" => Keyword::FillLeft,
            b"fill_right" => Keyword::FillRight,
            b"bool" => Keyword::Bool,
            b"start" => Keyword::Start,
            b"end" => Keyword::End,
            b"step" => Keyword::Step,
            b"range" => Keyword::Range,
            b"max_of" => Keyword::MaxOf,
            b"min_of" => Keyword::MinOf,
            lower => return TokenKind::of_aggregation(lower).unwrap_or_else(|| TokenKind::of_name(word)),
        };
        TokenKind::Keyword(keyword)
    }

    fn of_aggregation(lower: &[u8]) -> Option<TokenKind> {
        Some(TokenKind::Aggregator(match lower {
            b"sum" => AggregationOp::Sum,
            b"avg" => AggregationOp::Avg,
            b"count" => AggregationOp::Count,
            b"min" => AggregationOp::Min,
            b"max" => AggregationOp::Max,
            b"group" => AggregationOp::Group,
            b"stddev" => AggregationOp::Stddev,
            b"stdvar" => AggregationOp::Stdvar,
            b"topk" => AggregationOp::Topk,
            b"bottomk" => AggregationOp::Bottomk,
            b"count_values" => AggregationOp::CountValues,
            b"quantile" => AggregationOp::Quantile,
            b"limitk" => AggregationOp::Limitk,
            b"limit_ratio" => AggregationOp::LimitRatio,
            _ => return None,
        }))
    }

    pub(super) fn of_name(word: &str) -> TokenKind {
        if word.contains(':') { TokenKind::MetricIdentifier } else { TokenKind::Identifier }
    }

    /// Whether it is a word that names a metric where an operand stands.
    pub(super) fn is_metric_name(self) -> bool {
        match self {
            TokenKind::Identifier | TokenKind::MetricIdentifier | TokenKind::Aggregator(_) => true,
            TokenKind::Operator(op) => op.is_set(),
            TokenKind::Keyword(keyword) => !matches!(
                keyword,
                Keyword::On | Keyword::Ignoring | Keyword::GroupLeft | Keyword::GroupRight | Keyword::Bool
            ),
            _ => false,
        }
    }

    /// Whether it is a word that names a label in a list of labels.
    pub(super) fn is_label_name(self) -> bool {
        match self {
            TokenKind::Identifier | TokenKind::MetricIdentifier | TokenKind::Aggregator(_) => true,
            TokenKind::Operator(op) => op.is_set() || op == BinaryOp::Atan2,
            TokenKind::Keyword(keyword) => keyword != Keyword::Without,
            _ => false,
        }
    }

    /// Whether it names a function when `(` follows.
    pub(super) fn is_function_name(self) -> bool {
        match self {
            TokenKind::Identifier => true,
            TokenKind::Keyword(keyword) => matches!(
                keyword,
                Keyword::Start | Keyword::End | Keyword::Step | Keyword::Range | Keyword::MaxOf | Keyword::MinOf
            ),
            _ => false,
        }
    }

    /// Whether an expression can begin with it.
    pub(super) fn begins_operand(self) -> bool {
        use TokenKind::{LeftBrace, LeftParen, Number, String};
        matches!(self, Number | TokenKind::Duration | String | LeftParen | LeftBrace)
            || (self.is_metric_name() && !matches!(self, TokenKind::Operator(_)))
    }

    /// Whether it opens something, or closes it.
    pub(super) fn is_bracket(self) -> bool {
        matches!(self, TokenKind::LeftParen | TokenKind::LeftBrace | TokenKind::LeftBracket) || self.is_closing()
    }

    /// Whether it closes what another opened.
    pub(super) fn is_closing(self) -> bool {
        matches!(self, TokenKind::RightParen | TokenKind::RightBrace | TokenKind::RightBracket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_every_aggregation() {
        for op in AggregationOp::ALL {
            assert_eq!(TokenKind::of_word(&op.text().to_ascii_uppercase()), TokenKind::Aggregator(op));
        }
        assert_eq!(TokenKind::of_word("sum_total"), TokenKind::Identifier);
        assert_eq!(TokenKind::of_word("job:sum"), TokenKind::MetricIdentifier);
    }
}
