//! Variables outside of selectors: names, numbers, functions, operators, whole expressions.

use crate::{
    model::dashboard::{
        interpolation::{PLACEHOLDER, lexeme::Shape},
        reference,
    },
    vocab::{Duration, is_metric_name},
};

use super::{Before, Edit, Lexeme, Otherwise, Placer, Role, Slot};

/// What an operand is, as far as can be told.
enum Operand {
    Vector,
    Number,
    /// Very likely a number, else a vector.
    RatherNumber,
    /// Very likely a vector, else a number.
    RatherVector,
}

impl Placer<'_> {
    /// A word with variables where an expression or an operator may stand.
    pub(super) fn word(&mut self, at: usize) {
        match self.before.clone() {
            Before::Offset => self.duration(at, Slot::Offset),
            Before::At => self.number(at, Slot::At, "0"),
            Before::Operand => self.operator(at),
            Before::Grouping { .. } => {
                self.slot_all(at, &Slot::GroupingLabel);
                self.edit(self.lexemes[at].range.clone(), format!("({PLACEHOLDER})"));
            }
            Before::Callee { .. } => self.undecided(at),
            _ if self.names_function(at) => self.function(at),
            before => self.operand(at, &before),
        }
    }

    /// A label in the list of `by`, `on` and their like.
    pub(super) fn grouping_label(&mut self, at: usize) {
        self.slot_all(at, &Slot::GroupingLabel);
        self.edit_each(at, PLACEHOLDER);
    }

    /// A string that is no matcher's value; the pattern of `label_replace` is a regular expression.
    pub(super) fn string(&mut self, at: usize) {
        let (call, argument) = self.call();
        let is_pattern = call.as_deref() == Some("label_replace") && argument == 4;
        let captures = self.text.contains("(?P<") || self.text.contains("(?<");
        for index in self.lexemes[at].references.clone() {
            let reference = &self.references[index];
            let name = &self.text[reference.name.clone()];
            if captures && !self.scope.defines(name) && !reference::is_system(name) {
                continue; // `$name` of a named capture group
            }
            self.placed.slots.push((index, Slot::Text));
            if is_pattern {
                self.edit(reference.range.clone(), self.any_in_regex(&reference.range));
            }
        }
    }

    /// Whether the arguments of a call, or the grouping of an aggregation, follow.
    fn names_function(&self, at: usize) -> bool {
        let grouped = self.next(at).is_some_and(|next| {
            let word = self.text[next.range.clone()].to_ascii_lowercase();
            matches!(word.as_str(), "by" | "without") && self.lone(at).is_some()
        });
        grouped || self.next_is_open(at)
    }

    fn function(&mut self, at: usize) {
        self.slot_all(at, &Slot::Function);
        self.take_value(at, |word| is_metric_name(word) && !word.contains(':'));
    }

    /// A word between two operands is an operator; after the last one it is a modifier nobody can know.
    fn operator(&mut self, at: usize) {
        let operand_follows = self.next(at).is_some_and(|next| match next.shape {
            Shape::Word | Shape::Text => true,
            Shape::Open(bracket) => bracket != b'[',
            _ => false,
        });
        if self.lone(at).is_none() || !operand_follows {
            return self.undecided(at);
        }
        self.slot_all(at, &Slot::Operator);
        const OPERATORS: [&str; 17] =
            ["+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">=", "<=", "and", "or", "unless", "atan2", "> bool"];
        self.take_value(at, |value| OPERATORS.contains(&value.trim()));
    }

    /// Puts the first fitting value of the variable in its place, or gives up on the query.
    fn take_value(&mut self, at: usize, fits: impl Fn(&str) -> bool) {
        let lexeme = &self.lexemes[at];
        let [only] = &self.references[lexeme.references.clone()] else {
            self.placed.decided = false;
            return;
        };
        let head = &self.text[lexeme.range.start..only.range.start];
        let tail = &self.text[only.range.end..lexeme.range.end];
        let values = self.scope.values(&self.text[only.name.clone()]);
        let Some(value) = values.iter().find(|value| fits(&format!("{head}{value}{tail}"))) else {
            self.placed.decided = false;
            return;
        };
        let edit = Edit { range: only.range.clone(), text: value.clone(), guess: true, otherwise: None };
        self.placed.edits.push(edit);
    }

    fn operand(&mut self, at: usize, before: &Before) {
        let Some(only) = self.lone(at) else { return self.part_of_name(at) };
        let name = only.name.clone();
        let selected = self.next(at).is_some_and(|next| matches!(next.shape, Shape::Open(b'{' | b'[')));
        if selected {
            self.slot_all(at, &Slot::MetricName);
            return self.edit_each(at, PLACEHOLDER);
        }
        match self.operand_kind(&self.text[name], before) {
            None => {
                self.slot_all(at, &Slot::Text);
                self.edit(self.lexemes[at].range.clone(), format!("\"{PLACEHOLDER}\""));
            }
            Some(Operand::Number) => self.number(at, Slot::Number, "NaN"),
            Some(Operand::RatherNumber) => self.guess(at, Slot::Number),
            Some(Operand::Vector) => self.guess(at, Slot::MetricName),
            Some(Operand::RatherVector) => self.guess(at, Slot::Expression),
        }
    }

    /// What a lone variable is where an operand stands; `None` for a string argument.
    fn operand_kind(&self, name: &str, before: &Before) -> Option<Operand> {
        let (call, argument) = self.call();
        if call.as_deref().is_some_and(|call| takes_string(call, argument)) && *before == Before::Nothing {
            return None;
        }
        let values = self.scope.values(name);
        let all = |is: fn(&str) -> bool| !values.is_empty() && values.iter().all(|value| is(value.trim()));
        let is_number = |value: &str| value.parse::<f64>().is_ok() || Duration::parse(value).is_ok();
        Some(if reference::is_system(name) || call.as_deref().is_some_and(|call| takes_scalar(call, argument)) {
            Operand::Number
        } else if all(is_number) {
            Operand::RatherNumber
        } else if all(is_metric_name) {
            Operand::Vector
        } else if *before == Before::Operator && values.is_empty() {
            Operand::RatherNumber
        } else {
            Operand::RatherVector
        })
    }

    /// A word of variables and letters: a metric name with an unknown part.
    fn part_of_name(&mut self, at: usize) {
        let lexeme = &self.lexemes[at];
        let mut name = String::new();
        let mut from = lexeme.range.start;
        for reference in &self.references[lexeme.references.clone()] {
            name.push_str(&self.text[from..reference.range.start]);
            name.push_str(PLACEHOLDER);
            from = reference.range.end;
        }
        name.push_str(&self.text[from..lexeme.range.end]);
        if !is_metric_name(&name) {
            return self.undecided(at);
        }
        self.slot_all(at, &Slot::MetricName);
        self.edit_each(at, PLACEHOLDER);
    }

    fn number(&mut self, at: usize, slot: Slot, text: &str) {
        if self.lone(at).is_none() {
            return self.undecided(at);
        }
        self.slot_all(at, &slot);
        self.edit(self.lexemes[at].range.clone(), text);
    }

    /// A number or a vector; which of the two the other guess is, follows from the first.
    fn guess(&mut self, at: usize, slot: Slot) {
        let (text, other, other_text) = match slot {
            Slot::Number => ("NaN", Slot::Expression, PLACEHOLDER),
            _ => (PLACEHOLDER, Slot::Number, "NaN"),
        };
        self.slot_all(at, &slot);
        let Lexeme { range, references, .. } = self.lexemes[at].clone();
        let otherwise = Some(Otherwise { reference: references.start, slot: other, text: other_text });
        self.placed.edits.push(Edit { range, text: text.to_owned(), guess: true, otherwise });
    }

    /// The innermost call around the place and the number of the argument, looking through plain brackets.
    fn call(&self) -> (Option<String>, usize) {
        for frame in self.frames.iter().rev() {
            match &frame.role {
                Role::Plain => {}
                Role::Call { name } => return (Some(name.clone()), frame.argument),
                _ => break,
            }
        }
        (None, 0)
    }
}

fn takes_string(call: &str, argument: usize) -> bool {
    match call {
        "label_replace" | "label_join" | "sort_by_label" | "sort_by_label_desc" => argument > 0,
        "count_values" => argument == 0,
        _ => false,
    }
}

fn takes_scalar(call: &str, argument: usize) -> bool {
    match call {
        "topk" | "bottomk" | "quantile" | "limitk" | "limit_ratio" | "histogram_quantile" | "quantile_over_time"
        | "vector" => argument == 0,
        "histogram_fraction" => argument < 2,
        "clamp"
        | "clamp_min"
        | "clamp_max"
        | "round"
        | "predict_linear"
        | "holt_winters"
        | "double_exponential_smoothing" => argument > 0,
        _ => false,
    }
}
