//! Evaluates commands and operands: constants, variables, fields, methods, arguments.

use crate::{
    template::ast::{Command, Number, NumberKind, Operand, Term},
    text::{Name, Spanned},
};

use super::{
    machine::{Failure, Machine},
    place::{self, Place},
    signature::Parameter,
    value::{Reach, Value},
};

/// What calls a function or method: its arguments in the template, and the value piped in.
#[derive(Clone)]
pub(super) struct Arguments<'t> {
    pub(super) written: &'t [Operand],
    pub(super) piped: Option<Value>,
}

impl Arguments<'_> {
    const NONE: Arguments<'static> = Arguments { written: &[], piped: None };

    fn is_empty(&self) -> bool {
        self.written.is_empty() && self.piped.is_none()
    }
}

impl<'t> Machine<'t, '_, '_> {
    /// A command's value; `piped` is its last argument.
    pub(super) fn command(
        &mut self,
        command: &'t Command,
        dot: &Value,
        piped: Option<Value>,
    ) -> Result<Value, Failure> {
        let first = &command.called;
        let arguments = Arguments { written: &command.arguments, piped };
        match &first.term {
            Term::Field(_) | Term::Variable(..) | Term::Chain(..) => self.chain(first, dot, arguments),
            Term::Pipeline(_, fields) if !fields.is_empty() => self.chain(first, dot, arguments),
            Term::Function(name) => {
                self.place = Place::Operand(first);
                self.function(name, Place::Command(command), dot, arguments)
            }
            Term::Pipeline(pipeline, _) => {
                self.no_arguments(first, &arguments)?;
                self.deeper(|machine| machine.pipeline(pipeline, dot))
            }
            _ => {
                self.place = Place::Operand(first);
                self.no_arguments(first, &arguments)?;
                match &first.term {
                    Term::Nil => self.fail("nil is not a command"),
                    _ => self.constant(first, dot),
                }
            }
        }
    }

    fn no_arguments(&self, called: &Operand, arguments: &Arguments<'t>) -> Result<(), Failure> {
        if arguments.is_empty() {
            return Ok(());
        }
        self.fail(format!("can't give argument to non-function {}", place::spelling(called, self.template)))
    }

    /// `.`, or a constant of the type that it has by itself.
    fn constant(&mut self, operand: &'t Operand, dot: &Value) -> Result<Value, Failure> {
        self.place = Place::Operand(operand);
        match &operand.term {
            Term::Dot => Ok(dot.clone()),
            Term::Boolean(truth) => Ok(Value::Boolean(*truth)),
            Term::String(text) => Ok(Value::text(text.text())),
            Term::Number(number) => self.number(operand, *number),
            _ => Ok(Value::Absent),
        }
    }

    fn number(&self, operand: &Operand, number: Number) -> Result<Value, Failure> {
        match (number.kind, number) {
            (NumberKind::Complex, _) => self.fail("promcheck does not calculate with complex numbers"),
            (NumberKind::Float, Number { float: Some(float), .. }) => Ok(Value::Float(float)),
            (_, Number { integer: Some(integer), .. }) => Ok(Value::int(integer)),
            _ => self.fail(format!("{} overflows int", place::spelling(operand, self.template))),
        }
    }

    /// A variable, or a chain of fields.
    fn chain(&mut self, operand: &'t Operand, dot: &Value, arguments: Arguments<'t>) -> Result<Value, Failure> {
        self.place = Place::Operand(operand);
        match &operand.term {
            Term::Field(path) => self.fields(operand, dot, dot.clone(), path, arguments),
            Term::Variable(name, path) => {
                let known = self.variables.iter().rfind(|(known, _)| *known == name.value);
                let Some(value) = known.map(|(_, value)| value.clone()) else {
                    return self.fail(format!("undefined variable: {}", name.value));
                };
                if path.is_empty() {
                    self.no_arguments(operand, &arguments)?;
                    return Ok(value);
                }
                self.fields(operand, dot, value, path, arguments)
            }
            Term::Pipeline(pipeline, path) => {
                let value = self.deeper(|machine| machine.pipeline(pipeline, dot))?;
                self.fields(operand, dot, value, path, arguments)
            }
            Term::Chain(inner, path) => {
                let value = self.any(inner, dot)?;
                self.fields(operand, dot, value, path, arguments)
            }
            _ => Ok(Value::Absent),
        }
    }

