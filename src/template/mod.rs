//! Go templates, as in rule annotations and Alertmanager notifications: text to a located syntax tree, and from there
//! to what they render.

mod action;
pub mod ast;
mod complaint;
pub mod eval;
mod function;
mod lexer;
mod literal;
mod parser;
mod references;
#[cfg(test)]
mod tests;
mod token;

use crate::{
    diag::Diagnostic,
    text::{Excerpt, Span, Spanned},
};

use action::Complaints;
use ast::{Definition, Node};
use parser::TemplateParser;

pub use function::{Dialect, Function};
pub use references::{LabelReference, LabelSource, QueryText, References, UnknownField, ValueUse};

/// A template as it stands in a file.
#[derive(Clone, Debug)]
pub struct Template {
    /// The text, with its map to the file.
    pub text: Excerpt,
    /// Whose template it is.
    pub dialect: Dialect,
    /// What it renders.
    pub nodes: Vec<Node>,
    /// The templates it defines.
    pub definitions: Vec<Definition>,
    /// What Go refuses to parse, in order of place.
    pub errors: Vec<Diagnostic>,
    /// What Go parses but can never render, in order of place: calls with a wrong number of arguments.
    pub failures: Vec<Diagnostic>,
}

impl Template {
    /// Reads a template; never fails.
    pub fn parse(text: Excerpt, dialect: Dialect) -> Self {
        let mut errors = Vec::new();
        if !text.text().contains("{{") {
            return Self::plain(text, dialect);
        }
        let pieces = lexer::pieces(&text, &mut errors);
        let complaints = Complaints { excerpt: &text, dialect, errors, failures: Vec::new() };
        let (nodes, definitions, complaints) = TemplateParser::new(complaints).parse(pieces);
        let Complaints { mut errors, mut failures, .. } = complaints;
        errors.sort_by_key(|error| error.span);
        failures.sort_by_key(|failure| failure.span);
        Self { text, dialect, nodes, definitions, errors, failures }
    }

    /// A template without actions, which most are.
    fn plain(text: Excerpt, dialect: Dialect) -> Self {
        let all = Spanned::new(text.full_span(), text.text().to_owned());
        let nodes = if all.is_empty() { Vec::new() } else { vec![Node::Text(all)] };
        Self { text, dialect, nodes, definitions: Vec::new(), errors: Vec::new(), failures: Vec::new() }
    }

    /// Whether it says nothing but text.
    pub fn is_plain(&self) -> bool {
        !self.text.text().contains("{{")
    }

    /// Where it asks for something before it uses it: the pipelines of every `if` and `with`.
    pub fn conditions(&self) -> Vec<Span> {
        let mut conditions = Vec::new();
        gather_conditions(&self.nodes, &mut conditions);
        conditions
    }

    /// What it reads of its data: labels, values, queries, other templates.
    pub fn references(&self) -> References {
        references::of(self)
    }
}

fn gather_conditions(nodes: &[Node], conditions: &mut Vec<Span>) {
    for node in nodes {
        let (Node::If(branch) | Node::With(branch) | Node::Range(branch)) = node else { continue };
        if !matches!(node, Node::Range(_)) {
            conditions.push(branch.pipeline.span);
        }
        gather_conditions(&branch.body, conditions);
        gather_conditions(&branch.otherwise, conditions);
    }
}
