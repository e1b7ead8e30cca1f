//! Go templates, as in rule annotations and Alertmanager notifications: text to a located syntax tree, and from there
//! to what they render.

mod action;
pub mod ast;
mod complaint;
pub mod eval;
mod following;
mod function;
mod lexer;
mod literal;
mod parser;
mod references;
#[cfg(test)]
mod tests;
mod token;

use std::{
    collections::BTreeMap,
    sync::{LazyLock, OnceLock},
};

use crate::{
    diag::Diagnostic,
    text::{Excerpt, Name, Span, Spanned},
};

use ast::{Definition, Node};
use parser::Parsed;

pub use function::{Dialect, Function};
pub use references::{LabelReference, LabelSource, QueryText, References, UnknownField, ValueUse};

/// A template as it stands in a file.
#[derive(Clone, Debug)]
pub struct Template {
    /// The text, with its map to the file.
    pub text: Excerpt,
    /// What was read; nothing of a text without actions, which most are.
    read: Option<Box<Reading>>,
}

/// What was read of a template, of which a large folder has very many.
#[derive(Clone, Debug)]
struct Reading {
    /// Whose template it is.
    dialect: Dialect,
    references: References,
    /// Kept where it is more than nodes, which hardly any template's is; otherwise read anew when somebody asks, as for
    /// few templates anybody does.
    tree: OnceLock<Box<Parsed>>,
    has_only_nodes: bool,
}

impl Template {
    /// Reads a template; never fails.
    pub fn parse(text: Excerpt, dialect: Dialect) -> Self {
        if lexer::next_opening(text.text(), 0).is_none() {
            return Self { text, read: None };
        }
        let parsed = parser::parse(&text, dialect);
        let references = following::of(dialect, &parsed.nodes, &parsed.definitions).references();
        let has_only_nodes = parsed.has_only_nodes();
        let tree = if has_only_nodes { OnceLock::new() } else { OnceLock::from(Box::new(parsed)) };
        Self { text, read: Some(Box::new(Reading { dialect, references, tree, has_only_nodes })) }
    }

    /// Whether it says nothing but text.
    pub fn is_plain(&self) -> bool {
        self.read.is_none()
    }

    /// Where the text goes on behind the action that a place lies in.
    pub fn behind(&self, place: Span) -> Option<usize> {
        let end = self.text.offset_of(place.end.checked_sub(1)?)? + 1;
        Some(end + self.text.text().get(end..)?.find("}}")? + 2)
    }

    /// What it renders; nothing when it is plain.
    pub fn nodes(&self) -> &[Node] {
        let Some(read) = &self.read else { return &[] };
        &read.tree.get_or_init(|| Box::new(parser::parse(&self.text, read.dialect))).nodes
    }

    /// The templates it defines.
    pub fn definitions(&self) -> &[Definition] {
        self.beside_nodes().map_or(&[], |tree| &tree.definitions)
    }

    /// What Go refuses to parse, in order of place.
    pub fn errors(&self) -> &[Diagnostic] {
        self.beside_nodes().map_or(&[], |tree| &tree.errors)
    }

    /// What Go parses but can never render, in order of place: calls with a wrong number of arguments.
    pub fn failures(&self) -> &[Diagnostic] {
        self.beside_nodes().map_or(&[], |tree| &tree.failures)
    }

    /// What was read, where that is more than nodes.
    fn beside_nodes(&self) -> Option<&Parsed> {
        let read = self.read.as_ref().filter(|read| !read.has_only_nodes)?;
        read.tree.get().map(|tree| &**tree)
    }

    /// Where it asks for something before it uses it: the pipelines of every `if` and `with`.
    pub fn conditions(&self) -> Vec<Span> {
        let mut conditions = Vec::new();
        let may_branch = ["if", "with"].iter().any(|word| self.text.text().contains(word));
        if let Some(read) = self.read.as_ref().filter(|_| may_branch) {
            // Whoever asks for these has no use for the nodes afterwards.
            gather_conditions(&parser::parse(&self.text, read.dialect).nodes, &mut conditions);
        }
        self.definitions().iter().for_each(|one| gather_conditions(&one.body, &mut conditions));
        conditions
    }

    /// What it reads of its data together with the templates that it calls, by the definitions of other files.
    pub fn references_with(&self, library: &BTreeMap<&str, &Definition>) -> References {
        self.read.as_ref().map_or_else(References::default, |read| following::of_called(self, read.dialect, library))
    }

    /// The functions it calls, every time, in order of place; found anew each time somebody asks.
    pub fn functions(&self) -> Vec<Spanned<Name>> {
        let Some(read) = &self.read else { return Vec::new() };
        let parsed = parser::parse(&self.text, read.dialect);
        following::of(read.dialect, &parsed.nodes, &parsed.definitions).functions()
    }

    /// What it reads of its data: labels, values, queries, other templates.
    pub fn references(&self) -> &References {
        static NONE: LazyLock<References> = LazyLock::new(References::default);
        self.read.as_ref().map_or(&NONE, |read| &read.references)
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
