//! Calls and what is passed to them, read from tokens: enough of any language to see how a metric is defined.

use std::{collections::BTreeMap, ops::Range};

use super::token::{Part, Token, TokenKind};

/// What stands as an argument or beside a key.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// A text, known when the program is written, with the place of its letters.
    Text(String, Range<usize>),
    /// A number and where it stands.
    Number(f64, Range<usize>),
    /// A list of values.
    List(Vec<Value>),
    /// Keys and values.
    Map(Vec<(String, Value)>),
    /// A call.
    Call(Call),
    /// A name: of a variable, a constant or a symbol.
    Name(String),
    /// Anything else, which is computed at run time.
    Open,
}

/// A call: `new client.Counter({…})`, `prometheus.NewCounter(…)`.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// What is called, with dots between its parts: `client.Counter`.
    pub callee: String,
    /// Values without a name.
    pub arguments: Vec<Value>,
    /// Values with a name.
    pub named: Vec<(String, Value)>,
    /// From the callee's first letter to the closing parenthesis.
    pub range: Range<usize>,
}

impl Call {
    /// The last part of the callee.
    pub fn last(&self) -> &str {
        self.callee.rsplit('.').next().unwrap_or_default()
    }

    /// The value at a place or of a name.
    pub fn value(&self, index: usize, names: &[&str]) -> Option<&Value> {
        self.named
            .iter()
            .find(|(name, _)| names.contains(&name.as_str()))
            .map(|(_, value)| value)
            .or(self.arguments.get(index))
    }
}

impl Value {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Its text with its place.
    pub fn text(&self) -> Option<(&str, Range<usize>)> {
        match self {
            Self::Text(text, range) => Some((text, range.clone())),
            _ => None,
        }
    }

    /// The texts of a list; `None` when one of them is not known.
    pub fn texts(&self) -> Option<Vec<String>> {
        match self {
            Self::List(values) => values.iter().map(|value| value.text().map(|(text, _)| text.to_owned())).collect(),
            Self::Text(text, _) => Some(vec![text.clone()]),
            _ => None,
        }
    }
}

/// The key of what a map takes over from another one.
pub const SPREAD: &str = "...";

/// Deeper calls are not read.
const DEEPEST: usize = 24;

/// A file's tokens, and the constants that its texts are made of.
pub struct Program<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    constants: BTreeMap<String, String>,
    /// Names that are given a list of numbers once.
    lists: BTreeMap<String, Value>,
}

impl<'t> Program<'t> {
    /// Makes a program of its tokens, and learns its constants: names that are given a text once.
    pub fn new(text: &'t str, tokens: Vec<Token>) -> Self {
        let mut program = Self { text, tokens, constants: BTreeMap::new(), lists: BTreeMap::new() };
        let mut ambiguous = Vec::new();
        for at in 0..program.tokens.len() {
            let Some((name, value)) = program.constant(at) else { continue };
            match program.constants.get(&name) {
                Some(other) if *other != value => ambiguous.push(name),
                _ => {
                    program.constants.insert(name, value);
                }
            }
        }
        ambiguous.iter().for_each(|name| drop(program.constants.remove(name)));
        program.learn_lists();
        program
    }

    /// Learns the names that are given a list of numbers, and nothing else ever after.
    fn learn_lists(&mut self) {
        let mut ambiguous = Vec::new();
        for at in 0..self.tokens.len() {
            let Some((name, list)) = self.list(at) else { continue };
            if self.lists.insert(name.clone(), list).is_some() {
                ambiguous.push(name);
            }
        }
        ambiguous.iter().for_each(|name| drop(self.lists.remove(name)));
    }

    /// `NAME = [1, 2]`, `NAME = (1, 2)`, `NAME: &[f64] = &[1, 2]`, `NAME = []float64{1, 2}`.
    fn list(&self, at: usize) -> Option<(String, Value)> {
        // What a call or a function is handed is not an assignment.
        let before = at.checked_sub(1);
        let name =
            self.word(at).filter(|_| !before.is_some_and(|at| self.is_sign(at, b'(') || self.is_sign(at, b',')))?;
        let is_type = |at: usize| self.word(at).is_some() || b":&[]<>'".iter().any(|sign| self.is_sign(at, *sign));
        // Types are short.
        let sign = (at + 1..at + 10).find(|at| !is_type(*at)).filter(|at| self.is_sign(*at, b'='))?;
        let start = if self.is_sign(sign + 1, b'&') { sign + 2 } else { sign + 1 };
        let is_of_go = self.is_sign(start, b'[') && self.is_sign(start + 1, b']') && self.is_sign(start + 3, b'{');
        let first = if is_of_go { start + 3 } else { start };
        let opens = b"[({".iter().any(|sign| self.is_sign(first, *sign));
        let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
        let begins = (first + 1..first + 3).any(|at| self.word(at).is_some_and(is_number));
        if !opens || !begins {
            return None;
        }
        let (items, _) = self.items(first, 0)?;
        let numbers = items.into_iter().map(|(_, value)| value).collect();
        Some((name.to_owned(), Value::List(numbers)))
    }

