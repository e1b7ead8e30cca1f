//! Runs the nodes of a template: text, actions, branches, loops, calls.

use crate::template::{
    Template,
    ast::{Binding, Branch, Call, Definition, Node, Pipeline},
    parser::is_blank,
};

use super::{
    ExpansionError, Surroundings,
    format::{self, Printer},
    place::Place,
    value::{Reach, Value},
};

/// Branches, calls and parentheses within each other; Go allows 100000 calls, on a stack that grows.
const DEEPEST: u32 = 450;

/// How much one template may do: a unit is a node or a byte written.
const MOST_WORK: usize = 5_000_000;

/// Where to go on after a node.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Continue,
}

/// What ends a run. Boxed, since it is rare.
pub(super) type Failure = Box<ExpansionError>;

/// A template that runs.
pub(super) struct Machine<'t, 's, 'q> {
    pub(super) template: &'t Template,
    pub(super) surroundings: &'s mut Surroundings<'q>,
    /// What stands before the template's text when Go reads it; it moves columns.
    pub(super) prelude: &'static str,
    /// The name of the template as a whole.
    pub(super) name: &'t str,
    /// The name of the template whose nodes run.
    pub(super) running: &'t str,
    pub(super) variables: Vec<(&'t str, Value)>,
    /// The node that messages name.
    pub(super) place: Place<'t>,
    pub(super) out: String,
    pub(super) work: usize,
    pub(super) depth: u32,
}

impl<'t> Machine<'t, '_, '_> {
    /// Ends the run at the current node.
    pub(super) fn fail<T>(&self, message: impl AsRef<str>) -> Result<T, Failure> {
        let name = self.name;
        let (line, column) = self.place.line_and_column(self.template, self.prelude);
        let context = self.place.spelling(self.template);
        let running = super::quote::quoted(self.running, false);
        let message = message.as_ref();
        Err(Box::new(ExpansionError {
            message: format!(
                "error executing template {name}: template: {name}:{line}:{column}: executing {running} at <{context}>: {message}"
            ),
            reason: message.to_owned(),
            span: self.place.span(),
        }))
    }

    /// Counts work; ends the run when it is too much.
    pub(super) fn spend(&mut self, units: usize) -> Result<(), Failure> {
        self.work += units;
        if self.work > MOST_WORK {
            return self.fail("the template does too much: promcheck stops after 5000000 steps and bytes");
        }
        Ok(())
    }

    /// What may still be written.
    pub(super) fn left(&self) -> usize {
        MOST_WORK.saturating_sub(self.work)
    }

