//! Calls functions: checks their arguments, runs them, says what went wrong where.

use super::{
    builtin, comparison,
    machine::{Failure, Machine},
    operands::Arguments,
    place::Place,
    rule,
    signature::{Parameter, signature},
    value::Value,
};

impl<'t> Machine<'t, '_, '_> {
    /// A function's value. `place` is the node that messages name when it fails.
    pub(super) fn function(
        &mut self,
        name: &'t str,
        place: Place<'t>,
        dot: &Value,
        arguments: Arguments<'t>,
    ) -> Result<Value, Failure> {
        let Some((fixed, variadic)) = signature(name) else {
            return self.fail(format!("{} is not a defined function", super::quote::quoted(name, false)));
        };
        if matches!(name, "and" | "or") {
            return self.short_circuit(name, dot, arguments);
        }
        let callee = arguments.written.first();
        let values = self.arguments(name, fixed, variadic, dot, arguments)?;
        self.spend(values.iter().map(Value::weight).sum())?;
        let result = match name {
            "call" => {
                let value = values.first().unwrap_or(&Value::Absent);
                let name = match (callee, value) {
                    (Some(operand), _) => super::place::spelling(operand, self.template),
                    (None, Value::Text(text, _)) => text.to_string(),
                    (None, _) => format!("<{} Value>", value.type_name()),
                };
                Err(builtin::not_callable(&name, value))
            }
            "eq" | "ne" | "lt" | "le" | "gt" | "ge" => comparison::compare(name, &values).map(Value::Boolean),
            _ => match builtin::call(name, &values, self.left()) {
                Some(result) => result,
                None => rule::call(name, &values, self.surroundings, self.left()),
            },
        };
        match result {
            Ok(value) => {
                self.spend(value.weight())?;
                Ok(value)
            }
            Err(reason) => {
                self.place = place;
                self.fail(format!("error calling {name}: {reason}"))
            }
        }
    }

    /// `and` and `or`: the first operand that decides, or the last.
    fn short_circuit(&mut self, name: &str, dot: &Value, arguments: Arguments<'t>) -> Result<Value, Failure> {
        let Arguments { written, piped } = arguments;
        if written.is_empty() && piped.is_none() {
            return self.fail(format!("wrong number of args for {name}: want at least 1 got 0"));
        }
        let mut value = Value::Absent;
        for operand in written {
            value = self.argument(operand, Parameter::Reflected, dot)?;
            if value.is_true() == (name == "or") {
                return Ok(value);
            }
        }
        Ok(piped.unwrap_or(value))
    }
}
