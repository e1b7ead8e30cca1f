//! PromQL: text to a located syntax tree, its types, and back to text.

pub mod ast;
#[cfg(test)]
pub mod chains;
mod features;
pub mod flow;
pub mod functions;
mod identity;
mod lex;
mod literal;
mod metricsql;
mod operators;
mod parse;
mod pretty;
mod print;
#[cfg(test)]
mod properties;
mod sameness;
mod since;
mod token;
mod typing;
pub mod values;
mod visit;

use crate::{
    diag::Diagnostic,
    text::{Excerpt, Span},
    vocab::Version,
};

pub use ast::Expr;
pub use features::{Feature, FeatureUse};
pub use metricsql::may_be_metricsql;
pub use pretty::{MOST_LAID_OUT, WIDEST};
pub use since::since;
pub use visit::{Selection, Visited};

/// How many bytes of stack a thread needs to work on any expression. A chain of operators is a tree as high as the chain
/// is long, and whoever looks at a tree calls himself for the operands. It is memory only as far as it is used. Code that is
/// not optimised needs several times as much.
pub const STACK: usize = if cfg!(debug_assertions) { 1024 << 20 } else { 256 << 20 };

/// A PromQL expression as it stands in a file.
#[derive(Clone, Debug)]
pub struct Query {
    /// The text, with its map to the file.
    pub text: Excerpt,
    /// The syntax tree; `None` when there is no expression at all. Where something could not be read,
    /// it has an [`Expr::Broken`].
    pub expr: Option<Expr>,
    seldom: Option<Box<Seldom>>,
}

/// What hardly any expression has; apart, since a large folder has very many expressions.
#[derive(Clone, Debug)]
struct Seldom {
    errors: Vec<Diagnostic>,
    features: Vec<FeatureUse>,
}

impl Query {
    /// Reads an expression as Prometheus 3.16 does with the feature flags of [`Feature`] on, but for
    /// [`Feature::UnquotedNames`]; never fails.
    pub fn parse(text: Excerpt) -> Self {
        Self::read(text, &[])
    }

    /// The same expression where these features are on: with [`Feature::UnquotedNames`], names that lack nothing but quotes
    /// are no errors.
    pub fn with_features(self, features: &[Feature]) -> Self {
        let is_other = !self.errors().is_empty() && features.contains(&Feature::UnquotedNames);
        if is_other { Self::read(self.text, features) } else { self }
    }

    /// A part of it as an expression of its own, read as this one was.
    pub fn part(&self, expr: &Expr) -> Self {
        let features: Vec<Feature> = self.features().iter().map(|used| used.feature).collect();
        Self::read(self.text.sub(self.range_of(expr.span())), &features)
    }

    fn read(text: Excerpt, features: &[Feature]) -> Self {
        let parse::Parsed { expr, mut errors, features } = parse::parse(&text, features);
        if let Some(expr) = expr.as_ref().filter(|_| errors.is_empty()) {
            typing::check(expr, &mut errors);
        }
        let is_seldom = !(errors.is_empty() && features.is_empty());
        let seldom = is_seldom.then(|| Box::new(Seldom { errors, features }));
        Self { text, expr, seldom }
    }

    /// Syntax errors, in order of place; when there are none, type errors.
    pub fn errors(&self) -> &[Diagnostic] {
        self.seldom.as_ref().map_or(&[], |seldom| &seldom.errors)
    }

    /// Its errors in the eyes of the release that runs, where that is known: without those about functions that it still
    /// has.
    pub fn errors_in(&self, release: Option<Version>) -> impl Iterator<Item = &Diagnostic> {
        let has_still = move |error: &Diagnostic| {
            let gone = self.text.text().get(self.range_of(error.span)).and_then(since::gone_since);
            release.zip(gone).is_some_and(|(release, gone)| release < gone)
        };
        self.errors().iter().filter(move |error| !has_still(error))
    }

    /// What in it needs a feature flag of Prometheus.
    pub fn features(&self) -> &[FeatureUse] {
        self.seldom.as_ref().map_or(&[], |seldom| &seldom.features)
    }

    /// The syntax tree, if Prometheus would accept the expression.
    pub fn valid(&self) -> Option<&Expr> {
        self.expr.as_ref().filter(|_| self.errors().is_empty())
    }

    /// The bytes of the expression's text that a span of the file stands for.
    pub fn range_of(&self, span: Span) -> std::ops::Range<usize> {
        let len = self.text.text().len();
        let start = self.text.offset_of(span.start).unwrap_or(len);
        let end = if span.is_empty() { start } else { self.text.offset_of(span.end - 1).map_or(len, |last| last + 1) };
        start..end.max(start)
    }

    /// Line and column in the expression, from 1, where a span of the file starts; the column counts
    /// bytes, as Prometheus does.
    pub fn position(&self, span: Span) -> (usize, usize) {
        let before = self.text.text().get(..self.range_of(span).start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before.len() - line_start + 1)
    }
}