    fn fields(
        &mut self,
        operand: &'t Operand,
        dot: &Value,
        mut receiver: Value,
        path: &'t [Spanned<Name>],
        arguments: Arguments<'t>,
    ) -> Result<Value, Failure> {
        let mut interface = false;
        let mut arguments = Some(arguments);
        for (at, field) in path.iter().enumerate() {
            let given = if at + 1 == path.len() { arguments.take() } else { None };
            let given = given.unwrap_or(Arguments::NONE);
            (receiver, interface) = self.field(operand, dot, (receiver, interface), &field.value, given)?;
        }
        Ok(receiver)
    }

    /// A field or a method's value, and whether the field is of an interface type.
    fn field(
        &mut self,
        operand: &'t Operand,
        dot: &Value,
        (receiver, interface): (Value, bool),
        name: &str,
        arguments: Arguments<'t>,
    ) -> Result<(Value, bool), Failure> {
        let type_name = if interface { "interface {}".to_owned() } else { receiver.type_name() };
        match &receiver {
            Value::Absent => return Ok((Value::Absent, false)),
            Value::Nil => return self.fail(format!("nil pointer evaluating interface {{}}.{name}")),
            _ => {}
        }
        if let Some(parameters) = super::methods::parameters(&receiver, name) {
            let values = self.arguments(name, parameters, None, dot, arguments)?;
            let place = Place::Operand(operand);
            return match super::methods::call(&receiver, name, &values) {
                Ok(value) => Ok((value, false)),
                Err(reason) => {
                    self.place = place;
                    self.fail(format!("error calling {name}: {reason}"))
                }
            };
        }
        if let Some(count) = super::methods::result_count(&receiver, name) {
            return self.fail(format!("function {name} has {count} return values; should be 1 or 2"));
        }
        match &receiver {
            Value::Record(record) => {
                if let Some((_, value)) = record.fields.iter().find(|(known, _)| *known == name) {
                    if !arguments.is_empty() {
                        return self.fail(format!("{name} has arguments but cannot be invoked as function"));
                    }
                    return Ok((value.clone(), record.interfaces.contains(&name)));
                }
            }
            Value::Histogram(histogram) if arguments.is_empty() => {
                if let Some(value) = histogram.field(name) {
                    return Ok((value, false));
                }
            }
            Value::Map(map) => {
                if !arguments.is_empty() {
                    return self.fail(format!("{name} is not a method but has arguments"));
                }
                let interface = map.zero == Value::Nil;
                return Ok((map.entries.get(name).unwrap_or(&map.zero).clone(), interface));
            }
            _ => {}
        }
        self.fail(format!("can't evaluate field {name} in type {type_name}"))
    }

    /// The arguments of a call, each checked against the type of its parameter, in Go's order.
    pub(super) fn arguments(
        &mut self,
        name: &str,
        fixed: &[Parameter],
        variadic: Option<Parameter>,
        dot: &Value,
        Arguments { written, piped }: Arguments<'t>,
    ) -> Result<Vec<Value>, Failure> {
        let count = written.len() + usize::from(piped.is_some());
        match variadic {
            Some(_) if count < fixed.len() => {
                let (least, got) = (fixed.len(), written.len());
                return self.fail(format!("wrong number of args for {name}: want at least {least} got {got}"));
            }
            None if count != fixed.len() => {
                let want = fixed.len();
                return self.fail(format!("wrong number of args for {name}: want {want} got {count}"));
            }
            _ => {}
        }
        let parameter = |at: usize| fixed.get(at).copied().or(variadic).unwrap_or(Parameter::Any);
        let mut values = Vec::with_capacity(count);
        for (at, operand) in written.iter().enumerate() {
            values.push(self.argument(operand, parameter(at), dot)?);
        }
        if let Some(piped) = piped {
            values.push(self.checked(piped, parameter(written.len()))?);
        }
        Ok(values)
    }