    /// `NAME = "text"`, `NAME: &str = "text"`, `NAME string = "text"`, `NAME := "text"`.
    fn constant(&self, at: usize) -> Option<(String, String)> {
        let name = self.word(at)?;
        let mut next = at + 1;
        let end = next + 7;
        while next < end && !self.is_sign(next, b'=') {
            let is_type = self.word(next).is_some() || [b':', b'&', b'\''].iter().any(|sign| self.is_sign(next, *sign));
            if !is_type {
                return None;
            }
            next += 1;
        }
        let is_comparison = self.is_sign(next + 1, b'=');
        let TokenKind::Text(parts) = &self.tokens.get(next + 1)?.kind else { return None };
        // A text that goes on, by `+` or a call, is not all of the constant.
        let goes_on = [b'+', b'.', b'%', b','].iter().any(|sign| self.is_sign(next + 2, *sign));
        (!is_comparison && !goes_on).then_some(())?;
        Some((name.to_owned(), self.joined(parts)?))
    }

    fn word(&self, at: usize) -> Option<&'t str> {
        let token = self.tokens.get(at).filter(|token| token.kind == TokenKind::Word)?;
        self.text.get(token.range.clone())
    }

    fn is_sign(&self, at: usize, sign: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Sign(sign))
    }

    /// A text without anything that is computed at run time.
    fn joined(&self, parts: &[Part]) -> Option<String> {
        parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => Some(text.as_str()),
                Part::Hole(name) => self.constants.get(name.rsplit('.').next()?).map(String::as_str),
            })
            .collect()
    }

    /// All calls, those within others, too, in the order of their openings.
    pub fn calls(&self) -> Vec<Call> {
        let mut calls = Vec::new();
        for at in 0..self.tokens.len() {
            let is_start = self.word(at).is_some() && !self.follows_dot(at);
            if is_start && let Some((calls_here, _)) = self.chain(at, 0) {
                calls.extend(calls_here);
            }
        }
        calls
    }

    /// Whether a word goes on what stands before it: behind `.`, `::` or `->`.
    fn follows_dot(&self, at: usize) -> bool {
        let ends_with = |signs: &[u8]| {
            let start = at.checked_sub(signs.len());
            start.is_some_and(|start| signs.iter().enumerate().all(|(nth, sign)| self.is_sign(start + nth, *sign)))
        };
        ends_with(b".") || ends_with(b"::") || ends_with(b"->")
    }

    /// The calls of a chain `a.b(…).c(…)`, each with the callee as far as it was written, and where the chain ends.
    fn chain(&self, start: usize, depth: usize) -> Option<(Vec<Call>, usize)> {
        let mut calls = Vec::new();
        let mut callee = self.word(start)?.to_owned();
        let mut at = start + 1;
        loop {
            at = self.past_generics(at);
            if self.is_sign(at, b'(') {
                let (arguments, named, end) = self.arguments(at, depth)?;
                let range = self.tokens[start].range.start..self.tokens.get(end - 1)?.range.end;
                calls.push(Call { callee: callee.clone(), arguments, named, range });
                at = end;
            } else if let Some(next) = self.step(at) {
                callee.push('.');
                callee.push_str(self.word(next)?);
                at = next + 1;
            } else {
                break;
            }
        }
        (!calls.is_empty()).then_some((calls, at))
    }

    /// The word behind `.`, `::`, `->`, `?.` or `!` here.
    fn step(&self, at: usize) -> Option<usize> {
        let signs: &[&[u8]] = &[b".", b"::", b"->", b"?.", b"?->", b"!."];
        let next = signs.iter().find(|signs| signs.iter().enumerate().all(|(nth, sign)| self.is_sign(at + nth, *sign)));
        let next = at + next?.len();
        self.word(next).map(|_| next)
    }

    /// Past `<…>` with nothing but types in it, `::<…>` and the `!` of a macro.
    fn past_generics(&self, at: usize) -> usize {
        let at = if self.is_sign(at, b'!') && self.is_sign(at + 1, b'(') { at + 1 } else { at };
        if !self.is_sign(at, b'<') {
            return at;
        }
        let mut depth = 0;
        for next in at..(at + 60).min(self.tokens.len()) {
            match &self.tokens[next].kind {
                TokenKind::Sign(b'<') => depth += 1,
                TokenKind::Sign(b'>') => depth -= 1,
                TokenKind::Sign(b'(' | b';' | b'{') => return at,
                _ => {}
            }
            if depth == 0 {
                return if self.is_sign(next + 1, b'(') { next + 1 } else { at };
            }
        }
        at
    }

    /// The values between parentheses, and where they end.
    #[expect(clippy::type_complexity, reason = "it is taken apart at once")]
    fn arguments(&self, open: usize, depth: usize) -> Option<(Vec<Value>, Vec<(String, Value)>, usize)> {
        let (mut arguments, mut named) = (Vec::new(), Vec::new());
        let (items, end) = self.items(open, depth)?;
        for (name, value) in items {
            match name {
                Some(name) => named.push((name, value)),
                None => arguments.push(value),
            }
        }
        Some((arguments, named, end))
    }

    /// The items between brackets of any kind, with their keys, and where the brackets end.
    #[expect(clippy::type_complexity, reason = "it is taken apart at once")]
    fn items(&self, open: usize, depth: usize) -> Option<(Vec<(Option<String>, Value)>, usize)> {
        let mut items = Vec::new();
        let mut at = open + 1;
        loop {
            let token = self.tokens.get(at)?;
            match token.kind {
                TokenKind::Sign(b')' | b']' | b'}') => return Some((items, at + 1)),
                TokenKind::Sign(b',' | b';') => at += 1,
                _ => {
                    let end = self.end_of_item(at)?;
                    items.push(self.item(at, end, depth));
                    at = end;
                }
            }
        }
    }

    /// Where an item ends: at a comma or a closing bracket of its own level.
    fn end_of_item(&self, start: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (at, token) in self.tokens.iter().enumerate().skip(start) {
            match token.kind {
                TokenKind::Sign(b'(' | b'[' | b'{') => depth += 1,
                TokenKind::Sign(b')' | b']' | b'}') if depth == 0 => return Some(at),
                TokenKind::Sign(b')' | b']' | b'}') => depth -= 1,
                TokenKind::Sign(b',' | b';') if depth == 0 => return Some(at),
                _ => {}
            }
        }
        None
    }

    fn item(&self, start: usize, end: usize, depth: usize) -> (Option<String>, Value) {
        let key = match &self.tokens[start].kind {
            TokenKind::Word => self.word(start).map(str::to_owned),
            TokenKind::Text(parts) => self.joined(parts),
            TokenKind::Sign(_) => None,
        };
        let length = |signs: &[u8]| {
            signs.iter().enumerate().all(|(nth, sign)| self.is_sign(start + 1 + nth, *sign)).then_some(signs.len())
        };
        let arrow = length(b"=>").filter(|_| !self.is_sign(start + 3, b'{'));
        let is_path = length(b"::").is_some() || length(b"==").is_some();
        let sign = arrow.or_else(|| length(b":").or_else(|| length(b"=")).filter(|_| !is_path));
        match (key, sign) {
            (Some(key), Some(length)) => {
                let value = self.value(start + 1 + length, end, depth + 1);
                let list = if let Value::Name(name) = &value { self.lists.get(name) } else { None };
                (Some(key), list.cloned().unwrap_or(value))
            }
            _ => (None, self.value(start, end, depth + 1)),
        }
    }

    /// The value that stands between two tokens.
    fn value(&self, start: usize, end: usize, depth: usize) -> Value {
        let Some(first) = self.tokens.get(start).filter(|_| start < end && depth < DEEPEST) else { return Value::Open };
        if let Some(value) = self.number(start, end).or_else(|| self.sum(start, end)) {
            return value;
        }
        match &first.kind {
            TokenKind::Sign(b'[' | b'{') => self.bracketed(start, end, depth),
            TokenKind::Sign(b'(') => match self.items(start, depth) {
                Some((items, past)) if past == end => Value::List(items.into_iter().map(|(_, value)| value).collect()),
                _ => Value::Open,
            },
            TokenKind::Sign(b'&' | b'*' | b':' | b'@' | b'$') => self.value(start + 1, end, depth),
            TokenKind::Word if matches!(self.word(start), Some("new" | "await" | "vec" | "array")) => {
                let next = if self.is_sign(start + 1, b'!') { start + 2 } else { start + 1 };
                self.value(next, end, depth)
            }
            TokenKind::Word => self.named_value(start, end, depth),
            _ => Value::Open,
        }
    }

    /// `0.5`, `1e-3`, `1_000`, `10f64`.
    fn number(&self, start: usize, end: usize) -> Option<Value> {
        let range = self.tokens[start].range.start..self.tokens.get(end - 1)?.range.end;
        let text =
            self.text.get(range.clone()).filter(|text| text.starts_with(|c: char| c.is_ascii_digit() || c == '.'))?;
        let number = text.replace('_', "").trim_end_matches("f64").parse::<f64>().ok()?;
        Some(Value::Number(number, range))
    }

    /// Texts and constants with `+` or `.` between them, or side by side, as one text.
    fn sum(&self, start: usize, end: usize) -> Option<Value> {
        let mut text = String::new();
        let mut has_text = false;
        let mut at = start;
        while at < end {
            match &self.tokens[at].kind {
                TokenKind::Text(parts) => {
                    text.push_str(&self.joined(parts)?);
                    has_text = true;
                }
                TokenKind::Word => {
                    // `module.CONSTANT` and `Class::CONSTANT` are called by their last word.
                    while let Some(next) = self.step(at + 1).filter(|next| *next < end) {
                        at = next;
                    }
                    text.push_str(self.constants.get(self.word(at)?)?);
                    has_text = true;
                }
                TokenKind::Sign(b'+' | b'.' | b'$') if at > start || self.is_sign(at, b'$') => {}
                TokenKind::Sign(_) => return None,
            }
            at += 1;
        }
        let range = self.tokens[start].range.start..self.tokens[end - 1].range.end;
        has_text.then_some(Value::Text(text, range))
    }

    fn bracketed(&self, start: usize, end: usize, depth: usize) -> Value {
        let Some((items, past)) = self.items(start, depth) else { return Value::Open };
        if self.is_sign(start, b'[')
            && matches!(self.word(past), Some("string" | "float64"))
            && self.is_sign(past + 1, b'{')
        {
            return self.bracketed(past + 1, end, depth);
        }
        // `[] as const` and the like say nothing more.
        let is_whole =
            past >= end || self.word(past) == Some("as") || self.is_sign(start, b'[') && self.is_sign(past, b'{');
        if !is_whole {
            return Value::Open;
        }
        if self.is_sign(start, b'[') && self.is_sign(past, b'{') {
            return self.bracketed(past, end, depth);
        }
        // `{ name, help }` is short for `{ name: name, help: help }`.
        let is_short = |value: &Value| self.is_sign(start, b'{') && matches!(value, Value::Name(_));
        if items.iter().any(|(name, value)| name.is_some() || is_short(value)) {
            let entry = |(name, value): (Option<String>, Value)| match (name, value) {
                (Some(name), value) => (name, value),
                (None, Value::Name(name)) => (name.clone(), Value::Name(name)),
                // `...others`, which may be anything.
                (None, value) => (SPREAD.to_owned(), value),
            };
            return Value::Map(items.into_iter().map(entry).collect());
        }
        Value::List(items.into_iter().map(|(_, value)| value).collect())
    }

    /// A call, a struct with its fields, or a name.
    fn named_value(&self, start: usize, end: usize, depth: usize) -> Value {
        if let Some((mut calls, _)) = self.chain(start, depth + 1) {
            return calls.pop().map_or(Value::Open, Value::Call);
        }
        let mut at = start;
        while let Some(next) = self.step(at + 1).filter(|next| *next < end) {
            at = next;
        }
        if self.is_sign(at + 1, b'{') {
            return self.bracketed(at + 1, end, depth);
        }
        if self.is_sign(at + 1, b'[') && self.is_sign(at + 2, b']') && self.is_sign(at + 3, b'{') {
            return self.bracketed(at + 3, end, depth);
        }
        match self.word(at) {
            Some(word) if at + 1 == end => Value::Name(word.to_owned()),
            _ => Value::Open,
        }
    }
}