    /// Runs what nests within the current node.
    pub(super) fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, Failure>) -> Result<T, Failure> {
        if self.depth >= DEEPEST {
            return self.fail(format!("exceeded maximum template depth ({DEEPEST})"));
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.spend(text.len())?;
        self.out.push_str(text);
        Ok(())
    }

    /// Runs nodes one after the other.
    pub(super) fn walk(&mut self, nodes: &'t [Node], dot: &Value) -> Result<Flow, Failure> {
        for node in nodes {
            self.spend(1)?;
            let flow = match node {
                Node::Text(range) => {
                    self.write(self.template.text.get(range.clone()).unwrap_or_default()).map(|()| Flow::Next)?
                }
                Node::Comment => Flow::Next,
                Node::Action(pipeline) => self.action(pipeline, dot).map(|()| Flow::Next)?,
                Node::If(branch) => self.deeper(|machine| machine.condition(branch, dot, false))?,
                Node::With(branch) => self.deeper(|machine| machine.condition(branch, dot, true))?,
                Node::Range(branch) => self.deeper(|machine| machine.range(branch, dot))?,
                Node::Call(call) => {
                    self.place = Place::Call(call);
                    self.deeper(|machine| machine.call(call, dot)).map(|()| Flow::Next)?
                }
                Node::Break(_) => Flow::Break,
                Node::Continue(_) => Flow::Continue,
            };
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn action(&mut self, pipeline: &'t Pipeline, dot: &Value) -> Result<(), Failure> {
        self.place = Place::Action(pipeline);
        let value = self.pipeline(pipeline, dot)?;
        if pipeline.variables.is_empty() {
            self.place = Place::Action(pipeline);
            self.write(&printed(&value))?;
        }
        Ok(())
    }

    fn condition(&mut self, branch: &'t Branch, dot: &Value, rebinds: bool) -> Result<Flow, Failure> {
        let mark = self.variables.len();
        let value = self.pipeline(&branch.pipeline, dot)?;
        let flow = match value.is_true() {
            true if rebinds => self.walk(&branch.body, &value),
            true => self.walk(&branch.body, dot),
            false => self.walk(&branch.otherwise, dot),
        };
        self.variables.truncate(mark);
        flow
    }

    fn range(&mut self, branch: &'t Branch, dot: &Value) -> Result<Flow, Failure> {
        self.place = Place::Pipeline(&branch.pipeline);
        let mark = self.variables.len();
        let value = self.pipeline(&branch.pipeline, dot)?;
        let flow = self.iterate(branch, dot, &value);
        self.variables.truncate(mark);
        flow
    }

    fn iterate(&mut self, branch: &'t Branch, dot: &Value, over: &Value) -> Result<Flow, Failure> {
        let pairs: Box<dyn Iterator<Item = (Value, Value)> + '_> = match over {
            Value::Integer(..) | Value::Byte(_) | Value::Duration(..) if branch.pipeline.variables.len() > 1 => {
                return self.fail(format!("can't use {} to iterate over more than one variable", printed(over)));
            }
            Value::Integer(count, kind) => {
                Box::new((0..*count).map(|number| (Value::Absent, Value::Integer(number, *kind))))
            }
            Value::Duration(count, _) => {
                Box::new((0..*count).map(|number| (Value::Absent, Value::Duration(number, Reach::Direct))))
            }
            Value::Byte(count) => Box::new((0..*count).map(|number| (Value::Absent, Value::Byte(number)))),
            Value::List(list) => {
                Box::new(list.items.iter().enumerate().map(|(at, item)| (Value::int(at as i64), item.clone())))
            }
            Value::Map(map) => {
                Box::new(map.entries.iter().map(|(name, item)| (Value::text(name.as_str()), item.clone())))
            }
            Value::Absent | Value::Nil => Box::new(std::iter::empty()),
            _ => return self.fail(format!("range can't iterate over {}", printed(over))),
        };
        let mut pairs = pairs.peekable();
        if pairs.peek().is_none() {
            return self.walk(&branch.otherwise, dot);
        }
        for (key, item) in pairs {
            if self.turn(branch, key, item)? == Flow::Break {
                break;
            }
        }
        Ok(Flow::Next)
    }

    /// One round of a loop.
    fn turn(&mut self, branch: &'t Branch, key: Value, item: Value) -> Result<Flow, Failure> {
        self.spend(1)?;
        let Pipeline { variables, binding, .. } = &branch.pipeline;
        let count = variables.len();
        let values = if count > 1 { vec![key, item.clone()] } else { vec![item.clone(); count.min(1)] };
        for (at, (variable, value)) in variables.iter().zip(values).enumerate() {
            match binding {
                Binding::Assign => self.assign(&variable.value, value)?,
                // The pipeline has declared them, as the newest ones.
                Binding::Declare => {
                    let newest = self.variables.len().saturating_sub(count);
                    if let Some((_, slot)) = self.variables.get_mut(newest + at) {
                        *slot = value;
                    }
                }
            }
        }
        let mark = self.variables.len();
        let flow = self.walk(&branch.body, &item);
        self.variables.truncate(mark);
        flow
    }

    fn call(&mut self, call: &'t Call, dot: &Value) -> Result<(), Failure> {
        let Some((name, body)) = self.named(&call.name.value) else {
            return self.fail(format!("template {} not defined", super::quote::quoted(&call.name.value, false)));
        };
        let argument = match &call.argument {
            Some(pipeline) => self.pipeline(pipeline, dot)?,
            None => Value::Absent,
        };
        let variables = std::mem::replace(&mut self.variables, vec![("$", argument.clone())]);
        let running = std::mem::replace(&mut self.running, name);
        self.walk(body, &argument)?;
        self.variables = variables;
        self.running = running;
        Ok(())
    }

    /// The body of a named template: the last one that is not blank, or the whole template itself.
    fn named(&self, name: &str) -> Option<(&'t str, &'t [Node])> {
        let template = self.template;
        let full = |definition: &&Definition| !is_blank(&definition.body, template.text.text());
        let mut named = template.definitions().iter().filter(|definition| definition.name.value == name);
        let definition = named.clone().rfind(full).or_else(|| named.next());
        let of = |definition: &'t Definition| (definition.name.value.as_str(), definition.body.as_slice());
        definition.map(of).or_else(|| (self.name == name).then_some((self.name, template.nodes())))
    }

    /// Changes the innermost variable of a name.
    pub(super) fn assign(&mut self, name: &str, value: Value) -> Result<(), Failure> {
        match self.variables.iter_mut().rfind(|(known, _)| *known == name) {
            Some((_, slot)) => {
                *slot = value;
                Ok(())
            }
            None => self.fail(format!("undefined variable: {name}")),
        }
    }

    /// A pipeline's value; its variables are set.
    pub(super) fn pipeline(&mut self, pipeline: &'t Pipeline, dot: &Value) -> Result<Value, Failure> {
        self.place = Place::Pipeline(pipeline);
        let mut value = None;
        for command in &pipeline.commands {
            self.spend(1)?;
            let result = self.command(command, dot, value)?;
            value = Some(if matches!(result, Value::Nil) { Value::Absent } else { result });
        }
        let value = value.unwrap_or(Value::Absent);
        for variable in &pipeline.variables {
            match pipeline.binding {
                Binding::Declare => self.variables.push((&variable.value, value.clone())),
                Binding::Assign => self.assign(&variable.value, value.clone())?,
            }
        }
        Ok(value)
    }
}

/// A value as an action prints it.
pub(super) fn printed(value: &Value) -> String {
    match value {
        Value::Absent => "<no value>".to_owned(),
        Value::Text(text, _) => text.to_string(),
        Value::Record(record) if record.reach == Reach::Pointer => {
            let mut printer = Printer::default();
            printer.pointed(value);
            printer.out
        }
        _ => format::print(std::slice::from_ref(value)),
    }
}