    /// An operand as an argument for a parameter.
    pub(super) fn argument(
        &mut self,
        operand: &'t Operand,
        parameter: Parameter,
        dot: &Value,
    ) -> Result<Value, Failure> {
        self.spend(1)?;
        self.place = match &operand.term {
            Term::Pipeline(pipeline, fields) if fields.is_empty() => Place::Pipeline(pipeline),
            _ => Place::Operand(operand),
        };
        let is_constant = matches!(operand.term, Term::Boolean(_) | Term::Number(_) | Term::String(_));
        match (&operand.term, parameter) {
            (Term::Nil, Parameter::Reflected) => Ok(Value::Absent),
            (Term::Nil, _) if parameter.takes_nil() => Ok(Value::Nil),
            (Term::Nil, _) => self.fail(format!("cannot assign nil to {}", parameter.type_name())),
            (_, Parameter::Any | Parameter::Reflected) if is_constant => self.constant(operand, dot),
            (Term::String(text), Parameter::Text) => Ok(Value::text(text.text())),
            (Term::Number(number), Parameter::Int | Parameter::Duration) if number.integer.is_some() => {
                let integer = number.integer.unwrap_or_default();
                Ok(match parameter {
                    Parameter::Duration => Value::Duration(integer, Reach::Direct),
                    _ => Value::int(integer),
                })
            }
            _ if is_constant => {
                let spelling = place::spelling(operand, self.template);
                self.fail(match parameter {
                    Parameter::Text => format!("expected string; found {spelling}"),
                    Parameter::Int | Parameter::Duration => format!("expected integer; found {spelling}"),
                    _ => format!("can't handle {spelling} for arg of type {}", parameter.type_name()),
                })
            }
            _ => {
                let value = self.any(operand, dot)?;
                self.checked(value, parameter)
            }
        }
    }

    /// An operand that is no constant, without a wanted type.
    fn any(&mut self, operand: &'t Operand, dot: &Value) -> Result<Value, Failure> {
        match &operand.term {
            Term::Dot => Ok(dot.clone()),
            Term::Function(name) => {
                self.place = Place::Operand(operand);
                self.deeper(|machine| machine.function(name, Place::Operand(operand), dot, Arguments::NONE))
            }
            Term::Pipeline(pipeline, fields) if fields.is_empty() => {
                self.deeper(|machine| machine.pipeline(pipeline, dot))
            }
            _ => self.chain(operand, dot, Arguments::NONE),
        }
    }

    /// A value that fits a parameter, as Go's `validateType` makes sure.
    fn checked(&self, value: Value, parameter: Parameter) -> Result<Value, Failure> {
        match (value, parameter) {
            (Value::Absent, Parameter::Reflected) => Ok(Value::Absent),
            (Value::Absent, _) if parameter.takes_nil() => Ok(Value::Nil),
            (Value::Absent, _) => self.fail(format!("invalid value; expected {}", parameter.type_name())),
            (Value::Duration(nanoseconds, _), Parameter::Duration) => Ok(Value::Duration(nanoseconds, Reach::Direct)),
            (Value::Time(moment, _), Parameter::Time) => Ok(Value::Time(moment, Reach::Direct)),
            (value, _) if parameter.takes(&value) => Ok(value),
            (value, _) => {
                let got = if value == Value::Nil { "interface {}".to_owned() } else { value.type_name() };
                self.fail(format!("wrong type for value; expected {}; got {got}", parameter.type_name()))
            }
        }
    }
}
