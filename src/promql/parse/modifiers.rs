//! Label lists, matching between operands, and what shifts a selector in time.

use crate::{
    diag::Diagnostic,
    promql::{
        ast::{
            At, AtTime, BinaryModifiers, Expr, Extension, Fill, Group, Labels, Matching, MatchingKind, Modifiers,
            Offset, Side, Sign,
        },
        features::Feature,
        operators::BinaryOp,
        token::{Keyword, Token, TokenKind},
    },
    text::{Name, Span, Spanned},
    vocab::stray,
};

use super::Parser;

impl Parser<'_> {
    /// `bool on (…) group_left (…) fill (…)`, in this order.
    pub(super) fn binary_modifiers(&mut self) -> BinaryModifiers {
        let mut modifiers = BinaryModifiers::default();
        let mut last = 0;
        while let TokenKind::Keyword(keyword) = self.peek() {
            let rank = match keyword {
                Keyword::Bool => 1,
                Keyword::On | Keyword::Ignoring => 2,
                Keyword::GroupLeft | Keyword::GroupRight => 3,
                Keyword::Fill | Keyword::FillLeft | Keyword::FillRight => 4,
                _ => break,
            };
            let token = self.bump();
            let word = self.text_of(token);
            let second_fill = rank == 4 && last == 4 && keyword != Keyword::Fill;
            if rank <= last && !second_fill {
                self.report(
                    Diagnostic::error(self.span_of(token), format!("`{word}` stands in the wrong place"))
                        .help("the order is `bool`, `on` or `ignoring`, `group_left` or `group_right`, `fill`"),
                );
            }
            last = rank;
            match keyword {
                Keyword::Bool => modifiers.bool_modifier = Some(self.span_of(token)),
                Keyword::On => modifiers.matching = Some(Box::new(self.matching(token, MatchingKind::On))),
                Keyword::Ignoring => modifiers.matching = Some(Box::new(self.matching(token, MatchingKind::Ignoring))),
                Keyword::GroupLeft => {
                    modifiers.group = Some(Box::new(self.group(token, Side::Left, modifiers.matching.as_deref())))
                }
                Keyword::GroupRight => {
                    modifiers.group = Some(Box::new(self.group(token, Side::Right, modifiers.matching.as_deref())))
                }
                _ => self.fill(token, keyword, &mut modifiers.fill),
            }
        }
        modifiers
    }

    fn matching(&mut self, token: Token, kind: MatchingKind) -> Matching {
        let labels = self.labels(token);
        Matching { span: self.span_from(token.start as usize), kind: self.spanned(token, kind), labels }
    }

    fn group(&mut self, token: Token, side: Side, matching: Option<&Matching>) -> Group {
        if matching.is_none() {
            let word = self.text_of(token);
            self.report(
                Diagnostic::error(
                    self.span_of(token),
                    format!("`{word}` without `on (…)` or `ignoring (…)` before it"),
                )
                .help(format!("say which labels match: `on (job) {word}`")),
            );
        }
        let labels = (self.peek() == TokenKind::LeftParen).then(|| self.labels(token));
        Group { span: self.span_from(token.start as usize), side: self.spanned(token, side), labels }
    }

    fn fill(&mut self, token: Token, keyword: Keyword, fill: &mut Fill) {
        let word = self.text_of(token);
        self.uses(Feature::FillModifiers, self.span_of(token), format!("`{word}`"));
        let opening = self.open(TokenKind::RightParen);
        let value = self.signed_number(&format!("a number after `{word} (`"));
        self.close(opening, "`)`");
        let (left, right) = (keyword != Keyword::FillRight, keyword != Keyword::FillLeft);
        if (left && fill.left.is_some()) || (right && fill.right.is_some()) {
            self.report(Diagnostic::error(self.span_of(token), "this side is filled twice"));
        }
        if left {
            fill.left = value.map(Box::new);
        }
        if right {
            fill.right = value.map(Box::new);
        }
    }

    /// A number or duration with an optional sign; `None` is reported.
    fn signed_number(&mut self, wanted: &str) -> Option<Spanned<f64>> {
        let start = self.token().start as usize;
        let sign = match self.peek() {
            TokenKind::Operator(BinaryOp::Add) => Some(Sign::Plus),
            TokenKind::Operator(BinaryOp::Subtract) => Some(Sign::Minus),
            _ => None,
        };
        if sign.is_some() {
            self.bump();
        }
        if !matches!(self.peek(), TokenKind::Number | TokenKind::Duration) {
            self.unexpected(wanted);
            return None;
        }
        let number = self.number_literal();
        let number = number.signed(sign.unwrap_or(Sign::Plus), self.span_from(start));
        Some(Spanned::new(number.span, number.value))
    }

    /// The list of labels in parentheses after `word`.
    pub(super) fn labels(&mut self, word: Token) -> Labels {
        if self.peek() != TokenKind::LeftParen {
            return self.labels_without_parens(word);
        }
        let opening = self.open(TokenKind::RightParen);
        let mut names = Vec::with_capacity(self.listed());
        while self.peek() != TokenKind::RightParen {
            match self.label_name() {
                Some(name) => names.push(name),
                None => {
                    self.unexpected("a label name");
                    self.skip_to(|kind| matches!(kind, TokenKind::Comma | TokenKind::RightParen));
                }
            }
            if self.eat(TokenKind::Comma).is_some() {
                continue;
            }
            if self.peek().is_label_name() {
                self.unexpected_with_help("`,` or `)`", Some("labels are separated by commas".into()));
                continue;
            }
            break;
        }
        self.close(opening, "`,` or `)`");
        Labels { span: self.span_from(opening.start as usize), names: names.into() }
    }

    /// Reports missing parentheses, and takes the labels that stand there without them.
    fn labels_without_parens(&mut self, word: Token) -> Labels {
        let word = self.text_of(word);
        let bare = self.peek() == TokenKind::Identifier;
        let help = bare.then(|| format!("labels stand in parentheses: `{word} ({})`", self.text_of(self.token())));
        self.unexpected_with_help(&format!("`(` after `{word}`"), help);
        let start = self.token().start as usize;
        let mut names = Vec::new();
        while bare && self.peek() == TokenKind::Identifier {
            names.extend(self.label_name());
            if self.peek_second() == TokenKind::Identifier {
                self.eat(TokenKind::Comma);
            }
        }
        let span = if names.is_empty() { self.span(start..start) } else { self.span_from(start) };
        Labels { span, names: names.into() }
    }

    fn label_name(&mut self) -> Option<Spanned<Name>> {
        let token = self.token();
        if token.kind == TokenKind::String {
            self.bump();
            let name = self.string_literal(token);
            if name.value.is_empty() {
                self.report(Diagnostic::error(name.span, "a label has no empty name"));
            } else if stray::has_strays(&name.value) {
                self.report(Diagnostic::error(name.span, "names of labels are UTF-8, which this is not"));
            }
            return Some(name);
        }
        if !token.kind.is_label_name() {
            return None;
        }
        self.bump();
        Some(self.spanned_text(token))
    }

    /// Passes over a list of labels that belongs to a modifier without an operator.
    pub(super) fn skip_grouping(&mut self) {
        if self.peek() == TokenKind::LeftParen {
            let opening = self.open(TokenKind::RightParen);
            self.skip_to(|kind| kind == TokenKind::RightParen);
            self.close(opening, "`)`");
        }
    }

    /// `offset 5m` behind an expression.
    pub(super) fn offset(&mut self, expr: &mut Expr) {
        let start = self.bump().start as usize;
        let duration = self.offset_duration();
        let span = self.span_from(start);
        let Some(modifiers) = self.modifiers_of(expr, "offset", span) else { return };
        if let Some(first) = modifiers.offset.as_ref().map(|first| first.span) {
            return self.twice("offset", first, span);
        }
        modifiers.offset = Some(Box::new(Offset { span, duration }));
        extend(expr, span);
    }

    /// `@ 1609746000` behind an expression.
    pub(super) fn at(&mut self, expr: &mut Expr) {
        let start = self.bump().start as usize;
        let time = match self.peek() {
            TokenKind::Keyword(keyword @ (Keyword::Start | Keyword::End)) => {
                self.bump();
                if self.peek() == TokenKind::LeftParen {
                    let opening = self.open(TokenKind::RightParen);
                    self.close(opening, "`)`");
                } else {
                    self.unexpected("`(`");
                }
                Some(if keyword == Keyword::Start { AtTime::Start } else { AtTime::End })
            }
            _ => self
                .signed_number("seconds since 1970, `start()` or `end()` after `@`")
                .and_then(|time| self.moment(time)),
        };
        let span = self.span_from(start);
        let Some(modifiers) = self.modifiers_of(expr, "@", span) else { return };
        if let Some(first) = modifiers.at.as_ref().map(|first| first.span) {
            return self.twice("@", first, span);
        }
        modifiers.at = time.map(|time| Box::new(At { span, time }));
        extend(expr, span);
    }

    /// The moment so many seconds after 1970, if Prometheus can hold it.
    fn moment(&mut self, seconds: Spanned<f64>) -> Option<AtTime> {
        if !seconds.value.is_finite() || seconds.value.abs() >= i64::MAX as f64 {
            self.report(Diagnostic::error(seconds.span, "Prometheus cannot hold this time"));
            return None;
        }
        Some(AtTime::Milliseconds((seconds.value * 1000.0).round() as i64))
    }

    /// `anchored` or `smoothed` behind an expression.
    pub(super) fn extension(&mut self, expr: &mut Expr) {
        let token = self.bump();
        let extension = match token.kind {
            TokenKind::Keyword(Keyword::Anchored) => Extension::Anchored,
            _ => Extension::Smoothed,
        };
        let word = self.text_of(token).to_ascii_lowercase();
        let span = self.span_of(token);
        if let Expr::Subquery(subquery) = expr {
            let place = subquery.brackets;
            return self.report(
                Diagnostic::error(span, format!("`{word}` does not work on a subquery")).label(place, "a subquery"),
            );
        }
        self.uses(Feature::ExtendedRangeSelectors, span, format!("`{word}`"));
        let Some(modifiers) = self.modifiers_of(expr, &word, span) else { return };
        if let Some(first) = &modifiers.extension {
            let message = "only one of `anchored` and `smoothed` can be said, and once";
            return self.report(Diagnostic::error(span, message).label(first.span, "first said here"));
        }
        modifiers.extension = Some(Box::new(Spanned::new(span, extension)));
        extend(expr, span);
    }

    /// The modifiers of an expression that can have some; otherwise says that it cannot.
    fn modifiers_of<'e>(&mut self, expr: &'e mut Expr, word: &str, place: Span) -> Option<&'e mut Modifiers> {
        let span = expr.span();
        match expr {
            Expr::Selector(selector) => return Some(&mut selector.modifiers),
            Expr::Range(range) => return Some(&mut range.modifiers),
            Expr::Subquery(subquery) => return Some(&mut subquery.modifiers),
            Expr::Broken(_) => {}
            _ => self.report(
                Diagnostic::error(place, format!("`{word}` follows something that is no selector and no subquery"))
                    .label(span, "this")
                    .help(format!("put `{word}` behind the selector inside")),
            ),
        }
        None
    }

    fn twice(&mut self, word: &str, first: Span, second: Span) {
        self.report(Diagnostic::error(second, format!("`{word}` is said twice")).label(first, "first said here"));
    }
}

/// Lets the span of a selector or subquery reach to the end of its modifier.
fn extend(expr: &mut Expr, modifier: Span) {
    match expr {
        Expr::Selector(selector) => selector.span = selector.span.to(modifier),
        Expr::Range(range) => range.span = range.span.to(modifier),
        Expr::Subquery(subquery) => subquery.span = subquery.span.to(modifier),
        _ => {}
    }
}
