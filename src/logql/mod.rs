//! LogQL, the language of Loki: text to a located syntax tree, and what Loki refuses.

pub mod ast;
mod lex;
mod literal;
mod parse;
#[cfg(test)]
mod tests;
mod token;
mod validate;

use crate::{diag::Diagnostic, text::Excerpt};

pub use ast::Expr;

/// A LogQL expression as it stands in a file.
#[derive(Clone, Debug)]
pub struct Query {
    /// The text, with its map to the file.
    pub text: Excerpt,
    /// The syntax tree; `None` when the text could not be read.
    pub expr: Option<Expr>,
    /// The syntax error, at which reading stops; when there is none, all that Loki refuses besides.
    pub errors: Vec<Diagnostic>,
}

impl Query {
    /// Reads an expression as Loki 3 does; never fails.
    pub fn parse(text: Excerpt) -> Self {
        match parse::parse(&text) {
            Ok(expr) => {
                let mut errors = Vec::new();
                validate::validate(&expr, &mut errors);
                Self { text, expr: Some(expr), errors }
            }
            Err(error) => Self { text, expr: None, errors: vec![*error] },
        }
    }

    /// The syntax tree, if Loki would accept the expression.
    pub fn valid(&self) -> Option<&Expr> {
        self.expr.as_ref().filter(|_| self.errors.is_empty())
    }
}
