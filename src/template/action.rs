//! Reads what stands within one action: pipelines, commands, operands.

use std::ops::Range;

use crate::{
    diag::Diagnostic,
    text::{Excerpt, Name, Span, Spanned},
    vocab::nearest,
};

use super::{
    ast::{Binding, Command, Operand, Pipeline, Term},
    complaint,
    function::Dialect,
    literal,
    token::{Token, TokenKind},
};

/// Parentheses deeper than this are refused.
const DEEPEST: u32 = 200;

/// So many commands most pipelines have at most.
const USUAL: usize = 2;

/// Says that an action cannot be read further; the complaint was made.
pub(super) struct Stop;

/// What complaints go into.
pub(super) struct Complaints<'p> {
    pub(super) excerpt: &'p Excerpt,
    pub(super) dialect: Dialect,
    /// What Go refuses to parse.
    pub(super) errors: Vec<Diagnostic>,
    /// What always fails when rendered.
    pub(super) failures: Vec<Diagnostic>,
}

impl Complaints<'_> {
    pub(super) fn error(&mut self, range: Range<usize>, message: impl Into<String>) -> &mut Diagnostic {
        let index = self.errors.len();
        self.errors.push(Diagnostic::error(self.excerpt.span(range), message));
        &mut self.errors[index]
    }
}

/// The variables in scope.
#[derive(Default)]
pub(super) struct Variables<'c> {
    /// Those that are there before anything is declared.
    prelude: &'static [&'static str],
    /// Those that were declared, the innermost last.
    declared: Vec<&'c str>,
}

impl<'c> Variables<'c> {
    pub(super) fn of(prelude: &'static [&'static str]) -> Self {
        Self { prelude, declared: Vec::new() }
    }

    /// How many were declared.
    pub(super) fn count(&self) -> usize {
        self.declared.len()
    }

    /// Forgets those that were declared behind so many.
    pub(super) fn truncate(&mut self, count: usize) {
        self.declared.truncate(count);
    }

    fn iter(&self) -> impl Iterator<Item = &'c str> {
        self.prelude.iter().chain(&self.declared).copied()
    }
}

/// Reads the tokens of one action.
pub(super) struct ActionParser<'p, 'c> {
    pub(super) tokens: &'p [Token],
    pub(super) at: usize,
    /// The action with its delimiters.
    pub(super) action: Range<usize>,
    /// Variables in scope; declared ones are added.
    pub(super) variables: &'p mut Variables<'c>,
    pub(super) complaints: &'p mut Complaints<'c>,
    pub(super) depth: u32,
}

