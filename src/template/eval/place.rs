//! Where a running template stands, in the words of Go's error messages.

use std::fmt::Write as _;

use crate::{
    template::{
        Template,
        ast::{Binding, Call, Command, Operand, Pipeline, Term},
    },
    text::{Name, Span, Spanned},
};

use super::quote;

/// The node that is evaluated.
#[derive(Copy, Clone)]
pub(super) enum Place<'t> {
    /// Before the first node.
    Start,
    /// An action that prints.
    Action(&'t Pipeline),
    Call(&'t Call),
    Pipeline(&'t Pipeline),
    Command(&'t Command),
    Operand(&'t Operand),
}

impl<'t> Place<'t> {
    /// The text that a finding underlines.
    pub(super) fn span(self) -> Option<Span> {
        match self {
            Self::Start => None,
            Self::Action(pipeline) | Self::Pipeline(pipeline) => Some(pipeline.span),
            Self::Call(call) => Some(call.span),
            Self::Command(command) => Some(command.span),
            Self::Operand(operand) => Some(operand.span),
        }
    }

    /// Line and column in the text that starts with `prelude`, both as Go counts them: the column from 0, in bytes.
    pub(super) fn line_and_column(self, template: &Template, prelude: &str) -> (usize, usize) {
        let text = template.text.text();
        let offset = self.offset(template).min(text.len());
        let before = &text.as_bytes()[..offset];
        match before.iter().rposition(|byte| *byte == b'\n') {
            None => (1, prelude.len() + offset),
            Some(line_end) => {
                let lines = before.iter().filter(|byte| **byte == b'\n').count();
                (lines + 1, offset - line_end - 1)
            }
        }
    }

    /// Where Go says the node stands: for a chain of fields, at the second link.
    fn offset(self, template: &Template) -> usize {
        let text_end = template.text.text().len();
        let start = |span: Span| template.text.offset_of(span.start).unwrap_or(text_end);
        let link = |field: &Spanned<Name>| start(field.span).saturating_sub(1);
        match self {
            Self::Operand(operand) => match &operand.term {
                Term::Field(path) if path.len() > 1 => link(&path[1]),
                Term::Variable(_, path) | Term::Pipeline(_, path) | Term::Chain(_, path) if !path.is_empty() => {
                    link(&path[0])
                }
                _ => start(operand.span),
            },
            Self::Call(call) => start(call.name.span),
            _ => self.span().map_or(0, start),
        }
    }

    /// The node as Go spells it.
    pub(super) fn spelling(self, template: &Template) -> String {
        let mut out = String::new();
        let mut speller = Speller { template, out: &mut out };
        match self {
            Self::Start => {}
            Self::Action(pipeline) => {
                speller.out.push_str("{{");
                speller.pipeline(pipeline);
                speller.out.push_str("}}");
            }
            Self::Call(call) => {
                speller.out.push_str(&format!("{{{{template {}", quote::quoted(&call.name.value, false)));
                if let Some(argument) = &call.argument {
                    speller.out.push(' ');
                    speller.pipeline(argument);
                }
                speller.out.push_str("}}");
            }
            Self::Pipeline(pipeline) => speller.pipeline(pipeline),
            Self::Command(command) => speller.command(command),
            Self::Operand(operand) => speller.operand(operand),
        }
        out
    }
}

/// An operand as Go spells it.
pub(super) fn spelling(operand: &Operand, template: &Template) -> String {
    match &operand.term {
        // Its own spelling lacks the parentheses that those around it give.
        Term::Pipeline(pipeline, fields) if fields.is_empty() => Place::Pipeline(pipeline).spelling(template),
        _ => Place::Operand(operand).spelling(template),
    }
}

struct Speller<'s> {
    template: &'s Template,
    out: &'s mut String,
}

impl Speller<'_> {
    fn pipeline(&mut self, pipeline: &Pipeline) {
        for (at, variable) in pipeline.variables.iter().enumerate() {
            self.out.push_str(if at > 0 { ", " } else { "" });
            self.out.push_str(&variable.value);
        }
        if !pipeline.variables.is_empty() {
            self.out.push_str(match pipeline.binding {
                Binding::Declare => " := ",
                Binding::Assign => " = ",
            });
        }
        for (at, command) in pipeline.commands.iter().enumerate() {
            self.out.push_str(if at > 0 { " | " } else { "" });
            self.command(command);
        }
    }

    fn command(&mut self, command: &Command) {
        self.operand(&command.called);
        for argument in &command.arguments {
            self.out.push(' ');
            self.operand(argument);
        }
    }

    fn operand(&mut self, operand: &Operand) {
        let mut links: &[Spanned<Name>] = &[];
        match &operand.term {
            Term::Dot => self.out.push('.'),
            Term::Nil => self.out.push_str("nil"),
            Term::Boolean(truth) => {
                // Writing to a string cannot fail.
                let _ = write!(self.out, "{truth}");
            }
            Term::Number(_) | Term::String(_) => self.out.push_str(written(self.template, operand.span)),
            Term::Field(path) => links = path,
            Term::Variable(name, path) => {
                self.out.push_str(&name.value);
                links = path;
            }
            Term::Function(name) => self.out.push_str(name),
            Term::Pipeline(pipeline, path) => {
                self.out.push('(');
                self.pipeline(pipeline);
                self.out.push(')');
                links = path;
            }
            Term::Chain(inner, path) => {
                self.operand(inner);
                links = path;
            }
        }
        for link in links {
            self.out.push('.');
            self.out.push_str(&link.value);
        }
    }
}

/// A constant as it is written, found by its beginning.
fn written(template: &Template, span: Span) -> &str {
    let text = template.text.text();
    let start = template.text.offset_of(span.start).unwrap_or(text.len());
    let rest = text.get(start..).unwrap_or_default();
    let length = match rest.chars().next() {
        Some(quote @ ('"' | '\'' | '`')) => {
            let mut escaped = false;
            let close = rest.char_indices().skip(1).find(|(_, character)| {
                let closes = *character == quote && !escaped;
                escaped = *character == '\\' && !escaped && quote != '`';
                closes
            });
            close.map_or(rest.len(), |(at, _)| at + 1)
        }
        _ => rest
            .find(|character: char| !(character.is_alphanumeric() || "_.+-".contains(character)))
            .unwrap_or(rest.len()),
    };
    &rest[..length]
}