impl<'c> ActionParser<'_, 'c> {
    fn text(&self, range: Range<usize>) -> &'c str {
        self.complaints.excerpt.get(range).unwrap_or_default()
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.complaints.excerpt.span(range)
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn kind(&self) -> Option<TokenKind> {
        self.peek().map(|token| token.kind)
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.peek().copied()?;
        self.at += 1;
        Some(token)
    }

    pub(super) fn skip_space(&mut self) {
        while self.kind() == Some(TokenKind::Space) {
            self.at += 1;
        }
    }

    /// The next token that is no space.
    pub(super) fn next(&mut self) -> Option<Token> {
        self.skip_space();
        self.take()
    }

    /// Complains of a token that does not belong where it stands.
    pub(super) fn unexpected(&mut self, token: &Token) -> Stop {
        let text = self.text(token.range());
        let before = self.at.checked_sub(2).and_then(|at| self.tokens.get(at));
        let neighbours = [before, self.peek()].map(|token| token.map_or("", |token| self.text(token.range())));
        let (message, help) = complaint::unexpected(token.kind, text, neighbours);
        self.complaints.error(token.range(), message).help.extend(help.map(str::to_owned));
        Stop
    }

    /// Refuses anything before the end of the action; `what` is the word that stands alone.
    pub(super) fn nothing_more(&mut self, what: &str) -> Result<(), Stop> {
        match self.next() {
            None => Ok(()),
            Some(token) => {
                let last = self.tokens.iter().rfind(|token| token.kind != TokenKind::Space);
                let rest = token.range().start..last.map_or(token.range().end, |last| last.range().end);
                self.complaints.error(rest, format!("`{what}` stands alone in its action"));
                Err(Stop)
            }
        }
    }

    /// A string that names a template.
    pub(super) fn template_name(&mut self, word: &str) -> Result<Spanned<String>, Stop> {
        match self.next() {
            Some(token) if matches!(token.kind, TokenKind::String | TokenKind::RawString) => {
                let name = self.string(token.range());
                Ok(Spanned::new(self.span(token.range()), name.text().to_owned()))
            }
            token => {
                let range = token.map_or(self.action.clone(), |token| token.range());
                let error = self.complaints.error(range, format!("`{word}` needs a name in quotes"));
                error.help.push(format!("as in `{{{{ {word} \"name\" }}}}`"));
                Err(Stop)
            }
        }
    }

    fn string(&mut self, range: Range<usize>) -> Excerpt {
        let decoded = literal::string(self.complaints.excerpt, range.clone());
        decoded.unwrap_or_else(|(fault, message)| {
            let error = self.complaints.error(fault, message);
            error.help.push("write `\\\\` for a backslash, or put the text between backquotes".to_owned());
            self.complaints.excerpt.sub(range.start + 1..range.end - 1)
        })
    }

    /// A pipeline up to `)` or, outside parentheses, the end of the action. `context` names it in messages.
    pub(super) fn pipeline(&mut self, context: &str, open: Option<usize>) -> Result<Pipeline, Stop> {
        self.skip_space();
        let start = self.peek().map_or(self.action.end, |token| token.range().start);
        let (variables, binding) = self.declarations(context)?;
        let mut commands: Vec<Command> = Vec::with_capacity(USUAL);
        loop {
            self.skip_space();
            match self.kind() {
                None => break,
                Some(TokenKind::RightParenthesis) if open.is_some() => {
                    self.at += 1;
                    break;
                }
                Some(kind) if starts_operand(kind) => {
                    let command = self.command()?;
                    commands.push(command);
                }
                Some(_) => {
                    let Some(token) = self.take() else { break };
                    return Err(self.unexpected(&token));
                }
            }
        }
        let end = commands.last().map(|command| command.span);
        let span = end.map_or(self.span(start..start), |end| self.span(start..start).to(end));
        if commands.is_empty() {
            let closing = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
            let range = match (open, closing) {
                (Some(open), Some(closing)) => open..closing.range().end,
                _ => self.action.clone(),
            };
            self.complaints.error(range, complaint::missing_value(context));
            return Err(Stop);
        }
        self.check_stages(&commands)?;
        self.check_calls(&commands);

        Ok(Pipeline { span, variables, binding, commands })
    }

    /// `$x :=`, `$x =`, `$key, $value :=` before a pipeline.
    fn declarations(&mut self, context: &str) -> Result<(Vec<Spanned<Name>>, Binding), Stop> {
        let mut variables: Vec<Spanned<Name>> = Vec::new();
        loop {
            let before = self.at;
            self.skip_space();
            let Some(variable) = self.take().filter(|token| token.kind == TokenKind::Variable) else {
                self.at = before;
                return Ok((variables, Binding::Declare));
            };
            let name = self.text(variable.range());
            let after = self.next();
            let comma = after
                .as_ref()
                .is_some_and(|token| token.kind == TokenKind::Character && self.text(token.range()) == ",");
            let binding = match after.map(|token| token.kind) {
                Some(TokenKind::Declare) => Some(Binding::Declare),
                Some(TokenKind::Assign) => Some(Binding::Assign),
                _ => None,
            };
            if binding.is_none() && !comma {
                self.at = before;
                return Ok((variables, Binding::Declare));
            }
            self.variables.declared.push(name);
            variables.push(Spanned::new(self.span(variable.range()), Name::new(name)));
            if let Some(binding) = binding {
                return Ok((variables, binding));
            }
            self.skip_space();
            let continues = matches!(self.kind(), None | Some(TokenKind::Variable | TokenKind::RightParenthesis));
            if context != "range" || variables.len() > 1 || !continues {
                let message = match context {
                    "range" => "`range` declares one or two variables".to_owned(),
                    _ => "only `range` declares two variables".to_owned(),
                };
                self.complaints.error(variable.range(), message);
                return Err(Stop);
            }
        }
    }

    /// Refuses constants that a value is piped into.
    fn check_stages(&mut self, commands: &[Command]) -> Result<(), Stop> {
        for command in commands.iter().skip(1) {
            let Operand { span, term } = &command.called;
            if matches!(term, Term::Boolean(_) | Term::Dot | Term::Nil | Term::Number(_) | Term::String(_)) {
                let message = "a value is piped into what is no function";
                self.complaints.errors.push(Diagnostic::error(*span, message));
                return Err(Stop);
            }
        }
        Ok(())
    }

    /// Finds calls that always fail when rendered: wrong numbers of arguments, arguments of what is no function.
    fn check_calls(&mut self, commands: &[Command]) {
        for (stage, command) in commands.iter().enumerate() {
            let Command { called, arguments, .. } = command;
            let count = arguments.len() + usize::from(stage > 0);
            let message = match &called.term {
                Term::Function(name) => match self.complaints.dialect.function(name) {
                    Some(function) if !function.takes(count) => {
                        format!("`{name}` takes {}, but is given {count}", function.arity())
                    }
                    _ => continue,
                },
                Term::Field(_) | Term::Chain(..) => continue,
                Term::Variable(_, fields) | Term::Pipeline(_, fields) if !fields.is_empty() => continue,
                _ if count == 0 => continue,
                _ => "arguments are given to what is no function".to_owned(),
            };
            self.complaints.failures.push(Diagnostic::error(called.span, message));
        }
    }

    /// Operands up to `|`, which is passed, or to the end of the pipeline, which is not.
    fn command(&mut self) -> Result<Command, Stop> {
        let (mut called, mut arguments): (Option<Operand>, Vec<Operand>) = (None, Vec::new());
        loop {
            self.skip_space();
            let start = self.at;
            if let Some(operand) = self.operand()? {
                match called {
                    None => called = Some(operand),
                    Some(_) => arguments.push(operand),
                }
            }
            match self.kind() {
                Some(TokenKind::Space) => continue,
                None | Some(TokenKind::RightParenthesis) => break,
                Some(TokenKind::Pipe) => {
                    self.at += 1;
                    break;
                }
                Some(_) => {
                    let Some(token) = self.take() else { break };
                    if self.at > start + 1 && starts_operand(token.kind) {
                        self.complaints.error(token.range(), "a space is missing between two values");
                        return Err(Stop);
                    }
                    return Err(self.unexpected(&token));
                }
            }
        }
        let Some(called) = called else { return Err(Stop) };
        let span = arguments.last().map_or(called.span, |last| called.span.to(last.span));
        Ok(Command { span, called, arguments })
    }

    /// A term and the fields taken of it; `None` where no operand stands.
    fn operand(&mut self) -> Result<Option<Operand>, Stop> {
        let start = self.peek().map(|token| token.range().start);
        let Some(operand) = self.term()? else { return Ok(None) };
        let fields = self.fields();
        let (Some(start), Some(last)) = (start, fields.last().map(|field| field.span)) else {
            return Ok(Some(operand));
        };
        let span = self.span(start..start).to(last);
        let term = match operand.term {
            Term::Field(mut path) => {
                path.extend(fields);
                Term::Field(path)
            }
            Term::Variable(name, _) => Term::Variable(name, fields),
            Term::Pipeline(pipeline, _) => Term::Pipeline(pipeline, fields),
            Term::Function(_) | Term::Chain(..) => Term::Chain(Box::new(operand), fields),
            Term::Boolean(_) | Term::String(_) | Term::Number(_) | Term::Nil | Term::Dot => {
                let message = "a constant or `.` has no fields";
                self.complaints.errors.push(Diagnostic::error(last, message));
                return Err(Stop);
            }
        };
        Ok(Some(Operand { span, term }))
    }

    /// The fields that follow without a space.
    fn fields(&mut self) -> Vec<Spanned<Name>> {
        let mut fields = Vec::new();
        while let Some(token) = self.peek().filter(|token| token.kind == TokenKind::Field).copied() {
            self.at += 1;
            if fields.is_empty() {
                fields = Vec::with_capacity(1);
            }
            fields.push(self.field(token));
        }
        fields
    }

    /// A field without its dot.
    fn field(&self, token: Token) -> Spanned<Name> {
        let range = token.range().start + 1..token.range().end;
        Spanned::new(self.span(range.clone()), Name::new(self.text(range)))
    }

    fn term(&mut self) -> Result<Option<Operand>, Stop> {
        let Some(token) = self.peek().copied() else { return Ok(None) };
        let range = token.range();
        let text = self.text(range.clone());
        self.at += 1;
        let term = match token.kind {
            TokenKind::Identifier => {
                self.check_function(text, range.clone());
                Term::Function(Name::new(text))
            }
            TokenKind::Dot => Term::Dot,
            TokenKind::Nil => Term::Nil,
            TokenKind::Boolean => Term::Boolean(text == "true"),
            TokenKind::Variable => {
                self.check_variable(text, range.clone());
                Term::Variable(Spanned::new(self.span(range.clone()), Name::new(text)), Vec::new())
            }
            TokenKind::Field => Term::Field(vec![self.field(token)]),
            TokenKind::CharacterConstant | TokenKind::Complex | TokenKind::Number => self.number(&token, text)?,
            TokenKind::String | TokenKind::RawString => Term::String(self.string(range.clone())),
            TokenKind::LeftParenthesis => {
                if self.depth >= DEEPEST {
                    self.complaints.error(range, format!("parentheses nest deeper than {DEEPEST}"));
                    return Err(Stop);
                }
                self.depth += 1;
                let pipeline = self.pipeline("parentheses", Some(range.start))?;
                self.depth -= 1;
                let end = self.tokens.get(self.at - 1).map_or(range.end, |closing| closing.range().end);
                let span = self.span(range.start..end);
                return Ok(Some(Operand { span, term: Term::Pipeline(Box::new(pipeline), Vec::new()) }));
            }
            _ => {
                self.at -= 1;
                return Ok(None);
            }
        };
        Ok(Some(Operand { span: self.span(range), term }))
    }

    fn number(&mut self, token: &Token, text: &str) -> Result<Term, Stop> {
        let range = token.range();
        let number = match token.kind {
            TokenKind::CharacterConstant => literal::character(self.complaints.excerpt, range.clone()),
            TokenKind::Complex => literal::complex(text).ok_or_else(|| not_a_number(range.clone(), text)),
            _ => literal::number(text).ok_or_else(|| not_a_number(range.clone(), text)),
        };
        number.map(Term::Number).map_err(|(fault, message)| {
            let error = self.complaints.error(fault, message);
            if matches!(text, "+" | "-") {
                error.help.push("templates do not calculate; calculate in the expression".to_owned());
            }
            Stop
        })
    }

    fn check_function(&mut self, name: &str, range: Range<usize>) {
        let dialect = self.complaints.dialect;
        if dialect.function(name).is_some() {
            return;
        }
        let message = format!("function `{name}` does not exist in {}", dialect.title());
        self.complaints.error(range, message).help.extend(dialect.remedy(name));
    }

    fn check_variable(&mut self, name: &str, range: Range<usize>) {
        if self.variables.iter().any(|known| known == name) {
            return;
        }
        let dialect = self.complaints.dialect;
        let help = if dialect.variables().contains(&name) {
            Some(
                "the variables of rule templates do not reach into `define` and `block`; pass what is needed"
                    .to_owned(),
            )
        } else if dialect.other().variables().contains(&name) {
            Some(format!("`{name}` exists in {} only", dialect.other().title()))
        } else {
            let known = self.variables.iter().filter(|known| *known != "$");
            nearest(name, known).map(|near| format!("did you mean `{near}`?"))
        };
        self.complaints.error(range, format!("variable `{name}` is not defined")).help.extend(help);
    }
}

fn not_a_number(range: Range<usize>, text: &str) -> literal::Fault {
    let message = match text {
        "+" | "-" => format!("templates have no operator `{text}`"),
        _ => format!("`{text}` is not a number that Go can hold"),
    };
    (range, message)
}

fn starts_operand(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Boolean
            | TokenKind::CharacterConstant
            | TokenKind::Complex
            | TokenKind::Dot
            | TokenKind::Field
            | TokenKind::Identifier
            | TokenKind::Number
            | TokenKind::Nil
            | TokenKind::RawString
            | TokenKind::String
            | TokenKind::Variable
            | TokenKind::LeftParenthesis
    )
}
